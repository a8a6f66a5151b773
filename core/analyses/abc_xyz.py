"""ABC-XYZ: customers or products by their share of value and by how steady their demand is."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.analyses import _abc_stability
from core.analyses._abc_advice import advice
from core.analyses._abc_classes import Basis, Regularity, abc_codes, abc_limits, prepare, regularity, xyz_codes
from core.analyses._abc_limits import AbcRuler, abc_distances, ruler, xyz_distance
from core.analyses._abc_params import ABC, CUTS_XYZ, SYNTETOS_BOYLAN, AbcXyzParams, Of
from core.analyses._abc_sensitivity import at_edge, sensitivity
from core.analyses._abc_spend import spend_a_customer, with_spend
from core.classification import Classification
from core.days import period_code
from core.demand import Window
from core.filters import Filters
from core.money import SCALE, to_currency
from core.results import Notice
from core.scoring import top_share

__all__ = ["ABC", "CUTS_XYZ", "SYNTETOS_BOYLAN", "AbcRuler", "AbcXyzParams", "AbcXyzResult", "abc_ruler", "run"]

SWALLOWS = 0.9

# Positions of the classes of those in view: ABC and XYZ.
Classes = tuple[NDArray[np.int8], NDArray[np.int8]]


@dataclass(frozen=True, eq=False)
class AbcXyzResult:
    """The matrix, its customers (or products) and what lies under them.

    Parameters
    ----------
    of : {"customers", "products"}
    matrix : pandas.DataFrame
        abc, xyz, customers (how many, of products too), revenue, customer_share, revenue_share, advice (key; null in empty cells);
        one row a cell, empty ones too. For customers, where marketing spend is given: margin, margin_share (null without costs),
        spend, spend_share.
    rows : pandas.DataFrame
        customer or product (code), revenue, cumulative_share, abc, cv, xyz, value, mean_a_period, periods, abc_gap, abc_room, xyz_gap;
        most value first. ``revenue`` is what matches the filter, ``value`` what the class was made from, ``cumulative_share`` the
        share of all value up to and with this one and its ties, ``cv`` the variation, or the error of the seasonal forecast.
        ``abc_gap`` is how much more value lifts it into the next better class, ``abc_room`` how much it can lose and keep its own (in
        the currency, or orders), ``xyz_gap`` how many percentage points ``cv`` is above the next better class; null where there is no
        such class.
    xyz_cuts : tuple of float
        Variation (per cent) above which Y and Z begin; empty for Syntetos-Boylan.
    top_share : float
        Share of value that the top 20 % of customers bring.
    at_edge : int
        Customers whose ABC or XYZ class changes when every limit moves by a tenth either way.
    window : tuple of str
        Codes of the first and last complete period that was looked at; empty when there is none.
    without_purchase : float
        Revenue of customers that only have credits within the filter.
    without_product : float
        Revenue that matches the filter and names no product; 0 for customers.
    notices : tuple of Notice
    """

    of: Of
    matrix: pd.DataFrame
    rows: pd.DataFrame
    value: str
    xyz_mode: str
    xyz_cuts: tuple[float, ...]
    top_share: float
    at_edge: int
    periods: int
    window: tuple[str, ...]
    without_purchase: float
    without_product: float
    notices: tuple[Notice, ...]
    _stability: pd.DataFrame = field(repr=False)
    _asked: tuple[Dataset, Filters, AbcXyzParams] = field(repr=False)

    @property
    def customers(self) -> pd.DataFrame:
        """The rows under the name of their table, where customers are classed."""
        return self.rows

    @cached_property
    def stability(self) -> pd.DataFrame:
        """Variation of the total demand of each ABC class, region, channel and category: group, label, cv, mean_a_period, periods.

        Categories are computed when this is first read: they take a pass over all that was sold.
        """
        return pd.concat([self._stability, _abc_stability.by_category(*self._asked)], ignore_index=True)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """Who changes class when one setting moves: setting, change, to, customers, customer_share, revenue, revenue_share.

        Computed when first read: it measures demand anew for each other period and window.
        """
        return sensitivity(*self._asked)

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {
            "matrix": self.matrix,
            self.of: self.rows,
            "stability": self.stability,
            "sensitivity": self.sensitivity,
        }

    def classification(self, n_customers: int, axis: Literal["abc", "xyz"] = "abc") -> Classification:
        """One axis as a classification of all customers (or products)."""
        classes = self.rows[axis].cat
        codes = np.full(n_customers, -1, dtype=np.int16)
        codes[self.rows.iloc[:, 0]] = classes.codes
        return Classification(axis, tuple(classes.categories), codes)


def run(dataset: Dataset, filters: Filters, params: AbcXyzParams) -> AbcXyzResult:
    """Class the customers or products in view by value and regularity.

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
    MissingTableError
        Products are asked for and the data name none.
    """
    basis = prepare(dataset, filters, params)
    selection, history = basis.selection, basis.selection.history
    found = regularity(basis, params)
    money = selection.totals(history.value(basis.money))
    shown = basis.codes[basis.shown]
    abc = abc_codes(basis.before[basis.shown], abc_limits(params))
    xyz = xyz_codes(found.demand, params, found.cuts)
    rows = _rows(basis, found, params, (abc, xyz), money[shown])
    without = _without_product(dataset, basis) if params.of == "products" else 0
    return AbcXyzResult(
        of=params.of,
        matrix=_matrix(dataset, basis, params, (abc, xyz), money[shown]),
        rows=rows,
        value=params.value,
        xyz_mode=params.xyz,
        xyz_cuts=() if params.xyz == "syntetos_boylan" else tuple(100 * cut for cut in found.cuts),
        top_share=top_share(rows["value"].to_numpy()),
        at_edge=at_edge(basis, found, params, xyz),
        periods=found.window.length,
        window=_ends(found.window),
        without_purchase=float(money[~selection.in_view].sum()) / SCALE,
        without_product=without / SCALE,
        notices=_notices(rows, params, found, without),
        _stability=_abc_stability.by_class(selection, params, found, shown, abc),
        _asked=(dataset, filters, params),
    )


def abc_ruler(dataset: Dataset, filters: Filters, params: AbcXyzParams) -> AbcRuler:
    """The limits of the ABC classes in value, to class the values of another date by.

    Raises
    ------
    EmptyViewError, BadParameterError, MissingTableError
        As :func:`run`.
    """
    return ruler(prepare(dataset, filters, params), params)


def _ends(window: Window) -> tuple[str, ...]:
    return tuple(period_code(end, window.period) for end in (window.first, window.last)) if window.length else ()


def _rows(
    basis: Basis, found: Regularity, params: AbcXyzParams, classes: Classes, money: NDArray[np.int64]
) -> pd.DataFrame:
    abc, xyz = classes
    gap, room = abc_distances(basis, ruler(basis, params), abc)
    return pd.DataFrame(
        {
            params.of.removesuffix("s"): basis.codes[basis.shown],
            "revenue": to_currency(money),
            "cumulative_share": basis.upto[basis.shown],
            "abc": pd.Categorical.from_codes(abc, categories=list(ABC)),
            "cv": found.demand.cv,
            "xyz": pd.Categorical.from_codes(xyz, categories=list(params.xyz_names)),
            "value": to_currency(basis.value[basis.shown]),
            "mean_a_period": found.demand.mean / SCALE,
            "periods": found.demand.periods,
            "abc_gap": gap,
            "abc_room": room,
            "xyz_gap": xyz_distance(found, params, xyz),
        },
        copy=False,
    )


def _matrix(
    dataset: Dataset, basis: Basis, params: AbcXyzParams, classes: Classes, money: NDArray[np.int64]
) -> pd.DataFrame:
    names = params.xyz_names
    abc, xyz = np.repeat(ABC, len(names)), np.tile(names, len(ABC))
    cell = classes[0].astype(np.int64) * len(names) + classes[1]
    count = np.bincount(cell, minlength=len(abc))
    revenue = np.zeros(len(abc), dtype=np.int64)
    np.add.at(revenue, cell, money)
    total = int(revenue.sum())
    keys = [advice(a, x, params.of) if some else None for a, x, some in zip(abc, xyz, count, strict=True)]
    matrix = pd.DataFrame(
        {
            "abc": pd.Categorical(abc, categories=list(ABC)),
            "xyz": pd.Categorical(xyz, categories=list(names)),
            "customers": count,
            "revenue": to_currency(revenue),
            "customer_share": count / count.sum(),
            "revenue_share": revenue / total if total else np.full(len(abc), np.nan),
            "advice": keys,
        }
    )
    spend = dataset.spend() if params.of == "customers" else None
    if spend is None:
        return matrix
    shown, selection = basis.codes[basis.shown], basis.selection
    margin = None
    if dataset.has_margin:
        history = selection.history
        margin = selection.totals(history.value("margin"))[shown]
    return with_spend(matrix, cell, spend_a_customer(selection, spend)[shown], margin)


def _without_product(dataset: Dataset, basis: Basis) -> int:
    """Money that matches the filter and names no product."""
    orders = features.select(dataset.history, basis.selection.filters)
    sold = basis.selection.history.value(basis.money)
    whole = dataset.history.value(basis.money)
    return orders.sum(whole) - int(basis.selection.totals(sold).sum())


def _notices(rows: pd.DataFrame, params: AbcXyzParams, found: Regularity, without: int) -> tuple[Notice, ...]:
    notices = []
    if found.window.length < params.needed:
        notices.append(Notice.of("short_history", periods=found.window.length, needed=params.needed))
    count = rows["xyz"].value_counts().drop(["N", "undefined"])
    if params.xyz in ("cuts", "seasonal") and count.sum() and count.iloc[0] > SWALLOWS * count.sum():
        share = float(count.iloc[0] / count.sum())
        notices.append(Notice.of("one_class_swallows", label=str(count.index[0]), share=share))
    if without:
        notices.append(Notice.of("without_product", revenue=without / SCALE))
    return tuple(notices)
