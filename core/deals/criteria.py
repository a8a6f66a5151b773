"""Who brings good deals, as a few sentences: the leaves of a shallow tree, judged on deals that it was not grown on."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.deals.attributes import ratio_of_rates
from core.deals.logit import design
from core.stats import SMALL_N, wilson
from core.traits import benjamini_hochberg

Flags = NDArray[np.bool_]
DEPTH = 3
FEWEST = 40
# A leaf holds at least this many deals, and this share of them.
SMALLEST, SMALLEST_SHARE = 20, 0.04
_SEED = 11
COLUMNS = (
    "rule", "deals", "hits", "rate", "low", "high", "rest_rate", "lift", "lift_low", "lift_high", "adjusted_p", "claim", "few"
)  # fmt: skip


def criteria_table(labels: pd.DataFrame, hit: Flags, account: NDArray[np.int64]) -> pd.DataFrame:
    """The leaves of a tree grown on half of the accounts, with their rates in the other half, best first.

    Parameters
    ----------
    labels : pandas.DataFrame of category
        Of closed deals.
    hit : ndarray of bool
    account : ndarray of int64

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`. ``rule``: conditions joined by " & ", each ``attribute=value`` or ``attribute!=value``. Rates and
        intervals (Wilson; lift against all other deals of the half) are of the half that the tree did not see, so that the
        choice of the conditions does not flatter them. No rows with fewer than 40 deals, or without hits in both halves.

    Notes
    -----
    Honest estimation: Athey & Imbens (2016), PNAS 113, 7353-7360.
    """
    halves = np.random.default_rng(_SEED).permutation(int(account.max(initial=-1)) + 1) % 2
    grown = (halves == 0)[account] if len(account) else np.zeros(0, dtype=bool)
    if len(hit) < FEWEST or not len(labels.columns) or not 0 < hit[grown].sum() < grown.sum() or not hit[~grown].any():
        return pd.DataFrame(columns=list(COLUMNS))
    from sklearn.tree import DecisionTreeClassifier

    names = [(str(name), str(value)) for name in labels for value in labels[name].cat.categories]
    x = design(labels)[:, 1:].astype(np.float32)
    fewest = max(SMALLEST, round(SMALLEST_SHARE * grown.sum()))
    tree = DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=fewest, random_state=0).fit(x[grown], hit[grown])
    leaf = tree.apply(x[~grown])
    rules = _rules(tree.tree_, names, _opposites(labels))
    leaves = np.array(sorted(rules), dtype=np.int64)
    if len(leaves) < 2:
        return pd.DataFrame(columns=list(COLUMNS))
    n = np.array([(leaf == one).sum() for one in leaves], dtype=np.float64)
    k = np.array([hit[~grown][leaf == one].sum() for one in leaves], dtype=np.float64)
    m, h = n.sum() - n, k.sum() - k
    low, high = wilson(k, n)
    lift, lift_low, lift_high, p = ratio_of_rates(k, n, h, m)
    adjusted = benjamini_hochberg(p)
    with np.errstate(divide="ignore", invalid="ignore"):
        table = pd.DataFrame(
            {
                "rule": [" & ".join(rules[one]) for one in leaves], "deals": n.astype(np.int64), "hits": k.astype(np.int64),
                "rate": k / n, "low": low, "high": high, "rest_rate": h / m, "lift": lift, "lift_low": lift_low,
                "lift_high": lift_high, "adjusted_p": adjusted, "claim": (adjusted < 0.05) & (n >= SMALL_N) & (m >= SMALL_N),
                "few": n < SMALL_N,
            }
        )  # fmt: skip
    return table[table["deals"] > 0].sort_values(["rate", "deals"], ascending=False, ignore_index=True)


def _opposites(labels: pd.DataFrame) -> dict[tuple[str, str], str]:
    """The other value of attributes that every deal tells and that have two."""
    found: dict[tuple[str, str], str] = {}
    for name in labels:
        values = [str(value) for value in labels[name].cat.categories]
        if len(values) == 2 and labels[name].notna().all():
            found |= {(str(name), values[0]): values[1], (str(name), values[1]): values[0]}
    return found


def _rules(tree: "object", names: list[tuple[str, str]], opposites: dict[tuple[str, str], str]) -> dict[int, list[str]]:
    """The conditions of each leaf; what a later one says of an attribute replaces what it makes needless."""
    left, right, feature = tree.children_left, tree.children_right, tree.feature  # type: ignore[attr-defined]
    found: dict[int, list[str]] = {}
    waiting: list[tuple[int, list[str]]] = [(0, [])]
    while waiting:
        node, conditions = waiting.pop()
        if left[node] < 0:
            found[node] = conditions
            continue
        name, value = names[feature[node]]
        other = opposites.get((name, value))
        is_, is_not = f"{name}={value}", f"{name}={other}" if other else f"{name}!={value}"
        others = [one for one in conditions if not one.startswith(f"{name}!=")]
        waiting += [(left[node], [*conditions, is_not]), (right[node], [*others, is_])]
    return found
