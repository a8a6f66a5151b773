"""What the cells of ABC-XYZ bring for what is spent on them."""

import plotly.graph_objects as go

from core.analyses.abc_xyz import AbcXyzResult
from dashboard import terms
from dashboard.charts import bars
from dashboard.charts.marks import hover
from dashboard.topics import abc_xyz
from dashboard.view import View
from dashboard.words import _, money, number, percent


def known(result: AbcXyzResult) -> bool:
    """Whether spend is given, and what it can be held against."""
    return "margin_share" in result.matrix and bool(result.matrix["margin_share"].notna().any())


def figure(view: View, result: AbcXyzResult, selected: str | None) -> go.Figure:
    """Margin for each unit of spend, and the shares of both, a bar a cell."""
    table = result.matrix[(result.matrix["spend"] > 0) & ~result.matrix["xyz"].isin(abc_xyz.WITHOUT_CLASS)]
    table = table.assign(ratio=table["margin"] / table["spend"]).sort_values("ratio", ascending=False, kind="stable")
    drawn = [
        bars.Bar(
            key=f"{row.abc}-{row.xyz}",
            label=abc_xyz.name(row.abc, row.xyz),
            value=max(row.ratio, 0.0),
            text=number(row.ratio, 1),
            sub=_("{margin} for {spend}").format(margin=percent(row.margin_share), spend=percent(row.spend_share)),
            colour=view.theme.down if row.advice == abc_xyz.STOP else view.theme.accent,
            hover=hover(
                abc_xyz.name(row.abc, row.xyz),
                (_("Margin"), f"{money(row.margin, view.currency)} · {percent(row.margin_share)}"),
                (_("Spend"), f"{money(row.spend, view.currency)} · {percent(row.spend_share)}"),
                note=terms.cell_advice(row.advice) if row.advice == abc_xyz.STOP else "",
            ),
        )
        for row in table.itertuples()
    ]
    listed = ", ".join(f"{bar.label} {bar.text} ({bar.sub})" for bar in drawn)
    alt = _("Margin for each unit of spend: {list}").format(list=listed)
    return bars.ranked(view.theme, drawn, alt=alt, selected=selected)
