"""Tables come back as they were: however they are written, split, shuffled, exported, and in whichever kind of file."""

import gzip
import tempfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.build import Built, build
from core.export import to_csv
from core.ingest import Clean
from tests.core.ingest.helpers import rows, run, table, write, write_xlsx

DATES = {"%Y-%m-%d": None, "%d.%m.%Y": "%d.%m.%Y", "%m/%d/%Y": "%m/%d/%Y", "%Y%m%d": None, "%d-%b-%Y": None}
# Names that tell the encoding; nothing else does.
NAMES = {
    "utf-8": "Zoë 张 Анна",
    "utf-8-sig": "Zoë 张 Анна",
    "utf-16": "Zoë 张 Анна",
    "utf-16-le": "Zoë 张 Анна",
    "utf-16-be": "Анна",
    "utf-32": "Анна 张",
    "cp1251": "Анна Петрова",
    "koi8-r": "Анна Петрова",
    "cp866": "Анна Петрова",
    "gb18030": "张伟",
    "cp932": "田中さん",
    "cp1252": "José Müller",
    "cp1250": "Łukasz Wiśniewski",
    "mac-roman": "José Müller",
    "ascii": "Ann",
}
SIGNS = [(".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (",", "\u00a0"), (".", "'")]


@dataclass(frozen=True)
class Line:
    order: int
    customer: str
    day: date
    units: int
    region: str | None = None


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


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def number(units: int, decimal: str, thousands: str) -> str:
    text = f"{Decimal(units) / 10_000:,.4f}"
    return text.replace(",", "\0").replace(".", decimal).replace("\0", thousands)


def encodable(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


@given(
    lines(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(SIGNS),
    st.sampled_from(list(DATES)),
    st.sampled_from(list(NAMES)),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
@settings(max_examples=24, deadline=None)
def test_a_table_comes_back_however_it_is_written(
    written: list[Line],
    delimiter: str,
    signs: tuple[str, str],
    form: str,
    encoding: str,
    end: str,
    packed: bool,
) -> None:
    decimal, thousands = signs
    # A no-break space takes four bytes of GB 18030, which only software writes that knows what it does.
    if thousands == "\u00a0" and (encoding == "gb18030" or not encodable(thousands, encoding)):
        thousands = " "
    content = table(
        *(
            delimiter.join(
                [
                    str(line.order),
                    quoted(f"{line.customer} {NAMES[encoding]}"),
                    line.day.strftime(form),
                    quoted(number(line.units, decimal, thousands)),
                ]
            )
            for line in written
        ),
        header=delimiter.join(["order_id", "customer_id", "date", "amount"]),
    )
    mapping: dict[str, dict[str, object]] = {"settings": {"decimal": decimal, "delimiter": delimiter}}
    if DATES[form]:
        mapping["order_lines"] = {"date": {"column": "date", "format": form}}
    data = content.replace("\n", end).encode(encoding)
    with tempfile.TemporaryDirectory() as folder:
        name = "orders.csv.gz" if packed else "orders.csv"
        path = write(Path(folder), gzip.compress(data, 1) if packed else data, name)
        found = run(Path(folder), path, mapping=mapping)
        cells = sorted((row["order_id"], row["customer_id"], row["date"], row["amount"]) for row in rows(found))
    assert cells == sorted(
        (str(line.order), f"{line.customer} {NAMES[encoding]}", line.day, line.units) for line in written
    )


def orders() -> st.SearchStrategy[list[Line]]:
    """Few orders, customers and regions, so that lines meet."""
    line = st.builds(
        Line,
        st.integers(1, 6),
        st.sampled_from(["a", "b", "", "C1"]),
        st.dates(date(2011, 1, 1), date(2011, 3, 5)),
        st.integers(-(10**7), 10**7),
        st.sampled_from(["North", "South", ""]),
    )
    return st.lists(line, min_size=2, max_size=12)


def as_cells(written: list[Line]) -> list[str]:
    return [
        f"{line.order},{line.customer},{line.day},{Decimal(line.units) / 10_000:.4f},{line.region}" for line in written
    ]


def built(clean: Clean) -> Built:
    with duckdb.connect() as con:
        return build(nw.from_native(con.read_parquet(str(clean.order_lines))).lazy(), clean.known, with_margin=False)


def assert_same_history(one: Built, two: Built) -> None:
    assert one.customer_ids.equals(two.customer_ids)
    assert one.order_ids.equals(two.order_ids)
    for name in ("start", "day", "order", "purchase", "revenue"):
        np.testing.assert_array_equal(getattr(one.history, name), getattr(two.history, name), err_msg=name)
    assert one.history.labels == two.history.labels
    for name, codes in one.history.codes.items():
        np.testing.assert_array_equal(codes, two.history.codes[name], err_msg=name)
    assert (one.history.row_day is None) == (two.history.row_day is None)
    if one.history.row_day is not None:
        np.testing.assert_array_equal(one.history.row_day, two.history.row_day)


@given(orders(), st.randoms(use_true_random=False), st.integers(0, 12))
@settings(max_examples=14, deadline=None)
def test_a_split_in_two_files_and_the_order_of_rows_change_nothing_in_the_history(
    written: list[Line], random: Any, cut: int
) -> None:
    cells = as_cells(written)
    shuffled = list(cells)
    random.shuffle(shuffled)
    parts = [part for part in (shuffled[:cut], shuffled[cut:]) if part]
    header = "order_id,customer_id,date,amount,region"
    with tempfile.TemporaryDirectory() as folder:
        whole, split = Path(folder) / "whole", Path(folder) / "split"
        whole.mkdir()
        split.mkdir()
        one = run(whole, write(whole, table(*cells, header=header)))
        two = run(split, *(write(split, table(*part, header=header), f"{at}.csv") for at, part in enumerate(parts)))
        assert rows(one) == rows(two)
        assert_same_history(built(one), built(two))
        assert one.report.totals == two.report.totals
        assert noted(one) == noted(two)


def noted(clean: Clean) -> dict[str, int]:
    """Rows by note. A row that stands in two files is no duplicate but overlapping, and orders in several files need several."""
    found = {note.name: note.rows for note in clean.report.notes}
    found["again"] = found.pop("exact_duplicates", 0) + found.pop("overlapping_files", 0)
    found.pop("orders_in_several_files", None)
    return found


CELL = st.text(st.sampled_from("=+-@'\" ,;a7é\t\n"), min_size=1, max_size=6).map(str.strip).filter(bool)


@given(
    st.lists(
        st.tuples(CELL, CELL, st.dates(date(2011, 1, 1), date(2012, 1, 1)), st.integers(-(10**9), 10**9)),
        min_size=1,
        max_size=6,
    ),
    st.booleans(),
)
@example([("'=1", "''@a", date(2011, 1, 5), 5), ("=cmd", "-", date(2011, 1, 6), -5)], False)
@settings(max_examples=14, deadline=None)
def test_exported_order_lines_come_back(written: list[tuple[str, str, date, int]], bom: bool) -> None:
    frame = pd.DataFrame(
        {
            "order_id": [str(at) for at in range(len(written))],
            "customer_id": [customer for customer, *_ in written],
            "date": [day for *_, day, _ in written],
            "amount": [Decimal(units) / 10_000 for *_, units in written],
            "region": [region for _, region, *_ in written],
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder), to_csv(frame, bom))
        found = rows(run(Path(folder), path, mapping={"settings": {"decimal": ".", "delimiter": ","}}))
        once = [(row["order_id"], row["customer_id"], row["date"], row["amount"], row["region"]) for row in found]
    expected = [(str(at), customer, day, units, region) for at, (customer, region, day, units) in enumerate(written)]
    assert sorted(once) == sorted(expected)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6, unique_by=lambda pair: pair[0]))
@settings(max_examples=12, deadline=None)
def test_exported_customers_come_back(written: list[tuple[str, str]]) -> None:
    # A dash or a number alone would be no text.
    written = [(name, f"{kind}k") for name, kind in written]
    frame = pd.DataFrame({"customer_id": [name for name, _ in written], "=kind": [kind for _, kind in written]})
    with tempfile.TemporaryDirectory() as folder:
        exported = write(Path(folder), to_csv(frame), "customers.csv")
        lines_of = write(Path(folder), table("1,a,2011-01-05,10.50"))
        clean = run(Path(folder), exported, lines_of, mapping={"settings": {"decimal": ".", "delimiter": ","}})
        assert clean.customers is not None
        found = pq.read_table(clean.customers).to_pandas()
    assert dict(zip(found["customer_id"], found["=kind"].astype(str), strict=True)) == dict(written)


@given(orders().filter(lambda lines: any(line.customer for line in lines)))
@settings(max_examples=7, deadline=None)
def test_the_kind_of_file_makes_no_difference(written: list[Line]) -> None:
    header = ["order_id", "customer_id", "date", "amount", "region"]
    whole = [Line(line.order, line.customer, line.day, line.units * 100, line.region) for line in written]
    cells = [[line.order, line.customer, line.day, line.units / 100, line.region] for line in written]
    typed = pa.table(
        {name: list(column) for name, column in zip(header, zip(*cells, strict=True), strict=True)},
        schema=pa.schema(
            [
                ("order_id", pa.int64()),
                ("customer_id", pa.string()),
                ("date", pa.date32()),
                ("amount", pa.float64()),
                ("region", pa.string()),
            ]
        ),
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        pq.write_table(typed, folder / "orders.parquet")
        with pa.ipc.new_file(folder / "orders.arrow", typed.schema) as writer:
            writer.write_table(typed)
        with pa.ipc.new_stream(folder / "orders.arrows", typed.schema) as writer:
            writer.write_table(typed)
        write(folder, table(*as_cells(whole), header=",".join(header)))
        filled = [[cell if cell != "" else None for cell in row] for row in cells]
        write_xlsx(folder / "orders.xlsx", {"Sales": [header, *filled]})
        found = {}
        for path in sorted(folder.glob("orders.*")):
            part = folder / path.suffix[1:]
            part.mkdir()
            found[path.suffix] = rows(run(part, path, mapping={"settings": {"decimal": "."}}))
    assert len(found) == 5
    for kind, lines_of in found.items():
        assert lines_of == found[".csv"], kind
