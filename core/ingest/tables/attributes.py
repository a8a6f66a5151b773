"""Files of customers and products to clean tables: one row a key, attributes typed by what they hold.

Within a file the first row of a key counts, the others are left out by the rule ``duplicate_key``. Across files each attribute has the
value of the first file that has one. An attribute is a number or a date only where every value of it is; else it is text.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import BadInputError
from core.ingest.mapping.model import Settings, Spec
from core.ingest.report import Count, FileReport
from core.ingest.sources import LINE, Source, all_text
from core.ingest.sql import Query, quoted, text
from core.ingest.values import amounts, dates
from core.ingest.values.fields import Bound, Fields
from core.schema import TABLES

# Words for "nothing" in an attribute.
_NOTHING = ("n/a", "na", "nan", "null", "none", "-", "#n/a", "[not applicable]", "<na>")
# Codes, telephone numbers and ids are not numbers, though they have digits.
_NO_NUMBER = r"0\d+|\+.*|\d{16,}|.*\p{L}.*"


def write_attributes(
    query: Query, bounds: Sequence[Bound], settings: Settings, open_lookup: Callable[[str], Source], path: Path
) -> tuple[FileReport, ...]:
    """Write the clean table of customers or of products.

    Parameters
    ----------
    query : Query
    bounds : sequence of Bound
        All of one table.
    settings : Settings
    open_lookup : callable
        See :class:`core.ingest.values.fields.Fields`.
    path : Path
        Parquet file to write.

    Returns
    -------
    tuple of FileReport

    Raises
    ------
    BadInputError
        A file without a single key.
    """
    table = TABLES[bounds[0].table]
    (key,) = table.key
    parts = [
        _Part(query, bound, key, settings, open_lookup, path.with_name(f"{path.stem}_{at}.parquet"))
        for at, bound in enumerate(bounds)
    ]
    names: dict[str, str] = {name: name for name in table.names if name != key}
    for part in parts:
        for name in part.source.headers[1:]:
            names.setdefault(name.lower(), name)
    kinds = {name: common([part.kind(name) for part in parts if part.has(name)], name in table.names) for name in names}
    rows = " UNION ALL ".join(f"({part.select(at, kinds)})" for at, part in enumerate(parts))
    merged = ", ".join(
        f"arg_min(a{at}, file) FILTER (a{at} IS NOT NULL) AS {quoted(name)}" for at, name in enumerate(names.values())
    )
    query.run(
        f"COPY (SELECT k AS {key}{', ' if merged else ''}{merged} FROM ({rows}) GROUP BY k ORDER BY k) "
        f"TO {query.bind(str(path))} (FORMAT parquet)"
    )
    return tuple(part.report() for part in parts)


def common(kinds: Sequence[str], always_text: bool) -> str:
    """One type for an attribute that several files have."""
    found = set(kinds)
    if always_text or not found or "VARCHAR" in found or found == {"DATE", "BIGINT"} or found == {"DATE", "DOUBLE"}:
        return "VARCHAR"
    return found.pop() if len(found) == 1 else "DOUBLE"


def something(value: str) -> str:
    """SQL of a text without the words that mean nothing."""
    words = ", ".join(f"'{word}'" for word in _NOTHING)
    return f"CASE WHEN lower({value}) IN ({words}) THEN NULL ELSE {value} END"


class _Part:
    """One file of the table: its key and attributes as text, and what type each could be."""

    def __init__(
        self, query: Query, bound: Bound, key: str, settings: Settings, open_lookup: Callable[[str], Source], path: Path
    ) -> None:
        self.query, self.bound, self.settings = query, bound, settings
        specs = bound.fields
        headers = [key, *(name for name in specs if name != key)]
        taken = {name.lower() for name in headers}
        for name in bound.attributes:
            if name.lower() in taken:
                raise BadInputError(
                    f"two columns become '{name}'",
                    where=bound.source.name,
                    todo="Name one of them otherwise in a mapping.",
                )
            specs[name] = Spec(column=name)
            headers.append(name)
        whole = Bound(bound.table, bound.source, tuple(specs.items()))
        fields = Fields(query, whole, open_lookup)
        cells = [fields.id(key), *(something(fields.text(name)) for name in headers[1:])]
        columns = ", ".join(f"{cell} AS c{at}" for at, cell in enumerate(cells))
        query.run(f"COPY (SELECT {columns}, {LINE} FROM {fields.relation}) TO {query.bind(str(path))} (FORMAT parquet)")
        self.source = Source(bound.source.name, path, tuple(headers), all_text(len(headers)), bound.source.rows, True)
        self._formats = {name: spec.format for name, spec in specs.items()}
        self._typed = {name.lower(): self._type(at, name) for at, name in enumerate(headers) if at}

    def has(self, name: str) -> bool:
        """Whether the file has an attribute (its name in lower case)."""
        return name in self._typed

    def kind(self, name: str) -> str:
        """The type that an attribute could be."""
        return self._typed[name][0]

    def select(self, at: int, kinds: dict[str, str]) -> str:
        """SQL of the first row of each key: file, k, a0, a1, ..."""
        cells = "".join(f", {self._cell(name, kind)} AS a{number}" for number, (name, kind) in enumerate(kinds.items()))
        first = f"row_number() OVER (PARTITION BY c0 ORDER BY {LINE}) = 1"
        return f"SELECT {at} AS file, c0 AS k{cells} FROM {self.query.relation(self.source)} WHERE c0 IS NOT NULL QUALIFY {first}"

    def _cell(self, name: str, kind: str) -> str:
        if name not in self._typed:
            return f"CAST(NULL AS {kind})"
        _, expression, plain = self._typed[name]
        return f"CAST({plain if kind == 'VARCHAR' else expression} AS {kind})"

    def _type(self, index: int, name: str) -> tuple[str, str, str]:
        return type_of(self.query, self.source, index, self.settings, self._formats.get(name), name)

    def _counts(self, *expressions: str) -> tuple[int, ...]:
        return _counted(self.query, self.source, *expressions)

    def report(self) -> FileReport:
        """What became of the file's rows."""
        source = self.bound.source
        rows, keys, distinct = self._counts("*", "c0", "DISTINCT c0")
        if not keys:
            raise BadInputError(f"column '{' / '.join(self.bound.specs[0][1].columns)}' is empty", where=source.name)
        left: list[tuple[str, Count]] = [("missing_id", Count(rows - keys)), ("duplicate_key", Count(keys - distinct))]
        report = FileReport(
            source.name,
            self.bound.table,
            Count(source.rows),
            Count(distinct),
            Count(len(source.rejects)),
            tuple((rule, count) for rule, count in left if count.rows),
            source.how,
            (*self.bound.columns, *((name, name) for name in self.bound.attributes)),
        )
        report.reconcile()
        return report


def type_of(
    query: Query, source: Source, index: int, settings: Settings, format: str | None, name: str
) -> tuple[str, str, str]:
    """The type of an attribute, by its values.

    Parameters
    ----------
    query : Query
    source : Source
    index : int
    settings : Settings
    format : str or None
        The mapping's format of a date.
    name : str
        For messages.

    Returns
    -------
    type : str
        BIGINT, DOUBLE, DATE or VARCHAR.
    typed : str
        SQL of the value; to be cast to its type.
    plain : str
        SQL of the text.
    """
    value = text(source, index)
    if format is not None:
        form = dates.form_of(query, source, index, format, name)
        return "DATE", dates.day(query, source, index, form), value
    filled, worded = _counted(
        query, source, value, f"CASE WHEN regexp_full_match({value}, {query.bind(_NO_NUMBER)}) THEN 1 END"
    )
    try:
        if filled and not worded:
            style = amounts.style_of(query, source, [index], settings)
            number = amounts.number(query, source, index, style)
            broken = f"CASE WHEN ({number}) <> trunc({number}) THEN 1 END"
            large = f"CASE WHEN abs({number}) >= 9e18 THEN 1 END"
            numbers, broken_ones, large_ones = _counted(query, source, number, broken, large)
            if numbers == filled:
                return "DOUBLE" if broken_ones or large_ones else "BIGINT", number, value
        if filled:
            day = dates.day(query, source, index, dates.form_of(query, source, index, None, name))
            if _counted(query, source, day)[0] == filled:
                return "DATE", day, value
    except BadInputError:
        # An attribute that can be read in two ways stays as it is written.
        return "VARCHAR", value, value
    return "VARCHAR", value, value


def _counted(query: Query, source: Source, *expressions: str) -> tuple[int, ...]:
    counts = ", ".join(f"count({expression})" for expression in expressions)
    row: tuple[int, ...] = query.rows(f"SELECT {counts} FROM {query.relation(source)}")[0]
    return row


def products_of_lines(query: Query, bounds: Sequence[Bound], open_lookup: Callable[[str], Source], path: Path) -> bool:
    """Write clean products from the names that stand in order lines; False where none do.

    A product has the name, and the category, that most of its lines have; of two as frequent, the first in the alphabet.
    """
    selects: list[str] = []
    for bound in bounds:
        if {"product_id", "product"} <= set(bound.fields):
            fields = Fields(query, bound, open_lookup)
            columns = f"{fields.id('product_id')} AS k, {fields.text('product')} AS product, {fields.text('category')} AS category"
            selects.append(f"(SELECT {columns} FROM {fields.relation})")
    if not selects:
        return False
    target = query.bind(str(path))
    query.run(
        f"""
        COPY (
            WITH names AS (
                SELECT k, product, category, count(*) AS n FROM ({" UNION ALL ".join(selects)})
                WHERE k IS NOT NULL GROUP BY ALL
            )
            SELECT k AS product_id, first(product ORDER BY product IS NULL, n DESC, product) AS product,
                first(category ORDER BY category IS NULL, n DESC, category) AS category
            FROM names GROUP BY k ORDER BY k
        ) TO {target} (FORMAT parquet)
        """
    )
    return True
