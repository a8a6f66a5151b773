"""What somebody may see of a company's data."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import AccessError
from core.filters import DIMENSIONS
from core.history import OrderHistory


@dataclass(frozen=True)
class AccessScope:
    """What somebody may see. Made of nothing, it sees nothing.

    Parameters
    ----------
    whole : bool
        Everything.
    limits : tuple of (dimension, labels)
        Rows must match every limit named.
    """

    whole: bool = False
    limits: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def everything(cls) -> "AccessScope":
        """The scope of somebody who may see the whole company."""
        return cls(whole=True)

    @classmethod
    def only(cls, **limits: tuple[str, ...]) -> "AccessScope":
        """A scope of certain labels, for example ``AccessScope.only(region=("North",))``.

        Raises
        ------
        AccessError
            A dimension is unknown or left empty.
        """
        for dimension, labels in limits.items():
            if dimension not in DIMENSIONS or not labels:
                raise AccessError(
                    f"a scope can't be limited by '{dimension}'", expected="one of " + ", ".join(DIMENSIONS)
                )
        return cls(limits=tuple(sorted((name, tuple(labels)) for name, labels in limits.items())))

    def rows(self, history: OrderHistory) -> NDArray[np.bool_]:
        """The rows of a history that it sees, shape (rows,)."""
        rows = np.full(len(history.day), self.whole or bool(self.limits))
        for dimension, wanted in self.limits:
            if dimension not in history.codes:
                return np.zeros(len(history.day), dtype=np.bool_)
            rows &= np.isin(np.array(history.labels[dimension], dtype=object), list(wanted))[history.codes[dimension]]
        return rows
