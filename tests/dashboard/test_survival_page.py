"""The page of the second purchase against what its analysis gives back."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.analyses import load
from core.analyses.survival import SurvivalParams, SurvivalResult
from core.filters import Filters
from dashboard.topics import survival
from dashboard.words import number, set_locale
from tests.dashboard.conftest import Opened

VIEWS: dict[str, dict[str, list[str]]] = {
    "everything": {},
    "region": {"region": ["North"]},
    "dates": {"from_": ["2022-01-01"], "to": ["2022-12-31"], "channel": ["Web"]},
}
FILTERS = {
    "everything": Filters(),
    "region": Filters(region=("North",)),
    "dates": Filters(first=pd.Timestamp("2022-01-01").date(), last=pd.Timestamp("2022-12-31").date(), channel=("Web",)),
}


def run(data: Path, filters: Filters, **params: Any) -> SurvivalResult:
    result: Any = load("survival").run(open_dataset(data, AccessScope.everything()), filters, SurvivalParams(**params))
    return result


@pytest.mark.parametrize("name", VIEWS)
def test_those_awaited_are_all_who_are_followed_and_have_not_bought_again(
    open_page: Opened, data: Path, name: str
) -> None:
    app = open_page("survival", **VIEWS[name])
    assert not app.exception
    result = run(data, FILTERS[name])
    awaited = result.followed - survival.events(result)
    shown = {one.label: one.value for one in app.metric}
    assert shown["Not back yet"] == number(awaited)
    assert len(app.dataframe[-1].value) == min(awaited, 500)
    assert shown["Half are back in"] == survival.days(survival.quantile(result, 0.5)["days"])


@pytest.mark.parametrize("breakdown", ["region", "channel", "first_category"])
def test_groups_are_in_the_table_and_can_be_selected(open_page: Opened, data: Path, breakdown: str) -> None:
    result = run(data, Filters(), breakdown=breakdown)
    group = survival.groups(result)[0]
    app = open_page("survival", breakdown=[breakdown], select=[group])
    assert not app.exception
    assert not app.info
    assert len(app.dataframe[0].value) == 1 + len(survival.groups(result))
    own = survival.of_group(result.quantiles, group).iloc[0]
    assert len(app.dataframe[-1].value) == min(own["customers"] - own["events"], 500)


def test_the_title_of_the_curve_says_by_when_a_quarter_and_three_quarters_are_back(data: Path) -> None:
    set_locale("en")
    result = run(data, Filters())
    quarter, most = (survival.quantile(result, share)["days"] for share in (0.25, 0.75))
    title = survival.curve_title(result).replace("\u00a0", " ")
    assert f"within {quarter:.0f} day" in title
    assert (f"three quarters within {most:.0f} day" in title) == (most == most)


def test_who_waits_for_long_can_be_selected(open_page: Opened, data: Path) -> None:
    result = run(data, Filters())
    for key in survival.selections(result, {}):
        app = open_page("survival", select=[key])
        assert not app.exception
        assert not app.info
        wait = app.dataframe[-1].value["days_waiting"]
        if key == survival.SOON:
            assert (wait <= survival.quantile(result, 0.5)["days"]).all()
        else:
            assert (wait > survival.quantile(result, 0.75)["days"]).all()


def test_a_breakdown_that_the_data_do_not_have_is_dropped_and_named(open_page: Opened) -> None:
    app = open_page("survival", breakdown=["climate"])
    assert not app.exception
    assert "breakdown=climate is not on offer on this page" in app.info[0].value


# ---- The finding, on tables made by hand


def made(half: tuple[float, float, float], last_day: int = 400, **log_rank: tuple[float, float, bool]) -> Any:
    """Half's days with their interval; group: events, expected, whether it stands."""
    quantiles = pd.DataFrame(
        [(None, share, *half, 100, 60) for share in (0.25, 0.5, 0.75)],
        columns=["group", "share", "days", "low", "high", "customers", "events"],
    )
    curve = pd.DataFrame(
        [(None, 0, 100, 0, 1.0, float("nan"), float("nan")), (None, last_day, 50, 10, 0.6, 0.5, 0.7)],
        columns=["group", "day", "at_risk", "events", "survival", "low", "high"],
    )
    tested = pd.DataFrame(
        [(name, events, expected, 9.0, stands, 0.0004) for name, (events, expected, stands) in log_rank.items()],
        columns=["group", "events", "expected", "chi2", "stands", "p_value"],
    )
    if len(tested):
        tested.loc[tested["group"] == "whole", "group"] = None
    return SimpleNamespace(quantiles=quantiles, curve=curve, logrank=tested, customers=100, breakdown="channel")


NAN = float("nan")


@pytest.mark.parametrize(
    ("result", "title"),
    [
        (made((118.0, 113.0, 121.0)), "Half of customers buy again within 118 days (95 %: 113–121)"),
        (made((118.0, 113.0, NAN)), "Half of customers buy again within 118 days"),
        (made((1.0, 1.0, 1.0)), "Half of customers buy again within 1 day (95 %: 1–1)"),
        (made((NAN, NAN, NAN), last_day=200), "Fewer than half buy again: 30–50 % within 200 days"),
    ],
)
def test_the_title_says_by_when_half_are_back(result: Any, title: str) -> None:
    set_locale("en")
    assert survival.title(result).replace("\u00a0", " ") == title


def test_groups_are_called_sooner_only_where_the_test_stands() -> None:
    set_locale("en")
    half = (10.0, 9.0, 11.0)
    names = {name: name.capitalize() for name in ("web", "app", "store")}
    clear = made(half, whole=(60, 60, True), web=(30, 20, True), app=(10, 20, True), store=(20, 20, False))
    words = survival.differences(clear, names)
    assert "Back sooner than the others: Web." in words
    assert "Later: App." in words
    assert "Store" not in words
    unclear = made(half, whole=(60, 60, False), web=(30, 20, True))
    assert survival.differences(unclear, names).startswith("No clear difference")
    assert survival.differences(made(half), names) == ""


def test_nothing_is_said_of_days_that_have_not_been_observed() -> None:
    share, low, high = survival.back_by(made((118.0, 113.0, 121.0), last_day=200), 365)
    assert share != share
    assert low != low
    assert high != high
