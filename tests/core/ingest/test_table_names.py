"""Tables known by their columns."""

import csv
import gzip
from pathlib import Path

import pytest

from core.errors import BadInputError, QuestionError
from core.ingest.mapping.names import match, table_of

HEADERS: dict[str, tuple[str, str]] = {
    "plain order lines": ("order_lines", "order_id,customer_id,date,amount"),
    "a till": ("order_lines", "Receipt No,Date,Article,Qty,Price"),
    "order lines with a status and a source": ("order_lines", "Order ID,Status,Created at,Customer,Total,Source"),
    "sales without an order id": ("order_lines", "Date,Client,Product,Amount"),
    "order lines with a campaign's cost": ("order_lines", "order,customer,date,amount,cost,channel"),
    "order lines of web events": ("order_lines", "transaction_id,event_name,event_timestamp,user_id,value"),
    "customers": ("customers", "Customer ID,Birth date,City,Spend,Region"),
    "customers with an account manager": ("customers", "account id,created,status"),
    "products": ("products", "SKU,Product,Category,Price,Quantity"),
    "Salesforce opportunities": (
        "deals",
        "Opportunity ID,Opportunity Name,Account Name,Stage,Amount,Probability (%),Close Date,Created Date,Lead Source,Loss Reason",
    ),
    "HubSpot deals": ("deals", "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount,Associated Company"),
    "Pipedrive deals": ("deals", "Deal ID,Title,Organization,Value,Status,Stage,Deal created,Lost reason"),
    "deals of a Russian CRM": ("deals", "ID сделки,Компания,Дата создания,Дата закрытия,Стадия сделки,Сумма,Причина отказа"),
    "changes of stage": ("deals", "deal_id,stage,changed at"),
    "touchpoints": ("touchpoints", "person_id,time,step,channel,cost"),
    "events of web analytics": ("touchpoints", "event_date,event_timestamp,event_name,user_pseudo_id"),
    "touchpoints of a Russian CRM": ("touchpoints", "Лид,Дата,Событие,Канал"),
    "a survey": ("survey", "customer_id,date,question,answer"),
    "a survey in Chinese": ("survey", "客户编号,日期,问题,回答"),
    "spend": ("spend", "date,channel,spend,currency"),
    "Google Ads by day": ("spend", "Day,Campaign,Cost,Amount spent"),
    "spend in Russian": ("spend", "Дата,Канал,Расход"),
    "market": ("market", "attribute,value,share,source"),
    "notes": ("notes", "segment,step,date,author,note"),
    "notes of a step alone": ("notes", "Step,Comment"),
    "customers with a segment and a note": ("customers", "customer_id,segment,note"),
    "touchpoints with a note": ("touchpoints", "person_id,time,step,note"),
}  # fmt: skip


@pytest.mark.parametrize("case", HEADERS)
def test_a_table_is_known_by_its_columns(case: str) -> None:
    expected, headers = HEADERS[case]
    assert table_of(headers.split(","), "x.csv") == expected


def test_the_real_files_are_what_they_are(real_data: Path) -> None:
    known = {
        "online_retail.csv.gz": "order_lines", "adventureworks/Sales.csv.gz": "order_lines",
        "adventureworks/Customer.csv.gz": "customers", "adventureworks/Product.csv.gz": "products",
        "regional_opportunities/Opportunities.csv.gz": "deals", "regional_opportunities/Accounts.csv.gz": "customers",
        "regional_opportunities/Products.csv.gz": "products",
    }  # fmt: skip
    found = {}
    for path in sorted(real_data.rglob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8-sig") as file:
            headers = next(csv.reader(file))
        try:
            found[str(path.relative_to(real_data))] = table_of(headers, path.name)
        except BadInputError:
            continue
    assert found == known


def test_an_amount_by_day_is_not_spend() -> None:
    with pytest.raises(BadInputError, match="its columns are not recognised"):
        table_of(["date", "channel", "amount"], "x.csv")


def test_two_columns_for_one_field_are_a_question() -> None:
    with pytest.raises(QuestionError) as caught:
        match(["Deal ID", "Close Date", "Closing date", "Amount"], "deals", "deals.csv")
    assert str(caught.value) == (
        "deals.csv: columns 'Close Date' and 'Closing date' could each be the closed. "
        'Say which in a mapping: [deals] closed = "Close Date".'
    )
    question = caught.value.question
    assert (question.file, question.setting) == ("deals.csv", "deals.closed")
    assert [choice for choice, _ in question.choices] == ["Close Date", "Closing date"]
