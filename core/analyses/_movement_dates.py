"""The dates that movements are seen at: the end of each month back from the as-of day, and what lies between them."""

from dataclasses import dataclass

from core.days import to_date, to_day
from core.errors import EmptyViewError
from core.features import Selection
from core.timeline import months_before

MONTHS = 24


@dataclass(frozen=True)
class Dates:
    """Month-ends, oldest first; one step lies between two of them.

    Parameters
    ----------
    ends : tuple of int
        Day numbers: the as-of day and the same day of the months before it.
    back : int
        Steps between the two dates.
    span : int
        Steps of orders that make a class; 0 for all.
    begin : int
        The first day that can be seen: the filter's, or that of the oldest order.
    """

    ends: tuple[int, ...]
    back: int
    span: int
    begin: int

    @property
    def later(self) -> int:
        """The last step."""
        return len(self.ends) - 1

    @property
    def earlier(self) -> int:
        """The step that ends with the earlier date."""
        return self.later - self.back

    def window(self, step: int) -> int | None:
        """Which window of revenue a step is in: 0 up to the earlier date, 1 up to the later, None before both."""
        if step > self.earlier:
            return 1
        return 0 if step > self.earlier - self.back else None

    def seen(self, step: int) -> int:
        """How many days of a window that ends with a step can be seen: of ``back`` steps."""
        return max(self.ends[step] - max(self.ends[step - self.back] + 1, self.begin) + 1, 0)

    @property
    def short_window(self) -> tuple[int, int] | None:
        """Days that can be seen of the first window, and its days, where that is not all of it."""
        whole = self.ends[self.earlier] - self.ends[self.earlier - self.back]
        seen = self.seen(self.earlier)
        return (seen, whole) if seen < whole else None

    @property
    def short_span(self) -> tuple[int, int] | None:
        """Days that can be seen of the span up to the earlier date, and its days, where that is not all of it."""
        if not self.span:
            return None
        end, first = self.ends[self.earlier], self.ends[self.earlier - self.span] + 1
        return (end - self.begin + 1, end - first + 1) if first < self.begin else None

    def shown(self, step: int) -> bool:
        """Whether a month-end belongs to the months: its month, and the span of its classes, can be seen whole."""
        reach = max(self.span, 1)
        return step >= self.later - MONTHS and self.ends[step - reach] + 1 >= self.begin


def dates_of(selection: Selection, back: int, span: int) -> Dates:
    """The dates of a selection.

    Parameters
    ----------
    selection : Selection
    back : int
        Months between the two dates.
    span : int
        Months of orders that make a class; 0 for all.

    Raises
    ------
    EmptyViewError
        The earlier date is before the first order, or the filter's first day.
    """
    steps = max(2 * back, back + span, MONTHS + max(span, 1))
    ends = tuple(months_before(selection.as_of, month) for month in range(steps, -1, -1))
    begin = int(selection.history.day.min())
    if selection.filters.first is not None:
        begin = max(begin, to_day(selection.filters.first))
    found = Dates(ends, back, span, begin)
    if ends[found.earlier] < begin:
        raise nobody_by(ends[found.earlier])
    return found


def nobody_by(day: int) -> EmptyViewError:
    """The error that says that there is nothing to compare with."""
    return EmptyViewError(
        f"nobody had bought by {to_date(day).isoformat()} within this filter",
        todo="Choose fewer months between the two dates, or widen the filter.",
    )
