"""Building a history: orders, purchases, labels and money, and that equal input gives equal files."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.build import LINES_FILE, order_codes
from core.history import MISSING, write_history
from core.snapshot import snapshot_folder
from tests.helpers import build_lines, make_log, publish_lines


def lines(*rows: tuple[str, str | None, str, int, str | None]) -> pd.DataFrame:
    order, customer, day, amount, region = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "order_id": order,
            "customer_id": pd.Series(customer, dtype=object),
            "date": pd.to_datetime(list(day)),
            "amount": amount,
            "region": pd.Series(region, dtype=object),
        }
    )


def test_an_order_over_two_regions_has_two_rows_with_one_code_and_counts_once() -> None:
    built = build_lines(
        lines(
            ("o1", "a", "2021-01-01", 30, "South"),
            ("o1", "a", "2021-01-01", 20, "North"),
            ("o2", "a", "2021-01-02", 1, "North"),
        )
    )
    history = built.history
    assert history.order.tolist() == [0, 0, 1]
    assert history.revenue.tolist() == [20, 30, 1]
    assert built.order_ids.to_pylist() == ["o1", "o2"]
    assert history.has_split_orders


def test_a_purchase_is_an_order_whose_whole_net_is_positive() -> None:
    history = build_lines(
        lines(
            ("more", "a", "2021-01-01", 30, "South"),
            ("more", "a", "2021-01-01", -20, "North"),
            ("less", "a", "2021-01-02", 30, "South"),
            ("less", "a", "2021-01-02", -31, "North"),
        )
    ).history
    assert history.purchase.tolist() == [True, True, False, False]


@pytest.mark.parametrize(("zero_orders", "expected"), [("credit", False), ("purchase", True)])
def test_an_order_of_zero_is_what_the_setting_says(zero_orders: str, expected: bool) -> None:
    rows = lines(("o1", "a", "2021-01-01", 5, "North"), ("o1", "a", "2021-01-01", -5, "North"))
    assert build_lines(rows, zero_orders).history.purchase.tolist() == [expected]


def test_one_order_id_of_two_customers_is_two_orders() -> None:
    built = build_lines(
        lines(
            ("o1", "b", "2021-01-01", 1, None), ("o1", "a", "2021-01-02", 2, None), ("o1", None, "2021-01-03", 4, None)
        )
    )
    assert built.history.order.tolist() == [0, 1, 2]
    assert built.history.revenue.tolist() == [2, 1, 4]
    assert built.customer_ids.to_pylist() == ["a", "b"]
    assert built.order_ids.to_pylist() == ["o1", "o1", "o1"]


def test_an_order_is_on_the_day_of_its_first_line() -> None:
    history = build_lines(lines(("o1", "a", "2021-01-05", 1, "North"), ("o1", "a", "2021-01-02", 2, "South"))).history
    assert set(history.day.tolist()) == {(pd.Timestamp("2021-01-02") - pd.Timestamp("1900-01-01")).days}


def test_ids_and_labels_stand_in_byte_order_and_missing_ones_last() -> None:
    names = ["é", "Z", "a", "10", "9", "(z", "(missing", "(missing)z"]
    rows = [(f"o{place}", name, "2021-01-01", 1, name) for place, name in enumerate(names)]
    built = build_lines(lines(*rows, ("last", "x", "2021-01-01", 1, None)))
    ordered = sorted(names, key=str.encode)
    assert built.customer_ids.to_pylist() == sorted([*names, "x"], key=str.encode)
    assert built.history.labels["region"] == (*ordered, MISSING)
    assert "channel" not in built.history.labels


def test_labels_without_a_missing_one_have_none() -> None:
    assert build_lines(lines(("o", "a", "2021-01-01", 1, "North"))).history.labels == {"region": ("North",)}


def test_codes_widen_with_the_number_of_labels() -> None:
    for count, width in ((256, "uint8"), (257, "uint16")):
        rows = [(f"o{place}", "a", "2021-01-01", 1, f"r{place:04d}") for place in range(count)]
        assert str(build_lines(lines(*rows)).history.codes["region"].dtype) == width


def test_money_is_exact_where_floats_would_not_be() -> None:
    big, small = 9_007_199_254_740_993, 1
    history = build_lines(lines(("o", "a", "2021-01-01", big, "N"), ("o", "a", "2021-01-01", small, "N"))).history
    assert history.revenue.tolist() == [big + small]


def test_nobody_at_all_has_only_rows_without_a_customer() -> None:
    history = build_lines(lines(("o", None, "2021-01-01", 1, "N"))).history
    assert history.n_customers == history.n_identified == 0
    assert history.start.tolist() == [0]
    assert history.revenue.tolist() == [1]
    assert len(history.first_purchase) == 0


def digest(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_equal_input_gives_equal_files_whatever_the_order_of_its_rows(tmp_path: Path) -> None:
    log = make_log(3)
    found = []
    for place, rows in enumerate([log, log.sample(frac=1, random_state=1), [log.iloc[300:], log.iloc[:300]]]):
        folder = tmp_path / str(place)
        folder.mkdir()
        write_history(build_lines(rows).history, folder)
        found.append(digest(folder))
    assert found[0] == found[1] == found[2]


def test_lines_carry_the_codes_of_their_customer_and_order(log: pd.DataFrame, data: Path) -> None:
    coded = pq.read_table(snapshot_folder(data) / LINES_FILE).to_pandas()
    built = build_lines(log)
    codes = order_codes(built).to_pandas()
    assert len(coded) == len(log)
    ids = coded.merge(codes, on="order", suffixes=("", "_of_order"))
    assert len(ids) == len(log)
    assert (ids["customer"].fillna(-1) == ids["customer_of_order"].fillna(-1)).all()
    found = ids.groupby(["customer_id", "order_id"])["revenue"].sum()
    expected = (
        log.assign(customer_id=log["customer_id"].fillna("")).groupby(["customer_id", "order_id"])["amount"].sum()
    )
    pd.testing.assert_series_equal(found, expected, check_names=False, check_dtype=False)


def test_a_snapshot_keeps_the_lines_money(log: pd.DataFrame, tmp_path: Path) -> None:
    folder = snapshot_folder(publish_lines(log, tmp_path))
    coded = pq.read_table(folder / LINES_FILE).to_pandas()
    assert coded["revenue"].sum() == log["amount"].sum() == build_lines(log).history.revenue.sum()
    assert np.issubdtype(coded["revenue"].dtype, np.int64)
