"""The page of retention against what its analysis gives back."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.analyses import load
from core.analyses.cohorts import CohortsParams, CohortsResult
from core.filters import Filters
from dashboard.charts.theme import theme
from dashboard.topics import cohorts_curves, cohorts_findings, cohorts_goal, cohorts_groups, cohorts_headline
from dashboard.topics.cohorts_curves import MEASURES
from dashboard.words import set_locale
from tests.dashboard.conftest import Opened


def run(data: Path, **params: Any) -> CohortsResult:
    dataset = open_dataset(data, AccessScope.everything())
    result: Any = load("cohorts").run(dataset, Filters(), CohortsParams(**params))
    return result


def view(**params: Any) -> Any:
    return SimpleNamespace(theme=theme("light"), phone=False, currency="GBP", params=CohortsParams(**params))


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("mode", ["on", "on_or_after"])
def test_each_measure_is_drawn(open_page: Opened, measure: str, mode: str) -> None:
    app = open_page("cohorts", measure=[measure], mode=[mode], goal=["25"])
    assert not app.exception
    assert not app.info


@pytest.mark.parametrize("query", [{"period": ["week"]}, {"period": ["quarter"], "contractual": ["yes"]}], ids=str)
def test_settings_are_drawn(open_page: Opened, query: dict[str, list[str]]) -> None:
    app = open_page("cohorts", **query)
    assert not app.exception
    assert not app.info


@pytest.mark.parametrize("breakdown", ["region", "channel", "first_category"])
def test_groups_are_in_the_table(open_page: Opened, data: Path, breakdown: str) -> None:
    app = open_page("cohorts", breakdown=[breakdown])
    assert not app.exception
    assert not app.info
    groups = run(data, breakdown=breakdown).groups
    assert groups is not None
    assert sorted(app.dataframe[0].value["customers"]) == sorted(groups.sizes)


@pytest.mark.parametrize("goal", ["soon", "-5", "nan", "1000"])
def test_a_goal_that_can_not_be_is_dropped_and_named(open_page: Opened, goal: str) -> None:
    app = open_page("cohorts", goal=[goal])
    assert not app.exception
    assert f"goal={goal} is no per cent" in app.info[0].value


def test_the_goal_of_the_link_is_in_its_field_and_on_the_chart(open_page: Opened, data: Path) -> None:
    app = open_page("cohorts", goal=["12.5"])
    assert app.number_input(key="cohorts/goal").value == 12.5
    figure = cohorts_curves.average(view(), run(data), MEASURES["customers"], 0.125)
    drawn = next(trace for trace in figure.data if trace.name == "goal 12.5\u00a0%")
    assert set(drawn.y) == {0.125}


def test_figures_that_lack_a_table_say_so(open_page: Opened, data: Path) -> None:
    app = open_page("cohorts")
    headline = run(data).headline
    shown = {one.label: one.value for one in app.metric}
    for row in headline.itertuples():
        assert shown[cohorts_headline.label(row.figure)] == cohorts_headline.written(row)[0]
    assert "needs a table survey" in " ".join(one.value for one in app.markdown)


def test_cumulative_value_is_the_mean_over_the_customers_of_complete_cells_against_pandas(data: Path) -> None:
    result = run(data)
    table = cohorts_curves.average_of(result, MEASURES["value"]).set_index("period")["cumulative_value"]
    cells = result.triangle[result.triangle["complete"]]
    expected = cells.groupby("period")[["cumulative_value", "size"]].apply(
        lambda part: np.average(part["cumulative_value"], weights=part["size"])
    )
    assert table.to_numpy() == pytest.approx(expected.to_numpy())


def test_net_gross_and_value_are_those_of_the_triangle(data: Path) -> None:
    result = run(data)
    for measure in MEASURES.values():
        figure = cohorts_curves.triangle(view(), result, measure, "all", None)
        cell = result.triangle[result.triangle["period"] >= measure.first].dropna(subset=measure.column)
        assert len(figure.data[0].x) == len(cell)


# ---- Words, on tables made by hand


def titled(**mean: float) -> Any:
    """Three cohorts after a month: the first one mixed, the last one with 20 of 100 back."""
    cells = pd.DataFrame(
        {
            "cohort": ["2020-01", "2020-02", "2020-03", "2020-04"],
            "period": 1,
            "complete": True,
            "size": [90, 80, 29, 100],
            "retention": [0.6, 0.4, 0.9, 0.2],
            "low": [0.5, 0.3, 0.7, 0.13],
            "high": [0.7, 0.5, 0.95, 0.29],
        }
    )
    table = pd.DataFrame({"period": [1, 2], "retention": [mean.get("mean", 0.3), 0.25], "eligible": [299, 150]})
    mixed = SimpleNamespace(code="first_cohort_mixed")
    logrank = pd.DataFrame({"group": [None], "stands": [bool(mean)]})
    return SimpleNamespace(triangle=cells, average=table, notices=(mixed,), period="month", logrank=logrank)


@pytest.mark.parametrize(("mean", "words"), [(0.30, "below average"), (0.25, "like the rest"), (0.12, "above average")])
def test_titles_of_charts_leave_out_small_and_mixed_cohorts_and_claim_no_more_than_the_interval_allows(
    mean: float, words: str
) -> None:
    set_locale("en")
    shown, customers = titled(mean=mean), MEASURES["customers"]
    titles = [
        cohorts_findings.triangle(view(), shown, customers),
        cohorts_findings.newest(shown, customers),
        cohorts_findings.average(view(), shown, customers),
    ]
    assert [title.replace("\u00a0", " ") for title in titles] == [
        "Month 1: 20–40 % come back",
        f"Apr 2020 begins {words}",
        f"On average {mean * 100:.0f} % in month 1, 25 % in month 2",
    ]
    assert cohorts_findings.groups(shown) == "The groups differ beyond chance"
    assert cohorts_findings.groups(titled()) == "The groups do not clearly differ"


def average(low: float, high: float) -> Any:
    table = pd.DataFrame({"period": [0, 1], "retention": [1, 0.2], "low": [1, low], "high": [1, high]})
    return SimpleNamespace(average=table, period="month")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.21, 0.29, "In month 1 not clearly off the goal of 25 %: 21–29 %."),
        (0.26, 0.29, "In month 1 above the goal of 25 %: 26–29 %."),
        (0.21, 0.24, "In month 1 below the goal of 25 %: 21–24 %."),
    ],
)
def test_the_goal_is_only_missed_or_met_beyond_the_interval(low: float, high: float, words: str) -> None:
    set_locale("en")
    assert cohorts_goal.words(average(low, high), MEASURES["customers"], 0.25).replace("\u00a0", " ") == words


def test_nothing_is_said_of_a_goal_without_an_interval() -> None:
    assert cohorts_goal.words(average(0.1, 0.2), MEASURES["gross"], 0.25) == ""
    assert cohorts_goal.words(average(0.1, 0.2), MEASURES["customers"], None) == ""


def test_outcomes_are_not_tested(data: Path) -> None:
    empty = pd.DataFrame(columns=["group", "events", "expected", "chi2", "stands"])
    assert cohorts_groups.differences(SimpleNamespace(logrank=empty), {}) == ""
    assert cohorts_groups.differences(run(data), {}) == ""


@pytest.mark.parametrize(
    ("reason", "error", "words"),
    [
        ("nothing_observed", float("nan"), "No forecast: nobody has come back yet."),
        ("projection_off", -0.31, "No forecast: the model misses what was observed by 31 %."),
    ],
)
def test_why_there_is_no_forecast(reason: str, error: float, words: str) -> None:
    set_locale("en")
    found = SimpleNamespace(projection=SimpleNamespace(table=pd.DataFrame(), reason=reason, error=error))
    assert cohorts_curves.forecast_note(found).replace("\u00a0", " ") == words
