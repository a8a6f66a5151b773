"""Small TOML files that a company keeps in its data folder and may write by hand: segments, own segments, names of steps."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from core.errors import BadInputError


def read_text(folder: Path, name: str) -> bytes | None:
    """What stands in a file now; None without it.

    Raises
    ------
    BadInputError
        It can't be read.
    """
    try:
        return (folder / name).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise BadInputError(f"can't be read: {error.strerror}", where=name) from None


def read_toml(text: bytes, name: str) -> dict[str, Any]:
    """The values of such a text.

    Raises
    ------
    BadInputError
        It is no TOML.
    """
    try:
        return tomllib.loads(text.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadInputError("is not a TOML file", where=name, found=str(error)) from None


def digest_of_text(text: bytes) -> str:
    """What tells one text from another."""
    return hashlib.sha256(text).hexdigest()


def digest_of_file(folder: Path, name: str) -> str:
    """What tells one text of a file from another, right or wrong; empty without one, "unread" where it can't be read."""
    try:
        text = read_text(folder, name)
    except BadInputError:
        # Whoever needs what stands in it says what is the matter, and must not be given what holds without the file.
        return "unread"
    return "" if text is None else digest_of_text(text)
