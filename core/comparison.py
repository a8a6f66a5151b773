"""Two snapshots side by side: what changed in rows, customers and money, and whether the past changed in silence."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from core.access import AccessScope, Dataset, open_dataset
from core.days import period_code, period_table, to_day
from core.errors import SnapshotError
from core.ingest.report import money_text
from core.manifest import SnapshotInfo
from core.snapshot import versions

_EXAMPLES = 3
_DAYS = ("first_day", "last_day")


@dataclass(frozen=True)
class Figure:
    """One figure of both.

    Parameters
    ----------
    name : {"rows", "orders", "customers", "buyers", "revenue", "first_day", "last_day"}
        Revenue in units of 0.0001 of the currency; days as ISO dates.
    before, after : int or str
    change : int
        ``after`` less ``before``; of days, in days.
    """

    name: str
    before: int | str
    after: int | str
    change: int


@dataclass(frozen=True)
class Month:
    """A month whose revenue differs, over the days that both snapshots cover.

    Parameters
    ----------
    month : str
        Such as ``2011-03``.
    before, after : int
        Units of 0.0001 of the currency.
    """

    month: str
    before: int
    after: int

    @property
    def change(self) -> int:
        """``after`` less ``before``."""
        return self.after - self.before


@dataclass(frozen=True)
class Comparison:
    """What changed from one snapshot to another.

    Parameters
    ----------
    older, newer : SnapshotInfo
    figures : tuple of Figure
    new_customers, gone_customers : int
        Customers that only the newer, or only the older, has.
    new_examples, gone_examples : tuple of str
        Up to three of their ids.
    months : tuple of Month
        Months that differ, oldest first.
    months_compared : int
        How many months both cover, in part or whole.
    """

    older: SnapshotInfo
    newer: SnapshotInfo
    figures: tuple[Figure, ...]
    new_customers: int
    gone_customers: int
    new_examples: tuple[str, ...]
    gone_examples: tuple[str, ...]
    months: tuple[Month, ...]
    months_compared: int

    def figure(self, name: str) -> Figure:
        """A figure by its name."""
        return next(figure for figure in self.figures if figure.name == name)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; money as decimal strings."""
        figures = [asdict(figure) for figure in self.figures]
        months = [{**asdict(month), "change": month.change} for month in self.months]
        for item in (*(figure for figure in figures if figure["name"] == "revenue"), *months):
            item.update({key: money_text(item[key]) for key in ("before", "after", "change")})
        return {
            "older": self.older.version,
            "newer": self.newer.version,
            "figures": figures,
            "new_customers": {"count": self.new_customers, "examples": list(self.new_examples)},
            "gone_customers": {"count": self.gone_customers, "examples": list(self.gone_examples)},
            "months_compared": self.months_compared,
            "months": months,
        }

    def as_text(self) -> str:
        """For a terminal."""
        lines = [
            f"{'':<14}{f'snapshot {self.older.version}':>24}{f'snapshot {self.newer.version}':>24}{'change':>24}",
            *(_row(figure) for figure in self.figures),
            _customers("New customers", self.new_customers, self.new_examples),
            _customers("Gone customers", self.gone_customers, self.gone_examples),
        ]
        if not self.months_compared:
            lines.append("They have no month in common.")
        elif not self.months:
            lines.append(f"Revenue is the same in each of the {self.months_compared:,} months that both cover.")
        else:
            lines.append(
                f"Revenue differs in {len(self.months):,} of the {self.months_compared:,} months that both cover, over the same days:"
            )
            lines += [
                f"{month.month:<14}{money_text(month.before):>24}{money_text(month.after):>24}{_signed(month.change):>24}"
                for month in self.months
            ]
        return "\n".join(lines)


def compare(data: Path, older: int | None = None, newer: int | None = None) -> Comparison:
    """Compare two snapshots of a data folder.

    Parameters
    ----------
    data : Path
    older : int, optional
        A version; by default the one before the newer.
    newer : int, optional
        A version; by default the newest.

    Returns
    -------
    Comparison

    Raises
    ------
    SnapshotError
        A version is not there, or there is none before the newer.
    """
    newest = open_dataset(data, AccessScope.everything(), newer)
    if older is None:
        before = [version for version in versions(data) if version < newest.info.version]
        if not before:
            raise SnapshotError(
                f"snapshot {newest.info.version} is the oldest: there is none to compare it with", where=str(data)
            )
        older = before[-1]
    return compare_datasets(open_dataset(data, AccessScope.everything(), older), newest)


def compare_datasets(older: Dataset, newer: Dataset) -> Comparison:
    """Compare two snapshots as their scopes see them.

    Parameters
    ----------
    older, newer : Dataset

    Returns
    -------
    Comparison
    """
    before, after = _ids(older), _ids(newer)
    new, gone = _missing(after, before), _missing(before, after)
    months, compared = _months(older, newer)
    return Comparison(
        older.info,
        newer.info,
        tuple(_figures(older, newer)),
        len(new),
        len(gone),
        tuple(new[:_EXAMPLES].to_pylist()),
        tuple(gone[:_EXAMPLES].to_pylist()),
        months,
        compared,
    )


def _figures(older: Dataset, newer: Dataset) -> Iterator[Figure]:
    for name, field in (("rows", "lines"), ("orders",) * 2, ("customers",) * 2, ("buyers",) * 2):
        one, other = getattr(older.info, field), getattr(newer.info, field)
        yield Figure(name, one, other, other - one)
    money = [int(dataset.history.revenue.sum()) for dataset in (older, newer)]
    yield Figure("revenue", money[0], money[1], money[1] - money[0])
    for name in _DAYS:
        one, other = getattr(older.info, name), getattr(newer.info, name)
        yield Figure(name, one.isoformat(), other.isoformat(), (other - one).days)


def _ids(dataset: Dataset) -> pa.Array:
    return pa.array(dataset.customer_ids(np.arange(dataset.history.n_customers)), type=pa.string())


def _missing(ids: pa.Array, among: pa.Array) -> pa.Array:
    """The ids that others have not."""
    return ids.filter(pc.invert(pc.is_in(ids, value_set=among)))


def _months(older: Dataset, newer: Dataset) -> tuple[tuple[Month, ...], int]:
    """Revenue by month over the days that both cover, where it differs; and how many months that is."""
    first = to_day(max(older.info.first_day, newer.info.first_day))
    last = to_day(min(older.info.last_day, newer.info.last_day))
    if first > last:
        return (), 0
    month_of = period_table("month")
    begin = int(month_of[first])
    count = int(month_of[last]) - begin + 1
    before, after = (_by_month(dataset, first, last, begin, count) for dataset in (older, newer))
    differ = np.flatnonzero(before != after)
    months = (Month(period_code(begin + int(at), "month"), int(before[at]), int(after[at])) for at in differ)
    return tuple(months), count


def _by_month(dataset: Dataset, first: int, last: int, begin: int, count: int) -> NDArray[np.int64]:
    history = dataset.history
    within = (history.day >= first) & (history.day <= last)
    sums = np.zeros(count, dtype=np.int64)
    np.add.at(sums, period_table("month")[history.day[within]] - begin, history.revenue[within])
    return sums


def _row(figure: Figure) -> str:
    change = f"{figure.change:+,}" + (" days" if figure.name in _DAYS else "")
    before, after = (value if isinstance(value, str) else f"{value:,}" for value in (figure.before, figure.after))
    if figure.name == "revenue":
        before, after, change = money_text(int(figure.before)), money_text(int(figure.after)), _signed(figure.change)
    return f"{figure.name.replace('_', ' '):<14}{before:>24}{after:>24}{change:>24}"


def _signed(units: int) -> str:
    return ("+" if units > 0 else "") + money_text(units)


def _customers(title: str, count: int, examples: tuple[str, ...]) -> str:
    some = f": {', '.join(examples)}" + (", …" if count > len(examples) else "") if count else ""
    return f"{title}: {count:,}{some}"
