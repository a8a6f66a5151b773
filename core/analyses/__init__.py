"""Analyses, one module each, found by name.

A module here that does not start with an underscore is an analysis: it defines one dataclass of settings named ``…Params`` and a
function ``run(dataset, filters, params)`` that returns a frozen result.
"""

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from core.access import Dataset
from core.errors import BadParameterError
from core.filters import Filters
from core.results import Result


@dataclass(frozen=True)
class Analysis:
    """One analysis.

    Parameters
    ----------
    name : str
        Its module's name, which is also its page's, its address' and its command's.
    params : type
        The dataclass of its settings.
    run : callable
        ``run(dataset, filters, params)``.
    """

    name: str
    params: type
    run: Callable[[Dataset, Filters, Any], Result]


def names() -> tuple[str, ...]:
    """The names of all analyses."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")))


@cache
def load(name: str) -> Analysis:
    """Import an analysis by name.

    Raises
    ------
    BadParameterError
        There is none of that name.
    """
    if name not in names():
        raise BadParameterError(f"there is no analysis '{name}'", expected="one of " + ", ".join(names()))
    module = import_module(f"{__name__}.{name}")
    wanted = name.replace("_", "") + "params"
    params = next(value for key, value in vars(module).items() if key.lower() == wanted)
    return Analysis(name, params, module.run)
