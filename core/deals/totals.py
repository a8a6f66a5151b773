"""What each grade is by count, money and effort, and what deals would be like without B and C."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.deals import words
from core.deals.clusters import clustered_error, ratio
from core.deals.grades import EFFORT, GRADES, TRAP
from core.money import SCALE
from core.stats import SMALL_N, normal_quantile, wilson

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]

CLOSED_GRADES = tuple(name for name in GRADES if name != "open")
TRAPPED = "B+C"
WITHOUT = "without_bc"


def grade_table(rows: pd.DataFrame, grade: NDArray[np.int8], account: Codes, weights: dict[str, float]) -> pd.DataFrame:
    """The grades, one row each, and B and C together.

    Parameters
    ----------
    rows : pandas.DataFrame
        Deals in view.
    grade, account : ndarray, shape (n,)
    weights : dict
        Of the parts of effort.

    Returns
    -------
    pandas.DataFrame
        grade (of :data:`core.deals.grades.GRADES`, and "B+C"), deals, deal_share, low, high (of closed deals; null for open
        ones), amount, won_amount (of won deals), revenue_share (of all that was won), effort_share, effort_low, effort_high (of
        the effort on closed deals: the weighted mean of the grade's shares of all days, all contacts and all changes told;
        interval clustered by account), median_days, mean_amount, again, again_n (won deals whose account won another within a
        year, of those whose year is over), few.
    """
    closed = grade != GRADES.index("open")
    masks = {name: grade == place for place, name in enumerate(GRADES)}
    masks[TRAPPED] = np.logical_or.reduce([masks[name] for name in TRAP])
    won = (rows["outcome"] == words.WON).to_numpy()
    revenue = np.where(won, np.nan_to_num(rows["amount"].to_numpy()), 0.0)
    effort = _Effort(rows, closed, account, weights)
    table = []
    for name, mask in masks.items():
        part = rows[mask]
        again = part["again"].dropna()
        of_closed = name != "open"
        table.append(
            {
                "grade": name,
                "deals": int(mask.sum()),
                "amount": float(part["amount"].sum()) / SCALE,
                "won_amount": float(revenue[mask].sum()) / SCALE,
                "revenue_share": revenue[mask].sum() / revenue.sum() if of_closed and revenue.sum() > 0 else np.nan,
                **dict(zip(("effort_share", "effort_low", "effort_high"), effort.share(mask, of_closed), strict=True)),
                "median_days": part["days"].median(),
                "mean_amount": part["amount"].mean() / SCALE,
                "again": again.mean() if len(again) else np.nan,
                "again_n": len(again),
            }
        )
    found = pd.DataFrame(table)
    n, of_closed = int(closed.sum()), (found["grade"] != "open").to_numpy()
    low, high = wilson(found["deals"], np.where(of_closed, n, 0))
    found.insert(2, "deal_share", np.where(of_closed & (n > 0), found["deals"] / max(n, 1), np.nan))
    found.insert(3, "low", low)
    found.insert(4, "high", high)
    return found.assign(few=found["deals"] < SMALL_N)


class _Effort:
    """Shares of the effort on closed deals."""

    def __init__(
        self, rows: pd.DataFrame, closed: NDArray[np.bool_], account: Codes, weights: dict[str, float]
    ) -> None:
        self._account = account
        self._parts: list[tuple[float, Floats]] = []
        for name in EFFORT:
            values = np.where(closed, np.nan_to_num(rows[name].to_numpy()), 0.0)
            if weights[name] > 0 and values.sum() > 0:
                self._parts.append((weights[name], values / values.sum()))

    def share(self, mask: NDArray[np.bool_], told: bool) -> tuple[float, float, float]:
        """The share of the deals of a mask with its interval."""
        if not self._parts or not told:
            return float("nan"), float("nan"), float("nan")
        whole = sum(weight for weight, _ in self._parts)
        total, parts = 0.0, np.zeros(len(mask))
        for weight, each in self._parts:
            share = float(each[mask].sum())
            total += weight * share / whole
            parts += weight / whole * each * (mask - share)
        half = normal_quantile() * clustered_error(parts, self._account)
        return total, max(total - half, 0.0), min(total + half, 1.0)


def conversion_table(rows: pd.DataFrame, grade: NDArray[np.int8], account: Codes) -> pd.DataFrame:
    """Cycle, conversion and mean cheque of closed deals, with and without B and C.

    Returns
    -------
    pandas.DataFrame
        group ("all", "without_bc"), closed, won, conversion, low, high (Wilson), mean_days, days_low, days_high, median_days,
        mean_amount, amount_low, amount_high (of won deals; intervals clustered by account), few.
    """
    closed = grade != GRADES.index("open")
    trapped = np.isin(grade, [GRADES.index(name) for name in TRAP])
    won = (rows["outcome"] == words.WON).to_numpy()
    days, amount = rows["days"].to_numpy(), rows["amount"].to_numpy() / SCALE
    table = []
    for name, mask in (("all", closed), (WITHOUT, closed & ~trapped)):
        told, paid = mask & ~np.isnan(days), mask & won & ~np.isnan(amount)
        mean_days = ratio(days[told], np.ones(int(told.sum())), account[told])
        cheque = ratio(amount[paid], np.ones(int(paid.sum())), account[paid])
        table.append(
            {
                "group": name,
                "closed": int(mask.sum()),
                "won": int((mask & won).sum()),
                **dict(zip(("mean_days", "days_low", "days_high"), mean_days, strict=True)),
                "median_days": float(np.median(days[told])) if told.any() else np.nan,
                **dict(zip(("mean_amount", "amount_low", "amount_high"), cheque, strict=True)),
            }
        )
    found = pd.DataFrame(table)
    low, high = wilson(found["won"], found["closed"])
    found.insert(3, "conversion", (found["won"] / found["closed"].where(found["closed"] > 0)).astype(np.float64))
    found.insert(4, "low", low)
    found.insert(5, "high", high)
    return found.assign(few=found["closed"] < SMALL_N)
