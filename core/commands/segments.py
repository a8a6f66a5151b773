"""``python -m core segments``: the named RFM segments in force, checked; or a copy of those shipped, to be edited."""

import argparse
import json
from pathlib import Path
from typing import Any

from core.commands import data_folder
from core.errors import BadParameterError
from core.segments import DEFAULT, FILE, LEVELS, SegmentRules, rules_in
from core.workspace import disk_errors, replace_file


def add_command(commands: Any, *parents: argparse.ArgumentParser) -> None:
    """Add the command to the parser's.

    Parameters
    ----------
    commands : argparse's subparsers
    *parents : ArgumentParser
    """
    parser = commands.add_parser(
        "segments", parents=list(parents), help="check and print the named RFM segments, or write them out to be edited"
    )
    parser.add_argument(
        "--write", action="store_true", help=f"put a copy of those shipped, {FILE}, into the data folder"
    )
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Print the segments in force, after writing the file when asked to."""
    data = data_folder(options)
    if options.write:
        _write(data)
    rules = rules_in(data)
    own = data / FILE
    if options.format == "json":
        print(json.dumps(_plain(rules, own if own.exists() else None), ensure_ascii=False))
    else:
        print(_text(rules, str(own) if own.exists() else "those shipped with Clientele (--write makes a copy to edit)"))


def _write(data: Path) -> None:
    path = data / FILE
    if path.exists():
        raise BadParameterError("the file is there already", where=str(path), todo="Edit it, or move it away first.")
    with disk_errors(data):
        data.mkdir(parents=True, exist_ok=True)
        replace_file(path, DEFAULT.read_text(encoding="utf-8"))


def _text(rules: SegmentRules, source: str) -> str:
    wide = max(map(len, rules.names))
    parts = [f"Segments: {source}"]
    by_level = [groups for groups in LEVELS if not rules.by_score(groups)]
    for numbers in ([by_level] if by_level else []) + [[groups] for groups in sorted(rules.scores)]:
        kind = "scores" if rules.by_score(numbers[0]) else "levels (1 low, 2 middle, 3 high)"
        of = ", ".join(map(str, numbers))
        lines = [f"{of} groups, by {kind}: cells in each; recency, frequency, value"]
        for code, name in enumerate(rules.names):
            held = "".join(f"{int((rules.table(groups) == code).sum()):>5}" for groups in numbers)
            lines.append(f"{name:{wide}}{held}  " + "; ".join(map(", ".join, rules.rows(name, numbers[0]))))
        parts.append("\n".join(line.rstrip() for line in lines))
    return "\n\n".join(parts)


def _plain(rules: SegmentRules, path: Path | None) -> dict[str, Any]:
    def rows(segment: str, groups: int) -> list[dict[str, str]]:
        return [dict(zip("rfm", row, strict=True)) for row in rules.rows(segment, groups)]

    return {
        "file": None if path is None else str(path),
        "segments": [
            {
                "segment": name,
                "title": rules.titles[name],
                "advice": rules.advice[name],
                "rules": [dict(zip("rfm", row, strict=True)) for row in rules.levels[name]],
                "groups": {str(groups): rows(name, groups) for groups in sorted(rules.scores)},
            }
            for name in rules.names
        ],
    }
