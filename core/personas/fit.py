"""The personas of a snapshot, found on everybody up to a day.

A later snapshot places its customers in the groups of the one before, without a new fit, as long as groups found anew would divide
them alike; where they would not, it takes the new ones, and each that overlaps an old one bears its code.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.agreement import match
from core.attributes import group_attributes
from core.clustering import FIT_SAMPLE, Clusters, cluster_verdict, find_clusters, keep_clusters
from core.personas import FEWEST
from core.personas.behaviour import Behaviour, measure
from core.personas.found import Fitted, How, KindFit, Model, Persona, Rows
from core.personas.kinds import ALL, kinds_of, split
from core.personas.plane import fit_plane
from core.personas.portrait import name_keys, roles
from core.personas.space import fit_space, standardised

FEWEST_OF_A_KIND = 200
KS = tuple(range(2, 9))
# A cluster should have so many customers on average.
_PER_CLUSTER = 10
# New groups bear the code of an old one that they overlap with by so much (Jaccard).
_SAME = 0.3
_SEED = 50


def find_personas(dataset: Dataset, as_of: int, how: How, earlier: dict[str, Model]) -> tuple[Fitted, list[Model]]:
    """Find the personas of a snapshot.

    Parameters
    ----------
    dataset : Dataset
    as_of : int
        Day number up to which purchases count.
    how : How
    earlier : dict of str to Model
        Those of an earlier snapshot, by kind.

    Returns
    -------
    fitted : Fitted
    models : list of Model
        What places customers of later snapshots.
    """
    behaviour = measure(dataset, how.value, as_of)
    known = dataset.attributes().iloc[behaviour.customer].reset_index(drop=True)
    told = group_attributes(known, as_of)
    about = _Customers(behaviour, told, how, dataset.info.version)
    kind, persona = np.full(len(behaviour), -1, dtype=np.int8), np.full(len(behaviour), -1, dtype=np.int16)
    found = [
        one
        for name, rows in _parts(known, len(behaviour), how.apart)
        if (one := about.find(name, rows, earlier.get(name)))
    ]
    personas: list[Persona] = []
    for place, one in enumerate(found):
        kind[one.rows] = place
        persona[one.rows] = one.labels + len(personas)
        personas += one.personas
    persona, personas, order = _by_value(behaviour, persona, personas)
    fitted = Fitted(behaviour, told, kind, persona, tuple(personas), tuple(one.fit for one in found))
    return fitted, _coded([one.model for one in found], [personas[new].code for new in order])


def _coded(models: list[Model], codes: list[str]) -> list[Model]:
    """Models with the codes that their clusters were given, in the order in which they were found."""
    coded, at = [], 0
    for model in models:
        coded.append(replace(model, codes=tuple(codes[at : at + len(model.codes)])))
        at += len(model.codes)
    return coded


def _parts(attributes: pd.DataFrame, count: int, apart: bool) -> list[tuple[str, Rows]]:
    """Who is clustered together."""
    if count < FEWEST:
        return []
    return (split(kinds_of(attributes), FEWEST_OF_A_KIND) if apart else []) or [(ALL, np.arange(count))]


@dataclass(frozen=True, eq=False)
class _Found:
    """Personas of one kind; codes are empty where they are new."""

    rows: Rows
    labels: Rows
    personas: list[Persona]
    fit: KindFit
    model: Model


@dataclass(frozen=True, eq=False)
class _Customers:
    """Whom personas are found among."""

    behaviour: Behaviour
    told: pd.DataFrame
    how: How
    version: int

    def find(self, kind: str, rows: Rows, earlier: Model | None) -> _Found | None:
        """The personas of one kind; None when nothing tells its customers apart."""
        sample = np.arange(len(rows))
        if len(rows) > FIT_SAMPLE:
            sample = np.sort(np.random.default_rng(_SEED).choice(len(rows), FIT_SAMPLE, replace=False))
        if earlier is not None and not earlier.space.knows(self.behaviour, self.told):
            earlier = None
        if earlier is not None:
            points = earlier.space.place(self.behaviour, rows, self.told)
            clusters = keep_clusters(points, sample, earlier.partition, self.how.method)
            if clusters is not None:
                return self._described(earlier, rows, sample, points, clusters, earlier.names, "kept")
        space = fit_space(self.behaviour, rows[sample], self.told if self.how.basis == "attributes" else None)
        points = space.place(self.behaviour, rows, self.told)
        most = min(len(rows) // _PER_CLUSTER, _different(points[sample]))
        wanted = KS if self.how.k is None else (self.how.k,)
        ks = tuple(n for n in wanted if n <= most) or ((most,) if most >= 2 else ())
        if not ks:
            return None
        clusters = find_clusters(points, sample, ks, self.how.method)
        codes = tuple("" for _ in range(clusters.chosen.k))
        if earlier is not None:
            codes = _matched(clusters, earlier, earlier.place(self.behaviour, rows, self.told))
        model = Model(kind, space, clusters.partition, codes, (), self.version)
        return self._described(model, rows, sample, points, clusters, None, "matched" if earlier else "first")

    def _described(
        self,
        model: Model,
        rows: Rows,
        sample: Rows,
        points: NDArray[np.float64],
        clusters: Clusters,
        names: tuple[tuple[str, ...], ...] | None,
        origin: str,
    ) -> _Found:
        k, labels = len(clusters.partition), clusters.labels
        measured, values = standardised(model.space, self.behaviour, rows)
        if names is None:
            sizes = np.maximum(np.bincount(labels, minlength=k), 1)
            centres = np.column_stack([np.bincount(labels, weights=trait, minlength=k) / sizes for trait in values.T])
            names = tuple(name_keys(centres, measured))
        turned = clusters.partition.turned(clusters.partition.centres)
        frame = self.behaviour.frame.iloc[rows].reset_index(drop=True)
        role, distance = roles(frame, labels, turned)
        chosen = clusters.chosen
        personas = [
            Persona(code, model.kind, jaccard, cluster_verdict(jaccard), name, which, float(far))
            for code, jaccard, name, which, far in zip(model.codes, chosen.jaccard, names, role, distance, strict=True)
        ]
        plane = fit_plane(points[sample], rows[sample], measured, values[sample])
        fit = KindFit(
            model.kind,
            clusters.checks,
            chosen,
            clusters.verdict,
            model.space.names,
            model.space.left_out,
            origin,
            model.snapshot,
            plane,
        )
        return _Found(rows, labels, personas, fit, replace(model, names=names))


def _different(points: NDArray[np.float64]) -> int:
    """How many different points there are, as far as it matters here."""
    some = points if len(points) <= 1_000 else points[:: len(points) // 1_000]
    return len(np.unique(some, axis=0))


def _matched(clusters: Clusters, earlier: Model, placed: Rows) -> tuple[str, ...]:
    found = match(clusters.labels, placed, len(clusters.partition), len(earlier.partition), _SAME)
    return tuple("" if place is None else earlier.codes[place] for place in found)


def _by_value(
    behaviour: Behaviour, persona: NDArray[np.int16], personas: list[Persona]
) -> tuple[NDArray[np.int16], list[Persona], list[int]]:
    """Personas by the value that they bring, most first; new ones take the codes that are free, in that order.

    The last is where each stands now, in the order given.
    """
    known = persona >= 0
    value = np.bincount(persona[known], weights=behaviour.frame["value"].to_numpy()[known], minlength=len(personas))
    ranked = np.argsort(-value.round(4), kind="stable")
    place = np.full(len(personas) + 1, -1, dtype=np.int16)
    place[ranked] = np.arange(len(personas))
    taken = {one.code for one in personas}
    free = (code for n in range(1, 100) if (code := f"p{n}") not in taken)
    ordered = [one if one.code else replace(one, code=next(free)) for one in (personas[old] for old in ranked)]
    # Nobody, -1, takes the last place, which stays -1.
    return place[persona], ordered, [int(new) for new in place[:-1]]
