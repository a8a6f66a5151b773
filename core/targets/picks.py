"""Segments by name: a classification and one of its labels as one text, for links and saved lists."""

from collections.abc import Iterable
from urllib.parse import quote, unquote

import numpy as np
from numpy.typing import NDArray

from core.errors import BadParameterError

MOST = 4
_SAFE = ": "

Pick = tuple[str, str]


def write_pick(classification: str, label: str) -> str:
    """A segment as text: ``rfm_segment=champions``; signs that would divide it are written as in an address."""
    return f"{quote(classification, safe=_SAFE)}={quote(label, safe=_SAFE)}"


def write_picks(keys: Iterable[str]) -> str:
    """Several texts of :func:`write_pick` as one, commas between them."""
    return ",".join(keys)


def bearers(pick: Pick, labels: tuple[str, ...], codes: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Who is in a segment.

    Parameters
    ----------
    pick : (classification, label)
    labels : tuple of str
        Of the classification.
    codes : ndarray of int, shape (customers,)
        Position in ``labels`` of each customer.

    Raises
    ------
    BadParameterError
        There is no such label.
    """
    classification, label = pick
    if label not in labels:
        raise BadParameterError(
            f"there is no segment '{label}' of {classification} here", expected="one of " + ", ".join(labels)
        )
    return np.asarray(codes == labels.index(label))


def read_picks(text: str) -> tuple[Pick, ...]:
    """Read what :func:`write_picks` wrote.

    Parameters
    ----------
    text : str
        "" for none.

    Returns
    -------
    tuple of (classification, label)
        At most four, each once, in their order.

    Raises
    ------
    BadParameterError
        The text can't be read, or names too many.
    """
    parts = dict.fromkeys(part for part in text.split(",") if part)
    found = []
    for part in parts:
        classification, equals, label = part.partition("=")
        if not (classification and equals and label):
            raise BadParameterError(
                "a segment can't be read", expected="classification=label, with commas between", found=part
            )
        found.append((unquote(classification), unquote(label)))
    if len(found) > MOST:
        raise BadParameterError("there are too many segments picked", expected=f"at most {MOST}", found=str(len(found)))
    return tuple(found)
