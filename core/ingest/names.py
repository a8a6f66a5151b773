"""Columns by name: the common spellings of each field, and which table a file is."""

import unicodedata
from collections.abc import Sequence

from core.errors import BadInputError

# Spellings as `normal` leaves them: lower case, letters and digits only.
_CUSTOMER_ID = (
    "customerid", "customer", "customerkey", "customerno", "customernumber", "customercode", "custid", "custno", "client",
    "clientid", "clientno", "clientkey", "clientcode", "buyer", "buyerid", "userid", "memberid", "accountid", "accountno",
    "accountnumber", "householdid", "cardno", "cardnumber", "loyaltycard", "клиент", "кодклиента", "покупатель", "контрагент",
    "客户", "客户编号", "客户id", "顾客编号",
)  # fmt: skip
_PRODUCT_ID = (
    "productid", "productkey", "productcode", "productno", "sku", "stockcode", "item", "itemid", "itemcode", "itemno", "articleno",
    "article", "articleid", "upc", "ean", "barcode", "lineitemsku", "артикул", "кодтовара", "商品编号", "产品编号",
)  # fmt: skip
_PRODUCT = (
    "product", "productname", "description", "itemname", "itemdescription", "articlename", "lineitemname", "товар", "номенклатура",
    "наименование", "商品", "商品名称", "产品",
)  # fmt: skip
_CATEGORY = (
    "category", "productcategory", "categoryname", "department", "productgroup", "producttype", "категория", "группатоваров",
    "类别", "分类",
)  # fmt: skip

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    "order_lines": {
        "order_id": (
            "orderid", "order", "orderno", "ordernumber", "orderkey", "ordercode", "invoice", "invoiceid", "invoiceno",
            "invoicenumber", "transactionid", "transaction", "transactionno", "basketid", "basket", "receipt", "receiptid",
            "receiptno", "ticketno", "billno", "salesordernumber", "documentno", "заказ", "номерзаказа", "чек", "номерчека",
            "документ", "订单", "订单号", "订单编号",
        ),
        "customer_id": _CUSTOMER_ID,
        "date": (
            "date", "orderdate", "invoicedate", "orderdatetime", "invoicedatetime", "transactiondate", "transactiontimestamp",
            "purchasedate", "saledate", "salesdate", "receiptdate", "datetime", "timestamp", "createdat", "orderedat",
            "purchasedat", "paidat", "datecreated", "day", "дата", "датазаказа", "датапродажи", "日期", "订单日期", "下单时间",
        ),
        "amount": (
            "amount", "revenue", "sales", "salesamount", "salesvalue", "netamount", "netsales", "netrevenue", "linetotal",
            "lineamount", "linerevenue", "total", "totalamount", "totalprice", "totalsales", "turnover", "value", "sum", "net",
            "сумма", "выручка", "стоимость", "金额", "销售额", "总价",
        ),
        "quantity": (
            "quantity", "qty", "orderquantity", "orderqty", "units", "unitssold", "pieces", "lineitemquantity", "количество",
            "кол", "колво", "数量",
        ),
        "unit_price": ("unitprice", "price", "priceperunit", "itemprice", "lineitemprice", "цена", "单价", "价格"),
        "cost": ("cost", "totalcost", "totalproductcost", "linecost", "cogs", "costofgoods", "себестоимость", "成本"),
        "unit_cost": ("unitcost", "costperunit", "costprice", "单位成本"),
        "discount": ("discount", "discountamount", "linediscount", "lineitemdiscount", "discountvalue", "скидка", "折扣"),
        "product_id": _PRODUCT_ID,
        "product": _PRODUCT,
        "category": _CATEGORY,
        "region": (
            "region", "country", "countryregion", "state", "territory", "salesterritory", "area", "market", "регион", "страна",
            "地区", "国家",
        ),
        "channel": ("channel", "saleschannel", "source", "sourcename", "orderchannel", "ordersource", "канал", "каналпродаж", "渠道"),
        "currency": ("currency", "currencycode", "currencyid", "валюта", "货币", "币种"),
    },
    "customers": {"customer_id": _CUSTOMER_ID},
    "products": {"product_id": _PRODUCT_ID, "product": _PRODUCT, "category": _CATEGORY},
}  # fmt: skip
ATTRIBUTE_TABLES = frozenset({"customers", "products"})

# Two of these together say which revenue is meant, so one of them may be missing.
MONEY_FIELDS = ("amount", "quantity", "unit_price")


def normal(header: str) -> str:
    """A header without case, spaces and signs: ``"Invoice No."`` is ``invoiceno``."""
    text = unicodedata.normalize("NFKC", header).casefold()
    return "".join(letter for letter in text if letter.isalnum())


def match(headers: Sequence[str], table: str, file: str, taken: frozenset[str] = frozenset()) -> dict[str, str]:
    """The fields of a table that the headers name.

    Parameters
    ----------
    headers : sequence of str
    table : str
    file : str
        For the message.
    taken : frozenset of str
        Fields that the mapping has settled.

    Returns
    -------
    dict
        Field to header.

    Raises
    ------
    BadInputError
        Two columns for one field.
    """
    found: dict[str, str] = {}
    for field, spellings in FIELDS[table].items():
        if field in taken:
            continue
        columns = [header for header in headers if normal(header) in spellings]
        if len(columns) > 1:
            raise BadInputError(
                f"columns {' and '.join(repr(column) for column in columns)} could each be the {field}",
                where=file,
                todo=f'Say which in a mapping: [{table}] {field} = "{columns[0]}".',
            )
        if columns:
            found[field] = columns[0]
    return found


def table_of(headers: Sequence[str], file: str) -> str:
    """Which table a file is, by its columns.

    Parameters
    ----------
    headers : sequence of str
    file : str
        For the message.

    Returns
    -------
    str
        A key of :data:`FIELDS`.

    Raises
    ------
    BadInputError
        It is none.
    """
    names = {normal(header) for header in headers}

    def has(table: str, field: str) -> bool:
        return not names.isdisjoint(FIELDS[table][field])

    money = any(has("order_lines", field) for field in MONEY_FIELDS)
    # A list of customers or products may hold a date or a price; only sales have two of these three.
    if (
        sum([has("order_lines", "order_id"), has("order_lines", "date"), money and has("order_lines", "customer_id")])
        >= 2
    ):
        return "order_lines"
    if has("order_lines", "order_id") and money:
        return "order_lines"
    if has("customers", "customer_id"):
        return "customers"
    if has("products", "product_id"):
        return "products"
    raise BadInputError(
        "its columns are not recognised as order lines, customers or products",
        where=file,
        expected="order id, customer id, date, and amount or quantity and unit price",
        found=", ".join(headers[:20]),
        todo='Say in a mapping which column is what, such as [order_lines] order_id = "Bill no".',
    )
