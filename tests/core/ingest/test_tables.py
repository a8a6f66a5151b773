"""Deals, touchpoints, survey, spend, market and notes: known by their columns, read row by row, every row accounted for."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from core.access import AccessScope, open_dataset
from core.errors import BadInputError, MissingTableError, QuestionError
from core.importing.importer import import_files, prepare
from core.ingest import ingest, parse_mapping
from core.schema import EVENT_TABLES, TABLES
from tests.core.ingest.helpers import GOOD, TODAY, run_tables, table, write


def rows(path: Path | None) -> list[dict[str, Any]]:
    assert path is not None
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def test_deals_with_attributes_and_a_discount_in_per_cent(tmp_path: Path) -> None:
    header = (
        "Deal ID,Company,Create Date,Close Date,Status,Lost reason,Stage,Amount,Discount,Questions,Industry,Employees"
    )
    lines = (
        "d1,Acme,2024-01-10,2024-02-01,won,,Closed,\"$1,200.50\",10%,3,Steel,250",
        "d2,Beta,2024-01-11,,open,,Offer,$800,,,Food,40",
        "d3,Acme,2024-01-12,2024-03-01,lost,price,Closed,$90,5%,12,Steel,250",
    )  # fmt: skip
    clean = run_tables(tmp_path, write(tmp_path, table(*lines, header=header), "deals.csv"))
    first, second, third = rows(clean.deals)
    assert first == {
        "deal_id": "d1", "account_id": "Acme", "opened": date(2024, 1, 10), "closed": date(2024, 2, 1), "outcome": "won",
        "reason": None, "stage": "Closed", "stage_time": None, "amount": 12_005_000, "margin": None, "discount": None,
        "discount_share": 0.1, "contacts": 3, "changes": None, "region": None, "channel": None, "Industry": "Steel",
        "Employees": 250,
    }  # fmt: skip
    assert (second["closed"], second["discount_share"], second["contacts"]) == (None, None, None)
    assert (third["reason"], third["contacts"]) == ("price", 12)
    (file,) = clean.report.files
    assert file.kept.money == 12_005_000 + 8_000_000 + 900_000
    assert dict(file.how)["discount"] == "share"
    assert clean.currency == "USD"


def test_deals_whose_cells_can_not_be_read_go_to_quarantine(tmp_path: Path) -> None:
    lines = (
        "d1,2024-01-10,won,10", ",2024-01-10,won,10", "d3,2024-13-10,won,10", "d4,1850-01-10,won,10", "d5,2024-01-10,won,ten",
        "1E+10,2024-01-10,won,10", "d7,2024-01-11,lost,1", "d8,2024-01-12,lost,2", "d9,2024-01-12,,", "d10,2024-01-12,lost,3",
        "Total,,,36",
    )  # fmt: skip
    clean = run_tables(tmp_path, write(tmp_path, table(*lines, header="deal id,opened,outcome,amount"), "deals.csv"))
    assert [row["deal_id"] for row in rows(clean.deals)] == ["d1", "d10", "d7", "d8", "d9"]
    assert clean.quarantine is not None
    found = pq.read_table(clean.quarantine).to_pylist()
    assert [(row["row"], row["column"], row["value"], row["reason"]) for row in found] == [
        (3, "deal id", None, "missing"), (4, "opened", "2024-13-10", "not_a_date"),
        (5, "opened", "1850-01-10", "date_out_of_range"), (6, "amount", "ten", "not_a_number"),
        (7, "deal id", "1E+10", "shortened_id"),
    ]  # fmt: skip
    assert (
        str(clean.report.problems[-3])
        == "deals.csv: column 'opened' has 1 value that is not a date (first: row 4, '2024-13-10')"
    )


def test_one_row_a_change_of_stage(tmp_path: Path) -> None:
    lines = ("d1,Lead,2024-01-10 09:30", "d1,Offer,2024-01-12 15:00:07", "d2,Lead,2024-01-11 00:00")
    clean = run_tables(tmp_path, write(tmp_path, table(*lines, header="deal_id,stage,changed at"), "stages.csv"))
    assert [(row["deal_id"], row["stage"], row["stage_time"]) for row in rows(clean.deals)] == [
        ("d1", "Lead", datetime(2024, 1, 10, 9, 30)),
        ("d1", "Offer", datetime(2024, 1, 12, 15, 0, 7)),
        ("d2", "Lead", datetime(2024, 1, 11)),
    ]


def test_deals_with_looked_up_accounts(tmp_path: Path) -> None:
    accounts = write(tmp_path, "Account,Industry\na1,Steel\na2,Food\n", "accounts.csv")
    deals = write(tmp_path, "deal_id,account,stage\nd1,a1,x\nd2,a2,x\nd3,a9,x\n", "deals.csv")
    industry = {"lookup": "accounts.csv", "column": "account", "key": "Account", "value": "Industry"}
    mapping = {"deals": {"deal_id": "deal_id", "account_id": "account", "industry": industry}}
    clean = run_tables(tmp_path, deals, accounts, mapping=mapping)
    assert [(row["account_id"], row["industry"]) for row in rows(clean.deals)] == [
        ("a1", "Steel"),
        ("a2", "Food"),
        ("a9", None),
    ]


def test_regional_opportunities_are_20000_deals_of_which_5333_are_open(real_data: Path, tmp_path: Path) -> None:
    clean = run_tables(tmp_path, real_data / "regional_opportunities" / "Opportunities.csv.gz")
    deals = pq.read_table(clean.deals).to_pandas()
    assert (len(deals), deals["outcome"].eq("Open").sum(), deals["deal_id"].nunique()) == (20_000, 5_333, 20_000)
    assert deals["discount_share"].between(0, 1).all()
    assert deals["Decision Maker Identified"].isin(["True", "False"]).all()


TIMES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "iso": ("2024-03-01T08:05:09", "2024-03-02 00:00:00", {}),
    "a time zone": ("2024-03-01T08:05:09+03:00", "2024-03-02T00:00:00Z", {}),
    "day first": ("01.03.2024 08:05:09", "02.03.2024", {"time": {"column": "time", "format": None}}),
    "twelve hours": ("3/1/2024 8:05:09 AM", "3/2/2024 12:00:00 AM", {}),
    "a format": ("20240301080509", "20240302000000", {"time": {"column": "time", "format": "%Y%m%d%H%M%S"}}),
    "seconds": ("1709280309", "1709337600", {}),
    "thousandths": ("1709280309000", "1709337600000", {}),
    "millionths": ("1709280309000000", "1709337600000000", {}),
    "a spreadsheet's number": ("45352.33690972", "45353", {}),
}


@pytest.mark.parametrize("case", TIMES)
def test_moments_however_they_are_written(case: str, tmp_path: Path) -> None:
    first, second, fields = TIMES[case]
    if case in ("day first", "twelve hours"):
        fields = {}
        # Later in the month, so that nobody has to ask.
        later = "25.03.2024" if case == "day first" else "3/25/2024 1:00:00 PM"
    else:
        later = first
    lines = (f"p1,{first},visit", f"p2,{second},visit", f"p3,{later},call")
    path = write(tmp_path, table(*lines, header="person_id,time,step"), "steps.csv")
    clean = run_tables(tmp_path, path, mapping={"touchpoints": fields} if fields else None)
    found = [row["time"] for row in rows(clean.touchpoints)][:2]
    assert found == [datetime(2024, 3, 1, 8, 5, 9), datetime(2024, 3, 2)]


def test_one_table_a_step(tmp_path: Path) -> None:
    visits = write(tmp_path, "visitor,when,medium\np1,2024-03-01,email\np2,2024-03-05,ads\n", "visits.csv")
    calls = write(tmp_path, "lead,when,minutes\np1,2024-03-02,5\n", "calls.csv")
    mapping = {
        "touchpoints": [
            {"file": "visits.csv", "time": "when", "step": {"value": "visit"}},
            {"file": "calls.csv", "time": "when", "step": {"value": "call"}, "channel": {"value": "phone"}},
        ]
    }
    clean = run_tables(tmp_path, visits, calls, mapping=mapping)
    assert [(row["person_id"], row["step"], row["channel"], row["minutes"]) for row in rows(clean.touchpoints)] == [
        ("p1", "visit", "email", None),
        ("p1", "call", "phone", 5),
        ("p2", "visit", "ads", None),
    ]


def test_the_order_of_rows_and_files_changes_nothing(tmp_path: Path) -> None:
    lines = [f"p{at % 7},2024-03-{at % 28 + 1:02} 10:00,step {at % 3}" for at in range(60)]
    header = "person_id,time,step"
    whole = run_tables(tmp_path, write(tmp_path, table(*lines, header=header), "all.csv")).touchpoints
    before = rows(whole)
    parts = [write(tmp_path, table(*lines[at::-2], header=header), f"part_{at}.csv") for at in (59, 58)]
    assert rows(run_tables(tmp_path, *parts).touchpoints) == before


def test_a_survey_may_be_anonymous_and_unanswered(tmp_path: Path) -> None:
    lines = (
        "7,2024-02-01,Would you buy again?,9",
        ",2024-02-01,What hurts?,prices",
        "8,,What hurts?,",
        "9,2024-02-02,,yes",
    )
    clean = run_tables(tmp_path, write(tmp_path, table(*lines, header="customer,date,question,answer"), "survey.csv"))
    assert [tuple(row.values()) for row in rows(clean.survey)] == [
        ("7", date(2024, 2, 1), "Would you buy again?", "9"),
        ("8", None, "What hurts?", None),
        (None, date(2024, 2, 1), "What hurts?", "prices"),
    ]
    assert [problem.reason for problem in clean.report.problems] == ["missing"]


def test_spend_with_decimal_commas_and_a_row_of_totals(tmp_path: Path) -> None:
    content = "Дата;Канал;Расход\n01.02.2024;Поиск;1 234,50\n25.02.2024;Соцсети;100,00\nИтого;;1 334,50\n"
    clean = run_tables(
        tmp_path, write(tmp_path, content.encode("cp1251"), "spend.csv"), mapping={"settings": {"encoding": "cp1251"}}
    )
    assert [(row["date"], row["channel"], row["amount"]) for row in rows(clean.spend)] == [
        (date(2024, 2, 1), "Поиск", 12_345_000),
        (date(2024, 2, 25), "Соцсети", 1_000_000),
    ]
    (file,) = clean.report.files
    assert [(rule, count.rows) for rule, count in file.left_out] == [("totals_row", 1)]
    assert (file.read.rows, file.kept.money) == (3, 13_345_000)


def test_spend_in_two_currencies_is_asked_about_or_converted(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "date,channel,spend,currency\n2024-02-01,a,10,EUR\n2024-02-02,b,20,USD\n2024-02-03,c,5,CHF\n",
        "spend.csv",
    )
    with pytest.raises(QuestionError) as caught:
        run_tables(tmp_path, path)
    assert caught.value.question.setting == "settings.currency"
    rated = {"settings": {"currency": "USD"}, "rates": {"EUR": "1.1"}}
    clean = run_tables(tmp_path, path, mapping=rated)
    assert [(row["channel"], row["amount"]) for row in rows(clean.spend)] == [("a", 110_000), ("b", 200_000)]
    assert [problem.reason for problem in clean.report.problems] == ["no_rate"]
    left = run_tables(tmp_path, path, mapping={"settings": {"currency": "USD", "other_currencies": "leave_out"}})
    assert [row["channel"] for row in rows(left.spend)] == ["b"]
    assert [(rule, count.rows) for rule, count in left.report.files[0].left_out] == [("other_currencies", 2)]


@pytest.mark.parametrize("written", [("0.25", "0.75", "-0.1"), ("25%", "75 %", "130%"), ("25", "75", "130")])
def test_shares_of_a_market_however_they_are_written(written: tuple[str, str, str], tmp_path: Path) -> None:
    lines = [f"age,{value},{share}" for value, share in zip(("to 30", "over 30", "odd"), written, strict=True)]
    clean = run_tables(tmp_path, write(tmp_path, table(*lines, header="attribute,value,share"), "market.csv"))
    assert [(row["value"], row["share"]) for row in rows(clean.market)] == [("over 30", 0.75), ("to 30", 0.25)]
    assert [(problem.reason, problem.row) for problem in clean.report.problems] == [("not_a_share", 4)]


def test_a_table_of_which_no_row_can_be_used_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "date,channel,spend\nx,a,1\ny,b,2\n", "spend.csv")
    with pytest.raises(BadInputError, match=r"^spend.csv: column 'date' has 2 values that are not dates"):
        run_tables(tmp_path, path)
    path = write(tmp_path, "question,answer,date\n,1,2024-01-01\n,2,2024-01-01\n", "survey.csv")
    with pytest.raises(BadInputError, match=r"^survey.csv: column 'question' is empty in 2 rows"):
        run_tables(tmp_path, path)


def test_order_lines_are_needed_unless_they_are_not(tmp_path: Path) -> None:
    path = write(tmp_path, "date,channel,spend\n2024-01-01,a,1\n", "spend.csv")
    with pytest.raises(BadInputError, match="none of the files holds order lines"):
        ingest((path,), None, tmp_path / "none", today=TODAY)
    clean = run_tables(tmp_path, path)
    assert pq.read_metadata(clean.order_lines).num_rows == 0
    TABLES["order_lines"].check(clean.order_lines)
    assert clean.tables == (("spend", clean.spend),)


def test_a_snapshot_gives_its_tables_to_who_may_see_the_whole_company(tmp_path: Path) -> None:
    lines = [f"{line},North" for line in GOOD]
    files = (
        write(tmp_path, table(*lines, header="order_id,customer_id,date,amount,region")),
        write(tmp_path, "attribute,value,share\nage,to 30,0.25\n", "market.csv"),
    )
    import_files(files, tmp_path / "data")
    market = open_dataset(tmp_path / "data", AccessScope.everything()).table("market")
    assert market is not None
    assert market.drop(columns="source").to_dict("list") == {"attribute": ["age"], "value": ["to 30"], "share": [0.25]}
    assert market["source"].isna().all()
    narrow = open_dataset(tmp_path / "data", AccessScope.only(region=("North",)))
    assert [narrow.table(name) for name in EVENT_TABLES] == [None] * len(EVENT_TABLES)
    with pytest.raises(MissingTableError, match="there is no table 'order_lines'"):
        narrow.table("order_lines")


def test_a_table_alone_is_added_to_a_snapshot(tmp_path: Path) -> None:
    data = tmp_path / "data"
    import_files((write(tmp_path, table(*GOOD)),), data)
    spend = write(tmp_path, "date,channel,spend\n2024-01-01,a,1.25\n", "spend.csv")
    prepare((spend,), data, add=True).publish()
    dataset = open_dataset(data, AccessScope.everything())
    found = dataset.table("spend")
    assert found is not None
    assert (dataset.info.version, dataset.info.orders, list(found["amount"])) == (2, 3, [12_500])


def test_a_table_alone_keeps_how_orders_of_zero_count(tmp_path: Path) -> None:
    data = tmp_path / "data"
    lines = write(tmp_path, table(*GOOD, "4,c,2011-03-01,0"))
    import_files((lines,), data, parse_mapping({"settings": {"zero_orders": "purchase", "currency": "EUR"}}))
    spend = write(tmp_path, "date,channel,spend\n2024-01-01,a,1.25\n", "spend.csv")
    info = prepare((spend,), data, add=True).publish().info
    assert (info.version, info.zero_orders, info.currency, info.buyers) == (2, "purchase", "EUR", 3)


def test_an_error_of_a_spreadsheet_is_no_id(tmp_path: Path) -> None:
    content = "person_id,time,step\na,2024-01-01 10:00,visit\n#N/A,2024-01-01 10:01,visit\n#1,2024-01-02,visit\n"
    clean = run_tables(tmp_path, write(tmp_path, content, "touches.csv"))
    assert [row["person_id"] for row in rows(clean.touchpoints)] == ["#1", "a"]
    assert [(problem.reason, problem.row, problem.value) for problem in clean.report.problems] == [
        ("error_cell", 3, "#N/A")
    ]
