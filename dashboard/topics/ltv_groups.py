"""Lifetime value by what was known at the first purchase."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core import first_orders
from core.analyses.ltv import LtvResult
from core.stats import SMALL_N
from dashboard import classes
from dashboard.charts import intervals
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import _, money, money_range, number, percent

MOST_BARS, MOST_ON_PHONE = 12, 8
# A group's own fit counts for less than this: little more than the parameters of all.
BORROWED = 0.5


def dimensions(view: View) -> dict[str, str]:
    """What customers can be told apart by, in words."""
    words = {"region": _("first region"), "channel": _("first channel"), "first_category": _("first category")}
    return {name: words[name] for name in first_orders.available(view.data)}


def shown(view: View, table: pd.DataFrame) -> pd.DataFrame:
    """The largest groups, most valuable first."""
    most = MOST_ON_PHONE if view.phone else MOST_BARS
    return table.nlargest(most, "customers").sort_values("ltv_mean", ascending=False, kind="stable")


def figure(view: View, result: LtvResult, dimension: str) -> go.Figure:
    """Mean value of a customer, a bar a group."""
    rows = shown(view, result.groups_by(dimension))
    names = classes.labels(view, dimension, list(rows["label"]))
    drawn = [
        intervals.Ranged(
            key=row.label,
            label=names[row.label],
            value=row.ltv_mean,
            low=row.low,
            high=row.high,
            text=money(row.ltv_mean, view.currency),
            colour=view.theme.accent,
            n=number(row.customers),
            hover=_words(view, names[row.label], row),
            few=row.few,
        )
        for row in rows.itertuples()
    ]
    alt = _("Mean value to come of a customer: {list}").format(
        list=", ".join(f"{bar.label} {bar.text}" for bar in drawn)
    )
    sure = rows[~rows["few"].astype(bool)]
    top = float(max(sure["high"].max(), rows["ltv_mean"].max())) if len(sure) else None
    return intervals.bars(view.theme, drawn, alt=alt, top=top)


def _words(view: View, name: str, row: Any) -> str:
    if row.shrinkage > 1 - 1e-9:
        borrowed = _("Too few have bought again for a model of their own: this group has that of all customers.")
    elif row.shrinkage > BORROWED:
        borrowed = _("{share} of this group’s model is that of all customers, since its own data leave it open.")
    else:
        borrowed = _("The group’s own data make most of its model; {share} of it is that of all customers.")
    return hover(
        name,
        (_("Value to come"), money(row.ltv_mean, view.currency)),
        (_("95 % interval"), money_range(row.low, row.high, view.currency)),
        (_("Customers"), number(row.customers)),
        (_("A new one"), money(row.new_customer, view.currency)),
        (_("Still customers"), percent(row.p_alive_mean)),
        note=borrowed.format(share=percent(row.shrinkage, 0)),
    )


def title(view: View, result: LtvResult, dimension: str) -> str:
    """The finding: which group is worth most or least, where its interval lies apart from those of all others."""
    table = result.groups_by(dimension)
    sure = table[~table["few"].astype(bool)].sort_values("ltv_mean")
    if len(sure) < 2:
        return _("Value to come by group")
    best, worst = sure.iloc[-1], sure.iloc[0]
    if best["low"] > sure["high"].iloc[:-1].max():
        row, words = best, _("{group}: {money} a customer, clearly more than any other")
    elif worst["high"] < sure["low"].iloc[1:].min():
        row, words = worst, _("{group}: {money} a customer, clearly less than any other")
    else:
        return _("No group is clearly worth more or less than all others")
    name = classes.labels(view, dimension, [row["label"]])[row["label"]]
    return words.format(group=name, money=money(row["ltv_mean"], view.currency))


def note(view: View, result: LtvResult, dimension: str) -> str:
    """What is shown, and what is left out."""
    table = result.groups_by(dimension)
    words = _("Mean of those in view, n beside the name; thin bar: 95 %; pale: fewer than {few}").format(few=SMALL_N)
    kept = len(shown(view, table))
    if kept == len(table):
        return words
    return words + "; " + _("the {n} largest of {groups}").format(n=kept, groups=len(table))
