"""Two snapshots side by side, against sums by pandas."""

from pathlib import Path

import pandas as pd
import pytest

from core.comparison import Comparison, compare
from core.errors import SnapshotError
from tests.helpers import make_log, publish_lines

LINES = pd.DataFrame(
    {
        "order_id": ["o1", "o2", "o3", "o4"],
        "customer_id": ["a", "b", "b", "c"],
        "date": pd.to_datetime(["2021-01-05", "2021-01-20", "2021-02-10", "2021-03-01"]),
        "amount": [100_000, 200_000, 300_000, -50_000],
    }
)


def compared(folder: Path, older: pd.DataFrame, newer: pd.DataFrame) -> Comparison:
    publish_lines(older, folder)
    publish_lines(newer, folder)
    return compare(folder)


def test_two_of_the_same_do_not_differ(tmp_path: Path) -> None:
    found = compared(tmp_path, LINES, LINES)
    assert all(figure.change == 0 and figure.before == figure.after for figure in found.figures)
    assert (found.new_customers, found.gone_customers, found.months, found.months_compared) == (0, 0, (), 3)
    assert "Revenue is the same in each of the 3 months that both cover." in found.as_text()


def test_figures_before_and_after(tmp_path: Path) -> None:
    more = pd.DataFrame(
        {
            "order_id": ["o5", "o6"],
            "customer_id": ["d", None],
            "date": pd.to_datetime(["2021-03-05", "2021-04-01"]),
            "amount": [70_000, 1],
        }
    )
    found = compared(tmp_path, LINES, pd.concat([LINES[LINES["customer_id"] != "a"], more]))
    assert [(figure.name, figure.before, figure.after, figure.change) for figure in found.figures] == [
        ("rows", 4, 5, 1),
        ("orders", 4, 5, 1),
        ("customers", 3, 3, 0),
        ("buyers", 2, 2, 0),
        ("revenue", 550_000, 520_001, -29_999),
        ("first_day", "2021-01-05", "2021-01-20", 15),
        ("last_day", "2021-03-01", "2021-04-01", 31),
    ]
    assert (found.new_customers, found.new_examples) == (1, ("d",))
    assert (found.gone_customers, found.gone_examples) == (1, ("a",))
    assert (found.months, found.months_compared) == ((), 3)
    plain = found.to_dict()
    assert plain["figures"][4] == {"name": "revenue", "before": "55.0000", "after": "52.0001", "change": "-2.9999"}
    assert found.figure("rows").change == 1


def test_a_past_that_changed_in_silence_is_seen(tmp_path: Path) -> None:
    """Only days that both cover count: what came after the older one's last day is no change of March."""
    changed = LINES.copy()
    changed.loc[1, "amount"] += 1
    later = changed.iloc[[3]].assign(order_id="o9", date=pd.Timestamp("2021-03-20"))
    found = compared(tmp_path, LINES, pd.concat([changed, later]))
    assert [(month.month, month.before, month.after, month.change) for month in found.months] == [
        ("2021-01", 300_000, 300_001, 1)
    ]
    text = found.as_text()
    assert "Revenue differs in 1 of the 3 months" in text
    assert "+0.0001" in text


def test_snapshots_without_a_day_in_common(tmp_path: Path) -> None:
    found = compared(tmp_path, LINES.iloc[:1], LINES.iloc[2:])
    assert (found.months, found.months_compared) == ((), 0)
    assert "They have no month in common." in found.as_text()


@pytest.mark.parametrize("seed", range(3))
def test_sums_are_those_of_pandas(seed: int, tmp_path: Path) -> None:
    """Logs of tests.helpers.make_log without orders over several days, one with every tenth line gone."""
    log = make_log(seed)
    log = log[log["order_id"] != "o0000"]
    fewer = log[log.index % 10 != 0]
    found = compared(tmp_path, log, fewer)
    common = [
        part[part["date"].between(max(log["date"].min(), fewer["date"].min()), fewer["date"].max())]
        for part in (log, fewer)
    ]
    sums = [part.groupby(part["date"].dt.strftime("%Y-%m"))["amount"].sum() for part in common]
    both = pd.concat(sums, axis=1, keys=["before", "after"]).fillna(0).astype(int)
    differ = both[both["before"] != both["after"]]
    assert [(month.month, month.before, month.after) for month in found.months] == list(differ.itertuples(name=None))
    assert found.figure("revenue").change == fewer["amount"].sum() - log["amount"].sum()
    gone = sorted(set(log["customer_id"].dropna()) - set(fewer["customer_id"].dropna()))
    assert (found.gone_customers, list(found.gone_examples)) == (len(gone), gone[:3])


def test_any_two_can_be_compared(tmp_path: Path) -> None:
    for rows in (1, 2, 4):
        publish_lines(LINES.iloc[:rows], tmp_path)
    assert compare(tmp_path, 3, 1).figure("rows").change == -3
    found = compare(tmp_path, newer=2)
    assert (found.older.version, found.newer.version) == (1, 2)


def test_there_must_be_two(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="there are no data yet"):
        compare(tmp_path)
    publish_lines(LINES, tmp_path)
    with pytest.raises(SnapshotError) as raised:
        compare(tmp_path)
    assert str(raised.value) == f"{tmp_path}: snapshot 1 is the oldest: there is none to compare it with"
    with pytest.raises(SnapshotError, match="there is no snapshot 9; expected one of: 1"):
        compare(tmp_path, 9)
