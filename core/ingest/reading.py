"""A user's files, each opened once by the reader of its kind, and the look-up tables beside them."""

from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import BadInputError
from core.ingest.delimited import read_delimited
from core.ingest.mapping import Mapping_
from core.ingest.sources import Source, parquet_source, stem
from core.ingest.workbook import SUFFIXES, read_workbook

Progress = Callable[[str, float], None]


class Reader:
    """Opens files, each once, and look-up tables beside them."""

    def __init__(self, mapping: Mapping_, work: Path, say: Progress) -> None:
        self.mapping, self.work, self.say = mapping, work, say
        self.opened: dict[Path, Source] = {}
        self.sheets = {stem(name): block.sheet for block in mapping.blocks for name in block.files if block.sheet}

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
        for block in self.mapping.blocks:
            for _, spec in block.specs:
                if spec.lookup and stem(spec.lookup) not in names:
                    self._open(self._beside(spec.lookup, given), 0, 1)
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
            self.opened[path] = self._read(path, lambda share: self.say("read", (at + share) / files))
        return self.opened[path]

    def _read(self, path: Path, tell: Callable[[float], None]) -> Source:
        staged = self.work / f"staged_{len(self.opened)}.parquet"
        if path.suffix.lower() in (".parquet", ".pq"):
            return parquet_source(path)
        if path.suffix.lower() in SUFFIXES:
            return read_workbook(path, staged, self.sheets.get(stem(path.name)))
        settings = self.mapping.settings
        return read_delimited(path, staged, settings.encoding, settings.delimiter, tell)
