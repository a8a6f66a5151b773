"""Names and roles of personas, by rule."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CORE, TARGET, NEAR_TARGET, OTHER = "core", "target", "near_target", "other"

# What a persona is called that is far above or below the others on a measure; mixes ("channel=Web") name themselves.
NAME_KEYS: dict[str, tuple[str, str]] = {
    "recency_days": ("lapsed", "recent"),
    "tenure_days": ("long_standing", "new"),
    "frequency": ("frequent", "occasional"),
    "order_value": ("large_orders", "small_orders"),
    "value": ("high_value", "low_value"),
    "regularity": ("regular", "irregular"),
    "categories": ("broad_range", "narrow_range"),
    "products": ("broad_range", "narrow_range"),
    "discount_share": ("bargain", "full_price"),
}
AVERAGE = "average"
_STRONG = 0.25
_WORDS = 2


def name_keys(centres: Floats, measures: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Names of personas as keys of their strongest traits.

    Parameters
    ----------
    centres : ndarray, shape (personas, measures)
        Means in standard deviations from the mean of all.
    measures : tuple of str

    Returns
    -------
    list of tuple of str
        Two keys each, strongest first (fewer when fewer stand out); where two personas would share their keys, each takes the next
        ones until they differ.
    """
    ranked = [_keys(centre, measures) for centre in centres]
    length = [min(_WORDS, max(len(keys), 1)) for keys in ranked]
    while True:
        names = [keys[:n] for keys, n in zip(ranked, length, strict=True)]
        same = [i for i, name in enumerate(names) if sum(set(name) == set(other) for other in names) > 1]
        longer = [i for i in same if length[i] < len(ranked[i])]
        if not longer:
            break
        for i in longer:
            length[i] += 1
    # Words that run out are told apart by a number.
    return [(*name, str(same.index(i) + 1)) if i in same else name for i, name in enumerate(names)]


def _keys(centre: Floats, measures: tuple[str, ...]) -> tuple[str, ...]:
    keys: list[str] = []
    for place in np.argsort(-np.abs(centre), kind="stable"):
        name, effect = measures[place], centre[place]
        if abs(effect) < _STRONG:
            break
        # Nobody is called by the channel or season they don't use.
        high, low = (name, "") if "=" in name else NAME_KEYS[name]
        key = high if effect > 0 else low
        if key and key not in keys:
            keys.append(key)
    return tuple(keys) or (AVERAGE,)


def roles(frame: pd.DataFrame, groups: NDArray[np.int64], centres: Floats) -> tuple[list[str], Floats]:
    """The role of each persona, as far as purchases alone can tell.

    Parameters
    ----------
    frame : pandas.DataFrame
        Measures of :class:`core.personas.behaviour.Behaviour`.
    groups : ndarray of int64
        The persona of each row.
    centres : ndarray, shape (personas, axes)

    Returns
    -------
    roles : list of str
        ``core``: best by the sum of its ranks in mean value, mean purchases and recency (ties: more value). ``target``: most of its
        members are active, that is, bought within the time that three quarters of customers leave between purchases at most.
        ``near_target``: of the others the half nearest to the core. ``other``: the rest.
    distance : ndarray, shape (personas,)
        From the core, in the space the personas were made in.
    """
    gap = frame["gap_days"].quantile(0.75)
    horizon = frame["recency_days"].median() if np.isnan(gap) else gap
    means = frame[["value", "frequency", "recency_days"]].groupby(groups).mean()
    active = (frame["recency_days"] <= horizon).groupby(groups).mean().to_numpy()
    means["recency_days"] *= -1
    ranks = means.rank(ascending=False, method="min").sum(axis=1).to_numpy()
    core = int(np.lexsort((-means["value"].to_numpy(), ranks))[0])
    distance: Floats = np.sqrt(((centres - centres[core]) ** 2).sum(axis=1))
    found = [TARGET if share > 0.5 else OTHER for share in active]
    found[core] = CORE
    resting = sorted((i for i, role in enumerate(found) if role == OTHER), key=lambda i: (distance[i], i))
    for i in resting[: (len(resting) + 1) // 2]:
        found[i] = NEAR_TARGET
    return found, distance
