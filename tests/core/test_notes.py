"""Notes on segments and steps: whose they are, in what order, and who sees them."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from core.access import AccessScope, Dataset, open_dataset
from core.importing.importer import import_files
from core.notes import notes_on
from core.path.steps import STEPS
from core.schema import EVENT_TABLES
from core.targets.picks import write_pick

NOTES = """Segment,Step,Date,Author,Comment
rfm_segment=champions,,2024-03-01,me,first
Champions,choice,2024-03-05,,by its name
Can't lose,,,you,without a day
own:Good%2C gone=in,,2024-03-02,me,own
good gone!,,2024-03-03,me,own by name
abc=A,,2024-03-04,me,other
region=North,,2024-03-07,me,of a region
attribute:grade=A%2B,,2024-03-08,me,a grade
attribute:grade=A-,,2024-03-09,me,another grade
,CHOICE,2024-03-06,me,of a step
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("notes")
    (data / "notes.csv").write_text(NOTES)
    (data / "orders.csv").write_text("order_id,customer_id,date,amount,region\n1,a,2024-01-05,10,North\n")
    import_files([data / "notes.csv", data / "orders.csv"], data / "data")
    return data / "data"


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Dataset:
    return open_dataset(folder, AccessScope.everything())


@pytest.mark.parametrize(
    ("segment", "step", "expected"),
    [
        (write_pick("rfm_segment", "champions"), "", ["by its name", "first"]),
        (write_pick("rfm_segment", "cant_lose"), "", ["without a day"]),
        (write_pick("own:Good, gone", "in"), "", ["own by name", "own"]),
        (write_pick("own:Good, gone", "out"), "", []),
        (write_pick("rule:abc = A", "in"), "", []),
        ("champions", "", ["by its name", "first"]),
        ("", "choice", ["of a step", "by its name"]),
        (write_pick("rfm_segment", "champions"), "choice", ["by its name"]),
        ("", "again", []),
        (write_pick("abc", "A"), "", ["other"]),
        (write_pick("tier", "A"), "", []),
        (write_pick("region", "North"), "", ["of a region"]),
        (write_pick("channel", "North"), "", []),
        (write_pick("attribute:grade", "A+"), "", ["a grade"]),
        (write_pick("attribute:grade", "A"), "", []),
        ("North", "", ["of a region"]),
    ],
)
def test_notes_written_by_hand_are_on_what_they_name(
    dataset: Dataset, segment: str, step: str, expected: list[str]
) -> None:
    found = notes_on(dataset, segment, step)
    assert list(found.columns) == ["date", "author", "note"]
    assert found["note"].tolist() == expected


def test_all_notes_are_the_newest_first_and_those_without_a_day_last(dataset: Dataset) -> None:
    found = notes_on(dataset)
    assert len(found) == 10
    assert found["note"].iloc[-1] == "without a day"
    assert found["date"].dropna().is_monotonic_decreasing


def test_who_sees_a_part_sees_no_notes_and_older_snapshots_have_none(folder: Path, data: Path) -> None:
    assert notes_on(open_dataset(folder, AccessScope.only(region=("North",)))).empty
    # A snapshot without the file, as all were before there were notes.
    before = open_dataset(data, AccessScope.everything())
    assert "notes" in EVENT_TABLES
    assert notes_on(before, "champions").empty
    assert before.table_columns("notes") == ()


def test_the_notes_of_the_sample_are_on_segments_and_steps() -> None:
    written = pd.read_parquet(Path(__file__).parents[2] / "sample_data" / "notes.parquet")
    sample: Any = SimpleNamespace(table=lambda _: written)
    assert set(written["step"].dropna()) <= set(STEPS)
    assert (written["segment"].notna() | written["step"].notna()).all()
    assert len(notes_on(sample)) == len(written)
    for segment, rows in written.groupby("segment"):
        assert sorted(notes_on(sample, segment)["note"]) == sorted(rows["note"])
    assert len(notes_on(sample, step="criteria")) == 2
