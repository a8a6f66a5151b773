"""What is measured of each customer once, and added up for the segments of any classification."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.money import SCALE, to_currency
from core.stats import normal_quantile, wilson
from core.targets.growth import Kind, change_table, not_seen
from core.targets.picks import write_pick

Money = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Measures:
    """One number a customer each, shape (customers,); money in units.

    Parameters
    ----------
    revenue : ndarray of int64
        In view.
    margin : ndarray of int64 or None
    last, before : ndarray of int64
        Revenue of the last months, and of the same months a year before.
    value : ndarray of float64 or None
        Expected, in currency.
    spent : ndarray of float64 or None
    reached, reach_known : ndarray of bool
    channels : tuple of str
    met : ndarray of bool, shape (customers, channels)
        Who bought or was in touch through each in the last months.
    growth_seen : bool
        Whether the data reach back over both windows.
    """

    revenue: Money
    margin: Money | None
    last: Money
    before: Money
    value: NDArray[np.float64] | None
    spent: NDArray[np.float64] | None
    reached: NDArray[np.bool_]
    reach_known: NDArray[np.bool_]
    channels: tuple[str, ...]
    met: NDArray[np.bool_]
    growth_seen: bool


@dataclass(frozen=True, eq=False)
class Segments:
    """One classification of the customers in view, now and at the earlier date.

    Parameters
    ----------
    name : str
    labels : tuple of str
    now : ndarray of int, shape (customers,)
        Position in ``labels``; -1 out of view.
    then : ndarray of int, shape (customers,), or None
        The same a year before, by the cuts of today; None where that can't be told.
    change_of : {"customers", "class", "today"}
        See :func:`core.targets.growth.change_of`.
    """

    name: str
    labels: tuple[str, ...]
    now: NDArray[np.int64]
    then: NDArray[np.int64] | None
    change_of: Kind


def segment_table(of: Segments, measured: Measures) -> pd.DataFrame:
    """Measure each segment; the columns are those of :class:`core.analyses.targets.TargetsResult`, without claims and market."""
    who = np.flatnonzero(of.now >= 0)
    code, width = of.now[who], len(of.labels)
    size = np.bincount(code, minlength=width)
    revenue = _exact(code, measured.revenue[who], width)
    total = revenue.sum()
    columns: dict[str, object] = {
        "key": [write_pick(of.name, label) for label in of.labels],
        "classification": of.name,
        "segment": list(of.labels),
        "customers": size,
        "customer_share": size / max(len(who), 1),
        "revenue": to_currency(revenue),
        "revenue_share": revenue / total if total else np.full(width, np.nan),
        **dict(_change(of, measured).items()),
        **_value(code, size, measured.value, who),
        **_margin(code, revenue, measured.margin, who),
        **_reach(code, measured, who, width),
        **_stability(of),
        **_per_spend(code, measured, who, width),
    }
    return pd.DataFrame(columns)


def _exact(code: NDArray[np.int64], money: Money, width: int) -> Money:
    """Sums of whole numbers, so that parts make the very whole."""
    total = np.zeros(width, dtype=np.int64)
    np.add.at(total, code, money)
    return total


def _change(of: Segments, measured: Measures) -> pd.DataFrame:
    width = len(of.labels)
    if not measured.growth_seen or of.change_of == "today":
        return not_seen(of.change_of, width)
    then = of.now if of.then is None else of.then
    return change_table(of.change_of, of.now, then, width, measured.last, measured.before)


def _value(
    code: NDArray[np.int64], size: NDArray[np.int64], value: NDArray[np.float64] | None, who: NDArray[np.int64]
) -> dict[str, NDArray]:
    nothing = np.full(len(size), np.nan)
    if value is None:
        return {"ltv": nothing, "ltv_low": nothing, "ltv_high": nothing, "ltv_total": nothing}
    own = np.nan_to_num(value[who])
    total = np.bincount(code, weights=own, minlength=len(size))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / np.where(size > 0, size, np.nan)
        spread = np.bincount(code, weights=(own - mean[code]) ** 2, minlength=len(size))
        error = np.sqrt(spread / np.where(size > 1, size - 1, np.nan) / size)
    half = normal_quantile() * error
    return {"ltv": mean, "ltv_low": mean - half, "ltv_high": mean + half, "ltv_total": total}


def _margin(
    code: NDArray[np.int64], revenue: Money, margin: Money | None, who: NDArray[np.int64]
) -> dict[str, NDArray]:
    if margin is None:
        return {"margin": np.full(len(revenue), np.nan), "margin_share": np.full(len(revenue), np.nan)}
    total = _exact(code, margin[who], len(revenue))
    return {"margin": to_currency(total), "margin_share": total / np.where(revenue > 0, revenue, np.nan)}


def _reach(code: NDArray[np.int64], measured: Measures, who: NDArray[np.int64], width: int) -> dict[str, NDArray]:
    known, yes = (getattr(measured, name)[who] for name in ("reach_known", "reached"))
    counted = [np.bincount(code[some], minlength=width) for some in (known, known & yes)]
    return _share("reach", counted[1], counted[0])


def channel_table(of: Segments, measured: Measures, shown: NDArray[np.bool_]) -> pd.DataFrame:
    """Through which channels the members of segments bought or were in touch in the last months.

    Parameters
    ----------
    of : Segments
    measured : Measures
    shown : ndarray of bool, shape (labels,)

    Returns
    -------
    pandas.DataFrame
        key, channel, customers, share, low, high (Wilson); the channel that meets most first, none that meets nobody.
    """
    who = np.flatnonzero(of.now >= 0)
    code, width = of.now[who], len(of.labels)
    size = np.bincount(code, minlength=width)
    parts = []
    for place, channel in enumerate(measured.channels):
        count = np.bincount(code[measured.met[who, place]], minlength=width)
        low, high = wilson(count, size)
        share = count / np.maximum(size, 1)
        rows = {"segment": np.arange(width), "channel": channel, "customers": count, "share": share}
        parts.append(pd.DataFrame(rows | {"low": low, "high": high})[shown & (count > 0)])
    columns = ["key", "channel", "customers", "share", "low", "high"]
    if not parts:
        return pd.DataFrame(columns=columns)
    found = pd.concat(parts).sort_values(["segment", "customers"], ascending=[True, False], kind="stable")
    keys = [write_pick(of.name, of.labels[place]) for place in found["segment"]]
    return found.assign(key=keys)[columns].reset_index(drop=True)


def _stability(of: Segments) -> dict[str, NDArray]:
    """Of those in the segment a year before, who is in it still."""
    then = of.then
    if then is None:
        nobody = np.zeros(len(of.labels), dtype=np.int64)
        return _share("stability", nobody, nobody)
    were, stayed = (
        np.bincount(then[some], minlength=len(of.labels)) for some in (then >= 0, (then >= 0) & (then == of.now))
    )
    return _share("stability", stayed, were)


def _share(name: str, part: NDArray[np.int64], of: NDArray[np.int64]) -> dict[str, NDArray]:
    low, high = wilson(part, of)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {name: part / np.where(of > 0, of, np.nan), f"{name}_low": low, f"{name}_high": high, f"{name}_n": of}


def _per_spend(code: NDArray[np.int64], measured: Measures, who: NDArray[np.int64], width: int) -> dict[str, NDArray]:
    """Margin, or revenue where costs are not known, per unit spent; Cochran's linearised interval, clustered by customer."""
    if measured.spent is None:
        return {name: np.full(width, np.nan) for name in ("spend", "per_spend", "per_spend_low", "per_spend_high")}
    spent = measured.spent[who]
    income = (measured.revenue if measured.margin is None else measured.margin)[who].astype(np.float64)
    size, money, cost = (np.bincount(code, weights=weight, minlength=width) for weight in (None, income, spent))
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.where(cost > 0, cost, np.nan)
        ratio = money / base
        squares = np.bincount(code, weights=np.nan_to_num(income - ratio[code] * spent) ** 2, minlength=width)
        error = np.sqrt(size / np.where(size > 1, size - 1, np.nan) * squares) / base
    half = normal_quantile() * error
    return {"spend": cost / SCALE, "per_spend": ratio, "per_spend_low": ratio - half, "per_spend_high": ratio + half}
