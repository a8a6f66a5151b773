"""The command line: ``python -m core import | snapshots | segments | own_segments | analyse | export``."""

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from core import analyses
from core.access import AccessScope, Dataset, open_dataset
from core.commands import data_folder, importing, own_segments, segments, snapshots
from core.errors import BadFilterError, BadParameterError, ClienteleError
from core.export import FORMATS, to_bytes, to_json
from core.filters import DIMENSIONS, FILTERS, Filters
from core.params import parse


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    int
        0, or 2 after one clear line about bad use or bad data.
    """
    options = _parser().parse_args(arguments)
    try:
        options.command(options)
    except ClienteleError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            # Whoever read our output has had enough.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        print(f"error: {error.filename or 'a file'}: {error.strerror or error}", file=sys.stderr)
        return 2
    return 0


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"error: {message}. See: {self.prog} --help", file=sys.stderr)
        raise SystemExit(2)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m core", description="Read a company's order lines and analyse its customers.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    data = _Parser(add_help=False)
    data.add_argument("--data", type=Path, help="data folder (else CLIENTELE_DATA, else data/)")

    importing.add_command(commands, data)
    snapshots.add_command(commands, data)
    segments.add_command(commands, data)
    own_segments.add_command(commands, data)

    view = _Parser(add_help=False, parents=[data])
    for spec in FILTERS:
        if spec.kind == "choices":
            view.add_argument(f"--{spec.key}", action="append", default=[], help="keep this one; can be repeated")
        else:
            view.add_argument(f"--{spec.key}", type=_date, metavar="YYYY-MM-DD", dest=spec.field)
    view.add_argument("--classes", choices=("company", "filter"), default="company")
    view.add_argument("--snapshot", type=int, help="a version; by default the newest")

    one = commands.add_parser("analyse", parents=[view], help="run one analysis")
    one.add_argument("name", metavar="NAME", help=", ".join(analyses.names()))
    one.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="a setting; can be repeated")
    one.add_argument("--format", choices=FORMATS, default="json")
    one.add_argument("--table", help="one result table (needed for csv, parquet and xlsx when there are several)")
    one.add_argument("--out", type=Path, help="file to write; by default standard output")
    one.set_defaults(command=_analyse)

    every = commands.add_parser("export", parents=[view], help="write every table of some or all analyses to a folder")
    every.add_argument("names", nargs="*", metavar="NAME", help="by default all: " + ", ".join(analyses.names()))
    every.add_argument("--format", choices=FORMATS[1:], default="csv")
    every.add_argument("--out", type=Path, required=True, help="folder to write to")
    every.set_defaults(command=_export)
    return parser


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date like 2011-12-09") from None


def _open(options: argparse.Namespace) -> tuple[Dataset, Filters]:
    dataset = open_dataset(data_folder(options), AccessScope.everything(), options.snapshot)
    chosen: dict[str, Any] = {dimension: tuple(getattr(options, dimension)) for dimension in DIMENSIONS}
    for dimension, labels in chosen.items():
        known = dataset.labels.get(dimension, ())
        for label in labels:
            if label not in known:
                listed = ", ".join(known[:12]) + (", …" if len(known) > 12 else "") if known else "none in these data"
                raise BadFilterError(f"there is no {dimension} '{label}'", expected=f"one of: {listed}")
    if options.first and options.last and options.first > options.last:
        raise BadFilterError("--from is after --to", found=f"{options.first} and {options.last}")
    return dataset, Filters(**chosen, first=options.first, last=options.last, classes=options.classes)


def _params(texts: list[str], params: type) -> Any:
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise BadParameterError(f"--param {text} has no value", expected="NAME=VALUE")
        pairs[name] = value
    return parse(params, pairs)


def _analyse(options: argparse.Namespace) -> None:
    analysis = analyses.load(options.name)
    params = _params(options.param, analysis.params)
    dataset, filters = _open(options)
    result = analysis.run(dataset, filters, params)
    tables = result.tables()
    if options.table is not None and options.table not in tables:
        raise BadParameterError(
            f"{options.name} has no table '{options.table}'", expected="one of " + ", ".join(tables)
        )
    if options.format == "json":
        _write(to_json(options.name, dataset, filters, params, result, options.table).encode() + b"\n", options.out)
        return
    name = options.table or (next(iter(tables)) if len(tables) == 1 else None)
    if name is None:
        raise BadParameterError(
            f"{options.format} holds one table", expected="--table with one of " + ", ".join(tables)
        )
    _write(to_bytes(dataset.with_ids(tables[name]), options.format, name), options.out)


def _export(options: argparse.Namespace) -> None:
    chosen = [analyses.load(name) for name in options.names or analyses.names()]
    dataset, filters = _open(options)
    options.out.mkdir(parents=True, exist_ok=True)
    for analysis in chosen:
        for name, table in analysis.run(dataset, filters, analysis.params()).tables().items():
            path = options.out / f"{analysis.name}_{name}.{options.format}"
            path.write_bytes(to_bytes(dataset.with_ids(table), options.format, name))
            print(path)


def _write(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    else:
        out.write_bytes(content)


if __name__ == "__main__":
    sys.exit(main())
