"""Portraits of those who never ordered: what is known of them without a purchase, which is a hypothesis until there is one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.personas.describe import QUOTES, WORDS_COLUMNS, People
from core.personas.evidence import ATTRIBUTE, SAID, evidence, quotes
from core.personas.evidence import COLUMNS as EVIDENCE_COLUMNS
from core.personas.ranking import Ranking
from core.survey import TEXTS, Survey, customer_codes, survey_of
from core.traits import mean_traits, share_traits

Codes = NDArray[np.int64]

POTENTIAL = "potential"
COLUMNS = ["portrait", "kind", "customers", "of", "alike"]
# As like the core as its middle customer.
_MIDDLE = 50.0


@dataclass(frozen=True, eq=False)
class Hypotheses:
    """Portraits without purchases.

    Parameters
    ----------
    portraits : pandas.DataFrame
        portrait (``potential:person``), kind, customers, of (all of the kind who never ordered), alike (whether attributes tell who is
        like the core; then those are meant that are at least as like it as its middle customer, else all).
    evidence, words : pandas.DataFrame
        As of personas, against the customers in view of the same kind.
    """

    portraits: pd.DataFrame
    evidence: pd.DataFrame
    words: pd.DataFrame


def hypotheses(people: People, ranking: Ranking, potential: pd.DataFrame) -> Hypotheses:
    """Describe who never ordered and could be a customer of the core.

    Parameters
    ----------
    people : People
    ranking : Ranking
    potential : pandas.DataFrame
        From :func:`core.personas.ranking.rank_potential`; whoever orders is no longer in it, and in a portrait made of data.
    """
    rows = []
    proofs, words = [pd.DataFrame(columns=list(EVIDENCE_COLUMNS))], [pd.DataFrame(columns=WORDS_COLUMNS)]
    survey = _survey(people, potential) if len(potential) else None
    for place, kind in enumerate(ranking.kinds):
        own = potential["kind"].to_numpy() == kind
        alike = ranking.attributes_only[place].tells
        chosen = np.flatnonzero(own & ((potential["likeness"].to_numpy() >= _MIDDLE) | (not alike)))
        if not len(chosen):
            continue
        code = f"{POTENTIAL}:{kind}"
        rows.append((code, kind, len(chosen), int(own.sum()), alike))
        buyers = people.place[ranking.kind[people.place] == place]
        traits = _traits(people, buyers, potential, chosen, survey)
        proofs.append(evidence(traits.assign(persona=code)))
        words += _words(survey, people, chosen, code)
    told = (
        pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True) for parts in (proofs, words)
    )
    return Hypotheses(pd.DataFrame(rows, columns=COLUMNS), *told)


def _survey(people: People, potential: pd.DataFrame) -> Survey | None:
    """The answers of customers, and of those who never ordered, who are counted on after them."""
    table, count = people.dataset.table("survey"), people.dataset.history.n_customers
    if table is None:
        return None
    place = pd.Series(np.arange(len(potential)) + count, index=potential["customer_id"])
    new = table["customer_id"].map(place).fillna(-1).to_numpy(dtype=np.int64)
    known = customer_codes(people.dataset, table["customer_id"])
    return survey_of(table, np.where(known >= 0, known, new), count + len(potential), people.selection.as_of)


def _traits(
    people: People, buyers: Codes, potential: pd.DataFrame, chosen: Codes, survey: Survey | None
) -> pd.DataFrame:
    """Shares of attributes and answers, and scores, of those chosen against customers."""
    groups, within = np.repeat([0, 1], [len(buyers), len(chosen)]), np.zeros(2, dtype=np.int64)
    shown = {}
    for name in people.told_by_shares:
        values = list(people.attributes[name].cat.categories)
        theirs = pd.Categorical(potential[name].iloc[chosen], categories=values).codes
        codes = np.concatenate([people.attributes[name].cat.codes.to_numpy()[buyers], theirs])
        shown[str(name)] = pd.Categorical.from_codes(codes, values)
    parts = [share_traits(pd.DataFrame(shown), groups, within).assign(about=ATTRIBUTE)]
    if survey is not None:
        who = np.concatenate([people.behaviour.customer[buyers], people.dataset.history.n_customers + chosen])
        parts += [part.assign(about=SAID) for part in _said(survey, who, groups, within)]
    traits = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return traits[traits["group"] == 1].assign(group=lambda rows: rows["about"])


def _said(survey: Survey, who: Codes, groups: Codes, within: Codes) -> list[pd.DataFrame]:
    chosen, scored = survey.table_of(who)
    return [
        *([share_traits(chosen, groups, within)] if len(chosen.columns) else []),
        *([mean_traits(scored, groups, within)] if len(scored.columns) else []),
    ]


def _words(survey: Survey | None, people: People, chosen: Codes, code: str) -> list[pd.DataFrame]:
    if survey is None:
        return []
    group = np.full(survey.n_customers, -1, dtype=np.int64)
    group[people.dataset.history.n_customers + chosen] = 0
    asked = [question for question in TEXTS if question in survey.questions]
    return [quotes(survey.texts(question), group, [code], question, QUOTES) for question in asked]
