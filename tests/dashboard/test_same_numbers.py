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


Printed = Callable[[str, dict[str, list[str]]], dict[str, Any]]


@pytest.fixture
def printed(data: Path, tmp_path: Path) -> Printed:
    """The tables that the command line writes for an analysis and a link's filters."""

    def write(name: str, query: dict[str, list[str]]) -> dict[str, Any]:
        options = [part for key, values in query.items() for value in values for part in (f"--{key}", value)]
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
