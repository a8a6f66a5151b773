"""What customers have brought so far, by age and cohort."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analyses.ltv import LtvResult
from dashboard import terms
from dashboard.charts import curves
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import _, money, number, percent

# With fewer years of cohorts than these, quarters are shown.
ENOUGH_YEARS = 3
MOST_LINES = 6
# The average ends where fewer of the customers have come than this: the oldest cohorts alone say little of all.
REACHED = 0.25
# The age by whose end a year is over; the first month is 0.
YEAR = 11


def cohorts(result: LtvResult) -> pd.DataFrame:
    """Years or quarters of first orders, as far as every month of theirs has come: group, age, customers, cumulative_value."""
    curve = result.curve
    if curve.empty:
        return pd.DataFrame(columns=["group", "age", "customers", "cumulative_value"])
    year, month = curve["cohort"].str[:4], curve["cohort"].str[5:].astype(int)
    group = year if year.nunique() >= ENOUGH_YEARS else year + "-Q" + ((month + 2) // 3).astype(str)
    table = curve.assign(group=group, total=curve["customers"] * curve["cumulative_value"])
    months = table.groupby("group")["cohort"].nunique()
    sums = table.groupby(["group", "age"]).agg(
        months=("cohort", "size"), customers=("customers", "sum"), total=("total", "sum")
    )
    sums = sums[sums["months"] == months.reindex(sums.index.get_level_values("group")).to_numpy()].reset_index()
    return sums.assign(cumulative_value=sums["total"] / sums["customers"])[
        ["group", "age", "customers", "cumulative_value"]
    ]


def figure(view: View, result: LtvResult) -> go.Figure:
    """All cohorts that reached an age together, and in colour from the oldest to the newest each year's or quarter's."""
    table, average = cohorts(result), result.average_curve
    average = average[average["customers"] >= REACHED * average["customers"].max()]
    groups = list(dict.fromkeys(table["group"]))[-MOST_LINES:]
    shades = view.theme.sequential
    steps = np.linspace(len(shades) * 0.4, len(shades) - 1, max(len(groups), 1)).round().astype(int)
    lines = [
        _line(view, table[table["group"] == group], _group_name(group), shades[step])
        for group, step in zip(groups, steps, strict=True)
        if (table["group"] == group).sum() > 1
    ]
    whole = _line(view, average, _("all"), view.theme.ink, dash=bool(lines))
    alt = _("Cumulative value per customer by months since the first order, by cohort: {list}").format(
        list=", ".join(line.name for line in lines) or _("all")
    )
    return curves.lines(
        view.theme,
        [*lines, whole],
        alt=alt,
        format=lambda v: money(v, view.currency, trim=True),
        x_title=_("months since the first order"),
    )


def _line(view: View, rows: pd.DataFrame, name: str, colour: str, dash: bool = False) -> curves.Line:
    texts = [
        hover(
            f"{name}, " + _("month {n}").format(n=row.age),
            (_("each"), money(row.cumulative_value, view.currency)),
            (_("Customers"), number(row.customers)),
        )
        for row in rows.itertuples()
    ]
    return curves.Line(name, rows["age"].tolist(), rows["cumulative_value"].tolist(), colour, hover=texts, dash=dash)


def _group_name(group: str) -> str:
    return terms.period(group) if "Q" in group else group


def title(result: LtvResult) -> str:
    """The finding: how much of what customers bring in their first year comes in the first month, of cohorts that reached a year."""
    whole = result.curve[result.curve["cohort"].isin(result.curve.loc[result.curve["age"] == YEAR, "cohort"])]
    total = whole["customers"] * whole["cumulative_value"]
    first, year = (float(total[whole["age"] == age].sum()) for age in (0, YEAR))
    if not 0 < first <= year:
        return _("What customers have brought so far")
    return _("{share} of what customers bring in their first year comes in the first month").format(
        share=percent(first / year, 0)
    )


def note(result: LtvResult) -> str:
    """What is shown."""
    what = _("Margin") if result.value == "margin" else _("Net revenue")
    words = _("{what} a customer by date of the first order, as far as all have come; dashed: all together")
    return words.format(what=what)
