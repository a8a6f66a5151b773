"""RFM: its cube, segments and faces as figures, and what to do with each segment."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.analyses.rfm import RfmResult
from dashboard import layout, terms
from dashboard.charts import bars, cube, matrix
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import EN_DASH, _, money, number, percent

# Each face of the cube: its columns' axis and its rows' axis.
FACES = ("rf", "rm", "fm")
FEW = 30
FIRST_TO_ACT_ON = (
    "cant_lose",
    "at_risk",
    "need_attention",
    "champions",
    "loyal",
    "potential_loyalist",
    "promising",
    "new",
)


def row_of(result: RfmResult, code: str) -> Any:
    """The row of a segment."""
    return result.segments[result.segments["segment"] == code].iloc[0]


def title(result: RfmResult, value: str) -> str:
    """The finding: what the champions, or else the first segment, bring."""
    row = row_of(result, "champions")
    row = row if row["customers"] else result.segments.iloc[0]
    return _("{n} {segment}, {customers} of customers, bring {share} of {value}").format(
        n=number(row["customers"]),
        segment=terms.segment(row["segment"]),
        customers=percent(row["customer_share"]),
        share=percent(row["revenue_share"]),
        value=value,
    )


def figures(view: View, result: RfmResult, value: str) -> list[layout.Figure]:
    """The four figures."""
    champions = row_of(result, "champions")
    stake = result.segments[result.segments["segment"].isin(["at_risk", "cant_lose"])]
    of_customers, of_value = _("of customers"), _("of {value}").format(value=value)
    rule = terms.segment_rule("at_risk") + "; " + terms.segment_rule("cant_lose")
    return [
        layout.Figure(
            _("Champions"),
            number(champions["customers"]),
            percent(champions["customer_share"]),
            of_customers,
            help=_("Customers with {rule}.").format(rule=terms.segment_rule("champions")),
        ),
        layout.Figure(
            _("Their {value}").format(value=value),
            money(champions["revenue"], view.currency),
            percent(champions["revenue_share"]),
            of_value,
        ),
        layout.Figure(
            _("At risk or Can’t lose"),
            number(stake["customers"].sum()),
            percent(stake["customer_share"].sum()),
            of_customers,
            help=_("Customers with {rule}.").format(rule=rule),
        ),
        layout.Figure(
            _("At stake"),
            money(stake["revenue"].sum(), view.currency),
            percent(stake["revenue_share"].sum()),
            of_value,
            help=_("What those at risk have brought in the window."),
        ),
    ]


def cube_figure(view: View, result: RfmResult, colour: str, turns: bool, selected: str | None) -> go.Figure:
    """The cube, drawn still or to be turned; ``colour`` is "segment" or "revenue"."""
    top = result.cube["revenue"].max()
    blocks = [
        cube.Block(
            recency=cell.r - 1,
            frequency=cell.f - 1,
            value=cell.m - 1,
            n=cell.customers,
            fill=view.theme.segment(cell.segment) if colour == "segment" else view.theme.shade(cell.revenue, top, 0.5),
            key=cell.segment,
            hover=hover(
                terms.segment(cell.segment),
                (_("Recency, frequency, value"), f"{cell.r} · {cell.f} · {cell.m}"),
                (_("Customers"), number(cell.customers)),
                (terms.value(result.value).capitalize(), money(cell.revenue, view.currency)),
            ),
        )
        for cell in result.cube.itertuples()
        if cell.customers
    ]
    axes = (
        cube.Axis(_("Recency"), _("long ago"), _("recent")),
        cube.Axis(_("Frequency"), _("seldom"), _("often")),
        cube.Axis(_("Value"), _("low"), _("high")),
    )
    alt = _("Cube of {n} customer groups by recency, frequency and value").format(n=len(blocks))
    draw = cube.cube if turns else cube.flat
    return draw(view.theme, blocks, axes, groups=result.groups, alt=alt, selected=selected)


def cuts(view: View, result: RfmResult) -> list[tuple[str, str]]:
    """The groups of each axis in words, worst first: ``once · 2–4 · 5–209``."""
    written = {
        "recency": (_("Recency, days"), lambda x: number(x)),
        "frequency": (_("Frequency, orders"), lambda x: number(x)),
        "monetary": (_("Value"), lambda x: money(x, view.currency)),
    }
    rows = []
    for axis, (label, write) in written.items():
        spans = result.cuts[(result.cuts["axis"] == axis) & result.cuts["low"].notna()]
        texts = [
            write(s.low) if s.low == s.high else f"{write(s.low)}{EN_DASH}{write(s.high)}" for s in spans.itertuples()
        ]
        rows.append((label, " · ".join(texts)))
    return rows


def segment_bars(view: View, result: RfmResult, names: dict[str, str], selected: str | None) -> go.Figure:
    """Segments by the money they bring."""
    drawn = [
        bars.Bar(
            key=row.segment,
            label=names[row.segment],
            n=number(row.customers),
            value=max(row.revenue, 0.0),
            text=money(row.revenue, view.currency),
            sub=percent(row.revenue_share),
            colour=view.theme.segment(row.segment),
            hover=hover(
                names[row.segment],
                (_("Customers"), f"{number(row.customers)} · {percent(row.customer_share)}"),
                (
                    terms.value(result.value).capitalize(),
                    f"{money(row.revenue, view.currency)} · {percent(row.revenue_share)}",
                ),
                (_("Mean order"), money(row.mean_order, view.currency)),
                note=terms.segment_rule(row.segment),
            ),
        )
        for row in result.segments.itertuples()
        if row.customers
    ]
    alt = _("Segments by {value}: {list}").format(
        value=terms.value(result.value), list=", ".join(f"{bar.label} {bar.text}" for bar in drawn)
    )
    return bars.ranked(view.theme, drawn, alt=alt, selected=selected)


def face_keys(result: RfmResult) -> list[str]:
    """Keys of all cells of the faces."""
    scores = range(1, result.groups + 1)
    return [f"{face}:{column}:{row}" for face in FACES for column in scores for row in scores]


def faces(view: View, result: RfmResult, selected: str | None) -> go.Figure:
    """The cube seen from three sides."""
    axis = {"r": _("Recency"), "f": _("Frequency"), "m": _("Value")}
    ends = {"r": (_("long ago"), _("recent")), "f": (_("seldom"), _("often")), "m": (_("low"), _("high"))}
    total = result.cube["revenue"].sum()
    scores = range(1, result.groups + 1)

    def headers(name: str) -> list[matrix.Header]:
        low, high = ends[name]
        return [matrix.Header(str(s), low if s == 1 else high if s == result.groups else "") for s in scores]

    shape = (result.groups,) * 3
    people = result.cube["customers"].to_numpy().reshape(shape)
    revenue = result.cube["revenue"].to_numpy().reshape(shape)
    drawn = []
    for face in FACES:
        column, row = face
        # The axis that a face does not show is added up.
        hidden = "rfm".index((set("rfm") - set(face)).pop())
        counts, sums = people.sum(axis=hidden), revenue.sum(axis=hidden)
        cells = [
            matrix.Cell(
                row=str(y),
                column=str(x),
                lines=(f"{number(n)} · {percent(brought / total)}",),
                value=max(brought / total, 0.0),
                key=f"{face}:{x}:{y}",
                hover=hover(
                    f"{axis[column]} {x}, {axis[row]} {y}",
                    (_("Customers"), number(n)),
                    (terms.value(result.value).capitalize(), money(brought, view.currency)),
                ),
                faint=n < FEW,
            )
            for x in scores
            for y in scores
            for n, brought in [(int(counts[x - 1, y - 1]), float(sums[x - 1, y - 1]))]
        ]
        drawn.append(matrix.Face(headers(row)[::-1], headers(column), cells, axis[row], axis[column]))
    alt = _("Customers and share of money by recency and frequency, recency and value, frequency and value")
    return matrix.faces(view.theme, drawn, alt=alt, selected=selected if selected and ":" in selected else None)


def members(result: RfmResult, selected: str | None) -> "pd.Series[bool] | slice":
    """Which customers a key selects."""
    if selected is None:
        return slice(None)
    if ":" not in selected:
        return result.customers["segment"] == selected
    face, column, row = selected.split(":")
    return (result.customers[face[0]] == int(column)) & (result.customers[face[1]] == int(row))


def action(view: View, result: RfmResult, code: str) -> layout.Action:
    """What to do with a segment."""
    row = row_of(result, code)
    brought = _("{money} in the window, {days} days since the last order on average.").format(
        money=money(row["revenue"], view.currency), days=number(row["recency_days"])
    )
    label = _("Open the {customers}").format(customers=terms.customers(row["customers"]))
    return layout.Action("", f"{terms.segment_advice(code)} {brought}", label, select=code)


def columns(names: dict[str, str], value: str) -> list[layout.Column]:
    """Columns of the customers' table."""
    return [
        layout.Column("segment", _("Segment"), "text", names),
        layout.Column("revenue", value.capitalize(), "money"),
        layout.Column("orders", _("Orders")),
        layout.Column("recency_days", _("Days since"), help=_("Days from the last order to the end of the window")),
        layout.Column("r", _("R")),
        layout.Column("f", _("F")),
        layout.Column("m", _("M")),
    ]
