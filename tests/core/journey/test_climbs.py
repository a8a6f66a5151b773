"""Climbs against plain pandas on generated logs with much that falls on one moment, and by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.access import AccessScope, Dataset, open_dataset
from core.days import to_dates, to_day
from core.journey.climbs import NEVER, Climbs, find_climbs
from core.journey.log import contact_log
from core.journey.standing import standing
from core.journey.steps import StepRules
from tests.core.journey.logs import TOP, climbs, give, make_touchpoints, purchase_days
from tests.helpers import make_log, publish_lines

LAST = pd.Timestamp("2023-01-20")


def opened(folder: Path, lines: pd.DataFrame, touchpoints: pd.DataFrame) -> Dataset:
    return open_dataset(give(publish_lines(lines, folder), touchpoints), AccessScope.everything())


def found_in(dataset: Dataset, last: pd.Timestamp) -> Climbs:
    log = contact_log(dataset)
    return find_climbs(dataset, log, StepRules({}).codes(log.names), to_day(last.date()))[1]


def as_table(dataset: Dataset, found: Climbs) -> pd.DataFrame:
    log = contact_log(dataset)
    days = {
        f"d{level}": np.where(found.day[level] == NEVER, np.datetime64("NaT"), to_dates(found.day[level]))
        for level in range(TOP + 1)
    }
    table = pd.DataFrame({"person_id": log.ids.take(found.person).to_pylist(), "last": to_dates(found.last), **days})
    kinds = dict.fromkeys(("last", *days), "datetime64[s]")
    place = {
        name: np.array(log.labels[name], dtype=object)[log.codes[name][found.row]] for name in ("channel", "region")
    }
    return table.astype(kinds).assign(
        back=found.back, again=found.again, touchpoints=found.touchpoints, cost=found.cost, **place
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_climbs_are_those_of_plain_pandas(seed: int, tmp_path: Path) -> None:
    lines, touchpoints = make_log(seed), make_touchpoints(seed)
    dataset = opened(tmp_path, lines, touchpoints)
    last = LAST if seed > 1 else pd.Timestamp("2022-08-01")
    expected = climbs(touchpoints, purchase_days(lines), last)
    expected["touchpoints"] = expected["touched"]
    found = as_table(dataset, found_in(dataset, last))
    assert found["back"].any()
    assert found["again"].any()
    columns = [
        "person_id",
        "last",
        *(f"d{level}" for level in range(TOP + 1)),
        "back",
        "again",
        "touchpoints",
        "cost",
        "channel",
        "region",
    ]
    pd.testing.assert_frame_equal(found[columns], expected[columns], check_dtype=False)


def test_the_order_of_the_rows_does_not_matter(tmp_path: Path) -> None:
    lines, touchpoints = make_log(5), make_touchpoints(5)
    mixed, ranked = (
        found_in(opened(tmp_path / name, lines, rows), LAST)
        for name, rows in (
            ("mixed", touchpoints.sample(frac=1, random_state=1)),
            ("ranked", touchpoints.sort_values(["person_id", "time", "step"])),
        )
    )
    for name in ("person", "day", "last", "again", "path", "back", "touchpoints", "cost"):
        np.testing.assert_array_equal(getattr(mixed, name), getattr(ranked, name), err_msg=name)


def hand(folder: Path, orders: list[tuple[str, str]], contacts: list[tuple[str, str, str]]) -> Dataset:
    lines = pd.DataFrame(orders, columns=["customer_id", "date"])
    lines = lines.assign(
        order_id=[f"o{k}" for k in range(len(lines))], amount=10_000, date=pd.to_datetime(lines["date"])
    )
    table = pd.DataFrame(contacts, columns=["person_id", "time", "step"])
    table["time"] = pd.to_datetime(table["time"]).astype("datetime64[us]")
    nothing = pd.Series([None] * len(table), dtype="str")
    return opened(
        folder, lines, table.assign(channel=nothing, region=nothing, cost=pd.array([None] * len(table), dtype="Int64"))
    )


def test_an_order_ends_its_day_and_is_not_counted_twice(tmp_path: Path) -> None:
    orders = [("a", "2024-01-05"), ("a", "2024-01-05"), ("a", "2024-01-09"), ("b", "2024-01-03"), ("z", "2024-01-31")]
    contacts = [
        ("a", "2024-01-01 10:00", "Site visit"),
        ("a", "2024-01-05 08:00", "Basket filled"),
        ("a", "2024-01-05 09:00", "Order placed"),
        ("a", "2024-01-05 23:00", "Site visit"),
        ("b", "2024-01-03 23:59", "Basket filled"),
        ("lead", "2024-01-02 12:00", "Basket filled"),
        ("lead", "2024-01-04 12:00", "Site visit"),
    ]
    dataset = hand(tmp_path, orders, contacts)
    found = found_in(dataset, pd.Timestamp("2024-01-31"))
    # Steps that nobody touched are left out: awareness, choice, purchase.
    assert found.steps == (1, 3, 4)
    day = np.where(found.day == NEVER, 0, found.day - to_day(pd.Timestamp("2023-12-31").date())).T.tolist()
    # a to the order of the 5th, and on from the evening to that of the 9th; b on one day; the lead began at the choice.
    assert day == [[1, 5, 5], [5, 9, 9], [3, 3, 3], [2, 2, 0]]
    assert found.again.tolist() == [False, True, False, False]
    assert found.back.tolist() == [False, False, False, True]
    assert found.path.tolist() == [0b111, 0b101, 0b110, 0b010]


def test_where_people_stand_by_hand(tmp_path: Path) -> None:
    contacts = [
        ("bought", "2024-01-01 10:00", "Site visit"),
        ("back", "2024-01-20 10:00", "Products compared"),
        ("quiet", "2023-11-01 10:00", "Basket filled"),
        ("near", "2024-01-25 10:00", "Basket filled"),
        ("near", "2024-01-30 10:00", "Site visit"),
    ]
    dataset = hand(tmp_path, [("bought", "2024-01-11"), ("back", "2024-01-01"), ("other", "2023-12-01")], contacts)
    log = contact_log(dataset)
    last = to_day(pd.Timestamp("2024-01-31").date())
    events, found = find_climbs(dataset, log, StepRules({}).codes(log.names), last)
    at = standing(events, found, last, 30)
    table = pd.DataFrame({"step": at.step, "days": at.days, "silent": at.silent, "target": at.target})
    table.index = pd.Index(log.ids.take(at.person).to_pylist())
    assert table.loc["bought"].tolist() == [4, 20, False, True]
    assert table.loc["back"].tolist() == [2, 11, False, True]
    assert table.loc["quiet"].tolist() == [0, 91, True, False]
    assert table.loc["near"].tolist() == [3, 6, False, False]
    assert "other" not in table.index
