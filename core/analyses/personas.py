"""Personas: groups of customers that buy alike, how far they can be trusted, and what sets each apart."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.classification import Classification
from core.filters import Filters
from core.money import SCALE
from core.params import choice
from core.personas import FEWEST
from core.personas.fit import Fitted, KindFit, Persona, fitted_personas
from core.results import Notice
from core.stats import ratio_interval
from core.traits import COLUMNS as TRAIT_COLUMNS
from core.traits import mean_traits, share_traits

BEHAVIOUR, ATTRIBUTE = "behaviour", "attribute"
# From the one to act on to the one not to.
VERDICTS = ("natural", "constructive", "unstable")


@dataclass(frozen=True)
class PersonasParams:
    """Settings of personas.

    Parameters
    ----------
    k : {"auto", "2", ..., "8"}
        How many personas (of each kind); ``auto`` takes the finest answer that comes back when customers are drawn anew.
    value : {"revenue", "margin"}
        What a customer's value is.
    kinds : {"apart", "together"}
        Whether people and firms are clustered apart where an attribute tells them and there are 200 of both.
    """

    k: str = choice("auto", "auto", "2", "3", "4", "5", "6", "7", "8")
    value: Literal["revenue", "margin"] = choice("revenue", "revenue", "margin")
    kinds: Literal["apart", "together"] = choice("apart", "apart", "together")


@dataclass(frozen=True, eq=False)
class PersonasResult:
    """Personas of the customers in view, fitted on everybody up to the as-of day.

    Parameters
    ----------
    personas : pandas.DataFrame
        persona, customers, revenue_share, stability (mean Jaccard similarity over resamples), kind, verdict (valid, doubtful,
        unstable), role (core, target, near_target, other), name (keys joined by "+"), customer_share, revenue, orders, order_value (a
        purchase), revenue_share_low, revenue_share_high, core_distance. Most value first, by the value of everybody.
    traits : pandas.DataFrame
        persona, attribute, value, share, rest_share, index, low, high, group (behaviour or attribute), mean, rest_mean, n, rest_n,
        adjusted_p, claim. The rest are the other personas in view of the same kind.
    customers : pandas.DataFrame
        customer (code), persona, kind, revenue, orders; most revenue first.
    diagnostics : pandas.DataFrame
        k, stability (mean adjusted Rand index over pairs of resamples), silhouette, kind, chosen, low, high, weakest (smallest
        Jaccard similarity of its clusters).
    kinds : pandas.DataFrame
        kind, customers, k, verdict (natural, constructive, unstable), agreement, low, high, silhouette, measures (joined by "+"),
        left_out (measure:reason, joined by "+").
    verdict : str or None
        The worst of the kinds' verdicts; None without personas.
    agreement, agreement_low, agreement_high : float
        Of the kind with that verdict: mean adjusted Rand index and the middle 95 % of pairs of resamples; NaN without personas.
    measures : tuple of str
        All that customers were compared by.
    value : str
    as_of : int
        Day number.
    n_customers : int
        Of the history, in view or not.
    notices : tuple of Notice
        ``too_few_customers`` (n, needed), ``nothing_tells_apart`` (n), ``unstable_personas`` (agreement), ``kinds_apart``
        (person, firm: customers).
    """

    personas: pd.DataFrame
    traits: pd.DataFrame
    customers: pd.DataFrame
    diagnostics: pd.DataFrame
    kinds: pd.DataFrame
    verdict: str | None
    agreement: float
    agreement_low: float
    agreement_high: float
    measures: tuple[str, ...]
    value: str
    as_of: int
    n_customers: int
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {
            "personas": self.personas,
            "traits": self.traits,
            "customers": self.customers,
            "diagnostics": self.diagnostics,
            "kinds": self.kinds,
        }

    def classification(self) -> Classification:
        """The personas as a classification of all customers; -1 for those out of view or without a persona."""
        labels = tuple(self.personas["persona"])
        codes = np.full(self.n_customers, -1, dtype=np.int16)
        codes[self.customers["customer"]] = self.customers["persona"].cat.codes
        return Classification("persona", labels, codes)


def run(dataset: Dataset, filters: Filters, params: PersonasParams) -> PersonasResult:
    """Find the personas and show them for the customers in view.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
        Only ``last`` decides who is what; the rest decides who is shown.
    params : PersonasParams

    Returns
    -------
    PersonasResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        Margin is asked for and the data have no costs.
    """
    selection = features.select(dataset.history, filters)
    value = dataset.value_name(params.value)
    people = selection.shown
    k = None if params.k == "auto" else int(params.k)
    fitted = fitted_personas(dataset, selection.as_of, k, value, params.kinds == "apart")
    view = _view(selection, people, fitted)
    worst = max(fitted.kinds, key=lambda kind: (VERDICTS.index(kind.verdict), -kind.chosen.agreement), default=None)
    return PersonasResult(
        personas=_personas(fitted, view),
        traits=_traits(fitted, view),
        customers=_customers(fitted, view),
        diagnostics=_diagnostics(fitted.kinds),
        kinds=_kinds(fitted),
        verdict=worst.verdict if worst else None,
        agreement=worst.chosen.agreement if worst else np.nan,
        agreement_low=worst.chosen.low if worst else np.nan,
        agreement_high=worst.chosen.high if worst else np.nan,
        measures=tuple(dict.fromkeys(name for kind in fitted.kinds for name in kind.measures)),
        value=value,
        as_of=selection.as_of,
        n_customers=dataset.history.n_customers,
        notices=_notices(fitted, worst),
    )


@dataclass(frozen=True, eq=False)
class _View:
    """Customers in view: position among buyers, code, persona, matching revenue (money units) and purchases."""

    place: NDArray[np.int64]
    customer: NDArray[np.int64]
    persona: NDArray[np.int64]
    revenue: NDArray[np.int64]
    orders: NDArray[np.int64]


def _view(selection: features.Selection, customer: NDArray[np.int64], fitted: Fitted) -> _View:
    place = np.searchsorted(fitted.behaviour.customer, customer)
    revenue = features.per_customer(selection.history, selection.history.revenue, selection.matching)[customer]
    return _View(
        place,
        customer,
        fitted.persona[place].astype(np.int64),
        revenue,
        selection.purchases[customer].astype(np.int64),
    )


def _personas(fitted: Fitted, view: _View) -> pd.DataFrame:
    rows = [_persona_row(persona, view, view.persona == i) for i, persona in enumerate(fitted.personas)]
    return pd.DataFrame(rows, columns=_PERSONA_COLUMNS)


_PERSONA_COLUMNS = [
    "persona", "customers", "revenue_share", "stability", "kind", "verdict", "role", "name", "customer_share", "revenue", "orders",
    "order_value", "revenue_share_low", "revenue_share_high", "core_distance",
]  # fmt: skip


def _persona_row(persona: Persona, view: _View, member: NDArray[np.bool_]) -> dict[str, object]:
    revenue, orders = int(view.revenue[member].sum()), int(view.orders[member].sum())
    share, low, high = ratio_interval(np.where(member, view.revenue, 0), view.revenue)
    return {
        "persona": persona.code,
        "customers": int(member.sum()),
        "revenue_share": share,
        "stability": persona.jaccard,
        "kind": persona.kind,
        "verdict": persona.verdict,
        "role": persona.role,
        "name": "+".join(persona.name),
        "customer_share": member.mean(),
        "revenue": revenue / SCALE,
        "orders": orders,
        "order_value": revenue / SCALE / orders if orders else np.nan,
        "revenue_share_low": low,
        "revenue_share_high": high,
        "core_distance": persona.distance,
    }


def _traits(fitted: Fitted, view: _View) -> pd.DataFrame:
    columns = ["persona", *TRAIT_COLUMNS[1:8], "group", *TRAIT_COLUMNS[8:]]
    if not fitted.personas:
        return pd.DataFrame(columns=columns)
    kinds = [kind.kind for kind in fitted.kinds]
    within = np.array([kinds.index(persona.kind) for persona in fitted.personas])
    known = view.persona >= 0
    groups, place = view.persona[known], view.place[known]
    behaviour = mean_traits(_shown(fitted.behaviour.frame.iloc[place]), groups, within).assign(about=BEHAVIOUR)
    attributes = share_traits(fitted.attributes.iloc[place], groups, within).assign(about=ATTRIBUTE)
    traits = pd.concat([behaviour, attributes], ignore_index=True) if len(attributes) else behaviour
    traits = traits.sort_values("group", kind="stable", ignore_index=True)
    codes = np.array([persona.code for persona in fitted.personas], dtype=object)
    return traits.assign(persona=codes[traits["group"].to_numpy()], group=traits["about"])[columns]


def _shown(frame: pd.DataFrame) -> pd.DataFrame:
    """Behaviour as it is shown: the variation of the gaps is a ratio and so has an index; regularity is none."""
    shown = frame.drop(columns="regularity")
    shown.insert(
        shown.columns.get_loc("gap_days") + 1, "gap_variation", (1 - frame["regularity"]) / (1 + frame["regularity"])
    )
    return shown


def _customers(fitted: Fitted, view: _View) -> pd.DataFrame:
    ranked = np.argsort(-view.revenue, kind="stable")
    codes = [persona.code for persona in fitted.personas]
    kinds = np.array([persona.kind for persona in fitted.personas] + [None], dtype=object)
    return pd.DataFrame(
        {
            "customer": view.customer[ranked],
            "persona": pd.Categorical.from_codes(view.persona[ranked], categories=codes),
            "kind": kinds[view.persona[ranked]],
            "revenue": view.revenue[ranked] / SCALE,
            "orders": view.orders[ranked],
        }
    )


def _diagnostics(kinds: tuple[KindFit, ...]) -> pd.DataFrame:
    rows = [
        (c.k, c.agreement, c.silhouette, kind.kind, c.k == kind.chosen.k, c.low, c.high, min(c.jaccard))
        for kind in kinds
        for c in kind.checks
    ]
    return pd.DataFrame(rows, columns=["k", "stability", "silhouette", "kind", "chosen", "low", "high", "weakest"])


def _kinds(fitted: Fitted) -> pd.DataFrame:
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
        }
        for kind in fitted.kinds
    ]
    columns = ["kind", "customers", "k", "verdict", "agreement", "low", "high", "silhouette", "measures", "left_out"]
    return pd.DataFrame(rows, columns=columns)


def _notices(fitted: Fitted, worst: KindFit | None) -> tuple[Notice, ...]:
    count = len(fitted.behaviour)
    if count < FEWEST:
        return (Notice.of("too_few_customers", n=count, needed=FEWEST),)
    if worst is None:
        return (Notice.of("nothing_tells_apart", n=count),)
    notices = []
    if worst.verdict == "unstable":
        notices.append(Notice.of("unstable_personas", agreement=worst.chosen.agreement))
    if len(fitted.kinds) > 1:
        kinds = _kinds(fitted)
        notices.append(Notice.of("kinds_apart", **dict(zip(kinds["kind"], map(int, kinds["customers"]), strict=True))))
    return tuple(notices)
