"""What a snapshot says of itself: the manifest in its folder."""

import json
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import SnapshotError

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class SnapshotInfo:
    """What a snapshot says of itself.

    Parameters
    ----------
    version : int
        Counts up from 1 within a data folder.
    created : str
        ISO time of the import.
    first_day, last_day : date
        Of its orders and credits; ``last_day`` is the default as-of date.
    lines, orders, customers, buyers : int
        Order lines kept; orders and credits; customers with either; customers with a purchase.
    currency : str
        ISO code, or "" when the files did not say.
    has_margin : bool
        Whether every line had a cost.
    sample : bool
        Whether this is the sample that comes with the product.
    zero_orders : {"credit", "purchase"}
    labels : tuple of (dimension, labels)
    known : tuple of str
        Columns of the order lines that the files had.
    sources : tuple of str
        Names of the files.
    restored_from : int or None
        The version that this one is a copy of.
    added_to : int or None
        The version that new files were added to.
    """

    version: int
    created: str
    first_day: date
    last_day: date
    lines: int
    orders: int
    customers: int
    buyers: int
    currency: str
    has_margin: bool
    sample: bool
    zero_orders: str
    labels: tuple[tuple[str, tuple[str, ...]], ...]
    known: tuple[str, ...]
    sources: tuple[str, ...]
    restored_from: int | None = None
    added_to: int | None = None

    def to_json(self) -> str:
        """The manifest's text."""
        return json.dumps(asdict(self), default=str, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "SnapshotInfo":
        """Read a manifest of any version: unknown fields are passed over, newer ones have their defaults."""
        raw: dict[str, Any] = json.loads(text)
        raw["first_day"] = date.fromisoformat(raw["first_day"])
        raw["last_day"] = date.fromisoformat(raw["last_day"])
        raw["labels"] = tuple((name, tuple(labels)) for name, labels in raw["labels"])
        raw["known"] = tuple(raw["known"])
        raw["sources"] = tuple(raw["sources"])
        return cls(**{f.name: raw[f.name] for f in fields(cls) if f.name in raw or f.default is MISSING})


def read_info(folder: Path) -> SnapshotInfo:
    """The manifest of a snapshot folder.

    Raises
    ------
    SnapshotError
        It can't be read.
    """
    try:
        return SnapshotInfo.from_json((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(folder) from error


def damaged(folder: Path) -> SnapshotError:
    """What to say of a snapshot whose files can't be read: it was removed after it was opened, or it is damaged."""
    if not (folder / MANIFEST).is_file():
        version = folder.name.lstrip("0")
        return SnapshotError(f"snapshot {version} was removed in the meantime", todo="Open the newest one.")
    return SnapshotError("this snapshot is damaged", where=str(folder), todo="Import the files again.")
