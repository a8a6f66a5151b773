"""``python -m core own_segments``: the own segments of a data folder, how many customers meet each; or one saved or taken out."""

import argparse
import json
from typing import Any

from core.access import AccessScope, open_dataset
from core.analyses import load
from core.commands import data_folder
from core.errors import ClienteleError
from core.filters import Filters
from core.own_segments import FILE, own_in, remove, save


def add_command(commands: Any, *parents: argparse.ArgumentParser) -> None:
    """Add the command to the parser's.

    Parameters
    ----------
    commands : argparse's subparsers
    *parents : ArgumentParser
    """
    parser = commands.add_parser(
        "own_segments", parents=list(parents), help=f"list, save or take out the company's own segments ({FILE})"
    )
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--save", nargs=2, metavar=("NAME", "RULE"), help="keep a rule under a name")
    change.add_argument("--remove", metavar="NAME", help="take a segment out of the file")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.set_defaults(command=run)


def run(options: argparse.Namespace) -> None:
    """Print the own segments, after changing the file when asked to."""
    data = data_folder(options)
    if options.save:
        save(data, *options.save)
    if options.remove:
        own_in(data).rule(options.remove)
        remove(data, options.remove)
    own = own_in(data)
    found = []
    if own.names:
        dataset, analysis = open_dataset(data, AccessScope.everything()), load("own_segments")
        for name, rule in own.texts.items():
            try:
                result: Any = analysis.run(dataset, Filters(), analysis.params(rule))
                found.append({"name": name, "rule": rule, "customers": result.n, "problem": ""})
            except ClienteleError as error:
                found.append({"name": name, "rule": rule, "customers": None, "problem": str(error)})
    if options.format == "json":
        print(json.dumps({"file": str(data / FILE), "own_segments": found}, ensure_ascii=False))
        return
    if not found:
        print(f'no own segments in {data / FILE} (--save NAME RULE adds one: "Regulars" "orders >= 5")')
    for one in found:
        print(f"{one['name']}: {one['problem'] or format(one['customers'], ',') + ' customers'}\n    {one['rule']}")
