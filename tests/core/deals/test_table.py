"""Tables of deals as people have them, to one row a deal."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.days import to_day
from core.deals import words
from core.deals.table import YEAR, read
from core.errors import BadParameterError


def table(*rows: dict[str, object]) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows))
    for name in ("opened", "closed", "stage_time"):
        if name in frame:
            frame[name] = pd.to_datetime(frame[name], format="ISO8601")
    return frame


def at(year: int, month: int, day: int) -> int:
    return to_day(date(year, month, day))


ONE_A_DEAL = table(
    {"deal_id": "d1", "opened": "2024-01-01", "closed": "2024-01-31", "outcome": "Closed Won", "amount": 100, "margin": 30},
    {"deal_id": "d2", "opened": "2024-02-01", "closed": "2024-01-15", "outcome": "Проиграна", "reason": "Нет бюджета в этом году"},
    {"deal_id": "d3", "opened": "2024-02-01", "closed": None, "outcome": "进行中"},
    {"deal_id": "d4", "opened": "2024-02-01", "closed": "2024-03-01", "outcome": "parked", "reason": "no budget"},
    {"deal_id": "d5", "opened": "2024-02-01", "closed": "2024-02-20", "outcome": "false", "reason": "Feature is missing"},
    {"deal_id": "d6", "opened": "2024-02-01", "closed": None, "outcome": "false"},
)  # fmt: skip


def test_one_row_a_deal() -> None:
    deals = read(ONE_A_DEAL, None, {}, {})
    assert deals.rows["outcome"].tolist() == ["won", "lost", "open", "unknown", "lost", "open"]
    assert deals.rows["kind"].where(deals.rows["kind"].notna(), "").tolist() == ["", "no_money", "", "", "beyond", ""]
    # Closed before it was opened: no days. Not closed: days so far. The last thing that happened is the closing on 20 February.
    assert deals.as_of == at(2024, 2, 20)
    np.testing.assert_array_equal(deals.rows["days"], [30, np.nan, 19, np.nan, 19, 19])
    assert deals.rows["margin_share"].iloc[0] == 0.3
    assert [one.code for one in deals.notices] == ["unknown_outcomes", "closed_before_opened"]
    said = deals.meanings.set_index("word")
    assert not said.loc["parked", "known"]
    assert said.loc["parked", "means"] == "unknown"


def test_what_the_reader_says_goes_over_the_lists() -> None:
    edits = words.read_edits("outcomes", "parked=lost|Closed Won=open", words.OUTCOMES)
    deals = read(ONE_A_DEAL, None, edits, {"no budget": "other"})
    assert deals.rows["outcome"].tolist() == ["open", "lost", "open", "lost", "lost", "open"]
    assert deals.rows["kind"].iloc[3] == "other"
    assert words.read_edits("outcomes", words.write_edits(edits), words.OUTCOMES) == edits
    with pytest.raises(BadParameterError, match="setting 'outcomes' does not take 'parked=maybe'"):
        words.read_edits("outcomes", "parked=maybe", words.OUTCOMES)


CHANGES = table(
    {"deal_id": "d2", "stage": "Lead", "stage_time": "2024-01-05"},
    {"deal_id": "d1", "stage": "Closed won", "stage_time": "2024-02-01 10:00", "amount": 90},
    {"deal_id": "d1", "stage": "Lead", "stage_time": "2024-01-01", "amount": 100, "region": "North"},
    {"deal_id": "d1", "stage": "Offer", "stage_time": "2024-01-11"},
    {"deal_id": "d3", "stage": "Lead", "stage_time": "2024-01-02"},
    {"deal_id": "d3", "stage": "отказ", "stage_time": "2024-01-20"},
)


def test_one_row_a_change_of_stage() -> None:
    deals = read(CHANGES, None, {}, {})
    assert deals.rows["deal_id"].tolist() == ["d1", "d2", "d3"]
    assert deals.rows["outcome"].tolist() == ["won", "open", "lost"]
    assert deals.rows["closed"].tolist()[::2] == [at(2024, 2, 1), at(2024, 1, 20)]
    assert deals.rows["days"].tolist() == [31, 27, 18]
    # The last value told counts, field by field.
    assert deals.rows.loc[0, ["amount", "region", "stage"]].tolist() == [90, "North", "Closed won"]
    assert deals.stages["stage"].tolist() == ["Lead", "Offer", "Closed won", "Lead", "Lead", "отказ"]
    assert deals.stages["deal"].tolist() == [0, 0, 0, 1, 2, 2]


def test_what_came_after_the_as_of_day_is_not_known() -> None:
    then = read(CHANGES, at(2024, 1, 15), {}, {})
    assert then.rows["outcome"].tolist() == ["open"] * 3
    assert then.rows["stage"].tolist() == ["Offer", "Lead", "Lead"]
    assert then.rows["amount"].iloc[0] == 100
    one = read(ONE_A_DEAL, at(2024, 1, 30), {}, {})
    assert one.rows["deal_id"].tolist() == ["d1"]
    assert one.rows["outcome"].tolist() == ["open"]
    assert one.rows["days"].tolist() == [29]


def test_the_order_of_rows_changes_nothing() -> None:
    mixed = read(CHANGES.sample(frac=1, random_state=3), None, {}, {})
    pd.testing.assert_frame_equal(mixed.rows, read(CHANGES, None, {}, {}).rows)


def test_earlier_wins_and_another_win_within_a_year_counted_one_by_one() -> None:
    rng = np.random.default_rng(4)
    n = 120
    opened = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 700, n), unit="D")
    given = pd.DataFrame(
        {
            "deal_id": [f"d{place:03d}" for place in range(n)],
            "account_id": rng.choice(["a", "b", "c", "d", None], n),
            "opened": opened,
            "closed": opened + pd.to_timedelta(rng.integers(0, 200, n), unit="D"),
            "outcome": rng.choice(["won", "lost"], n),
        }
    )
    rows = read(given, None, {}, {}).rows
    end = given["closed"].max()
    for place, one in given.iterrows():
        wins = given[(given["account_id"] == one["account_id"]) & (given["outcome"] == "won")]["closed"]
        expected = np.nan if pd.isna(one["account_id"]) else (wins < one["opened"]).sum()
        np.testing.assert_equal(rows["earlier_wins"].iloc[place], expected)
        year = one["closed"] + pd.Timedelta(days=YEAR)
        seen = one["outcome"] == "won" and not pd.isna(one["account_id"]) and year <= end
        later = float(((wins > one["closed"]) & (wins <= year)).any()) if seen else np.nan
        np.testing.assert_equal(rows["again"].iloc[place], later)


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("Industry", "firmographic"), ("Размер компании", "firmographic"), ("Purchase Process", "purchasing"), ("need", "situation"),
        ("Decision Maker Identified", "people"), ("current supplier", "operating"), ("Employees", "firmographic"), ("xyz", "left_out"),
        ("采购流程", "purchasing"),
    ],
)  # fmt: skip
def test_levels_are_found_by_names(name: str, level: str) -> None:
    assert words.level_of(name) == level
