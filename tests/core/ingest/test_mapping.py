"""The mapping: every form of a field, and every mistake named."""

import gzip
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.errors import BadInputError
from core.ingest import parse_mapping, read_mapping
from tests.core.ingest.helpers import GOOD, rows, run, table, write

FIELDS_OF_LINES = (
    "order_id, customer_id, date, amount, quantity, unit_price, cost, unit_cost, discount, product_id, product, category, region, "
    "channel, currency, file, sheet, attributes, leave_out"
)
SETTINGS = "currency, decimal, thousands, duplicates, zero_orders, encoding, delimiter, other_currencies"
KEYS = "column, first_of, join, missing, format, floor_divide, when, otherwise, lookup, key, value, fill_down"

MISTAKES: dict[str, tuple[dict[str, Any], str]] = {
    "table": (
        {"order_line": {}},
        "mapping: unknown table 'order_line'. There are: settings, rules, rates, shape, order_lines, customers, products, deals, "
        "touchpoints, survey, spend, market, notes. Did you mean 'order_lines'?",
    ),
    "field": (
        {"order_lines": {"amnt": "x"}},
        f"mapping, [order_lines]: unknown field 'amnt'. There are: {FIELDS_OF_LINES}. Did you mean 'amount'?",
    ),
    "setting": (
        {"settings": {"decimals": "."}},
        f"mapping, [settings]: unknown setting 'decimals'. There are: {SETTINGS}. Did you mean 'decimal'?",
    ),
    "choice": (
        {"settings": {"duplicates": "x"}},
        "mapping, [settings] duplicates: unknown value; expected \"keep\" or \"drop\", found 'x'",
    ),
    "key": (
        {"order_lines": {"amount": {"colum": "x"}}},
        f"mapping, [order_lines] amount: unknown key 'colum'. There are: {KEYS}. Did you mean 'column'?",
    ),
    "kind": (
        {"order_lines": {"amount": 3}},
        'mapping, [order_lines] amount: wrong kind of value; expected the header of a column, or a small table such as '
        '{ column = "..." }, found 3',
    ),
    "two sources": (
        {"order_lines": {"amount": {"column": "a", "value": "3"}}},
        "mapping, [order_lines] amount: wrong kind of value; expected one of column, first_of, join, value or lookup, "
        "found {'column': 'a', 'value': '3'}",
    ),
    "encoding": ({"settings": {"encoding": "klingon"}}, "mapping, [settings] encoding: unknown encoding; found 'klingon'"),
    "divisor": (
        {"order_lines": {"order_id": {"column": "a", "floor_divide": 0}}},
        "mapping, [order_lines] order_id floor_divide: wrong kind of value; expected a whole number above 0, found 0",
    ),
    "half a look-up": (
        {"order_lines": {"region": {"lookup": "x.csv", "key": "a"}}},
        "mapping, [order_lines] region: wrong kind of value; expected lookup, key and value together, "
        "found {'lookup': 'x.csv', 'key': 'a'}",
    ),
    "nothing to leave out": (
        {"order_lines": {"leave_out": {"Status": []}}},
        'mapping, [order_lines] leave_out "Status": wrong kind of value; expected texts, or "*", found []',
    ),
    "leaving out by a number": (
        {"order_lines": {"leave_out": {"Status": {"value": ["x"]}}}},
        "mapping, [order_lines] leave_out \"Status\": unknown key 'value'. There are: values, fill_down. Did you mean 'values'?",
    ),
    "deals left out": ({"deals": {"leave_out": {}}}, "mapping, [deals] leave_out: only order lines can be left out by a value"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_in_the_mapping_is_named(case: str) -> None:
    values, message = MISTAKES[case]
    with pytest.raises(BadInputError) as caught:
        parse_mapping(values)
    assert str(caught.value) == message


MISFITS: dict[str, tuple[dict[str, Any], str]] = {
    "column": (
        {"order_lines": {"amount": "Amuont"}},
        "mapping, [order_lines]: column 'Amuont' is not in orders.csv. There are: order_id, customer_id, date, amount. "
        "Did you mean 'amount'?",
    ),
    "column of a named file": (
        {"order_lines": {"file": "orders.csv", "region": "Regoin"}},
        "mapping, [order_lines] region: column 'Regoin' is not in orders.csv. There are: order_id, customer_id, date, amount.",
    ),
    "file": (
        {"order_lines": {"file": "order.csv"}},
        "mapping, [order_lines]: no file 'order.csv' was given. There are: orders.csv. Did you mean 'orders.csv'?",
    ),
    "look-up": (
        {"order_lines": {"region": {"lookup": "../areas.csv", "key": "order_id", "value": "area"}}},
        "mapping, lookup: the file 'areas.csv' is neither given nor beside the others. Give it too.",
    ),
    "several columns for a number": (
        {"order_lines": {"amount": {"value": "1"}}},
        "orders.csv, [order_lines] amount: amount has to be one column",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", MISFITS)
def test_a_mapping_that_does_not_fit_its_files_is_named(case: str, tmp_path: Path) -> None:
    values, message = MISFITS[case]
    with pytest.raises(BadInputError) as caught:
        run(tmp_path, write(tmp_path, table(*GOOD)), mapping=values)
    assert str(caught.value) == message


def test_a_mapping_that_is_not_toml(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match=r"^map.toml: is not a TOML file; found "):
        read_mapping(write(tmp_path, "[order_lines\n", "map.toml"))
    with pytest.raises(BadInputError, match=r"the mapping can't be opened; found No such file or directory$"):
        read_mapping(tmp_path / "none.toml")


def test_every_form_of_a_field(tmp_path: Path) -> None:
    header = "LineKey,Person,Shop,Day,Sum,Area,How"
    lines = table(
        "1001,11,-1,20110105,10.5,1,w",
        "1002,-1,7,20110106,20.25,2,s",
        "2001,-1,-1,20110207,5,9,x",
        "-1,12,-1,20110207,5,,",
        header=header,
    )
    mapping = write(
        tmp_path,
        """
        [settings]
        currency = "EUR"
        zero_orders = "purchase"
        [order_lines]
        order_id = { column = "LineKey", floor_divide = 1000 }
        customer_id = { first_of = ["Person", "Shop"], missing = ["-1"] }
        date = { column = "Day", format = "%Y%m%d" }
        amount = "Sum"
        channel = { column = "How", when = { w = "Web", s = "Store" }, otherwise = "Other" }
        region = { lookup = "Areas.csv", column = "Area", key = "Area", value = "Name" }
        category = { value = "Bikes" }
        """,
        "map.toml",
    )
    with gzip.open(tmp_path / "Areas.csv.gz", "wt") as file:
        file.write("Area,Name\n1,North\n2,South\n")
    clean = run(tmp_path, write(tmp_path, lines), mapping=read_mapping(mapping))
    fields = ("order_id", "customer_id", "region", "channel", "category", "amount")
    assert [tuple(row[field] for field in fields) for row in rows(clean)] == [
        ("-1", "12", None, None, "Bikes", 50_000),
        ("1", "11", "North", "Web", "Bikes", 105_000),
        ("1", "7", "South", "Store", "Bikes", 202_500),
        ("2", None, None, "Other", "Bikes", 50_000),
    ]
    assert (clean.currency, clean.zero_orders) == ("EUR", "purchase")


def test_a_look_up_with_a_key_twice_is_refused(tmp_path: Path) -> None:
    areas = write(tmp_path, "Area,Name\n1,North\n1,South\n", "areas.csv")
    orders = write(tmp_path, table("1,a,2011-01-05,1,1", header="order_id,customer_id,date,amount,Area"))
    mapping = {"order_lines": {"region": {"lookup": "areas.csv", "key": "Area", "value": "Name"}}}
    with pytest.raises(BadInputError) as caught:
        run(tmp_path, orders, areas, mapping=mapping)
    assert str(caught.value) == "areas.csv: column 'Area' has '1' twice, with different values of 'Name'"


def test_fields_that_a_block_does_not_name_are_matched_by_name_unless_it_denies_them(tmp_path: Path) -> None:
    content = table("1,a,01/02/2011,1,N", header="order_id,customer_id,date,amount,region")
    date = {"column": "date", "format": "%d/%m/%Y"}
    assert run(tmp_path, write(tmp_path, content), mapping={"order_lines": {"date": date}}).known >= {
        "amount",
        "region",
    }
    denied = run(tmp_path, write(tmp_path, content), mapping={"order_lines": {"date": date, "region": False}})
    assert "region" not in denied.known


def test_customers_of_several_files_and_their_attributes(tmp_path: Path) -> None:
    orders = write(tmp_path, table("1,7,2011-01-05,1", "2,s1,2011-01-05,1"))
    people = write(
        tmp_path,
        'No,Born,Income,Zip,Card\n7,5/14/1965,"$90,000 ",02134,\n8,04/08/1966,n/a,1,12\n7,1/1/1900,1,1,1\n,1/1/1900,1,1,1\n',
        "people.csv",
    )
    more = write(tmp_path, "No,City,Card\n7,Rome,9\n9,Oslo,10\n", "more.csv")
    shops = write(tmp_path, "Shop,Town\ns1,Bonn\n", "shops.csv")
    mapping = {
        "settings": {"decimal": "."},
        "customers": [
            {
                "file": "people.csv", "customer_id": "No", "birth_date": "Born", "type": {"value": "person"},
                "attributes": ["Income", "Zip", "Card"],
            },
            {"file": "more.csv", "customer_id": "No", "city": "City"},
            {"file": "shops.csv", "customer_id": "Shop", "type": {"value": "firm"}, "city": "Town", "attributes": []},
        ],
    }  # fmt: skip
    clean = run(tmp_path, orders, people, more, shops, mapping=mapping)
    assert clean.customers is not None
    found = pq.read_table(clean.customers)
    assert [(field.name, str(field.type)) for field in found.schema] == [
        ("customer_id", "string"), ("birth_date", "date32[day]"), ("type", "string"), ("Income", "int64"), ("Zip", "string"),
        ("Card", "int64"), ("city", "string"),
    ]  # fmt: skip
    assert [tuple(map(str, row.values())) for row in found.to_pylist()] == [
        ("7", "1965-05-14", "person", "90000", "02134", "9", "Rome"),
        ("8", "1966-04-08", "person", "None", "1", "12", "None"),
        ("9", "None", "None", "None", "None", "10", "Oslo"),
        ("s1", "None", "firm", "None", "None", "None", "Bonn"),
    ]
    (report,) = (file for file in clean.report.files if file.file == "people.csv")
    assert [(rule, count.rows) for rule, count in report.left_out] == [("missing_id", 1), ("duplicate_key", 1)]


def test_categories_come_from_the_products_where_the_lines_have_none(tmp_path: Path) -> None:
    orders = write(
        tmp_path, table("1,a,2011-01-05,1,p1", "2,a,2011-01-05,1,p9", header="order_id,customer_id,date,amount,SKU")
    )
    products = write(tmp_path, "SKU,Product,Category,Colour\np1,Lamp,Light,red\np2,Chair,Seats,\n", "products.csv")
    clean = run(tmp_path, orders, products)
    assert [row["category"] for row in rows(clean)] == ["Light", None]
    assert "category" in clean.known
    assert clean.products is not None
    assert pq.read_schema(clean.products).names == ["product_id", "product", "category", "Colour"]


def test_products_are_named_as_most_of_their_lines_name_them(tmp_path: Path) -> None:
    header = "order_id,customer_id,date,amount,stock code,description"
    names = ("LAMP", "lamp?", "LAMP", "")
    clean = run(
        tmp_path,
        write(tmp_path, table(*(f"{at},a,2011-01-05,1,p1,{name}" for at, name in enumerate(names)), header=header)),
    )
    assert clean.products is not None
    assert pq.read_table(clean.products).to_pylist() == [{"product_id": "p1", "product": "LAMP", "category": None}]


def test_products_without_a_number_are_known_by_their_names_unless_the_mapping_denies_it(tmp_path: Path) -> None:
    lines = write(
        tmp_path,
        table("1,a,2011-01-05,1,Tea", "2,a,2011-01-05,1,Mug", header="order_id,customer_id,date,amount,product"),
    )
    assert [row["product_id"] for row in rows(run(tmp_path, lines))] == ["Tea", "Mug"]
    denied = run(tmp_path, lines, mapping={"order_lines": {"product_id": False}})
    assert [row["product_id"] for row in rows(denied)] == [None, None]
