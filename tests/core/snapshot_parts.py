"""Parts of snapshots for tests of how they are kept."""

from pathlib import Path

from tests.helpers import make_log

LOG = make_log(5, customers=5, orders=30)


def built_in(work: Path, text: str = "x") -> Path:
    folder = work / "built"
    folder.mkdir()
    (folder / "content").write_text(text)
    return folder


def files(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in data.rglob("*") if path.is_file()}
