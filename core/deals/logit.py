"""Logistic regression of a rare good outcome on labels, with shrunken coefficients: fitted by statsmodels, checked on deals held
out.

Each label has a coefficient of its own with a normal prior of standard deviation 1 on the scale of log odds (a label that changes
the odds by e or 1/e is usual, by e squared seldom); the constant has none. The prior keeps labels of few deals near the rest.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from core.deals.auc import Auc, auc

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FOLDS = 5
# Fewer hits, or fewer others, than this and nothing is fitted.
FEWEST = 20
HELD_OUT = 0.2
GROUPS = 10
_SEED = 7
_STEPS = 50


def design(labels: pd.DataFrame) -> sparse.csr_matrix:
    """A constant and one column a label, shape (n, 1 + labels); a missing label is a row of zeros there."""
    n = len(labels)
    columns, rows, width = [np.zeros(n, dtype=np.int64)], [np.arange(n)], 1
    for name in labels:
        codes = labels[name].cat.codes.to_numpy().astype(np.int64)
        told = np.flatnonzero(codes >= 0)
        columns.append(width + codes[told])
        rows.append(told)
        width += len(labels[name].cat.categories)
    at = np.concatenate(rows), np.concatenate(columns)
    return sparse.csr_matrix((np.ones(len(at[0])), at), shape=(n, width))


@dataclass(frozen=True, eq=False)
class States:
    """Deals whose labels are all equal are one state: models see states with counts.

    Parameters
    ----------
    x : sparse matrix, shape (states, columns)
    of : ndarray of int64, shape (n,)
        The state of each deal.
    """

    x: sparse.csr_matrix
    of: NDArray[np.int64]

    def count(self, chosen: Flags) -> Floats:
        """How many of the chosen deals are in each state."""
        return np.bincount(self.of[chosen], minlength=self.x.shape[0]).astype(np.float64)


def states(labels: pd.DataFrame) -> States:
    """The different rows of a frame of labels."""
    of = np.zeros(len(labels), dtype=np.int64)
    for name in labels:
        width = len(labels[name].cat.categories) + 1
        of = np.unique(of * width + labels[name].cat.codes.to_numpy() + 1, return_inverse=True)[1].astype(np.int64)
    first = np.zeros(int(of.max(initial=-1)) + 1, dtype=np.int64)
    first[of[::-1]] = np.arange(len(of))[::-1]
    return States(design(labels.iloc[first]), of)


def fit(x: sparse.csr_matrix, hits: Floats, trials: Floats, start: Floats | None = None) -> Floats:
    """The coefficients of the highest posterior density, by Newton steps; those of :func:`fit_statsmodels`.

    Parameters
    ----------
    x : sparse matrix, shape (states, columns)
    hits, trials : ndarray of float64, shape (states,)
    start : ndarray of float64, shape (columns,), optional
    """
    used = np.flatnonzero(trials)
    x, y, n = x[used], hits[used], trials[used]
    beta = np.zeros(x.shape[1]) if start is None else start.copy()
    prior = np.ones(x.shape[1])
    prior[0] = 0.0
    turned = x.T.tocsr()
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-(x @ beta)))
        gradient = turned @ (y - n * p) - prior * beta
        curvature = (turned @ x.multiply((n * p * (1 - p))[:, None])).toarray() + np.diag(prior)
        step = np.linalg.solve(curvature, gradient)
        beta += step
        if np.abs(step).max() < 1e-8:
            break
    return beta


def fit_statsmodels(x: sparse.csr_matrix, hit: Flags, start: Floats) -> tuple[Floats, Floats]:
    """Coefficients and their covariance by statsmodels' penalised Logit, begun where :func:`fit` ends."""
    from statsmodels.base._penalized import PenalizedMixin
    from statsmodels.base._penalties import L2
    from statsmodels.discrete.discrete_model import Logit

    class PenalizedLogit(PenalizedMixin, Logit):  # type: ignore[misc]
        pass

    weights = np.full(x.shape[1], 0.5)
    weights[0] = 0.0
    # Equal rows are one state, but this model takes rows.
    model = PenalizedLogit(
        hit.astype(np.float64), x.toarray(), penal=L2(weights=weights), pen_weight=1.0, check_rank=False
    )
    found = model.fit(method="newton", start_params=start, maxiter=5, disp=0, warn_convergence=False)
    return np.asarray(found.params), np.asarray(found.cov_params())


def folds(account: NDArray[np.int64]) -> NDArray[np.int64]:
    """One of five folds a deal; all deals of an account in one."""
    several = int(account.max(initial=-1)) + 1
    return (np.random.default_rng(_SEED).permutation(several) % FOLDS)[account]


def out_of_fold(data: States, hit: Flags, fold: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """The log odds of each deal by a fit to the other folds, and the coefficients of a fit to all."""
    whole = fit(data.x, data.count(hit), data.count(np.ones(len(hit), dtype=bool)))
    found = np.zeros(len(hit))
    for one in range(FOLDS):
        held = fold == one
        rest = hit[~held]
        if held.any() and rest.any() and not rest.all():
            beta = fit(data.x, data.count(hit & ~held), data.count(~held), whole)
            found[held] = (data.x @ beta)[data.of[held]]
    return found, whole


def platt(score: Floats, hit: Flags) -> tuple[float, float]:
    """Constant and slope that turn log odds into calibrated ones (Platt 1999)."""
    z = np.column_stack([np.ones(len(score)), score])
    beta = np.array([0.0, 1.0])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-(z @ beta)))
        # A trace of a prior on the slope keeps perfectly parted classes finite.
        curvature = (z * (p * (1 - p))[:, None]).T @ z + np.diag([0.0, 0.1])
        step = np.linalg.solve(curvature + 1e-9 * np.eye(2), z.T @ (hit - p) - np.array([0.0, 0.1 * (beta[1] - 1)]))
        beta += step
        if np.abs(step).max() < 1e-9:
            break
    return float(beta[0]), max(float(beta[1]), 0.0)


def _calibrated_out_of_fold(score: Floats, hit: Flags, fold: NDArray[np.int64]) -> Floats:
    found = np.empty(len(score))
    for one in range(FOLDS):
        held = fold == one
        if held.any():
            constant, slope = platt(score[~held], hit[~held]) if (~held).any() else (0.0, 1.0)
            found[held] = constant + slope * score[held]
    return 1 / (1 + np.exp(-found))


@dataclass(frozen=True, eq=False)
class Model:
    """A fitted model and what it was worth on deals that it had not seen.

    Parameters
    ----------
    beta, covariance : ndarray
    constant, slope : float
        Of the calibration.
    base_rate : float
        Share of hits among the deals it was fitted to.
    n, hits : int
    checked : tuple of (kind, deals, hits, Auc)
        "cross_validated" (five folds by account) and, where days of opening are told, "holdout" (the newest fifth).
    calibration : pandas.DataFrame
        group, deals, predicted, hits, rate: tenths by calibrated chance, out of fold.
    score : ndarray
        Out-of-fold log odds.
    """

    beta: Floats
    covariance: Floats
    constant: float
    slope: float
    base_rate: float
    n: int
    hits: int
    checked: tuple[tuple[str, int, int, Auc], ...]
    calibration: pd.DataFrame
    score: Floats

    @property
    def tells(self) -> bool:
        """Whether it does better than chance, by the interval of the cross-validated area."""
        return bool(self.checked[0][3].low > 0.5)

    def predict(self, x: sparse.csr_matrix) -> tuple[Floats, Floats, Floats]:
        """Calibrated chances with the 95 % interval that the coefficients leave."""
        score = x @ self.beta
        dense = np.asarray(x.toarray())
        reach = 1.959963984540054 * np.sqrt(
            np.maximum(np.einsum("ij,jk,ik->i", dense, self.covariance, dense, optimize=True), 0)
        )
        chances = [
            1 / (1 + np.exp(-(self.constant + self.slope * one))) for one in (score, score - reach, score + reach)
        ]
        return chances[0], chances[1], chances[2]


def model(labels: pd.DataFrame, hit: Flags, account: NDArray[np.int64], opened: Floats) -> Model | None:
    """Fit and check.

    Parameters
    ----------
    labels : pandas.DataFrame of category, shape (n, attributes)
        Of closed deals.
    hit : ndarray of bool, shape (n,)
    account : ndarray of int64, shape (n,)
    opened : ndarray of float64, shape (n,)
        Day numbers.

    Returns
    -------
    Model or None
        None with fewer than 20 hits or 20 others, or without an attribute.
    """
    if hit.sum() < FEWEST or (~hit).sum() < FEWEST or not len(labels.columns):
        return None
    data, fold = states(labels), folds(account)
    score, start = out_of_fold(data, hit, fold)
    beta, covariance = fit_statsmodels(design(labels), hit, start)
    constant, slope = platt(score, hit)
    chance = _calibrated_out_of_fold(score, hit, fold)
    checked = [("cross_validated", len(hit), int(hit.sum()), auc(hit, score))]
    held = _newest(opened)
    if held is not None and min(hit[held].sum(), (~hit[held]).sum(), hit[~held].sum()) >= 2:
        older = fit(data.x, data.count(hit & ~held), data.count(~held), start)
        later = (data.x @ older)[data.of[held]]
        checked.append(("holdout", int(held.sum()), int(hit[held].sum()), auc(hit[held], later)))
    return Model(
        beta, covariance, constant, slope, float(hit.mean()), len(hit), int(hit.sum()), tuple(checked), _tenths(chance, hit), score
    )  # fmt: skip


def _newest(opened: Floats) -> Flags | None:
    if np.isnan(opened).any() or len(np.unique(opened)) < 2:
        return None
    held: Flags = opened > np.quantile(opened, 1 - HELD_OUT, method="inverted_cdf")
    return held if held.any() else None


def _tenths(chance: Floats, hit: Flags) -> pd.DataFrame:
    place = np.searchsorted(np.quantile(chance, np.arange(1, GROUPS) / GROUPS), chance, "left")
    frame = pd.DataFrame({"group": place + 1, "chance": chance, "hit": hit})
    return frame.groupby("group", as_index=False).agg(
        deals=("hit", "size"), predicted=("chance", "mean"), hits=("hit", "sum"), rate=("hit", "mean")
    )
