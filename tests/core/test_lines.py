"""What order lines say of a customer, against pandas."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.access import Dataset
from core.days import to_day


@pytest.mark.parametrize("last", [None, date(2022, 3, 31)])
def test_lines_by_customer_equal_pandas(dataset: Dataset, log: pd.DataFrame, last: date | None) -> None:
    """Credits do not count."""
    rows = log[log["amount"] > 0]
    if last:
        rows = rows[rows["date"] <= pd.Timestamp(last)]
    grouped = rows.groupby("customer_id")
    ids = dataset.customer_ids(np.arange(dataset.history.n_customers))
    expected = pd.DataFrame(
        {
            "lines": grouped.size(),
            "gross": grouped["amount"].sum() + grouped["discount"].sum(),
            "products": grouped["product_id"].nunique(),
            "categories": grouped["category"].nunique(),
            "discount": grouped["discount"].sum(),
        }
    ).reindex(ids, fill_value=0)
    found = dataset.lines_by_customer(to_day(last) if last else None).fillna(0)
    assert len(found) == len(expected)
    for name in expected:
        assert found[name].astype(int).tolist() == expected[name].tolist(), name
