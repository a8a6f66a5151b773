"""ABC-XYZ: customers by their share of value and by how steadily they buy."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.classification import Classification
from core.days import period_code
from core.demand import Demand, GroupDemand, Window, complete_window, demand, rows_inside
from core.errors import BadParameterError
from core.filters import Filters
from core.money import SCALE, to_currency
from core.params import choice, number
from core.results import Notice
from core.scoring import cumulative_shares, equal_count_cuts, falling_order, score, top_share

ABC: tuple[str, ...] = ("A", "B", "C", "nonpositive")
CUTS_XYZ: tuple[str, ...] = ("X", "Y", "Z", "N", "undefined")
SYNTETOS_BOYLAN: tuple[str, ...] = ("smooth", "erratic", "intermittent", "lumpy", "N", "undefined")
MIN_PERIODS = {"week": 26, "month": 6, "quarter": 4}
WINDOW_PERIODS = {"week": 52, "month": 12, "quarter": 8}
SWALLOWS = 0.9
INTERVAL_CUT, VARIATION_CUT = 1.32, 0.49


@dataclass(frozen=True)
class AbcXyzParams:
    """Settings of ABC-XYZ.

    Parameters
    ----------
    value : {"revenue", "margin", "orders"}
    a_limit, b_limit : float
        Shares of value, in per cent, up to which customers are A, and B.
    period : {"week", "month", "quarter"}
    xyz : {"thirds", "cuts", "syntetos_boylan"}
        Thirds of the variation seen, fixed cuts, or the four kinds of demand of Syntetos and Boylan.
    x_limit, y_limit : float
        Fixed cuts of the variation, in per cent.
    """

    value: Literal["revenue", "margin", "orders"] = choice("revenue", "revenue", "margin", "orders")
    a_limit: float = number(80.0, 1.0, 99.0)
    b_limit: float = number(95.0, 1.0, 100.0)
    period: Literal["week", "month", "quarter"] = choice("month", "week", "month", "quarter")
    xyz: Literal["cuts", "thirds", "syntetos_boylan"] = choice("cuts", "cuts", "thirds", "syntetos_boylan")
    x_limit: float = number(10.0, 0.1, 1000.0)
    y_limit: float = number(25.0, 0.1, 1000.0)

    def __post_init__(self) -> None:
        for lower, upper in (("a_limit", "b_limit"), ("x_limit", "y_limit")):
            if getattr(self, lower) > getattr(self, upper):
                raise BadParameterError(
                    f"{lower} is above {upper}", found=f"{getattr(self, lower):g} and {getattr(self, upper):g}"
                )


@dataclass(frozen=True, eq=False)
class AbcXyzResult:
    """The matrix, its customers and what lies under them.

    Parameters
    ----------
    matrix : pandas.DataFrame
        abc, xyz, customers, revenue, customer_share, revenue_share; one row a cell, empty ones too.
    customers : pandas.DataFrame
        customer (code), revenue, cumulative_share, abc, cv, xyz, value, mean_a_period, periods; most value first. ``revenue`` is
        what matches the filter, ``value`` what the class was made from, ``cumulative_share`` the share of all value up to and with
        this customer and its ties.
    stability : pandas.DataFrame
        group, label, cv, mean_a_period, periods: variation of the total demand of each class, region and channel.
    xyz_cuts : tuple of float
        Variation (per cent) above which Y and Z begin; empty for Syntetos-Boylan.
    top_share : float
        Share of value that the top 20 % of customers bring.
    at_edge : int
        Customers whose ABC or XYZ class changes when every limit moves by a tenth either way.
    window : tuple of str
        Codes of the first and last complete period; empty when there is none.
    without_purchase : float
        Revenue of customers that only have credits within the filter.
    notices : tuple of Notice
    """

    matrix: pd.DataFrame
    customers: pd.DataFrame
    stability: pd.DataFrame
    value: str
    xyz_mode: str
    xyz_cuts: tuple[float, ...]
    top_share: float
    at_edge: int
    periods: int
    window: tuple[str, ...]
    without_purchase: float
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {"matrix": self.matrix, "customers": self.customers, "stability": self.stability}

    def classification(self, n_customers: int, axis: Literal["abc", "xyz"] = "abc") -> Classification:
        """One axis as a classification of all customers."""
        classes = self.customers[axis].cat
        codes = np.full(n_customers, -1, dtype=np.int16)
        codes[self.customers["customer"]] = classes.codes
        return Classification(axis, tuple(classes.categories), codes)


def run(dataset: Dataset, filters: Filters, params: AbcXyzParams) -> AbcXyzResult:
    """Class the customers in view by value and regularity.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : AbcXyzParams

    Returns
    -------
    AbcXyzResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        Margin is asked for and the data have no costs.
    """
    history = dataset.history
    selection = features.select(history, filters)
    shown = selection.shown
    money_name = dataset.value_name("margin" if params.value == "margin" else "revenue")
    row_values = _row_values(selection, params.value, money_name)
    bought = selection.in_view if selection.shared else features.count_purchases(history, selection.classed) > 0
    classed = np.flatnonzero(bought)
    value = features.per_customer(history, row_values, selection.classed)[classed]
    before, upto = cumulative_shares(value)
    window = complete_window(selection, params.period, WINDOW_PERIODS[params.period])
    index = rows_inside(history, selection.classed, window)
    if params.xyz != "thirds" and not selection.shared:
        # Only thirds need the variation of everybody who is classed.
        index = index[: np.searchsorted(index, history.n_identified)]
        index = index[selection.in_view[history.owner[index]]]
    measured = demand(history, row_values, index, window).of(classed)
    cuts = _xyz_cuts(measured, params)
    # Cuts come from everybody who is classed; all else is asked of those in view.
    place = np.searchsorted(classed, shown)
    value, before, upto, measured = value[place], before[place], upto[place], measured.of(place)
    abc, xyz = _abc(before, params, 1.0), _xyz(measured, params, cuts, 1.0)
    edge = np.zeros(len(shown), dtype=np.bool_)
    for factor in (0.9, 1.1):
        edge |= (_abc(before, params, factor) != abc) | (_xyz(measured, params, cuts, factor) != xyz)
    money = features.per_customer(history, history.value(money_name), selection.matching)
    names = SYNTETOS_BOYLAN if params.xyz == "syntetos_boylan" else CUTS_XYZ
    customers = _customers(shown, value, upto, measured, (abc, xyz), money[shown], names)
    return AbcXyzResult(
        matrix=_matrix(customers),
        customers=customers,
        stability=_stability(selection, params.value, money_name, window, customers),
        value=params.value,
        xyz_mode=params.xyz,
        xyz_cuts=tuple(100 * cut for cut in cuts),
        top_share=top_share(customers["value"].to_numpy()),
        at_edge=int(edge.sum()),
        periods=window.length,
        window=(period_code(window.first, params.period), period_code(window.last, params.period))
        if window.length
        else (),
        without_purchase=float(money[~selection.in_view].sum()) / SCALE,
        notices=_notices(customers, params, window),
    )


def _row_values(selection: features.Selection, value: str, money: str) -> NDArray[np.int64]:
    """What each row counts for its customer: money, or a unit of the currency for a purchase, so that orders go the way of money."""
    history = selection.history
    if value != "orders":
        return history.value(money)
    bought = history.purchase if selection.classed is None else history.purchase & selection.classed
    return features.one_row_an_order(history, bought).astype(np.int64) * SCALE


def _abc(before: NDArray[np.float64], params: AbcXyzParams, factor: float) -> NDArray[np.int8]:
    """Positions in ``ABC``; ``factor`` moves both limits (the distance of each to 100 %) for the sensitivity."""
    # Written so that a factor of 1 gives back the very limit, which shares may equal.
    limits = [(100 * (1 - factor) + limit * factor) / 100 for limit in (params.a_limit, params.b_limit)]
    # Missing shares (no positive value) compare as false and are set below.
    classes = (before >= limits[0]).astype(np.int8) + (before >= limits[1])
    classes[np.isnan(before)] = ABC.index("nonpositive")
    return classes


def _xyz_cuts(measured: Demand, params: AbcXyzParams) -> tuple[float, ...]:
    if params.xyz == "syntetos_boylan":
        return ()
    if params.xyz == "cuts":
        return (params.x_limit / 100, params.y_limit / 100)
    known = measured.cv[(measured.periods >= MIN_PERIODS[params.period]) & ~np.isnan(measured.cv)]
    return tuple(float(cut) for cut in equal_count_cuts(known, 3)) if len(known) else (np.nan, np.nan)


def _xyz(measured: Demand, params: AbcXyzParams, cuts: tuple[float, ...], factor: float) -> NDArray[np.int8]:
    """Positions in ``CUTS_XYZ`` or ``SYNTETOS_BOYLAN``; ``factor`` moves the limits for the sensitivity."""
    if params.xyz == "syntetos_boylan":
        names = SYNTETOS_BOYLAN
        with np.errstate(divide="ignore", invalid="ignore"):
            interval = measured.periods / measured.active
        seldom = interval > INTERVAL_CUT * factor
        uneven = measured.cv2_active > VARIATION_CUT * factor
        # smooth, erratic, intermittent, lumpy
        classes = (2 * seldom + uneven).astype(np.int8)
    else:
        names = CUTS_XYZ
        classes = score(measured.cv, np.asarray(cuts) * factor) - np.int8(1)
    classes[np.isnan(measured.cv)] = names.index("undefined")
    classes[measured.periods < MIN_PERIODS[params.period]] = names.index("N")
    return classes


def _customers(
    shown: NDArray[np.int64],
    value: NDArray[np.int64],
    upto: NDArray[np.float64],
    measured: Demand,
    classes: tuple[NDArray[np.int8], NDArray[np.int8]],
    money: NDArray[np.int64],
    names: tuple[str, ...],
) -> pd.DataFrame:
    ranked = falling_order(value)
    return pd.DataFrame(
        {
            "customer": shown[ranked],
            "revenue": to_currency(money[ranked]),
            "cumulative_share": upto[ranked],
            "abc": pd.Categorical.from_codes(classes[0][ranked], categories=list(ABC)),
            "cv": measured.cv[ranked],
            "xyz": pd.Categorical.from_codes(classes[1][ranked], categories=list(names)),
            "value": to_currency(value[ranked]),
            "mean_a_period": measured.mean[ranked] / SCALE,
            "periods": measured.periods[ranked],
        },
        copy=False,
    )


def _matrix(customers: pd.DataFrame) -> pd.DataFrame:
    abc, xyz = customers["abc"].cat, customers["xyz"].cat
    wide = len(xyz.categories)
    cell = abc.codes.to_numpy().astype(np.int64) * wide + xyz.codes.to_numpy()
    size = len(ABC) * wide
    count = np.bincount(cell, minlength=size)
    revenue = np.bincount(cell, weights=customers["revenue"], minlength=size).round(4)
    total = revenue.sum()
    return pd.DataFrame(
        {
            "abc": pd.Categorical(np.repeat(ABC, wide), categories=list(ABC)),
            "xyz": pd.Categorical(np.tile(xyz.categories, len(ABC)), categories=list(xyz.categories)),
            "customers": count,
            "revenue": revenue,
            "customer_share": count / count.sum(),
            "revenue_share": revenue / total if total else np.full(size, np.nan),
        }
    )


def _stability(
    selection: features.Selection, value: str, money: str, window: Window, customers: pd.DataFrame
) -> pd.DataFrame:
    """Variation of the total demand that matches, by ABC class, region and channel, over the same complete periods.

    Orders without a customer are in no class, but in a region and a channel; an order over two regions is an order of each.
    """
    history = selection.history
    index = rows_inside(history, selection.matching, window)
    if value == "orders":
        index = index[history.purchase[index]]
        values = np.full(len(index), SCALE, dtype=np.int64)
    else:
        values = history.value(money)[index]
    rows = GroupDemand(history.day[index], values, history.order[index], window)
    abc = np.full(history.n_customers, -1, dtype=np.int8)
    abc[customers["customer"]] = customers["abc"].cat.codes
    owned = int(np.searchsorted(index, history.n_identified))
    classes = np.full(len(index), -1, dtype=np.int8)
    classes[:owned] = abc[history.owner[index[:owned]]]
    groups: list[tuple[str, tuple[str, ...], NDArray]] = [("abc", ABC, classes)]
    groups += [(name, history.labels[name], codes[index]) for name, codes in history.codes.items()]
    once = value == "orders" and history.has_split_orders
    tables = []
    for name, labels, group in groups:
        mean, cv = rows.by(group, len(labels), once)
        tables.append(pd.DataFrame({"group": name, "label": labels, "cv": cv, "mean_a_period": mean / SCALE}))
    return pd.concat(tables, ignore_index=True).assign(periods=window.length)


def _notices(customers: pd.DataFrame, params: AbcXyzParams, window: Window) -> tuple[Notice, ...]:
    found = []
    if window.length < MIN_PERIODS[params.period]:
        found.append(Notice.of("short_history", periods=window.length, needed=MIN_PERIODS[params.period]))
    count = customers["xyz"].value_counts().drop(["N", "undefined"])
    if params.xyz == "cuts" and count.sum() and count.iloc[0] > SWALLOWS * count.sum():
        found.append(
            Notice.of("one_class_swallows", label=str(count.index[0]), share=float(count.iloc[0] / count.sum()))
        )
    return tuple(found)
