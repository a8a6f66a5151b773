"""Rows of event tables that repeat another one exactly: counted, kept, and left out where a rule says so."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.core.ingest.helpers import check, run_tables, table, write

REPEATED: dict[str, tuple[str, tuple[str, ...], int | None, str]] = {
    "deals": ("deal_id,account,stage,amount,opened", ("1,a,won,10,2024-01-01", "2,b,lost,,2024-01-02"), 100_000, "1"),
    "touchpoints": ("person_id,time,step", ("a,2024-01-01 10:00,visit", "a,2024-01-01 10:01,visit"), None, "a"),
    "survey": ("customer,date,question,answer", ("7,2024-01-01,Why?,price", "7,2024-01-01,Who?,me"), None, "7"),
    "spend": ("date,channel,spend", ("2024-01-01,a,1.25", "2024-01-01,b,1.25"), 12_500, "2024-01-01"),
    "notes": ("segment,author,note", ("tier=vip,me,Ring them.", "tier=vip,me,They rang."), None, "tier=vip"),
    "market": ("attribute,value,share", ("age,to 30,0.25", "age,over 30,0.75"), None, "age"),
}  # fmt: skip


@pytest.mark.parametrize("name", REPEATED)
def test_rows_that_repeat_another_exactly_are_counted_and_kept(name: str, tmp_path: Path) -> None:
    header, lines, money, value = REPEATED[name]
    paths = (
        write(tmp_path, table(*lines, lines[0], header=header), "a.csv"),
        write(tmp_path, table(lines[0], lines[1], header=header), "b.csv"),
    )
    clean = run_tables(tmp_path, *paths)
    check(clean)
    (note,) = clean.report.notes
    shown = (("a.csv", 4, value), ("b.csv", 2, value))
    # The second rows of both files are one row that stands in both.
    assert (note.name, note.rows, note.setting, note.left_out) == (f"repeated_{name}", 3, f"repeated_{name}", False)
    assert note.money == (None if money is None else 2 * money + (12_500 if name == "spend" else 0))
    assert note.examples[:2] == shown
    assert pq.read_metadata(getattr(clean, name)).num_rows == 5
    out = run_tables(tmp_path, *paths, mapping={"rules": {f"repeated_{name}": "leave_out"}})
    check(out)
    assert pq.read_metadata(getattr(out, name)).num_rows == 2
    assert out.report.notes[0].left_out
    assert [file.kept.rows for file in out.report.files] == [2, 0]


def test_rows_that_differ_in_any_cell_repeat_nothing(tmp_path: Path) -> None:
    content = "date,channel,spend,who booked\n2024-01-01,a,1.25,me\n2024-01-01,a,1.25,you\n"
    assert run_tables(tmp_path, write(tmp_path, content, "spend.csv")).report.notes == ()
