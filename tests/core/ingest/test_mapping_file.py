"""Mappings as TOML: what is written reads back, what is saved is found again by the headers of a file."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.__main__ import main
from core.errors import BadInputError
from core.ingest import ingest, parse_mapping, read_mapping
from core.ingest.mapping.files import FOLDER, broken, find, read_kept, save, saved, shape, to_toml
from core.ingest.mapping.model import BLOCK_KEYS, Mapping_, Spec
from core.ingest.mapping.names import ATTRIBUTE_TABLES, FIELDS
from core.ingest.mapping.rules import SWITCHES
from tests.core.ingest.helpers import GOOD, TODAY, check, rows, table, write

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = TEXTS.filter(lambda text: text not in BLOCK_KEYS)


def optional(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=parts)


def specs() -> st.SearchStrategy[Any]:
    lists = st.lists(TEXTS.filter(bool), min_size=1, max_size=3)
    more = optional(
        missing=lists,
        format=TEXTS.filter(bool).map(lambda text: text.replace("%", "%%")),
        floor_divide=st.integers(1, 10**9),
        when=st.dictionaries(TEXTS, TEXTS, min_size=1, max_size=3),
        otherwise=TEXTS,
        fill_down=st.one_of(st.booleans(), TEXTS),
    )
    sources = st.one_of(
        st.fixed_dictionaries({"column": TEXTS.filter(bool)}),
        st.fixed_dictionaries({"first_of": lists}),
        st.fixed_dictionaries({"join": lists}),
        st.fixed_dictionaries({"value": TEXTS}),
        st.fixed_dictionaries({"lookup": TEXTS, "key": TEXTS.filter(bool), "value": TEXTS.filter(bool)}),
    )
    return st.one_of(TEXTS.filter(bool), st.just(False), st.builds(lambda one, two: one | two, sources, more))


@st.composite
def blocks(draw: st.DrawFn, name: str) -> dict[str, Any]:
    names = st.sampled_from(list(FIELDS[name])) | (NAMES if name in ATTRIBUTE_TABLES else st.nothing())
    found: dict[str, Any] = draw(st.dictionaries(names, specs(), max_size=4))
    lists = st.lists(TEXTS, max_size=3)
    found |= draw(optional(file=st.one_of(TEXTS, lists), sheet=TEXTS, attributes=st.one_of(st.just("all"), lists)))
    if name == "order_lines" and draw(st.booleans()):
        values = st.one_of(TEXTS, st.lists(TEXTS, min_size=1, max_size=3))
        small = st.builds(
            lambda one, two: {"values": one} | two, values, optional(fill_down=st.one_of(st.booleans(), TEXTS))
        )
        found["leave_out"] = draw(st.dictionaries(TEXTS, st.one_of(values, small), max_size=2))
    return found


@st.composite
def mappings(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.lists(st.sampled_from(list(FIELDS)), unique=True, max_size=4))
    values: dict[str, Any] = {
        name: draw(st.one_of(blocks(name), st.lists(blocks(name), min_size=1, max_size=3))) for name in names
    }
    settings = {
        "currency": st.sampled_from(["GBP", "usd"]), "decimal": st.sampled_from([".", ","]), "thousands": st.just(" "),
        "zero_orders": st.sampled_from(["credit", "purchase"]), "encoding": st.sampled_from(["cp1251", "utf-8"]),
        "delimiter": st.sampled_from([";", "\t"]), "other_currencies": st.sampled_from(["refuse", "leave_out"]),
    }  # fmt: skip
    values["settings"] = draw(optional(**settings))
    values["rules"] = draw(optional(**{name: st.sampled_from(choices) for name, choices in SWITCHES.items()}))
    if "currency" in values["settings"] and draw(st.booleans()):
        rates = st.decimals("0.0001", 1000, places=4)
        fixed = st.dictionaries(st.sampled_from(["EUR", "RUB"]), rates.map(str), min_size=1)
        file = st.just({"file": "rates.csv", "rate": "Kurs"})
        values["rates"] = draw(st.one_of(fixed, file))
    return values


@given(mappings())
def test_a_mapping_reads_back_as_it_was(values: dict[str, Any]) -> None:
    mapping = parse_mapping(values)
    assert parse_mapping(tomllib.loads(to_toml(mapping), parse_float=Decimal)) == mapping


def test_what_is_written_is_plain() -> None:
    mapping = parse_mapping(
        {
            "settings": {"currency": "EUR"},
            "order_lines": {"order_id": "Bill", "date": {"column": "Day", "format": "%d/%m/%Y"}, "region": False},
        }
    )
    assert to_toml(mapping, {"title": "Till"}) == (
        '[shape]\ntitle = "Till"\n\n[settings]\ncurrency = "EUR"\n\n'
        '[order_lines]\norder_id = "Bill"\ndate = { column = "Day", format = "%d/%m/%Y" }\nregion = false\n'
    )


def test_the_order_of_columns_is_no_part_of_a_shape() -> None:
    assert shape(["b", "a, c"]) == shape(["a, c", "b"])
    assert shape(["b", "a"]) != shape(["b", "a", "c"])
    assert shape(["b,a"]) != shape(["b", "a"])


HEADER = "Bill,Who,Day,Sum"
LINES = ("1,a,01/02/2011,10.50", "2,b,02/02/2011,20.25")
HEADERS = HEADER.split(",")
MEANT = {
    "order_lines": {
        "file": "january.csv", "order_id": "Bill", "customer_id": "Who", "date": {"column": "Day", "format": "%d/%m/%Y"},
        "amount": "Sum",
    }
}  # fmt: skip


def test_the_next_file_of_a_shape_is_read_by_the_saved_mapping(tmp_path: Path) -> None:
    data = tmp_path / "data"
    path = save(data, "Our till / Köln", parse_mapping(MEANT | {"settings": {"currency": "EUR"}}), [shape(HEADERS)])
    assert path == data / FOLDER / "Our_till_Köln.toml"
    february = write(tmp_path, table(*LINES, header=HEADER), "february.csv")
    (tmp_path / "work").mkdir()
    clean = ingest((february,), None, tmp_path / "work", today=TODAY, data=data)
    check(clean)
    assert [str(row["date"]) for row in rows(clean)] == ["2011-02-01", "2011-02-02"]
    assert clean.currency == "EUR"
    assert dict(clean.report.files[0].how)["mapping"] == "Our till / Köln"


def test_a_saved_mapping_can_be_given_for_a_file_of_another_name(tmp_path: Path) -> None:
    path = save(tmp_path / "data", "till", parse_mapping(MEANT), [shape(HEADERS)])
    february = write(tmp_path, table(*LINES, header=HEADER), "february.csv")
    (tmp_path / "work").mkdir()
    clean = ingest((february,), read_mapping(path), tmp_path / "work", today=TODAY)
    assert [str(row["date"]) for row in rows(clean)] == ["2011-02-01", "2011-02-02"]
    assert "mapping" not in dict(clean.report.files[0].how)


def test_a_given_mapping_wins_over_a_saved_one(tmp_path: Path) -> None:
    data = tmp_path / "data"
    save(data, "till", parse_mapping(MEANT), [shape(HEADERS)])
    own = {"order_lines": MEANT["order_lines"] | {"file": "x.csv", "date": {"column": "Day", "format": "%m/%d/%Y"}}}
    (tmp_path / "work").mkdir()
    given_ = parse_mapping(own)
    clean = ingest(
        (write(tmp_path, table(*LINES, header=HEADER), "x.csv"),), given_, tmp_path / "work", today=TODAY, data=data
    )
    assert [str(row["date"]) for row in rows(clean)] == ["2011-01-02", "2011-02-02"]


def test_what_was_matched_by_name_is_written_out(tmp_path: Path) -> None:
    mapping = parse_mapping({"order_lines": {"file": "x.csv", "date": {"column": "date", "format": "%d/%m/%Y"}}})
    path = save(tmp_path, "plain", mapping, [shape(["order_id", "customer_id", "date", "amount", "note"])])
    (block,) = read_mapping(path).blocks
    assert {field: spec.columns for field, spec in block.specs} == {
        name: (name,) for name in ("order_id", "customer_id", "date", "amount")
    }
    assert block.files == ()


def test_each_file_of_a_saved_mapping_finds_its_part(tmp_path: Path) -> None:
    values = {
        "customers": [
            {"file": "people.csv", "customer_id": "No", "city": "City"},
            {"file": "shops.csv", "customer_id": "Shop", "city": "Town"},
        ],
        "order_lines": {"file": "sales.csv", "order_id": "Bill", "customer_id": "No", "date": "Day", "amount": "Sum"},
    }
    shapes = [shape(headers) for headers in (["No", "City"], ["Shop", "Town"], ["Bill", "No", "Day", "Sum"])]
    path = save(tmp_path, "all", parse_mapping(values), shapes)
    parts = [find(tmp_path, headers) for headers in (["City", "No"], ["Shop", "Town"], ["Bill", "No", "Day", "Sum"])]
    found = [(part.blocks[0].table, dict(part.blocks[0].specs)) for part in parts if part is not None]
    assert [name for name, _ in found] == ["customers", "customers", "order_lines"]
    assert found[1][1]["customer_id"] == Spec(column="Shop")
    assert find(tmp_path, ["No", "City", "More"]) is None
    # The sales, the only ones of their table, need no file name, and come first.
    assert [(block.table, block.files) for block in read_mapping(path).blocks] == [
        ("order_lines", ()),
        ("customers", ("people.csv",)),
        ("customers", ("shops.csv",)),
    ]


def test_saved_mappings_that_somebody_broke_are_passed_over_and_named(tmp_path: Path) -> None:
    save(tmp_path, "good", parse_mapping(MEANT), [shape(HEADERS)])
    for name, content in (("a", "[order_lines\n"), ("b", "[shape]\nheaders = 3\n"), ("c", "[nonsense]\n")):
        (tmp_path / FOLDER / f"{name}.toml").write_text(content)
    assert [kept.title for kept in saved(tmp_path)] == ["good"]
    a, b, c = broken(tmp_path)
    assert a.startswith("a.toml: is not a TOML file; found ")
    assert b == "b.toml, [shape]: wrong kind of value; expected lists of texts, found 3"
    assert c.startswith("c.toml: unknown table 'nonsense'")
    with pytest.raises(
        BadInputError, match=r"^b.toml, \[shape\]: wrong kind of value; expected lists of texts, found 3"
    ):
        read_kept(tmp_path / FOLDER / "b.toml")


@pytest.mark.parametrize(
    ("name", "file"), [("../../etc/x", "etc_x"), ("CON", "mapping_CON"), ("", "mapping_"), ("Касса №1", "Касса_1")]
)
def test_a_name_is_never_a_path(name: str, file: str, tmp_path: Path) -> None:
    assert save(tmp_path, name, Mapping_(), []).relative_to(tmp_path / FOLDER) == Path(f"{file}.toml")


def test_mappings_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    for at, (code, letter) in enumerate((("EUR", "A"), ("USD", "B"))):
        lines = {"order_lines": {"order_id": f"Bill {letter}"}, "settings": {"currency": code}}
        save(tmp_path, f"till {at}", parse_mapping(lines), [shape([f"Bill {letter}", "customer", "date", "amount"])])
    paths = [
        write(tmp_path, table(*GOOD, header=f"Bill {letter},customer,date,amount"), f"{letter}.csv") for letter in "AB"
    ]
    (tmp_path / "work").mkdir()
    with pytest.raises(BadInputError) as caught:
        ingest(paths, None, tmp_path / "work", today=TODAY, data=tmp_path)
    assert str(caught.value) == (
        "[settings] currency: the mappings 'till 0' and 'till 1' contradict each other; found 'EUR' and 'USD'. Import these files one "
        "after the other, or give one mapping for all."
    )


def test_the_command_line_names_a_saved_mapping_that_somebody_broke(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "till.toml").write_text("[nonsense]\n")
    assert main(["import", str(write(tmp_path, table(*GOOD))), "--data", str(tmp_path)]) == 0
    (note,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("note: ")]
    assert note.startswith("note: a saved mapping is passed over: till.toml: unknown table 'nonsense'")
