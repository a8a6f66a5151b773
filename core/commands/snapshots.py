"""``python -m core snapshots``: list, pin, unpin, restore, remove, compare."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from core import snapshot as keeping
from core.commands import data_folder
from core.errors import BadParameterError
from core.snapshot import SnapshotInfo


def add_command(commands: Any, *parents: argparse.ArgumentParser) -> None:
    """Add the command to the parser's.

    Parameters
    ----------
    commands : argparse's subparsers
    *parents : ArgumentParser
    """
    parser = commands.add_parser("snapshots", parents=list(parents), help="list, keep, restore, remove or compare them")
    parser.add_argument(
        "action", nargs="?", choices=tuple(_ACTIONS), default="list", metavar="ACTION", help=", ".join(_ACTIONS)
    )
    parser.add_argument(
        "versions",
        nargs="*",
        type=int,
        metavar="N",
        help="a version; compare takes two (the newest and the one before it when not given)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Do what was asked, and print it."""
    action, fewest, most = _ACTIONS[options.action]
    given: list[int] = options.versions
    if not fewest <= len(given) <= most:
        wanted = "one version" if fewest else "at most two versions" if most else "no version"
        raise BadParameterError(
            f"snapshots {options.action} takes {wanted}", found=" ".join(map(str, given)) if given else "none"
        )
    plain, text = action(data_folder(options), *given)
    print(json.dumps(plain, ensure_ascii=False) if options.format == "json" else text)


Said = tuple[Any, str]


def _list(data: Path) -> Said:
    pinned, current = keeping.pinned(data), keeping.current_version(data)
    listed = keeping.listed(data)
    marks = {version: {"current": version == current, "pinned": version in pinned} for version, _ in listed}
    plain = [
        {**(_plain(info) if info else {"version": version, "damaged": True}), **marks[version]}
        for version, info in listed
    ]
    lines = [_line(version, info, version in pinned) for version, info in listed]
    return plain, "\n".join(lines) or f"No snapshots in {data}."


def _plain(info: SnapshotInfo) -> dict[str, Any]:
    fields: dict[str, Any] = json.loads(info.to_json())
    return fields


def _line(version: int, info: SnapshotInfo | None, pinned: bool) -> str:
    if info is None:
        return f"{version:>6}  damaged"
    marks = [
        "pinned" if pinned else "",
        f"restored from {info.restored_from}" if info.restored_from is not None else "",
        f"added to {info.added_to}" if info.added_to is not None else "",
    ]
    said = ", ".join(mark for mark in marks if mark)
    return (
        f"{version:>6}  {info.created}  {info.first_day} to {info.last_day}  {info.lines:,} lines  "
        f"{info.orders:,} orders  {info.buyers:,} buyers  {', '.join(info.sources)}" + (f"  ({said})" if said else "")
    )


def _pin(data: Path, version: int) -> Said:
    keeping.pin(data, version)
    return _pins(data), f"Snapshot {version} is pinned: it stays, however many come after it."


def _unpin(data: Path, version: int) -> Said:
    keeping.unpin(data, version)
    return _pins(data), f"Snapshot {version} is not pinned."


def _pins(data: Path) -> dict[str, Any]:
    return {"pinned": sorted(keeping.pinned(data))}


def _restore(data: Path, version: int) -> Said:
    info = keeping.restore(data, version)
    return _plain(info), f"Snapshot {version} is the newest again, as snapshot {info.version}."


def _remove(data: Path, version: int) -> Said:
    keeping.remove(data, version)
    return {"removed": version}, f"Snapshot {version} is removed."


def _compare(data: Path, older: int | None = None, newer: int | None = None) -> Said:
    from core.comparison import compare

    found = compare(data, older, newer)
    return found.to_dict(), found.as_text()


# What each does, and how many versions it takes.
_ACTIONS: dict[str, tuple[Callable[..., Said], int, int]] = {
    "list": (_list, 0, 0),
    "pin": (_pin, 1, 1),
    "unpin": (_unpin, 1, 1),
    "restore": (_restore, 1, 1),
    "remove": (_remove, 1, 1),
    "compare": (_compare, 0, 2),
}
