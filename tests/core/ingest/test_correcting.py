"""Corrections: a mapping and what somebody picked go in, another mapping comes out."""

from core.errors import Question
from core.ingest import parse_mapping
from core.ingest.mapping.correcting import (
    answer,
    assign_column,
    set_rule,
    set_setting,
    set_sheet,
    set_table,
    take_for,
)
from core.ingest.mapping.files import Kept, ready
from core.ingest.mapping.model import Block, LeaveOut, Mapping_, Spec

EMPTY = Mapping_()
FILE = Block("order_lines", files=("a.csv",))


def test_answers_go_where_their_setting_says() -> None:
    assert answer(EMPTY, FILE, Question("a.csv", "settings.decimal", ((",", ""),)), ",").settings.decimal == ","
    assert answer(EMPTY, FILE, Question("a.csv", "rules.returns", ()), "leave_out").rule("returns") == "leave_out"
    dated = answer(EMPTY, FILE, Question("a.csv", "order_lines.date.format", (), "Day"), "%d/%m/%Y")
    (block,) = dated.blocks
    assert (block.table, block.files) == ("order_lines", ("a.csv",))
    assert block.specs == (("date", Spec(column="Day", format="%d/%m/%Y")),)
    (block,) = answer(dated, block, Question("a.csv", "order_lines.order_id", ()), "Bill").blocks
    assert [field for field, _ in block.specs] == ["date", "order_id"]
    book = Block("", files=("b.xlsx",))
    (block,) = answer(EMPTY, book, Question("b.xlsx", "order_lines.sheet", ()), "2011").blocks
    assert (block.table, block.sheet, block.files) == ("", "2011", ("b.xlsx",))
    two = answer(dated, book, Question("b.xlsx", "order_lines.sheet", ()), "2011")
    assert [block.files for block in two.blocks] == [("a.csv",), ("b.xlsx",)]


def test_a_column_is_one_field_and_a_field_one_column() -> None:
    (block,) = assign_column(EMPTY, FILE, "Net", "amount").blocks
    (block,) = assign_column(EMPTY, block, "Net", "cost").blocks
    assert dict(block.specs) == {"cost": Spec(column="Net")}
    assert block.absent == frozenset({"amount"})
    (block,) = assign_column(EMPTY, block, "Net", "").blocks
    assert (block.specs, block.absent) == ((), frozenset({"amount", "cost"}))
    (block,) = assign_column(EMPTY, block, "Gross", "cost").blocks
    assert (dict(block.specs), block.absent) == ({"cost": Spec(column="Gross")}, frozenset({"amount"}))


def test_a_field_of_several_columns_loses_one() -> None:
    several = Spec(first_of=("Email", "Login", "Phone"))
    block = Block("order_lines", (("customer_id", several), ("order_id", Spec(join=("Day", "No")))), ("a.csv",))
    (block,) = assign_column(EMPTY, block, "Phone", "").blocks
    assert dict(block.specs)["customer_id"] == Spec(first_of=("Email", "Login"))
    (block,) = assign_column(EMPTY, block, "Email", "region").blocks
    assert dict(block.specs)["customer_id"] == Spec(column="Login")
    (block,) = assign_column(EMPTY, block, "Day", "date").blocks
    assert {field: spec.columns for field, spec in block.specs} == {
        "customer_id": ("Login",), "region": ("Email",), "date": ("Day",),
    }  # fmt: skip
    assert block.absent == frozenset({"order_id"})


def test_a_column_keeps_its_format_when_it_is_picked_again() -> None:
    mapping = answer(EMPTY, FILE, Question("a.csv", "order_lines.date.format", (), "Day"), "%d/%m/%Y")
    (block,) = mapping.blocks
    assert assign_column(mapping, block, "Day", "date") == mapping
    (other,) = assign_column(mapping, block, "Due", "date").blocks
    assert dict(other.specs) == {"date": Spec(column="Due")}


def test_tables_sheets_rules_and_settings_are_set_beside_the_rest() -> None:
    mapping = parse_mapping({"deals": {"file": ["a.csv", "b.csv"], "deal_id": "No"}})
    own = Block("deals", (("deal_id", Spec(column="No")),), ("B.CSV.gz",), sheet="2011")
    changed = set_rule(set_setting(set_table(mapping, own, "spend"), "currency", "EUR"), "returns", "leave_out")
    assert [(block.table, block.files) for block in changed.blocks] == [("deals", ("a.csv",)), ("spend", ("B.CSV.gz",))]
    assert (changed.blocks[1].specs, changed.blocks[1].sheet) == ((), "2011")
    assert (changed.settings.currency, changed.rules) == ("EUR", (("returns", "leave_out"),))
    assert set_rule(changed, "returns", "keep").rules == (("returns", "keep"),)
    (_, sheet) = set_sheet(mapping, own, "2012").blocks
    assert (sheet.table, sheet.specs, sheet.sheet) == ("deals", (), "2012")
    assert mapping == parse_mapping({"deals": {"file": ["a.csv", "b.csv"], "deal_id": "No"}})


def test_a_file_is_taken_for_a_kept_mapping_in_its_own_spelling() -> None:
    shop = next(kept for kept in ready() if kept.title == "Shopify orders")
    headers = [
        "NAME",
        "e-mail",
        "Created At",
        "lineitem quantity",
        "Lineitem Name",
        "Lineitem Price",
        "FINANCIAL STATUS",
    ]
    mapping = take_for(EMPTY, FILE, headers, shop)
    (block,) = mapping.blocks
    assert (block.table, block.files) == ("order_lines", ("a.csv",))
    fields = dict(block.specs)
    assert fields["customer_id"] == Spec(column="e-mail", fill_down="NAME")
    assert "discount" not in fields
    assert block.leave_out == (LeaveOut("FINANCIAL STATUS", ("refunded", "voided", "expired"), "NAME"),)
    (block,) = take_for(mapping, block, headers, None).blocks
    assert block == FILE


def test_settings_rules_and_rates_come_with_a_kept_mapping() -> None:
    values = {"settings": {"currency": "EUR"}, "rates": {"USD": "0.9"}, "rules": {"returns": "leave_out"}}
    kept = Kept("till", parse_mapping(values | {"order_lines": {"order_id": "Bill"}}))
    mapping = take_for(set_setting(EMPTY, "decimal", ","), FILE, ["Bill"], kept)
    assert (mapping.settings, mapping.rates, mapping.rules) == (
        kept.mapping.settings,
        kept.mapping.rates,
        kept.mapping.rules,
    )
