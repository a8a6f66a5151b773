"""How the revenue of segments changed in a year: that of their customers, or only that of a class which customers pass through."""

from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.classifications import ATTRIBUTE, can_move, classes, rule_of
from core.filters import DIMENSIONS
from core.money import SCALE
from core.rules.answers import asked_by
from core.rules.names import AGE, OWN_FIELD
from core.stats import SMALL_N, poisson_change
from core.survey import SURVEY

Kind = Literal["customers", "class", "today"]
Money = NDArray[np.int64]
Codes = NDArray[np.int64]
COLUMNS = (
    "change_of", "members_before", "before", "last", "change", "change_low", "change_high", "change_p",
    "growth", "growth_low", "growth_high",
)  # fmt: skip


def change_of(dataset: Dataset, name: str) -> Kind:
    """Whose change of revenue a classification shows.

    Parameters
    ----------
    dataset : Dataset
    name : str
        Of :func:`core.classifications.available`, or ``rule:<text>``.

    Returns
    -------
    {"customers", "class", "today"}
        customers: who is in a segment does not come of how much or how often they bought (attributes, answers, region, channel, and
        rules of nothing else), so that its revenue grows only by what they buy. class: customers pass through it by what they buy; it
        can be laid on the earlier date. today: nor can it be laid there, and today's members are known to have bought since, so
        that nothing can be told of its change.
    """
    rule = rule_of(dataset, name)
    asked = {name} if rule is None else {field for field, _ in asked_by(rule, dataset, classes(dataset))}
    if all(field.startswith((ATTRIBUTE, SURVEY)) or field in (*DIMENSIONS, AGE, OWN_FIELD) for field in asked):
        return "customers"
    return "class" if can_move(dataset, name) else "today"


def change_table(
    kind: Literal["customers", "class"], now: Codes, then: Codes, width: int, last: Money, before: Money
) -> pd.DataFrame:
    """Revenue of today's members in the last months, beside that of the members of a year ago in the same months then.

    Parameters
    ----------
    kind : {"customers", "class"}
    now, then : ndarray of int64, shape (customers,)
        Segment of each, below ``width``; -1 for none.
    width : int
    last, before : ndarray of int64, shape (customers,)
        Revenue in both windows, in units.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, a row a segment. The interval of the change is the Poisson bootstrap's, paired by customer
        (:func:`core.stats.poisson_change`). growth: the change as a share of ``before``, which is taken as given; NaN where it would
        say nothing of customers (``change_of`` is not "customers") or fewer than 30 had bought before.
    """
    revenue, earlier = last.astype(np.float64), before.astype(np.float64)
    here, there, same = now >= 0, then >= 0, (now >= 0) & (now == then)

    def total(code: Codes, some: NDArray[np.bool_], weight: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.bincount(code[some], weights=weight[some], minlength=width).astype(np.float64)

    first, second = total(then, there, earlier), total(now, here, revenue)
    squares = total(now, here, revenue**2) + total(then, there, earlier**2) - 2 * total(now, same, revenue * earlier)
    low, high, p = poisson_change(second - first, np.maximum(squares, 0))
    buyers = np.bincount(then[there & (before > 0)], minlength=width)
    told = (kind == "customers") & (buyers >= SMALL_N) & (first > 0)
    base = np.where(told, first, np.nan)
    values = (
        kind, np.bincount(then[there], minlength=width), first / SCALE, second / SCALE,
        (second - first) / SCALE, low / SCALE, high / SCALE, p, (second - first) / base, low / base, high / base,
    )  # fmt: skip
    return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)), index=range(width))


def not_seen(kind: Kind, width: int) -> pd.DataFrame:
    """The same where nothing can be told: the data do not reach back over both windows, or who belonged to it then is not known."""
    nothing = pd.DataFrame(np.nan, columns=list(COLUMNS), index=range(width))
    return nothing.assign(change_of=kind, members_before=0)
