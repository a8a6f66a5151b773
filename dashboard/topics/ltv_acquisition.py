"""What winning customers costs, and what they bring for it, channel by channel."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.analyses._ltv_acquisition import SCALE_ABOVE, STOP_BELOW
from core.analyses.ltv import LtvResult
from dashboard import classes, layout
from dashboard.charts import intervals
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import EN_DASH, _, money, money_range, number, number_range


def verdict(code: str) -> str:
    """What is to be done with a channel."""
    return {"scale": _("scale"), "fix": _("fix"), "stop": _("stop"), "unclear": _("unclear")}[code]


def _whole(result: LtvResult) -> Any:
    """All channels together; None without spending or forecast, and where nobody was won or nothing spent."""
    table = result.acquisition
    rows = table[table["channel"].isna()]
    return rows.iloc[0] if len(rows) and rows["ratio"].notna().all() else None


def known(result: LtvResult) -> bool:
    """Whether there is anything to show."""
    return _whole(result) is not None


def ratio(result: LtvResult) -> layout.Figure | None:
    """LTV by CAC over all channels; None where it can't be told."""
    row = _whole(result)
    if row is None:
        return None
    return layout.Figure(
        _("LTV : CAC"),
        number(row["ratio"], 1),
        _("95 %: {span}").format(span=number_range(row["ratio_low"], row["ratio_high"])),
        help=_(
            "What customers won in these dates have brought and are expected to bring, by what was spent to win them."
        ),
    )


def title(view: View, result: LtvResult) -> str:
    """The finding: what a new customer costs and brings."""
    row = _whole(result)
    return _("A new customer costs {cac} and brings {ltv}, {ratio} times as much (95 %: {span})").format(
        cac=money(row["cac"], view.currency),
        ltv=money(row["ltv"], view.currency),
        ratio=number(row["ratio"], 1),
        span=number_range(row["ratio_low"], row["ratio_high"]),
    )


def note(result: LtvResult) -> str:
    """What is counted."""
    what = _("margin") if result.value == "margin" else _("net revenue")
    return _("So far and over the horizon, {value}; all spending is taken as spent on winning customers").format(
        value=what
    )


def channels(result: LtvResult) -> pd.DataFrame:
    """The channels, those that bring most for what they cost first."""
    table = result.acquisition
    return table[table["channel"].notna()].sort_values("ratio", ascending=False, kind="stable", na_position="last")


def figure(view: View, result: LtvResult) -> go.Figure:
    """LTV by CAC, a bar a channel, with the lines of 1 and 3."""
    rows = channels(result)
    names = classes.labels(view, "channel", list(rows["channel"]))
    colours = {"scale": view.theme.up, "stop": view.theme.down}
    drawn = [
        intervals.Ranged(
            key=row.channel,
            label=names[row.channel],
            value=row.ratio,
            low=row.ratio_low,
            high=row.ratio_high,
            text=f"{number(row.ratio, 1)} · {verdict(row.verdict)}",
            colour=colours.get(row.verdict, view.theme.accent),
            n=number(row.n),
            hover=_words(view, names[row.channel], row),
            few=row.verdict == "unclear",
        )
        for row in rows.itertuples()
        if row.ratio == row.ratio
    ]
    lines = [(STOP_BELOW, number(STOP_BELOW)), (SCALE_ABOVE, number(SCALE_ABOVE))]
    alt = _("LTV by CAC: {list}").format(list=", ".join(f"{bar.label} {bar.text}" for bar in drawn))
    return intervals.bars(view.theme, drawn, alt=alt, lines=lines)


def _words(view: View, name: str, row: Any) -> str:
    why = {
        "scale": _("The whole interval is above 3: worth more money."),
        "stop": _("The whole interval is below 1: it costs more than it brings."),
        "fix": _("The whole interval is between 1 and 3: it pays, but not well."),
        "unclear": _("The interval crosses 1 or 3, or there are fewer than 30 customers: no verdict."),
    }
    return hover(
        name,
        (_("LTV : CAC"), f"{number(row.ratio, 1)} ({number_range(row.ratio_low, row.ratio_high)})"),
        (_("CAC"), f"{money(row.cac, view.currency)} ({money_range(row.cac_low, row.cac_high, view.currency)})"),
        (_("LTV"), f"{money(row.ltv, view.currency)} ({money_range(row.ltv_low, row.ltv_high, view.currency)})"),
        (_("New customers"), number(row.n)),
        note=why[row.verdict],
    )


def table(view: View, result: LtvResult) -> pd.DataFrame:
    """Channel by channel, written; all together last."""
    rows = pd.concat([channels(result), result.acquisition[result.acquisition["channel"].isna()]])
    names = classes.labels(view, "channel", [name for name in rows["channel"] if isinstance(name, str)])

    def months(value: Any) -> str:
        return EN_DASH if pd.isna(value) else number(int(value)) if value else _("at once")

    made = pd.DataFrame(
        {
            _("new"): [number(row.n) for row in rows.itertuples()],
            _("CAC"): [money(row.cac, view.currency) for row in rows.itertuples()],
            _("LTV"): [money(row.ltv, view.currency) for row in rows.itertuples()],
            _("paid back, months"): [months(row.payback_month) for row in rows.itertuples()],
            _("spend up to"): [money(row.may_spend, view.currency) for row in rows.itertuples()],
            _("verdict"): [verdict(row.verdict) for row in rows.itertuples()],
        },
        index=[names.get(name, _("all")) if isinstance(name, str) else _("all") for name in rows["channel"]],
    )
    # A phone has no room for what the chart says too.
    return made.drop(columns=[_("new"), _("verdict")]) if view.phone else made
