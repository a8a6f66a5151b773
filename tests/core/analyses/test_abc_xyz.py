"""The worked examples of ABC-XYZ, and what it does where the data do not support a class."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.analyses.abc_xyz import AbcXyzParams, abc_ruler, run
from core.errors import BadParameterError, EmptyViewError, MissingTableError
from core.filters import Filters
from core.params import parse
from tests.core.analyses.compare import assert_same
from tests.core.analyses.reference import UNIT
from tests.helpers import make_log, open_lines


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


def test_a_season_that_repeats_is_x_though_its_months_differ(tmp_path: Path) -> None:
    """Eleven months of 10 and one of 500, each year the same; a tenth more in the second year is an error of an eleventh."""
    months = {"same": ([10] * 11 + [500]) * 2, "grows": [100] * 12 + [110] * 12, "late": [None] * 6 + [10] * 18}
    lines = to_end(monthly(months, "2020-01-15"), "2021-12-31")
    found = classes(lines, tmp_path / "seasonal", xyz="seasonal", x_limit=5)
    assert found["xyz"].to_dict() == {"same": "X", "grows": "Y", "late": "N"}
    assert found["cv"].to_dict() == pytest.approx({"same": 0, "grows": 1 / 11, "late": np.nan}, nan_ok=True)
    assert classes(lines, tmp_path / "cuts")["xyz"].to_dict() == {"same": "Z", "grows": "X", "late": "X"}


def test_a_history_shorter_than_two_years_has_no_seasons_to_compare(tmp_path: Path) -> None:
    dataset = open_lines(to_end(monthly({"a": [10] * 23}, "2020-01-15"), "2021-11-30"), tmp_path)
    result = run(dataset, Filters(), AbcXyzParams(xyz="seasonal"))
    assert [notice.as_dict() for notice in result.notices] == [{"code": "short_history", "periods": 23, "needed": 24}]
    assert result.rows["xyz"].tolist() == ["N"]


def test_the_window_says_how_many_months_count(tmp_path: Path) -> None:
    """A wild first year, then steady."""
    lines = to_end(monthly({"a": [1, 500] * 6 + [10] * 12}, "2020-01-15"), "2021-12-31")
    for window, kind, periods in ((0, "X", 12), (6, "X", 6), (24, "Z", 24), (120, "Z", 24)):
        found = classes(lines, tmp_path / str(window), window=window)
        assert found.loc["a", ["xyz", "periods"]].tolist() == [kind, periods]


def test_a_window_of_fewer_months_than_a_class_needs_makes_all_new(tmp_path: Path) -> None:
    dataset = open_lines(to_end(monthly({"a": [10] * 24}, "2020-01-15"), "2021-12-31"), tmp_path)
    result = run(dataset, Filters(), AbcXyzParams(window=5))
    assert result.rows["xyz"].tolist() == ["N"]
    assert [notice.as_dict() for notice in result.notices] == [{"code": "short_history", "periods": 5, "needed": 6}]


def test_distances_of_the_worked_example_80_15_5(tmp_path: Path) -> None:
    found = classes(monthly({"a": [80], "b": [15], "c": [5], "d": [3, -3], "e": [2, -9]}), tmp_path)
    assert found["abc_gap"].to_dict() == pytest.approx({"a": np.nan, "b": 65, "c": 10, "d": 5, "e": 12}, nan_ok=True)
    room = {"a": 0, "b": 0, "c": np.nan, "d": np.nan, "e": np.nan}
    assert found["abc_room"].to_dict() == pytest.approx(room, nan_ok=True)
    found = classes(monthly({"a": [60], "a2": [30], "c": [10]}), tmp_path / "no B", a_limit=80, b_limit=80)
    assert found["abc"].to_dict() == {"a": "A", "a2": "A", "c": "C"}
    assert found["abc_gap"].to_dict() == pytest.approx({"a": np.nan, "a2": np.nan, "c": 20}, nan_ok=True)
    assert found["abc_room"].to_dict() == pytest.approx({"a": 30, "a2": 0, "c": np.nan}, nan_ok=True)


def test_distance_of_the_worked_example_cv_10_44_per_cent_to_x(tmp_path: Path) -> None:
    found = classes(to_end(monthly({"a": [90, 110] * 6}), "2021-12-31"), tmp_path)
    assert round(found.loc["a", "xyz_gap"], 2) == 0.44


def test_ruler_classes_other_values_by_the_limits_of_its_date(tmp_path: Path) -> None:
    dataset = open_lines(monthly({"a": [80], "b": [15], "c": [5]}), tmp_path)
    ruler = abc_ruler(dataset, Filters(), AbcXyzParams())
    assert (ruler.a_from, ruler.b_from) == (80 * UNIT, 15 * UNIT)
    values = np.array([100, 80, 79, 15, 14, 1, 0, -5]) * UNIT
    assert [ruler.labels[code] for code in ruler.codes(values)] == [*"AABBCC", "nonpositive", "nonpositive"]


def test_ruler_of_nobody_with_positive_value_calls_the_first_one_a(tmp_path: Path) -> None:
    dataset = open_lines(monthly({"a": [5, -5]}), tmp_path)
    assert abc_ruler(dataset, Filters(), AbcXyzParams()).codes(np.array([1, 0])).tolist() == [0, 3]
    with pytest.raises(EmptyViewError):
        abc_ruler(dataset, Filters(first=date(2021, 2, 1)), AbcXyzParams())


def test_sensitivity_of_the_worked_example_80_15_5(tmp_path: Path) -> None:
    """The shares before are 0, 80 and 95: with A up to 82 % b is A, with B up to 95.5 % c is B."""
    dataset = open_lines(monthly({"a": [80], "b": [15], "c": [5]}), tmp_path)
    table = run(dataset, Filters(), AbcXyzParams()).sensitivity.set_index(["setting", "change"])
    assert table.loc[("a_limit", "+10%"), ["to", "customers", "revenue", "revenue_share"]].tolist() == [82, 1, 15, 0.15]
    assert table.loc[("b_limit", "+10%"), ["to", "customers", "revenue"]].tolist() == [95.5, 1, 5]
    assert table.loc[[("a_limit", "-10%"), ("b_limit", "-10%")], "customers"].tolist() == [0, 0]
    assert table.index.get_level_values("setting").unique().tolist() == [
        *("a_limit", "b_limit", "x_limit", "y_limit", "period", "window"),
    ]
    assert table.loc["period"].index.tolist() == ["week", "quarter"]


@pytest.mark.parametrize("axis", ["abc", "xyz"])
def test_an_axis_as_a_classification(dataset: Any, axis: Any) -> None:
    result = run(dataset, Filters(region=("North",)), AbcXyzParams())
    made = result.classification(dataset.history.n_customers, axis)
    assert made.name == axis
    of_rows = [made.labels[made.codes[customer]] for customer in result.rows["customer"]]
    assert of_rows == result.rows[axis].tolist()
    assert np.count_nonzero(made.codes >= 0) == len(result.rows)


def test_products_are_classed_and_what_names_none_is_said(tmp_path: Path) -> None:
    lines = monthly({"who": [60, 30, 10, 7]}).assign(product_id=["p1", "p2", "p2", None], region=["N", "S", "N", "S"])
    dataset = open_lines(lines, tmp_path)
    result = run(dataset, Filters(), AbcXyzParams(of="products", a_limit=50, b_limit=60))
    rows = dataset.with_ids(result.rows)
    assert rows[["product_id", "value"]].to_numpy().tolist() == [["p1", 60], ["p2", 40]]
    assert rows["abc"].tolist() == ["A", "C"]
    assert list(result.tables()) == ["matrix", "products", "stability", "sensitivity"]
    assert result.without_product == 7
    assert result.notices[-1].as_dict() == {"code": "without_product", "revenue": 7.0}
    assert run(dataset, Filters(region=("N",)), AbcXyzParams(of="products")).without_product == 0


def test_products_without_product_ids_are_refused(tmp_path: Path) -> None:
    dataset = open_lines(monthly({"a": [1]}), tmp_path)
    with pytest.raises(MissingTableError, match="no order line names a product"):
        run(dataset, Filters(), AbcXyzParams(of="products"))


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
