"""The long run: ``python -m tests.fuzz [--files 20000] [--kills 200] [--seed 1]``; ends with 1 when anything went wrong."""

import argparse
import sys
import time

from tqdm import tqdm

from tests.fuzz.kills import kill_imports
from tests.fuzz.supervise import fuzz


def main() -> int:
    """Run, print and judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--files", type=int, default=20_000, help="mutated imports")
    parser.add_argument("--kills", type=int, default=200, help="imports killed on their way")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="number of the first case, to run one again")
    options = parser.parse_args()
    # One after the other, whatever the first one finds.
    bad = [_files(options), _kills(options)]
    return 1 if any(bad) else 0


def _files(options: argparse.Namespace) -> int:
    began = time.monotonic()
    numbers = range(options.first, options.first + options.files)
    with tqdm(total=len(numbers), disable=not sys.stderr.isatty(), desc="files") as bar:
        outcome = fuzz(options.seed, numbers, lambda _: bar.update())
    print(outcome.table())
    print(f"{len(numbers):,} imports, seed {options.seed}, in {time.monotonic() - began:,.0f} s")
    for fault in outcome.faults:
        print(f"\n{fault}")
    if outcome.kept:
        print(f"\nThe files are in {outcome.kept}.")
    return len(outcome.faults)


def _kills(options: argparse.Namespace) -> int:
    if not options.kills:
        return 0
    began = time.monotonic()
    with tqdm(total=options.kills, disable=not sys.stderr.isatty(), desc="kills") as bar:
        killed = kill_imports(options.seed, options.kills, lambda _: bar.update())
    print(f"\n{killed}, in {time.monotonic() - began:,.0f} s")
    for problem in killed.problems:
        print(problem)
    return len(killed.problems)


if __name__ == "__main__":
    sys.exit(main())
