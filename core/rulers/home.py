"""Where customers are at home: the region or channel of most of their purchases, at many dates."""

import numpy as np
from numpy.typing import NDArray

from core import features
from core.history import OrderHistory
from core.timeline import Running, Standing, Steps, Timeline, steps_of


class HomeScale:
    """The label of most purchases; of equal ones that of most net revenue, then the first.

    Parameters
    ----------
    when : Timeline
        Of the standings that will be asked for; its matching rows count.
    dimension : str
        Of the history's labels.
    """

    def __init__(self, when: Timeline, dimension: str) -> None:
        history = when.selection.history
        self.labels: tuple[str, ...] = history.labels[dimension]
        pairs, steps = _pairs(history, when.selection.matching, dimension, when.ends)
        self._label = pairs % len(self.labels)
        owner = pairs // len(self.labels)
        # Customers without a matching row have no pair.
        self._first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]][: len(owner)])
        self._size = np.diff(np.r_[self._first, len(owner)])
        self._customer = owner[self._first]
        self._running = Running(steps, len(pairs), when.span)

    def codes(self, at: Standing) -> NDArray[np.int16]:
        """Each customer's home, -1 for those out of view; dates must not go back."""
        codes = np.full(len(at.in_view), -1, dtype=np.int16)
        if not len(self._first):
            return codes
        self._running.advance(at.step)
        best = self._best(self._running.purchases, np.ones(len(self._label), dtype=np.bool_))
        best = self._best(self._running.money, best)
        label = np.where(best, self._label, len(self.labels))
        codes[self._customer] = np.minimum.reduceat(label, self._first)
        codes[~at.in_view] = -1
        return codes

    def _best(self, values: NDArray, among: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Which pairs hold their customer's largest value."""
        kept = np.where(among, values, np.iinfo(values.dtype).min)
        return among & (kept == np.repeat(np.maximum.reduceat(kept, self._first), self._size))


def _pairs(
    history: OrderHistory, rows: features.Rows, dimension: str, ends: tuple[int, ...]
) -> tuple[NDArray[np.int64], Steps]:
    """The pairs of customer and label that there are (customer x labels + label), and what each did in each step."""
    chosen = rows[: history.n_identified] if rows is not None else np.ones(history.n_identified, dtype=np.bool_)
    index = np.flatnonzero(chosen)
    key = history.owner[index].astype(np.int64) * len(history.labels[dimension]) + history.codes[dimension][index]
    ranked = np.argsort(key, kind="stable")
    index, key = index[ranked], key[ranked]
    new = np.r_[True, key[1:] != key[:-1]][: len(key)]
    bought = history.purchase[index]
    order = history.order[index]
    # An order over two channels of one region counts once in it: of the purchases, rows of one order stand together.
    single = bought & (new | np.r_[True, order[1:] != order[:-1]][: len(order)])
    pair = np.cumsum(new, dtype=np.int32) - np.int32(1)
    steps = steps_of(pair, history.day[index], history.revenue[index], bought, single, ends)
    return key[new], steps
