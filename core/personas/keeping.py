"""The personas of a snapshot, found once and kept beside it, with the models that place customers in later snapshots."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core import derived
from core.access import Dataset
from core.clustering import Check
from core.partition import Partition
from core.personas.behaviour import Behaviour
from core.personas.fit import find_personas
from core.personas.found import Fitted, How, KindFit, Model, Persona
from core.personas.plane import Plane
from core.personas.space import Axis, Mix, Space
from core.personas.told import Told

# Raise this when what is computed changes, so that kept results are made anew.
FORMAT = 2

Kept = tuple[dict[str, NDArray], dict[str, Any]]


def fitted_personas(dataset: Dataset, as_of: int, how: How) -> Fitted:
    """The personas of a snapshot, read if they were kept, else found and kept.

    Parameters
    ----------
    dataset : Dataset
    as_of : int
        Day number up to which purchases count.
    how : How

    Returns
    -------
    Fitted
    """
    folder = dataset.derived_folder
    name = derived.file_name("personas", {"format": FORMAT, "as_of": as_of, **asdict(how)})
    kept = derived.load(folder, name)
    if kept is not None:
        return fitted_from(*kept)
    newest = as_of >= dataset.history.newest_day
    earlier = earlier_models(folder, dataset.info.version, how) if newest else {}
    # One thread adds up in one order.
    with threadpool_limits(limits=1):
        made, models = find_personas(dataset, as_of, how, earlier)
    derived.save(folder, name, *fitted_to_keep(made))
    if newest and models:
        save_models(folder, how, models)
    return made


def fitted_to_keep(fitted: Fitted) -> Kept:
    """Arrays and plain values of all that was found."""
    behaviour, attributes = fitted.behaviour, fitted.attributes
    codes = [attributes[name].cat.codes.to_numpy() for name in attributes]
    arrays = {
        "customer": behaviour.customer,
        "gaps": behaviour.gaps,
        "lines": behaviour.lines,
        "measures": behaviour.frame.to_numpy().T,
        "attributes": np.array(codes, dtype=np.int8).reshape(len(codes), len(behaviour)),
        "kind": fitted.kind,
        "persona": fitted.persona,
    }
    for place, kind in enumerate(fitted.kinds):
        arrays |= {f"plane_rows_{place}": kind.plane.rows, f"plane_xy_{place}": kind.plane.xy}
    document = {
        "measures": list(behaviour.frame.columns),
        "attributes": [(str(name), list(attributes[name].cat.categories)) for name in attributes],
        "personas": [asdict(persona) for persona in fitted.personas],
        "kinds": [_kind_to_keep(kind) for kind in fitted.kinds],
    }
    return arrays, document


def fitted_from(arrays: dict[str, NDArray], document: dict[str, Any]) -> Fitted:
    """What :func:`fitted_to_keep` made plain."""
    measures = pd.DataFrame(dict(zip(document["measures"], arrays["measures"], strict=True)), copy=False)
    attributes = {
        name: pd.Categorical.from_codes(codes, labels)
        for (name, labels), codes in zip(document["attributes"], arrays["attributes"], strict=True)
    }
    return Fitted(
        Behaviour(arrays["customer"], measures, arrays["gaps"], arrays["lines"]),
        pd.DataFrame(attributes, index=pd.RangeIndex(len(measures))),
        arrays["kind"],
        arrays["persona"],
        tuple(Persona(**{**persona, "name": tuple(persona["name"])}) for persona in document["personas"]),
        tuple(
            _kind_from(kind, arrays[f"plane_rows_{place}"], arrays[f"plane_xy_{place}"])
            for place, kind in enumerate(document["kinds"])
        ),
    )


def _kind_to_keep(kind: KindFit) -> dict[str, Any]:
    plain = {name: value for name, value in vars(kind).items() if name != "plane"}
    plain |= {"checks": [asdict(check) for check in kind.checks], "chosen": asdict(kind.chosen)}
    return {**plain, "explained": kind.plane.explained, "loadings": kind.plane.loadings}


def _kind_from(kept: dict[str, Any], rows: NDArray[np.int64], xy: NDArray[np.float64]) -> KindFit:
    plane = Plane(rows, xy, tuple(kept["explained"]), tuple((a, name, value) for a, name, value in kept["loadings"]))
    return KindFit(
        kept["kind"],
        tuple(_check_from(check) for check in kept["checks"]),
        _check_from(kept["chosen"]),
        kept["verdict"],
        tuple(kept["measures"]),
        tuple((name, reason) for name, reason in kept["left_out"]),
        kept["origin"],
        kept["snapshot"],
        plane,
    )


def _check_from(kept: dict[str, Any]) -> Check:
    return Check(**{**kept, "jaccard": tuple(kept["jaccard"])})


def save_models(folder: Path | None, how: How, models: list[Model]) -> None:
    """Keep what places customers, for later snapshots."""
    derived.save(folder, _models_name(how), {}, [_model_to_keep(model) for model in models])


def earlier_models(folder: Path | None, version: int, how: How) -> dict[str, Model]:
    """The models of the newest earlier snapshot that has any, by kind; empty without one."""
    kept = derived.load_earlier(folder, version, _models_name(how))
    return {} if kept is None else {model["kind"]: _model_from(model) for model in kept[1]}


def _models_name(how: How) -> str:
    return derived.file_name("persona_models", {"format": FORMAT, **asdict(how)})


def _model_to_keep(model: Model) -> dict[str, Any]:
    space, told = model.space, model.space.told
    return {
        "kind": model.kind,
        "codes": model.codes,
        "names": model.names,
        "snapshot": model.snapshot,
        "axes": [asdict(axis) for axis in space.axes],
        "mixes": [_plain(mix) for mix in space.mixes],
        "told": None if told is None else _plain(told),
        "left_out": space.left_out,
        "partition": _plain(model.partition),
    }


def _plain(thing: Any) -> dict[str, Any]:
    return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in vars(thing).items()}


def _model_from(kept: dict[str, Any]) -> Model:
    told = kept["told"]
    space = Space(
        tuple(Axis(**axis) for axis in kept["axes"]),
        tuple(
            Mix(mix["name"], tuple(mix["parts"]), *(np.array(mix[key]) for key in ("prior", "centre", "rotation")))
            for mix in kept["mixes"]
        ),
        tuple((name, reason) for name, reason in kept["left_out"]),
        told
        and Told(
            tuple((name, tuple(values)) for name, values in told["levels"]),
            np.array(told["prior"]),
            np.array(told["rotation"]),
        ),
    )
    parts = (np.array(kept["partition"][key]) for key in ("centres", "shape", "weights"))
    names = tuple(tuple(name) for name in kept["names"])
    return Model(kept["kind"], space, Partition(*parts), tuple(kept["codes"]), names, kept["snapshot"])
