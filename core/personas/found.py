"""What is found of personas: how it was asked, each persona, and what places a customer in one."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.clustering import Check
from core.partition import Method, Partition
from core.personas.behaviour import Behaviour
from core.personas.plane import Plane
from core.personas.space import Space

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class How:
    """What decides the personas, beside the data.

    Parameters
    ----------
    k : int or None
        How many (of each kind); None chooses.
    value : {"revenue", "margin"}
    apart : bool
        Whether people and firms are clustered apart where both are known.
    method : {"mixture", "kmeans"}
    basis : {"behaviour", "attributes"}
        Whether customers are compared by how they buy alone, or by who they are as well.
    """

    k: int | None = None
    value: str = "revenue"
    apart: bool = True
    method: Method = "mixture"
    basis: str = "behaviour"


@dataclass(frozen=True)
class Persona:
    """One persona.

    Parameters
    ----------
    code : str
        ``p1`` brought most value when personas were first found here; a code stays with its persona.
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


@dataclass(frozen=True, eq=False)
class Model:
    """What places a customer in a persona of one kind.

    Parameters
    ----------
    kind : str
    space : Space
    partition : Partition
    codes : tuple of str
        The persona of each cluster.
    names : tuple of tuple of str
    snapshot : int
        The version that it was found in.
    """

    kind: str
    space: Space
    partition: Partition
    codes: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]
    snapshot: int

    def place(self, behaviour: Behaviour, rows: Rows, attributes: pd.DataFrame) -> Rows:
        """The cluster of each customer, without a new fit."""
        return self.partition.assign(self.space.place(behaviour, rows, attributes))


@dataclass(frozen=True, eq=False)
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
    origin : {"first", "kept", "matched"}
        Found here first; those of an earlier snapshot, which customers were placed in; found anew and matched with those.
    snapshot : int
        The version that they were found in.
    plane : Plane
        Rows are positions among buyers.
    """

    kind: str
    checks: tuple[Check, ...]
    chosen: Check
    verdict: str
    measures: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    origin: str
    snapshot: int
    plane: Plane


@dataclass(frozen=True, eq=False)
class Fitted:
    """Personas of everybody who bought.

    Parameters
    ----------
    behaviour : Behaviour
    attributes : pandas.DataFrame of category, shape (buyers, attributes)
        As :func:`core.attributes.group_attributes` has them.
    kind : ndarray of int8, shape (buyers,)
        Position in ``kinds``; -1 where there are none.
    persona : ndarray of int16, shape (buyers,)
        Position in ``personas``; -1 where there are none.
    personas : tuple of Persona
        Ordered by value, most first.
    kinds : tuple of KindFit
    """

    behaviour: Behaviour
    attributes: pd.DataFrame
    kind: NDArray[np.int8]
    persona: NDArray[np.int16]
    personas: tuple[Persona, ...]
    kinds: tuple[KindFit, ...]
