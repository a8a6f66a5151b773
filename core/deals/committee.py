"""Who decides on the buyer's side: the roles that a deal names, with their motives, and how such deals end.

A column of the table whose name says so (committee, roles, …) holds roles with ";" or "," between them. Columns of motives hold
``role: motive`` pairs, with ";" between them.
"""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.deals.attributes import ratio_of_rates
from core.deals.words import plain
from core.stats import SMALL_N, wilson
from core.traits import benjamini_hochberg

Flags = NDArray[np.bool_]
COLUMNS = (
    "role", "deals", "won", "win_rate", "low", "high", "rest_rate", "lift", "lift_low", "lift_high", "adjusted_p", "claim", "few",
    "hits", "hit_rate", "hit_low", "hit_high", "work_motive", "work_n", "personal_motive", "personal_n", "motives_n",
)  # fmt: skip
_ROLES = ("committee", "buyingcommittee", "committeeroles", "roles", "buyingroles", "decisionroles", "комитет", "закупочныйкомитет",
    "роли",
    "采购委员会", "角色")  # fmt: skip
_MOTIVES = {
    "work": ("workmotive", "workmotives", "businessmotive", "рабочиймотив", "рабочиемотивы", "工作动机"),
    "personal": ("personalmotive", "personalmotives", "личныймотив", "личныемотивы", "个人动机"),
}


def columns_of(attributes: pd.DataFrame) -> dict[str, str]:
    """Which columns hold the roles and the motives: ``roles``, ``work``, ``personal``, where there are any."""
    wanted = {"roles": _ROLES, **_MOTIVES}
    named = {plain(str(name)): str(name) for name in attributes}
    found = {key: next((named[one] for one in names if one in named), "") for key, names in wanted.items()}
    return {key: name for key, name in found.items() if name}


def committee_table(attributes: pd.DataFrame, known: Flags, won: Flags, graded: Flags, hit: Flags) -> pd.DataFrame:
    """The roles, most frequent first.

    Parameters
    ----------
    attributes : pandas.DataFrame
        Further columns of the table of deals.
    known, won : ndarray of bool
        Closed deals, and those of them that were won.
    graded, hit : ndarray of bool
        Deals that can be told to be an A or not, and A's.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`: closed deals that name the role against those that name others only; claims over the roles. The
        most frequent work and personal motive of the role with the deals that tell it, of ``motives_n`` deals that tell one.
    """
    given = columns_of(attributes)
    if "roles" not in given:
        return pd.DataFrame(columns=list(COLUMNS))
    named = _parts(attributes[given["roles"]]).drop_duplicates()
    told = np.zeros(len(known), dtype=bool)
    told[named["deal"]] = True
    rows = []
    for role, part in named.groupby("part", sort=True):
        has = np.zeros(len(known), dtype=bool)
        has[part["deal"]] = True
        n, m = float((known & has).sum()), float((known & told & ~has).sum())
        k, h = float((won & known & has).sum()), float((won & known & told & ~has).sum())
        a, of = float((hit & graded & has).sum()), float((graded & has).sum())
        rows.append((role, n, k, h, m, a, of))
    table = pd.DataFrame(rows, columns=["role", "deals", "won", "h", "m", "hits", "graded"])
    low, high = wilson(table["won"], table["deals"])
    lift, lift_low, lift_high, p = ratio_of_rates(
        *(table[name].to_numpy(dtype=np.float64) for name in ("won", "deals", "h", "m"))
    )
    hit_low, hit_high = wilson(table["hits"], table["graded"])
    adjusted = benjamini_hochberg(p)
    enough = (table["deals"] >= SMALL_N) & (table["m"] >= SMALL_N)
    table = table.assign(
        win_rate=table["won"] / table["deals"], low=low, high=high, rest_rate=table["h"] / table["m"], lift=lift, lift_low=lift_low,
        lift_high=lift_high, adjusted_p=adjusted, claim=(adjusted < 0.05) & enough, few=table["deals"] < SMALL_N,
        hit_rate=table["hits"] / table["graded"], hit_low=hit_low, hit_high=hit_high,
    )  # fmt: skip
    motives = {kind: _motives(attributes, given.get(kind, "")) for kind in _MOTIVES}
    for kind, of_role in motives.items():
        table[f"{kind}_motive"] = table["role"].map({role: one[0] for role, one in of_role.items()})
        table[f"{kind}_n"] = table["role"].map({role: one[1] for role, one in of_role.items()})
    table["motives_n"] = table["role"].map(
        {role: max(kind.get(role, ("", 0, 0))[2] for kind in motives.values()) for role in table["role"]}
    )
    whole = dict.fromkeys(("deals", "won", "hits"), np.int64)
    return table.astype(whole).sort_values(["deals", "role"], ascending=[False, True], ignore_index=True)[list(COLUMNS)]


def _parts(column: "pd.Series[str]") -> pd.DataFrame:
    """Columns deal (position) and part: what stands between the separators."""
    told = np.flatnonzero(column.notna().to_numpy())
    pieces = column.iloc[told].astype(str).str.split(re.compile(r"[;,|]"))
    long = pd.DataFrame({"deal": told, "part": pieces.to_numpy()}).explode("part")
    long["part"] = long["part"].str.strip()
    return long[long["part"].fillna("") != ""].astype({"deal": np.int64})


def _motives(attributes: pd.DataFrame, name: str) -> dict[str, tuple[str, int, int]]:
    """The most frequent motive of each role, in how many deals, of how many that tell one; of equal ones the first by name."""
    if not name:
        return {}
    pairs = _parts(attributes[name].where(attributes[name].isna(), attributes[name].astype(str).str.replace(",", "\0")))
    split = pairs["part"].str.replace("\0", ",").str.partition(":")
    long = pd.DataFrame({"role": split[0].str.strip(), "motive": split[2].str.strip()})
    counted = long[long["motive"] != ""].value_counts(["role", "motive"]).rename("n").reset_index()
    best = counted.sort_values(["n", "motive"], ascending=[False, True]).drop_duplicates("role")
    whole = counted.groupby("role")["n"].sum()
    return {row.role: (row.motive, int(row.n), int(whole[row.role])) for row in best.itertuples()}
