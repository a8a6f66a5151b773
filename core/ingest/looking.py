"""The first rows of one file under a mapping: table, columns and their meaning, and what has to be asked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import duckdb
import pyarrow as pa

from core.engine import connect
from core.errors import BadInputError, ClienteleError, Question, QuestionError
from core.ingest.guessing import EXAMPLES, could_be, kind_of_field, samples
from core.ingest.mapping.assign import bind, check_needed
from core.ingest.mapping.model import Block, Mapping_, Spec
from core.ingest.mapping.names import table_of
from core.ingest.readers.kinds import kind_of
from core.ingest.readers.reading import Reader
from core.ingest.readers.workbook import sheets_of
from core.ingest.sources import Source, stem
from core.ingest.sql import Query, text
from core.ingest.values import amounts, dates, times
from core.ingest.values.currency import currencies_of
from core.ingest.values.fields import Bound, Fields
from core.ingest.values.filling import filled

T = TypeVar("T")
_SHOWN = 80


@dataclass(frozen=True)
class ColumnGuess:
    """A column and what it seems to mean.

    Parameters
    ----------
    header : str
    examples : tuple of str
        Up to three values, different and not empty.
    field : str
        The field of the table; "" for none (in tables with attributes: an attribute under its own name).
    alternatives : tuple of str
        Other fields that its values could be, likely ones first.
    """

    header: str
    examples: tuple[str, ...]
    field: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True)
class Recognised:
    """A file and what it seems to be.

    Parameters
    ----------
    file : str
    table : str
        "" when it is not known.
    how : tuple of (str, str)
        How it was read: encoding, delimiter, dates, decimal.
    columns : tuple of ColumnGuess
    rows : int
        Rows looked at.
    whole : bool
        Whether these are all rows of the file.
    sheets : tuple of str
        Of a workbook.
    questions : tuple of Question
    problems : tuple of str
        Sentences.
    mapping : str
        Title of the saved or ready mapping that was used; "" for none.
    block : Block or None
        What the file is taken for, with each field that was found, as the part of a mapping that says so. None without a table.
    """

    file: str
    table: str = ""
    how: tuple[tuple[str, str], ...] = ()
    columns: tuple[ColumnGuess, ...] = ()
    rows: int = 0
    whole: bool = False
    sheets: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    problems: tuple[str, ...] = ()
    mapping: str = ""
    block: Block | None = None


class Look:
    """One file under a mapping.

    Parameters
    ----------
    path : Path
        The beginning of the file, or all of it.
    whole : bool
        Which of the two.
    mapping : Mapping_
    room : Path
        An empty folder for what is written.
    name : str
        Title of the saved or ready mapping that was found for the file; "" for none.
    """

    def __init__(self, path: Path, whole: bool, mapping: Mapping_, room: Path, name: str) -> None:
        self.path, self.whole, self.room, self.name = path, whole, room, name
        # Look-up tables are looked at when everything is read.
        self.given = mapping
        self.mapping = replace(mapping, blocks=tuple(map(_without_lookups, mapping.blocks)), rates=None)
        self.priced = mapping.rates is not None
        self.questions: list[Question] = []
        self.problems: list[str] = []
        self.how: list[tuple[str, str]] = []

    def result(self) -> Recognised:
        """What the file seems to be; never raises for what is wrong with it."""
        sheets = self._attempt(lambda: sheets_of(self.path) if kind_of(self.path) == "workbook" else ())
        source = self._attempt(lambda: self._read())
        if source is None or sheets is None:
            return self._found(sheets or (), None, "", (), None)
        self.how = [*source.how, *([("mapping", self.name)] if self.name else [])]
        bound = self._attempt(lambda: self._bound(source))
        table = bound.table if bound else self._table(source)
        columns = self._attempt(lambda: self._look(source, bound, table)) or ()
        return self._found(sheets, source, table, columns, bound)

    def _found(
        self,
        sheets: tuple[str, ...],
        source: Source | None,
        table: str,
        columns: tuple[ColumnGuess, ...],
        bound: Bound | None,
    ) -> Recognised:
        block = None
        if bound is not None:
            given = self._block(bound.source)
            attributes = given.attributes if given is not None else None
            sheet = dict(bound.source.how).get("sheet")
            absent = given.absent if given is not None else frozenset()
            leave_out = given.leave_out if given is not None else ()
            specs = bound.fields
            if given is not None:
                whole = self.given.blocks[self.mapping.blocks.index(given)]
                specs |= {field: spec for field, spec in whole.specs if spec.lookup}
            block = Block(bound.table, tuple(specs.items()), (self.path.name,), sheet, attributes, absent, leave_out)
        return Recognised(
            self.path.name,
            table,
            tuple(self.how),
            columns,
            source.rows if source else 0,
            self.whole and source is not None,
            sheets,
            tuple(self.questions),
            tuple(self.problems),
            self.name,
            block,
        )

    def _attempt(self, do: Callable[[], T]) -> T | None:
        """The result of a step; its question or problem is kept."""
        try:
            return do()
        except QuestionError as error:
            if error.question not in self.questions:
                self.questions.append(error.question)
        except ClienteleError as error:
            self.problems.append(str(error))
        except (duckdb.Error, pa.ArrowException) as error:
            # A damaged file of a typed format, most likely.
            shown = str(error).partition("\n")[0][:200]
            self.problems.append(str(BadInputError("can't be read", where=self.path.name, found=shown)))
        return None

    def _read(self) -> Source:
        (source, *_) = Reader(self.mapping, self.room, lambda _stage, _share: None).read([self.path])
        return source

    def _block(self, source: Source) -> Block | None:
        """The part of the mapping that is about the file."""
        for block in self.mapping.blocks:
            if source.stem in map(stem, block.files):
                return block
        there = set(source.headers)
        for block in self.mapping.blocks:
            if not block.files and block.columns and set(block.columns) <= there:
                return block
        table = self._table(source, quiet=True)
        return next((b for b in self.mapping.blocks if not b.files and not b.columns and b.table == table), None)

    def _table(self, source: Source, quiet: bool = False) -> str:
        block = None if quiet else self._block(source)
        if block is not None and block.table:
            return block.table
        try:
            return table_of(source.headers, source.name)
        except BadInputError:
            return ""

    def _bound(self, source: Source) -> Bound:
        """The file with its fields; those that have to be asked for are left out."""
        block = self._block(source) or Block("")
        asked: set[str] = set()
        while True:
            try:
                bound = bind(block, source, self.mapping.name)
                break
            except QuestionError as error:
                self.questions.append(error.question)
                field = error.question.setting.rpartition(".")[2]
                asked.add(field)
                block = replace(block, absent=block.absent | {field})
        # A field that is asked for is not missing.
        stand_in = tuple((field, Spec(value="")) for field in asked)
        self._attempt(lambda: check_needed(replace(bound, specs=(*bound.specs, *stand_in))))
        return bound

    def _look(self, source: Source, bound: Bound | None, table: str) -> tuple[ColumnGuess, ...]:
        readable = (self.room, self.path) if source.path == self.path else (self.room,)
        with connect(self.room, readable) as con:
            query = Query(con)
            if bound is not None:
                self._values(query, filled(query, bound, self.room / "filled.parquet"))
            examples = samples(query, source)
        meant = {column: field for field, spec in (bound.specs if bound else ()) for column in reversed(spec.columns)}
        return tuple(
            ColumnGuess(
                header,
                tuple(dict.fromkeys(value[:_SHOWN] for value in values))[:EXAMPLES],
                meant.get(header, ""),
                tuple(field for field in could_be(table, values) if field != meant.get(header)),
            )
            for header, values in zip(source.headers, examples, strict=True)
        )

    def _values(self, query: Query, bound: Bound) -> None:
        """Ask what the values leave open: the order of day and month, the decimal sign, the currency."""
        source = bound.source
        for field, spec in bound.specs:
            if (kind := kind_of_field(bound.table, field)) in ("date", "time") and len(spec.columns) == 1:
                at, read = bound.index(spec.columns[0]), times if kind == "time" else dates
                if not _any_value(query, source, at):
                    continue
                where = f"[{bound.table}] {field}"
                form = self._attempt(partial(read.form_of, query, source, at, spec.format, where))
                if form is not None and not any(key == "dates" for key, _ in self.how):
                    self.how.append(("dates", form.words))
        numbers = _positions(bound, lambda field: kind_of_field(bound.table, field) in ("number", "money"))
        style = self._attempt(lambda: amounts.style_of(query, source, numbers, self.mapping.settings))
        if style is not None and any(source.kinds[at] == "text" for at in numbers):
            self.how.append(("decimal", style.decimal))
        money = _positions(bound, lambda field: kind_of_field(bound.table, field) == "money")
        if money and not self.priced:
            fields = Fields(query, bound, lambda _name: source)
            one = self._attempt(lambda: currencies_of(query, fields, money, self.mapping, lambda _name: source))
            if one is not None and one.one:
                self.how.append(("currency", one.one))


def _without_lookups(block: Block) -> Block:
    specs = ((field, Spec(column=spec.columns[0]) if spec.lookup else spec) for field, spec in block.specs)
    return replace(block, specs=tuple(specs))


def _any_value(query: Query, source: Source, at: int) -> bool:
    return bool(query.rows(f"SELECT count({text(source, at)}) FROM {query.relation(source)}")[0][0])


def _positions(bound: Bound, fits: Callable[[str], bool]) -> list[int]:
    return [bound.index(spec.column) for field, spec in bound.specs if spec.column and fits(field)]
