"""Which data are shown: a company's own folder, or the sample that comes with the product."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from core.access import newest, published
from core.snapshot import remove

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "sample_data"
SAMPLE_SNAPSHOT = SAMPLE / ".snapshot"
FINGERPRINT = "FINGERPRINT"
# How far the sample's people are on their path; the reader may go on with it.
PATH = "path.toml"
VARIABLE = "CLIENTELE_DATA"
INBOX = "CLIENTELE_INBOX"


def own_folder() -> Path:
    """The company's data folder: ``CLIENTELE_DATA``, else ``data/``."""
    return Path(os.environ.get(VARIABLE) or ROOT / "data")


def inbox() -> Path:
    """The server's folder whose files the Data page offers: ``CLIENTELE_INBOX``, else ``inbox`` in the data folder."""
    return Path(os.environ.get(INBOX) or own_folder() / "inbox")


def folder_in_use() -> Path:
    """The company's folder once it has a snapshot, until then the sample's."""
    own = own_folder()
    return own if newest(own) is not None else SAMPLE_SNAPSHOT


def build_sample(progress: Callable[[str, float], None] | None = None) -> None:
    """Import the sample, unless that was done from the same files by the same code.

    Parameters
    ----------
    progress : callable, optional
        Called with a stage's key and the share done.
    """
    fingerprint = _fingerprint()
    marker = SAMPLE_SNAPSHOT / FINGERPRINT
    if newest(SAMPLE_SNAPSHOT) is not None and marker.is_file() and marker.read_text() == fingerprint:
        return
    # Importing needs libraries that serving does not.
    from core.importing.importer import import_files

    import_files(
        sorted(SAMPLE.glob("*.parquet")), SAMPLE_SNAPSHOT, SAMPLE / "mapping.toml", sample=True, progress=progress
    )
    for version in published(SAMPLE_SNAPSHOT)[:-1]:
        remove(SAMPLE_SNAPSHOT, version)
    if not (SAMPLE_SNAPSHOT / PATH).exists():
        shutil.copyfile(SAMPLE / PATH, SAMPLE_SNAPSHOT / PATH)
    marker.write_text(fingerprint)


def _fingerprint() -> str:
    core = ROOT / "core"
    code = [
        core / f"{name}.py" for name in ("build", "engine", "history", "manifest", "products", "schema", "snapshot")
    ]
    code += [*(core / "importing").glob("*.py"), *(core / "ingest").rglob("*.py")]
    files = [*SAMPLE.glob("*.parquet"), SAMPLE / "mapping.toml", SAMPLE / PATH, *code]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()
