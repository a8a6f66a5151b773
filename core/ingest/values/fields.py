"""A field of the mapping as SQL over the columns of its file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from core.errors import BadInputError
from core.ingest.mapping.model import LeaveOut, Spec, nearest
from core.ingest.sources import Source
from core.ingest.sql import Query, text

# Words for "none" that programs write where an id is missing.
NO_ID = ("nan", "null", "none", "n/a", "<na>", "nil")
# What a spreadsheet writes where a formula fails, in English, Russian and German.
ERRORS = (
    *("#n/a", "#ref!", "#value!", "#name?", "#div/0!", "#null!", "#num!", "#spill!", "#calc!", "#getting_data"),
    *("#н/д", "#ссылка!", "#знач!", "#имя?", "#дел/0!", "#пусто!", "#число!"),
    *("#nv", "#bezug!", "#wert!", "#zahl!"),
)


@dataclass(frozen=True)
class Bound:
    """A file with the table it is, and where each field of it comes from.

    Parameters
    ----------
    table : str
    source : Source
    specs : tuple of (str, Spec)
        Columns are headers of the source.
    attributes : tuple of str
        Headers of further columns to take.
    leave_out : tuple of LeaveOut
        Values that leave rows out.
    """

    table: str
    source: Source
    specs: tuple[tuple[str, Spec], ...]
    attributes: tuple[str, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()

    @property
    def fields(self) -> dict[str, Spec]:
        """The fields by name."""
        return dict(self.specs)

    def index(self, column: str) -> int:
        """The position of a header."""
        return self.source.headers.index(column)

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Fields and the headers they come from, for the report."""
        return tuple((field, " / ".join(spec.columns) or spec.value or "") for field, spec in self.specs)


def check_columns(bound: Bound, mapping: str) -> None:
    """Every header that the specs name is in the file.

    Raises
    ------
    BadInputError
        Names the one that isn't, and the nearest.
    """
    headers = bound.source.headers
    named = [(field, column) for field, spec in bound.specs for column in spec.columns]
    named += [("leave_out", one.column) for one in bound.leave_out]
    filled: list[tuple[str, Spec | LeaveOut]] = [*bound.specs, *(("leave_out", one) for one in bound.leave_out)]
    named += [(field, one.fill_down) for field, one in filled if isinstance(one.fill_down, str)]
    for field, column in [*named, *(("attributes", column) for column in bound.attributes)]:
        if column not in headers:
            raise BadInputError(
                f"column '{column}' is not in {bound.source.name}",
                where=f"{mapping}, [{bound.table}] {field}",
                todo=nearest(column, headers),
            )


class Fields:
    """Turns specs into SQL, with the look-up tables they need.

    Parameters
    ----------
    query : Query
    bound : Bound
    open_lookup : callable
        File name to its source.
    """

    def __init__(self, query: Query, bound: Bound, open_lookup: Callable[[str], Source]) -> None:
        self.query, self.bound, self.open_lookup = query, bound, open_lookup
        self.lookups: dict[str, tuple[str, str]] = {}
        for field, spec in bound.specs:
            if spec.lookup is not None:
                self.lookups[field] = self._lookup(field, spec)

    @property
    def relation(self) -> str:
        """The file's relation with its look-ups joined."""
        joins = (f"LEFT JOIN {table} ON {table}.k = {key}" for table, key in self.lookups.values())
        return " ".join([self.query.relation(self.bound.source), *joins])

    def text(self, field: str) -> str:
        """SQL for a field as text; null for nothing."""
        spec = self.bound.fields.get(field)
        if spec is None:
            return "CAST(NULL AS VARCHAR)"
        if field in self.lookups:
            return f"{self.lookups[field][0]}.v"
        if spec.value is not None:
            return f"CAST({self.query.bind(spec.value)} AS VARCHAR)"
        value = self._some(spec)
        if spec.floor_divide is not None:
            value = _floor_divide(value, spec.floor_divide)
        return self._when(value, spec) if spec.when or spec.otherwise is not None else value

    def left_out(self) -> str:
        """SQL for the value that leaves a row out; null where none does."""
        found = ["CAST(NULL AS VARCHAR)"]
        for one in self.bound.leave_out:
            value = text(self.bound.source, self.bound.index(one.column))
            words = ", ".join(self.query.bind(word.lower()) for word in one.values or ())
            found.append(value if one.values is None else f"CASE WHEN lower({value}) IN ({words}) THEN {value} END")
        return f"coalesce({', '.join(found)})"

    def raw(self, field: str) -> str:
        """SQL for what stands in the file where a field is read."""
        spec = self.bound.fields.get(field)
        return self._some(replace(spec, missing=())) if spec is not None and spec.columns else "CAST(NULL AS VARCHAR)"

    def id(self, field: str) -> str:
        """SQL for a field as an id: text, without the ``.0`` that a column of floats leaves, null for words such as NaN and errors."""
        value = self.text(field)
        words = ", ".join(f"'{word}'" for word in NO_ID)
        # Cheap tests stand before dear ones; most ids pass none of them.
        nothing = f"length({value}) <= 5 AND lower({value}) IN ({words})"
        floated = rf"ends_with({value}, '.0') AND regexp_full_match({value}, '\d+\.0')"
        none = f"({nothing}) OR {is_error(value)}"
        return f"CASE WHEN {none} THEN NULL WHEN {floated} THEN left({value}, -2) ELSE {value} END"

    def error(self, field: str) -> str:
        """SQL for the error of a spreadsheet that stands where an id should; null for none."""
        value = self.text(field)
        return f"CASE WHEN {is_error(value)} THEN {value} END"

    def column(self, field: str) -> int | None:
        """The position of a field's one plain column; None when it is made otherwise."""
        spec = self.bound.fields.get(field)
        return self.bound.index(spec.column) if spec is not None and spec.column else None

    def _some(self, spec: Spec) -> str:
        parts = [self._without(text(self.bound.source, self.bound.index(column)), spec) for column in spec.columns]
        if spec.join:
            return " || '-' || ".join(parts)
        return parts[0] if len(parts) == 1 else f"coalesce({', '.join(parts)})"

    def _without(self, value: str, spec: Spec) -> str:
        if not spec.missing:
            return value
        words = ", ".join(self.query.bind(word) for word in spec.missing)
        return f"CASE WHEN {value} IN ({words}) THEN NULL ELSE {value} END"

    def _when(self, value: str, spec: Spec) -> str:
        cases = "".join(f" WHEN {value} = {self.query.bind(old)} THEN {self.query.bind(new)}" for old, new in spec.when)
        rest = (
            value
            if spec.otherwise is None
            else f"CASE WHEN {value} IS NOT NULL THEN {self.query.bind(spec.otherwise)} END"
        )
        return f"CASE{cases} ELSE {rest} END" if cases else rest

    def _lookup(self, field: str, spec: Spec) -> tuple[str, str]:
        """Load a look-up table; its name, and the key on our side."""
        name, key, wanted = spec.lookup or "", spec.key or "", spec.value or ""
        other = self.open_lookup(name)
        for column in (key, wanted):
            if column not in other.headers:
                raise BadInputError(
                    f"column '{column}' is not in {other.name}",
                    where=f"[{self.bound.table}] {field}",
                    todo=nearest(column, other.headers),
                )
        table = f"lookup_{len(self.query.rows('SELECT 1 FROM duckdb_tables()'))}"
        theirs, value = text(other, other.headers.index(key)), text(other, other.headers.index(wanted))
        self.query.run(
            f"CREATE TEMP TABLE {table} AS SELECT {theirs} AS k, min({value}) AS v, max({value}) AS w "
            f"FROM {self.query.relation(other)} WHERE {theirs} IS NOT NULL GROUP BY 1"
        )
        twice = self.query.rows(f"SELECT k FROM {table} WHERE v <> w ORDER BY k LIMIT 1")
        if twice:
            raise BadInputError(
                f"column '{key}' has {twice[0][0]!r} twice, with different values of '{wanted}'", where=other.name
            )
        return table, self._without(text(self.bound.source, self.bound.index(spec.columns[0])), spec)


def key_of(source: Source) -> str:
    """SQL of 64 bits of all cells of a row, by which rows are told to be equal."""
    # By name, as two exports of one system may order their columns differently.
    return f"hash({', '.join(f'c{source.headers.index(header)}' for header in sorted(source.headers))})"


def is_error(value: str) -> str:
    """SQL: a text is what a spreadsheet writes where a formula fails."""
    words = ", ".join(f"'{word}'" for word in ERRORS)
    return f"(starts_with({value}, '#') AND lower({value}) IN ({words}))"


def _floor_divide(value: str, number: int) -> str:
    whole = f"TRY_CAST({value} AS HUGEINT)"
    # DuckDB's // cuts towards zero.
    return f"CAST(({whole} - ((({whole} % {number}) + {number}) % {number})) // {number} AS VARCHAR)"


def bound_columns(specs: Mapping[str, Spec]) -> frozenset[str]:
    """Every header that the specs use."""
    return frozenset(column for spec in specs.values() for column in spec.columns)
