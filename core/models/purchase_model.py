"""What every model of repeat purchases can answer, so that whatever is built on one works with any of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import Field, dataclass, fields, replace
from importlib import import_module
from typing import Any, ClassVar, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.models.estimation import Estimate, LogLikelihood, NoFit
from core.models.states import States

Floats = NDArray[np.float64]


class Parametric(Protocol):
    """A frozen dataclass whose fields are its parameters, all positive."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


M = TypeVar("M", bound=Parametric)


class PurchaseModel(Parametric, Protocol):
    """Customers who buy at a rate of their own until they silently drop out; times are in weeks.

    In each of these models the future of a customer who is alive depends on x and T alone, and t_x only tells how probable it is to be
    alive. A customer is new at x = t_x = T = 0.
    """

    NAME: ClassVar[str]
    NAMES: ClassVar[tuple[str, ...]]

    @property
    def time_scale(self) -> float:
        """Weeks of age beside which a few more or less change a forecast."""

    def p_alive(self, x: ArrayLike, t_x: ArrayLike, age: ArrayLike) -> Floats:
        """Probability of being alive, of the shape of the arguments."""

    def purchases_if_alive(self, x: ArrayLike, age: ArrayLike, horizons: ArrayLike) -> Floats:
        """Expected purchases within each horizon of customers who are alive, shape (k, h)."""

    def moments_if_alive(self, x: ArrayLike, age: ArrayLike, horizons: ArrayLike) -> tuple[Floats, Floats]:
        """Mean and mean square of those purchases, each of shape (k, h)."""

    def expected_purchases(self, x: ArrayLike, t_x: ArrayLike, age: ArrayLike, horizon: float) -> Floats:
        """Expected purchases within a horizon of customers who may be alive, shape (k,)."""

    def expected_new(self, horizons: ArrayLike) -> Floats:
        """Expected repeat purchases of a newly won customer within each horizon, shape (h,)."""

    def simulate(
        self, x: Floats, age: Floats, horizon: float, rng: np.random.Generator, draws: int
    ) -> tuple[NDArray[np.int64], Floats]:
        """Purchases within a horizon of customers who are alive, drawn at random.

        Parameters
        ----------
        x, age : ndarray of float64, shape (k,)
        horizon : float
        rng : Generator
        draws : int

        Returns
        -------
        bought : ndarray of int64, shape (k, draws)
        when : ndarray of float64, shape (k, draws)
            At what share of the horizon the purchases lie on average.
        """


class Forecaster:
    """What follows from being alive and from what those who are alive will buy, in whichever model."""

    def expected_purchases(self: PurchaseModel, x: ArrayLike, t_x: ArrayLike, age: ArrayLike, horizon: float) -> Floats:
        """Expected purchases of customers within a horizon, given what they did, shape (k,)."""
        return self.p_alive(x, t_x, age) * self.purchases_if_alive(x, age, [horizon])[:, 0]

    def expected_new(self: PurchaseModel, horizons: ArrayLike) -> Floats:
        """Expected repeat purchases of a newly won customer within each horizon, shape (h,)."""
        return self.p_alive(0, 0, 0) * self.purchases_if_alive(0, 0, horizons)[0]


@dataclass(frozen=True, eq=False)
class PurchaseFit:
    """A fitted model and its estimate."""

    model: PurchaseModel
    estimate: Estimate


class PurchaseModule(Protocol):
    """What the module of a model offers."""

    @property
    def fit(self) -> Callable[..., PurchaseFit | NoFit]:
        """Takes States, and a model to start the search from if wanted."""

    @property
    def log_likelihood(self) -> Callable[[States], LogLikelihood]:
        """Of customers, with its gradient, in the logarithms of the parameters."""


class _Modules(Mapping[str, PurchaseModule]):
    """Modules by the name of their model, imported when asked for."""

    _names = ("pareto_nbd", "bg_nbd", "mbg_nbd")

    def __getitem__(self, name: str) -> PurchaseModule:
        if name not in self._names:
            raise KeyError(name)
        return cast(PurchaseModule, import_module(f"core.models.{name}"))

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


MODELS: Mapping[str, PurchaseModule] = _Modules()


def parameters(model: Parametric) -> Floats:
    """The parameters of a model, in the order of its fields."""
    return np.array([getattr(model, field.name) for field in fields(model)], dtype=np.float64)


def with_parameters(model: M, values: Floats) -> M:
    """The same model at other parameters."""
    return replace(model, **{field.name: float(value) for field, value in zip(fields(model), values, strict=True)})
