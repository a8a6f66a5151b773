"""One file of an event table: its fields and attributes as SQL, and what can be wrong with a row."""

from collections.abc import Callable
from pathlib import Path

from core.errors import BadInputError
from core.ingest.mapping.model import Mapping_, Spec
from core.ingest.mapping.spellings import FIELDS, TOTALS
from core.ingest.sources import LINE, Source, all_text
from core.ingest.sql import Query, quoted
from core.ingest.tables.attributes import something, type_of
from core.ingest.tables.event_faults import COUNTS, event_faults, money_of
from core.ingest.values import amounts, dates, times
from core.ingest.values.conversion import converted, joined
from core.ingest.values.currency import Currencies, currencies_of
from core.ingest.values.fields import Bound, Fields, key_of
from core.schema import TABLES, Column

# The day whose rate counts.
_DAYS = {"deals": ("closed", "opened"), "touchpoints": ("time",), "spend": ("date",)}


class EventFile:
    """A file's rows as text in a Parquet file of ours, and the SQL that makes them clean.

    Parameters
    ----------
    query : Query
    bound : Bound
    mapping : Mapping_
    open_lookup : callable
        See :class:`core.ingest.values.fields.Fields`.
    path : Path
        Parquet file to write.

    Attributes
    ----------
    faults : list of Fault
        Numbered from 1 in the column ``fault`` of :meth:`select`.
    attributes : tuple of str
    currencies : Currencies
    how : tuple of (str, str)
    """

    def __init__(
        self, query: Query, bound: Bound, mapping: Mapping_, open_lookup: Callable[[str], Source], path: Path
    ) -> None:
        self.query, self.bound, self.settings = query, bound, mapping.settings
        self.columns = {column.name: column for column in TABLES[bound.table].columns}
        self.specs = self._with_attributes()
        self.attributes = tuple(
            name for name in self.specs if name not in self.columns and name not in FIELDS[bound.table]
        )
        self.names = tuple(self.specs)
        self.source = self._stage(open_lookup, path)
        self.filled = self._filled()
        self.how_read: dict[str, str] = {}
        self._move_discount()
        numbers = [self.names.index(name) for name in self.names if self._is_number(name) and name in self.filled]
        self.style = amounts.style_of(query, self.source, numbers, mapping.settings)
        self.currencies = self._currencies(mapping, open_lookup)
        self.values = {name: self._value(name) for name in self.names if name in self.columns}
        self._types = {name.lower(): self._type(name) for name in self.attributes}
        headers = dict(zip(self.names, self.source.headers, strict=True))
        self.faults = event_faults(query, self.columns, headers, bool(self.currencies.rates), self._foreign())
        if numbers:
            self.how_read["decimal"] = self.style.decimal
        self.how = (*bound.source.how, *self.how_read.items())

    def has(self, name: str) -> bool:
        """Whether the file has an attribute (its name in lower case)."""
        return name in self._types

    def attribute_kind(self, name: str) -> str:
        """The type that an attribute could be."""
        return self._types[name][0]

    def select(self, number: int, kinds: dict[str, str]) -> str:
        """SQL of the file's rows: file, line, status, fault, fault_value, key, the clean columns and the attributes.

        Parameters
        ----------
        number : int
            The file's number.
        kinds : dict of str to str
            Attributes, in lower case, and their types over all files.
        """
        clean = ", ".join(
            f"CAST({self.values.get(name, 'NULL')} AS {column.type}) AS {name}" for name, column in self.columns.items()
        )
        attributes = "".join(
            f", {self._attribute(name, kind)} AS {quoted(f'attribute {name}')}" for name, kind in kinds.items()
        )
        cases = " ".join(f"WHEN {fault.when} THEN {at}" for at, fault in enumerate(self.faults, 1))
        values = " ".join(f"WHEN {at} THEN {fault.value}" for at, fault in enumerate(self.faults, 1))
        texts = ", ".join(f"c{at} AS t{at}" for at in range(len(self.names)))
        kept = ", ".join([*self.columns, *(quoted(f"attribute {name}") for name in kinds)])
        rated = ", line_currency, rate" if self.currencies.rates else ""
        # A row of totals is no row of the table otherwise, or has nothing but its name and numbers.
        return f"""
            SELECT file, {LINE}, CASE WHEN totals AND (fault > 0 OR alone) THEN 'totals_row' WHEN fault > 0 THEN 'quarantined'
                WHEN {self._foreign()} THEN 'other_currencies' ELSE 'kept' END AS status,
                CASE WHEN totals THEN 0 ELSE fault END AS fault, CASE fault {values} END AS fault_value, key, {kept}
            FROM (SELECT *, CASE {cases} ELSE 0 END AS fault FROM (
                SELECT {number} AS file, {LINE}, {texts}, {self._totals()} AS totals, {self._alone()} AS alone, key,
                    {clean}{attributes}{rated}
                FROM {self._relation()}
            ))"""

    def _relation(self) -> str:
        """The file, with the rate of each row where money has to be converted."""
        relation = self.query.relation(self.source)
        if not self.currencies.rates:
            return relation
        days = [f"CAST({self._value(name)} AS DATE)" for name in _DAYS[self.bound.table] if name in self.filled]
        day = f"coalesce({', '.join([*days, 'NULL'])})"
        columns = ", ".join(f"c{at}" for at in range(len(self.names)))
        rows = f"SELECT {columns}, {LINE}, key, {self.currencies.line} AS line_currency, CAST({day} AS DATE) AS date FROM {relation}"
        return joined(rows, self.currencies.rates)

    def _foreign(self) -> str:
        """SQL: the row is in a currency that is left out."""
        if not self.currencies.rates or self.settings.other_currencies != "leave_out":
            return "FALSE"
        rated = ", ".join(self.query.bind(code) for code in sorted(self.currencies.rated))
        return f"coalesce(line_currency NOT IN ({rated}), FALSE)"

    def _with_attributes(self) -> dict[str, Spec]:
        specs = self.bound.fields
        taken = {name.lower() for name in (*self.columns, *specs)}
        for header in self.bound.attributes:
            name = header
            while name.lower() in taken:
                name += "_2"
            taken.add(name.lower())
            specs[name] = Spec(column=header)
        return specs

    def _stage(self, open_lookup: Callable[[str], Source], path: Path) -> Source:
        """Each field and attribute as one column of text, whatever it is made of."""
        whole = Bound(self.bound.table, self.bound.source, tuple(self.specs.items()))
        fields = Fields(self.query, whole, open_lookup)
        cells = []
        for name in self.names:
            column = self.columns.get(name)
            if name in self.attributes:
                cells.append(something(fields.text(name)))
            elif column is not None and name.endswith("_id"):
                # An error stays to be seen, and puts its row in quarantine.
                cells.append(f"coalesce({fields.error(name)}, {fields.id(name)})")
            else:
                cells.append(fields.text(name))
        columns = ", ".join(f"{cell} AS c{at}" for at, cell in enumerate(cells))
        source = self.bound.source
        key = key_of(source)
        self.query.run(
            f"COPY (SELECT {columns}, {LINE}, {key} AS key FROM {fields.relation}) "
            f"TO {self.query.bind(str(path))} (FORMAT parquet)"
        )
        headers = tuple(" / ".join(spec.columns) or name for name, spec in self.specs.items())
        return Source(source.name, path, headers, all_text(len(headers)), source.rows, True)

    def _filled(self) -> frozenset[str]:
        """The fields that have a value anywhere."""
        counts = ", ".join(f"count(c{at})" for at in range(len(self.names)))
        (row,) = self.query.rows(f"SELECT {counts} FROM {self.query.relation(self.source)}")
        return frozenset(name for name, count in zip(self.names, row, strict=True) if count)

    def _is_number(self, name: str) -> bool:
        return name in self.columns and self.columns[name].type in ("BIGINT", "DOUBLE")

    def _move_discount(self) -> None:
        """A discount that is nowhere over 1, or has per cent signs, is a share."""
        if "discount" not in self.filled or "discount_share" in self.specs:
            return
        at = self.names.index("discount")
        try:
            style = amounts.style_of(self.query, self.source, [at], self.settings)
        except BadInputError:
            return
        number = amounts.number(self.query, self.source, at, style)
        (row,) = self.query.rows(
            f"SELECT max(abs({number})) BETWEEN 0.0000001 AND 1, bool_or(contains(c{at}, '%')) "
            f"FROM {self.query.relation(self.source)}"
        )
        if any(row):
            self.names = tuple("discount_share" if name == "discount" else name for name in self.names)
            self.filled = self.filled - {"discount"} | {"discount_share"}
            self.how_read["discount"] = "share"

    def _value(self, name: str) -> str:
        """SQL of a clean column."""
        column, at = self.columns[name], self.names.index(name)
        if name not in self.filled:
            return "NULL"
        if column.type == "VARCHAR":
            return f"c{at}"
        if column.type in ("DATE", "TIMESTAMP"):
            return self._date(column, at)
        number = self._number(at)
        if column.type == "DOUBLE":
            return self._share(number, at)
        if name in COUNTS:
            return f"CASE WHEN ({number}) = trunc({number}) THEN TRY_CAST({number} AS BIGINT) END"
        return amounts.money(converted(number, True) if self.currencies.rates else number, True)

    def _date(self, column: Column, at: int) -> str:
        query, source = self.query, self.source
        where = f"[{self.bound.table}] {column.name}"
        spec = self.specs.get(column.name)
        read = times if column.type == "TIMESTAMP" else dates
        form = read.form_of(query, source, at, spec.format if spec else None, where)
        words = self.how_read.get("dates", "")
        self.how_read["dates"] = words if form.words in words else f"{words}, {form.words}".removeprefix(", ")
        return (times.moment if column.type == "TIMESTAMP" else dates.day)(query, source, at, form)

    def _number(self, at: int) -> str:
        return amounts.number(self.query, self.source, at, self.style)

    def _share(self, number: str, at: int) -> str:
        """A share is written as 0.25, 25% or 25; one way throughout a column."""
        cut = f"rtrim(replace(c{at}, '%', ''))"
        number = number.replace(f"c{at}", cut)
        (row,) = self.query.rows(
            f"SELECT coalesce(bool_or(contains(c{at}, '%')) OR max(abs({number})) > 1, FALSE) "
            f"FROM {self.query.relation(self.source)}"
        )
        return f"CAST({number} AS DOUBLE){' / 100' if row[0] else ''}"

    def _type(self, name: str) -> tuple[str, str, str]:
        return type_of(self.query, self.source, self.names.index(name), self.settings, self.specs[name].format, name)

    def _attribute(self, name: str, kind: str) -> str:
        if name not in self._types:
            return f"CAST(NULL AS {kind})"
        _, typed, plain = self._types[name]
        return f"CAST({plain if kind == 'VARCHAR' else typed} AS {kind})"

    def _totals(self) -> str:
        """Whether the row looks like one that a spreadsheet adds under its table."""
        texts = ", ".join(f"c{at}" for at in range(len(self.names)))
        return f"coalesce(regexp_matches(lower(concat_ws(' ', {texts})), {self.query.bind(TOTALS)}), FALSE)"

    def _alone(self) -> str:
        """Whether a row has one cell at most that is no number."""
        others = [
            f"c{at} IS NOT NULL"
            for at, name in enumerate(self.names)
            if not self._is_number(name) and self._types.get(name.lower(), ("",))[0] not in ("BIGINT", "DOUBLE")
        ]
        return " + ".join(f"CAST({one} AS INTEGER)" for one in others) + " <= 1"

    def _currencies(self, mapping: Mapping_, open_lookup: Callable[[str], Source]) -> Currencies:
        money = money_of(self.columns, self.names)
        if not money:
            return Currencies(None)
        specs = tuple((name, Spec(column=self.source.headers[at])) for at, name in enumerate(self.names))
        fields = Fields(self.query, Bound(self.bound.table, self.source, specs), open_lookup)
        return currencies_of(self.query, fields, money, mapping, open_lookup)
