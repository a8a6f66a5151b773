"""Settings of an analysis: frozen dataclasses whose fields say what they accept.

The same declaration serves the link, the command line's ``--param`` and the widgets of a page.
"""

from collections.abc import Mapping
from dataclasses import Field, asdict, field, fields, replace
from itertools import pairwise
from math import isfinite
from typing import Any, TypeVar

from core.errors import BadParameterError

P = TypeVar("P")


def choice(default: Any, *options: Any) -> Any:
    """A field that takes one of a few values (all of one type)."""
    return field(default=default, metadata={"options": tuple(options)})


def number(default: float, low: float, high: float) -> Any:
    """A field that takes a number between two bounds (whole if the default is)."""
    return field(default=default, metadata={"low": low, "high": high})


def numbers(most: int) -> Any:
    """A field that takes a few rising numbers, written with commas; none by default."""
    return field(default=(), metadata={"most": most})


def name(default: str) -> Any:
    """A field that takes the name of something in the data; whoever uses it says when there is no such thing."""
    return field(default=default, metadata={"name": True})


def as_dict(params: Any) -> dict[str, Any]:
    """A parameter object as a plain mapping."""
    return asdict(params)


def parse_one(spec: "Field[Any]", text: str) -> Any:
    """Read one setting from text.

    Raises
    ------
    BadParameterError
        The text is not one of the options, no number, or out of bounds.
    """
    if "options" in spec.metadata:
        options = spec.metadata["options"]
        for option in options:
            if str(option) == text:
                return option
        raise BadParameterError(
            f"setting '{spec.name}' does not take '{text}'", expected="one of " + ", ".join(map(str, options))
        )
    if "name" in spec.metadata:
        return text
    if "most" in spec.metadata:
        return _rising(spec, text)
    low, high = spec.metadata["low"], spec.metadata["high"]
    expected = f"a number from {low} to {high}"
    try:
        value = int(text) if isinstance(spec.default, int) else float(text)
    except ValueError:
        raise BadParameterError(f"setting '{spec.name}' does not take '{text}'", expected=expected) from None
    if not low <= value <= high:
        raise BadParameterError(f"setting '{spec.name}' is out of range", expected=expected, found=text)
    return value


def write_one(value: Any) -> str:
    """A setting as the text that :func:`parse_one` reads."""
    if isinstance(value, tuple):
        return ",".join(map(write_one, value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _rising(spec: "Field[Any]", text: str) -> tuple[float, ...]:
    expected = f"up to {spec.metadata['most']} rising numbers, such as 10,50"
    try:
        values = tuple(float(part) for part in text.split(",")) if text.strip() else ()
    except ValueError:
        raise BadParameterError(f"setting '{spec.name}' does not take '{text}'", expected=expected) from None
    rising = all(low < high for low, high in pairwise(values)) and all(map(isfinite, values))
    if not rising or len(values) > spec.metadata["most"]:
        raise BadParameterError(f"setting '{spec.name}' does not take '{text}'", expected=expected)
    return values


def parse(params: type[P], texts: Mapping[str, str]) -> P:
    """Read settings given as text, all of them or none.

    Raises
    ------
    BadParameterError
        For an unknown name or a value that is not accepted.
    """
    known = {f.name: f for f in fields(params)}  # type: ignore[arg-type]
    for name in texts:
        if name not in known:
            raise BadParameterError(f"there is no setting '{name}'", expected="one of " + ", ".join(known))
    read = {name: parse_one(known[name], text) for name, text in texts.items()}
    return replace(params(), **read)  # type: ignore[type-var]
