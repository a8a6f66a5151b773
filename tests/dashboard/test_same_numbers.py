"""The pages show the numbers that the command line prints."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.__main__ import main
from dashboard.words import money, number, percent
from tests.dashboard.conftest import Opened

VIEWS: dict[str, dict[str, list[str]]] = {
    "everything": {},
    "region": {"region": ["North"]},
    "region_channel_dates": {
        "region": ["North", "South"],
        "channel": ["Web"],
        "from": ["2022-01-01"],
        "to": ["2022-12-31"],
    },
    "within_the_filter": {"region": ["South"], "classes": ["filter"]},
}


FILTERS = ("region", "channel", "from", "to", "classes")
SETTINGS: dict[str, list[dict[str, list[str]]]] = {
    "rfm": [
        {"groups": ["5"], "cuts": ["width"]},
        {"recency": ["calendar"], "monetary": ["mean"], "value": ["margin"], "region": ["North"]},
        {"cuts": ["own"], "r_cuts": ["30,90"], "f_cuts": ["2,5"], "m_cuts": ["20,200"]},
    ],
    "abc_xyz": [
        {"of": ["products"], "xyz": ["thirds"], "channel": ["Web"]},
        {"xyz": ["seasonal"], "period": ["quarter"], "window": ["4"]},
        {"value": ["margin"], "a_limit": ["60"], "b_limit": ["90"], "region": ["South"], "classes": ["filter"]},
    ],
}


Printed = Callable[[str, dict[str, list[str]]], dict[str, Any]]


@pytest.fixture
def printed(data: Path, tmp_path: Path) -> Printed:
    """The tables that the command line writes for an analysis and a link's filters and settings."""

    def write(name: str, query: dict[str, list[str]]) -> dict[str, Any]:
        given = [(key, value) for key, values in query.items() for value in values]
        filters = [part for key, value in given if key in FILTERS for part in (f"--{key}", value)]
        settings = [part for key, value in given if key not in FILTERS for part in ("--param", f"{key}={value}")]
        options = filters + settings
        out = tmp_path / "result.json"
        assert main(["analyse", name, "--data", str(data), "--out", str(out), *options]) == 0
        tables: dict[str, Any] = json.loads(out.read_text())["tables"]
        return tables

    return write


def figures(open_page: Opened, name: str, query: dict[str, list[str]]) -> dict[str, str]:
    app = open_page(name, **{f"{key}_": values for key, values in query.items()})
    assert not app.exception
    return {one.label: one.value for one in app.metric}


@pytest.mark.parametrize("view", VIEWS)
def test_overview_shows_what_the_command_line_prints(open_page: Opened, printed: Printed, view: str) -> None:
    shown = figures(open_page, "overview", VIEWS[view])
    rows = {row["figure"]: row["value"] for row in printed("overview", VIEWS[view])["figures"]}
    assert shown["Net revenue"] == money(rows["revenue"], "GBP")
    assert shown["Customers"] == number(rows["customers"])
    assert shown["Orders"] == number(rows["orders"])
    assert shown["Repeat purchase rate"] == percent(rows["repeat_rate"])


@pytest.mark.parametrize("view", VIEWS)
def test_rfm_shows_what_the_command_line_prints(open_page: Opened, printed: Printed, view: str) -> None:
    shown = figures(open_page, "rfm", VIEWS[view])
    rows = {row["segment"]: row for row in printed("rfm", VIEWS[view])["segments"]}
    assert shown["Champions"] == number(rows["champions"]["customers"])
    assert shown["At stake"] == money(rows["at_risk"]["revenue"] + rows["cant_lose"]["revenue"], "GBP")


@pytest.mark.parametrize("view", VIEWS)
def test_abc_xyz_shows_what_the_command_line_prints(open_page: Opened, printed: Printed, view: str) -> None:
    shown = figures(open_page, "abc_xyz", VIEWS[view])
    matrix = printed("abc_xyz", VIEWS[view])["matrix"]
    assert shown["Class A customers"] == number(sum(row["customers"] for row in matrix if row["abc"] == "A"))
    assert shown["New, no class yet"] == number(sum(row["customers"] for row in matrix if row["xyz"] == "N"))


@pytest.mark.parametrize("query", SETTINGS["rfm"], ids=str)
def test_rfm_shows_what_the_command_line_prints_with_the_same_settings(
    open_page: Opened, printed: Printed, query: dict[str, list[str]]
) -> None:
    app = open_page("rfm", **query)
    assert not app.exception
    assert not app.info
    rows = {row["segment"]: row for row in printed("rfm", query)["segments"]}
    shown = app.table[0].value
    assert sorted(shown["Customers"]) == sorted(row["customers"] for row in rows.values())
    assert shown.iloc[:, 3].tolist() == sorted((row["revenue"] for row in rows.values()), reverse=True)


@pytest.mark.parametrize("query", SETTINGS["abc_xyz"], ids=str)
def test_abc_xyz_shows_what_the_command_line_prints_with_the_same_settings(
    open_page: Opened, printed: Printed, query: dict[str, list[str]]
) -> None:
    app = open_page("abc_xyz", **query)
    assert not app.exception
    assert not app.info
    of = query.get("of", ["customers"])[0]
    tables = printed("abc_xyz", query)
    rows, shown = tables[of], app.dataframe[0].value
    assert shown[f"{of[:-1]}_id"].tolist() == [row[f"{of[:-1]}_id"] for row in rows]
    for column in ("revenue", "cumulative_share", "cv", "abc_gap", "abc_room", "xyz_gap"):
        assert shown[column].tolist() == pytest.approx(
            [float("nan") if row[column] is None else row[column] for row in rows], nan_ok=True
        )


@pytest.mark.parametrize("view", VIEWS)
def test_retention_shows_what_the_command_line_prints(open_page: Opened, printed: Printed, view: str) -> None:
    shown = figures(open_page, "cohorts", VIEWS[view])
    average = {row["period"]: row["retention"] for row in printed("cohorts", VIEWS[view])["average"]}
    if 1 in average:
        assert shown["Return in month 1"] == percent(average[1])
    else:
        assert shown["Return in month 1"] == "–"


@pytest.mark.parametrize("view", VIEWS)
def test_lifetime_value_shows_what_the_command_line_prints(open_page: Opened, printed: Printed, view: str) -> None:
    shown = figures(open_page, "ltv", VIEWS[view])
    rows = {row["figure"]: row["value"] for row in printed("ltv", VIEWS[view])["figures"]}
    assert shown["Simple value"] == money(rows["value_by_orders"], "GBP")
