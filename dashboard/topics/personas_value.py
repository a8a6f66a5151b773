"""What a customer of each persona is expected to bring: the forecast of the page of lifetime value, by persona."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.analyses.personas import PersonasResult
from core.errors import ClienteleError
from core.stats import normal_quantile
from dashboard.view import View
from dashboard.words import _, money, money_range


@dataclass(frozen=True)
class Lifetime:
    """The mean forecast of a group with the 95 % interval of the mean."""

    mean: float
    low: float
    high: float
    n: int


def lifetimes(view: View, result: PersonasResult) -> dict[str, Lifetime]:
    """The forecast by persona and portrait; empty where there is none (too few repeat buyers, say)."""
    try:
        ltv = view.result("ltv").customers
    except ClienteleError:
        return {}
    if "clv" not in ltv or not ltv["clv"].notna().any():
        return {}
    own = result.customers[["customer", "persona", "circle", "kind"]].merge(ltv[["customer", "clv"]], on="customer")
    own["portrait"] = own["circle"].astype(str) + ":" + own["kind"].astype(str)
    groups = pd.concat(
        [
            own[["persona", "clv"]].set_axis(["code", "clv"], axis=1),
            own[["portrait", "clv"]].set_axis(["code", "clv"], axis=1),
        ]
    )
    groups["code"] = groups["code"].astype(str)
    told = groups.dropna().groupby("code")["clv"].agg(["mean", "std", "count"])
    half = normal_quantile() * told["std"] / np.sqrt(told["count"])
    return {
        str(code): Lifetime(row["mean"], row["mean"] - half[code], row["mean"] + half[code], int(row["count"]))
        for code, row in told.iterrows()
    }


def shown(view: View, lifetime: Lifetime | None) -> tuple[str, str, str | None]:
    """Value, label and definition for a card."""
    if lifetime is None:
        return "–", _("LTV"), _("There is no forecast for these customers; see Lifetime value.")
    span = money_range(lifetime.low, lifetime.high, view.currency)
    return (
        money(lifetime.mean, view.currency),
        _("LTV"),
        _("Forecast a customer, as on Lifetime value; 95 % of the mean: {span}").format(span=span),
    )
