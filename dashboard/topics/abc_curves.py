"""ABC-XYZ as curves and bars: how value adds up, how regular demand is, and that of whole groups."""

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analyses.abc_xyz import AbcXyzResult
from dashboard import terms
from dashboard.charts import bars, columns, curves
from dashboard.charts.marks import hover
from dashboard.topics import abc_xyz
from dashboard.view import View
from dashboard.words import _, money, number, percent

POINTS = 300
BINS = 30
# So many groups at most are compared, the largest ones.
GROUPS = 12


def pareto(view: View, result: AbcXyzResult, value: str) -> go.Figure:
    """How value adds up from the largest one on."""
    values = np.maximum(result.rows["value"].to_numpy(), 0.0)
    n, total = len(values), values.sum() or 1.0
    running = np.r_[0.0, np.cumsum(values)] / total
    counts = result.rows["abc"].value_counts().reindex(["A", "B", "C"]).fillna(0).astype(int)
    ends = np.cumsum(counts.to_numpy())
    place = np.unique(np.r_[0, np.linspace(0, n, POINTS).astype(int), np.geomspace(1, n, 60).astype(int), ends])
    parts = [
        curves.Part(code, end / n, view.theme.abc[code], (number(counts[code]), percent(counts[code] / n)))
        for code, end in zip(counts.index, ends, strict=True)
    ]
    shares = {"share": percent(result.top_share), "value": value}
    alt, x_title = {
        "customers": (
            _("Share of {value} by share of customers, largest first: the top 20 % bring {share}"),
            _("share of customers"),
        ),
        "products": (
            _("Share of {value} by share of products, largest first: the top 20 % bring {share}"),
            _("share of products"),
        ),
    }[result.of]
    return curves.pareto(
        view.theme,
        (place / n).tolist(),
        running[place].tolist(),
        parts,
        alt=alt.format(**shares),
        format=lambda v: percent(v, 0),
        x_title=x_title,
        y_title=_("share of {value}").format(value=value),
        mark=(0.2, result.top_share, _("top 20 % bring {share}").format(share=percent(result.top_share))),
    )


def regularity(view: View, result: AbcXyzResult) -> go.Figure:
    """How many vary how much."""
    known = result.rows[result.rows["cv"].notna() & ~result.rows["xyz"].isin(abc_xyz.WITHOUT_CLASS)]
    cv = known["cv"].to_numpy() * 100
    top = float(np.quantile(cv, 0.995)) if len(cv) else 100.0
    edges = np.linspace(0, max(top, 1.0), BINS + 1)
    count = np.histogram(np.minimum(cv, edges[-1]), edges)[0]
    counted = _("Products") if result.of == "products" else _("Customers")
    bins = [
        columns.Bin(
            low,
            high,
            c,
            _colour(view, result, (low + high) / 200),
            hover=hover(f"{number(low)}–{percent(high / 100, 0)}", (counted, number(c))),
        )
        for low, high, c in zip(edges[:-1], edges[1:], count, strict=True)
    ]
    step = 10 ** math.floor(math.log10(max(top, 10))) if top >= 10 else 2
    step = step / 2 if top / step < 3 else step
    ticks = [(tick, number(tick)) for tick in np.arange(0, top, step)]
    key = [(code, view.theme.xyz[code]) for code in "XYZ"] if _has_cuts(result) else []
    seasonal = result.xyz_mode == "seasonal"
    alt = _("Histogram of the variation of {counted}").format(counted=terms.counted(result.of, len(cv)))
    return columns.histogram(
        view.theme,
        bins,
        alt=alt,
        format=number,
        x_ticks=ticks,
        x_title=_("error of last year’s totals ÷ mean, %") if seasonal else _("standard deviation ÷ mean, %"),
        key=key,
    )


def _has_cuts(result: AbcXyzResult) -> bool:
    return len(result.xyz_cuts) == 2 and result.xyz_mode != "syntetos_boylan"


def _colour(view: View, result: AbcXyzResult, cv: float) -> str:
    """Colour of X, Y or Z for a variation; the accent where fixed cuts do not apply."""
    if not _has_cuts(result):
        return view.theme.accent
    x, y = result.xyz_cuts
    return view.theme.xyz["X" if 100 * cv <= x else "Y" if 100 * cv <= y else "Z"]


def group_names(result: AbcXyzResult) -> dict[str, str]:
    """The kinds of groups whose demand is compared, in words."""
    words = {"abc": _("Class"), "region": _("Region"), "channel": _("Channel"), "category": _("Category")}
    present = {"abc", *_known(result.stability)["group"]}
    return {code: word for code, word in words.items() if code in present}


def _known(table: pd.DataFrame) -> pd.DataFrame:
    # Those who bring nothing have no demand whose variation would tell anything.
    return table[table["cv"].notna() & (table["label"] != "nonpositive")]


def stability(view: View, result: AbcXyzResult, group: str) -> go.Figure:
    """How much the total of each group varies from period to period, classes in order, else the steadiest first."""
    table = _known(result.stability)
    table = table[table["group"] == group].nlargest(GROUPS, "mean_a_period")
    table = table.sort_values("label" if group == "abc" else "cv", kind="stable")
    orders = result.value == "orders"
    drawn = [
        bars.Bar(
            key=row.label,
            label=abc_xyz.class_name(row.label) if group == "abc" else row.label,
            value=row.cv,
            text=percent(row.cv),
            sub="",
            colour=view.theme.accent,
            hover=hover(
                row.label,
                (_("Variation"), percent(row.cv)),
                (
                    _("Mean a period"),
                    number(row.mean_a_period, 1) if orders else money(row.mean_a_period, view.currency),
                ),
                (_("Periods"), number(row.periods)),
                note=_("Standard deviation of the group’s totals a period over their mean."),
            ),
        )
        for row in table.itertuples()
    ]
    alt = _("Variation of total demand: {list}").format(list=", ".join(f"{bar.label} {bar.text}" for bar in drawn))
    return bars.ranked(view.theme, drawn, alt=alt)


def stability_note(result: AbcXyzResult, group: str) -> str:
    """How many groups are not drawn, if any."""
    left = int((_known(result.stability)["group"] == group).sum()) - GROUPS
    return _("The {n} largest; {left} more are smaller.").format(n=GROUPS, left=number(left)) if left > 0 else ""
