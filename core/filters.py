"""What a reader has chosen to see, and the one list of what can be chosen."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from core.days import EPOCH, LAST_DATE
from core.errors import BadFilterError

Kind = Literal["choices", "first_day", "last_day"]
Classes = Literal["company", "filter"]


@dataclass(frozen=True)
class FilterSpec:
    """One filter: its name in the link and on the command line, and what it narrows.

    Parameters
    ----------
    key : str
        URL name.
    field : str
        Field of :class:`Filters`.
    kind : {"choices", "first_day", "last_day"}
    label : str
        English words for it, translated where they are shown.
    grain : {"order", "customer"}
        What carries the value.
    """

    key: str
    field: str
    kind: Kind
    label: str
    grain: Literal["order", "customer"] = "order"


FILTERS: tuple[FilterSpec, ...] = (
    FilterSpec("region", "region", "choices", "Region"),
    FilterSpec("channel", "channel", "choices", "Channel"),
    FilterSpec("from", "first", "first_day", "From"),
    FilterSpec("to", "last", "last_day", "To"),
)

DIMENSIONS: tuple[str, ...] = tuple(spec.field for spec in FILTERS if spec.kind == "choices")


@dataclass(frozen=True)
class Filters:
    """A reader's choice. The default lets everything through.

    Parameters
    ----------
    region, channel : tuple of str
        Labels to keep; empty keeps all.
    first, last : date or None
        The window, both ends inside it. ``last`` is also the as-of date.
    classes : {"company", "filter"}
        Whether classes are those of the whole company or made anew within the filter.

    Raises
    ------
    BadFilterError
        A date lies outside 1900 to 2079.
    """

    region: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    classes: Classes = "company"

    def choices(self, dimension: str) -> tuple[str, ...]:
        """The labels chosen of one dimension (empty: all)."""
        chosen: tuple[str, ...] = getattr(self, dimension)
        return chosen

    def __post_init__(self) -> None:
        for day in (self.first, self.last):
            if day is not None and not EPOCH <= day <= LAST_DATE:
                raise BadFilterError(
                    "a date is outside the calendar", expected=f"{EPOCH} to {LAST_DATE}", found=day.isoformat()
                )

    @property
    def narrows_orders(self) -> bool:
        """Whether some dimension is narrowed (dates aside)."""
        return any(self.choices(dimension) for dimension in DIMENSIONS)
