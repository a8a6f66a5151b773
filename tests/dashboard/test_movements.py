"""The page of movements against what its analysis gives back."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.analyses import load
from core.analyses.movements import MovementsParams, MovementsResult
from core.filters import Filters
from dashboard.topics import movements, movements_time
from dashboard.words import money, number, set_locale
from tests.dashboard.conftest import Opened

LINK = {"back": ["6"]}


def run(data: Path, **params: Any) -> MovementsResult:
    dataset = open_dataset(data, AccessScope.everything())
    result: Any = load("movements").run(dataset, Filters(), MovementsParams(**{"back": 6, **params}))
    return result


def test_the_page_shows_what_the_analysis_gives_back(open_page: Opened, data: Path) -> None:
    app = open_page("movements", **LINK)
    assert not app.exception
    result = run(data)
    shown = {one.label: one.value for one in app.metric}
    assert shown["Net revenue"] == money(result.total_after, "GBP")
    lost = result.bridge.set_index("step").loc["lost"]
    assert shown["Stopped buying"] == number(lost["customers"])


@pytest.mark.parametrize("classification", ["abc", "xyz", "abc_xyz", "recency", "region", "channel", "rfm_segment"])
def test_any_classification_that_moves_is_drawn(open_page: Opened, classification: str) -> None:
    app = open_page("movements", classification=[classification], span=["12"], value=["margin"], by=["revenue"], **LINK)
    assert not app.exception
    assert not app.info
    assert app.selectbox(key="movements/classification").value == classification


def test_what_can_not_be_made_at_an_earlier_date_is_dropped_and_named(open_page: Opened) -> None:
    app = open_page("movements", classification=["persona"], **LINK)
    assert "classification=persona is not on offer on this page" in app.info[0].value


def test_flows_classes_and_steps_open_their_customers(open_page: Opened, data: Path) -> None:
    result = run(data)
    table = result.customers
    one = result.flows.iloc[0]
    step = result.bridge.loc[result.bridge["customers"] > 0, "step"].iloc[0]
    for select, chosen in {
        f"{one['before']}|{one['after']}": (table["before"] == one["before"]) & (table["after"] == one["after"]),
        f"{one['before']}|": table["before"] == one["before"],
        f"|{one['after']}": table["after"] == one["after"],
        step: table["step"] == step,
    }.items():
        app = open_page("movements", select=[select], **LINK)
        assert not app.exception
        assert not app.info
        assert len(app.dataframe[-1].value) == chosen.sum()


def test_too_long_ago_is_said_and_the_dates_can_be_changed(open_page: Opened, data: Path) -> None:
    first = open_dataset(data, AccessScope.everything()).info.first_day
    app = open_page("movements", back=["1"], to=[first.isoformat()])
    assert not app.exception
    assert app.title[0].value == "Nothing matches this filter"
    assert app.selectbox(key="movements/back").value == 1


# ---- The finding, on tables made by hand


def segments(**rows: tuple[int, bool, float, bool]) -> Any:
    """Segment: change of customers, whether it is a claim, change of money, whether that is."""
    table = pd.DataFrame(
        [(name, *row) for name, row in rows.items()],
        columns=["segment", "change", "claim", "revenue_change", "revenue_claim"],
    )
    return SimpleNamespace(segments=table, labels=tuple(rows), value="revenue")


VIEW: Any = SimpleNamespace(params=SimpleNamespace(back=12, span="history"), currency="GBP")
SAID = {"champions": "Champions", "loyal": "Loyal", "lost": "Lost"}


@pytest.mark.parametrize(
    ("result", "title"),
    [
        (
            segments(champions=(41, True, 205e3, True)),
            "Champions: 41 more and £205 k more net revenue than a year before",
        ),
        (segments(champions=(41, True, 205e3, False)), "Champions: 41 more than a year before"),
        (segments(champions=(-41, False, -205e3, True)), "Champions: £205 k less net revenue than a year before"),
        # The first class has no claim: the one that changed most tells.
        (
            segments(champions=(90, False, 0, False), loyal=(5, True, 0, False), lost=(-70, True, 0, False)),
            "Lost: 70 fewer than a year before",
        ),
        (segments(champions=(41, False, 205e3, False)), "No class changed beyond chance since a year before"),
    ],
)
def test_the_title_says_no_more_than_the_claims(result: Any, title: str) -> None:
    set_locale("en")
    assert movements.title(VIEW, result, SAID).replace("\u00a0", " ") == title


def test_an_interval_is_written_with_its_signs() -> None:
    assert movements_time._interval(number, -12, 40) == "−12 to 40"
    assert movements_time._interval(number, 3, 40) == "3–40"
    assert movements_time._interval(number, float("nan"), float("nan")) == "–"


def test_months_before_are_put_in_words() -> None:
    assert [movements.ago(months) for months in (1, 3, 12, 24)] == [
        "a month before",
        "3 months before",
        "a year before",
        "two years before",
    ]
