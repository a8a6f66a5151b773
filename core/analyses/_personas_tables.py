"""The tables of personas and of the circles around the core, from what was found and who is in view."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.features import Selection
from core.money import SCALE
from core.personas.circles import CIRCLES
from core.personas.found import Fitted, KindFit, Persona
from core.personas.ranking import Ranking
from core.stats import ratio_interval

Codes = NDArray[np.int64]

PERSONA_COLUMNS = [
    "persona", "customers", "revenue_share", "stability", "kind", "verdict", "role", "name", "customer_share", "revenue", "orders",
    "order_value", "revenue_share_low", "revenue_share_high", "core_distance",
]  # fmt: skip
CIRCLE_COLUMNS = [
    "portrait", "circle", "kind", "customers", "customer_share", "revenue", "revenue_share", "revenue_share_low", "revenue_share_high",
    "orders", "order_value",
]  # fmt: skip
KIND_COLUMNS = [
    "kind", "customers", "k", "verdict", "agreement", "low", "high", "silhouette", "measures", "left_out", "origin", "snapshot",
]  # fmt: skip


@dataclass(frozen=True, eq=False)
class Shown:
    """Customers in view: position among buyers, code, persona, matching revenue (money units) and purchases."""

    place: Codes
    customer: Codes
    persona: Codes
    revenue: Codes
    orders: Codes


def shown(selection: Selection, revenue: Codes, fitted: Fitted) -> Shown:
    """The customers in view with their matching revenue (money units, all customers' given)."""
    customer = selection.shown
    place = np.searchsorted(fitted.behaviour.customer, customer)
    persona = fitted.persona[place].astype(np.int64)
    return Shown(place, customer, persona, revenue[customer], selection.purchases[customer].astype(np.int64))


def persona_table(fitted: Fitted, view: Shown) -> pd.DataFrame:
    """One row a persona, most value first."""
    rows = [_persona_row(persona, view, view.persona == i) for i, persona in enumerate(fitted.personas)]
    return pd.DataFrame(rows, columns=PERSONA_COLUMNS)


def _persona_row(persona: Persona, view: Shown, member: NDArray[np.bool_]) -> dict[str, object]:
    return {
        "persona": persona.code,
        "stability": persona.jaccard,
        "kind": persona.kind,
        "verdict": persona.verdict,
        "role": persona.role,
        "name": "+".join(persona.name),
        "core_distance": persona.distance,
        **_money(view, member),
    }


def _money(view: Shown, member: NDArray[np.bool_]) -> dict[str, object]:
    """What members of a group in view bring."""
    revenue, orders = int(view.revenue[member].sum()), int(view.orders[member].sum())
    share, low, high = ratio_interval(np.where(member, view.revenue, 0), view.revenue)
    return {
        "customers": int(member.sum()),
        "customer_share": member.mean(),
        "revenue": revenue / SCALE,
        "revenue_share": share,
        "revenue_share_low": low,
        "revenue_share_high": high,
        "orders": orders,
        "order_value": revenue / SCALE / orders if orders else np.nan,
    }


def portrait_codes(ranking: Ranking) -> tuple[list[str], Codes]:
    """``core:person`` and so on, and the position of the kind of each."""
    codes = [f"{circle}:{kind}" for kind in ranking.kinds for circle in CIRCLES]
    return codes, np.repeat(np.arange(len(ranking.kinds)), len(CIRCLES))


def circle_of(ranking: Ranking, view: Shown) -> Codes:
    """The position among :func:`portrait_codes` of each customer in view."""
    found: Codes = ranking.kind[view.place] * len(CIRCLES) + ranking.circle[view.place]
    return found


def circle_table(ranking: Ranking, view: Shown) -> pd.DataFrame:
    """One row a circle and kind."""
    codes, _ = portrait_codes(ranking)
    groups = circle_of(ranking, view)
    rows = []
    for place, code in enumerate(codes):
        circle, _, kind = code.partition(":")
        rows.append({"portrait": code, "circle": circle, "kind": kind, **_money(view, groups == place)})
    return pd.DataFrame(rows, columns=CIRCLE_COLUMNS)


def customer_table(fitted: Fitted, ranking: Ranking | None, view: Shown) -> pd.DataFrame:
    """One row a customer in view, most revenue first."""
    ranked = np.argsort(-view.revenue, kind="stable")
    codes = [persona.code for persona in fitted.personas]
    kinds = np.array([persona.kind for persona in fitted.personas] + [None], dtype=object)
    place = view.place[ranked]
    circle = np.full(len(place), -1) if ranking is None else ranking.circle[place]
    return pd.DataFrame(
        {
            "customer": view.customer[ranked],
            "persona": pd.Categorical.from_codes(view.persona[ranked], categories=codes),
            "kind": kinds[view.persona[ranked]],
            "revenue": view.revenue[ranked] / SCALE,
            "orders": view.orders[ranked],
            "circle": pd.Categorical.from_codes(circle, categories=list(CIRCLES)),
            "likeness": np.full(len(place), np.nan) if ranking is None else ranking.likeness[place],
        }
    )


def likeness_table(ranking: Ranking | None) -> pd.DataFrame:
    """How well likeness tells the core from the others, by kind."""
    rows = [
        (kind, of, alike.auc, alike.low, alike.high, alike.n, alike.tells)
        for of, all_kinds in (("buyers", ranking.found), ("potential", ranking.attributes_only))
        for kind, alike in zip(ranking.kinds, all_kinds, strict=True)
    ] if ranking is not None else []  # fmt: skip
    return pd.DataFrame(rows, columns=["kind", "of", "auc", "low", "high", "n", "tells"])


def diagnostics_table(kinds: tuple[KindFit, ...]) -> pd.DataFrame:
    """One row a kind and number of clusters."""
    rows = [
        (c.k, c.agreement, c.silhouette, kind.kind, c.k == kind.chosen.k, c.low, c.high, min(c.jaccard))
        for kind in kinds
        for c in kind.checks
    ]
    return pd.DataFrame(rows, columns=["k", "stability", "silhouette", "kind", "chosen", "low", "high", "weakest"])


def kind_table(fitted: Fitted) -> pd.DataFrame:
    """One row a kind."""
    sizes = np.bincount(fitted.persona[fitted.persona >= 0], minlength=len(fitted.personas))
    rows = [
        {
            "kind": kind.kind,
            "customers": sum(int(n) for n, p in zip(sizes, fitted.personas, strict=True) if p.kind == kind.kind),
            "k": kind.chosen.k,
            "verdict": kind.verdict,
            "agreement": kind.chosen.agreement,
            "low": kind.chosen.low,
            "high": kind.chosen.high,
            "silhouette": kind.chosen.silhouette,
            "measures": "+".join(kind.measures),
            "left_out": "+".join(f"{name}:{reason}" for name, reason in kind.left_out),
            "origin": kind.origin,
            "snapshot": kind.snapshot,
        }
        for kind in fitted.kinds
    ]
    return pd.DataFrame(rows, columns=KIND_COLUMNS)


def plane_tables(fitted: Fitted, view: Shown) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers on the plane (kind, customer, persona, x, y), those in view, and what its axes are: kind, axis, explained, measure,
    loading.
    """
    points, axes = [], []
    codes = np.array([persona.code for persona in fitted.personas], dtype=object)
    for kind in fitted.kinds:
        plane = kind.plane
        seen = np.isin(plane.rows, view.place)
        rows = plane.rows[seen]
        points.append(
            pd.DataFrame(
                {
                    "kind": kind.kind,
                    "customer": fitted.behaviour.customer[rows],
                    "persona": codes[fitted.persona[rows]],
                    "x": plane.xy[seen, 0],
                    "y": plane.xy[seen, 1],
                }
            )
        )
        axes += [(kind.kind, "xy"[axis], plane.explained[axis], name, value) for axis, name, value in plane.loadings]
    columns = ["kind", "customer", "persona", "x", "y"]
    plane_points = pd.concat(points, ignore_index=True) if points else pd.DataFrame(columns=columns)
    return plane_points, pd.DataFrame(axes, columns=["kind", "axis", "explained", "measure", "loading"])
