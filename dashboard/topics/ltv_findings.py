"""What each chart of lifetime value shows, as its title: never more than its interval allows."""

from core.analyses.ltv import LtvResult
from core.stats import SMALL_N
from dashboard import classes, terms
from dashboard.topics import ltv_acquisition, ltv_holdout
from dashboard.view import View
from dashboard.words import _, money, number, percent, signed_percent


def distribution(view: View, result: LtvResult) -> str:
    """Of what customers will bring: what half of them stay below."""
    median = float(result.customers["clv"].median())
    return _("Half of customers will bring less than {money} each").format(money=money(median, view.currency))


def tiers(result: LtvResult) -> str:
    """Of the tiers: how much the first one holds."""
    vip = result.tiers.iloc[0]
    return _("{tier}: {customers} of customers, {value} of value").format(
        tier=terms.tier(vip["tier"]), customers=percent(vip["customer_share"], 0), value=percent(vip["clv_share"], 0)
    )


def acquisition(view: View, result: LtvResult) -> str:
    """Of what channels cost and bring: which of them to do what with."""
    rows = ltv_acquisition.channels(result)
    names = classes.labels(view, "channel", list(rows["channel"]))
    found = [
        words.format(channels=", ".join(names[code] for code in rows.loc[rows["verdict"] == verdict, "channel"]))
        for verdict, words in (
            ("scale", _("Scale {channels}")),
            ("fix", _("Fix {channels}")),
            ("stop", _("Stop {channels}")),
        )
        if (rows["verdict"] == verdict).any()
    ]
    return "; ".join(found) or _("What to do with no channel is clear yet")


def tracking(result: LtvResult) -> str:
    """Of the weeks held out: how far off the forecast was."""
    check = result.check
    if check is None or check.error != check.error:
        return _("Predicted against actual orders")
    if check.error_low <= 0 <= check.error_high:
        return _("The forecast of {n} weeks was off by no more than chance: {error}").format(
            n=number(check.weeks), error=signed_percent(check.error)
        )
    words = (
        _("The forecast of {n} weeks was {share} too high")
        if check.error > 0
        else _("The forecast of {n} weeks was {share} too low")
    )
    return words.format(n=number(check.weeks), share=percent(abs(check.error)))


def by_orders(result: LtvResult) -> str:
    """Of the groups by orders so far: for whom the forecast is clearly off, and by how much."""
    rows = result.holdout_by_x
    off = rows[(rows["customers"] >= SMALL_N) & ~rows["predicted_mean"].between(rows["low"], rows["high"])]
    if off.empty:
        return _("No group is off by more than chance")
    worst = off.loc[(off["predicted_mean"] - off["actual_mean"]).abs().idxmax()]
    return _("After {x} orders: {predicted}, not {actual}").format(
        x=ltv_holdout.so_many(rows, int(worst["x"])),
        predicted=number(worst["predicted_mean"], 1),
        actual=number(worst["actual_mean"], 1),
    )


def contest(result: LtvResult) -> str:
    """Of the models: which one forecasts best here, or that none beats the naive rate."""
    found = result.basis.contest
    if found is None or found.winner is None:
        return _("Which model forecasts best here")
    if found.naive_is_better:
        return _("No model beats each customer’s own rate here")
    return _("{model} forecasts best here").format(model=terms.model(found.winner.model))
