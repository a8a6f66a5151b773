"""Who of a list is left alone, so that what the others were sent can be measured: by chance, and the same each time."""

import hashlib

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_KEY = 16


def drawn(ids: NDArray[np.object_], name: str, share: float) -> NDArray[np.bool_]:
    """Who is held out.

    Parameters
    ----------
    ids : ndarray of str, shape (n,)
        Customers.
    name : str
        Of the list: another one draws others.
    share : float
        The chance of each customer, from 0 to 1.

    Returns
    -------
    ndarray of bool, shape (n,)

    Notes
    -----
    Each id is hashed (SipHash, keyed by the name), and held out where the hash is among the lowest: it depends on nobody else, so
    those who join a list later change nothing for the others.
    """
    return np.asarray(lots(ids, name).astype(np.float64) / 2.0**64 < share)


def lots(ids: NDArray[np.object_], name: str) -> NDArray[np.uint64]:
    """The lot that each customer draws: a number by chance, and the same each time for one name; shape (n,)."""
    if not len(ids):
        return np.zeros(0, dtype=np.uint64)
    key = hashlib.sha256(name.encode()).hexdigest()[:_KEY]
    return np.asarray(pd.util.hash_array(np.asarray(ids, dtype=object), hash_key=key, categorize=False))
