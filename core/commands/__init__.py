"""The commands of the command line; :mod:`core.__main__` puts them together."""

import argparse
import os
from pathlib import Path

DEFAULT_DATA = "data"


def data_folder(options: argparse.Namespace) -> Path:
    """``--data``, else ``CLIENTELE_DATA``, else ``data/``."""
    return options.data or Path(os.environ.get("CLIENTELE_DATA") or DEFAULT_DATA)
