"""Movements against plain pandas, row for row, and what must hold of them whatever the data."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import AccessScope, Dataset, open_dataset
from core.analyses import load, rfm
from core.analyses._bridge import STEPS
from core.analyses.movements import MovementsParams, MovementsResult, run
from core.classifications import classify
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from tests.core.analyses.compare import assert_same, plain
from tests.core.analyses.conftest import Case, every_filter_and_setting
from tests.core.analyses.reference import order_table
from tests.core.analyses.reference_movements import NONE, Movements
from tests.core.analyses.test_invariance import InMemory, logs
from tests.helpers import make_log, open_lines

UNIT = 10_000
FILTERS = ("all", "company", "filter", "dates", "company_dates")
NAMES = ("rfm_segment", "recency", "frequency", "monetary", "abc", "xyz", "region", "channel")


def units(money: pd.Series) -> pd.Series:
    return (money * UNIT).round().astype("int64")


def check(case: Case, filters: Filters, params: MovementsParams) -> MovementsResult | None:
    span = 0 if params.span == "history" else int(params.span)
    expected = Movements(case.orders, filters, params.classification, params.back, span, params.value)
    if expected.earlier < expected.begin or not len(expected.before):
        with pytest.raises(EmptyViewError):
            run(case.dataset, filters, params)
        return None
    result = run(case.dataset, filters, params)
    people = expected.customers()
    found = case.dataset.with_ids(result.customers)
    assert (found["change"].abs().diff().dropna() <= 0).all()
    columns = ["revenue_before", "revenue_after", "change"]
    found[columns] = found[columns].apply(units)
    assert_same(found, people, ["customer_id"])
    flows = plain(result.flows)
    flows[columns] = flows[columns].apply(units)
    summed = people.groupby(["before", "after"])[columns].sum()
    assert_same(
        flows, summed.assign(customers=people.groupby(["before", "after"]).size()).reset_index(), ["before", "after"]
    )
    check_bridge(result, expected, people)
    assert_same(result.segments, expected.segments().drop(columns=["p", "p_of"]), ["segment"])
    assert_same(result.months, expected.months().drop(columns="p"), ["month", "segment"])
    assert list(result.labels) == expected.labels
    assert (result.earlier, result.later) == (expected.earlier.date(), expected.later.date())
    return result


def check_bridge(result: MovementsResult, expected: Movements, people: pd.DataFrame) -> None:
    assert result.bridge["step"].tolist() == list(STEPS)
    loose = pd.DataFrame([expected.loose()], ["without_customer"], ["revenue_before", "revenue_after"])
    steps = people.groupby("step")[["revenue_before", "revenue_after"]].sum()
    steps["customers"] = people.groupby("step").size()
    table = pd.concat([steps, loose]).reindex(list(STEPS)).fillna(0).astype("int64")
    for name in ("before", "after"):
        assert units(result.bridge[f"revenue_{name}"]).tolist() == table[f"revenue_{name}"].tolist()
    assert result.bridge["customers"].tolist() == table["customers"].tolist()
    before, after = expected.totals()
    assert round(result.total_before * UNIT) == before == units(result.bridge["revenue_before"]).sum()
    assert round(result.total_after * UNIT) == after == units(result.bridge["revenue_after"]).sum()
    assert units(result.bridge["change"]).sum() == after - before


@pytest.mark.parametrize(("filters", "name"), every_filter_and_setting(FILTERS, len(NAMES)))
def test_equals_plain_pandas_on_generated_logs(generated: Case, filters: str, name: int) -> None:
    place = FILTERS.index(filters)
    value = "margin" if generated.dataset.has_margin and place % 2 else "revenue"
    back = (6, 3, 1, 3, 6)[place]
    check(generated, generated.filters()[filters], MovementsParams(NAMES[name], back, "history", value))


@pytest.mark.parametrize(("name", "span"), [("rfm_segment", "12"), ("abc", "24"), ("xyz", "12"), ("region", "24")])
def test_equals_plain_pandas_with_a_span_of_months(generated: Case, name: str, span: str) -> None:
    check(generated, generated.filters()["company"], MovementsParams(name, 3, span))


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Four years, so that both spans and both windows can be seen whole."""
    lines = make_log(8, customers=150, orders=2500, days=1500)
    return Case(open_lines(lines, tmp_path_factory.mktemp("long")), order_table(lines))


@pytest.mark.parametrize(
    ("filters", "params"),
    [
        ("all", MovementsParams("rfm_segment", 12, "12")),
        ("all", MovementsParams("rfm_segment", 24, "history")),
        ("company", MovementsParams("abc", 12, "24", "margin")),
        ("filter", MovementsParams("channel", 6, "12")),
        ("company_dates", MovementsParams("xyz", 12, "12")),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.classification}-{value.back}-{value.span}",
)
def test_equals_plain_pandas_over_four_years(long: Case, filters: str, params: MovementsParams) -> None:
    result = check(long, long.filters()[filters], params)
    assert result is not None
    if filters == "all":
        assert result.months["month"].nunique() == 25


@pytest.mark.parametrize(
    ("filters", "params"),
    [
        ("all", MovementsParams()),
        ("company", MovementsParams(back=3)),
        ("filter", MovementsParams("abc", 6, value="revenue")),
    ],
    ids=["a_year", "a_quarter", "abc"],
)
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str, params: MovementsParams) -> None:
    check(real_case, real_case.filters()[filters], params)


@pytest.mark.parametrize("filters", ["all", "company", "filter"])
def test_the_earlier_classes_are_those_of_the_page_at_that_date(long: Case, filters: str) -> None:
    chosen = long.filters()[filters]
    result = run(long.dataset, chosen, MovementsParams())
    there = Filters(chosen.region, chosen.channel, None, result.earlier, chosen.classes)
    page = rfm.run(long.dataset, there, rfm.RfmParams())
    sizes = page.segments.set_index("segment")["customers"]
    assert (
        plain(result.segments).set_index("segment")["before"].to_dict()
        == plain(sizes.reset_index()).set_index("segment")["customers"].to_dict()
    )
    month = result.months[result.months["month"] == result.earlier.isoformat()]
    assert month["customers"].tolist() == result.segments["before"].tolist()


def test_tiers_of_the_earlier_date_are_those_of_the_page_then(sample: Case) -> None:
    result = run(sample.dataset, Filters(), MovementsParams("tier", 6))
    ltv = load("ltv")
    page = ltv.run(sample.dataset, Filters(last=result.earlier), ltv.params())
    assert result.segments["before"].tolist() == page.tiers["customers"].tolist()
    assert result.segments["after"].sum() == (classify(sample.dataset, Filters(), "tier").codes >= 0).sum()


def test_abc_xyz_is_both_letters(long: Case) -> None:
    found, abc, xyz = (run(long.dataset, Filters(), MovementsParams(name)) for name in ("abc_xyz", "abc", "xyz"))
    for side in ("before", "after"):
        table, a, x = (plain(result.customers).set_index("customer")[side] for result in (found, abc, xyz))
        both = (a + "_" + x.reindex(a.index)).where(a != NONE, NONE)
        assert table.sort_index().to_dict() == both.sort_index().to_dict()


def small(rows: list[tuple[str | None, str, float]]) -> pd.DataFrame:
    customer, day, amount = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "order_id": [f"o{place}" for place in range(len(rows))],
            "customer_id": pd.Series(customer, dtype=object),
            "date": pd.to_datetime(list(day)),
            "amount": [round(value * UNIT) for value in amount],
        }
    )


STORY = [
    ("old", "2018-06-01", 50.0),
    ("fresh", "2020-09-01", 7.0),
    ("back", "2018-02-01", 5.0),
    ("back", "2020-05-05", 5.0),
    ("more", "2019-03-01", 10.0),
    ("more", "2020-03-01", 11.0),
    ("same", "2019-04-01", 10.0),
    ("same", "2020-04-01", 4.0),
    ("same", "2020-06-01", 6.0),
    ("less", "2019-05-01", 10.0),
    ("less", "2020-05-01", 9.99),
    ("gone", "2019-06-01", 10.0),
    ("gone", "2020-06-01", -3.0),
    ("returns", "2019-06-02", -1.0),
    ("returns", "2020-06-02", -2.5),
    (None, "2019-07-01", 100.0),
    (None, "2020-07-01", 70.0),
    ("last", "2020-12-31", 1.0),
    ("late", "2021-05-01", 1000.0),
]


def test_each_step_by_hand(tmp_path: Path) -> None:
    """The earlier window is 2019, the later 2020."""
    result = run(open_lines(small(STORY), tmp_path), Filters(last=date(2020, 12, 31)), MovementsParams())
    assert (result.earlier, result.later) == (date(2019, 12, 31), date(2020, 12, 31))
    assert [tuple(row) for row in result.bridge.itertuples(index=False)] == [
        ("new", 2, 0.0, 8.0, 8.0),
        ("returned", 1, 0.0, 5.0, 5.0),
        ("up", 1, 10.0, 11.0, 1.0),
        ("unchanged", 1, 10.0, 10.0, 0.0),
        ("down", 1, 10.0, 9.99, -0.01),
        ("lost", 1, 10.0, -3.0, -13.0),
        ("credits_only", 1, -1.0, -2.5, -1.5),
        ("without_customer", 0, 100.0, 70.0, -30.0),
    ]
    assert (result.total_before, result.total_after) == (139.0, 108.49)
    # Nobody later than the as-of day, and the quiet one has classes but no step.
    dataset = open_dataset(tmp_path, AccessScope.everything())
    people = dataset.with_ids(result.customers).set_index("customer_id")
    assert "late" not in people.index
    assert pd.isna(people.loc["old", "step"])
    assert people.loc["returns", ["before", "after"]].tolist() == [NONE, NONE]
    assert people.loc["fresh", "before"] == NONE


def test_equal_customers_have_equal_classes_and_the_list_names_those_who_moved(tmp_path: Path) -> None:
    rows = [(f"c{place}", day, 10.0) for place in range(6) for day in ("2019-01-10", "2019-06-10")]
    rows += [(f"d{place}", "2019-11-10", 50.0) for place in range(6)] + [("z", "2020-12-30", 1.0)]
    result = run(open_lines(small(rows), tmp_path), Filters(), MovementsParams("recency"))
    assert result.list("1", "1")["customer"].tolist() == list(range(6))
    assert len(result.list("3", "1")) + len(result.list("2", "1")) == 6
    assert result.list("3", "1").equals(result.list("3", "1").sort_values("customer"))
    assert result.flows["customers"].tolist() == [6, 6, 1]


@pytest.mark.parametrize(("people", "claim"), [(60, True), (29, False)])
def test_a_change_is_claimed_of_30_customers_or_more(people: int, claim: bool, tmp_path: Path) -> None:
    rows = [(f"c{place}", "2019-06-10", 10.0) for place in range(people)]
    rows += [(f"c{place}", "2020-06-10", 11.0) for place in range(people)]
    lines = small(rows).assign(region=["North"] * people + ["South"] * people)
    result = run(open_lines(lines, tmp_path), Filters(), MovementsParams("region"))
    assert result.segments["change"].tolist() == [-people, people]
    assert result.segments["claim"].tolist() == [claim, claim]
    half = 1.959964 * np.sqrt(people)
    assert result.segments["low"].tolist() == pytest.approx([-people - half, people - half], rel=1e-6)
    months = result.months[result.months["change"] != 0].dropna()
    assert months["month"].unique().tolist() == ["2020-06-10"]
    assert months["claim"].tolist() == [claim, claim]


def test_a_span_forgets_and_the_history_does_not(tmp_path: Path) -> None:
    rows = [("a", "2018-12-20", 5.0), ("a", "2019-02-01", 5.0), ("b", "2019-12-01", 1.0), ("b", "2020-12-15", 1.0)]
    dataset = open_lines(small(rows), tmp_path)
    seen = {
        span: plain(
            run(dataset, Filters(last=date(2020, 12, 31)), MovementsParams("monetary", 12, span)).customers
        ).set_index("customer")
        for span in ("history", "12")
    }
    # In 2020 "a" bought nothing.
    assert seen["12"].loc[0, "after"] == NONE
    assert seen["history"].loc[0, "after"] != NONE
    assert seen["12"].loc[0, "step"] == seen["history"].loc[0, "step"] == "lost"


def test_what_cannot_be_seen_is_absent_and_said(tmp_path: Path) -> None:
    rows = [
        (f"c{place % 7}", day, 10.0) for place, day in enumerate(pd.date_range("2020-06-15", "2021-09-30").astype(str))
    ]
    dataset = open_lines(small(rows), tmp_path)
    result = run(dataset, Filters(), MovementsParams(span="12"))
    assert [notice.as_dict() for notice in result.notices] == [
        {"code": "short_window", "seen": 108, "whole": 366},
        {"code": "short_span", "seen": 108, "whole": 366},
    ]
    assert result.segments["revenue_low"].isna().all()
    assert not result.segments["revenue_claim"].any()
    # The first month-end with a year before it is 30 June 2021.
    assert sorted(set(result.months["month"])) == ["2021-06-30", "2021-07-30", "2021-08-30", "2021-09-30"]
    assert result.months.loc[result.months["month"] == "2021-06-30", ["change", "low"]].isna().all(axis=None)
    history = run(dataset, Filters(), MovementsParams(back=3))
    assert [notice.code for notice in history.notices] == ["sums_grow"]
    assert min(history.months["month"]) == "2020-07-30"
    with pytest.raises(EmptyViewError) as raised:
        run(dataset, Filters(), MovementsParams(back=24))
    assert str(raised.value) == (
        "nobody had bought by 2019-09-30 within this filter. Choose fewer months between the two dates, or widen the filter."
    )


def test_what_cannot_be_moved_says_what_can(tmp_path: Path) -> None:
    known = pd.DataFrame({"customer_id": [f"c{place:03d}" for place in range(40)], "sex": ["f", "m"] * 20})
    dataset = open_lines(make_log(1), tmp_path, customers=known)
    for name in ("persona", "attribute:sex", "nothing"):
        with pytest.raises(BadParameterError) as raised:
            run(dataset, Filters(), MovementsParams(name))
        assert str(raised.value) == (
            f"there is no classification that can be laid on another date called '{name}' here; expected one of abc, xyz, abc_xyz, "
            "rfm_segment, recency, frequency, monetary, region, channel, tier"
        )
    few = open_lines(make_log(5, customers=12), tmp_path / "few")
    with pytest.raises(BadParameterError, match="no model can be fitted"):
        run(few, Filters(), MovementsParams("tier"))


def test_a_region_called_none_is_no_absence(tmp_path: Path) -> None:
    rows = small([("a", "2019-01-10", 1.0), ("b", "2020-01-10", 1.0)]).assign(region=["none", "South"])
    result = run(open_lines(rows, tmp_path), Filters(), MovementsParams("region"))
    assert result.none == "(none)"
    assert plain(result.customers)[["before", "after"]].to_numpy().tolist() == [["none", "none"], ["(none)", "South"]]


@settings(max_examples=8)
@given(
    log=logs,
    random=st.integers(0, 1000),
    name=st.sampled_from(NAMES),
    span=st.sampled_from(["history", "12"]),
    back=st.sampled_from([1, 3, 6]),
)
def test_partition_and_bridge_and_neither_row_order_nor_names_matter(
    log: pd.DataFrame, random: int, name: str, span: str, back: int
) -> None:
    params = MovementsParams(name, back, span)
    try:
        found = run(InMemory(log), Filters(), params)
    except EmptyViewError:
        return
    except BadParameterError:
        # A log of one order may name no region.
        return
    people = found.customers
    # Nobody is in two steps, or in two flows.
    assert people["customer"].is_unique
    assert found.flows["customers"].sum() == len(people)
    assert found.bridge["customers"].sum() == people["step"].notna().sum()
    money = log.assign(day=log.groupby([log["customer_id"].fillna(""), "order_id"])["date"].transform("min"))
    for side, (start, end) in {"before": (2 * back, back), "after": (back, 0)}.items():
        first, last = (log_end(money) - pd.DateOffset(months=months) for months in (start, end))
        inside = money["day"].between(first, last, inclusive="right")
        assert units(found.bridge[f"revenue_{side}"]).sum() == money.loc[inside, "amount"].sum()
        assert found.segments[side].sum() == (plain(people)[side] != found.none).sum()
    shuffled = run(InMemory(log.sample(frac=1, random_state=random)), Filters(), params)
    for key, table in found.tables().items():
        pd.testing.assert_frame_equal(shuffled.tables()[key], table, check_exact=True)
    # Other names of customers and orders: all but the order of equal rows is the same.
    renamed = log.assign(
        customer_id=log["customer_id"].map(lambda text: f"z{999 - int(text[1:])}", na_action="ignore"),
        order_id=log["order_id"].map(lambda text: f"p{9999 - int(text[1:])}"),
    )
    other = run(InMemory(renamed), Filters(), params)
    for key in ("flows", "bridge", "segments", "months"):
        assert_same(other.tables()[key], found.tables()[key], list(found.tables()[key])[:2])


def log_end(log: pd.DataFrame) -> pd.Timestamp:
    return log["day"].max()


def test_a_scope_moves_as_if_there_were_nothing_else(data: Path, log: pd.DataFrame, tmp_path: Path) -> None:
    scoped = open_dataset(data, AccessScope.only(region=("North",)))
    alone = open_lines(log[log["region"] == "North"], tmp_path)
    for params in (MovementsParams(back=6), MovementsParams("channel", 3, "12", "margin")):
        found, expected = (run(dataset, Filters(), params).tables() for dataset in (scoped, alone))
        for name, table in expected.items():
            pd.testing.assert_frame_equal(found[name], table)


def test_online_retail_bridges_its_two_half_years(online_retail: Case) -> None:
    """Six months up to 9 June 2011 and six months after; sums of the file by plain pandas."""
    result = run(online_retail.dataset, Filters(), MovementsParams(back=6))
    orders = online_retail.orders
    later = orders[orders["day"] > "2011-06-09"]
    earlier = orders[(orders["day"] > "2010-12-09") & (orders["day"] <= "2011-06-09")]
    assert round(result.total_after * UNIT) == later["revenue"].sum()
    assert round(result.total_before * UNIT) == earlier["revenue"].sum()
    assert np.isclose(result.bridge["change"].sum(), result.total_after - result.total_before)
    bought = orders[orders["purchase"] & (orders["customer"] != "")]
    first = bought.groupby("customer")["day"].min()
    assert result.bridge.set_index("step").loc["new", "customers"] == (first > "2011-06-09").sum()


def test_datasets_under_a_filter_that_leaves_nobody_say_so(dataset: Dataset) -> None:
    with pytest.raises(EmptyViewError, match="nobody bought within this filter"):
        run(dataset, Filters(region=("Nowhere",)), MovementsParams())
