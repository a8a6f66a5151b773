"""What every analysis gives back: tidy tables, and notices as codes that a page or a command line words."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import pandas as pd

Number = int | float | str


@dataclass(frozen=True)
class Notice:
    """Something the reader must know about a result.

    Parameters
    ----------
    code : str
        ASCII key, worded by whoever shows it.
    values : tuple of (name, value)
        The numbers that go into the words.
    """

    code: str
    values: tuple[tuple[str, Number], ...] = ()

    @classmethod
    def of(cls, code: str, **values: Number) -> "Notice":
        """A notice with its values given by name."""
        return cls(code, tuple(values.items()))

    def as_dict(self) -> dict[str, Number]:
        """The notice as one flat mapping, for JSON."""
        return {"code": self.code, **dict(self.values)}


@runtime_checkable
class Result(Protocol):
    """What ``run`` of an analysis returns."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What the reader must know."""

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name; customers are integer codes in a column ``customer``."""
