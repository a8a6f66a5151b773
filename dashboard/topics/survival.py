"""The time to the second purchase: its curves as a figure, its finding in words, and who is still awaited."""

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core import first_orders
from core.analyses.survival import SurvivalResult
from dashboard import classes, layout, terms
from dashboard.charts import curves
from dashboard.charts.marks import hover, nice_ticks
from dashboard.topics import breakdown
from dashboard.view import View
from dashboard.words import NOTHING, _, ngettext, number, number_range, percent, percent_range

MONTH, YEAR = 30, 365
# Days for which the table says how many were still awaited.
AWAITED = (MONTH, YEAR)
# Points of a line, beyond which nobody sees more.
MOST_POINTS = 400
# Customers who wait up to the day by which half are back, and beyond the one by which three quarters are.
SOON, LATE = "within_half", "beyond_three_quarters"


def days(n: float) -> str:
    """``1 day``, ``118 days``; a dash for none."""
    return NOTHING if n != n else ngettext("{n} day", "{n} days", round(n)).format(n=number(n))


def of_group(table: pd.DataFrame, group: str | None) -> pd.DataFrame:
    """A table's rows of a group; of all customers for None."""
    return table[table["group"].isna()] if group is None else table[table["group"] == group]


def quantile(result: SurvivalResult, share: float, group: str | None = None) -> pd.Series:
    """By how many days a share came back, with its interval."""
    rows = of_group(result.quantiles, group)
    return rows[np.isclose(rows["share"], share)].iloc[0]


def back_by(result: SurvivalResult, day: int, group: str | None = None) -> tuple[float, float, float]:
    """The share that has bought again by a day after the first purchase, and its interval; NaN beyond what has been observed."""
    rows = of_group(result.curve, group)
    known = rows[rows["day"] <= day]
    if known.empty or rows["day"].max() < day:
        return (float("nan"),) * 3
    last = known.iloc[-1]
    return float(1 - last["survival"]), float(1 - last["high"]), float(1 - last["low"])


def events(result: SurvivalResult) -> int:
    """How many have bought again."""
    return int(quantile(result, 0.5)["events"])


def title(result: SurvivalResult) -> str:
    """The finding: by when half have bought again."""
    median = quantile(result, 0.5)
    if median["days"] == median["days"]:
        span = NOTHING if median["high"] != median["high"] else number_range(median["low"], median["high"], 0)
        if span == NOTHING:
            return _("Half of customers buy again within {days}").format(days=days(median["days"]))
        return _("Half of customers buy again within {days} (95 %: {span})").format(
            days=days(median["days"]), span=span
        )
    last = min(YEAR, int(of_group(result.curve, None)["day"].max()))
    share, low, high = back_by(result, last)
    words = percent_range(low, high, 0) if low == low else percent(share, 0)
    return _("Fewer than half buy again: {span} within {days}").format(span=words, days=days(last))


def figures(result: SurvivalResult) -> list[layout.Figure]:
    """The four figures."""
    median = quantile(result, 0.5)
    shares = [
        layout.Figure(
            label,
            percent(share),
            _("95 %: {span}").format(span=percent_range(low, high, 0)) if low == low else "",
            help=_(
                "Of customers’ first purchases, estimated by Kaplan and Meier: who is not back yet counts as long as known."
            ),
        )
        for label, day in ((_("Back in 30 days"), MONTH), (_("Back in a year"), YEAR))
        for share, low, high in [back_by(result, day)]
    ]
    span = number_range(median["low"], median["high"], 0)
    half = layout.Figure(
        _("Half are back in"),
        days(median["days"]),
        _("95 %: {span}").format(span=span) if span != NOTHING else "",
        help=_("Days from the first purchase to the second one. Two orders on one day are 0 days apart."),
    )
    waiting = len(result.customers)
    share = _("{share} of {customers}").format(
        share=percent(waiting / result.followed), customers=terms.customers(result.followed)
    )
    awaited = layout.Figure(
        _("Not back yet"), number(waiting), share, help=_("Customers with a single purchase so far.")
    )
    return [half, *shares, awaited]


def groups(result: SurvivalResult) -> list[str]:
    """The groups, largest first."""
    rows = result.quantiles[result.quantiles["group"].notna() & np.isclose(result.quantiles["share"], 0.5)]
    return list(rows.sort_values("customers", ascending=False, kind="stable")["group"])


def curve(view: View, result: SurvivalResult, names: dict[str, str]) -> go.Figure:
    """How the share that has bought again rises with the days since the first purchase, for all or by group."""
    shown = breakdown.drawn(view, groups(result))
    colours = classes.colours(view.theme, result.breakdown, shown)
    lines = [_line(result, group, names[group], colours[group]) for group in shown]
    if not lines:
        lines = [_line(result, None, _("all"), view.theme.accent)]
    everybody = of_group(result.curve, None)
    ticks = nice_ticks(0, float(everybody["day"].max()), 4 if view.phone else 7)
    x_ticks = [(tick, f"{number(tick)}<br>{number(at_risk(result, None, int(tick)))}") for tick in ticks]
    half = quantile(result, 0.5)
    alt = _("Share of customers that has bought again by days since the first purchase; half by {days}").format(
        days=days(half["days"])
    )
    return curves.lines(
        view.theme,
        lines,
        alt=alt,
        format=lambda v: percent(v, 0),
        x_title=_("days since the first purchase"),
        x_ticks=x_ticks,
        top=1.0,
        height=380,
    )


def curve_title(result: SurvivalResult) -> str:
    """The curve's finding: by when a quarter are back, and three quarters where so many are."""
    quarter, most = (quantile(result, share)["days"] for share in (0.25, 0.75))
    if quarter != quarter:
        return _("Fewer than a quarter have come back so far")
    if most != most:
        return _("A quarter are back within {days}; three quarters never so far").format(days=days(quarter))
    return _("A quarter are back within {days}, three quarters within {most}").format(
        days=days(quarter), most=days(most)
    )


def _line(result: SurvivalResult, group: str | None, name: str, colour: str) -> curves.Line:
    rows = of_group(result.curve, group)
    if len(rows) > MOST_POINTS:
        rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, MOST_POINTS).astype(int))]
    back = 1 - rows["survival"]
    low, high = (1 - rows["high"]).fillna(back), (1 - rows["low"]).fillna(back)
    # The curve stays where it is until the next day on which somebody came back.
    x = np.repeat(rows["day"].to_numpy(), 2)[1:]

    def steps(values: "pd.Series[float]") -> list[float]:
        return list(np.repeat(values.to_numpy(), 2)[:-1])

    texts = [
        hover(
            _("{name}: {days}").format(name=name, days=days(row.day)),
            (_("Bought again"), percent(1 - row.survival)),
            (_("95 % interval"), percent_range(1 - row.high, 1 - row.low) if row.low == row.low else ""),
            (_("Not back by then"), number(row.at_risk - row.events)),
        )
        for row in rows.itertuples()
    ]
    return curves.Line(name, list(x), steps(back), colour, steps(low), steps(high), list(np.repeat(texts, 2)[:-1]))


def at_risk(result: SurvivalResult, group: str | None, day: int) -> int:
    """How many are known not to be back just before a day; counted on the next day on which somebody came back."""
    rows = of_group(result.curve, group)
    later = rows[rows["day"] >= day]
    return 0 if later.empty else int(later["at_risk"].iloc[0])


def table(result: SurvivalResult, names: dict[str, str]) -> pd.DataFrame:
    """A row a group: customers, who bought again, by when a quarter, half and three quarters did, and who was still awaited when."""
    rows: list[dict[str, Any]] = []
    for group in [None, *groups(result)]:
        half = quantile(result, 0.5, group)
        words = _("all") if group is None else names[group]
        row = {
            "group": words,
            "customers": int(half["customers"]),
            "events": int(half["events"]),
            **{f"days_{share:.0%}": quantile(result, share, group)["days"] for share in (0.25, 0.5, 0.75)},
            "interval": number_range(half["low"], half["high"], 0),
            **{f"at_risk_{day}": at_risk(result, group, day) for day in AWAITED},
        }
        rows.append(row)
    return pd.DataFrame(rows)


def differences(result: SurvivalResult, names: dict[str, str]) -> str:
    """The log-rank test in words; only of groups known at the first purchase."""
    if result.logrank.empty:
        return ""
    whole = of_group(result.logrank, None).iloc[0]
    if not whole["stands"]:
        return _("No clear difference between the groups (log-rank test, p = {p}).").format(
            p=number(whole["p_value"], 2)
        )
    told = [_("The groups differ beyond chance (log-rank test, p {p}).").format(p=_p(whole["p_value"]))]
    sure = result.logrank[result.logrank["group"].notna() & result.logrank["stands"].astype(bool)]
    for words, part in (
        (_("Back sooner than the others: {groups}."), sure[sure["events"] > sure["expected"]]),
        (_("Later: {groups}."), sure[sure["events"] < sure["expected"]]),
    ):
        if len(part):
            first = part.sort_values("chi2", ascending=False)["group"].tolist()
            listed = ", ".join(names[group] for group in first[: breakdown.MOST_LINES])
            more = len(first) - breakdown.MOST_LINES
            told.append(words.format(groups=listed + (_(" and {n} more").format(n=more) if more > 0 else "")))
    return " ".join(told)


def _p(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {number(value, 3)}"


def selections(result: SurvivalResult, names: dict[str, str]) -> dict[str, str]:
    """What can be selected among those who wait, by key."""
    half, most = (quantile(result, share)["days"] for share in (0.5, 0.75))
    found = {}
    if half == half:
        found[SOON] = _("up to {days}").format(days=days(half))
    if most == most:
        found[LATE] = _("more than {days}").format(days=days(most))
    return found | (names if result.breakdown in first_orders.NAMES else {})


def members(result: SurvivalResult, selected: str | None) -> pd.DataFrame:
    """Those with a single purchase so far that a key selects."""
    table = result.customers
    if selected is None:
        return table
    if selected == SOON:
        return table[table["days_waiting"] <= quantile(result, 0.5)["days"]]
    if selected == LATE:
        return table[table["days_waiting"] > quantile(result, 0.75)["days"]]
    return table[table["group"] == selected]


def actions(result: SurvivalResult) -> list[layout.Action]:
    """What to do: when to ask, whom, and whom no longer."""
    quarter, half, most = (quantile(result, share)["days"] for share in (0.25, 0.5, 0.75))
    points = []
    if quarter == quarter:
        text = _("A quarter come back within {days} as things are: an offer before then goes to many who need none.")
        points.append(layout.Action(_("Wait at first."), text.format(days=days(quarter))))
    if half == half:
        text = _(
            "{customers} have waited no longer than it takes half to come back: help them to the second order now."
        )
        count = terms.customers(len(members(result, SOON)))
        points.append(layout.Action(_("Ask now."), text.format(customers=count), _("See them"), select=SOON))
    if most == most:
        late = members(result, LATE)
        text = _(
            "{customers} have waited for more than {days}, by when three in four are back: one last offer, then no more."
        )
        words = text.format(customers=terms.customers(len(late)), days=days(most))
        points.append(layout.Action(_("Late."), words, _("See them"), select=LATE))
    return points
