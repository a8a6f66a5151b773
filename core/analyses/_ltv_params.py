"""Settings of lifetime value, and its single numbers."""

from dataclasses import dataclass
from typing import Literal

from core.params import choice, number


@dataclass(frozen=True)
class LtvParams:
    """Settings of lifetime value.

    Parameters
    ----------
    value : {"auto", "margin", "revenue"}
        ``auto``: margin where the data have costs.
    horizon_months : int
        How far ahead.
    discount_rate : float
        A year's.
    vip_share, standard_share : float
        Shares of customers, best first; the rest are economy.
    model : {"auto", "pareto_nbd", "bg_nbd", "mbg_nbd", "simple"}
        ``auto``: the best of the contest over the last quarter, see :func:`core.models.contest.fit_chosen`; Pareto/NBD where none can
        be held. ``simple``: no model, only the simple formulas.
    contractual : {"no", "yes"}
        ``yes``: customers are under contract, and one who does not renew is seen to leave; ``model`` is then the shifted
        beta-geometric, unless it is ``simple``.
    renewal : {"month", "quarter", "year"}
        How long a contract runs before it is renewed; only with contracts.
    """

    value: Literal["auto", "margin", "revenue"] = choice("auto", "auto", "margin", "revenue")
    horizon_months: int = number(12, 1, 60)
    discount_rate: float = number(0.10, 0.0, 1.0)
    vip_share: float = number(0.10, 0.01, 0.5)
    standard_share: float = number(0.40, 0.01, 0.9)
    model: Literal["auto", "pareto_nbd", "bg_nbd", "mbg_nbd", "simple"] = choice(
        "auto", "auto", "pareto_nbd", "bg_nbd", "mbg_nbd", "simple"
    )
    contractual: Literal["no", "yes"] = choice("no", "no", "yes")
    renewal: Literal["month", "quarter", "year"] = choice("month", "month", "quarter", "year")


@dataclass(frozen=True)
class LtvFigures:
    """Single numbers, money in currency; NaN where there is no model.

    Parameters
    ----------
    total, total_low, total_high : float
        Value of the customers in view and its 95 % interval (chance and parameters; the interval is NaN without a model).
    mean : float
    top_tenth_share : float
        Share of the total held by the tenth predicted highest.
    new_customer : float
        Value of a newly won customer over the same horizon, the first purchase not counted.
    net_factor : float
        What remains of purchases after credits, applied to every prediction.
    correlation : float
        Of frequency and mean value among repeat buyers.
    """

    total: float = float("nan")
    total_low: float = float("nan")
    total_high: float = float("nan")
    mean: float = float("nan")
    top_tenth_share: float = float("nan")
    new_customer: float = float("nan")
    net_factor: float = float("nan")
    correlation: float = float("nan")
