"""The classes of ABC-XYZ: what they are made from, their cuts, and the codes that follow."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.analyses._abc_params import ABC, AbcXyzParams
from core.demand import Demand, Window, complete_window, demand, rows_inside, rows_matching, seasonal_error
from core.errors import MissingTableError
from core.filters import Filters
from core.money import SCALE
from core.scoring import cumulative_shares, equal_count_cuts, falling_order

INTERVAL_CUT, VARIATION_CUT = 1.32, 0.49
# Rows of a product (or customer) from which periods are summed over the whole history.
MANY_ROWS = 100

Pair = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Basis:
    """Whom classes are made from, most value first; equal ones stand in code order.

    Parameters
    ----------
    selection : Selection
        Of customers, or of products.
    money : {"revenue", "margin"}
    values : ndarray of int64, shape (rows,)
        What each row counts: money, or a unit of the currency for a purchase, so that orders go the way of money.
    codes : ndarray of int64, shape (k,)
        Customers (or products) with a purchase in the rows that classes are made from.
    value : ndarray of int64, shape (k,)
    before, upto : ndarray of float64, shape (k,)
        The share of positive value that strictly larger ones hold, and the share up to and with ties; NaN where value is not positive.
    shown : ndarray of bool, shape (k,), or slice
        Which of them are in view.
    """

    selection: features.Selection
    money: str
    values: NDArray[np.int64]
    codes: NDArray[np.int64]
    value: NDArray[np.int64]
    before: NDArray[np.float64]
    upto: NDArray[np.float64]
    shown: NDArray[np.bool_] | slice


def select(dataset: Dataset, filters: Filters, of: str) -> features.Selection:
    """What a filter lets through, of customers or of products, up to one as-of date.

    Raises
    ------
    MissingTableError
        Products are asked for and the data name none.
    """
    selection = features.select(dataset.history, filters)
    if of == "customers":
        return selection
    if dataset.products is None:
        raise MissingTableError(
            "products can't be classed: no order line names a product",
            todo="Import order lines with a product, or class customers.",
        )
    return replace(selection, history=dataset.products.history)


def prepare(dataset: Dataset, filters: Filters, params: AbcXyzParams) -> Basis:
    """Rank everybody who is classed by value.

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        Margin is asked for and the data have no costs.
    MissingTableError
        Products are asked for and the data name none.
    """
    selection = select(dataset, filters, params.of)
    history = selection.history
    money = dataset.value_name("margin" if params.value == "margin" else "revenue")
    values = _row_values(selection, params.value, money)
    codes = selection.shown
    if not selection.shared:
        codes = np.flatnonzero(features.count_purchases(history, selection.classed))
    value = selection.totals_of_classed(values)[codes]
    ranked = falling_order(value)
    codes, value = codes[ranked], value[ranked]
    before, upto = cumulative_shares(value)
    shown = slice(None) if selection.shared else selection.in_view[codes]
    return Basis(selection, money, values, codes, value, before, upto, shown)


def _row_values(selection: features.Selection, value: str, money: str) -> NDArray[np.int64]:
    history = selection.history
    if value != "orders":
        return history.value(money)
    bought = history.purchase if selection.classed is None else history.purchase & selection.classed
    return features.one_row_an_order(history, bought).astype(np.int64) * SCALE


def abc_limits(params: AbcXyzParams, factors: Pair = (1.0, 1.0)) -> Pair:
    """Shares before which A and B end; a factor moves a limit: it multiplies its distance to 100 %."""
    # Rounded, so that shares can equal them.
    a, b = (
        round((100 - (100 - limit) * factor) / 100, 12)
        for limit, factor in zip((params.a_limit, params.b_limit), factors, strict=True)
    )
    return a, b


def abc_codes(before: NDArray[np.float64], limits: Pair) -> NDArray[np.int8]:
    """Positions in ``ABC``. Limits that were moved past each other count in rising order."""
    # Missing shares (no positive value) compare as false and are set below.
    classes = (before >= limits[0]).astype(np.int8) + (before >= limits[1])
    classes[np.isnan(before)] = ABC.index("nonpositive")
    return classes


@dataclass(frozen=True, eq=False)
class Regularity:
    """How regular demand is, of those in view, and the cuts between the classes.

    Parameters
    ----------
    demand : Demand
        In the order of the basis.
    cuts : tuple of float
        Where Y and Z begin; for Syntetos-Boylan the cuts of the interval and of the squared variation.
    window : Window
    """

    demand: Demand
    cuts: Pair
    window: Window


def regularity(basis: Basis, params: AbcXyzParams) -> Regularity:
    """Measure the demand of those in view over the last complete periods."""
    selection, history = basis.selection, basis.selection.history
    window = complete_window(selection, params.period, params.measured + params.season)
    index = _measured_rows(selection, params, window)
    if params.season:
        measured = seasonal_error(history, basis.values, index, window, params.season, params.measured)
    else:
        measured = demand(history, basis.values, index, window)
    shown = measured.of(basis.codes[basis.shown])
    if params.xyz == "thirds":
        cuts = _thirds(measured, basis.codes, params)
    elif params.xyz == "syntetos_boylan":
        cuts = INTERVAL_CUT, VARIATION_CUT
    else:
        cuts = params.x_limit / 100, params.y_limit / 100
    return Regularity(shown, cuts, window)


def _measured_rows(selection: features.Selection, params: AbcXyzParams, window: Window) -> NDArray[np.int64] | None:
    """The rows of the window that demand is measured from; None for all, where that is faster than picking them."""
    history = selection.history
    if selection.classed is None and history.n_identified > MANY_ROWS * history.n_customers:
        return None
    if selection.shared:
        return rows_matching(selection, window)
    index = rows_inside(history, selection.classed, window)
    if params.xyz == "thirds":
        return index
    # Only thirds need the regularity of everybody who is classed.
    index = index[: np.searchsorted(index, history.n_identified)]
    return index[selection.in_view[history.owner[index]]]


def _thirds(measured: Demand, codes: NDArray[np.int64], params: AbcXyzParams) -> Pair:
    cv = measured.cv[codes]
    known = cv[(measured.periods[codes] >= params.needed) & ~np.isnan(cv)]
    if not len(known):
        return np.nan, np.nan
    first, second = equal_count_cuts(known, 3)
    return float(first), float(second)


def moved_cuts(cuts: Pair, factors: Pair) -> Pair:
    """Cuts of regularity times a factor each, rounded as variations are, so that these can equal them."""
    return round(cuts[0] * factors[0], 12), round(cuts[1] * factors[1], 12)


def xyz_measures(measured: Demand, params: AbcXyzParams) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What the two cuts are cuts of: the variation, or the interval and the squared variation of Syntetos and Boylan."""
    if params.xyz != "syntetos_boylan":
        return measured.cv, measured.cv
    with np.errstate(divide="ignore", invalid="ignore"):
        return measured.periods / measured.active, measured.cv2_active


def xyz_codes(measured: Demand, params: AbcXyzParams, cuts: Pair, factors: Pair = (1.0, 1.0)) -> NDArray[np.int8]:
    """Positions in the names of the classes of regularity; factors multiply the cuts."""
    first, second = (
        of > cut for of, cut in zip(xyz_measures(measured, params), moved_cuts(cuts, factors), strict=True)
    )
    # X, Y, Z; or smooth, erratic, intermittent, lumpy.
    classes = first.astype(np.int8) * np.int8(2 if params.xyz == "syntetos_boylan" else 1) + second
    classes[np.isnan(measured.cv)] = params.xyz_names.index("undefined")
    classes[measured.periods < params.needed] = params.xyz_names.index("N")
    return classes
