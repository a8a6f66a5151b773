"""A case is a folder of files, made from a seed and a number alone: the same number is the same case on each machine."""

from dataclasses import dataclass
from random import Random

from tests.fuzz import formats
from tests.fuzz.tables import HOSTILE_CELLS, Rows, attributes, damage, orders

NAMES = (
    "a\nb", "..", ". .", "-rf", "--data", "a'b", 'a"b', "%s", "[abc]", "*", "?", "orders*", "[!a]", "{a,b}", "$v0", "~", "~root",
    "é", "e\u0301", "x" * 200, "", " ", "a;b", "a,b", "a|b", "a>b", "s3:", "http:", "file:", "con", "NUL", "order_id=5", "ORDERS",
    "orders.csv", "\u202egpj", "\udcff", "a\tb", "a\\b", "customers", "products", "order_lines", "a\x1bb",
)  # fmt: skip
FOLDERS = ("[ab]", "*", "amount=7", "order_id=x", "a'b", "{a,b}", "a\nb", "$v0")
SUFFIXES = (
    ".csv",
    ".csv",
    ".txt",
    ".tsv",
    "",
    ".dat",
    ".CSV",
    ".gz",
    ".zip",
    ".xlsx",
    ".parquet",
    ".ods",
    ".xls",
    ".arrow",
    ".json",
    ".feather",
    ".xlsb",
)
MAPPINGS = (
    '[settings]\ncurrency = "GBP"\n',
    '[settings]\ndecimal = ","\n',
    '[settings]\nduplicates = "drop"\nzero_orders = "purchase"\n',
    '[settings]\nencoding = "cp1251"\ndelimiter = ";"\n',
    '[order_lines]\ndate = {{ column = "{h2}", format = "%d/%m/%Y" }}\n',
    '[order_lines]\norder_id = "{h0}"\ncustomer_id = "{h1}"\ndate = "{h2}"\namount = "{h3}"\n',
    '[order_lines]\ncustomer_id = {{ first_of = ["{h1}", "{h0}"], missing = ["-1", ""] }}\nregion = {{ value = "North" }}\n',
    '[order_lines]\nchannel = {{ column = "{h1}", when = {{ "a" = "Web" }}, otherwise = "Shop" }}\ndiscount = false\n',
    '[order_lines]\norder_id = {{ column = "{h0}", floor_divide = 1000 }}\n',
    '[customers]\nattributes = "all"\nkind = {{ value = "firm" }}\n',
    '[rules]\nexact_duplicates = "leave_out"\nreturns = "leave_out"\nmissing_customer = "leave_out"\nzero_price = "leave_out"\n',
    '[settings]\ncurrency = "GBP"\nother_currencies = "leave_out"\n[rates]\nUSD = "0.86"\n',
)
SETTINGS = (
    "utf-7",
    "rot13",
    "base64",
    "idna",
    "unicode_escape",
    "\\\\",
    "",
    "x" * 9,
    "utf-16",
    "%d",
    "%Q%%",
    "%",
    "9" * 30,
    "-1",
    "0",
)


@dataclass(frozen=True)
class Case:
    """The files of one import.

    Parameters
    ----------
    number : int
    kind : str
        Format of the order lines, for the table that is printed.
    folder : str
        Name of a folder to put them in; "" for none.
    files : tuple of (bytes, bytes)
        Name and content.
    mapping : bytes or None
        TOML.
    """

    number: int
    kind: str
    folder: str
    files: tuple[tuple[bytes, bytes], ...]
    mapping: bytes | None


def spoil(content: bytes, rng: Random) -> bytes:
    """One mutation of bytes."""
    if not content:
        return rng.randbytes(rng.randint(0, 40))
    data = bytearray(content)
    at, end = rng.randrange(len(data)), rng.randrange(len(data) + 1)
    what = rng.randrange(10)
    if what <= 2:
        for _ in range(rng.choice((1, 1, 3, 20))):
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    elif what == 3:
        del data[at:]
    elif what == 4:
        data[at:at] = data[min(at, end) : max(at, end)] * rng.choice((1, 1, 5))
    elif what == 5:
        data[at:at] = bytes(rng.choice((1, 2, 50)))
    elif what == 6:
        data[at:at] = rng.choice(
            (b'"', b'""', b"\r", b"\n", b"\xff", b"\xfe\xff", b"\x1a", b"'", b"\\", b"\xef\xbb\xbf", b"\xed\xa0\x80")
        )
    elif what == 7:
        del data[min(at, end) : min(at, end) + rng.choice((1, 2, 100))]
    elif what == 8:
        one, other = rng.sample((b",", b";", b"\t", b"|", b".", b"\n", b'"', b"/"), 2)
        return bytes(data).replace(one, other)
    else:
        data[at : at + 4] = rng.choice((rng.randbytes(4), b"\xff\xff\xff\xff", b"\0\0\0\x80", b"\xff\xff\xff\x7f"))
    return bytes(data)


def make(seed: int, number: int) -> Case:
    """The case of a number.

    Parameters
    ----------
    seed, number : int

    Returns
    -------
    Case
    """
    rng = Random(f"{seed}-{number}")
    rows = orders(rng)
    mapping = _mapping(rows, rng) if rng.random() < 0.2 else None
    kind, content = _content(rows, rng)
    suffix = {"text": ".csv", "gzip": ".csv.gz"}.get(kind, f".{kind}")
    if kind == "arrow":
        suffix = rng.choice((".arrow", ".feather"))
    files = {_name(rng, "orders", suffix): content}
    if rng.random() < 0.15:
        second, other = _content(attributes(rng) if rng.random() < 0.7 else orders(rng), rng)
        files.setdefault(_name(rng, "second", {"text": ".csv", "gzip": ".csv.gz"}.get(second, f".{second}")), other)
    folder = rng.choice(FOLDERS) if rng.random() < 0.05 else ""
    return Case(number, kind, folder, tuple(files.items()), mapping)


def _content(rows: Rows, rng: Random) -> tuple[str, bytes]:
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        rows = damage(rows, rng)
    # Half of the mutations are of cells and half of bytes; packed formats are spoilt before and after packing.
    inner = rng.choice((0, 0, 0, 1, 1, 2))
    outer = rng.choice((0, 0, 0, 0, 1, 2))

    def within(content: bytes) -> bytes:
        for _ in range(inner):
            content = spoil(content, rng)
        return content

    kind = rng.choice(("text",) * 8 + ("gzip", "zip", "xlsx", "xlsx", "ods", "parquet", "parquet", "arrow"))
    if kind == "text":
        content = within(formats.text(rows, rng))
    elif kind in ("parquet", "arrow"):
        content = (formats.parquet if kind == "parquet" else formats.arrow)(rows, rng)
    else:
        packer = {"gzip": formats.gzipped, "zip": formats.zipped, "xlsx": formats.xlsx, "ods": formats.ods}[kind]
        content = packer(rows, rng, within)
    for _ in range(outer if kind != "text" else 0):
        content = spoil(content, rng)
    return kind, content


def _name(rng: Random, usual: str, suffix: str) -> bytes:
    stem = rng.choice(NAMES) if rng.random() < 0.15 else usual
    if rng.random() < 0.05:
        suffix = rng.choice(SUFFIXES)
    name = (stem + suffix).encode("utf-8", "surrogateescape")
    return name if name not in (b"", b".", b"..") else b"orders.csv"


def _mapping(rows: Rows, rng: Random) -> bytes:
    headers = {f"h{at}": rows[0][at % len(rows[0])].replace('"', "") for at in range(4)}
    text = rng.choice(MAPPINGS).format(**headers)
    if rng.random() < 0.3:
        parts = text.split('"')
        at = rng.randrange(len(parts))
        parts[at] = rng.choice((*SETTINGS, *HOSTILE_CELLS[:60]))
        text = '"'.join(parts)
    content = text.encode("utf-8", "replace")
    return spoil(content, rng) if rng.random() < 0.1 else content
