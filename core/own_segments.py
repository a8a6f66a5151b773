"""A company's own segments: names and rules in a file of its data folder."""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from core.company_files import digest_of_file, read_text, read_toml
from core.errors import BadInputError, BadParameterError, visible
from core.rules import Rule, parse_rule
from core.workspace import disk_errors, locked, replace_file

FILE = "own_segments.toml"
# Classifications by a rule: one of the file, or one that is given as text.
OWN, RULE = "own:", "rule:"
IN, OUT = "in", "out"
LONGEST_NAME, MOST = 60, 200
_HEADING = (
    "# Own segments: a name and its rule. Both may be changed here; see the Methods page for what a rule can ask.\n"
)


@dataclass(frozen=True)
class OwnSegments:
    """The own segments of a company.

    Parameters
    ----------
    texts : mapping of str to str
        The rule of each name as it stands in the file, in its order.
    """

    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in the order of the file."""
        return tuple(self.texts)

    def rule(self, name: str) -> Rule:
        """The rule of a name.

        Raises
        ------
        BadParameterError
            There is no such segment.
        BadInputError
            Its rule can't be read.
        """
        if name not in self.texts:
            raise BadParameterError(
                f"there is no own segment '{name}'", expected="one of " + (", ".join(self.texts) or "none so far")
            )
        try:
            return parse_rule(self.texts[name])
        except BadParameterError as error:
            where = f'{FILE}, "{name}", {error.where}'
            raise BadInputError(error.what, where=where, expected=error.expected, found=error.found) from None


def own_in(folder: Path) -> OwnSegments:
    """The own segments of a data folder as its file says now; none without a file.

    Raises
    ------
    BadInputError
        The file can't be read, or holds something other than names and rules.
    """
    return parse_own(read_text(folder, FILE) or b"")


def digest(folder: Path) -> str:
    """What tells one text of the file from another, right or wrong."""
    return digest_of_file(folder, FILE)


@lru_cache(maxsize=16)
def parse_own(text: bytes) -> OwnSegments:
    """Read the text of a file of own segments; the rules themselves are read when they are asked for.

    Raises
    ------
    BadInputError
    """
    values = read_toml(text, FILE)
    for name, rule in values.items():
        if not isinstance(rule, str):
            expected = '"Name" = "a rule", a line each'
            raise BadInputError("can't be used as it stands", where=FILE, expected=expected, found=f"{name} = {rule!r}")
        if problem := _name_problem(name):
            raise BadInputError("can't be used as it stands", where=FILE, expected=problem, found=repr(name))
    return OwnSegments(values)


def save(folder: Path, name: str, text: str) -> None:
    """Keep a rule under a name, in place of what had that name.

    Parameters
    ----------
    folder : Path
        Data folder. Who may write to it is for the caller to know.
    name : str
        Of 1 to 60 characters.
    text : str
        A rule that can be read.

    Raises
    ------
    BadParameterError
        The name or the rule can't be used.
    BadInputError
        The file as it stands is not right.
    SnapshotError
        The folder can't be written.
    """
    name = name.strip()
    if problem := _name_problem(name):
        raise BadParameterError("a segment can't have this name", expected=problem, found=repr(name))
    parse_rule(text)

    def with_it(lines: str, own: OwnSegments) -> str:
        if name not in own.texts and len(own.texts) >= MOST:
            raise BadParameterError("there are too many own segments", expected=f"at most {MOST}")
        return f"{lines or _HEADING}{_entry(name, text)}"

    _change(folder, name, with_it)


def remove(folder: Path, name: str) -> None:
    """Take a segment out of the file; nothing happens where it is not in it.

    Raises
    ------
    BadInputError, SnapshotError
        As :func:`save`.
    """
    _change(folder, name, lambda lines, _: lines)


def _change(folder: Path, name: str, new: Callable[[str, OwnSegments], str]) -> None:
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            own = own_in(folder)
            lines = _without((read_text(folder, FILE) or b"").decode("utf-8-sig"), name, own)
            replace_file(folder / FILE, new(lines, own))


def _without(text: str, name: str, own: OwnSegments) -> str:
    """The file's text without a name; comments and other lines stay as somebody wrote them."""
    kept = [line for line in text.splitlines() if name not in _line(line)]
    left = {other: rule for other, rule in own.texts.items() if other != name}
    lines = "".join(f"{line}\n" for line in kept)
    if _line(lines) != left:
        # A rule over several lines: the file is written anew.
        lines = _HEADING + "".join(_entry(other, rule) for other, rule in left.items())
    return lines


def _entry(name: str, text: str) -> str:
    # The one sign that a JSON text may hold as it is, and a TOML text may not.
    key, value = (json.dumps(one, ensure_ascii=False).replace("\x7f", "\\u007f") for one in (name, text))
    return f"{key} = {value}\n"


def _line(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {}


def _name_problem(name: str) -> str:
    """What a name should be like; "" where it is."""
    fits = 0 < len(name) <= LONGEST_NAME and name == name.strip() and visible(name) == name and '"' not in name
    return "" if fits else f"a name of 1 to {LONGEST_NAME} characters on one line, without quotation marks"
