"""Time to the second purchase against plain pandas and statsmodels, and what must hold of it whatever the data."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from core.analyses.survival import SurvivalParams, SurvivalResult, run
from core.errors import BadParameterError, EmptyViewError
from core.filters import Filters
from tests.core.analyses.conftest import Case
from tests.core.analyses.reference_cohorts import first_label, times
from tests.core.analyses.test_cohorts import lines_of
from tests.core.analyses.test_invariance import InMemory
from tests.helpers import make_log, open_lines


def assert_curve(table: pd.DataFrame, expected: pd.DataFrame) -> None:
    """A curve against statsmodels: the share, Greenwood's error on the scale of log(-log), and the counts."""
    theirs = SurvfuncRight(expected["days"], expected["event"])
    events = table[table["events"] > 0]
    died = theirs.n_events > 0
    assert events["day"].tolist() == theirs.surv_times[died].tolist()
    assert events["at_risk"].tolist() == theirs.n_risk[died].tolist()
    assert events["events"].tolist() == theirs.n_events[died].tolist()
    assert events["survival"].tolist() == pytest.approx(theirs.surv_prob[died].tolist())
    share, error = theirs.surv_prob[died], theirs.surv_prob_se[died]
    with np.errstate(divide="ignore", invalid="ignore"):
        half = 1.9599639845400545 * error / (share * np.log(share))
        low, high = share ** np.exp(-half), share ** np.exp(half)
    inside = (share > 0) & (share < 1)
    assert events["low"][inside].tolist() == pytest.approx(low[inside].tolist())
    assert events["high"][inside].tolist() == pytest.approx(high[inside].tolist())
    assert events.loc[~inside, ["low", "high"]].isna().all(axis=None)
    assert table["day"].iloc[-1] == expected["days"].max()


def check(case: Case, filters: Filters, breakdown: str) -> SurvivalResult | None:
    expected = times(case.orders, filters)
    try:
        result = run(case.dataset, filters, SurvivalParams(breakdown))
    except EmptyViewError:
        assert expected.empty
        return None
    assert result.followed == len(expected)
    alone = case.dataset.customer_ids(result.customers["customer"].to_numpy())
    assert sorted(alone) == sorted(expected.index[~expected["event"]])
    assert_curve(result.curve[result.curve["group"].isna()], expected)
    if breakdown:
        expected["label"] = first_label(case.orders, breakdown)
        assert set(result.curve["group"].dropna()) == set(expected["label"])
        for label, part in expected.groupby("label"):
            assert_curve(result.curve[result.curve["group"] == label], part)
    return result


@pytest.mark.parametrize("breakdown", ["", "region"])
def test_equals_pandas_and_statsmodels_on_generated_logs(generated: Case, breakdown: str) -> None:
    for filters in generated.filters().values():
        check(generated, filters, breakdown)


@pytest.mark.parametrize("filters", ["all", "company_dates"])
def test_equals_pandas_and_statsmodels_on_real_data(real_case: Case, filters: str) -> None:
    name = "channel" if "channel" in real_case.dataset.history.labels else "region"
    if name == "region" and real_case.orders["region"].nunique() > 40:
        name = ""
    check(real_case, real_case.filters()[filters], name)


def test_log_rank_of_the_sample_as_statsmodels_has_it(sample: Case) -> None:
    result = check(sample, Filters(), "channel")
    assert result is not None
    expected = times(sample.orders, Filters())
    group = first_label(sample.orders, "channel")
    rows = result.logrank.set_index(result.logrank["group"].fillna("all"))
    wanted = [("all", group), *((label, group == label) for label in sorted(set(group)))]
    for label, split in wanted:
        chi2, p_value = survdiff(expected["days"], expected["event"], split)
        assert rows.loc[label, "chi2"] == pytest.approx(chi2)
        assert rows.loc[label, "p_value"] == pytest.approx(p_value, abs=1e-12)
    assert rows.loc["all", "df"] == group.nunique() - 1
    assert rows["events"].iloc[1:].sum() == rows["events"].iloc[0] == pytest.approx(rows["expected"].iloc[1:].sum())


# Second purchases after 10, 20 and 20 days; d is seen for 30 days, e for 5.
FEW = lines_of(
    [
        ("a", "2021-01-01", 10),
        ("a", "2021-01-11", 10),
        ("b", "2021-01-05", 10),
        ("b", "2021-01-25", 10),
        ("c", "2021-01-08", 10),
        ("c", "2021-01-28", 10),
        ("d", "2021-01-01", 10),
        ("d", "2021-01-20", -4),
        ("e", "2021-01-26", 10),
        ("f", "2021-01-31", -5),
    ]
)


def test_curve_by_hand(tmp_path: Path) -> None:
    """4 at risk on day 10: 3/4; 3 on day 20, of whom two come back: 1/4. A return is no purchase."""
    result = run(open_lines(FEW, tmp_path), Filters(), SurvivalParams())
    curve = result.curve[["day", "at_risk", "events", "survival"]].to_numpy().tolist()
    assert curve == [[0, 5, 0, 1], [10, 4, 1, 0.75], [20, 3, 2, pytest.approx(0.25)], [30, 1, 0, pytest.approx(0.25)]]
    assert result.quantiles[["share", "days"]].to_numpy().tolist() == [[0.25, 10], [0.5, 20], [0.75, 20]]
    assert result.quantiles["few"].all()


def test_a_share_that_is_not_reached_has_no_day(tmp_path: Path) -> None:
    lines = lines_of([(name, "2021-01-01", 1) for name in "abcd"] + [("a", "2021-01-11", 1)])
    result = run(open_lines(lines, tmp_path), Filters(), SurvivalParams())
    assert result.quantiles["days"].isna().tolist() == [False, True, True]


def test_who_has_not_come_back_by_the_as_of_day_is_censored(tmp_path: Path) -> None:
    result = run(open_lines(FEW, tmp_path), Filters(last=date(2021, 1, 20)), SurvivalParams())
    assert result.curve[["day", "at_risk", "events"]].to_numpy().tolist() == [[0, 4, 0], [10, 4, 1], [19, 1, 0]]


def test_two_orders_on_one_day_are_no_days_apart(tmp_path: Path) -> None:
    lines = lines_of([("a", "2021-01-01", 1), ("a", "2021-01-01", 2), ("b", "2021-01-01", 3)])
    curve = run(open_lines(lines, tmp_path), Filters(), SurvivalParams()).curve
    assert curve[["day", "at_risk", "events", "survival"]].to_numpy().tolist() == [[0, 2, 1, 0.5]]


def test_an_order_over_two_regions_is_one_purchase(tmp_path: Path) -> None:
    lines = lines_of([("a", "2021-01-01", 1), ("a", "2021-01-01", 2), ("b", "2021-01-09", 3)]).assign(
        order_id=["o", "o", "p"]
    )
    curve = run(open_lines(lines, tmp_path), Filters(), SurvivalParams()).curve
    assert not curve["events"].any()


def test_who_is_in_view_by_later_purchases_alone_is_left_out_and_said(tmp_path: Path) -> None:
    """a and c begin in the North; b began in the South and would be in view only because of coming back."""
    lines = lines_of([("a", "2021-01-01", 1), ("b", "2021-01-02", 1), ("b", "2021-01-05", 1), ("c", "2021-01-09", 1)])
    lines["region"] = ["North", "South", "North", "North"]
    result = run(open_lines(lines, tmp_path), Filters(region=("North",)), SurvivalParams())
    assert result.followed == 2
    assert [notice.as_dict() for notice in result.notices] == [
        {"code": "began_elsewhere", "customers": 1, "followed": 2}
    ]


def test_small_groups_are_marked_and_never_stand(tmp_path: Path) -> None:
    """29 who come back on the next day against 200 who never do."""
    orders = [(f"s{n:03d}", day, 1) for n in range(29) for day in ("2021-01-01", "2021-01-02")]
    orders += [(f"l{n:03d}", "2021-01-01", 1) for n in range(200)]
    lines = lines_of(orders)
    lines["region"] = lines["customer_id"].str[0].map({"s": "Small", "l": "Large"})
    lines.loc[len(lines)] = lines.iloc[-1].to_dict() | {
        "order_id": "end",
        "customer_id": None,
        "date": pd.Timestamp("2021-03-01"),
    }
    result = run(open_lines(lines, tmp_path), Filters(), SurvivalParams("region"))
    rows = result.logrank.set_index(result.logrank["group"].fillna("all"))
    assert rows["few"].to_dict() == {"all": False, "Large": False, "Small": True}
    assert rows["stands"].to_dict() == {"all": True, "Large": True, "Small": False}


def test_a_breakdown_that_there_is_not_is_refused(sample: Case) -> None:
    with pytest.raises(BadParameterError, match="expected one of region, channel, first_category, persona, tier"):
        run(sample.dataset, Filters(), SurvivalParams("colour"))


def test_outcomes_have_curves_but_no_test(sample: Case) -> None:
    result = run(sample.dataset, Filters(), SurvivalParams("persona"))
    assert len(set(result.curve["group"].dropna())) > 1
    assert result.logrank.empty
    assert [notice.code for notice in result.notices] == ["groups_are_outcomes"]


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), customers=st.integers(1, 30), orders=st.integers(1, 90))
def test_the_share_never_rises_and_the_interval_holds_it(seed: int, customers: int, orders: int) -> None:
    try:
        curve = run(InMemory(make_log(seed, customers, orders)), Filters(), SurvivalParams("region")).curve
    except EmptyViewError:
        return
    for _, part in curve.groupby(curve["group"].fillna("all")):
        assert part["day"].is_monotonic_increasing
        assert part["survival"].is_monotonic_decreasing
        assert part["survival"].between(0, 1).all()
        known = part.dropna(subset=["low", "high"])
        assert (known["low"] <= known["survival"]).all()
        assert (known["survival"] <= known["high"]).all()


@settings(max_examples=10)
@given(seed=st.integers(0, 10**6), random=st.integers(0, 1000))
def test_order_of_rows_and_names_of_customers_and_orders_change_nothing(seed: int, random: int) -> None:
    log = make_log(seed, customers=25, orders=90)
    rng = np.random.default_rng(random)
    other = log.sample(frac=1, random_state=random)
    for column in ("customer_id", "order_id"):
        old = sorted(log[column].dropna().unique())
        other[column] = other[column].map(dict(zip(old, rng.permutation(old), strict=True)))
    found, expected = (run(InMemory(lines), Filters(), SurvivalParams("channel")).tables() for lines in (other, log))
    for tables in (found, expected):
        # Equal waits stand in the order of the customers' codes.
        tables["customers"] = tables["customers"].drop(columns="customer").sort_values(["days_waiting", "group"])
    for name, table in expected.items():
        pd.testing.assert_frame_equal(found[name].reset_index(drop=True), table.reset_index(drop=True))
