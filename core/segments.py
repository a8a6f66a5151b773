"""Named RFM segments: which cells of the cube belong to which, as Clientele has them or as a company's own file says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.company_files import digest_of_file, digest_of_text, read_text, read_toml
from core.errors import BadInputError

FILE = "segments.toml"
DEFAULT = Path(__file__).with_name(FILE)
# The level of each group from the worst to the best: low, middle, high.
LEVELS: dict[int, str] = {3: "123", 4: "1223", 5: "11233"}
# What stands for customers without a segment where segments are listed.
_TAKEN = ("none", "no_purchase")

Row = tuple[str, str, str]
Rows = Mapping[str, tuple[Row, ...]]
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, eq=False)
class SegmentRules:
    """Segments and their cells; every cell of the cube is in exactly one.

    Parameters
    ----------
    names : tuple of str
        Keys, in the order of the file.
    titles, advice : mapping of name to (mapping of language to text)
        As the file gives them; the language "" stands for every one.
    levels : mapping of name to rows
        Low (1), middle (2), high (3) of recency, frequency and value: ``("3", "3", "12")``.
    scores : mapping of groups to (mapping of name to rows)
        Rows by score, for the numbers of groups that have their own.
    digest : str
        Of the file's text.
    """

    names: tuple[str, ...]
    titles: Words
    advice: Words
    levels: Rows
    scores: Mapping[int, Rows]
    digest: str

    def rows(self, segment: str, groups: int = 3) -> tuple[Row, ...]:
        """The rows that make a segment, as (recency, frequency, value): scores if :meth:`by_score`, else levels."""
        return self.scores.get(groups, self.levels).get(segment, ())

    def by_score(self, groups: int) -> bool:
        """Whether the rows for a number of groups are scores rather than levels."""
        return groups in self.scores

    def title(self, segment: str, language: str = "en") -> str:
        """What readers of a language see; "" where the file leaves that to the dashboard."""
        return _in_language(self.titles.get(segment, {}), language)

    def advice_for(self, segment: str, language: str = "en") -> str:
        """What to do with a segment; "" where the file does not say."""
        return _in_language(self.advice.get(segment, {}), language)

    def table(self, groups: int) -> NDArray[np.int16]:
        """Position in ``names`` of each cell of the cube.

        Parameters
        ----------
        groups : {3, 4, 5}
            Groups on each axis.

        Returns
        -------
        ndarray of int16, shape (groups, groups, groups)
            Indexed by recency, frequency and value score less one.
        """
        return self._tables[groups]

    @cached_property
    def _tables(self) -> dict[int, NDArray[np.int16]]:
        return {groups: _table(self, groups) for groups in LEVELS}


def _in_language(texts: Mapping[str, str], language: str) -> str:
    for wanted in (language, "", "en"):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")


def _table(rules: SegmentRules, groups: int) -> NDArray[np.int16]:
    marks = [str(group) for group in range(1, groups + 1)] if rules.by_score(groups) else LEVELS[groups]
    owners: dict[tuple[int, ...], list[str]] = {cell: [] for cell in product(range(groups), repeat=3)}
    for name in rules.names:
        for row in rules.rows(name, groups):
            for cell in product(*([at for at, mark in enumerate(marks) if mark in axis] for axis in row)):
                owners[cell].append(name)
    wrong = [cell for cell, names in owners.items() if len(names) != 1]
    if wrong:
        r, f, m = (score + 1 for score in wrong[0])
        named = f"cell r={r} f={f} m={m}" + ("" if groups == 3 else f" of {groups} groups")
        raise BadInputError(
            f"{named} is in " + (" and ".join(f"'{name}'" for name in owners[wrong[0]]) or "no segment"),
            where=FILE + (f", [groups.{groups}]" if rules.by_score(groups) else ""),
            expected="each cell in exactly one segment",
            found=f"{len(wrong)} cells that are not" if len(wrong) > 1 else "",
        )
    table = np.array([rules.names.index(names[0]) for names in owners.values()], dtype=np.int16)
    table.setflags(write=False)
    return table.reshape((groups,) * 3)


# ---- From a file


def rules_in(folder: Path) -> SegmentRules:
    """The segments of a company: those of the file in its data folder as it is now, else the ones shipped.

    Raises
    ------
    BadInputError
        The file can't be read, has something unknown in it, or leaves a cell to none or to two.
    """
    text = read_text(folder, FILE)
    return default_rules() if text is None else parse_rules(text)


def digest(folder: Path) -> str:
    """What tells one text of the rules in force from another, right or wrong."""
    return digest_of_file(folder, FILE)


def default_rules() -> SegmentRules:
    """The segments shipped with Clientele."""
    return parse_rules(DEFAULT.read_bytes())


@lru_cache(maxsize=16)
def parse_rules(text: bytes) -> SegmentRules:
    """Read and check the text of a file of segments.

    Raises
    ------
    BadInputError
    """
    values = read_toml(text, FILE)
    _known(values, ("segments", "groups"), FILE)
    segments = _mapping(values.get("segments"), FILE, "[segments.KEY], a table for each segment")
    for name, given in segments.items():
        _expect(bool(re.fullmatch("[a-z][a-z0-9_]*", name)), FILE, "segment keys of small letters, digits and _", name)
        _expect(name not in _TAKEN, FILE, "a key that is not taken", name)
        where = f"{FILE}, [segments.{name}]"
        _known(_mapping(given, where, "a table"), ("title", "advice", "rules"), where)
    groups = _mapping(values.get("groups", {}), FILE, "[groups.5], a table for a number of groups")
    _known(groups, tuple(str(number) for number in LEVELS), f"{FILE}, [groups]")
    rules = SegmentRules(
        names=tuple(segments),
        titles={name: _words(given, "title", name) for name, given in segments.items()},
        advice={name: _words(given, "advice", name) for name, given in segments.items()},
        levels={
            name: _rows(given.get("rules", []), "123", f"{FILE}, [segments.{name}] rules")
            for name, given in segments.items()
        },
        scores={int(number): _score_rows(given, int(number), tuple(segments)) for number, given in groups.items()},
        digest=digest_of_text(text),
    )
    for name in rules.names:
        _expect(any(rules.rows(name, number) for number in LEVELS), f"{FILE}, [segments.{name}]", "rules", None)
    rules.table(3)
    return rules


def _score_rows(given: Any, groups: int, names: tuple[str, ...]) -> Rows:
    where = f"{FILE}, [groups.{groups}]"
    _known(_mapping(given, where, "a table"), names, where)
    marks = "12345"[:groups]
    return {name: _rows(rows, marks, f"{where} {name}") for name, rows in given.items()}


def _rows(given: Any, marks: str, where: str) -> tuple[Row, ...]:
    _expect(isinstance(given, list), where, 'a list such as [{ r = "3", f = "3", m = "12" }]', given)
    for row in given:
        _known(_mapping(row, where, 'a row such as { r = "3", f = "3", m = "12" }'), ("r", "f", "m"), where)
        for axis in "rfm":
            found = row.get(axis)
            fits = isinstance(found, str) and found != "" and set(found) <= set(marks) and len(set(found)) == len(found)
            expected = f'{axis} as text with some of {", ".join(marks)}, each once, such as "12"'
            _expect(fits, where, expected, found)
    return tuple((row["r"], row["f"], row["m"]) for row in given)


def _words(segment: Mapping[str, Any], key: str, name: str) -> dict[str, str]:
    if key not in segment:
        return {}
    where, given = f"{FILE}, [segments.{name}] {key}", segment[key]
    texts = given if isinstance(given, dict) else {"": given}
    for language, text in texts.items():
        in_two = language == "" or re.fullmatch("[a-z]{2}", language) is not None
        _expect(in_two, where, "languages by two letters, such as en", language)
        fits = isinstance(text, str) and text.strip() != ""
        _expect(fits, where, 'a text, or a text by language such as { en = "Best" }', text)
    return {language: text.strip() for language, text in texts.items()}


def _known(given: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for key in given:
        _expect(key in keys, where, "one of " + ", ".join(keys), key)


def _mapping(given: Any, where: str, expected: str) -> Mapping[str, Any]:
    _expect(isinstance(given, dict), where, expected, given)
    return given


def _expect(holds: bool, where: str, expected: str, found: Any) -> None:
    if not holds:
        said = "none" if found is None else repr(found)
        raise BadInputError("can't be used as it stands", where=where, expected=expected, found=said)
