"""``python -m core import``: files, folders or a database to a new snapshot."""

import argparse
import json
import os
import signal
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.commands import data_folder
from core.errors import BadParameterError, ClienteleError
from core.snapshot import KEEP

if TYPE_CHECKING:
    from core.importing.importer import Imported

DATABASE = "CLIENTELE_DATABASE"
# Seconds between two looks at a watched folder.
LOOK_EVERY = 2.0


def add_command(commands: Any, *parents: argparse.ArgumentParser) -> None:
    """Add the command to the parser's.

    Parameters
    ----------
    commands : argparse's subparsers
    *parents : ArgumentParser
    """
    parser = commands.add_parser(
        "import", parents=list(parents), help="read files or a database and publish a new snapshot"
    )
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="text tables, workbooks, Parquet, archives, or folders of them",
    )
    parser.add_argument("--database", metavar="URL", help=f"a database to query (else {DATABASE})")
    parser.add_argument("--query", metavar="SQL", help="what to ask of it")
    parser.add_argument(
        "--name", default="query", help="how the query's result is called in the report and the mapping"
    )
    parser.add_argument("--mapping", type=Path, help="TOML file that says which column is what")
    parser.add_argument(
        "--add", action="store_true", help="add to the newest snapshot; what is there already is left out"
    )
    parser.add_argument(
        "--keep", type=_positive, default=KEEP, metavar="N", help=f"newest snapshots that stay (default {KEEP})"
    )
    parser.add_argument("--watch", type=Path, metavar="FOLDER", help="import what comes into a folder, until stopped")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of the report")
    parser.set_defaults(command=run)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above 0")
    return int(text)


def run(options: argparse.Namespace) -> None:
    """Import what was named, and print the report."""
    given = _given(options)
    if options.watch is not None:
        if given:
            raise BadParameterError("--watch takes no files and no database beside it")
        _watch(options)
        return
    if not given:
        raise BadParameterError("there is nothing to import", expected="files, --query, or --watch with a folder")
    _import(options, given)


def _given(options: argparse.Namespace) -> list[Any]:
    given: list[Any] = list(options.files)
    url = options.database or os.environ.get(DATABASE)
    if options.query is not None:
        if not url:
            raise BadParameterError("--query needs a database", expected=f"--database, or its address in {DATABASE}")
        from core.ingest.readers.database import Database

        given.append(Database(url, options.query, options.name))
    elif options.database is not None:
        raise BadParameterError("--database needs a query", expected="--query such as 'SELECT * FROM order_lines'")
    return given


def _import(options: argparse.Namespace, given: list[Any]) -> None:
    from core.importing.importer import import_files
    from core.ingest.mapping.files import broken
    from core.progress import terminal_progress

    for sentence in broken(data_folder(options)):
        print(f"note: a saved mapping is passed over: {sentence}", file=sys.stderr, flush=True)
    with terminal_progress() as progress:
        done = import_files(
            given, data_folder(options), options.mapping, progress=progress, add=options.add, keep=options.keep
        )
    _print(done, options.format)


def _print(done: "Imported", form: str) -> None:
    if form == "json":
        said = {"snapshot": done.info.version, "changed": done.changed, "buyers": done.info.buyers}
        print(json.dumps({**said, **done.report.to_dict()}), flush=True)
    else:
        print(done.as_text(), flush=True)


def _watch(options: argparse.Namespace) -> None:
    """Import file after file, each as one that was named; a stop (Ctrl+C, or a polite signal) comes between two."""
    from core.importing.watch import watch

    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())

    def tell(path: Path, error: ClienteleError) -> None:
        sentence = str(error)
        named = sentence if path.name in sentence else f"{path.name}: {sentence}"
        print(f"error: {named}", file=sys.stderr, flush=True)

    with suppress(KeyboardInterrupt):
        watch(
            options.watch,
            lambda paths: _import(options, list(paths)),
            data=data_folder(options),
            report=tell,
            seconds=LOOK_EVERY,
            stop=stop.wait,
        )
