"""A classification of customers: what crossings, profiles and movements take, whichever analysis made it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import BadParameterError


@dataclass(frozen=True, eq=False)
class Classification:
    """A name, the labels and one code a customer.

    Parameters
    ----------
    name : str
        For example ``"rfm_segment"``.
    labels : tuple of str
    codes : ndarray of int16, shape (customers,)
        Position in ``labels``; -1 for customers out of view.
    """

    name: str
    labels: tuple[str, ...]
    codes: NDArray[np.int16]

    def members(self, label: str) -> NDArray[np.int64]:
        """Codes of the customers that bear a label."""
        return np.flatnonzero(self.codes == self.labels.index(label))

    def borne(self, wanted: str) -> str:
        """The label that is asked for; of "" the first that somebody bears.

        Raises
        ------
        BadParameterError
            Nobody bears it.
        """
        held = tuple(label for label, size in zip(self.labels, self.sizes(), strict=True) if size)
        if not wanted and held:
            return held[0]
        if wanted not in held:
            raise BadParameterError(f"nobody is in a segment '{wanted}' here", expected="one of " + ", ".join(held))
        return wanted

    def sizes(self) -> NDArray[np.int64]:
        """How many customers bear each label."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.labels))
