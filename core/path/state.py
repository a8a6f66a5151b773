"""What a company has decided on its path to target segments, as ``path.toml`` of its data folder keeps it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from math import isfinite
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from core.company_files import digest_of_file, read_text, read_toml
from core.days import EPOCH, LAST_DATE
from core.errors import BadInputError, BadParameterError, visible
from core.path.steps import STEPS
from core.targets.picks import MOST, read_picks

FILE = "path.toml"
LONGEST_WORDS, LONGEST_LINK = 2000, 4000
# A page of the dashboard and what its link says; never an address elsewhere.
_LINK = re.compile(r"[a-z_]+(\?[^\s#]+)?")
_DATE = "a date such as 2026-02-20"
_SHOWN = 80


@dataclass(frozen=True)
class Kept:
    """What is kept of one step.

    Parameters
    ----------
    words : str
        What was decided.
    done : date or None
        The last day that the data knew when it was ticked; None while it is not.
    snapshot : int
        The one on screen then; 0 where nobody wrote it down.
    link : str
        The page that it was decided on, with its settings: ``targets?picks=…``; "" for none.
    figures : mapping of str to float
        What it rested on, by key.
    """

    words: str = ""
    done: date | None = None
    snapshot: int = 0
    link: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)

    @property
    def settings(self) -> dict[str, str]:
        """What its link says besides the page."""
        return dict(parse_qsl(self.link.partition("?")[2]))


@dataclass(frozen=True)
class Picked:
    """One target segment as it was when it was chosen.

    Parameters
    ----------
    segment : str
        Text of :func:`core.targets.picks.write_pick`.
    customers : int
    revenue : float
        Of the twelve months before, in currency.
    ltv : float or None
        Expected value a customer.
    """

    segment: str
    customers: int
    revenue: float
    ltv: float | None = None


@dataclass(frozen=True)
class Choice:
    """The segments that were chosen.

    Parameters
    ----------
    as_of : date
        The last day that the data knew.
    snapshot : int
    picks : tuple of Picked
    """

    as_of: date
    snapshot: int
    picks: tuple[Picked, ...]


@dataclass(frozen=True)
class PathState:
    """How far a company is on its path.

    Parameters
    ----------
    steps : mapping of str to Kept
        By key of :data:`core.path.steps.STEPS`; those of which something is kept.
    choice : Choice or None
    look_again : date or None
        From when on the choice is to be looked at anew, by the clock of the data.
    """

    steps: Mapping[str, Kept] = field(default_factory=dict)
    choice: Choice | None = None
    look_again: date | None = None

    def of(self, step: str) -> Kept:
        """What is kept of a step."""
        return self.steps.get(step, Kept())


def path_in(folder: Path) -> PathState:
    """The path of a data folder as its file says now; an empty one without a file.

    Raises
    ------
    BadInputError
        The file can't be read, or has something unknown in it.
    """
    return parse_path(read_text(folder, FILE) or b"")


def digest(folder: Path) -> str:
    """What tells one text of the file from another, right or wrong."""
    return digest_of_file(folder, FILE)


@lru_cache(maxsize=16)
def parse_path(text: bytes) -> PathState:
    """Read and check the text of the file.

    Raises
    ------
    BadInputError
    """
    top = _Part(read_toml(text, FILE), FILE)
    top.only("look_again", "steps", "choice")
    steps = top.part("steps")
    steps.only(*STEPS)
    return PathState(
        steps={step: _kept(steps.part(step)) for step in STEPS if step in steps.values},
        choice=_choice(top.part("choice")) if "choice" in top.values else None,
        look_again=top.day("look_again"),
    )


def clean_words(text: str) -> str:
    """Words as they are kept: lines stay, what can't be seen does not."""
    lines = (visible(re.sub(r"\s+", " ", line)).strip() for line in text.split("\n"))
    return "\n".join(lines).strip()[:LONGEST_WORDS].strip()


def _kept(part: "_Part") -> Kept:
    part.only("words", "done", "snapshot", "link", "figures")
    figures = part.part("figures")
    link = part.text("link", LONGEST_LINK)
    part.expect(not link or _LINK.fullmatch(link), "link", "a page and its settings, such as targets?months=6", link)
    return Kept(
        words=part.text("words", LONGEST_WORDS),
        done=part.day("done"),
        snapshot=part.whole("snapshot"),
        link=link,
        figures={name: figures.number(name) for name in figures.values},
    )


def _choice(part: "_Part") -> Choice:
    part.only("as_of", "snapshot", "pick")
    as_of, picks = part.day("as_of"), part.values.get("pick", [])
    fits = isinstance(picks, list) and 0 < len(picks) <= MOST and all(isinstance(one, dict) for one in picks)
    part.expect(fits, "pick", f"one to {MOST} tables [[choice.pick]]", picks)
    part.expect(as_of is not None, "as_of", _DATE, "none")
    picked = tuple(_picked(_Part(one, f"{part.where} pick {place}")) for place, one in enumerate(picks, start=1))
    part.expect(len({one.segment for one in picked}) == len(picked), "pick", "each segment once", "one of them twice")
    return Choice(as_of or date.min, part.whole("snapshot"), picked)


def _picked(part: "_Part") -> Picked:
    part.only("segment", "customers", "revenue", "ltv")
    segment = part.text("segment", LONGEST_LINK)
    try:
        one = len(read_picks(segment)) == 1
    except BadParameterError:
        one = False
    part.expect(one, "segment", "one segment, such as rfm_segment=champions", segment or "none")
    ltv = part.number("ltv") if "ltv" in part.values else None
    return Picked(segment, part.whole("customers"), part.number("revenue"), ltv)


@dataclass(frozen=True)
class _Part:
    """A table of the file, and where it stands, for errors."""

    values: Mapping[str, Any]
    where: str

    def only(self, *names: str) -> None:
        """Nothing but these stands in it."""
        for name in self.values:
            self.expect(name in names, "", "one of " + ", ".join(names), name)

    def part(self, name: str) -> "_Part":
        """A table in it; an empty one where there is none."""
        found = self.values.get(name, {})
        self.expect(isinstance(found, dict), name, "a table", found)
        return _Part(found, self._at(f"[{name}]" if self.where == FILE else name))

    def text(self, name: str, longest: int) -> str:
        """A text; "" for none."""
        found = self.values.get(name, "")
        self.expect(isinstance(found, str) and len(found) <= longest, name, f"a text of up to {longest} letters", found)
        return str(found)

    def day(self, name: str) -> date | None:
        """A date of the calendar that data can have; None for none."""
        found = self.values.get(name)
        fits = isinstance(found, date) and not isinstance(found, datetime) and EPOCH <= found <= LAST_DATE
        self.expect(found is None or fits, name, _DATE, found)
        return found if isinstance(found, date) else None

    def whole(self, name: str) -> int:
        """A whole number from 0 on; 0 for none."""
        found = self.values.get(name, 0)
        fits = isinstance(found, int) and not isinstance(found, bool) and found >= 0
        self.expect(fits, name, "a whole number from 0 on", found)
        return int(found)

    def number(self, name: str) -> float:
        """A number; 0 for none."""
        found = self.values.get(name, 0)
        fits = isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found)
        self.expect(fits, name, "a number", found)
        return float(found)

    def expect(self, holds: object, name: str, expected: str, found: object) -> None:
        """Raise unless it holds.

        Raises
        ------
        BadInputError
        """
        if not holds:
            shown = str(found)
            raise BadInputError(
                "can't be used as it stands",
                where=self._at(name),
                expected=expected,
                found=shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…",
            )

    def _at(self, name: str) -> str:
        return f"{self.where}, {name}" if name and self.where == FILE else f"{self.where} {name}".rstrip()
