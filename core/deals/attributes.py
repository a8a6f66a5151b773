"""Attributes of deals as few labels each, and the rates of wins and of A's by them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.attribute_labels import labelled, tells_apart
from core.deals.table import Deals
from core.history import MISSING
from core.stats import SMALL_N, normal_quantile, two_sided_p, wilson
from core.traits import benjamini_hochberg

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

AMOUNT, EARLIER = "amount", "earlier_wins"
RATES = (
    "target", "attribute", "value", "deals", "hits", "rate", "low", "high", "rest_rate", "lift", "lift_low", "lift_high",
    "adjusted_p", "claim", "few",
)  # fmt: skip
LEVEL = 0.05


def label_frame(deals: Deals, accounts: pd.DataFrame, left_out: tuple[str, ...]) -> pd.DataFrame:
    """What is known of a deal when it is opened, as categories.

    Parameters
    ----------
    deals : Deals
    accounts : pandas.DataFrame
        Attributes of the customers that the deals' accounts are, row for row; those of the deals' own go first.
    left_out : tuple of str
        Names of attributes not to take.

    Returns
    -------
    pandas.DataFrame of category
        region, channel, the table's further columns and the customers' that tell deals apart, ``amount`` (in quarters) and
        ``earlier_wins`` (none, one or more). Missing stays missing; of more than 30 values the rarest are "(other)".
    """
    rows = deals.rows
    columns: dict[str, pd.Series] = {name: rows[name] for name in ("region", "channel")}
    columns |= {str(name): deals.attributes[name] for name in deals.attributes}
    columns |= {str(name): accounts[name] for name in accounts if str(name) not in columns}
    columns[AMOUNT] = rows["amount"] / 10_000
    columns[EARLIER] = rows["earlier_wins"].map(lambda n: "some" if n > 0 else "none", na_action="ignore")
    made = {}
    for name, column in columns.items():
        if name not in left_out and tells_apart(column):
            codes, labels = labelled(column)
            codes = np.where(codes == labels.index(MISSING), -1, codes) if MISSING in labels else codes
            made[name] = pd.Categorical.from_codes(codes, [one for one in labels if one != MISSING])
    return pd.DataFrame(made, index=rows.index)


def rate_table(labels: pd.DataFrame, targets: dict[str, tuple[Flags, Flags]]) -> pd.DataFrame:
    """How often each value of each attribute goes with a target, against the other values.

    Parameters
    ----------
    labels : pandas.DataFrame of category
    targets : dict of str to (known, hit)
        Deals that count, and those of them that hit.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`RATES`. ``rate`` with Wilson's interval; ``lift`` is the rate over that of the other known values, its
        interval log-adjusted (Walter 1975); p by the two-proportion z test, adjusted over all values of a target (Benjamini &
        Hochberg); ``claim``: below 0.05 with 30 deals on either side.
    """
    tables = []
    for target, (known, hit) in targets.items():
        parts = [_rates(str(name), labels[name].cat, known, hit) for name in labels]
        table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["p"])
        table.insert(0, "target", target)
        table["adjusted_p"] = benjamini_hochberg(table["p"].to_numpy(dtype=np.float64))
        enough = (table.get("deals", table["p"]) >= SMALL_N) & (table.get("rest", table["p"]) >= SMALL_N)
        tables.append(table.assign(claim=(table["adjusted_p"] < LEVEL) & enough, few=~enough))
    return pd.concat(tables, ignore_index=True).reindex(columns=list(RATES))


def _rates(name: str, column: "pd.Series.cat", known: Flags, hit: Flags) -> pd.DataFrame:
    values = [str(value) for value in column.categories]
    codes = column.codes.to_numpy().astype(np.int64)
    told = known & (codes >= 0)
    n = np.bincount(codes[told], minlength=len(values)).astype(np.float64)
    k = np.bincount(codes[told & hit], minlength=len(values)).astype(np.float64)
    m, h = n.sum() - n, k.sum() - k
    low, high = wilson(k, n)
    lift, lift_low, lift_high, p = ratio_of_rates(k, n, h, m)
    with np.errstate(divide="ignore", invalid="ignore"):
        table = pd.DataFrame(
            {
                "attribute": name, "value": values, "deals": n.astype(np.int64), "rest": m, "hits": k.astype(np.int64), "rate": k / n,
                "low": low, "high": high, "rest_rate": h / m, "lift": lift, "lift_low": lift_low, "lift_high": lift_high, "p": p,
            }
        )  # fmt: skip
    return table[(table["deals"] > 0)]


def ratio_of_rates(k: Floats, n: Floats, h: Floats, m: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """The rate k of n against h of m: the ratio, its 95 % interval, and p of no difference; NaN without trials on a side."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = (k / n) / (h / m)
        log = np.log((k + 0.5) / (n + 0.5)) - np.log((h + 0.5) / (m + 0.5))
        error = np.sqrt(1 / (k + 0.5) - 1 / (n + 0.5) + 1 / (h + 0.5) - 1 / (m + 0.5))
        share = (k + h) / (n + m)
        spread = np.sqrt(share * (1 - share) * (1 / n + 1 / m))
        z = np.where(spread > 0, (k / n - h / m) / spread, np.nan)
    nobody = (n == 0) | (m == 0)
    reach = normal_quantile() * error
    low, high = (np.where(nobody, np.nan, np.exp(log + side * reach)) for side in (-1, 1))
    return np.where(np.isfinite(ratio), ratio, np.nan), low, high, np.where(nobody, np.nan, two_sided_p(z))
