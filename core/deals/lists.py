"""What to do with open deals: which to press on with, which wait for an answer, and to which to say no."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.deals.logit import Model, design
from core.money import SCALE

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

PRESS, ASK, LIMIT, WATCH, SAY_NO = "press_on", "find_out", "limit", "watch", "say_no"
# Below this part of the usual rate, with the whole interval, an A is unlikely.
UNLIKELY = 0.5
# A deal that is older than this share of those won were when they were won.
OLD = 0.9
OPEN = (
    "deal_id", "account", "region", "channel", "stage", "amount", "age", "waiting", "effort", "p_a", "low", "high",
    "base_rate", "todo",
    "why",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Past:
    """What closed deals say of open ones.

    Parameters
    ----------
    much_effort : float
        Effort above is much.
    won_days, a_days, other_days : ndarray of float64
        Cycles of deals that were won, of A's, and of all that are none.
    """

    much_effort: float
    won_days: Floats
    a_days: Floats
    other_days: Floats


def open_table(
    rows: pd.DataFrame, labels: pd.DataFrame, effort: Floats, lost_a: Flags, model: Model | None, past: Past, as_of: int
) -> pd.DataFrame:
    """Open deals, the likeliest A's first.

    Parameters
    ----------
    rows : pandas.DataFrame
        Open deals in view.
    labels : pandas.DataFrame of category
        Theirs, with the categories that the model was fitted to.
    effort : ndarray of float64
        Their effort so far, 0 to 1.
    lost_a : ndarray of bool
        Deals that can't become an A any more: effort only grows.
    model : Model or None
    past : Past
    as_of : int

    Returns
    -------
    pandas.DataFrame
        deal_id, account, region, channel, stage, amount, age (days), waiting (days since the stage began), effort, p_a with low
        and high (null without a model that does better than chance; 0 where it can't be any more), base_rate, todo and why. The
        chance at opening is turned by Bayes' rule into that at the deal's age, by the shares of A's and of others that took
        longer. ``press_on``: the whole interval lies above the usual rate of A's. ``say_no``: much effort was spent, and an A
        was unlikely from the beginning (the whole interval at opening lies below half of the usual rate) or the deal is older
        than nine in ten won deals ever were. ``limit``: an A is unlikely, and little was spent. ``find_out``: all others;
        ``watch``: no chance can be told.
    """
    n, age = len(rows), rows["days"].to_numpy()
    chance, low, high, at_first = (np.full(n, np.nan) for _ in range(4))
    base = np.nan
    if model is not None and model.tells and n:
        shift = _still_open(past.a_days, age) - _still_open(past.other_days, age)
        predicted = model.predict(design(labels))
        at_first = predicted[2]
        chance, low, high = (np.where(lost_a, 0.0, _shifted(one, shift)) for one in predicted)
        base = model.base_rate
    known = past.won_days[~np.isnan(past.won_days)]
    with np.errstate(invalid="ignore"):
        old = age > (np.quantile(known, OLD) if len(known) else np.inf)
        much = effort > past.much_effort
        flags = {
            "unlikely": at_first < UNLIKELY * base,
            "likely": low > base,
            "no_longer_a": lost_a,
            "much_effort": much,
            "old": old,
        }
    todo = np.select(
        [much & (flags["unlikely"] | old), flags["unlikely"], flags["likely"], ~np.isnan(chance)],
        [SAY_NO, LIMIT, PRESS, ASK],
        WATCH,
    )
    table = pd.DataFrame(
        {
            "deal_id": rows["deal_id"].to_numpy(), "account": rows["account_id"].to_numpy(), "region": rows["region"].to_numpy(),
            "channel": rows["channel"].to_numpy(), "stage": rows["stage"].to_numpy(), "amount": rows["amount"].to_numpy() / SCALE,
            "age": age, "waiting": as_of - rows["since"].to_numpy(), "effort": effort, "p_a": chance, "low": low, "high": high,
            "base_rate": base, "todo": todo, "why": _joined(flags),
        }
    )  # fmt: skip
    ranked = table.assign(rank=table["p_a"].fillna(-1), worth=table["amount"].fillna(-1))
    ranked = ranked.sort_values(["rank", "worth", "deal_id"], ascending=[False, False, True], ignore_index=True)
    return ranked[list(OPEN)]


def _still_open(days: Floats, age: Floats) -> Floats:
    """Logarithm of the share of deals that took longer than each age; half a deal is added on either side."""
    known = np.sort(days[~np.isnan(days)])
    longer = len(known) - np.searchsorted(known, np.nan_to_num(age), "right")
    return np.log((longer + 0.5) / (len(known) + 1))


def _shifted(chance: Floats, shift: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        odds = np.log(chance) - np.log1p(-chance) + shift
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)


def _joined(flags: dict[str, Flags]) -> NDArray[np.object_]:
    """The names of the flags that are true, joined by "+"."""
    bits = sum(flag.astype(np.int64) << place for place, flag in enumerate(flags.values()))
    texts = ["+".join(name for place, name in enumerate(flags) if code >> place & 1) for code in range(1 << len(flags))]
    return np.array(texts, dtype=object)[bits]


def say_no_table(open_: pd.DataFrame) -> pd.DataFrame:
    """Open deals to decline: most effort so far first."""
    chosen = open_[open_["todo"] == SAY_NO]
    return chosen.sort_values(["effort", "age", "deal_id"], ascending=[False, False, True], ignore_index=True)


def waiting_table(open_: pd.DataFrame, a_days: Floats) -> pd.DataFrame:
    """Likely A's that wait for an answer: those whose stage has not moved for longer than half of the A's took in all.

    Parameters
    ----------
    open_ : pandas.DataFrame
        From :func:`open_table`.
    a_days : ndarray of float64
        Cycles of the deals graded A.

    Returns
    -------
    pandas.DataFrame
        Columns of ``open_`` and ``usual`` (the median cycle of A's), longest waiting first.
    """
    known = a_days[~np.isnan(a_days)]
    usual = float(np.median(known)) if len(known) else np.nan
    chosen = open_[(open_["todo"] == PRESS) & (open_["waiting"] > usual)].assign(usual=usual)
    return chosen.sort_values(["waiting", "amount", "deal_id"], ascending=[False, False, True], ignore_index=True)
