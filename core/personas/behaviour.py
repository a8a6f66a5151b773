"""How each customer buys, measured from the order history and the order lines up to a day."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.days import EPOCH
from core.history import MISSING, OrderHistory
from core.money import SCALE

Floats = NDArray[np.float64]

# Kinds of behaviour that are shares of a whole are named "what=which".
CHANNEL = "channel"
SEASON = "season"
CATEGORY = "category"
DISCOUNT = "discount_share"
MIXES = (CATEGORY, CHANNEL, SEASON)
SEASONS = ("q1", "q2", "q3", "q4")
MOST_CHANNELS = 8
# A season is a habit only when it could have come round twice.
SEASON_DAYS = 730


@dataclass(frozen=True, eq=False)
class Behaviour:
    """Measured behaviour of everybody who ever bought.

    Parameters
    ----------
    customer : ndarray of int64, shape (n,)
        Codes, ascending.
    frame : pandas.DataFrame, shape (n, measures)
        float32, NaN where a customer's own purchases can't tell: recency_days, tenure_days (days from the first purchase to as-of),
        frequency (purchases), value and order_value (currency), gap_days (mean days between purchase days), regularity (1 for
        equal gaps, 0 for random ones, below 0 for bursts), products, categories, discount_share, ``channel=LABEL`` and
        ``season=q1`` to ``q4`` (shares of the customer's purchases), ``category=LABEL`` (shares of its lines). Measures that the data
        can't tell of anybody are left out.
    gaps : ndarray of float64, shape (n,)
        Gaps between purchase days, which regularity is measured from.
    lines : ndarray of float64, shape (n,)
        Order lines (those with a category, where the lines have categories).
    """

    customer: NDArray[np.int64]
    frame: pd.DataFrame
    gaps: Floats
    lines: Floats

    def __len__(self) -> int:
        return len(self.customer)

    def parts(self, mix: str) -> tuple[str, ...]:
        """The measures that are shares of a mix (``"channel"``, ...)."""
        return tuple(name for name in self.frame if name.startswith(f"{mix}="))

    def evidence(self, name: str) -> Floats:
        """How many observations of each customer a share or a mix rests on, shape (n,)."""
        if name == "regularity":
            return self.gaps
        return self.lines if name in (CATEGORY, DISCOUNT) else self.frame["frequency"].to_numpy(dtype=np.float64)


def measure(dataset: Dataset, value: str, as_of: int) -> Behaviour:
    """Measure everybody with a purchase up to a day, whatever the filter.

    Parameters
    ----------
    dataset : Dataset
    value : {"revenue", "margin"}
        What ``value`` is made of.
    as_of : int
        Day number.

    Returns
    -------
    Behaviour
    """
    history = dataset.history
    rows = features.rows_in_window(history, None, as_of)
    bought = features.purchase_rows(history, rows)
    single = features.one_row_an_order(history, bought)
    count = features.count_rows(history, single)
    customer = np.flatnonzero(count).astype(np.int64)
    frequency = count[customer].astype(np.float64)
    index = np.flatnonzero(single)
    owner = np.searchsorted(customer, history.owner[index])
    day = history.day[index].astype(np.int32)
    first, last = _ends(owner, day, len(customer))
    columns: dict[str, Floats] = {
        "recency_days": (as_of - last).astype(np.float64),
        "tenure_days": (as_of - first).astype(np.float64),
        "frequency": frequency,
        "value": features.per_customer(history, history.value(value), rows)[customer] / SCALE,
        "order_value": features.per_customer(history, history.revenue, bought_rows(history, bought))[customer]
        / SCALE
        / frequency,
    }
    gaps, gap_days, regularity = _gaps(owner, day, len(customer))
    columns |= {"gap_days": gap_days, "regularity": regularity}
    lines = dataset.lines_by_customer(as_of).iloc[customer]
    columns |= _from_lines(lines)
    columns |= _category_mix(lines)
    columns |= _channel_mix(history, bought, customer)
    if len(day) and as_of - int(day.min()) >= SEASON_DAYS:
        columns |= _season_mix(owner, day, frequency)
    return Behaviour(customer, pd.DataFrame(columns, dtype=np.float32), gaps, _lines_told(lines))


def bought_rows(history: OrderHistory, bought: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Identified rows stretched to all rows; those without a customer are not chosen."""
    return np.concatenate([bought, np.zeros(len(history.day) - len(bought), dtype=np.bool_)])


def _ends(owner: NDArray, day: NDArray[np.int32], count: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    # Rows are sorted by customer and day, so the ends of each run are its first and last day.
    start = np.searchsorted(owner, np.arange(count + 1))
    return day[start[:-1]], day[start[1:] - 1]


def _gaps(owner: NDArray, day: NDArray[np.int32], count: int) -> tuple[Floats, Floats, Floats]:
    """Number of gaps between purchase days, their mean, and how regular they are.

    Regularity is the burstiness of Goh & Barabasi (2008, EPL 81, 48002) with its sign turned: (m - s) / (m + s), with the sample s.
    """
    step = np.diff(day)
    apart = (owner[1:] == owner[:-1]) & (step > 0)
    who, gap = owner[1:][apart], step[apart].astype(np.float64)
    number = np.bincount(who, minlength=count)
    total = np.bincount(who, weights=gap, minlength=count)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / number
        squares = np.bincount(who, weights=(gap - mean[who]) ** 2, minlength=count)
        deviation = np.sqrt(squares / (number - 1))
        regularity = np.where(number >= 2, (mean - deviation) / (mean + deviation), np.nan)
    return number.astype(np.float64), mean, regularity


def _from_lines(lines: pd.DataFrame) -> dict[str, Floats]:
    columns: dict[str, Floats] = {
        name: lines[name].to_numpy(dtype=np.float64, na_value=np.nan)
        for name in ("products", "categories")
        if name in lines
    }
    if "discount" in lines:
        gross = lines["gross"].to_numpy(dtype=np.float64, na_value=np.nan)
        discount = np.nan_to_num(lines["discount"].to_numpy(dtype=np.float64, na_value=np.nan))
        with np.errstate(divide="ignore", invalid="ignore"):
            columns[DISCOUNT] = np.where(gross > 0, np.clip(discount / gross, 0.0, 1.0), np.nan)
    return {name: values for name, values in columns.items() if not np.isnan(values).all()}


def _category_mix(lines: pd.DataFrame) -> dict[str, Floats]:
    """The share of each customer's lines by category."""
    names, counts = _category_lines(lines)
    total = counts.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(total[:, None] > 0, counts / total[:, None], np.nan)
    return {name: shares[:, place] for place, name in enumerate(names)}


def _category_lines(lines: pd.DataFrame) -> tuple[list[str], Floats]:
    names = [name for name in lines if name.startswith(f"{CATEGORY}=")]
    return names, np.nan_to_num(lines[names].to_numpy(dtype=np.float64, na_value=np.nan))


def _lines_told(lines: pd.DataFrame) -> Floats:
    names, counts = _category_lines(lines)
    told: Floats = counts.sum(axis=1) if names else np.nan_to_num(lines["lines"].to_numpy(np.float64, na_value=np.nan))
    return told


def _channel_mix(history: OrderHistory, bought: NDArray[np.bool_], customer: NDArray[np.int64]) -> dict[str, Floats]:
    """The share of each customer's purchases by channel (an order over two channels counts in both)."""
    if CHANNEL not in history.codes:
        return {}
    labels = history.labels[CHANNEL]
    index = np.flatnonzero(bought)
    codes = history.codes[CHANNEL][index].astype(np.int64)
    owner = np.searchsorted(customer, history.owner[index])
    rows = np.bincount(owner, minlength=len(customer))
    sizes = np.bincount(codes, minlength=len(labels))
    largest = [code for code in np.argsort(-sizes, kind="stable")[:MOST_CHANNELS] if labels[code] != MISSING]
    return {
        f"{CHANNEL}={labels[code]}": np.bincount(owner[codes == code], minlength=len(customer)) / rows
        for code in sorted(largest)
        if sizes[code]
    }


def _season_mix(owner: NDArray, day: NDArray[np.int32], frequency: Floats) -> dict[str, Floats]:
    """The share of each customer's purchases by quarter of the year."""
    quarter = quarter_of_year(day)
    return {
        f"{SEASON}={name}": np.bincount(owner[quarter == place], minlength=len(frequency)) / frequency
        for place, name in enumerate(SEASONS)
    }


def quarter_of_year(day: NDArray[np.int32]) -> NDArray[np.int64]:
    """0 to 3 for each day number."""
    if not len(day):
        return np.empty(0, dtype=np.int64)
    months = (np.datetime64(EPOCH) + np.arange(int(day.max()) + 1)).astype("datetime64[M]").astype(np.int64) % 12
    quarter: NDArray[np.int64] = (months // 3)[day]
    return quarter
