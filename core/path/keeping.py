"""Writing down what was decided on the path: one small change of ``path.toml`` at a time."""

import json
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import BadInputError, BadParameterError
from core.path.state import FILE, Choice, Kept, PathState, clean_words, parse_path, path_in
from core.path.steps import STEPS
from core.workspace import disk_errors, locked, replace_file

_HEADING = "# The path to target segments: what was decided at each step. It may be changed here; other remarks are not kept.\n"


def keep(
    folder: Path, step: str, *, choice: Choice | None = None, over: Collection[str] | None = None, **changes: Any
) -> None:
    """Change what is kept of a step.

    Parameters
    ----------
    folder : Path
        Data folder. Who may write to it is for the caller to know.
    step : str
        Of :data:`core.path.steps.STEPS`.
    choice : Choice, optional
        Kept along with it, in place of the one before.
    over : collection of str, optional
        The words that these may replace: those that their author has read.
    **changes
        Fields of :class:`core.path.state.Kept`.

    Raises
    ------
    BadParameterError
        There is no such step.
    BadInputError
        The file as it stands is not right, what is given can't stand in it, or somebody else has written other words meanwhile.
    SnapshotError
        The folder can't be written.
    """
    if step not in STEPS:
        raise BadParameterError(f"there is no step '{step}'", expected="one of " + ", ".join(STEPS))
    if "words" in changes:
        changes["words"] = clean_words(changes["words"])

    def with_it(state: PathState) -> PathState:
        if over is not None and state.of(step).words not in over:
            raise BadInputError(
                "somebody else has written here meanwhile, and nothing was kept",
                todo="Read their words, then save again to replace them.",
            )
        kept = replace(state.of(step), **changes)
        others = {one: what for one, what in state.steps.items() if one != step}
        steps = others if kept == Kept() else others | {step: kept}
        return replace(state, steps=steps, choice=choice or state.choice)

    _change(folder, with_it)


def choose(folder: Path, choice: Choice | None) -> None:
    """Keep the segments that were chosen, in place of those that were.

    Raises
    ------
    BadInputError, SnapshotError
        As :func:`keep`.
    """
    _change(folder, lambda state: replace(state, choice=choice))


def look_again(folder: Path, day: date | None) -> None:
    """Keep the date from which on to look again.

    Raises
    ------
    BadInputError, SnapshotError
        As :func:`keep`.
    """
    _change(folder, lambda state: replace(state, look_again=day))


def write_path(state: PathState) -> str:
    """The text of the file, as :func:`core.path.state.parse_path` reads it."""
    lines = [_HEADING.rstrip("\n")]
    if state.look_again is not None:
        lines.append(f"look_again = {state.look_again.isoformat()}")
    for step in STEPS:
        if step in state.steps:
            lines += ["", f"[steps.{step}]", *_kept(state.steps[step])]
    if state.choice is not None:
        lines += ["", "[choice]", f"as_of = {state.choice.as_of.isoformat()}"]
        lines += [f"snapshot = {state.choice.snapshot}"] if state.choice.snapshot else []
        for pick in state.choice.picks:
            lines += ["", "[[choice.pick]]", f"segment = {_quoted(pick.segment)}", f"customers = {pick.customers}"]
            lines.append(f"revenue = {float(pick.revenue)!r}")
            lines += [] if pick.ltv is None else [f"ltv = {float(pick.ltv)!r}"]
    return "\n".join(lines) + "\n"


def _kept(kept: Kept) -> list[str]:
    lines = [] if kept.done is None else [f"done = {kept.done.isoformat()}"]
    lines += [f"snapshot = {kept.snapshot}"] if kept.snapshot else []
    lines += [f"words = {_quoted(kept.words)}"] if kept.words else []
    lines += [f"link = {_quoted(kept.link)}"] if kept.link else []
    if kept.figures:
        inside = ", ".join(f"{_quoted(name)} = {float(value)!r}" for name, value in kept.figures.items())
        lines.append(f"figures = {{ {inside} }}")
    return lines


def _quoted(text: str) -> str:
    # JSON leaves the last control character as it is; TOML wants it written out.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _change(folder: Path, new: Callable[[PathState], PathState]) -> None:
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            text = write_path(new(path_in(folder)))
            # What could not be read again is not written.
            parse_path(text.encode())
            replace_file(folder / FILE, text)
