"""What a reader has decided about files, and what they were taken for, as one mapping."""

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path, PurePath

from core.ingest.mapping.files import find
from core.ingest.mapping.model import Block, Mapping_
from core.ingest.mapping.settings import Settings
from core.ingest.mapping.spellings import FIELDS
from core.ingest.recognise import Recognised


def block_of(found: Recognised) -> Block:
    """The part of a mapping that says what a file is taken for."""
    return found.block or Block(found.table, files=(found.file,))


def whole(mapping: Mapping_, found: Sequence[Recognised], data: Path) -> Mapping_:
    """The mapping with all that files were taken for, also by kept mappings: what is kept and downloaded.

    Parameters
    ----------
    mapping : Mapping_
        What the reader has decided.
    found : sequence of Recognised
    data : Path
        Data folder, where mappings are kept.

    Returns
    -------
    Mapping_
    """
    blocks = tuple(one.block for one in found if one.block is not None and one.table)
    settings, rules, rates = mapping.settings, dict(mapping.rules), mapping.rates
    for one in found:
        kept = find(data, [guess.header for guess in one.columns]) if one.mapping else None
        if kept is not None:
            settings = _filled(settings, kept.settings)
            rules, rates = dict(kept.rules) | rules, rates or kept.rates
    return replace(mapping, blocks=blocks, settings=settings, rules=tuple(rules.items()), rates=rates)


def _filled(settings: Settings, kept: Settings) -> Settings:
    usual = Settings()
    names = [one.name for one in fields(Settings) if getattr(settings, one.name) == getattr(usual, one.name)]
    return replace(settings, **{name: getattr(kept, name) for name in names})


def fields_of(name: str) -> tuple[str, ...]:
    """What the columns of a table can mean."""
    return tuple(FIELDS.get(name, ()))


def default_name(names: list[str]) -> str:
    """A name for the mapping of these files: the first one's, without numbers."""
    first = PurePath(names[0]).name if names else ""
    return first.partition(".")[0].strip(" _-0123456789()") or "orders"
