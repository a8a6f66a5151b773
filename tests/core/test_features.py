"""Sums and counts per customer against pandas, for wide and for narrow selections."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from core import features
from core.access import Dataset
from core.filters import Filters
from tests.core.analyses.reference import View, money, order_table, purchases

SELECTIONS = {
    "all": Filters(),
    "one region": Filters(region=("North",)),
    "two labels": Filters(region=("South", "(missing)"), channel=("Shop",)),
    "a day": Filters(first=date(2022, 3, 1), last=date(2022, 3, 1)),
    "a week in one region": Filters(region=("North",), first=date(2022, 3, 1), last=date(2022, 3, 7)),
    "before the data": Filters(last=date(2000, 1, 1)),
    "after the data": Filters(first=date(2070, 1, 1)),
    "an unknown region": Filters(region=("Atlantis",)),
}


@pytest.mark.parametrize("filters", SELECTIONS.values(), ids=SELECTIONS)
def test_sums_and_counts_per_customer_equal_pandas(dataset: Dataset, log: pd.DataFrame, filters: Filters) -> None:
    history, view = dataset.history, View(order_table(log), filters)
    ids = pd.Index(dataset.customer_ids(np.arange(history.n_customers)))
    selection = features.select(history, filters)
    for name in ("revenue", "margin"):
        found = features.per_customer(history, history.value(name), selection.matching)
        assert found.dtype == np.int64
        assert found.tolist() == money(view.matching, ids, name).tolist()
    assert selection.purchases.tolist() == purchases(view.matching).reindex(ids, fill_value=0).tolist()
    assert ids[selection.in_view].tolist() == view.shown.tolist()
    bought = view.matching[view.matching["purchase"]].groupby("customer")["day"].max()
    last = (bought.reindex(ids) - pd.Timestamp("1900-01-01")).dt.days.fillna(0)
    assert features.last_purchase(history, selection.matching).tolist() == last.tolist()
    assert pd.Timestamp("1900-01-01") + pd.Timedelta(days=selection.as_of) == view.as_of


def test_nothing_is_computed_before_it_is_asked_for(dataset: Dataset) -> None:
    selection = features.select(dataset.history, Filters(region=("North",)))
    assert "matching" not in vars(selection)


def test_sums_of_a_neighbour_never_leak(dataset: Dataset) -> None:
    """A customer without a selected row has 0, not what the next one has."""
    history = dataset.history
    rows = np.zeros(len(history.day), dtype=bool)
    rows[history.start[3] : history.start[4]] = True
    found = features.per_customer(history, history.revenue, rows)
    assert np.flatnonzero(found).tolist() == [3]
    assert found[3] == history.revenue[history.start[3] : history.start[4]].sum()
