"""Exports that people have: realistic files with the headers of the programs that write them, read by the ready mappings."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.ingest import Clean, ingest, parse_mapping
from core.ingest.mapping.files import find, ready
from core.schema import TABLES
from tests.core.ingest.helpers import TODAY, check, rows, write, write_xlsx

# The columns of Shopify's export of orders in its order, and what stands in which row, as in exports that shops have published.
SHOPIFY = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,"
    "Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
    "Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,"
    "Billing Street,Billing Address1,Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,"
    "Billing Phone,Shipping Name,Shipping Street,Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,"
    "Shipping Province,Shipping Country,Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,"
    "Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,"
    "Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value,"
    "Tax 5 Name,Tax 5 Value,Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,"
    "Next Payment Due At,Payment References"
)
# The columns of Advanced Order Export For WooCommerce as it is set up at first.
WOOCOMMERCE = (
    "Order Number,Order Status,Order Date,Customer Note,First Name (Billing),Last Name (Billing),Company (Billing),"
    "Address 1&2 (Billing),City (Billing),State Code (Billing),Postcode (Billing),Country Code (Billing),Email (Billing),"
    "Phone (Billing),First Name (Shipping),Last Name (Shipping),Address 1&2 (Shipping),City (Shipping),State Code (Shipping),"
    "Postcode (Shipping),Country Code (Shipping),Payment Method Title,Cart Discount Amount,Order Subtotal Amount,"
    "Shipping Method Title,Order Shipping Amount,Order Refund Amount,Order Total Amount,Order Total Tax Amount,SKU,Item #,Item Name,"
    "Quantity (- Refund),Item Cost,Coupon Code,Discount Amount,Discount Amount Tax"
)


def lines_of(header: str, *found: dict[str, str]) -> str:
    names = header.split(",")
    assert all(set(line) <= set(names) for line in found)
    return (
        "\n".join([header, *(",".join(f'"{line[name]}"' if name in line else "" for name in names) for line in found)])
        + "\n"
    )


def folder(parent: Path, name: str) -> Path:
    (parent / name).mkdir()
    return parent / name


def run(parent: Path, path: Path, title: str, needs_lines: bool = True) -> Clean:
    clean = ingest((path,), None, folder(parent, "work"), today=TODAY, needs_lines=needs_lines)
    check(clean)
    (file,) = clean.report.files
    assert dict(file.how)["mapping"] == title
    return clean


def picked(clean: Clean, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row[name] for name in names) for row in rows(clean)]


def shopify(name: str, quantity: int, item: str, price: str, **more: str) -> dict[str, str]:
    """A row that is not the first of its order: these columns are filled, and no other."""
    shared = {"Name": name, "Created at": "2024-01-05 14:22:11 -0500", "Vendor": "Potter", "Lineitem discount": "0.00"}
    line = {"Lineitem quantity": str(quantity), "Lineitem name": item, "Lineitem price": price}
    return shared | line | {"Lineitem requires shipping": "true", "Lineitem taxable": "true"} | more


def order(email: str, **more: str) -> dict[str, str]:
    """What the first row of an order has beside."""
    whole = {
        "Email": email,
        "Financial Status": "paid",
        "Currency": "USD",
        "Shipping": "5.00",
        "Taxes": "0.00",
        "Source": "web",
    }
    return (
        whole
        | {"Discount Amount": "0.00", "Refunded Amount": "0.00", "Billing Country": "US", "Risk Level": "Low"}
        | more
    )


SHOPIFY_LINES = (
    # The order's discount holds that of its line.
    shopify("#1001", 2, "Mug - Red", "10.00", **order("ann@example.com"))
    | {
        "Discount Amount": "5.00",
        "Subtotal": "45.00",
        "Lineitem discount": "2.00",
        "Lineitem sku": "MUG-R",
        "Phone": "+15550123",
    },
    shopify("#1001", 1, "Plate", "30.00", Phone="+15550123"),
    shopify("#1002", 1, "Plate", "30.00", **order("", Phone="+15550100", Source="pos") | {"Billing Country": ""}),
)
NO_SALES = (
    shopify(
        "#1003",
        1,
        "Vase",
        "99.00",
        **order("bob@example.com") | {"Financial Status": "refunded", "Refunded Amount": "104.00"},
    ),
    shopify("#1003", 2, "Mug - Red", "10.00"),
    shopify("#1004", 1, "Vase", "99.00", **order("cy@example.com", **{"Cancelled at": "2024-01-05 15:00:00 -0500"})),
    shopify("#1004", 1, "Plate", "30.00"),
    shopify("#1005", 1, "Plate", "30.00", **order("di@example.com") | {"Financial Status": "voided"}),
    shopify("#1006", 1, "Plate", "30.00", **order("ed@example.com") | {"Financial Status": "partially_refunded"}),
    shopify("#1007", 1, "Plate", "30.00", **order("fay@example.com") | {"Financial Status": "pending"}),
)


def test_shopify_orders_whose_first_row_holds_the_order(tmp_path: Path) -> None:
    path = write(tmp_path, lines_of(SHOPIFY, *SHOPIFY_LINES), "orders_export.csv")
    clean = run(tmp_path, path, "Shopify orders")
    names = ("order_id", "customer_id", "date", "amount", "product_id", "region", "channel")
    assert picked(clean, *names) == [
        ("#1001", "ann@example.com", date(2024, 1, 5), 150_000, "MUG-R", "US", "web"),
        ("#1001", "ann@example.com", date(2024, 1, 5), 300_000, "Plate", "US", "web"),
        ("#1002", "+15550100", date(2024, 1, 5), 300_000, "Plate", None, "pos"),
    ]
    assert clean.currency == "USD"
    assert clean.report.total().kept.money == 75 * 10_000


def test_shopify_orders_that_were_cancelled_refunded_or_voided_are_no_sales(tmp_path: Path) -> None:
    path = write(tmp_path, lines_of(SHOPIFY, *SHOPIFY_LINES, *NO_SALES), "orders_export.csv")
    clean = run(tmp_path, path, "Shopify orders")
    assert {row["order_id"] for row in rows(clean)} == {"#1001", "#1002", "#1006", "#1007"}
    note = next(note for note in clean.report.notes if note.name == "left_out_by_value")
    assert (note.rows, note.money, note.left_out) == (5, 2_780_000, True)
    assert note.examples[0] == ("orders_export.csv", 5, "refunded")
    kept = ingest(
        (path,), parse_mapping({"rules": {"left_out_by_value": "keep"}}), folder(tmp_path, "kept"), today=TODAY
    )
    check(kept)
    assert kept.report.total().kept.money == clean.report.total().kept.money + note.money


def test_woocommerce_orders_with_one_row_an_item(tmp_path: Path) -> None:
    order = {
        "Order Number": "731", "Order Status": "Completed", "Order Date": "2024-03-01 09:12", "Country Code (Billing)": "DE",
        "Email (Billing)": "ben@example.org", "Order Subtotal Amount": "50", "Order Total Amount": "55.90",
        "Cart Discount Amount": "5", "Discount Amount": "5", "Coupon Code": "spring",
    }  # fmt: skip
    items = (
        {"SKU": "T-1", "Item #": "1", "Item Name": "T-shirt", "Quantity (- Refund)": "2", "Item Cost": "15"},
        {"Item #": "2", "Item Name": "Cap, blue", "Quantity (- Refund)": "1", "Item Cost": "20.5"},
    )
    statuses = ("Cancelled", "Failed", "Refunded", "Pending payment", "Processing", "On hold")
    others = (
        order | items[1] | {"Order Number": str(at), "Order Status": name} for at, name in enumerate(statuses, 732)
    )
    path = write(tmp_path, lines_of(WOOCOMMERCE, *(order | item for item in items), *others), "orders.csv")
    clean = run(tmp_path, path, "WooCommerce orders")
    assert picked(clean, "order_id", "customer_id", "date", "amount", "product_id", "region") == [
        ("731", "ben@example.org", date(2024, 3, 1), 205_000, "Cap, blue", "DE"),
        ("731", "ben@example.org", date(2024, 3, 1), 300_000, "T-1", "DE"),
        ("736", "ben@example.org", date(2024, 3, 1), 205_000, "Cap, blue", "DE"),
        ("737", "ben@example.org", date(2024, 3, 1), 205_000, "Cap, blue", "DE"),
    ]
    (rule,) = clean.report.total().left_out
    assert (rule[0], rule[1].rows, rule[1].money) == ("left_out_by_value", 4, 820_000)


def table_of_1c() -> Sequence[Sequence[str]]:
    return (
        ("Реализация товаров и услуг", "", "", "", "", "", ""),
        ("Период: 01.01.2024 - 31.03.2024", "", "", "", "", "", ""),
        ("Дата", "Номер", "Контрагент", "Номенклатура", "Количество", "Цена", "Сумма"),
        ("25.01.2024 10:15:00", "УТ-000001", "ООО Ромашка", "Стол", "2", "1 000,00", "2 000,00"),
        ("", "", "", "Стул", "4", "250,50", "1 002,00"),
        ("26.01.2024 12:00:00", "УТ-000002", "ИП Петров", "Стол", "1", "1 000,00", "1 000,00"),
        ("Итого", "", "", "", "7", "", "4 002,00"),
    )


def check_1c(clean: Clean) -> None:
    assert picked(clean, "order_id", "customer_id", "date", "amount", "product_id") == [
        ("УТ-000001-25.01.2024 10:15:00", "ООО Ромашка", date(2024, 1, 25), 10_020_000, "Стул"),
        ("УТ-000001-25.01.2024 10:15:00", "ООО Ромашка", date(2024, 1, 25), 20_000_000, "Стол"),
        ("УТ-000002-26.01.2024 12:00:00", "ИП Петров", date(2024, 1, 26), 10_000_000, "Стол"),
    ]
    (file,) = clean.report.files
    assert [(rule, count.rows) for rule, count in file.left_out] == [("totals_row", 1)]


def test_a_table_of_1c_with_title_rows_and_a_total(tmp_path: Path) -> None:
    content = "\r\n".join(";".join(row) for row in table_of_1c()).encode("cp1251")
    check_1c(run(tmp_path, write(tmp_path, content, "Продажи.csv"), "1C: продажи по документам"))


def test_the_same_as_a_workbook(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "Продажи.xlsx", {"TDSheet": [[cell or None for cell in row] for row in table_of_1c()]})
    check_1c(run(tmp_path, path, "1C: продажи по документам"))


def test_the_sheet_that_a_ready_mapping_fits_is_read(tmp_path: Path) -> None:
    sheets = {
        "О файле": [["Отчёт", "за год"], ["a", "b"]],
        "Данные": [[cell or None for cell in row] for row in table_of_1c()],
    }
    check_1c(run(tmp_path, write_xlsx(tmp_path / "report.xlsx", sheets), "1C: продажи по документам"))


def test_receipts_of_a_loyalty_card(tmp_path: Path) -> None:
    content = (
        "Store;Till;Receipt;Date;Time;Card No.;Article;Article name;Department;Qty;Amount\n"
        "Bonn;1;17;2024-02-01;09:01;2000000000123;4001;Milk;Dairy;2;2,18\n"
        "Bonn;1;17;2024-02-01;09:01;2000000000123;4002;Bread;Bakery;1;3,49\n"
        "Bonn;2;17;2024-02-01;09:05;0;4001;Milk;Dairy;1;1,09\n"
        "Bonn;1;17;2024-02-02;08:59;2000000000456;4001;Milk;Dairy;1;1,09\n"
    )
    clean = run(tmp_path, write(tmp_path, content, "receipts.txt"), "Loyalty card receipts")
    assert picked(clean, "order_id", "customer_id", "amount", "category", "region") == [
        ("2024-02-01-1-17", "2000000000123", 21_800, "Dairy", "Bonn"),
        ("2024-02-01-1-17", "2000000000123", 34_900, "Bakery", "Bonn"),
        ("2024-02-01-2-17", None, 10_900, "Dairy", "Bonn"),
        ("2024-02-02-1-17", "2000000000456", 10_900, "Dairy", "Bonn"),
    ]


@pytest.mark.parametrize("day", ["date", "event_date"])
def test_purchases_of_web_analytics(day: str, tmp_path: Path) -> None:
    content = (
        f"{day},transaction_id,user_pseudo_id,item_id,item_name,item_category,quantity,price,item_revenue,geo_country\n"
        "20240301,T1,1234.5678,SKU1,Lamp,Light,2,10.0,20.0,Germany\n"
        "20240301,T1,1234.5678,SKU2,Bulb,(not set),1,3.5,3.5,Germany\n"
        "20240302,T2,(not set),SKU1,Lamp,Light,1,10.0,10.0,(not set)\n"
    )
    clean = run(tmp_path, write(tmp_path, content, "ga4.csv"), "GA4 purchases")
    assert picked(clean, "order_id", "customer_id", "date", "amount", "category", "region") == [
        ("T1", "1234.5678", date(2024, 3, 1), 35_000, None, "Germany"),
        ("T1", "1234.5678", date(2024, 3, 1), 200_000, "Light", "Germany"),
        ("T2", None, date(2024, 3, 2), 100_000, "Light", None),
    ]


def test_events_of_web_analytics_are_touchpoints(tmp_path: Path) -> None:
    # What brought the visit, not what brought the visitor first, is the channel.
    content = (
        "event_date,event_timestamp,event_name,user_pseudo_id,user_id,device.category,geo.country,traffic_source.medium,"
        "session_traffic_source_last_click.cross_channel_campaign.default_channel_group,collected_traffic_source.manual_medium\n"
        "20240301,1709280309000000,page_view,11.1,,mobile,Germany,organic,Paid Search,cpc\n"
        "20240301,1709280401000000,add_to_cart,11.1,u7,mobile,Germany,organic,,email\n"
        "20240301,1709280402000000,purchase,11.1,u7,mobile,(not set),organic,(not set),\n"
    )
    clean = run(tmp_path, write(tmp_path, content, "events.csv"), "GA4 events", needs_lines=False)
    assert clean.touchpoints is not None
    TABLES["touchpoints"].check(clean.touchpoints)
    first, *others = pq.read_table(clean.touchpoints).to_pylist()
    assert first == {
        "person_id": "11.1", "time": datetime(2024, 3, 1, 8, 5, 9), "step": "page_view", "channel": "Paid Search",
        "region": "Germany", "cost": None, "device.category": "mobile", "traffic_source.medium": "organic",
    }  # fmt: skip
    assert [(row["person_id"], row["step"], row["channel"], row["region"]) for row in others] == [
        ("u7", "add_to_cart", "email", "Germany"),
        ("u7", "purchase", None, None),
    ]


def test_every_ready_mapping_says_what_it_is_for() -> None:
    for kept in ready():
        assert kept.title
        assert kept.where
        assert kept.note
        assert len(kept.headers) >= 3
        found = find(None, kept.headers)
        assert found is not None
        assert found.name == kept.title


def test_plain_tables_fit_no_ready_mapping() -> None:
    assert find(None, ("order_id", "customer_id", "date", "amount")) is None
    assert (
        find(None, ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"))
        is None
    )
