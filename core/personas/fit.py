"""The personas of a snapshot: fitted once on everybody up to a day, kept, and read again."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core import derived
from core.access import Dataset
from core.attributes import group_attributes
from core.clustering import FIT_SAMPLE, Check, cluster_verdict, find_clusters
from core.personas import FEWEST
from core.personas.behaviour import Behaviour, measure
from core.personas.kinds import ALL, kinds_of, split
from core.personas.portrait import name_keys, roles
from core.personas.space import fit_space, standardised

# Raise this when what is computed changes, so that kept results are made anew.
FORMAT = 1
FEWEST_OF_A_KIND = 200
KS = tuple(range(2, 9))
# A cluster should have so many customers on average.
_PER_CLUSTER = 10
_SEED = 50


@dataclass(frozen=True)
class Persona:
    """One persona.

    Parameters
    ----------
    code : str
        ``p1`` brings most value.
    kind : {"all", "person", "firm"}
    jaccard : float
        How well its cluster comes back.
    verdict : {"valid", "doubtful", "unstable"}
    name : tuple of str
        Keys.
    role : {"core", "target", "near_target", "other"}
    distance : float
        From the core of its kind.
    """

    code: str
    kind: str
    jaccard: float
    verdict: str
    name: tuple[str, ...]
    role: str
    distance: float


@dataclass(frozen=True)
class KindFit:
    """How personas of one kind were found.

    Parameters
    ----------
    kind : {"all", "person", "firm"}
    checks : tuple of Check
        Each number of clusters that was tried.
    chosen : Check
    verdict : {"natural", "constructive", "unstable"}
    measures : tuple of str
        What customers were compared by.
    left_out : tuple of (measure, reason)
    """

    kind: str
    checks: tuple[Check, ...]
    chosen: Check
    verdict: str
    measures: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Fitted:
    """Personas of everybody who bought.

    Parameters
    ----------
    behaviour : Behaviour
    attributes : pandas.DataFrame of category, shape (buyers, attributes)
        As :func:`core.attributes.group_attributes` has them.
    persona : ndarray of int16, shape (buyers,)
        Position in ``personas``; -1 where there are none.
    personas : tuple of Persona
        Ordered by value, most first.
    kinds : tuple of KindFit
    """

    behaviour: Behaviour
    attributes: pd.DataFrame
    persona: NDArray[np.int16]
    personas: tuple[Persona, ...]
    kinds: tuple[KindFit, ...]


def fitted_personas(dataset: Dataset, as_of: int, k: int | None, value: str, apart: bool) -> Fitted:
    """The personas of a snapshot, read if they were kept, else fitted and kept.

    Parameters
    ----------
    dataset : Dataset
    as_of : int
        Day number up to which purchases count.
    k : int or None
        How many personas (of each kind); None chooses.
    value : {"revenue", "margin"}
    apart : bool
        Whether people and firms are clustered apart where both are known.

    Returns
    -------
    Fitted
    """
    folder = dataset.derived_folder
    deciding = {"format": FORMAT, "as_of": as_of, "k": k, "value": value, "apart": apart}
    name = derived.file_name("personas", deciding)
    kept = derived.load(folder, name)
    if kept is not None:
        return _from_kept(*kept)
    # One thread adds up in one order.
    with threadpool_limits(limits=1):
        made = _fit(dataset, as_of, k, value, apart)
    derived.save(folder, name, *_to_keep(made))
    return made


def _fit(dataset: Dataset, as_of: int, k: int | None, value: str, apart: bool) -> Fitted:
    behaviour = measure(dataset, value, as_of)
    known = dataset.attributes().iloc[behaviour.customer].reset_index(drop=True)
    count = len(behaviour)
    persona = np.full(count, -1, dtype=np.int16)
    personas: list[Persona] = []
    fits: list[KindFit] = []
    for kind, rows in _parts(known, count, apart):
        found = _fit_kind(kind, behaviour, rows, k)
        if found is None:
            continue
        fit, labels, described = found
        persona[rows] = labels + len(personas)
        personas += described
        fits.append(fit)
    persona, personas = _by_value(behaviour, persona, personas)
    return Fitted(behaviour, group_attributes(known, as_of), persona, tuple(personas), tuple(fits))


def _parts(attributes: pd.DataFrame, count: int, apart: bool) -> list[tuple[str, NDArray[np.int64]]]:
    """Who is clustered together."""
    if count < FEWEST:
        return []
    return (split(kinds_of(attributes), FEWEST_OF_A_KIND) if apart else []) or [(ALL, np.arange(count))]


def _fit_kind(
    kind: str, behaviour: Behaviour, rows: NDArray[np.int64], k: int | None
) -> tuple[KindFit, NDArray[np.int64], list[Persona]] | None:
    """Clusters of one kind; None when nothing tells its customers apart."""
    sample = np.arange(len(rows))
    if len(rows) > FIT_SAMPLE:
        sample = np.sort(np.random.default_rng(_SEED).choice(len(rows), FIT_SAMPLE, replace=False))
    space = fit_space(behaviour, rows[sample])
    points = space.place(behaviour, rows)
    most = min(len(rows) // _PER_CLUSTER, len(np.unique(points[sample], axis=0)))
    ks = tuple(n for n in (KS if k is None else (k,)) if n <= most) or ((most,) if most >= 2 else ())
    if not ks:
        return None
    clusters = find_clusters(points, sample, ks)
    sizes = np.bincount(clusters.labels, minlength=clusters.chosen.k)
    names, values = standardised(space, behaviour, rows)
    traits = np.column_stack([np.bincount(clusters.labels, weights=trait) / sizes for trait in values.T])
    found, distance = roles(behaviour.frame.iloc[rows].reset_index(drop=True), clusters.labels, clusters.centres)
    described = [
        Persona("", kind, jaccard, cluster_verdict(jaccard), name, role, float(far))
        for jaccard, name, role, far in zip(
            clusters.chosen.jaccard, name_keys(traits, names), found, distance, strict=True
        )
    ]
    fit = KindFit(kind, clusters.checks, clusters.chosen, clusters.verdict, space.names, space.left_out)
    return fit, clusters.labels, described


def _by_value(
    behaviour: Behaviour, persona: NDArray[np.int16], personas: list[Persona]
) -> tuple[NDArray[np.int16], list[Persona]]:
    """Codes by the value that personas bring, most first."""
    known = persona >= 0
    value = np.bincount(persona[known], weights=behaviour.frame["value"].to_numpy()[known], minlength=len(personas))
    ranked = np.argsort(-value.round(4), kind="stable")
    place = np.full(len(personas) + 1, -1, dtype=np.int16)
    place[ranked] = np.arange(len(personas))
    # Nobody, -1, takes the last place, which stays -1.
    return place[persona], [replace(personas[old], code=f"p{new + 1}") for new, old in enumerate(ranked)]


def _to_keep(fitted: Fitted) -> tuple[dict[str, NDArray], dict[str, Any]]:
    behaviour, attributes = fitted.behaviour, fitted.attributes
    codes = [attributes[name].cat.codes.to_numpy() for name in attributes]
    arrays = {
        "customer": behaviour.customer,
        "gaps": behaviour.gaps,
        "lines": behaviour.lines,
        "measures": behaviour.frame.to_numpy().T,
        "attributes": np.array(codes, dtype=np.int8).reshape(len(codes), len(behaviour)),
        "persona": fitted.persona,
    }
    document = {
        "measures": list(behaviour.frame.columns),
        "attributes": [(str(name), list(attributes[name].cat.categories)) for name in attributes],
        "personas": [asdict(persona) for persona in fitted.personas],
        "kinds": [asdict(kind) for kind in fitted.kinds],
    }
    return arrays, document


def _from_kept(arrays: dict[str, NDArray], document: dict[str, Any]) -> Fitted:
    measures = pd.DataFrame(dict(zip(document["measures"], arrays["measures"], strict=True)), copy=False)
    attributes = {
        name: pd.Categorical.from_codes(codes, labels)
        for (name, labels), codes in zip(document["attributes"], arrays["attributes"], strict=True)
    }
    return Fitted(
        Behaviour(arrays["customer"], measures, arrays["gaps"], arrays["lines"]),
        pd.DataFrame(attributes, index=pd.RangeIndex(len(measures))),
        arrays["persona"],
        tuple(Persona(**{**persona, "name": tuple(persona["name"])}) for persona in document["personas"]),
        tuple(_kind_from(kind) for kind in document["kinds"]),
    )


def _kind_from(kept: dict[str, Any]) -> KindFit:
    return KindFit(
        kept["kind"],
        tuple(_check_from(check) for check in kept["checks"]),
        _check_from(kept["chosen"]),
        kept["verdict"],
        tuple(kept["measures"]),
        tuple((name, reason) for name, reason in kept["left_out"]),
    )


def _check_from(kept: dict[str, Any]) -> Check:
    return Check(**{**kept, "jaccard": tuple(kept["jaccard"])})
