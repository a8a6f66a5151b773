"""How firm the classes of ABC-XYZ are: who changes class when one setting moves."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.analyses.abc_xyz import AbcXyzResult
from dashboard import terms
from dashboard.charts import bars
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import _, money, number, percent

# Up to this share of changed classes, settings are said to matter little.
FIRM = 0.05


def _moved(result: AbcXyzResult) -> pd.DataFrame:
    """The moves, the ones that matter most first."""
    return result.sensitivity.sort_values("customers", ascending=False, kind="stable")


def figure(view: View, result: AbcXyzResult) -> go.Figure:
    """Who changes class, a bar a move."""
    held = terms.value("margin" if result.value == "margin" else "revenue").capitalize()
    drawn = [
        bars.Bar(
            key=f"{row.setting}{row.change}",
            label=_label(row),
            value=row.customer_share,
            text=percent(row.customer_share),
            sub=number(row.customers),
            colour=view.theme.accent,
            hover=hover(
                _label(row),
                (_("Change class"), f"{terms.counted(result.of, row.customers)} · {percent(row.customer_share)}"),
                (held, f"{money(row.revenue, view.currency)} · {percent(row.revenue_share)}"),
                note=_("All other settings stay as they are."),
            ),
        )
        for row in _moved(result).itertuples()
    ]
    alt = _("Share that changes class when a setting moves: {list}").format(
        list=", ".join(f"{bar.label} {bar.text}" for bar in drawn)
    )
    return bars.ranked(view.theme, drawn, alt=alt)


def _label(row: Any) -> str:
    """A move in words: "A to 82 %", "by week", "13 periods"."""
    if row.setting == "period":
        return {"week": _("by week"), "month": _("by month"), "quarter": _("by quarter")}[row.change]
    if row.setting == "window":
        return _("{n} periods").format(n=number(row.to))
    if row.setting in ("interval", "variation"):
        words = {"interval": _("interval {to}"), "variation": _("variation² {to}")}
        return words[row.setting].format(to=number(row.to, 2))
    return _("{letter} to {limit}").format(letter=row.setting[0].upper(), limit=percent(row.to / 100, 1))


def sentence(result: AbcXyzResult) -> str:
    """How firm the classes are, in a sentence."""
    moved = _moved(result)
    limits = moved[~moved["setting"].isin(("period", "window"))]
    most = limits["customer_share"].max()
    first = moved.iloc[0]
    change = {"share": percent(first["customer_share"]), "move": _label(first)}
    if moved["customer_share"].max() <= FIRM:
        return _("The classes are firm: whatever moves, {share} at most change class ({move}).").format(**change)
    if most <= FIRM:
        text = _("The limits matter little ({most} at most), the time measured more: {share} change class ({move}).")
        return text.format(most=percent(most), **change)
    return _(
        "The classes hang on the settings: {share} change class ({move}). Read those at the edge with care."
    ).format(**change)
