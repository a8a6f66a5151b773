"""XYZ at many dates: the regularity of the last complete months, by fixed cuts."""

import numpy as np
from numpy.typing import NDArray

from core import features
from core.analyses._abc_classes import xyz_codes
from core.analyses._abc_params import CUTS_XYZ, AbcXyzParams
from core.days import period_table
from core.demand import complete_window, demand_of
from core.features import PeriodTotals, period_totals
from core.timeline import Standing, Timeline

_PARAMS = AbcXyzParams()
_CUTS = (_PARAMS.x_limit / 100, _PARAMS.y_limit / 100)


class XyzScale:
    """Fixed cuts of the variation, the same at every date.

    Parameters
    ----------
    when : Timeline
        Of the standings that will be asked for.
    """

    labels: tuple[str, ...] = CUTS_XYZ

    def __init__(self, when: Timeline) -> None:
        self._when = when
        selection = when.selection
        history, rows = selection.history, selection.classed
        chosen = np.ones(history.n_identified, dtype=np.bool_) if rows is None else rows[: history.n_identified]
        if not selection.shared:
            # Nobody else's class is asked for.
            chosen = chosen & np.repeat(selection.in_view, np.diff(history.start))
        totals = period_totals(history, period_table("month"), history.revenue, np.flatnonzero(chosen))
        ranked = np.argsort(totals.period, kind="stable")
        self._totals = PeriodTotals(totals.customer[ranked], totals.period[ranked], totals.total[ranked])

    def codes(self, at: Standing) -> NDArray[np.int16]:
        """Each customer's class, -1 for those out of view."""
        history, totals = self._when.selection.history, self._totals
        window = complete_window(features.select(history, self._when.filters_at(at.step)), "month", _PARAMS.measured)
        some = slice(*np.searchsorted(totals.period, (window.first, window.last + 1)))
        inside = PeriodTotals(totals.customer[some], totals.period[some], totals.total[some])
        codes = xyz_codes(demand_of(history, inside, window), _PARAMS, _CUTS).astype(np.int16)
        codes[~at.in_view] = -1
        return codes
