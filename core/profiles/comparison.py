"""Two groups of customers compared mark by mark: shares, index, interval, effect size and p values."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from core.profiles.description import Description, Sums
from core.stats import SMALL_N, normal_quantile, two_sided_p
from core.traits import CLAIM_LEVEL, benjamini_hochberg

Floats = NDArray[np.float64]
Who = NDArray[np.int64]

TRAITS = (
    "axis", "attribute", "value", "n", "share", "rest_share", "index", "low", "high", "effect", "p", "p_adjusted", "claim",
    "question", "of", "rest_n", "formed",
)  # fmt: skip
ATTRIBUTES = ("axis", "attribute", "n", "rest_n", "chi2", "freedom", "effect", "p", "p_adjusted", "of", "formed")


def compare(
    described: Description, group: Who, rest: Who | None, formed: Iterable[str] = ()
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare a group of customers with another one.

    Parameters
    ----------
    described : Description
    group : ndarray of int64
        Codes of customers.
    rest : ndarray of int64 or None
        Of other ones; None for all others.
    formed : iterable of str
        Attributes that the groups were made from: they are shown, never tested or claimed.

    Returns
    -------
    traits : pandas.DataFrame
        Columns :data:`TRAITS`, one row an attribute and value that somebody has. n and rest_n: customers of whom it is known. share,
        rest_share: of customers, orders or lines (``of``). index: 100 times the ratio of the shares, with its 95 % interval: for
        customers Walter's (1975) log-adjusted one, for orders and lines one from the spread over customers (linearised, on the log
        scale); NaN where there is none. effect: Cramer's V of the attribute. p: of
        no difference in share, two-sided, from the same error as the interval; p_adjusted: Benjamini-Hochberg's over the table.
        claim: adjusted p below 0.05, interval clear of 100, 30 customers on both sides.
    attributes : pandas.DataFrame
        Columns :data:`ATTRIBUTES`, one row an attribute: Pearson's chi-square of group against
        rest, Cramer's V and p, adjusted over the table. Orders and lines are not independent trials, so there p is that of the value
        furthest off, times the number of values (Bonferroni), and chi2 is NaN. Largest effect first, those that formed the groups
        last.
    """
    made = frozenset(formed)
    columns: dict[str, list[NDArray]] = {name: [] for name in TRAITS if name not in ("p_adjusted", "claim")}
    tests = []
    for place, one in enumerate(described.marks):
        own = described.sums(place, group)
        other = described.whole[place].less(own) if rest is None else described.sums(place, rest)
        seen = np.flatnonzero(own.total + other.total)
        if not own.customers or not other.customers or len(seen) < 2:
            continue
        found = _trials(own, other) if one.of == "customers" else _repeated(own, other)
        told = {"axis": one.axis, "attribute": one.attribute, "of": one.of, "formed": one.attribute in made}
        told |= {"n": own.customers, "rest_n": other.customers}
        chi2, freedom, effect, p = independence(np.array([own.total, other.total]))
        for name, values in (found | {"value": np.array(one.labels, dtype=object)}).items():
            columns[name].append(values[seen])
        for name, value in (told | {"effect": effect, "question": one.question}).items():
            columns[name].append(np.full(len(seen), value, dtype=object if isinstance(value, str) else None))
        if one.of != "customers":
            known = found["p"][~np.isnan(found["p"])]
            chi2, p = float("nan"), min(float(known.min()) * len(known), 1.0) if len(known) else float("nan")
        tests.append({**told, "chi2": chi2, "freedom": freedom, "effect": effect, "p": p})
    traits = pd.DataFrame({name: np.concatenate(parts) if parts else [] for name, parts in columns.items()})
    attributes = pd.DataFrame(tests, columns=[name for name in ATTRIBUTES if name != "p_adjusted"])
    for table in (traits, attributes):
        table["p"] = table["p"].astype(np.float64).mask(table["formed"].astype(bool))
        table["p_adjusted"] = benjamini_hochberg(table["p"].to_numpy())
    clear = (traits["low"] > 100) | (traits["high"] < 100)
    enough = (traits["n"] >= SMALL_N) & (traits["rest_n"] >= SMALL_N)
    traits["claim"] = (clear & enough & (traits["p_adjusted"] < CLAIM_LEVEL)).astype(bool)
    ranked = attributes.sort_values(["formed", "effect"], ascending=[True, False], kind="stable", ignore_index=True)
    return traits[list(TRAITS)], ranked[list(ATTRIBUTES)]


def weight(traits: pd.DataFrame) -> pd.Series:
    """How much each row tells the groups apart: its part of Jeffreys' divergence, (p - q) ln(p / q), halved shares for nobody."""
    share, rest = traits["share"].clip(lower=1e-4), traits["rest_share"].clip(lower=1e-4)
    return (share - rest) * np.log(share / rest)


def independence(counts: Floats) -> tuple[float, int, float, float]:
    """Pearson's test of independence and its strength.

    Parameters
    ----------
    counts : ndarray, shape (rows, columns)
        Rows and columns without anybody are left out.

    Returns
    -------
    chi2, freedom, cramers_v, p : float, int, float, float
        NaN where fewer than two rows or columns are left. Cramer's V is not corrected for small numbers.
    """
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    freedom = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    if freedom < 1:
        return float("nan"), 0, float("nan"), float("nan")
    n = counts.sum()
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / n
    chi2 = float(((counts - expected) ** 2 / expected).sum())
    return chi2, freedom, float(np.sqrt(chi2 / n / (min(counts.shape) - 1))), float(chdtrc(freedom, chi2))


def _trials(own: Sums, other: Sums) -> dict[str, Floats]:
    """Shares of customers, one trial each: log-adjusted interval of their ratio."""
    a, n, b, m = own.total, own.customers, other.total, other.customers
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log((a + 0.5) / (n + 0.5)) - np.log((b + 0.5) / (m + 0.5))
        error = np.sqrt(1 / (a + 0.5) - 1 / (n + 0.5) + 1 / (b + 0.5) - 1 / (m + 0.5))
    return _ratio(own.share, other.share, log, error)


def _repeated(own: Sums, other: Sums) -> dict[str, Floats]:
    """Shares of orders or lines: the interval of their ratio is from the spread over customers."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(own.share / other.share)
        error = np.sqrt(own.relative_variance + other.relative_variance)
    return _ratio(own.share, other.share, np.where(np.isfinite(log), log, np.nan), error)


def _ratio(share: Floats, rest_share: Floats, log: Floats, error: Floats) -> dict[str, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        index = 100 * share / rest_share
        z = np.where(error > 0, log / error, np.nan)
    reach = np.where(np.isnan(z), np.nan, normal_quantile() * error)
    return {
        "share": share,
        "rest_share": rest_share,
        "index": np.where(np.isfinite(index), index, np.nan),
        "low": 100 * np.exp(log - reach),
        "high": 100 * np.exp(log + reach),
        "p": two_sided_p(z),
    }
