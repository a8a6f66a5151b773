"""Rows that a block of the mapping leaves out by what stands in a column, such as cancelled orders.

::

    leave_out = { "Order status" = ["cancelled", "failed"], "Cancelled at" = "*" }   # "*" is any value

A column is followed by a text, by several, or by a small table with ``values`` and ``fill_down`` (as for a field: where a value stands
in the first row of an order only). Capital and small letters are the same. The rule is ``left_out_by_value``; see
:mod:`core.ingest.mapping.rules`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import BadInputError
from core.ingest.mapping.settings import expect, nearest
from core.ingest.mapping.spec import check_fill_down, texts

ANY = "*"
_KEYS = ("values", "fill_down")


@dataclass(frozen=True)
class LeaveOut:
    """A column whose values leave rows out.

    Parameters
    ----------
    column : str
        Header in the file.
    values : tuple of str or None
        None for any value.
    fill_down : bool or str
        See :class:`core.ingest.mapping.spec.Spec`.
    """

    column: str
    values: tuple[str, ...] | None = None
    fill_down: bool | str = False


def parse_leave_out(given: Any, where: str) -> tuple[LeaveOut, ...]:
    """What a block leaves out, from its plain values; raises :class:`BadInputError` for what is of the wrong kind."""
    expect(isinstance(given, dict), where, 'columns and values, such as { "Status" = ["cancelled"] }', given)
    found = []
    for column, value in given.items():
        place = f'{where} "{column}"'
        whole = value if isinstance(value, dict) else {"values": value}
        for key in whole:
            if key not in _KEYS:
                raise BadInputError(f"unknown key '{key}'", where=place, todo=nearest(key, _KEYS))
        values = whole.get("values")
        expect(
            isinstance(values, str) or (isinstance(values, list) and bool(values)), place, f'texts, or "{ANY}"', values
        )
        check_fill_down(whole, place)
        named = None if values == ANY else texts(values, place)
        found.append(LeaveOut(column, named, whole.get("fill_down", False)))
    return tuple(found)


def plain_leave_out(leaving: tuple[LeaveOut, ...]) -> Mapping[str, Any]:
    """The inverse of :func:`parse_leave_out`."""
    plain: dict[str, Any] = {}
    for one in leaving:
        values: str | list[str] = ANY if one.values is None else list(one.values)
        plain[one.column] = {"values": values, "fill_down": one.fill_down} if one.fill_down else values
    return plain
