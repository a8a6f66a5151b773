"""The real files, against their published figures."""

import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from core.ingest import Clean, read_mapping
from core.ingest.report import Report
from tests.core.ingest.helpers import run

ADVENTUREWORKS = Path(__file__).with_name("adventureworks.toml")
TABLES = ("Sales", "Customer", "Customer_demographics", "Reseller", "Product")


@pytest.fixture(scope="module")
def adventureworks(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Clean:
    files = [real_data / "adventureworks" / f"{name}.csv.gz" for name in TABLES]
    return run(tmp_path_factory.mktemp("works"), *files, mapping=read_mapping(ADVENTUREWORKS))


def test_online_retail_gives_the_counts_that_are_known_of_it(online_retail: Clean) -> None:
    report = online_retail.report
    assert report.total().read.to_dict() == {"rows": 541_909, "money": "9747747.9340", "unknown_money_rows": 0}
    assert report.total().kept == report.total().read
    assert {note.name: note.rows for note in report.notes} == {
        "exact_duplicates": 5_268,
        "cancellations": 9_288,
        "cancellations_matched": 7_294,
        "returns_without_sale": 1_206,
        "adjustments": 3,
        "missing_customer": 135_080,
        # Together 2,517 of 0 or less.
        "negative_price": 2,
        "zero_price": 2_515,
        "zero_amount": 2_515,
    }
    totals = dict(report.totals)
    assert (totals["regions"], totals["channels"], totals["orders"], totals["customers"]) == (38, 0, 25_900, 4_372)
    assert (totals["first_day"], totals["last_day"]) == ("2010-12-01", "2011-12-09")
    assert "channel" not in online_retail.known


def test_online_retail_equals_pandas_row_for_row(online_retail: Clean, real_data: Path) -> None:
    text = pd.read_csv(real_data / "online_retail.csv.gz", dtype=str, keep_default_na=False)
    lines = pq.read_table(online_retail.order_lines).to_pandas()
    units = (
        text["Quantity"].astype(int) * (text["UnitPrice"].astype(float) * 10_000).round().astype("int64")
    ).to_numpy()
    expected = pd.DataFrame(
        {"order": text["InvoiceNo"], "day": text["InvoiceDate"].str[:10], "region": text["Country"], "units": units}
    ).sort_values(["order", "day", "region", "units"])
    found = pd.DataFrame(
        {
            "order": lines["order_id"],
            "day": lines["date"].astype(str),
            "region": lines["region"],
            "units": lines["amount"],
        }
    ).sort_values(["order", "day", "region", "units"])
    assert (found.to_numpy() == expected.to_numpy()).all()


def test_dropping_the_duplicates_of_online_retail(real_data: Path, tmp_path: Path) -> None:
    clean = run(tmp_path, real_data / "online_retail.csv.gz", mapping={"settings": {"duplicates": "drop"}})
    assert clean.report.total().kept.rows == len(
        pd.read_csv(real_data / "online_retail.csv.gz", dtype=str).drop_duplicates()
    )


def test_adventureworks_gives_people_shops_and_products(adventureworks: Clean, real_data: Path) -> None:
    report = adventureworks.report
    assert (report.total().kept.rows, report.total().kept.money) == (121_253, 109_809_274 * 10_000)
    totals = dict(report.totals)
    assert (totals["customers"], totals["orders"], totals["channels"]) == (18_484 + 635, 31_455, 2)
    assert adventureworks.currency == "USD"
    lines = pq.read_table(adventureworks.order_lines).to_pandas()
    assert adventureworks.customers is not None
    customers = pq.read_table(adventureworks.customers).to_pandas().set_index("customer_id")
    bought = customers.loc[lines["customer_id"].unique()]
    assert bought["type"].value_counts().to_dict() == {"person": 18_484, "firm": 635}
    # The channel is the customer's kind, and costs add up, as in the file itself.
    assert (
        lines["channel"].map({"Internet": "person", "Reseller": "firm"}) == lines["customer_id"].map(customers["type"])
    ).all()
    sales = pd.read_csv(real_data / "adventureworks" / "Sales.csv.gz")
    assert lines["cost"].sum() == round(sales["Total Product Cost"].sum() * 10_000)
    assert customers["income"].max() == 170_000
    assert str(customers.loc["11000", "birth_date"]) == "1966-04-08"
    assert lines["category"].nunique() == 4


def test_a_report_goes_through_json(adventureworks: Clean) -> None:
    report = adventureworks.report
    assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report
