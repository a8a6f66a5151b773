"""What a file calls a step, and the step of Hunt's ladder that it is: a company's own names first, then known words."""

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from core.company_files import digest_of_file, digest_of_text, read_text, read_toml
from core.errors import BadInputError, BadParameterError
from core.workspace import disk_errors, replace_file

STEPS: tuple[str, ...] = ("indifference", "awareness", "comparison", "choice", "purchase")
PURCHASE = len(STEPS) - 1
IGNORED, UNKNOWN = "ignored", "unknown"
# What a name can be said to be.
MEANINGS: tuple[str, ...] = (*STEPS, IGNORED)
FILE = "journey.toml"
DEFAULT = Path(__file__).with_name(FILE)

_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")
_BETWEEN = re.compile(r"[\W_]+")
# Languages that put no space between words.
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, eq=False)
class StepRules:
    """What names of steps mean.

    Parameters
    ----------
    own : mapping of str to str
        Whole names as :func:`plain` writes them, and what each is, of :data:`MEANINGS`.
    digest : str
        Of the company's file; "" without one.
    """

    own: Mapping[str, str]
    digest: str = ""

    def meaning(self, name: str) -> tuple[str, str]:
        """What a name is, of :data:`MEANINGS` or "unknown", and what says so: "own", "words", or "" for nothing.

        Notes
        -----
        The company's own names go before the words that Clientele knows. A word that calls for being ignored goes before all
        others; else the longest phrase in the name counts, of equally long ones that of the lower step.
        """
        known = plain(name)
        if known in self.own:
            return self.own[known], "own"
        found = _by_words(known)
        return (found, "words") if found else (UNKNOWN, "")

    def codes(self, names: tuple[str, ...]) -> list[int]:
        """The place of each name's step in :data:`STEPS`; -1 for what is ignored or not known."""
        return [STEPS.index(step) if step in STEPS else -1 for step in (self.meaning(name)[0] for name in names)]

    def changed(self, names: Mapping[str, str]) -> "StepRules":
        """With further names of one's own, which go before those there are."""
        return replace(self, own={**self.own, **{plain(name): step for name, step in names.items()}})

    @cached_property
    def by_step(self) -> dict[str, list[str]]:
        """The company's own names of each step."""
        return {step: sorted(name for name, said in self.own.items() if said == step) for step in MEANINGS}


def plain(name: str) -> str:
    """A name without capitals, punctuation and runs of spaces: ``"AddToCart"`` and ``"add_to_cart"`` are one."""
    text = _HUMP.sub(" ", unicodedata.normalize("NFKC", name))
    return _BETWEEN.sub(" ", text.casefold()).strip()


# ---- Known words


@lru_cache(maxsize=1)
def _phrases() -> dict[str, list[tuple[int, re.Pattern[str]]]]:
    """The phrases of each step with their lengths, longest first."""
    steps = tomllib.loads(DEFAULT.read_text(encoding="utf-8"))["steps"]
    return {
        step: sorted(((len(text), _pattern(text)) for text in steps[step]), key=lambda one: -one[0])
        for step in MEANINGS
    }


def _pattern(text: str) -> re.Pattern[str]:
    words = r"\ ".join(re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else "") for word in text.split())
    return re.compile(words if _UNSPACED.search(text) else rf"(?<!\w){words}(?!\w)")


@lru_cache(maxsize=4096)
def _by_words(name: str) -> str:
    found = {
        step: next((length for length, pattern in phrases if pattern.search(name)), 0)
        for step, phrases in _phrases().items()
    }
    if found.pop(IGNORED):
        return IGNORED
    longest = max(found.values())
    return next(step for step, length in found.items() if length == longest) if longest else ""


# ---- In the link


def read_names(text: str) -> dict[str, str]:
    """Names as :func:`write_names` wrote them.

    Raises
    ------
    BadParameterError
        The text is not of that form, or names no step.
    """
    found = {}
    for part in text.split(",") if text.strip() else ():
        name, colon, step = part.rpartition(":")
        if not colon or not name.strip() or step not in MEANINGS:
            raise BadParameterError(
                f"setting 'steps' does not take '{part}'", expected="name:step with a step of " + ", ".join(MEANINGS)
            )
        found[unquote(name)] = step
    return found


def write_names(names: Mapping[str, str]) -> str:
    """Names and their steps as one text for a link: ``"price list:comparison,cart:choice"``."""
    return ",".join(f"{quote(name, safe=' ')}:{step}" for name, step in names.items())


# ---- In the data folder


def rules_in(folder: Path) -> StepRules:
    """What names mean in a company: those of the file in its data folder as it is now.

    Raises
    ------
    BadInputError
        The file can't be read, or has something unknown in it.
    """
    text = read_text(folder, FILE)
    return StepRules({}) if text is None else parse_rules(text)


def digest(folder: Path) -> str:
    """What tells one text of the file from another, right or wrong; "" without one."""
    return digest_of_file(folder, FILE)


def save(folder: Path, rules: StepRules) -> None:
    """Write the names that are a company's own into its data folder.

    Raises
    ------
    SnapshotError
        The folder can't be written to.
    """
    lines = ["# What our files call the steps on the way to a purchase.", "[steps]"]
    for step, names in rules.by_step.items():
        if names:
            lines.append(f"{step} = [{', '.join(json.dumps(name, ensure_ascii=False) for name in names)}]")
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        replace_file(folder / FILE, "\n".join(lines) + "\n")


@lru_cache(maxsize=16)
def parse_rules(text: bytes) -> StepRules:
    """Read and check the text of a company's file.

    Raises
    ------
    BadInputError
    """
    values = read_toml(text, FILE)
    _expect(set(values) <= {"steps"}, FILE, "one table, [steps]", ", ".join(values))
    steps = values.get("steps", {})
    _expect(isinstance(steps, dict), FILE, "a table [steps]", steps)
    own: dict[str, str] = {}
    for step, names in steps.items():
        where = f"{FILE}, [steps] {step}"
        _expect(step in MEANINGS, where, "one of " + ", ".join(MEANINGS), step)
        fits = isinstance(names, list) and all(isinstance(name, str) and plain(name) for name in names)
        _expect(fits, where, 'a list of names such as ["price list"]', names)
        for name in names:
            other = own.setdefault(plain(name), step)
            _expect(other == step, where, "each name in one step", f"{name!r} in '{other}' too")
    return StepRules(own, digest_of_text(text))


def _expect(holds: bool, where: str, expected: str, found: Any) -> None:
    if not holds:
        raise BadInputError("can't be used as it stands", where=where, expected=expected, found=str(found))
