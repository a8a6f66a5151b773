"""Who is like the core: the odds of what is known of somebody, in the core against the others."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.personas.behaviour import Behaviour
from core.personas.told import PROTECTED
from core.stats import normal_quantile

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Odds = dict[str, dict[str, float]]

_FOLDS = 5
_PSEUDO = 1.0


@dataclass(frozen=True, eq=False)
class Likeness:
    """How like the core somebody is.

    Parameters
    ----------
    odds : dict of str to dict of str to float
        By attribute and value the logarithm of the ratio of the two shares.
    core : ndarray
        What the core itself gets, ascending.
    auc, low, high : float
        How often a customer of the core gets more than another one, on customers that the odds were not made from; NaN where
        there is nobody to tell.
    n : int
        Customers of the core.
    """

    odds: Odds
    core: Floats
    auc: float
    low: float
    high: float
    n: int

    @property
    def tells(self) -> bool:
        """Whether likeness tells more than chance."""
        return bool(self.low > 0.5)

    def percent(self, known: pd.DataFrame) -> Floats:
        """The share of the core that is less like the core, 0 to 100, ties by half: 50 is as the middle of the core."""
        score = np.zeros(len(known))
        for name in known:
            if str(name) in self.odds:
                column, odds = known[name].cat, self.odds[str(name)]
                table = np.array([odds.get(str(value), 0.0) for value in column.categories] + [0.0])
                # Nothing known, -1, takes the last place.
                score += table[column.codes.to_numpy()]
        below = np.searchsorted(self.core, score - 1e-9, side="left")
        upto = np.searchsorted(self.core, score + 1e-9, side="right")
        placed: Floats = 50.0 * (below + upto) / max(len(self.core), 1)
        return placed


def fit_likeness(known: pd.DataFrame, core: NDArray[np.bool_]) -> Likeness:
    """Naive Bayes of the core against the others.

    Parameters
    ----------
    known : pandas.DataFrame of category, shape (n, attributes)
        Ethnicity and religion are left out.
    core : ndarray of bool, shape (n,)

    Returns
    -------
    Likeness
        Judged by five folds (each customer is scored by the odds of the other four), with the interval of Hanley & McNeil (1982).
    """
    fold = np.arange(len(known)) * 7 % _FOLDS
    odds: Odds = {}
    seen, unseen = np.zeros(len(known)), np.zeros(len(known))
    for name in known:
        column = known[name].cat
        if PROTECTED.search(str(name)) or not len(column.categories):
            continue
        # Nothing known takes the last place, which weighs nothing.
        size = len(column.categories) + 1
        codes = column.codes.to_numpy().astype(np.int64) % size
        cells = (fold * 2 + core) * size + codes
        counts = np.bincount(cells, minlength=_FOLDS * 2 * size).reshape(_FOLDS, 2, size).astype(np.float64)
        whole = counts.sum(axis=0)
        table = _log_odds(whole)
        odds[str(name)] = dict(zip(map(str, column.categories), map(float, table), strict=False))
        seen += table[codes]
        unseen += _log_odds(whole - counts)[fold, codes]
    auc, low, high = _auc(unseen[core], unseen[~core])
    return Likeness(odds, np.sort(seen[core]), auc, low, high, int(core.sum()))


def known_of(behaviour: Behaviour, rows: Codes, attributes: pd.DataFrame) -> pd.DataFrame:
    """What likeness goes by: attributes, and habits that don't make the core: main channel, season, category, share of discounts."""
    known = {name: attributes[name].iloc[rows].reset_index(drop=True) for name in attributes}
    for mix in ("channel", "season", "category"):
        parts = behaviour.parts(mix)
        if parts:
            shares = np.nan_to_num(behaviour.frame[list(parts)].to_numpy()[rows])
            main = np.where(shares.max(axis=1) > 0, shares.argmax(axis=1), -1)
            labels = [part.partition("=")[2] for part in parts]
            known[f"main_{mix}"] = pd.Series(pd.Categorical.from_codes(main, labels))
    if "discount_share" in behaviour.frame:
        share = behaviour.frame["discount_share"].to_numpy(dtype=np.float64)[rows]
        codes = np.where(np.isnan(share), -1, np.searchsorted([0.01, 0.05, 0.15], np.nan_to_num(share)))
        known["discounts"] = pd.Series(pd.Categorical.from_codes(codes, ["none", "few", "some", "many"]))
    return pd.DataFrame(known, index=pd.RangeIndex(len(rows)))


def _log_odds(counts: Floats) -> Floats:
    """The log of the ratio of shares, shape (..., size), from counts (..., others and core, size); 0 at the last place."""
    told = counts[..., :-1] + _PSEUDO
    shares = np.log(told / told.sum(axis=-1, keepdims=True))
    ratio = shares[..., 1, :] - shares[..., 0, :]
    return np.concatenate([ratio, np.zeros((*ratio.shape[:-1], 1))], axis=-1)


def _auc(inside: Floats, outside: Floats) -> tuple[float, float, float]:
    m, n = len(inside), len(outside)
    if m < 2 or n < 2:
        return float("nan"), float("nan"), float("nan")
    ranked = np.sort(outside)
    below, upto = np.searchsorted(ranked, inside, side="left"), np.searchsorted(ranked, inside, side="right")
    auc = float((below + upto).sum() / (2 * m * n))
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = (auc * (1 - auc) + (m - 1) * (q1 - auc**2) + (n - 1) * (q2 - auc**2)) / (m * n)
    reach = normal_quantile() * float(np.sqrt(max(variance, 0.0)))
    return auc, max(auc - reach, 0.0), min(auc + reach, 1.0)
