"""Where the groups of RFM begin: cuts of one date, by which customers of any date can be scored."""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

import numpy as np
from numpy.typing import NDArray

from core import features
from core.analyses._rfm_params import AXES, CALENDAR, Axis, RfmParams
from core.errors import BadParameterError
from core.money import SCALE
from core.params import write_one
from core.scoring import equal_count_cuts, equal_width_cuts, score
from core.segments import SegmentRules

Scores = tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int8]]
Money = NDArray[np.int64] | NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Measured:
    """What customers are scored on.

    Parameters
    ----------
    customer : ndarray of int64, shape (n,)
        Codes, rising.
    recency : ndarray of int32, shape (n,)
        Days since the last purchase.
    frequency : ndarray of int, shape (n,)
    monetary : ndarray of int64 or float64, shape (n,)
        Money units, or their mean a purchase.
    """

    customer: NDArray[np.int64]
    recency: NDArray[np.int32]
    frequency: NDArray[np.integer]
    monetary: Money

    def worth(self) -> tuple[NDArray[np.int32], NDArray[np.integer], Money]:
        """The three values such that more is better: fewer days are, so their negative."""
        return -self.recency, self.frequency, self.monetary


def measure(
    selection: features.Selection, value: str, mean: bool, matching: NDArray[np.int64] | None = None
) -> Measured:
    """Recency, frequency and money of the customers that classes are made from.

    Parameters
    ----------
    selection : features.Selection
    value : {"revenue", "margin"}
    mean : bool
        Money a purchase rather than in total.
    matching : ndarray of int64, shape (customers,), optional
        Money of all matching rows, where it is known already.
    """
    history, rows = selection.history, selection.classed
    purchases = selection.purchases if selection.shared else features.count_purchases(history, rows)
    customer = np.flatnonzero(purchases)
    last = features.last_purchase(history, rows)[customer].astype(np.int32)
    frequency = purchases[customer]
    if matching is None or not selection.shared:
        matching = selection.totals_of_classed(history.value(value))
    money = matching[customer]
    return Measured(customer, np.int32(selection.as_of) - last, frequency, money / frequency if mean else money)


@dataclass(frozen=True, eq=False)
class RfmRuler:
    """The cuts of one date.

    Parameters
    ----------
    cuts : tuple of three ndarray, each of shape (groups - 1,)
        A score is one more than the number of cuts that a value is above: of recency the negative of the days, of frequency the
        purchases, of money its units (where ``mean``, units a purchase).
    mean : bool
    rules : SegmentRules
    """

    cuts: tuple[NDArray, NDArray, NDArray]
    mean: bool
    rules: SegmentRules

    @property
    def groups(self) -> int:
        """Groups on each axis."""
        return len(self.cuts[0]) + 1

    @property
    def labels(self) -> tuple[str, ...]:
        """The segments' names."""
        return self.rules.names

    def scores(self, measured: Measured) -> Scores:
        """Scores from 1, the worst, of recency, frequency and money."""
        r, f, m = (score(values, cuts) for values, cuts in zip(measured.worth(), self.cuts, strict=True))
        return r, f, m

    def segments(self, scores: Scores) -> NDArray[np.int16]:
        """Positions in ``labels`` of scores."""
        r, f, m = scores
        groups = np.int8(self.groups)
        # With five groups at most the last cell is number 124, which a byte holds.
        cell = ((r - np.int8(1)) * groups + (f - np.int8(1))) * groups + (m - np.int8(1))
        return self.rules.table(self.groups).ravel().take(cell)

    def codes(
        self, as_of: int, last_day: NDArray[np.integer], purchases: NDArray[np.integer], money: NDArray[np.int64]
    ) -> NDArray[np.int16]:
        """The segment of each customer at another date.

        Parameters
        ----------
        as_of : int
            Day number that recency is counted to.
        last_day : ndarray of int, shape (n,)
            Day number of the last purchase.
        purchases : ndarray of int, shape (n,)
        money : ndarray of int64, shape (n,)
            Money units in total, of the value that the cuts were made from.

        Returns
        -------
        ndarray of int16, shape (n,)
            Positions in ``labels``; -1 for customers without a purchase.
        """
        recency = np.int32(as_of) - last_day.astype(np.int32)
        monetary = money / np.maximum(purchases, 1) if self.mean else money
        codes = self.segments(self.scores(Measured(np.empty(0, dtype=np.int64), recency, purchases, monetary)))
        codes[purchases == 0] = -1
        return codes


def ruler_of(measured: Measured, params: RfmParams, rules: SegmentRules) -> RfmRuler:
    """The cuts that the settings make of the values seen.

    Raises
    ------
    BadParameterError
        Own cuts do not make as many groups as asked for.
    """
    r, f, m = (_cuts(axis, values, params) for axis, values in zip(AXES, measured.worth(), strict=True))
    return RfmRuler((r, f, m), params.monetary == "mean", rules)


def _cuts(axis: Axis, values: NDArray, params: RfmParams) -> NDArray:
    way = params.way(axis)
    if way == "count":
        return equal_count_cuts(values, params.groups)
    if way == "width":
        return equal_width_cuts(values, params.groups)
    borders = CALENDAR[params.groups] if way == "calendar" else _own(axis, params)
    exact = [Decimal(str(border)) * (SCALE if axis == "monetary" else 1) for border in borders]
    if values.dtype.kind == "f":
        return np.array([float(border) for border in exact])
    # Whole numbers are above a border when they are above the whole number under it.
    most = int(np.iinfo(values.dtype).max) - 1
    whole = [max(-most, min(most, int(border.to_integral_value(ROUND_FLOOR)))) for border in exact]
    # Up to 30 days are at least -30, which is above -31.
    return np.array([-border - 1 for border in reversed(whole)] if axis == "recency" else whole, dtype=values.dtype)


def _own(axis: Axis, params: RfmParams) -> tuple[float, ...]:
    given = params.own(axis)
    if len(given) != params.groups - 1 or list(given) != sorted(set(given)):
        raise BadParameterError(
            f"own cuts of {axis} do not make {params.groups} groups",
            expected=f"{params.groups - 1} rising numbers in {axis[0]}_cuts",
            found=write_one(given),
        )
    return given


def better(values: NDArray, cuts: NDArray, scores: NDArray[np.int8]) -> NDArray[np.float64]:
    """The smallest whole number that added to a value puts it above the next cut.

    Parameters
    ----------
    values : ndarray, shape (n,)
    cuts : ndarray, shape (groups - 1,)
    scores : ndarray of int8, shape (n,)
        Of these values by these cuts.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN in the best group.
    """
    next_cut = np.append(cuts.astype(np.float64), np.nan)[scores - np.int8(1)]
    more = np.floor(next_cut - values)
    # A sum at the very cut is not above it; a mean's can be rounded to it once more.
    for _ in range(2 if values.dtype.kind == "f" else 1):
        more += values + more <= next_cut
    return more
