"""Which purchase model forecasts these customers best: each is fitted without the last quarter and judged by it."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.models.estimation import NoFit
from core.models.holdout import Past, look_back, some_customers, top_weight
from core.models.purchase_days import PurchaseDays
from core.models.purchase_model import MODELS, PurchaseFit
from core.models.states import States
from core.models.tracking import by_week, week_knots
from core.stats import ratio_interval

Floats = NDArray[np.float64]

AUTO = "auto"
NAIVE = "naive"

# Where next to nobody drops out the models are the same but for rounding.
_DIGITS = 4


@dataclass(frozen=True, eq=False)
class Entry:
    """How one model did.

    Parameters
    ----------
    model : str
        ``naive``: each customer goes on at the rate so far, x / T.
    fitted : PurchaseFit or None
        To what was known at the cut; None for the naive rate.
    week : ndarray of float64, shape (weeks,)
        Predicted purchases after the cut, cumulative.
    predicted : float
        At the end.
    error, low, high : float
        Predicted by actual purchases, less 1, and its 95 % interval, linearised and clustered by customer; it rests on no model. NaN
        where nobody bought.
    top_tenth_share : float
        Share of the actual purchases that the tenth predicted to buy most made; NaN where nobody bought.
    mean_absolute_error, root_mean_square_error : float
        Of the purchases of a customer.
    ranks_worse : bool
        Whether ``top_tenth_share`` is below that of the naive rate, with the 95 % interval of the difference.
    """

    model: str
    fitted: PurchaseFit | None
    week: Floats
    predicted: float
    error: float
    low: float
    high: float
    top_tenth_share: float
    mean_absolute_error: float
    root_mean_square_error: float
    ranks_worse: bool


@dataclass(frozen=True, eq=False)
class Contest:
    """All that took part.

    Parameters
    ----------
    past : Past
    actual : int
        Purchases after the cut.
    entries : tuple of Entry
        The models that could be fitted, in the order of ``MODELS``, then the naive rate.
    failed : tuple of NoFit
    """

    past: Past
    actual: int
    entries: tuple[Entry, ...]
    failed: tuple[NoFit, ...]

    @property
    def ranking(self) -> tuple[Entry, ...]:
        """The models, best first: those that rank worse than the naive rate last, else by the absolute error of the total.

        Of those whose errors are equal to 0.01 % the first in ``MODELS``. Empty where nobody bought, so that nothing can be told.
        """
        models = [entry for entry in self.entries if entry.fitted is not None] if self.actual else []
        return tuple(sorted(models, key=lambda entry: (entry.ranks_worse, round(abs(entry.error), _DIGITS))))

    @property
    def winner(self) -> Entry | None:
        """The best; None where nothing can be told."""
        return next(iter(self.ranking), None)

    @property
    def naive_is_better(self) -> bool:
        """Whether the winner ranks worse than the naive rate, or misses the total by more."""
        winner, naive = self.winner, self.entries[-1]
        return winner is not None and (winner.ranks_worse or abs(winner.error) > abs(naive.error))


def contest(past: Past) -> Contest:
    """Let every model and the naive rate forecast the weeks that are held out.

    Parameters
    ----------
    past : Past

    Returns
    -------
    Contest
    """
    fits = [module.fit(past.summary.states) for module in MODELS.values()]
    failed = tuple(fit for fit in fits if isinstance(fit, NoFit))
    forecasts = [*_forecasts(past, [fit for fit in fits if not isinstance(fit, NoFit)]), _naive(past)]
    top = top_weight(forecasts[-1][2])
    return Contest(past, int(past.bought.sum()), tuple(_entry(past, *each, top) for each in forecasts), failed)


def _forecasts(past: Past, fits: list[PurchaseFit]) -> Iterator[tuple[PurchaseFit, Floats, Floats]]:
    """Each fit with what it predicts: cumulative by week, and in all by customer."""
    states, knots = past.summary.states, week_knots(past.weeks)
    x, age, position = states.frequency_and_age
    for fitted in fits:
        p_alive = fitted.model.p_alive(states.x, states.t_x, states.age)
        ahead = fitted.model.purchases_if_alive(x, age, knots)
        total = np.bincount(position, weights=states.count * p_alive, minlength=len(x)) @ ahead
        yield fitted, by_week(knots, total), (p_alive * ahead[position, -1])[states.inverse]


def _naive(past: Past) -> tuple[None, Floats, Floats]:
    rate = past.summary.x / np.maximum(past.summary.age, 1) * 7
    return None, rate.sum() * np.arange(1.0, past.weeks + 1), rate * past.weeks


def _entry(past: Past, fitted: PurchaseFit | None, week: Floats, expected: Floats, naive_top: Floats) -> Entry:
    bought = past.bought.astype(np.float64)
    ratio, low, high = ratio_interval(expected, bought)
    top = top_weight(expected)
    share, _, _ = ratio_interval(top * bought, bought)
    _, _, less_by = ratio_interval((top - naive_top) * bought, bought)
    missed = expected - bought
    return Entry(
        model=NAIVE if fitted is None else fitted.model.NAME,
        fitted=fitted,
        week=week,
        predicted=float(expected.sum()),
        error=ratio - 1,
        low=low - 1,
        high=high - 1,
        top_tenth_share=share,
        mean_absolute_error=float(np.abs(missed).mean()),
        root_mean_square_error=float(np.sqrt(np.mean(missed**2))),
        ranks_worse=bool(less_by < 0),
    )


def hold_contest(days: PurchaseDays, as_of: int) -> Contest | None:
    """Hold a contest over the last quarter of a history.

    Parameters
    ----------
    days : PurchaseDays
        Those of about 50,000 customers are looked at, see :func:`core.models.holdout.some_customers`.
    as_of : int
        Day number of the end.

    Returns
    -------
    Contest or None
        None where the history is too short to hold a week of it out.
    """
    past = look_back(some_customers(days), as_of)
    return None if past is None else contest(past)


def fit_chosen(states: States, found: Contest | None, wanted: str) -> PurchaseFit | NoFit:
    """Fit the model that is wanted.

    Parameters
    ----------
    states : States
        Of all customers.
    found : Contest or None
    wanted : str
        Of ``MODELS``, or ``auto``: the best of the contest that can be fitted to all customers, then the others, Pareto/NBD first.

    Returns
    -------
    PurchaseFit or NoFit
        ``NoFit`` of the first choice where none can be fitted.
    """
    entries = () if found is None else found.entries
    near = {entry.model: entry.fitted.estimate for entry in entries if entry.fitted is not None}
    if wanted != AUTO:
        return MODELS[wanted].fit(states, near=near.get(wanted))
    ranked = () if found is None else tuple(entry.model for entry in found.ranking)
    failed = []
    for name in (*ranked, *(name for name in MODELS if name not in ranked)):
        fitted = MODELS[name].fit(states, near=near.get(name))
        if not isinstance(fitted, NoFit):
            return fitted
        failed.append(fitted)
    return failed[0]
