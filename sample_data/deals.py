"""Contracts that Brackenhall's sales force negotiates with firms: who makes good clients, and where the effort goes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sample_data.customers import Customers, choose
from sample_data.persona import INDUSTRIES, REGIONS, SIZES
from sample_data.seasons import DAYS, dates

FIRMS, PROSPECTS, DEALS = 420, 180, 1600
FIRST_DEAL, FIRST_PROSPECT = 5001, 901
KINDS = ("A", "B", "C", "D", "X", "quick_no")
A, B, C, D, X, QUICK = range(len(KINDS))

GOOD_INDUSTRIES = ("health practices", "schools and childcare")
GOOD_SIZES = ("10 to 49", "50 to 249")
THRESHOLD = 24_000  # euros: dearer offers are won half as often
CHANNELS = ("Field sales", "Web", "Trade fair", "Referral")
STAGES = ("Enquiry", "Offer", "Negotiation", "Contract")
NEEDS = ("refit", "opening", "running supplies", "replacement")
STRUCTURES = ("one decides", "committee", "tender")
ROLES = ("user", "influencer", "buyer", "decider", "gatekeeper")
REASONS = {
    C: ("price", "chose a competitor", "no decision", "terms"),
    D: ("no budget", "no money this year"),
    X: ("not in our range", "needs beyond what we sell"),
    QUICK: ("chose a competitor", "price", "timing"),
}
WORK = {
    "user": ("less work in the day", "things that last"),
    "influencer": ("meets the norms", "fits what is there"),
    "buyer": ("lower cost a year", "one supplier less"),
    "decider": ("no risk of a bad choice", "opens on time"),
    "gatekeeper": ("no trouble with papers", "a clear offer"),
}
PERSONAL = {
    "user": ("comfort", "a say in it"),
    "influencer": ("being asked", "recognition"),
    "buyer": ("a good deal to show", "praise from the boss"),
    "decider": ("standing", "peace and quiet"),
    "gatekeeper": ("being taken seriously", "no extra work"),
}


class Kind(NamedTuple):
    """How deals of a kind go: days, contacts and changes on average, discount and margin as shares."""

    days: float
    contacts: float
    changes: float
    discount: float
    margin: float


OF_KIND = {
    A: Kind(24, 4, 0.0, 0.02, 0.38),
    B: Kind(88, 17, 1.6, 0.11, 0.21),
    C: Kind(104, 21, 2.0, 0.13, 0.17),
    D: Kind(30, 4, 0.0, 0.03, 0.30),
    X: Kind(36, 5, 0.1, 0.02, 0.30),
    QUICK: Kind(14, 2, 0.0, 0.01, 0.30),
}


def draw_deals(
    rng: np.random.Generator, customers: Customers, attributes: pd.DataFrame, ids: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The deals, one row each, and the changes of their stages, one row each; money in cents."""
    accounts = _accounts(rng, customers, attributes, ids)
    owner = rng.integers(0, len(accounts), DEALS)
    of = accounts.iloc[owner].reset_index(drop=True)
    opened = np.sort(rng.integers(0, DAYS, DEALS))
    structure = choose(
        rng, np.where((of["industry"] == "public offices").to_numpy()[:, None], (0.1, 0.2, 0.7), (0.5, 0.4, 0.1))
    )
    scale = np.array([6_000, 11_000, 17_000, 34_000])[of["size_code"]]
    price = np.round(scale * rng.lognormal(0, 0.45, DEALS), -1)
    kind = choose(rng, _weights(of, structure, price))
    went = _went(rng, kind)
    closed = opened + went["days"].to_numpy()
    open_ = closed >= DAYS
    committee, work, personal = _committees(rng, kind, structure)
    table = pd.DataFrame(
        {
            "deal_id": np.char.add("D", (FIRST_DEAL + np.arange(DEALS)).astype(str)),
            "account_id": of["account_id"],
            "opened": dates()[opened],
            "closed": pd.Series(dates()[np.minimum(closed, DAYS - 1)]).where(~open_),
            "outcome": np.where(open_, "open", np.where(np.isin(kind, (A, B)), "won", "lost")),
            "reason": _reasons(rng, kind).where(~open_ & ~np.isin(kind, (A, B))),
            "amount": np.round(price * (1 - went["discount"]) * 100).astype(np.int64),
            "discount": np.round(price * went["discount"] * 100).astype(np.int64),
            "margin": np.round(price * (1 - went["discount"]) * went["margin"] * 100).astype(np.int64),
            "contacts": np.where(open_, np.ceil(went["contacts"] * _passed(opened, closed)), went["contacts"]).astype(
                int
            ),
            "changes": np.where(open_, np.floor(went["changes"] * _passed(opened, closed)), went["changes"]).astype(
                int
            ),
            "region": of["region"],
            "channel": np.array(CHANNELS)[
                choose(rng, np.where(kind[:, None] == A, (0.36, 0.22, 0.16, 0.26), (0.4, 0.25, 0.2, 0.15)))
            ],
            "industry": of["industry"],
            "size": of["size"],
            "need": np.array(NEEDS)[rng.integers(0, len(NEEDS), DEALS)],
            "decision structure": np.array(STRUCTURES)[structure],
            "committee": committee,
            "work motives": work,
            "personal motives": personal,
        }
    )
    return table, _stages(rng, table["deal_id"].to_numpy(), opened, closed, kind)


def _accounts(
    rng: np.random.Generator, customers: Customers, attributes: pd.DataFrame, ids: np.ndarray
) -> pd.DataFrame:
    """Firms that buy already, and firms that do not yet."""
    firms = rng.choice(np.flatnonzero(customers.firm), FIRMS, replace=False)
    size = np.concatenate(
        [[SIZES.index(one) for one in attributes["size"].iloc[firms]], rng.integers(0, len(SIZES), PROSPECTS)]
    )
    industry = np.concatenate(
        [attributes["industry"].iloc[firms], np.array(INDUSTRIES)[rng.integers(0, len(INDUSTRIES), PROSPECTS)]]
    )
    region = np.concatenate([customers.region[firms], rng.integers(0, len(REGIONS), PROSPECTS)])
    prospects = np.char.add("P", (FIRST_PROSPECT + np.arange(PROSPECTS)).astype(str))
    return pd.DataFrame(
        {
            "account_id": np.concatenate([ids[firms], prospects]),
            "size_code": size,
            "size": np.array(SIZES)[size],
            "industry": industry,
            "region": np.array(REGIONS)[region],
        }
    )


def _weights(of: pd.DataFrame, structure: np.ndarray, price: np.ndarray) -> np.ndarray:
    """How likely each deal is of each kind: good industries and sizes make A's, tenders B's and C's; the smallest have no money."""
    good = of["industry"].isin(GOOD_INDUSTRIES).to_numpy() & of["size"].isin(GOOD_SIZES).to_numpy()
    weights = np.tile(np.array([0.16, 0.26, 0.24, 0.05, 0.02, 0.16]), (len(of), 1))
    weights[good] = (0.72, 0.08, 0.06, 0.02, 0.02, 0.10)
    weights[:, D] += 0.22 * (of["size"] == SIZES[0])
    weights[:, X] += 0.12 * (of["size"] == SIZES[-1])
    weights[structure == STRUCTURES.index("tender")] *= (0.25, 1.5, 1.6, 0.6, 1, 0.6)
    dear = price >= THRESHOLD
    weights[dear] *= (0.3, 0.35, 1.3, 1, 1.6, 1.6)
    return weights


def _went(rng: np.random.Generator, kind: np.ndarray) -> pd.DataFrame:
    """How each deal goes to its end: days, contacts, changes, discount and margin."""
    means = np.array([OF_KIND[one] for one in range(len(KINDS))])[kind]
    days, contacts, changes, discount, margin = means.T
    n = len(kind)
    given = np.where(rng.random(n) < 0.35, 0.0, rng.gamma(3.0, discount / 3 / 0.65))
    return pd.DataFrame(
        {
            "days": np.maximum(np.round(days * rng.gamma(9.0, 1 / 9.0, n)), 2).astype(int),
            "contacts": 1 + rng.poisson(contacts * rng.gamma(8.0, 1 / 8.0, n)),
            "changes": rng.poisson(changes),
            "discount": np.round(np.minimum(given, 0.3), 2),
            # A few of the won deals are sold at a loss.
            "margin": np.where(
                (kind == B) & (rng.random(n) < 0.08), -0.04, np.clip(rng.normal(margin, 0.05), 0.05, 0.55)
            ),
        }
    )


def _passed(opened: np.ndarray, closed: np.ndarray) -> np.ndarray:
    """The share of a deal's time that is over on the last day."""
    return (DAYS - opened) / (closed - opened + 1)


def _reasons(rng: np.random.Generator, kind: np.ndarray) -> pd.Series:
    found = np.full(len(kind), "", dtype=object)
    draw = rng.random(len(kind))
    for one, words in REASONS.items():
        found[kind == one] = np.array(words, dtype=object)[(draw[kind == one] * len(words)).astype(int)]
    return pd.Series(found, dtype="str")


def _committees(rng: np.random.Generator, kind: np.ndarray, structure: np.ndarray) -> tuple[list[str | None], ...]:
    """Roles on the buyer's side and their motives, known of three deals in four; with a decider at the table more is won."""
    chance = np.tile(np.array([0.7, 0.45, 0.5, 0.0, 0.3]), (len(kind), 1))
    chance[:, ROLES.index("decider")] = np.where(np.isin(kind, (A, B)), 0.75, 0.35)
    chance[structure == STRUCTURES.index("one decides"), ROLES.index("gatekeeper")] = 0.1
    there = rng.random(chance.shape) < chance
    there[~there.any(axis=1), ROLES.index("user")] = True
    known, pick = rng.random(len(kind)) < 0.75, rng.random((2, *chance.shape)) < 0.7

    def written(row: int, motives: dict[str, tuple[str, ...]] | None, which: np.ndarray) -> str | None:
        names = [role for place, role in enumerate(ROLES) if there[row, place]]
        if not known[row]:
            return None
        if motives is None:
            return "; ".join(names)
        return "; ".join(f"{role}: {motives[role][0 if which[row, ROLES.index(role)] else 1]}" for role in names)

    rows = range(len(kind))
    wanted = ((None, pick[0]), (WORK, pick[0]), (PERSONAL, pick[1]))
    return tuple([written(row, motives, which) for row in rows] for motives, which in wanted)


def _stages(
    rng: np.random.Generator, deal: np.ndarray, opened: np.ndarray, closed: np.ndarray, kind: np.ndarray
) -> pd.DataFrame:
    """When each deal came to each stage; a lost one stops at some stage before the contract."""
    last = np.where(
        np.isin(kind, (A, B)), 3, np.where(kind == QUICK, rng.integers(0, 2, len(kind)), rng.integers(1, 3, len(kind)))
    )
    share = np.sort(rng.random((len(kind), len(STAGES) - 1)) * 0.85, axis=1)
    when = opened[:, None] + np.round(
        np.column_stack([np.zeros(len(kind)), share]) * (closed - opened)[:, None]
    ).astype(int)
    row, stage = np.nonzero((np.arange(len(STAGES)) <= last[:, None]) & (when < DAYS))
    return pd.DataFrame(
        {
            "deal_id": deal[row],
            "stage": np.array(STAGES)[stage],
            "stage_time": dates()[when[row, stage]].astype("datetime64[s]"),
        }
    )
