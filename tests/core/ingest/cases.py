"""Files that go in, with what is kept, left out, in quarantine and noted."""

from typing import Any

from tests.core.ingest.cases_of_values import VALUES, Kept, dates, ids
from tests.core.ingest.helpers import GOOD, HEADER, table

PLAIN = table(*GOOD)
PLAIN_AMOUNTS = [105_000, 202_500, 50_000]
RUSSIAN = table(
    "1;Пётр Иванов;05.01.2011;10,50",
    "2;Анна;26.01.2011;20,25",
    "3;Пётр;07.02.2011;5,00",
    header="Заказ;Клиент;Дата;Сумма",
)
CHINESE = table(
    "1,张伟,2011-01-05,10.50", "2,王芳,2011-01-06,20.25", "3,张伟,2011-02-07,5.00", header="订单号,客户,日期,金额"
)
LATIN = table("1,José,2011-01-05,10.50", "2,Zoë,2011-01-06,20.25", "3,José,2011-02-07,5.00")
LONG_CELL = "x" * 1_000_000


def encoded(encoding: str) -> Kept:
    return Kept(PLAIN_AMOUNTS, how=(("encoding", encoding),))


OTHERS: dict[str, tuple[str | bytes, Kept, dict[str, Any] | None]] = {
    # encoding
    "byte order mark": ("\ufeff" + PLAIN, encoded("utf-8"), None),
    "mangled byte order mark": ("ï»¿" + PLAIN, Kept(PLAIN_AMOUNTS, how=(("byte_order_mark", "mangled"),)), None),
    "UTF-16": (PLAIN.encode("utf-16"), encoded("utf-16-le"), None),
    "UTF-16 without a mark": (PLAIN.encode("utf-16-be"), encoded("utf-16-be"), None),
    "CP1251": (RUSSIAN.encode("cp1251"), encoded("cp1251"), None),
    "GB18030": (CHINESE.encode("gb18030"), encoded("gb18030"), None),
    "Latin-1": (LATIN.encode("latin-1"), encoded("cp1252"), None),
    "encoding set": (LATIN.encode("cp437"), encoded("cp437"), {"settings": {"encoding": "cp437"}}),
    "mixed encodings": (
        table("1,é,2011-01-05,1", "2,éà,2011-01-05,2", "3,üöäé,2011-01-05,3").encode() + b"4,J\xe9,2011-01-05,4\n",
        Kept(
            [10_000, 20_000, 30_000],
            problems=("orders.csv: 1 row with bytes that are not text (first: row 5, '4,J\ufffd,2011-01-05,4')",),
        ),
        None,
    ),
    "NUL byte": (
        PLAIN + "4,a\0b,2011-01-05,1\n",
        Kept(PLAIN_AMOUNTS, problems=("orders.csv: 1 row with a NUL byte (first: row 5, '4,a\ufffdb,2011-01-05,1')",)),
        None,
    ),
    # structure
    "semicolon and decimal comma": (RUSSIAN, Kept(PLAIN_AMOUNTS, how=(("delimiter", "semicolon"), ("decimal", ","))), None),
    "tab": (PLAIN.replace(",", "\t"), Kept(PLAIN_AMOUNTS, how=(("delimiter", "tab"),)), None),
    "declared delimiter": ("sep=;\n" + PLAIN.replace(",", ";"), Kept(PLAIN_AMOUNTS, how=(("header_row", "2"),)), None),
    "old Mac line ends": (PLAIN.replace("\n", "\r"), Kept(PLAIN_AMOUNTS), None),
    "Windows line ends": (PLAIN.replace("\n", "\r\n"), Kept(PLAIN_AMOUNTS), None),
    "no line end at the end": (PLAIN.rstrip("\n"), Kept(PLAIN_AMOUNTS), None),
    "title rows": ("Sales report\n\nPeriod,2011\n" + PLAIN, Kept(PLAIN_AMOUNTS, how=(("header_row", "4"),)), None),
    "blank rows": (PLAIN + "\n,,,\n", Kept(PLAIN_AMOUNTS), None),
    "total under the table": (PLAIN + "Total,,,35.75\n", Kept(PLAIN_AMOUNTS, left_out=(("totals_row", 1),)), None),
    "total in a later column": (PLAIN + ",,Grand total,35.75\n", Kept(PLAIN_AMOUNTS, left_out=(("totals_row", 1),)), None),
    "short row": (
        PLAIN + "4,a\n",
        Kept(PLAIN_AMOUNTS, problems=("orders.csv: 1 row with too few cells (first: row 5, '4,a')",)),
        None,
    ),
    "long rows": (
        PLAIN + "4,a,2011-01-05,1,2\n5,a,2011-01-05,1,2\n",
        Kept(PLAIN_AMOUNTS, problems=("orders.csv: 2 rows with too many cells (first: row 5, '4,a,2011-01-05,1,2')",)),
        None,
    ),
    "delimiter at the end of each row": (table(*(f"{row}," for row in GOOD)), Kept(PLAIN_AMOUNTS), None),
    "unterminated quote": (
        table(GOOD[0], '9,"a,2011-01-05,1', *GOOD[1:]),
        Kept(
            PLAIN_AMOUNTS,
            problems=("orders.csv: 1 row with a quote that is not closed properly (first: row 3, '9,\"a,2011-01-05,1')",),
        ),
        None,
    ),
    "newline in a quoted cell, rows by physical line": (
        table('1,"a\nb",2011-01-05,1', "2,c,2011-01-05,2", "3,d,never,1"),
        Kept(
            [10_000, 20_000],
            customers=["a\nb", "c"],
            problems=("orders.csv: column 'date' has 1 value that is not a date (first: row 5, 'never')",),
        ),
        None,
    ),
    "quote within a cell": (table('1,5" pipe,2011-01-05,1'), Kept([10_000], customers=['5" pipe']), None),
    "doubled quotes": (table('1,"the ""best""",2011-01-05,1'), Kept([10_000], customers=['the "best"']), None),
    "huge cell": (
        PLAIN + f"4,{LONG_CELL},2011-01-05,1\n",
        Kept(
            PLAIN_AMOUNTS,
            problems=(f"orders.csv: 1 row with a cell of over 131,072 characters (first: row 5, '4,{'x' * 58}')",),
        ),
        None,
    ),
    # business
    "duplicates kept": (table(GOOD[0], *GOOD), Kept(notes=(("exact_duplicates", 1),)), None),
    "duplicates dropped": (
        table(GOOD[0], *GOOD, GOOD[0]),
        Kept(PLAIN_AMOUNTS, left_out=(("exact_duplicates", 2),), notes=(("exact_duplicates", 2),)),
        {"settings": {"duplicates": "drop"}},
    ),
    "cancellation, adjustment, prices": (
        table(
            "1,a,2011-01-05,2,1.5",
            "C2,a,2011-01-05,-2,1.5",
            "A3,a,2011-01-05,1,-5",
            "4,a,2011-01-05,3,0",
            header="Invoice No,Customer ID,Invoice Date,Quantity,Unit Price",
        ),
        Kept(
            [30_000, 0, -50_000, -30_000],
            notes=(
                ("cancellations", 1), ("cancellations_matched", 1), ("adjustments", 1), ("negative_price", 1), ("zero_price", 1),
                ("zero_amount", 1),
            ),
        ),
        None,
    ),
    "order ids that all begin with A": (ids("A1,a", "A2,b"), Kept(notes=()), None),
    "an order of two customers": (ids("1,a", "1,b"), Kept(notes=(("orders_with_several_customers", 2),)), None),
    "a repeated order line that differs is no duplicate": (
        table("1,a,2011-01-05,1,p", "1,a,2011-01-05,2,p", header=HEADER + ",product_id"), Kept([10_000, 20_000], notes=()), None,
    ),
    "a return without a sale": (
        table("1,a,2011-01-05,1,p", "2,a,2011-01-06,-1,q", "3,b,2011-01-04,-1,p", header=HEADER + ",product_id"),
        Kept([10_000, -10_000, -10_000], notes=(("returns", 2), ("returns_without_sale", 2))),
        None,
    ),
    "order ids that all begin with C": (
        ids("C1,a", "C2,b", "C3,b") + "C4,b,2011-01-06,-1\n",
        Kept([10_000, 10_000, 10_000, -10_000], notes=(("returns", 1),)),
        None,
    ),
    "price less discount, cost a piece": (
        table("1,a,2011-01-05,3,10.00,5.00", header="order_id,customer_id,date,quantity,unit_price,discount"),
        Kept([250_000]),
        None,
    ),
    # hostile
    "markup and SQL as values": (
        ids("1,<img onerror=x>", "2,' OR 1=1--", "3,=cmd"), Kept(customers=["<img onerror=x>", "' OR 1=1--", "=cmd"]), None,
    ),
    "markup as a region": (
        table("1,a,2011-01-05,1,<img onerror=alert(1)>", header=HEADER + ",region"),
        Kept([10_000], regions=["<img onerror=alert(1)>"]),
        None,
    ),
    "formulas stay the text they are": (
        ids("=cmd|' /C calc'!A0,+x", "-x,@SUM(A1)"), Kept(customers=["@SUM(A1)", "+x"]), None,
    ),
    "a path as an id": (ids("../../x,../../etc/passwd"), Kept(customers=["../../etc/passwd"]), None),
    "markup as a value that is wrong": (
        dates("2011-01-05", "<script>", "2011-01-06"),
        Kept(problems=("orders.csv: column 'date' has 1 value that is not a date (first: row 3, '<script>')",)),
        None,
    ),
    "SQL as a header": (
        table("1,a,2011-01-05,1,x", header=HEADER + ",\"x\"\"; drop table t; --'\""),
        Kept([10_000]),
        None,
    ),
}  # fmt: skip

GOES_IN = {**OTHERS, **VALUES}
