"""``python -m dashboard``: serve the dashboard; without data of one's own, on the sample."""

import argparse
import os
import sys
from pathlib import Path

from core.access import newest
from core.errors import ClienteleError
from core.progress import terminal_progress
from dashboard.data_folder import ROOT, VARIABLE, build_sample, own_folder


def main(arguments: list[str] | None = None) -> int:
    """Serve until stopped; 2 with one clear line when that can't be done."""
    parser = argparse.ArgumentParser(prog="python -m dashboard", description="Serve the Clientele dashboard.")
    parser.add_argument("--data", type=Path, help=f"data folder (else {VARIABLE}, else data/)")
    parser.add_argument("--port", type=int, help="port (else 8501, or the next one that is free)")
    given = parser.parse_args(arguments)
    if given.data is not None:
        os.environ[VARIABLE] = str(given.data.resolve())
    os.environ[VARIABLE] = str(own_folder().resolve())
    try:
        if newest(own_folder()) is None:
            print(f"No data in {own_folder()} yet: showing the sample.", file=sys.stderr)
            with terminal_progress() as progress:
                build_sample(progress)
        # Streamlit reads its settings from the working folder.
        os.chdir(ROOT)
        from dashboard.server import free_port, serve

        serve(free_port(given.port))
    except (ClienteleError, OSError) as error:
        print(f"Can't serve: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
