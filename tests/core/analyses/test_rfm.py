"""RFM against plain pandas, row for row, and what must hold of it whatever the data."""

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core import features
from core.access import Dataset, open_dataset
from core.analyses.rfm import RfmParams, ruler, run
from core.errors import BadInputError, BadParameterError, EmptyViewError
from core.filters import Filters
from core.scope import AccessScope
from tests.core.analyses.compare import assert_same
from tests.core.analyses.conftest import FILTERS, Case, every_filter_and_setting
from tests.core.analyses.reference import UNIT
from tests.core.analyses.reference_rfm import SEGMENTS, rfm
from tests.helpers import make_log, open_lines


def check(case: Case, filters: Filters, params: RfmParams) -> None:
    expected = rfm(case.orders, filters, params)
    if not len(expected["customers"]):
        with pytest.raises(EmptyViewError):
            run(case.dataset, filters, params)
        return
    result = run(case.dataset, filters, params)
    customers = case.dataset.with_ids(result.customers)
    assert_same(customers, expected["customers"], ["customer_id"])
    assert_same(result.cuts, expected["cuts"], ["axis", "group"])
    assert_same(result.cube, expected["cube"], ["r", "f", "m"])
    assert_same(result.segments, expected["segments"], ["segment"])
    # Most revenue first, equal ones by id.
    ranked = customers.sort_values(["revenue", "customer_id"], ascending=[False, True])
    assert customers["customer_id"].tolist() == ranked["customer_id"].tolist()


# Every way to cut an axis, each with another number of groups and measure of money.
WAYS: dict[str, dict[str, Any]] = {
    "count": {},
    "count_4_mean": {"groups": 4, "monetary": "mean"},
    "count_5": {"groups": 5},
    "width": {"cuts": "width"},
    "width_5_mean": {"groups": 5, "cuts": "width", "monetary": "mean"},
    "calendar": {"recency": "calendar"},
    "calendar_4_width": {"groups": 4, "recency": "calendar", "cuts": "width"},
    "calendar_5": {"groups": 5, "recency": "calendar"},
    "own": {"cuts": "own", "r_cuts": (30, 90), "f_cuts": (1, 4), "m_cuts": (10.0, 123.4567)},
    "own_4_mean": {"groups": 4, "cuts": "own", "r_cuts": (6.5, 40, 400), "m_cuts": (5, 10, 50), "monetary": "mean"},
    "own_frequency": {"cuts": "own", "f_cuts": (2, 7.5)},
}
MARGIN = ("count_4_mean", "width", "own_4_mean")


def settings_of(way: str, case: Case) -> RfmParams:
    value = "margin" if way in MARGIN and case.dataset.has_margin else "revenue"
    return RfmParams(**WAYS[way], value=value)


every_way = pytest.mark.parametrize(
    ("filters", "way"),
    [(filters, list(WAYS)[place]) for filters, place in every_filter_and_setting(FILTERS, len(WAYS))],
)


@every_way
def test_equals_plain_pandas_on_generated_logs(generated: Case, filters: str, way: str) -> None:
    check(generated, generated.filters()[filters], settings_of(way, generated))


@every_way
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str, way: str) -> None:
    check(real_case, real_case.filters()[filters], settings_of(way, real_case))


def only(lines: list[tuple[str, str, int]], data: Path, **settings: Any) -> pd.DataFrame:
    """The customers table of orders given as (customer, day, money units)."""
    dataset = open_lines(orders_of(lines), data)
    return dataset.with_ids(run(dataset, Filters(), RfmParams(**settings)).customers).set_index("customer_id")


def orders_of(lines: list[tuple[str, str, int]]) -> pd.DataFrame:
    customer, day, amount = zip(*lines, strict=True)
    order = [f"o{place}" for place in range(len(lines))]
    return pd.DataFrame(
        {"order_id": order, "customer_id": customer, "date": pd.to_datetime(list(day)), "amount": amount}
    )


def test_credits_move_money_and_never_frequency_or_recency(tmp_path: Path) -> None:
    found = only(
        [("a", "2021-01-01", 500_000), ("a", "2021-03-01", -200_000), ("a", "2021-04-01", 0), ("b", "2021-02-01", 1)],
        tmp_path,
    )
    assert found.loc["a", ["recency_days", "frequency", "monetary"]].tolist() == [90, 1, 30.0]


def test_recency_counts_to_the_last_order_in_the_data_and_to_the_end_of_the_window(tmp_path: Path) -> None:
    lines = orders_of([("a", "2021-01-01", 1), ("a", "2021-01-11", 1), ("b", "2021-02-10", 1)])
    dataset = open_lines(lines, tmp_path)
    for filters, days in (
        (Filters(), 30),
        (Filters(last=date(2021, 1, 10)), 9),
        (Filters(last=date(2021, 1, 31)), 20),
        (Filters(last=date(2021, 3, 1)), 49),
    ):
        table = dataset.with_ids(run(dataset, filters, RfmParams()).customers).set_index("customer_id")
        assert table.loc["a", "recency_days"] == days


def test_equal_customers_get_equal_scores(tmp_path: Path) -> None:
    lines = [(f"c{place}", "2021-01-01", 70) for place in range(9)] + [("late", "2021-01-05", 80)]
    found = only(lines, tmp_path)
    assert found.loc[[f"c{place}" for place in range(9)], list("rfm")].drop_duplicates().to_numpy().tolist() == [
        [1, 1, 1]
    ]
    # 9 of 10 are worse: 1 + floor(3 x 0.9).
    assert found.loc["late", list("rfm")].tolist() == [3, 1, 3]


def test_one_customer_is_in_the_first_group_of_each_axis_and_the_empty_groups_are_said(tmp_path: Path) -> None:
    dataset = open_lines(orders_of([("only", "2021-01-01", 70)]), tmp_path)
    result = run(dataset, Filters(), RfmParams())
    assert result.customers[list("rfm")].to_numpy().tolist() == [[1, 1, 1]]
    assert [notice.as_dict() for notice in result.notices] == [
        {"code": "empty_group", "axis": axis, "group": group}
        for axis in ("recency", "frequency", "monetary")
        for group in (2, 3)
    ]


def test_segments_and_cells_partition_customers_and_revenue(generated: Case) -> None:
    result = run(generated.dataset, Filters(), RfmParams(4))
    everyone = result.customers["revenue"].sum()
    for table in (result.cube, result.segments):
        assert table["customers"].sum() == len(result.customers)
        assert table["revenue"].sum() == pytest.approx(everyone)
    named = generated.orders[generated.orders["customer"] != ""]
    assert everyone + result.without_purchase == pytest.approx(named["revenue"].sum() / UNIT)


def test_scores_rise_with_the_value_they_are_made_from(generated: Case) -> None:
    customers = run(generated.dataset, Filters(), RfmParams(5)).customers
    for value, score, better in (("recency_days", "r", False), ("frequency", "f", True), ("monetary", "m", True)):
        ranked = customers.sort_values(value, ascending=better)
        assert (ranked[score].diff().dropna() >= 0).all()


def test_classification_codes_are_the_segments_and_minus_one_out_of_view(dataset: Dataset) -> None:
    result = run(dataset, Filters(region=("North",)), RfmParams())
    made = result.classification(dataset.history.n_customers)
    for segment in SEGMENTS:
        expected = result.customers.loc[result.customers["segment"] == segment, "customer"]
        assert made.members(segment).tolist() == sorted(expected)
    assert made.sizes().sum() == len(result.customers)
    assert (made.codes == -1).sum() == dataset.history.n_customers - len(result.customers)


DAYS = {
    1: "2021-03-31",
    2: "2021-03-01",
    3: "2021-02-28",
    4: "2020-12-31",
    5: "2020-12-30",
    6: "2020-10-02",
    7: "2020-10-01",
}


def test_calendar_recency_is_new_up_to_30_days_recent_up_to_90_and_old_after_that(tmp_path: Path) -> None:
    """To 31 March: 0, 30, 31, 90, 91, 180 and 181 days."""
    lines = [(f"c{place}", day, 70) for place, day in DAYS.items()]
    three = only(lines, tmp_path / "three", recency="calendar")
    assert three["recency_days"].sort_index().tolist() == [0, 30, 31, 90, 91, 180, 181]
    assert three["r"].sort_index().tolist() == [3, 3, 2, 2, 1, 1, 1]
    assert three["next_r"].sort_index().tolist()[2:] == [1, 60, 1, 90, 91]
    four = only(lines, tmp_path / "four", recency="calendar", groups=4, cuts="own", r_cuts=(1, 2, 3))
    assert four["r"].sort_index().tolist() == [4, 4, 3, 3, 2, 2, 1]


def test_days_begin_at_nought(tmp_path: Path) -> None:
    """Written out, -0.0 would be no day."""
    result = run(open_lines(orders_of([("only", "2021-01-01", 70)]), tmp_path), Filters(), RfmParams())
    days = result.cuts.loc[0, ["low", "high"]].tolist()
    assert [str(day) for day in days] == ["0.0", "0.0"]


def test_a_value_that_equals_an_own_cut_is_on_the_side_of_the_smaller_ones(tmp_path: Path) -> None:
    lines = [("a", "2021-01-31", 10_000), ("b", "2021-01-01", 10_001), ("b", "2021-01-01", 10_000)]
    lines += [("c", "2020-12-31", 29_000)] + [("d", "2020-01-01", 7_250)] * 4
    found = only(lines, tmp_path, cuts="own", r_cuts=(30, 90), f_cuts=(1, 3.5), m_cuts=(1, 2.9))
    assert found[list("rfm")].sort_index().to_numpy().tolist() == [[3, 1, 1], [3, 2, 2], [2, 1, 2], [1, 3, 2]]
    assert found["next_m"].sort_index().tolist() == [0.0001, 0.9, 0.0001, 0.0001]
    assert found["next_f"].sort_index().fillna(0).tolist() == [1, 2, 1, 0]


def test_equal_width_leaves_groups_of_a_skewed_axis_empty_and_says_so(tmp_path: Path) -> None:
    """Worth 1 to 10 in three groups: up to 4, up to 7, above."""
    lines = [("a", "2021-01-01", 10_000), ("b", "2021-01-01", 40_000), ("c", "2021-01-01", 40_001)]
    result = run(open_lines(orders_of(lines), tmp_path / "even"), Filters(), RfmParams(cuts="width"))
    assert result.customers.sort_values("customer")["m"].tolist() == [1, 3, 3]
    lines = [("a", "2021-01-01", 10_000), ("b", "2021-01-01", 40_000), ("giant", "2021-01-01", 100_000)]
    result = run(open_lines(orders_of(lines), tmp_path / "skewed"), Filters(), RfmParams(cuts="width"))
    assert result.customers.sort_values("customer")["m"].tolist() == [1, 1, 3]
    axis = result.cuts[result.cuts["axis"] == "monetary"]
    assert axis[["above", "upto"]].fillna(0).to_numpy().tolist() == [[0, 4], [4, 7], [7, 0]]
    assert axis["low"].isna().tolist() == [False, True, False]
    assert [notice.as_dict() for notice in result.notices if ("axis", "monetary") in notice.values] == [
        {"code": "nobody_in_group", "axis": "monetary", "group": 2}
    ]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"r_cuts": (30,)}, "own cuts of recency do not make 3 groups; expected 2 rising numbers in r_cuts, found 30"),
        (
            {"f_cuts": (1.5, 2, 3)},
            "own cuts of frequency do not make 3 groups; expected 2 rising numbers in f_cuts, found 1.5,2,3",
        ),
        (
            {"m_cuts": (10.0, 5.0), "groups": 3},
            "own cuts of monetary do not make 3 groups; expected 2 rising numbers in m_cuts, found 10,5",
        ),
        (
            {"m_cuts": (10.0, 50.0), "groups": 5},
            "own cuts of monetary do not make 5 groups; expected 4 rising numbers in m_cuts, found 10,50",
        ),
    ],
)
def test_own_cuts_that_do_not_make_the_groups_are_refused(
    dataset: Dataset, settings: dict[str, Any], sentence: str
) -> None:
    for make in (run, ruler):
        with pytest.raises(BadParameterError) as raised:
            make(dataset, Filters(), RfmParams(cuts="own", **settings))
        assert str(raised.value) == sentence
    # Cuts that are not used are not looked at.
    assert run(dataset, Filters(), RfmParams(**settings)).groups == settings.get("groups", 3)


def test_own_cuts_beyond_all_values_leave_everybody_in_one_group(dataset: Dataset) -> None:
    far = (1e250, 1e300)
    result = run(dataset, Filters(), RfmParams(cuts="own", r_cuts=far, f_cuts=far, m_cuts=far))
    assert result.customers[list("rfm")].drop_duplicates().to_numpy().tolist() == [[3, 1, 1]]
    near = tuple(-cut for cut in reversed(far))
    result = run(dataset, Filters(), RfmParams(cuts="own", r_cuts=near, f_cuts=near, m_cuts=near))
    assert result.customers[list("rfm")].drop_duplicates().to_numpy().tolist() == [[1, 3, 3]]
    # No purchase can be later than today.
    assert result.customers["next_r"].isna().all()


def by_cuts(cuts: pd.DataFrame, axis: str, values: pd.Series) -> np.ndarray:
    """Scores by the borders that are shown."""
    groups = cuts[cuts["axis"] == axis]
    above, upto = groups["above"].fillna(-np.inf).to_numpy(), groups["upto"].fillna(np.inf).to_numpy()
    inside = (values.to_numpy()[:, None] > above) & (values.to_numpy()[:, None] <= upto)
    assert (inside.sum(axis=1) == 1).all()
    return inside.argmax(axis=1) + 1


@pytest.mark.parametrize("way", [way for way, given in WAYS.items() if given.get("monetary") != "mean"])
def test_the_borders_shown_give_the_scores_and_the_way_to_a_better_one(generated: Case, way: str) -> None:
    result = run(generated.dataset, Filters(), settings_of(way, generated))
    people = result.customers.assign(units=(result.customers["monetary"] * UNIT).round())
    cuts = result.cuts.copy()
    money = cuts["axis"] == "monetary"
    cuts.loc[money, ["above", "upto"]] = (cuts.loc[money, ["above", "upto"]] * UNIT).round()
    for axis, column, sign in (
        ("recency", "recency_days", -1),
        ("frequency", "frequency", 1),
        ("monetary", "units", 1),
    ):
        letter = axis[0]
        best = cuts.loc[(cuts["axis"] == axis) & cuts["low"].notna(), "group"].max()
        assert (by_cuts(cuts, axis, people[column]) == people[letter]).all()
        more = people[f"next_{letter}"] * (UNIT if letter == "m" else 1)
        ahead = people[more.notna()]
        more = more.dropna().round()
        assert (more >= 1).all()
        assert (by_cuts(cuts, axis, ahead[column] + sign * more) > ahead[letter]).all()
        assert (by_cuts(cuts, axis, ahead[column] + sign * (more - 1)) == ahead[letter]).all()
        # Only where nobody's day can be late enough may it be missing below the best group.
        missing = people[people[f"next_{letter}"].isna()]
        assert (missing[letter] >= best).all()
        assert letter == "r" or (missing[letter] == result.groups).all()


@every_way
def test_the_ruler_gives_the_segments_of_its_own_date(generated: Case, filters: str, way: str) -> None:
    chosen, params = generated.filters()[filters], settings_of(way, generated)
    try:
        result = run(generated.dataset, chosen, params)
    except EmptyViewError:
        with pytest.raises(EmptyViewError):
            ruler(generated.dataset, chosen, params)
        return
    history = generated.dataset.history
    selection = features.select(history, chosen)
    codes = ruler(generated.dataset, chosen, params).codes(
        selection.as_of,
        features.last_purchase(history, selection.classed),
        features.count_purchases(history, selection.classed),
        features.per_customer(history, history.value(params.value), selection.classed),
    )
    people = result.customers
    assert codes[people["customer"]].tolist() == people["segment"].cat.codes.tolist()
    assert ((codes == -1) == (features.count_purchases(history, selection.classed) == 0)).all()
    assert codes.dtype == np.int16


def test_the_ruler_keeps_its_cuts_at_another_date(dataset: Dataset) -> None:
    """Cuts by hand: 30 and 90 days, 1 and 4 purchases, 1 and 2 of the currency."""
    params = RfmParams(cuts="own", r_cuts=(30, 90), f_cuts=(1, 4), m_cuts=(1, 2))
    frozen = ruler(dataset, Filters(), params)
    last_day = np.array([1000, 970, 969, 909, 0], dtype=np.uint16)
    found = frozen.codes(1000, last_day, np.array([5, 2, 1, 4, 0]), np.array([20_001, 10_001, 10_000, 1, 0]))
    names = [frozen.labels[code] for code in found[:4]]
    assert names == ["champions", "potential_loyalist", "about_to_sleep", "hibernating"]
    assert found[4] == -1
    assert (frozen.groups, frozen.mean) == (3, False)


OWN_SEGMENTS = """
[segments.best]
title = { en = "Our best", ru = "Наши лучшие" }
rules = [{ r = "23", f = "123", m = "23" }]
[segments.rest]
rules = [{ r = "1", f = "123", m = "123" }, { r = "23", f = "123", m = "1" }]
"""


def test_segments_are_those_of_the_file_in_the_data_folder_under_every_scope(tmp_path: Path) -> None:
    lines = make_log(3)
    everything = open_lines(lines, tmp_path)
    north = open_dataset(tmp_path, AccessScope.only(region=("North",)))
    assert run(everything, Filters(), RfmParams()).rules.names == tuple(SEGMENTS)
    (tmp_path / "segments.toml").write_text(OWN_SEGMENTS, encoding="utf-8")
    for dataset in (everything, north):
        result = run(dataset, Filters(), RfmParams())
        people = result.customers
        assert result.rules.names == ("best", "rest")
        assert people["segment"].cat.categories.tolist() == ["best", "rest"]
        assert ((people["segment"] == "best") == ((people["r"] > 1) & (people["m"] > 1))).all()
        assert result.segments["segment"].tolist() == ["best", "rest"]
        assert result.segments["customers"].tolist() == people["segment"].value_counts(sort=False).tolist()
        assert result.cube["segment"].cat.categories.tolist() == ["best", "rest"]
        assert result.classification(dataset.history.n_customers).labels == ("best", "rest")
        assert ruler(dataset, Filters(), RfmParams()).labels == ("best", "rest")
    (tmp_path / "segments.toml").write_text(OWN_SEGMENTS.replace('r = "1"', 'r = "12"'), encoding="utf-8")
    with pytest.raises(BadInputError, match=r"^segments\.toml: cell r=2 f=1 m=1 is in 'rest' and 'rest'"):
        run(everything, Filters(), RfmParams())


def test_every_named_segment_has_a_row_in_the_order_of_the_rules(tmp_path: Path) -> None:
    dataset = open_lines(orders_of([("only", "2021-01-01", 70)]), tmp_path)
    result = run(dataset, Filters(), RfmParams())
    assert result.segments["segment"].tolist() == list(SEGMENTS)
    assert result.segments["customers"].tolist() == [int(name == "lost") for name in SEGMENTS]


def test_a_filter_that_leaves_nobody_says_so(dataset: Dataset) -> None:
    with pytest.raises(EmptyViewError) as raised:
        run(dataset, Filters(last=date(1999, 1, 1)), RfmParams())
    assert str(raised.value) == (
        "nobody bought within this filter. Widen the dates, or choose more regions or channels."
    )


def test_margin_without_costs_is_refused(tmp_path: Path) -> None:
    dataset = open_lines(orders_of([("a", "2021-01-01", 1)]), tmp_path)
    with pytest.raises(BadParameterError, match="margin can't be shown: not every line has a cost"):
        run(dataset, Filters(), RfmParams(value="margin"))


def test_online_retail_has_the_figures_of_the_data_and_the_method(online_retail: Case) -> None:
    """The counts that are published with the data, and how many customers credits would have misjudged."""
    dataset, orders = online_retail.dataset, online_retail.orders
    info = dataset.info
    assert (info.lines, info.orders, info.customers, info.buyers) == (541_909, 25_900, 4_372, 4_338)
    assert dataset.history.revenue.sum() == 97_477_479_340
    result = run(dataset, Filters(), RfmParams())
    assert len(result.customers) == 4_338
    frequency = dataset.with_ids(result.customers).set_index("customer_id")["frequency"]
    with_credits = orders[orders["customer"] != ""].groupby("customer")["order"].nunique()
    assert (with_credits != frequency.reindex(with_credits.index, fill_value=0)).sum() == 1_591
