"""Personas: groups of customers that buy alike, how far they can be trusted, and what sets each apart."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from core import features, survey
from core.access import Dataset
from core.analyses import _personas_tables as tables
from core.classification import Classification
from core.filters import Filters
from core.market import beside_market
from core.params import choice
from core.personas import FEWEST
from core.personas.describe import People
from core.personas.evidence import evidence
from core.personas.found import Fitted, How, KindFit
from core.personas.hypothesis import COLUMNS, hypotheses
from core.personas.keeping import fitted_personas
from core.personas.ranking import rank, rank_potential
from core.respondents import over_represented, said_and_did
from core.results import Notice

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
    method : {"mixture", "kmeans"}
        Gaussian clouds of one common shape, or k-means.
    basis : {"behaviour", "attributes"}
        Whether customers are compared by how they buy alone, or by who they are as well (never by ethnicity or religion).
    potential : {"without", "with"}
        Whether those who never ordered are ranked by their likeness to the core.
    """

    k: str = choice("auto", "auto", "2", "3", "4", "5", "6", "7", "8")
    value: Literal["revenue", "margin"] = choice("revenue", "revenue", "margin")
    kinds: Literal["apart", "together"] = choice("apart", "apart", "together")
    method: Literal["mixture", "kmeans"] = choice("mixture", "mixture", "kmeans")
    basis: Literal["behaviour", "attributes"] = choice("behaviour", "behaviour", "attributes")
    potential: Literal["without", "with"] = choice("without", "without", "with")


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
        persona, attribute, value, share, rest_share, index, low, high, group (behaviour, attribute, time, said), mean, rest_mean, n,
        rest_n, adjusted_p, claim. The rest are the other personas in view of the same kind.
    customers : pandas.DataFrame
        customer (code), persona, kind, revenue, orders, circle (core, target, near_target, other), likeness (percent of the core that
        is less like the core); most revenue first.
    diagnostics : pandas.DataFrame
        k, stability (mean adjusted Rand index over pairs of resamples), silhouette, kind, chosen, low, high, weakest (smallest
        Jaccard similarity of its clusters).
    kinds : pandas.DataFrame
        kind, customers, k, verdict (natural, constructive, unstable), agreement, low, high, silhouette, measures (joined by "+"),
        left_out (measure:reason, joined by "+"), origin (first, kept, matched), snapshot (that the groups were found in).
    circles : pandas.DataFrame
        portrait (``core:person``), circle, kind and what its customers bring, as in ``personas``.
    evidence : pandas.DataFrame
        What backs the sentences of each persona and portrait; see :func:`core.personas.evidence.evidence`.
    words : pandas.DataFrame
        persona, question (pain, quote, asked), answer, n, day: what they said in their own words.
    plane, axes : pandas.DataFrame
        kind, customer, persona, x, y; and kind, axis, explained, measure, loading.
    likeness : pandas.DataFrame
        kind, of (buyers, potential), auc, low, high, n, tells.
    potential : pandas.DataFrame
        customer_id, kind, likeness and attributes of those who never ordered, where asked for.
    hypotheses : pandas.DataFrame
        Portraits that no purchase stands behind, of those who never ordered, where asked for:
        :class:`core.personas.hypothesis.Hypotheses`.
    respondents, said, market : pandas.DataFrame
        Who answered the survey against who did not (as ``traits``), what they said beside what they did
        (:func:`core.respondents.said_and_did`), and customers in view beside the market (:func:`core.market.beside_market`).
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
    n_respondents : int
        Customers in view who answered the survey.
    notices : tuple of Notice
        ``too_few_customers`` (n, needed), ``nothing_tells_apart`` (n), ``unstable_personas`` (agreement), ``kinds_apart``
        (person, firm: customers), ``personas_kept`` (snapshot), ``personas_found_anew``.
    """

    personas: pd.DataFrame
    traits: pd.DataFrame
    customers: pd.DataFrame
    diagnostics: pd.DataFrame
    kinds: pd.DataFrame
    circles: pd.DataFrame
    evidence: pd.DataFrame
    words: pd.DataFrame
    plane: pd.DataFrame
    axes: pd.DataFrame
    likeness: pd.DataFrame
    potential: pd.DataFrame
    hypotheses: pd.DataFrame
    respondents: pd.DataFrame
    said: pd.DataFrame
    market: pd.DataFrame
    verdict: str | None
    agreement: float
    agreement_low: float
    agreement_high: float
    measures: tuple[str, ...]
    value: str
    as_of: int
    n_customers: int
    n_respondents: int
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, pd.DataFrame)}

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
    # Nobody in view is said before anything is fitted.
    _ = selection.shown
    k = None if params.k == "auto" else int(params.k)
    how = How(k, value, params.kinds == "apart", params.method, params.basis)
    fitted = fitted_personas(dataset, selection.as_of, how)
    revenue = selection.totals(dataset.history.revenue)
    view = tables.shown(selection, revenue, fitted)
    answers = survey.answers(dataset, selection.as_of)
    people = People(dataset, selection, fitted.behaviour, fitted.attributes, answers, view.place)
    return _result(fitted, view, people, params, value)


def _result(fitted: Fitted, view: tables.Shown, people: People, params: PersonasParams, value: str) -> PersonasResult:
    dataset, selection, answers = people.dataset, people.selection, people.survey
    worst = max(fitted.kinds, key=lambda kind: (VERDICTS.index(kind.verdict), -kind.chosen.agreement), default=None)
    ranking = rank(fitted, answers) if fitted.personas else None
    codes = [persona.code for persona in fitted.personas]
    kinds = [kind.kind for kind in fitted.kinds]
    within = np.array([kinds.index(persona.kind) for persona in fitted.personas], dtype=np.int64)
    traits, words = people.traits(view.persona, within, codes), [people.words(view.persona, codes)]
    proofs = [evidence(traits)]
    if ranking is not None:
        portraits, of_kind = tables.portrait_codes(ranking)
        groups = tables.circle_of(ranking, view)
        proofs.append(evidence(people.traits(groups, of_kind, portraits)))
        words.append(people.words(groups, portraits))
    plane, axes = tables.plane_tables(fitted, view)
    potential = pd.DataFrame(columns=["customer_id", "kind", "likeness"])
    without_orders = pd.DataFrame(columns=COLUMNS)
    if ranking is not None and params.potential == "with":
        potential = rank_potential(dataset, fitted, ranking, selection.as_of)
        found = hypotheses(people, ranking, potential)
        without_orders = found.portraits
        proofs.append(found.evidence)
        words.append(found.words)
    nobody = pd.DataFrame()
    return PersonasResult(
        personas=tables.persona_table(fitted, view),
        traits=traits,
        customers=tables.customer_table(fitted, ranking, view),
        diagnostics=tables.diagnostics_table(fitted.kinds),
        kinds=tables.kind_table(fitted),
        circles=pd.DataFrame(columns=tables.CIRCLE_COLUMNS) if ranking is None else tables.circle_table(ranking, view),
        evidence=pd.concat(proofs, ignore_index=True),
        words=pd.concat(words, ignore_index=True),
        plane=plane,
        axes=axes,
        likeness=tables.likeness_table(ranking),
        potential=potential,
        hypotheses=without_orders,
        respondents=nobody if answers is None else over_represented(answers, fitted.behaviour, fitted.attributes),
        said=nobody if answers is None else said_and_did(answers, dataset, fitted.behaviour, selection.as_of),
        market=beside_market(dataset.table("market"), fitted.attributes.iloc[view.place]),
        verdict=worst.verdict if worst else None,
        agreement=worst.chosen.agreement if worst else np.nan,
        agreement_low=worst.chosen.low if worst else np.nan,
        agreement_high=worst.chosen.high if worst else np.nan,
        measures=tuple(dict.fromkeys(name for kind in fitted.kinds for name in kind.measures)),
        value=value,
        as_of=selection.as_of,
        n_customers=dataset.history.n_customers,
        n_respondents=0 if answers is None else int(answers.respondents[view.customer].sum()),
        notices=_notices(fitted, worst),
    )


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
        sizes = dict.fromkeys((kind.kind for kind in fitted.kinds), 0)
        for persona, n in zip(fitted.personas, np.bincount(fitted.persona[fitted.persona >= 0]), strict=True):
            sizes[persona.kind] += int(n)
        notices.append(Notice.of("kinds_apart", **sizes))
    kept = [kind.snapshot for kind in fitted.kinds if kind.origin == "kept"]
    if kept:
        notices.append(Notice.of("personas_kept", snapshot=min(kept)))
    if any(kind.origin == "matched" for kind in fitted.kinds):
        notices.append(Notice.of("personas_found_anew"))
    return tuple(notices)
