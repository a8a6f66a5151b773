"""Tables written in any encoding, delimiter, number and date format come back as they were."""

import tempfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.ingest.helpers import rows, run, table, write

DATES = {"%Y-%m-%d": None, "%d.%m.%Y": "%d.%m.%Y", "%m/%d/%Y": "%m/%d/%Y", "%Y%m%d": None, "%d-%b-%Y": None}
NAMES = {
    "utf-8": "Zoë 张 Анна",
    "utf-16": "Zoë 张 Анна",
    "cp1251": "Анна Петрова",
    "gb18030": "张伟",
    "latin-1": "Zoë",
    "ascii": "Ann",
}


@dataclass(frozen=True)
class Line:
    order: int
    customer: str
    day: date
    units: int


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    line = st.builds(
        Line,
        st.integers(1, 10**9),
        st.sampled_from(["a", "b 1", "007", "c;d", 'e"f', "g,h"]),
        st.dates(date(1900, 1, 1), date(2079, 6, 5)),
        st.integers(-(10**12), 10**12),
    )
    return draw(st.lists(line, min_size=1, max_size=8))


def number(units: int, decimal: str, thousands: str) -> str:
    text = f"{Decimal(units) / 10_000:,.4f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


@given(
    lines(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([(".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (",", "\u00a0"), (".", "'")]),
    st.sampled_from(list(DATES)),
    st.sampled_from(list(NAMES)),
    st.sampled_from(["\n", "\r\n"]),
)
@settings(max_examples=60, deadline=None)
def test_a_table_comes_back_however_it_is_written(
    written: list[Line], delimiter: str, signs: tuple[str, str], form: str, encoding: str, end: str
) -> None:
    decimal, thousands = signs
    if thousands == "\u00a0" and encoding == "ascii":
        thousands = " "
    if thousands == "\u00a0" and encoding == "gb18030":
        thousands = ""

    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    cells = [
        [
            str(line.order),
            quoted(f"{line.customer} {NAMES[encoding]}"),
            line.day.strftime(form),
            quoted(number(line.units, decimal, thousands)),
        ]
        for line in written
    ]
    content = table(
        *(delimiter.join(row) for row in cells), header=delimiter.join(["order_id", "customer_id", "date", "amount"])
    )
    mapping: dict[str, dict[str, object]] = {"settings": {"decimal": decimal, "delimiter": delimiter}}
    if DATES[form]:
        mapping["order_lines"] = {"date": {"column": "date", "format": form}}
    if encoding in ("latin-1", "gb18030", "cp1251"):
        mapping["settings"]["encoding"] = encoding
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), content.replace("\n", end).encode(encoding))
        clean = run(Path(folder), path, mapping=mapping)
        found = sorted((row["order_id"], row["customer_id"], row["date"], row["amount"]) for row in rows(clean))
    assert found == sorted(
        (str(line.order), f"{line.customer} {NAMES[encoding]}", line.day, line.units) for line in written
    )


@given(lines(), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_order_of_rows_and_a_split_in_two_files_change_nothing(written: list[Line], random: object) -> None:
    cells = [
        f'{line.order},"{line.customer.replace(chr(34), "")}",{line.day},{Decimal(line.units) / 10_000:.4f}'
        for line in written
    ]
    shuffled = list(cells)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    cut = len(shuffled) // 2
    parts = [part for part in (shuffled[:cut], shuffled[cut:]) if part]
    with tempfile.TemporaryDirectory() as folder:
        whole, split = Path(folder) / "whole", Path(folder) / "split"
        whole.mkdir()
        split.mkdir()
        one = run(whole, write(whole, table(*cells)))
        two = run(split, *(write(split, table(*part), f"{at}.csv") for at, part in enumerate(parts)))
        assert rows(one) == rows(two)
        notes = {note.name: note.rows for note in two.report.notes if note.name != "orders_in_several_files"}
        assert {note.name: note.rows for note in one.report.notes} == notes
        assert one.report.totals == two.report.totals
