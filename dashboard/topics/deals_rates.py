"""Deals: win rate by price, how long deals take, and the pipeline."""

import numpy as np
import plotly.graph_objects as go

from core.analyses.deals import DealsResult
from dashboard.charts import bars, curves
from dashboard.charts.marks import hover, nice_ticks
from dashboard.topics import deals_words as said
from dashboard.topics.deals_words import days
from dashboard.view import View
from dashboard.words import EN_DASH, _, money, number, number_range, percent, percent_range


def price(view: View, result: DealsResult) -> go.Figure:
    """Win rate by price, tenth by tenth, with the threshold price."""
    table, found = result.price, result.threshold
    places = list(range(len(table)))
    texts = [
        hover(
            f"{money(row.price_low, view.currency)} {EN_DASH} {money(row.price_high, view.currency)}",
            (_("Won"), percent(row.win_rate)),
            (_("95 % interval"), percent_range(row.low, row.high)),
            (_("Closed deals"), number(row.deals)),
        )
        for row in table.itertuples()
    ]
    line = curves.Line(
        "",
        places,
        table["win_rate"].tolist(),
        view.theme.accent,
        table["low"].tolist(),
        table["high"].tolist(),
        texts,
        points=True,
    )
    spans = []
    if found.stands:
        ends = [
            float(np.interp(end, table["price_high"], np.arange(len(table)) + 0.5)) for end in (found.low, found.high)
        ]
        spans.append(curves.Span(ends[0] - 0.06, ends[1] + 0.06, money(found.price, view.currency)))
    step = 3 if view.phone else 2
    ticks = [
        (k, money(row.price_high, view.currency, digits=2)) for k, row in enumerate(table.itertuples()) if k % step == 0
    ]
    return curves.lines(
        view.theme,
        [line],
        alt=_("Win rate by price"),
        format=lambda share: percent(share, 0),
        x_title=_("price up to, in tenths of the deals"),
        x_ticks=ticks,
        spans=spans,
        top=min(1.0, max(table["high"].max() * 1.05, 0.1)) if len(table) else None,
        height=300,
    )


def price_words(view: View, result: DealsResult) -> str:
    """The threshold price in words."""
    found = result.threshold
    if not found.stands:
        return _("No price above which deals are clearly won less often.")
    text = _("Above {price} ({low} to {high}) {above} are won, up to it {below}.")
    ends = (money(end, view.currency) for end in (found.price, found.low, found.high))
    keys = dict(zip(("price", "low", "high"), ends, strict=True))
    return text.format(**keys, above=percent(found.rate_above, 0), below=percent(found.rate_below, 0))


def pipeline(view: View, result: DealsResult) -> go.Figure:
    """Open deals by stage."""
    drawn = [
        bars.Bar(
            f"stage:{row.stage}",
            row.stage or _("no stage"),
            row.amount,
            money(row.amount, view.currency),
            view.theme.accent,
            n=number(row.deals),
            sub=_("won {share}").format(share=percent(row.win_rate, 0)) if row.win_rate == row.win_rate else "",
            hover=hover(
                row.stage or _("no stage"),
                (_("Open deals"), number(row.deals)),
                (_("Their amount"), money(row.amount, view.currency)),
                (_("Days there, median"), number(row.median_days)),
                (
                    _("Won, of those that came here"),
                    f"{percent(row.win_rate)} ({percent_range(row.low, row.high)})"
                    if row.win_rate == row.win_rate
                    else "",
                ),
            ),
        )
        for row in result.stages.itertuples()
    ]
    return bars.ranked(view.theme, drawn, alt=_("Amount of open deals by stage"))


def cycle(view: View, result: DealsResult) -> go.Figure:
    """The share of deals that have closed, by days since they were opened."""
    groups = [None, *result.cycle["group"].dropna().unique()]
    shown = groups[1:6] if len(groups) > 1 else [None]
    palette = [colour for name, colour in view.theme.categorical.items() if name != "grey"]
    lines = []
    for place, group in enumerate(shown):
        rows = result.time[result.time["group"].isna() if group is None else result.time["group"] == group]
        rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, 300).astype(int))]
        name = _("all") if group is None else said.value(view, view.params.by, group)
        texts = [
            hover(
                _("{name}: {days}").format(name=name, days=days(row.day)),
                (_("Closed by then"), percent(1 - row.survival)),
                (_("95 % interval"), percent_range(1 - row.high, 1 - row.low) if row.low == row.low else ""),
                (_("Still open then"), number(row.at_risk - row.events)),
            )
            for row in rows.itertuples()
        ]
        over = (1 - rows["survival"]).tolist()
        low, high = (1 - rows["high"]).fillna(1 - rows["survival"]), (1 - rows["low"]).fillna(1 - rows["survival"])
        lines.append(curves.Line(name, rows["day"].tolist(), over, palette[place], low.tolist(), high.tolist(), texts))
    last = float(result.time["day"].max()) if len(result.time) else 1.0
    ticks = [(tick, number(tick)) for tick in nice_ticks(0, last, 4 if view.phone else 6)]
    return curves.lines(
        view.theme,
        lines,
        alt=_("Share of deals closed by days since they were opened"),
        format=lambda share: percent(share, 0),
        x_title=_("days since the deal was opened"),
        x_ticks=ticks,
        top=1.0,
        height=300,
    )


def cycle_words(result: DealsResult) -> str:
    """By when half have closed, and whether groups differ."""
    half = result.cycle[result.cycle["group"].isna() & np.isclose(result.cycle["share"], 0.5)]
    told = []
    if len(half) and half["days"].iloc[0] == half["days"].iloc[0]:
        row = half.iloc[0]
        span = number_range(row["low"], row["high"], 0)
        told.append(_("Half are closed within {days} (95 %: {span}).").format(days=days(row["days"]), span=span))
    if len(result.differences):
        whole = result.differences[result.differences["group"].isna()].iloc[0]
        told.append(
            _("The groups differ beyond chance (log-rank test).")
            if whole["stands"]
            else _("No clear difference between the groups (log-rank test).")
        )
    return " ".join(told)
