"""Small tables as companies have them, and what a hostile or careless hand does to their cells."""

from random import Random

Rows = list[list[str]]

DATES = (
    "{y}-{m:02}-{d:02}",
    "{d:02}/{m:02}/{y}",
    "{m}/{d}/{y}",
    "{d:02}.{m:02}.{y}",
    "{y}{m:02}{d:02}",
    "{y}-{m:02}-{d:02} 08:{d:02}:00",
)
HEADERS = (
    ("order_id", "customer_id", "date", "amount"),
    ("InvoiceNo", "CustomerID", "InvoiceDate", "Quantity", "UnitPrice", "StockCode", "Description", "Country"),
    ("Заказ", "Клиент", "Дата", "Сумма", "Регион"),
    ("订单号", "客户", "日期", "金额"),
    ("Order ID", "Customer", "Order Date", "Sales", "Cost", "Discount", "Category", "Region", "Channel", "Currency"),
)
WORDS = ("a", "Anna Müller", "Иванов", "客户", "O'Neill", "17850", "north, west", 'say "hi"', "Île", "")
HOSTILE_CELLS = (
    "", " ", "\u00a0", "NaN", "inf", "-inf", "infinity", "1e308", "-1e309", "1e-400", "9" * 400, "-9223372036854775809",
    "9223372036854775807", "922337203685477.5808", "0x10", "1_000", "1,234,567.89", "1.234.567,89", "1 234,56", "1'234.50",
    "\u0661\u0662\u0663", "½", "²", "£12", "$1,963.10", "12 EUR", "€-5", "(5.00)", "12-", "--5", "+5", "5e", ".", "-", "%", "1e5",
    "1E+2", "31/02/2011", "2011-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "1899-12-31", "2079-06-06", "-0044-03-15",
    "2011-1-5", "2011-01-05T25:61:61", "2011-01-05 10:00:00+99:99", "2011-03-27 02:30 Europe/London", "epoch", "today", "now",
    "tomorrow", "40550", "40550.5", "5/1/11", "Jan 5 2011", "5. Januar 2011", "24:00", "2011-01-05 24:00:00", "1e10-01-01",
    "290309-12-22 (BC)", "=cmd|' /C calc'!A0", "@SUM(A1)", "<img src=x onerror=alert(1)>", "' OR 1=1--", "'); DROP TABLE t; --",
    "$v0", "$1", "?", "{}", "%s", "\u202e", "\u200b", "\ufeff", "\u2028", "\u0085", "\x0b", "\x0c", "\x1a", "\x1c", "\x7f",
    "e\u0301" * 50, "\U0001f600", "\U0010ffff", "\n", "\r", "a\nb", "a\r\nb", '"', '""', '"a', 'a"b', "'", "\\", "\\N", "\\\"",
    ",", ";", "\t", "|", "NULL", "None", "null", "#N/A", "#REF!", "true", "007", "17850.0", "1" * 20, "1e20", "1.23457E+15",
    "x" * 3_000, "x" * 140_000, "é" * 70_000, "1" + " " * 100_000 + "x", "1" * 120_000 + "x", "1,1." * 30_000 + "x", "C1234",
    "A55", "-1",
)  # fmt: skip
HOSTILE_HEADERS = (
    "", " ", "line", "LINE", "c0", "C1", "t", "file_row_number", "rowid", "filename", "amount", "Amount", "AMOUNT ", "date",
    "Order Date", '"', 'a"b', "a\nb", "$v0", "x" * 5_000, "İ", "ß", "ſ", "\u212a", "\ufeffdate", "\0", "select", "currency",
    "customer_id", "1", "2011-01-05", "*", "columns(*)", "a.b", "struct.field", "\ud7ff", "sum(amount)", "\u202e", "order_id",
    "hour", "missing", "quantity",
)  # fmt: skip


def orders(rng: Random) -> Rows:
    """A header and 3 to 25 order lines."""
    header = rng.choice(HEADERS)
    date, comma = rng.choice(DATES), rng.random() < 0.3
    return [list(header), *([_cell(rng, name, date, comma) for name in header] for _ in range(rng.randint(3, 25)))]


def attributes(rng: Random) -> Rows:
    """Customers or products with a few attributes."""
    key, *names = rng.choice((("customer_id", "Age", "City"), ("StockCode", "Description", "Category", "Colour")))
    return [[key, *names], *([f"k{number}", *(_word(rng) for _ in names)] for number in range(rng.randint(2, 12)))]


def _word(rng: Random) -> str:
    return rng.choice(WORDS)


def _cell(rng: Random, name: str, date: str, comma: bool) -> str:
    if name in ("date", "InvoiceDate", "Дата", "日期", "Order Date"):
        return date.format(y=rng.randint(2009, 2012), m=rng.randint(1, 12), d=rng.randint(1, 28))
    if name in ("amount", "UnitPrice", "Сумма", "金额", "Sales", "Cost", "Discount"):
        text = f"{rng.choice((rng.uniform(0, 100), rng.uniform(-50, 5_000), 0)):.2f}"
        return text.replace(".", ",") if comma else text
    if name in ("order_id", "InvoiceNo", "Заказ", "订单号", "Order ID"):
        return rng.choice(("", "", "C")) + str(rng.randint(536_365, 536_380))
    if name == "Quantity":
        return str(rng.choice((1, 1, 2, 6, 12, -1)))
    if name == "Currency":
        return rng.choice(("GBP",) * 30 + ("USD",))
    return _word(rng)


def damage(rows: Rows, rng: Random) -> Rows:
    """One mutation of cells, rows or columns."""
    rows = [list(row) for row in rows]
    at = rng.randrange(len(rows))
    column = rng.randrange(max(1, len(rows[0])))
    what = rng.randrange(12)
    if what <= 3:
        _put(rows, rng.randrange(len(rows)), column, rng.choice(HOSTILE_CELLS))
    elif what == 4:
        for number in range(1, len(rows)):
            _put(rows, number, column, rng.choice(HOSTILE_CELLS))
    elif what == 5:
        _put(rows, 0, column, rng.choice(HOSTILE_HEADERS))
    elif what == 6:
        rows[at:at] = [list(row) for row in rows[at : at + rng.randint(1, 4)]] * rng.choice((1, 1, 3, 40))
    elif what == 7:
        rows[at] = rows[at][: rng.randrange(len(rows[at]) + 1)] + [_word(rng)] * rng.choice((0, 0, 1, 5))
    elif what == 8:
        del rows[rng.choice((0, at, at, at)) : at + 1]
    elif what == 9:
        rows[0:0] = [[rng.choice(("Report", "Sales 2011", "", "1"))] + [""] * rng.choice((0, 3))] * rng.randint(1, 25)
    elif what == 10:
        rows.append(["Total", *[rng.choice(("", "123.45", "1e5")) for _ in rows[0][1:]]])
    else:
        for row in rows:
            row[column:column] = [_word(rng)] * rng.choice((0, 1, 1, 1, 1, 2_100))
    return rows or [[]]


def _put(rows: Rows, row: int, column: int, cell: str) -> None:
    rows[row] += [""] * (column + 1 - len(rows[row]))
    rows[row][column] = cell
