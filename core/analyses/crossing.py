"""Crossing: two classifications of the same customers against each other."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from core.access import Dataset
from core.classification import Classification
from core.classifications import Classifier, rule_of
from core.filters import Filters
from core.money import SCALE, to_currency
from core.params import choice, name
from core.results import Notice
from core.rules.notices import rule_notices
from core.scoring import falling_order
from core.stats import benjamini_hochberg, two_sided_p

# A cell of which fewer customers are expected is not tested (Cochran 1954).
FEWEST_EXPECTED = 5.0


@dataclass(frozen=True)
class CrossingParams:
    """Settings of a crossing.

    Parameters
    ----------
    rows, columns : str
        Of :func:`core.classifications.available`.
    value : {"revenue", "margin"}
    """

    rows: str = name("abc")
    columns: str = name("rfm_segment")
    value: Literal["revenue", "margin"] = choice("revenue", "revenue", "margin")


@dataclass(frozen=True, eq=False)
class CrossingResult:
    """The customers in view by two classifications; each is in one cell.

    Parameters
    ----------
    cells : pandas.DataFrame
        row, column, customers, customer_share, revenue, revenue_share, expected (customers, were the two independent), residual
        (adjusted standardised; null where a whole row or column is empty or all there is), claim (whether the difference from
        ``expected`` stands after Benjamini-Hochberg over the cells of which at least 5 customers are expected); one row a cell, empty
        ones too.
    rows, columns : pandas.DataFrame
        label, customers, customer_share, revenue, revenue_share.
    customers : pandas.DataFrame
        customer (code), row, column, revenue; most revenue first.
    row_labels, column_labels : tuple of str
    cramers_v : float
        Strength of the link from 0 to 1, corrected for the bias of small numbers; NaN where a side has one class only.
    p_value : float
        Of Pearson's chi-square test of independence; NaN likewise.
    n : int
        Customers in view.
    value : {"revenue", "margin"}
        What ``revenue`` means.
    notices : tuple of Notice
        ``thin_cells`` (cells, of: how many with customers expected are not tested); of a side that is a rule those of
        :func:`core.rules.notices.rule_notices`.

    Notes
    -----
    Residuals: Haberman (1973), Biometrics 29, 205-220. Cramer's V: Bergsma (2013), J. Korean Stat. Soc. 42, 323-328.
    """

    cells: pd.DataFrame
    rows: pd.DataFrame
    columns: pd.DataFrame
    customers: pd.DataFrame
    row_labels: tuple[str, ...]
    column_labels: tuple[str, ...]
    cramers_v: float
    p_value: float
    n: int
    value: str
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {"cells": self.cells, "rows": self.rows, "columns": self.columns, "customers": self.customers}


def run(dataset: Dataset, filters: Filters, params: CrossingParams) -> CrossingResult:
    """Cross two classifications of the customers in view.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : CrossingParams

    Returns
    -------
    CrossingResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        The data can't be classed so, or margin is asked for and they have no costs.
    """
    value = dataset.value_name(params.value)
    classifier = Classifier(dataset, filters)
    row = classifier.classify(params.rows)
    column = row if params.columns == params.rows else classifier.classify(params.columns)
    shown, selection = classifier.shown, classifier.selection
    money = selection.totals(selection.history.value(value))[shown]
    place = row.codes[shown].astype(np.int64), column.codes[shown].astype(np.int64)
    table = _counted(place, (len(row.labels), len(column.labels)), money)
    test = _independence(table.customers)
    cells = _cells(row, column, table, test)
    tested = test.expected >= FEWEST_EXPECTED
    thin = int(((test.expected > 0) & ~tested).sum())
    return CrossingResult(
        cells=cells,
        rows=_margin(row.labels, table.customers.sum(axis=1), table.money.sum(axis=1)),
        columns=_margin(column.labels, table.customers.sum(axis=0), table.money.sum(axis=0)),
        customers=_customers(shown, row, column, money),
        row_labels=row.labels,
        column_labels=column.labels,
        cramers_v=test.cramers_v,
        p_value=test.p_value,
        n=len(shown),
        value=value,
        notices=_notices(dataset, classifier, params, thin, int((test.expected > 0).sum())),
    )


def _notices(
    dataset: Dataset, classifier: Classifier, params: CrossingParams, thin: int, cells: int
) -> tuple[Notice, ...]:
    found = [Notice.of("thin_cells", cells=thin, of=cells)] if thin else []
    for side in (params.rows, params.columns):
        rule = rule_of(dataset, side)
        if rule is not None:
            found += rule_notices(dataset, classifier, rule)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, eq=False)
class _Counted:
    """Customers and money (units) of each cell, shape (rows, columns)."""

    customers: NDArray[np.int64]
    money: NDArray[np.int64]


def _counted(
    place: tuple[NDArray[np.int64], NDArray[np.int64]], shape: tuple[int, int], money: NDArray[np.int64]
) -> _Counted:
    cell = place[0] * shape[1] + place[1]
    # Added up as whole numbers, so that parts make the very whole.
    total = np.zeros(shape[0] * shape[1], dtype=np.int64)
    np.add.at(total, cell, money)
    return _Counted(np.bincount(cell, minlength=len(total)).reshape(shape), total.reshape(shape))


@dataclass(frozen=True, eq=False)
class _Independence:
    expected: NDArray[np.float64]
    residual: NDArray[np.float64]
    cramers_v: float
    p_value: float


def _independence(counts: NDArray[np.int64]) -> _Independence:
    """Test of independence; classes without customers are no classes."""
    n = counts.sum()
    of_row, of_column = counts.sum(axis=1, keepdims=True), counts.sum(axis=0, keepdims=True)
    expected = of_row * of_column / n
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.sqrt(expected * (1 - of_row / n) * (1 - of_column / n))
        residual = np.where(spread > 0, (counts - expected) / spread, np.nan)
        chi_square = float(np.nansum((counts - expected) ** 2 / expected))
    rows, columns = np.count_nonzero(of_row), np.count_nonzero(of_column)
    freedom = (rows - 1) * (columns - 1)
    if not freedom:
        return _Independence(expected, residual, float("nan"), float("nan"))
    # What chance alone would bring is taken off, and the largest possible value with it.
    phi = max(chi_square / n - freedom / max(n - 1, 1), 0.0)
    fewest = min(classes - (classes - 1) ** 2 / max(n - 1, 1) for classes in (rows, columns)) - 1
    strength = float(np.sqrt(phi / fewest)) if fewest > 0 else float("nan")
    return _Independence(expected, residual, min(strength, 1.0), float(chdtrc(freedom, chi_square)))


def _cells(row: Classification, column: Classification, table: _Counted, test: _Independence) -> pd.DataFrame:
    residual, expected = test.residual.ravel(), test.expected.ravel()
    p_values = np.where(expected >= FEWEST_EXPECTED, two_sided_p(residual), np.nan)
    margin = _margin(("",) * residual.size, table.customers.ravel(), table.money.ravel()).drop(columns="label")
    names = [
        pd.Categorical(np.repeat(row.labels, len(column.labels)), categories=list(row.labels)),
        pd.Categorical(np.tile(column.labels, len(row.labels)), categories=list(column.labels)),
    ]
    return pd.DataFrame(
        {
            "row": names[0],
            "column": names[1],
            **{name: margin[name] for name in margin},
            "expected": expected,
            "residual": residual,
            "claim": benjamini_hochberg(p_values),
        }
    )


def _margin(labels: tuple[str, ...], customers: NDArray[np.int64], money: NDArray[np.int64]) -> pd.DataFrame:
    total = money.sum()
    return pd.DataFrame(
        {
            "label": list(labels),
            "customers": customers,
            "customer_share": customers / customers.sum(),
            "revenue": to_currency(money),
            "revenue_share": money / total if total else np.full(len(money), np.nan),
        }
    )


def _customers(
    shown: NDArray[np.int64], row: Classification, column: Classification, money: NDArray[np.int64]
) -> pd.DataFrame:
    ranked = falling_order(money)
    who = shown[ranked]
    return pd.DataFrame(
        {
            "customer": who,
            "row": pd.Categorical.from_codes(row.codes[who], categories=list(row.labels)),
            "column": pd.Categorical.from_codes(column.codes[who], categories=list(column.labels)),
            "revenue": money[ranked] / SCALE,
        },
        copy=False,
    )
