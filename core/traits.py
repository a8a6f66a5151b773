"""What sets a group apart from the rest: shares and means with an index (100 = as the rest) and its interval."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats as scipy_stats

from core.stats import SMALL_N, normal_quantile

Floats = NDArray[np.float64]
Groups = NDArray[np.integer]

COLUMNS = (
    "group", "attribute", "value", "share", "rest_share", "index", "low", "high", "mean", "rest_mean", "n", "rest_n",
    "adjusted_p", "claim",
)  # fmt: skip
CLAIM_LEVEL = 0.05


def share_traits(attributes: pd.DataFrame, groups: Groups, within: Groups) -> pd.DataFrame:
    """How often each value of each attribute occurs in a group and in the rest.

    Parameters
    ----------
    attributes : pandas.DataFrame of category, shape (n, attributes)
        Customers whose value is missing are left out, attribute by attribute.
    groups : ndarray of int, shape (n,)
        The group of each customer, from 0.
    within : ndarray of int, shape (groups,)
        The rest of a group are the other groups that bear its number here.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`, without values that nobody has and attributes that are one for all, kind by kind; ``n`` and ``rest_n``
        count customers whose value is known. The index is the ratio of two proportions, each customer one trial; its interval
        is the log-adjusted one (Walter 1975). ``claim``: p, adjusted over the table, below 0.05 and 30 customers on both sides.
    """
    names, values, have, known = [], [], [], []
    for name in attributes:
        column = attributes[name].cat
        labels = [str(label) for label in column.categories]
        codes = column.codes.to_numpy().astype(np.int64)
        told = codes >= 0
        cells = groups[told] * len(labels) + codes[told]
        table = np.bincount(cells, minlength=len(within) * len(labels)).reshape(len(within), -1).astype(np.float64)
        names += [str(name)] * len(labels)
        values += labels
        have.append(table)
        known.append(np.repeat(table.sum(axis=1, keepdims=True), len(labels), axis=1))
    if not names:
        return pd.DataFrame(columns=list(COLUMNS))
    return _share_table(names, values, np.hstack(have), np.hstack(known), within)


def mean_traits(measures: pd.DataFrame, groups: Groups, within: Groups) -> pd.DataFrame:
    """The mean of each measure in a group and in the rest, one number a customer.

    Parameters
    ----------
    measures : pandas.DataFrame of float, shape (n, measures)
        NaN is left out, measure by measure. A name ``what=which`` is a share: attribute ``what``, value ``which``.
    groups, within
        As in :func:`share_traits`.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`. The interval of the index is that of the log ratio of two means (delta method); there is none where a
        mean is not positive. No p: these are what the groups were made from.
    """
    moments = [_moments(measures[name].to_numpy(dtype=np.float64), groups, len(within)) for name in measures]
    own = _Moments(*(np.column_stack(part) for part in zip(*moments, strict=True)))
    rest = _rest_moments(own, within)
    index, low, high = _mean_ratio(own, rest)
    parts = [str(name).partition("=") for name in measures]
    share = np.array([bool(part[2]) for part in parts])
    mean, rest_mean = own.mean, rest.mean
    return _table(
        [part[0] for part in parts],
        [part[2] or None for part in parts],
        share=np.where(share, mean, np.nan),
        rest_share=np.where(share, rest_mean, np.nan),
        index=index,
        low=low,
        high=high,
        mean=np.where(share, np.nan, mean),
        rest_mean=np.where(share, np.nan, rest_mean),
        n=own.number,
        rest_n=rest.number,
    )


def benjamini_hochberg(p: Floats) -> Floats:
    """P values adjusted for the false discovery rate (Benjamini & Hochberg 1995); NaN stays NaN and is not counted."""
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    if len(known):
        adjusted[known] = scipy_stats.false_discovery_control(p[known], method="bh")
    return adjusted


def _table(attributes: list[str], values: list[str | None], **columns: Floats) -> pd.DataFrame:
    """Long form of arrays of shape (groups, traits)."""
    count = len(columns["n"])
    frame = pd.DataFrame({name: array.ravel() for name, array in columns.items()})
    frame["group"] = np.repeat(np.arange(count), len(attributes))
    frame["attribute"] = attributes * count
    frame["value"] = values * count
    for name in ("n", "rest_n"):
        frame[name] = frame[name].astype(np.int64)
    return frame.assign(adjusted_p=frame.get("adjusted_p", np.nan), claim=False)[list(COLUMNS)]


def _share_table(names: list[str], values: list[str], have: Floats, known: Floats, within: Groups) -> pd.DataFrame:
    rest_have, rest_known = _rest(have, within), _rest(known, within)
    with np.errstate(divide="ignore", invalid="ignore"):
        share, rest_share = have / known, rest_have / rest_known
        index = 100 * share / rest_share
    low, high, p = _share_ratio(have, known, rest_have, rest_known)
    frame = _table(
        names,
        list(values),
        share=share,
        rest_share=rest_share,
        index=np.where(np.isfinite(index), index, np.nan),
        low=low,
        high=high,
        mean=np.full_like(share, np.nan),
        rest_mean=np.full_like(share, np.nan),
        n=known,
        rest_n=rest_known,
        adjusted_p=p,
    )
    everyone, somebody = (have + rest_have).ravel(), (known + rest_known).ravel()
    frame = frame[(everyone > 0) & (everyone < somebody) & (frame["n"] > 0)].reset_index(drop=True)
    frame["adjusted_p"] = benjamini_hochberg(frame["adjusted_p"].to_numpy())
    enough = (frame["n"] >= SMALL_N) & (frame["rest_n"] >= SMALL_N)
    return frame.assign(claim=(frame["adjusted_p"] < CLAIM_LEVEL) & enough)


def _rest(table: Floats, within: Groups) -> Floats:
    """Sums over the other groups of the same kind, shape as ``table``."""
    sums = np.zeros((int(within.max()) + 1, table.shape[1]))
    np.add.at(sums, within, table)
    rest: Floats = sums[within] - table
    return rest


def _share_ratio(a: Floats, n: Floats, b: Floats, m: Floats) -> tuple[Floats, Floats, Floats]:
    """Interval of the index and p of no difference, for a of n against b of m."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log((a + 0.5) / (n + 0.5)) - np.log((b + 0.5) / (m + 0.5))
        error = np.sqrt(1 / (a + 0.5) - 1 / (n + 0.5) + 1 / (b + 0.5) - 1 / (m + 0.5))
        p = 2 * scipy_stats.norm.sf(np.abs(log) / error)
    nobody = (n == 0) | (m == 0)
    reach = normal_quantile() * error
    low, high = (np.where(nobody, np.nan, 100 * np.exp(log + side * reach)) for side in (-1, 1))
    return low, high, np.where(nobody, np.nan, p)


class _Moments(NamedTuple):
    """Number, sum and sum of squares about the own mean, each of shape (groups, measures)."""

    number: Floats
    total: Floats
    spread: Floats

    @property
    def mean(self) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            mean: Floats = self.total / self.number
        return mean

    @property
    def relative_variance(self) -> Floats:
        """Of the mean, in units of its square."""
        with np.errstate(divide="ignore", invalid="ignore"):
            variance: Floats = self.spread / (self.number - 1) / self.number / self.mean**2
        return variance


def _moments(values: Floats, groups: Groups, count: int) -> _Moments:
    known = ~np.isnan(values)
    values, groups = values[known], groups[known]
    number = np.bincount(groups, minlength=count).astype(np.float64)
    total: Floats = np.bincount(groups, weights=values, minlength=count).astype(np.float64)
    off = values - (total / np.maximum(number, 1))[groups]
    spread: Floats = np.bincount(groups, weights=off * off, minlength=count).astype(np.float64)
    return _Moments(number, total, spread)


def _rest_moments(own: _Moments, within: Groups) -> _Moments:
    count, total = _rest(own.number, within), _rest(own.total, within)
    rest_mean, mean = total / np.maximum(count, 1), own.total / np.maximum(own.number, 1)
    other = ((within[:, None] == within) & ~np.eye(len(within), dtype=bool))[:, :, None]
    # Squares about the rest's own mean: within its groups and between them.
    between = own.number * (mean - rest_mean[:, None]) ** 2
    return _Moments(count, total, np.where(other, own.spread + between, 0.0).sum(axis=1))


def _mean_ratio(own: _Moments, rest: _Moments) -> tuple[Floats, Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        index = np.where((own.mean >= 0) & (rest.mean > 0), 100 * own.mean / rest.mean, np.nan)
        reach = normal_quantile() * np.sqrt(own.relative_variance + rest.relative_variance)
        positive = (own.mean > 0) & (rest.mean > 0)
        low, high = (np.where(positive, index * np.exp(side * reach), np.nan) for side in (-1, 1))
    return index, low, high
