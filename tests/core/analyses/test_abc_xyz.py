"""ABC-XYZ against plain pandas, row for row, the worked examples of the method, and what must hold whatever the data."""

from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.analyses.abc_xyz import AbcXyzParams, run
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from core.params import parse
from tests.core.analyses.compare import assert_same
from tests.core.analyses.conftest import FILTERS, Case, every_filter_and_setting
from tests.core.analyses.reference import UNIT, abc_xyz
from tests.helpers import make_log, open_lines


def check(case: Case, filters: Filters, **settings: Any) -> None:
    expected = abc_xyz(case.orders, filters, **settings)
    if not len(expected["customers"]):
        with pytest.raises(EmptyViewError):
            run(case.dataset, filters, AbcXyzParams(**settings))
        return
    result = run(case.dataset, filters, AbcXyzParams(**settings))
    customers = case.dataset.with_ids(result.customers)
    assert_same(customers, expected["customers"], ["customer_id"])
    filled = result.matrix[result.matrix["customers"] > 0]
    assert_same(filled, expected["matrix"], ["abc", "xyz"])
    assert not result.matrix.loc[result.matrix["customers"] == 0, ["revenue", "customer_share"]].any(axis=None)
    stability = result.stability.dropna(subset=["cv"])
    assert_same(stability, expected["stability"].dropna(subset=["cv"]), ["group", "label"])
    ranked = customers.sort_values(["value", "customer_id"], ascending=[False, True])
    assert customers["customer_id"].tolist() == ranked["customer_id"].tolist()


VALUES, PERIODS, XYZ = (
    ("revenue", "margin", "orders"),
    ("week", "month", "quarter"),
    ("cuts", "thirds", "syntetos_boylan"),
)
# A Latin square: every pair of two settings once.
SETTINGS = tuple((VALUES[(row + column) % 3], PERIODS[row], XYZ[column]) for row, column in product(range(3), repeat=2))


@pytest.mark.parametrize("place", range(len(FILTERS)), ids=FILTERS)
def test_equals_plain_pandas_on_generated_logs(generated: Case, place: int) -> None:
    for value, period, xyz in SETTINGS[place::6]:
        wanted = value if generated.dataset.has_margin or value != "margin" else "revenue"
        check(generated, generated.filters()[FILTERS[place]], value=wanted, period=period, xyz=xyz)


REAL_SETTINGS = (("margin", "month", "thirds"), ("orders", "week", "cuts"), ("revenue", "quarter", "syntetos_boylan"))


@pytest.mark.parametrize(("filters", "setting"), every_filter_and_setting(FILTERS, 3))
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str, setting: int) -> None:
    value, period, xyz = REAL_SETTINGS[setting]
    if value == "margin" and not real_case.dataset.has_margin:
        value = "revenue"
    check(real_case, real_case.filters()[filters], value=value, period=period, xyz=xyz)


def monthly(values: dict[str, list[float]], start: str = "2021-01-15") -> pd.DataFrame:
    """One order a customer and month, in the currency; None leaves a month out."""
    rows = [
        (name, pd.Timestamp(start) + pd.DateOffset(months=month), round(value * UNIT))
        for name, amounts in values.items()
        for month, value in enumerate(amounts)
        if value is not None
    ]
    lines = pd.DataFrame(rows, columns=["customer_id", "date", "amount"])
    return lines.assign(order_id=[f"o{place}" for place in range(len(lines))])


def classes(lines: pd.DataFrame, data: Path, filters: Filters = Filters(), **settings: Any) -> pd.DataFrame:  # noqa: B008
    dataset = open_lines(lines, data)
    table = dataset.with_ids(run(dataset, filters, AbcXyzParams(**settings)).customers).set_index("customer_id")
    return table.astype({"abc": str, "xyz": str})


def to_end(lines: pd.DataFrame, day: str) -> pd.DataFrame:
    """An order of nobody on a day, so that the data reach it."""
    last = pd.DataFrame([{"order_id": "end", "customer_id": None, "date": pd.Timestamp(day), "amount": 1}])
    return pd.concat([lines, last], ignore_index=True)


def test_worked_example_of_methods_80_15_5_is_a_b_c(tmp_path: Path) -> None:
    found = classes(monthly({"a": [80], "b": [15], "c": [5]}), tmp_path)
    assert found["abc"].to_dict() == {"a": "A", "b": "B", "c": "C"}
    assert found["cumulative_share"].to_dict() == pytest.approx({"a": 0.80, "b": 0.95, "c": 1.0})


def test_worked_example_of_methods_90_and_110_in_turns_has_cv_10_44_per_cent_and_is_y(tmp_path: Path) -> None:
    found = classes(to_end(monthly({"a": [90, 110] * 6}), "2021-12-31"), tmp_path)
    assert round(100 * found.loc["a", "cv"], 2) == 10.44
    assert found.loc["a", "xyz"] == "Y"


def test_one_giant_is_a(tmp_path: Path) -> None:
    assert classes(monthly({"giant": [999], "dwarf": [1]}), tmp_path)["abc"].to_dict() == {"giant": "A", "dwarf": "C"}


def test_equal_values_share_a_class(tmp_path: Path) -> None:
    """Of ten equal customers each has nothing before it."""
    assert set(classes(monthly({f"c{place}": [10] for place in range(10)}), tmp_path)["abc"]) == {"A"}


def test_value_of_zero_or_less_is_nonpositive(tmp_path: Path) -> None:
    found = classes(monthly({"a": [50], "zero": [20, -20], "less": [20, -30]}), tmp_path)
    assert found["abc"].to_dict() == {"a": "A", "zero": "nonpositive", "less": "nonpositive"}
    assert found.loc[["zero", "less"], "cumulative_share"].isna().all()


@pytest.mark.parametrize(
    ("a_limit", "expected"), [(79.9, "B"), (80, "B"), (80.1, "A")], ids=["above", "on the limit", "below"]
)
def test_share_before_equal_to_the_limit_is_b(tmp_path: Path, a_limit: float, expected: str) -> None:
    assert classes(monthly({"a": [80], "b": [15], "c": [5]}), tmp_path, a_limit=a_limit)["abc"]["b"] == expected


def test_share_before_equal_to_any_whole_limit_is_the_lower_class(tmp_path: Path) -> None:
    """A share of exactly the limit is not below it."""
    wrong = []
    for limit in (15, 29, 30, 55, 58, 80, 95):
        # What the first leaves, in pieces that are smaller than it.
        rest = [min(limit - 1, 100 - limit - start) for start in range(0, 100 - limit, limit - 1)]
        lines = monthly({"first": [limit], **{f"rest{place}": [value] for place, value in enumerate(rest)}})
        if classes(lines, tmp_path / str(limit), a_limit=limit, b_limit=100)["abc"]["rest0"] != "B":
            wrong.append(limit)
    assert wrong == []


def test_months_before_the_first_purchase_do_not_count_and_later_empty_ones_do(tmp_path: Path) -> None:
    lines = monthly({"old": [10] * 12, "late": [None] * 4 + [10, 10, None, 10, 10, 10, 10, 10]})
    found = classes(to_end(lines, "2021-12-31"), tmp_path)
    assert found["periods"].to_dict() == {"old": 12, "late": 8}
    assert found.loc["old", "cv"] == 0
    assert found.loc["late", "cv"] == pytest.approx(np.std([10] * 7 + [0], ddof=1) / 8.75)


def test_a_month_that_is_not_over_does_not_count(tmp_path: Path) -> None:
    lines = monthly({"a": [10] * 7 + [1000]})
    assert classes(to_end(lines, "2021-08-30"), tmp_path / "before")["periods"]["a"] == 7
    assert classes(to_end(lines, "2021-08-31"), tmp_path / "over")["periods"]["a"] == 8


def test_fewer_than_six_complete_months_is_new(tmp_path: Path) -> None:
    found = classes(
        to_end(monthly({"five": [None] * 7 + [9] * 5, "six": [None] * 6 + [9] * 6}), "2021-12-31"), tmp_path
    )
    assert found["xyz"].to_dict() == {"five": "N", "six": "X"}


def test_months_of_credits_stay_negative_and_a_mean_of_zero_or_less_is_undefined(tmp_path: Path) -> None:
    months = {"back": [50, -10, 50, -10, 50, -10], "none": [50, -50, 50, -50, 50, -50], "less": [50, -60] * 3}
    found = classes(to_end(monthly(months), "2021-06-30"), tmp_path)
    assert found.loc["back", "cv"] == pytest.approx(np.std([50, -10], ddof=0) * np.sqrt(6 / 5) / 20)
    assert found.loc[["none", "less"], "xyz"].tolist() == ["undefined", "undefined"]


def test_syntetos_boylan_has_four_kinds(tmp_path: Path) -> None:
    months = {
        "smooth": [10, 11] * 6,
        "erratic": [1, 50] * 6,
        "intermittent": [10, None, None] * 4,
        "lumpy": [1, None, None, 90, None, None] * 2,
    }
    found = classes(to_end(monthly(months), "2021-12-31"), tmp_path, xyz="syntetos_boylan")
    assert found["xyz"].to_dict() == {name: name for name in months}


@pytest.mark.parametrize("amounts", [[1], [10, None, 20], [10, 20, 30, None, 70]], ids=["once", "twice", "four times"])
def test_equal_variation_shares_a_third(tmp_path: Path, amounts: list[float]) -> None:
    """Demand that differs only by a factor has the same variation, so the same class."""
    rng = np.random.default_rng(5)
    factors = [1 + int(factor) for factor in rng.integers(1, 10**6, 60)]
    scaled = {f"c{place}": [a and a * factor / 100 for a in amounts] for place, factor in enumerate(factors)}
    found = classes(to_end(monthly(scaled), "2021-12-31"), tmp_path, xyz="thirds")
    assert found["xyz"].value_counts().to_dict() == {"X": 60}


def test_split_orders_are_an_order_of_each_region_whatever_the_regions_are_called(tmp_path: Path) -> None:
    lines = make_log(11, split=0.5)
    other = lines.assign(region=lines["region"].map({"North": "Zulu", "South": "Alpha"}))
    tables = []
    for name, log, labels in (("as is", lines, {}), ("renamed", other, {"Zulu": "North", "Alpha": "South"})):
        dataset = open_lines(log, tmp_path / name)
        table = run(dataset, Filters(), AbcXyzParams(value="orders")).stability
        tables.append(table.assign(label=table["label"].astype(str).replace(labels)))
    assert_same(tables[1], tables[0], ["group", "label"])


@pytest.mark.parametrize(
    "texts", [{"a_limit": "95", "b_limit": "80"}, {"x_limit": "30", "y_limit": "20"}, {"a_limit": "96"}]
)
def test_limits_in_the_wrong_order_are_refused(log: pd.DataFrame, tmp_path: Path, texts: dict[str, str]) -> None:
    dataset = open_lines(log, tmp_path)
    with pytest.raises(BadParameterError):
        run(dataset, Filters(), parse(AbcXyzParams, texts))


def test_no_window_leaves_the_others_classes_alone(dataset: Any) -> None:
    """Fewer than six months in the window: all are new, ABC stands."""
    first = dataset.info.last_day - timedelta(days=10)
    result = run(dataset, Filters(first=first), AbcXyzParams())
    assert set(result.customers["xyz"].astype(str)) == {"N"}
    assert result.periods == 0
    assert [notice.code for notice in result.notices] == ["short_history"]
    assert result.matrix["customers"].sum() == len(result.customers)


def test_a_class_that_swallows_nearly_all_is_said(tmp_path: Path) -> None:
    months = {f"z{place}": [1, None, 3, None, None, 5, 1] for place in range(19)} | {"x": [10] * 7}
    lines = to_end(monthly(months), "2021-07-31")
    dataset = open_lines(lines, tmp_path)
    (notice,) = run(dataset, Filters(), AbcXyzParams()).notices
    assert notice.as_dict() == {"code": "one_class_swallows", "label": "Z", "share": 0.95}


def test_margin_without_costs_is_refused(tmp_path: Path) -> None:
    dataset = open_lines(monthly({"a": [1]}), tmp_path)
    with pytest.raises(BadParameterError, match="margin can't be shown"):
        run(dataset, Filters(), AbcXyzParams(value="margin"))
