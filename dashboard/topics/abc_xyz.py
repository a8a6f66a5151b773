"""ABC-XYZ: its matrix, Pareto curve and histogram as figures, and what to do with each cell."""

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analyses.abc_xyz import AbcXyzResult
from dashboard import layout, terms
from dashboard.charts import columns, curves, matrix
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import _, money, number, percent

STEADY, BURSTS = ("X", "Y", "smooth", "erratic"), ("Z", "intermittent", "lumpy")
POINTS = 300
BINS = 30


def shown_columns(result: AbcXyzResult) -> list[str]:
    """XYZ classes that the matrix shows: all regular ones, the others when somebody is in them."""
    classes = list(result.customers["xyz"].cat.categories)
    present = set(result.customers["xyz"])
    return [code for code in classes if code not in ("N", "undefined") or code in present]


def shown_rows(result: AbcXyzResult) -> list[str]:
    """ABC classes that the matrix shows."""
    present = set(result.customers["abc"])
    return [code for code in ("A", "B", "C", "nonpositive") if code != "nonpositive" or code in present]


def keys(result: AbcXyzResult) -> list[str]:
    """Everything that can be selected: cells such as ``A-X``, and rows such as ``A-``."""
    return [f"{a}-{x}" for a in shown_rows(result) for x in ["", *shown_columns(result)]]


def names(result: AbcXyzResult) -> dict[str, str]:
    """The words for everything that can be selected and holds somebody."""
    filled = set(result.customers["abc"].astype(str) + "-" + result.customers["xyz"].astype(str))
    filled |= {f"{code}-" for code in result.customers["abc"].astype(str).unique()}
    return {key: " ".join(_class(part) for part in key.split("-") if part) for key in keys(result) if key in filled}


def _class(code: str) -> str:
    return {"nonpositive": _("not positive"), "undefined": _("quiet"), "N": _("new")}.get(code, code)


def members(result: AbcXyzResult, selected: str | None) -> "pd.Series[bool] | slice":
    """Which customers a key selects."""
    if selected is None:
        return slice(None)
    abc, xyz = selected.split("-")
    chosen = result.customers["abc"] == abc
    return chosen & (result.customers["xyz"] == xyz) if xyz else chosen


def title(result: AbcXyzResult, value: str) -> str:
    """The finding: how few bring how much, and how many of them buy steadily."""
    abc = result.customers["abc"]
    top = result.customers[abc == "A"]
    steady = int(top["xyz"].isin(STEADY[:2] if result.xyz_mode != "syntetos_boylan" else STEADY[2:]).sum())
    share = top["value"].sum() / result.customers.loc[result.customers["value"] > 0, "value"].sum()
    found = _("{n} customers, {share} of them all, bring {part} of {value}").format(
        n=number(len(top)), share=percent(len(top) / len(result.customers)), part=percent(share), value=value
    )
    return found + (_(", and {n} of them buy steadily").format(n=number(steady)) if steady else "")


def figures(result: AbcXyzResult, value: str) -> list[layout.Figure]:
    """The four figures."""
    total = len(result.customers)
    top = result.customers[result.customers["abc"] == "A"]
    new = result.customers[result.customers["xyz"] == "N"]
    revenue = result.customers["revenue"].sum()
    return [
        layout.Figure(
            _("Class A customers"),
            number(len(top)),
            percent(len(top) / total),
            _("of customers"),
            help=_("The largest customers, as long as those before them bring less than the A limit."),
        ),
        layout.Figure(_("Top 20 % bring"), percent(result.top_share), _("of {value}").format(value=value)),
        layout.Figure(
            _("Classes at the edge"),
            number(result.at_edge),
            percent(result.at_edge / total),
            _("of customers"),
            help=_("Customers who change class when the limits move by a tenth either way."),
        ),
        layout.Figure(
            _("New, no class yet"),
            number(len(new)),
            percent(new["revenue"].sum() / revenue if revenue else math.nan),
            _("of revenue"),
            help=_("Too few complete periods since the first order to tell how steadily they buy."),
        ),
    ]


def matrix_figure(view: View, result: AbcXyzResult, by: str, selected: str | None) -> go.Figure:
    """The matrix; ``by`` ("revenue" or "customers") is what its colour stands for."""
    limits = {"A": _("to 80 %"), "B": _("to 95 %"), "C": _("the rest")}
    columns_ = [
        matrix.Header(c, _class(c), terms.xyz(c) if c not in ("N", "undefined") else "", gap=c == "N")
        for c in shown_columns(result)
    ]
    rows = [
        matrix.Header(code, _class(code), limits.get(code, "") if _default_limits(view) else "")
        for code in shown_rows(result)
    ]
    cells = []
    for row in result.matrix.itertuples():
        if not row.customers or row.xyz not in shown_columns(result):
            continue
        first, second = money(row.revenue, view.currency), percent(row.revenue_share)
        who = number(row.customers)
        lines = (first, second, who) if by == "revenue" else (who, percent(row.customer_share), first)
        cells.append(
            matrix.Cell(
                row.abc,
                row.xyz,
                lines,
                max(row.revenue_share if by == "revenue" else row.customer_share, 0.0),
                f"{row.abc}-{row.xyz}",
                hover=hover(
                    f"{_class(row.abc)} {_class(row.xyz)}",
                    (_("Customers"), f"{who} · {percent(row.customer_share)}"),
                    (_("Revenue"), f"{first} · {second}"),
                    note=advice(row.abc, row.xyz),
                ),
                faint=row.customers < 30,
            )
        )
    alt = _("Matrix of customers by share of value (rows) and regularity (columns); {n} cells hold somebody").format(
        n=len(cells)
    )
    return matrix.cells(view.theme, rows, columns_, cells, alt=alt, selected=selected)


def _default_limits(view: View) -> bool:
    return view.analysis != "abc_xyz" or (view.params.a_limit, view.params.b_limit) == (80.0, 95.0)


def advice(abc: str, xyz: str) -> str:
    """What a cell calls for."""
    if xyz == "N":
        return _("Too new to tell; make the next orders easy.")
    if xyz in BURSTS:
        return _("They buy in bursts: seasonal and holiday offers.")
    if abc == "A" or (abc == "B" and xyz in ("X", "smooth")):
        return _("Personal offers and a contact of their own.")
    if xyz in STEADY:
        return _("Steady: keep service as it is, and suggest more.")
    return _("Nothing bought, net of returns, in the periods measured: win them back or leave them out.")


def actions(view: View, result: AbcXyzResult) -> list[layout.Action]:
    """What to do: the best cells first, those who buy in bursts, the new."""
    known = names(result)

    def point(abc: str, xyz: tuple[str, ...], lead: str, text: str) -> layout.Action | None:
        rows = result.customers[(result.customers["abc"] == abc) & result.customers["xyz"].isin(xyz)]
        keys_ = [f"{abc}-{code}" for code in xyz if f"{abc}-{code}" in known]
        if rows.empty:
            return None
        largest = max(keys_, key=lambda key: len(result.customers[members(result, key)]))
        held = f"{terms.customers(len(rows))}, {money(rows['revenue'].sum(), view.currency)}."
        return layout.Action(lead, f"{text} {held}", _("Open {cell}").format(cell=known[largest]), select=largest)

    points = [
        point("A", STEADY, _("Steady A."), _("Personal offers and a contact of their own.")),
        point("A", BURSTS, _("A in bursts."), _("Seasonal and holiday offers, ahead of their months.")),
        point("A", ("N",), _("New and large."), _("Help them to a second and third order.")),
        point("A", ("undefined",), _("A gone quiet."), _("Nothing net in the periods measured; win them back.")),
        point("B", STEADY, _("Steady B."), _("Keep service as it is, and suggest more.")),
        point("C", BURSTS, _("C in bursts."), _("Reach them by the season’s newsletter, not one by one.")),
    ]
    return [one for one in points if one][:3]


def pareto(view: View, result: AbcXyzResult, value: str) -> go.Figure:
    """How value adds up from the largest customer on."""
    values = np.maximum(result.customers["value"].to_numpy(), 0.0)
    n, total = len(values), values.sum() or 1.0
    running = np.r_[0.0, np.cumsum(values)] / total
    counts = result.customers["abc"].value_counts().reindex(["A", "B", "C"]).fillna(0).astype(int)
    ends = np.cumsum(counts.to_numpy())
    place = np.unique(np.r_[0, np.linspace(0, n, POINTS).astype(int), np.geomspace(1, n, 60).astype(int), ends])
    parts = [
        curves.Part(code, end / n, view.theme.abc[code], (number(counts[code]), percent(counts[code] / n)))
        for code, end in zip(counts.index, ends, strict=True)
    ]
    mark = (0.2, result.top_share, _("top 20 % bring {share}").format(share=percent(result.top_share)))
    alt = _("Share of {value} by share of customers, largest first: the top 20 % bring {share}").format(
        value=value, share=percent(result.top_share)
    )
    return curves.pareto(
        view.theme,
        (place / n).tolist(),
        running[place].tolist(),
        parts,
        alt=alt,
        format=lambda v: percent(v, 0),
        x_title=_("share of customers"),
        y_title=_("share of {value}").format(value=value),
        mark=mark,
    )


def regularity(view: View, result: AbcXyzResult) -> go.Figure:
    """How many customers vary how much."""
    known = result.customers[result.customers["cv"].notna() & ~result.customers["xyz"].isin(["N", "undefined"])]
    cv = known["cv"].to_numpy() * 100
    top = float(np.quantile(cv, 0.995)) if len(cv) else 100.0
    edges = np.linspace(0, max(top, 1.0), BINS + 1)
    count = np.histogram(np.minimum(cv, edges[-1]), edges)[0]
    cuts = result.xyz_cuts

    def colour(middle: float) -> str:
        if len(cuts) != 2:
            return view.theme.accent
        return view.theme.xyz["X" if middle <= cuts[0] else "Y" if middle <= cuts[1] else "Z"]

    bins = [
        columns.Bin(
            low,
            high,
            c,
            colour((low + high) / 2),
            hover=hover(f"{number(low)}–{percent(high / 100, 0)}", (_("Customers"), number(c))),
        )
        for low, high, c in zip(edges[:-1], edges[1:], count, strict=True)
    ]
    step = 10 ** math.floor(math.log10(max(top, 10))) if top >= 10 else 2
    step = step / 2 if top / step < 3 else step
    ticks = [(tick, number(tick)) for tick in np.arange(0, top, step)]
    key = [(code, view.theme.xyz[code]) for code in "XYZ"] if len(cuts) == 2 else []
    alt = _("Histogram of the variation of {n} customers").format(n=number(len(cv)))
    return columns.histogram(
        view.theme, bins, alt=alt, format=number, x_ticks=ticks, x_title=_("standard deviation ÷ mean, %"), key=key
    )


def table_columns(result: AbcXyzResult) -> list[layout.Column]:
    """Columns of the customers' table."""
    own = [] if result.value != "orders" else [layout.Column("value", _("Orders"))]
    return [
        layout.Column("revenue", _("Margin") if result.value == "margin" else _("Net revenue"), "money"),
        *own,
        layout.Column(
            "cumulative_share", _("Share up to here"), "percent", help=_("What this customer and all larger ones bring")
        ),
        layout.Column("abc", _("ABC"), "text", {code: _class(code) for code in ("A", "B", "C", "nonpositive")}),
        layout.Column("xyz", _("XYZ"), "text", {code: _class(code) for code in result.customers["xyz"].cat.categories}),
        layout.Column(
            "cv", _("Variation"), "percent", help=_("Standard deviation of the totals a period over their mean")
        ),
        layout.Column("mean_a_period", _("Mean a period"), "decimal"),
        layout.Column("periods", _("Periods"), help=_("Complete periods since the first order, at most the window")),
    ]


def explanation(result: AbcXyzResult) -> str:
    """The cuts in force, in a sentence."""
    if len(result.window) < 2:
        return ""
    span = _("{n} complete periods, {first} to {last}.").format(
        n=result.periods, first=terms.period(result.window[0]), last=terms.period(result.window[1])
    )
    if len(result.xyz_cuts) != 2 or math.isnan(result.xyz_cuts[0]):
        return span
    return (
        _("Variation: X to {x}, Y to {y}, Z over.").format(
            x=percent(result.xyz_cuts[0] / 100), y=percent(result.xyz_cuts[1] / 100)
        )
        + " "
        + span
    )
