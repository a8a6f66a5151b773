"""The order history: what its arrays hold, against pandas, and that they are mapped, not copied."""

import mmap
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from core.access import Dataset
from core.history import MISSING, OrderHistory, cut_history, map_history, write_history
from tests.core.analyses.reference import order_table
from tests.helpers import build_lines, make_log


def arrays(history: OrderHistory) -> dict[str, np.ndarray]:
    named = {name: getattr(history, name) for name in ("start", "day", "order", "purchase", "revenue", "margin")}
    return {**named, **{f"code_{name}": codes for name, codes in history.codes.items()}}


def test_every_array_is_mapped_read_only_and_not_copied(dataset: Dataset) -> None:
    for name, array in arrays(dataset.history).items():
        assert not array.flags.owndata, name
        assert not array.flags.writeable, name
        base = array
        while isinstance(base, np.ndarray):
            base = base.base
        # The last base is Arrow's view of the mapped file, outside of what Arrow has allocated itself.
        assert isinstance(base, (pa.Buffer, pa.Array, memoryview, mmap.mmap)), name
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_mapping_allocates_nothing(tmp_path: Path) -> None:
    history = build_lines(make_log(1, orders=4000)).history
    write_history(history, tmp_path)
    before = pa.total_allocated_bytes()
    mapped = map_history(tmp_path, history.labels)
    # The tables of contents alone.
    assert pa.total_allocated_bytes() - before < 10_000
    for name, array in arrays(mapped).items():
        expected = arrays(history)[name]
        assert array.dtype == expected.dtype
        np.testing.assert_array_equal(array, expected)


def test_types_are_as_narrow_as_they_can_be(dataset: Dataset) -> None:
    history = dataset.history
    assert {name: str(array.dtype) for name, array in arrays(history).items()} == {
        "start": "int64",
        "day": "uint16",
        "order": "uint32",
        "purchase": "bool",
        "revenue": "int64",
        "margin": "int64",
        "code_region": "uint8",
        "code_channel": "uint8",
    }


def test_rows_equal_plain_pandas_in_order_of_customer_day_and_order(dataset: Dataset, log: pd.DataFrame) -> None:
    history = dataset.history
    expected = order_table(log)
    expected["nobody"] = expected["customer"] == ""
    # Missing labels stand last.
    for name in ("region", "channel"):
        expected[f"{name}_last"] = expected[name] == MISSING
    keys = ["nobody", "customer", "day", "order", "region_last", "region", "channel_last", "channel"]
    expected = expected.sort_values(keys, ignore_index=True)
    ids = dataset.customer_ids(history.owner)
    named = np.concatenate([ids, np.full(len(history.day) - len(ids), "")])
    assert named.tolist() == expected["customer"].tolist()
    assert (pd.Timestamp("1900-01-01") + pd.to_timedelta(history.day, unit="D")).tolist() == expected["day"].tolist()
    for name in ("purchase", "revenue", "margin"):
        assert getattr(history, name).tolist() == expected[name].tolist()
    for name in ("region", "channel"):
        assert np.array(history.labels[name])[history.codes[name]].tolist() == expected[name].tolist()
    orders = expected.groupby(["nobody", "customer", "day", "order"], sort=False).ngroup()
    assert history.order.tolist() == orders.tolist()


def test_start_bounds_each_customers_rows_and_nobodys_come_last(dataset: Dataset, log: pd.DataFrame) -> None:
    history = dataset.history
    count = order_table(log).groupby("customer").size()
    assert np.diff(history.start).tolist() == count.drop("").tolist()
    assert len(history.day) - history.n_identified == count[""]
    assert history.n_customers == len(count) - 1
    assert (np.diff(history.order.astype(np.int64)) >= 0).all()


def test_first_purchase_is_that_of_pandas_and_no_day_without_one(dataset: Dataset, log: pd.DataFrame) -> None:
    orders = order_table(log)
    bought = orders[orders["purchase"]].groupby("customer")["day"].min()
    ids = dataset.customer_ids(np.arange(dataset.history.n_customers))
    expected = (bought.reindex(ids) - pd.Timestamp("1900-01-01")).dt.days.fillna(65_535)
    assert dataset.history.first_purchase.tolist() == expected.tolist()


def test_cutting_to_every_row_changes_nothing(dataset: Dataset) -> None:
    history = dataset.history
    same, kept = cut_history(history, np.ones(len(history.day), dtype=bool))
    assert kept.tolist() == list(range(history.n_customers))
    for name, array in arrays(history).items():
        np.testing.assert_array_equal(arrays(same)[name], array)


def test_cutting_to_no_row_leaves_nobody(dataset: Dataset) -> None:
    none, kept = cut_history(dataset.history, np.zeros(len(dataset.history.day), dtype=bool))
    assert len(kept) == none.n_customers == len(none.day) == len(none.first_purchase) == 0
    assert all(labels == () for labels in none.labels.values())


def test_margin_without_costs_is_an_error(log: pd.DataFrame) -> None:
    history = build_lines(log.drop(columns="cost")).history
    assert history.margin is None
    with pytest.raises(ValueError, match="no costs"):
        history.value("margin")
