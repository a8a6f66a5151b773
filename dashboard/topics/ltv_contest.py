"""The contest of models over the quarter that was held out."""

import pandas as pd

from core.analyses.ltv import LtvResult
from dashboard import terms
from dashboard.words import EN_DASH, _, number, percent, signed_percent


def used(result: LtvResult) -> str:
    """The models behind the forecast."""
    if len(result.contracts):
        return terms.model(result.purchase_model)
    return _("{purchases} and Gamma-Gamma").format(purchases=terms.model(result.purchase_model))


def note(result: LtvResult) -> str:
    """What was compared."""
    first = result.contest.iloc[0]
    return _("Orders of the last {weeks} weeks, forecast without them; n = {n} customers").format(
        weeks=number(first["weeks"]), n=number(first["customers"])
    )


def table(result: LtvResult) -> pd.DataFrame:
    """How far off each model was, with its interval, and how much of the orders its top tenth held; best first."""
    rows = result.contest
    return pd.DataFrame(
        {
            _("off by"): [signed_percent(row.error) for row in rows.itertuples()],
            _("95 %"): [f"{signed_percent(row.low)} {EN_DASH} {signed_percent(row.high)}" for row in rows.itertuples()],
            _("in the top tenth"): [percent(row.top_tenth_share) for row in rows.itertuples()],
            _("used"): ["✓" if row.model == result.purchase_model else "" for row in rows.itertuples()],
        },
        index=[terms.model(row.model) for row in rows.itertuples()],
    )
