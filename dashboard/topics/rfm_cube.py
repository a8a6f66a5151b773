"""The cube of RFM and its three faces as figures."""

import plotly.graph_objects as go

from core.analyses.rfm import RfmResult
from dashboard import terms
from dashboard.charts import cube, matrix
from dashboard.charts.marks import hover
from dashboard.topics import rfm, segments
from dashboard.view import View
from dashboard.words import _, money, number, percent

FEW = 30


def cube_figure(view: View, result: RfmResult, colour: str, turns: bool, selected: str | None) -> go.Figure:
    """The cube, drawn still or to be turned; ``colour`` is "segment" or "revenue"."""
    top = result.cube["revenue"].max()
    names, colours = segments.names(result.rules), segments.colours(view.theme, result.rules.names)
    blocks = [
        cube.Block(
            recency=cell.r - 1,
            frequency=cell.f - 1,
            value=cell.m - 1,
            n=cell.customers,
            fill=colours[cell.segment] if colour == "segment" else view.theme.shade(cell.revenue, top, 0.5),
            key=cell.segment,
            hover=hover(
                names[cell.segment],
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


def face_keys(result: RfmResult) -> list[str]:
    """Keys of all cells of the faces."""
    scores = range(1, result.groups + 1)
    return [f"{face}:{column}:{row}" for face in rfm.FACES for column in scores for row in scores]


def face_name(key: str) -> str:
    """A cell of a face in words: "Recency 3, frequency 2"."""
    face, *scores = key.split(":")
    words = {"r": _("recency {n}"), "f": _("frequency {n}"), "m": _("value {n}")}
    text = ", ".join(words[letter].format(n=score) for letter, score in zip(face, scores, strict=True))
    return text[:1].upper() + text[1:]


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
    for face in rfm.FACES:
        column, row = face
        # The axis that a face does not show is added up.
        hidden = "rfm".index((set("rfm") - set(face)).pop())
        counts, sums = people.sum(axis=hidden), revenue.sum(axis=hidden)
        cells = [
            matrix.Cell(
                row=str(y),
                column=str(x),
                lines=(_text(n, brought / total, result.groups),),
                value=max(brought / total, 0.0),
                key=f"{face}:{x}:{y}",
                hover=hover(
                    f"{axis[column]} {x}, {axis[row]} {y}",
                    (_("Customers"), number(n)),
                    (
                        terms.value(result.value).capitalize(),
                        f"{money(brought, view.currency)} · {percent(brought / total)}",
                    ),
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


def _text(customers: int, share: float, groups: int) -> str:
    """Customers and share; with more than three groups there is room for one of them."""
    return f"{number(customers)} · {percent(share)}" if groups == 3 else percent(share)
