"""Customers under contract: how many renew, how the model draws it, and what is said of it."""

import plotly.graph_objects as go

from core.analyses.ltv import LtvResult
from core.stats import wilson
from dashboard import layout
from dashboard.charts import curves
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import _, number, percent, percent_range

# The title speaks of renewals that so many contracts have come to, and of no later one than this.
FEW, MOST = 100, 12


def period(view: View) -> str:
    """How long a contract runs, in words."""
    return {"month": _("month"), "quarter": _("quarter"), "year": _("year")}[view.params.renewal]


def renewed(result: LtvResult) -> layout.Figure:
    """Of all chances to renew, how many were taken."""
    rows = result.contracts[result.contracts["renewals"] > 0]
    chances, taken = rows["at_risk"].sum(), rows["renewed"].sum()
    low, high = wilson(taken, max(chances, 1))
    return layout.Figure(
        _("Renewals"),
        percent(taken / chances if chances else float("nan"), 1),
        _("95 %: {span}").format(span=percent_range(float(low), float(high), 1)) if chances else "",
        help=_("Of {n} contracts that came up for renewal, each as often as it did.").format(n=number(chances)),
    )


def running(result: LtvResult) -> layout.Figure:
    """How many of the customers in view are still under contract."""
    there = int(result.customers["p_alive"].sum())
    share = percent(there / len(result.customers))
    words = _("{share} of {n}").format(share=share, n=number(len(result.customers)))
    return layout.Figure(_("Under contract"), number(there), words, help=_("Customers who are not known to have left."))


def note(view: View) -> str:
    """What is taken for granted, and what is shown."""
    return _(
        "As the settings say, customers are under contract: who did not buy in a full calendar {period} has left. "
        "Line: observed; dashed: shifted beta-geometric; bands: 95 %."
    ).format(period=period(view))


def title(result: LtvResult) -> str:
    """The finding: that those who have stayed for long stay longer, where it is so."""
    rows = result.contracts[(result.contracts["renewals"] > 0) & (result.contracts["at_risk"] >= FEW)].head(MOST)
    if len(rows) < 2:
        return _("How contracts are renewed")
    first, last = rows.iloc[0], rows.iloc[-1]
    ends = (percent(first["retention"], 0), percent(last["retention"], 0))
    if last["retention_low"] > first["retention_high"]:
        words = _("Renewal rises with time: {first} the first time, {last} at renewal {n}")
        return words.format(first=ends[0], last=ends[1], n=number(last["renewals"]))
    return _("{first} renew the first time").format(first=ends[0])


def survival(view: View, result: LtvResult) -> go.Figure:
    """The share still under contract, observed and by the model, and the model beyond what was observed."""
    table = result.contracts
    seen = table[table["survival"].notna()]
    observed = curves.Line(
        _("observed"),
        seen["renewals"].tolist(),
        seen["survival"].tolist(),
        view.theme.ink,
        low=seen["low"].fillna(seen["survival"]).tolist(),
        high=seen["high"].fillna(seen["survival"]).tolist(),
        hover=[
            hover(
                _("renewed {n} times or more").format(n=number(row.renewals)),
                (_("observed"), percent(row.survival)),
                (_("95 % interval"), percent_range(row.low, row.high) if row.low == row.low else ""),
                (_("came up for this renewal"), number(row.at_risk)),
                (_("of them renewed"), percent(row.retention) if row.retention == row.retention else ""),
            )
            for row in seen.itertuples()
        ],
        points=len(seen) <= 24,
    )
    lines = [observed]
    if table["fitted"].notna().all():
        texts = [
            hover(
                _("renewed {n} times or more").format(n=number(row.renewals)),
                (_("by the model"), percent(row.fitted)),
                (_("95 % interval"), percent_range(row.fitted_low, row.fitted_high)),
            )
            for row in table.itertuples()
        ]
        columns = (table[name].tolist() for name in ("renewals", "fitted", "fitted_low", "fitted_high"))
        x, y, low, high = columns
        name = _("model") if len(table) > len(seen) else ""
        lines.insert(0, curves.Line(name, x, y, view.theme.accent, low, high, texts, dash=True))
    alt = _("Share of contracts still renewed, by number of renewals, observed and by the model")
    return curves.lines(view.theme, lines, alt=alt, format=lambda v: percent(v, 0), x_title=_("renewals"), top=1.0)


def table_columns(view: View) -> list[layout.Column]:
    """Further columns of the customers' table."""
    each = _("Value a {period}").format(period=period(view))
    return [
        layout.Column("p_alive", _("Under contract"), "percent", help=_("0 or 100 %: seen, not estimated")),
        layout.Column("renewals", _("Renewals so far"), help=_("Of the customer’s latest contract")),
        layout.Column("expected_purchases", _("Renewals to come"), "decimal", help=_("Within the horizon")),
        layout.Column("value_a_period", each, "money"),
        layout.Column(
            "residual_value",
            _("All that is to come"),
            "money",
            help=_("Without the horizon: discounted, to the end of the contract"),
        ),
    ]
