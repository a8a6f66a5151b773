"""A user's files, each opened once by the reader of its kind, and the look-up tables beside them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from core.errors import BadInputError, visible
from core.ingest.mapping.model import Block, Mapping_
from core.ingest.readers.arrow import read_arrow
from core.ingest.readers.delimited import read_delimited
from core.ingest.readers.gather import origin
from core.ingest.readers.kinds import kind_of
from core.ingest.readers.workbook import read_workbook
from core.ingest.sources import Source, parquet_source, stem

Progress = Callable[[str, float], None]


class Reader:
    """Opens files, each once, and look-up tables beside them."""

    def __init__(self, mapping: Mapping_, work: Path, say: Progress) -> None:
        self.mapping, self.work, self.say = mapping, work, say
        self.opened: dict[Path, Source] = {}
        self.blocks = {stem(name): block for block in reversed(mapping.blocks) for name in block.files}
        # An answer without a file holds for every workbook that has the sheet.
        self.usual = tuple(block.sheet for block in mapping.blocks if block.sheet and not block.files)

    def read(self, paths: Sequence[Path]) -> list[Source]:
        """The files as given, then the look-ups that were not."""
        if not paths:
            raise BadInputError("no file was given")
        given = [path.resolve() for path in paths]
        names = [stem(path.name) for path in given]
        for path in given:
            if names.count(stem(path.name)) > 1:
                raise BadInputError("two files have this name", where=path.name, todo="Rename one of them.")
        sources = [self._open(path, at, len(given)) for at, path in enumerate(given)]
        for name in self.mapping.lookups:
            if stem(name) not in names:
                self._open(self._beside(name, given), 0, 1)
        return sources

    def lookup(self, name: str) -> Source:
        """The source of a look-up's file."""
        return next(source for source in self.opened.values() if source.stem == stem(name))

    def _beside(self, name: str, given: Sequence[Path]) -> Path:
        # The name alone counts: a mapping doesn't reach into other folders.
        base = Path(name).name
        folders = dict.fromkeys(
            [path.parent for path in given] + ([self.mapping.folder] if self.mapping.folder else [])
        )
        for folder in folders:
            for path in (folder / base, folder / f"{base}.gz", folder / base.removesuffix(".gz")):
                if path.is_file():
                    return path.resolve()
        raise BadInputError(
            f"the file '{base}' is neither given nor beside the others",
            where=f"{self.mapping.name}, lookup",
            todo="Give it too.",
        )

    def _open(self, path: Path, at: int, files: int) -> Source:
        if path not in self.opened:
            if not path.is_file():
                raise BadInputError("there is no such file", where=str(path.name))
            if path.stat().st_size == 0:
                raise BadInputError("is empty", where=path.name)
            source = self._read(path, lambda share: self.say("read", (at + share) / files))
            self.opened[path] = replace(source, name=visible(source.name), how=(*origin(path), *source.how))
        return self.opened[path]

    def _read(self, path: Path, tell: Callable[[float], None]) -> Source:
        staged = self.work / f"staged_{len(self.opened)}.parquet"
        kind = kind_of(path)
        if kind == "zip":
            raise BadInputError("is an archive", where=path.name, todo="Unpack it and give its files.")
        if kind == "parquet":
            return parquet_source(_plainly_named(path, staged), path.name)
        if kind == "arrow":
            return read_arrow(path, staged)
        if kind == "workbook":
            block = self.blocks.get(stem(path.name), Block("order_lines"))
            return read_workbook(path, staged, block.sheet, block.table, self.usual)
        settings = self.mapping.settings
        return read_delimited(path, staged, settings.encoding, settings.delimiter, tell)


def _plainly_named(path: Path, link: Path) -> Path:
    """The file under a name that DuckDB doesn't take for a pattern."""
    if not set(str(path)) & set("*?[]{}"):
        return path
    link.symlink_to(path)
    return link
