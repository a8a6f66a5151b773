"""What every form is made of: figure, annotations, hover texts, cells, ticks, and the key that a click gives back."""

import html
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.charts.colour import ENOUGH, contrast, mix, text_on
from dashboard.charts.theme import GAP, SIZE, Theme, template

Format = Callable[[float], str]
HOVER = "%{hovertext}<extra></extra>"
SPACE = "\u00a0"
FADE = 0.7


def escape(text: str) -> str:
    """Words of somebody's data as Plotly is to show them; it reads few entities, and quotation marks are not among them."""
    return html.escape(text, quote=False)


def figure(theme: Theme, traces: Sequence[dict[str, Any]], layout: dict[str, Any], alt: str, height: int) -> go.Figure:
    """Figure with the theme's template, a fixed height in pixels and its alternative text in ``layout.meta["alt"]``."""
    own = {"template": template(theme.name), "height": height, "meta": {"alt": alt}}
    # Plotly's own check of every value costs more than all the rest; the tests make it for every form.
    return go.Figure(data=list(traces), layout={**own, **layout}, _validate=False)


def hover(title: str, *rows: tuple[str, str], note: str = "") -> str:
    """Text of a hover box: a bold title, a line a pair (label, value), and what the numbers mean."""
    lines = [f"<b>{title}</b>"] + [f"{label}{SPACE} <b>{value}</b>" for label, value in rows if value]
    return "<br>".join(lines + ([f"<i>{line}</i>" for line in wrap(note, 44)] if note else []))


def wrap(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters, broken at plain spaces only."""
    lines = [""]
    for word in text.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip(" ")
    return lines


def coloured(text: str, colour: str) -> str:
    """A piece of a label in its own colour."""
    return f'<span style="color:{colour}">{text}</span>' if text else ""


def note(theme: Theme, x: Any, y: Any, text: str, **more: Any) -> dict[str, Any]:
    """Annotation without arrow, in ink; `more` are Plotly's own attributes, and ``colour``, ``size``."""
    font = {"color": more.pop("colour", theme.ink), "size": more.pop("size", SIZE)}
    return {"x": x, "y": y, "text": text, "showarrow": False, "font": font, "borderpad": 0, **more}


def outside(theme: Theme, x: Any, y: Any, text: str, **more: Any) -> dict[str, Any]:
    """Annotation placed by shares of the plot's width and height, in grey unless ``colour`` is given."""
    return note(theme, x, y, text, **{"xref": "paper", "yref": "paper", "colour": theme.muted, **more})


def axis(values: Iterable[Any], texts: Sequence[str], ends: tuple[float, float], **more: Any) -> dict[str, Any]:
    """An axis whose ticks are written by hand; `more` are Plotly's own attributes."""
    return {"tickvals": list(values), "ticktext": list(texts), "range": list(ends), **more}


def spread(theme: Theme, above: Sequence[float], below: Sequence[float]) -> dict[str, Any]:
    """Interval of each mark as a thin bar, by its distances from the mark."""
    look = {"color": theme.ink, "thickness": 1, "width": 3}
    return {"type": "data", "symmetric": False, "array": list(above), "arrayminus": list(below), **look}


def width_of(text: str, size: float = SIZE) -> float:
    """Rough width of a text in pixels, tags left out: room for direct labels is reserved by it."""
    plain = max((re.sub(r"<[^>]*>", "", line) for line in text.split("<br>")), key=len)
    return size * sum(1.0 if ord(character) > 0x2E80 else 0.57 for character in plain)


@dataclass(frozen=True)
class Box:
    """One drawn cell: centre and size in axis units, fill, text and what a hover and a click give."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    text: str
    key: str
    hover: str
    faint: bool = False
    incomplete: bool = False


def boxes(
    theme: Theme, drawn: Sequence[Box], selected: str | None, axes: tuple[str, str] = ("x", "y")
) -> dict[str, Any]:
    """Cells as one bar trace: text colour per cell, text that does not fit is hidden, a click selects.

    The gaps are the cells' outlines in the page's colour, and so have the same pixels at any width. All but the cell with the
    key `selected` are faded.
    """
    keys = [box.key for box in drawn]
    fills = faded(theme, [mix(box.fill, theme.bg, 0.65) if box.faint else box.fill for box in drawn], keys, selected)
    return {
        "type": "bar",
        "x": [box.x for box in drawn],
        "base": [box.y - box.height / 2 for box in drawn],
        "y": [box.height for box in drawn],
        "width": [box.width for box in drawn],
        "marker": {
            "color": fills,
            "cornerradius": 4,
            "line": {"width": GAP, "color": theme.bg},
            **pattern(theme, fills, [box.incomplete for box in drawn]),
        },
        "text": [box.text for box in drawn],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        "textfont": {"color": [_ink(theme, box, fill) for box, fill in zip(drawn, fills, strict=True)], "size": SIZE},
        "customdata": keys,
        "hovertext": [box.hover for box in drawn],
        "hovertemplate": HOVER,
        "xaxis": axes[0],
        "yaxis": axes[1],
        **on_click(theme),
    }


def _ink(theme: Theme, box: Box, fill: str) -> str:
    if box.incomplete:
        return theme.ink
    muted = box.faint and contrast(theme.muted, fill) >= ENOUGH
    return theme.muted if muted else text_on(fill)


def pattern(theme: Theme, fills: Sequence[str], incomplete: Sequence[bool]) -> dict[str, Any]:
    """Hatching of what is not over yet, in the cell's colour on the page; no more colour than text on it can bear."""
    if not any(incomplete):
        return {}
    return {
        "pattern": {
            "shape": ["/" if open_ else "" for open_ in incomplete],
            "size": 6,
            "solidity": 0.28,
            "fillmode": "replace",
            "fgcolor": [bearable(theme, fill) for fill in fills],
            "bgcolor": theme.bg,
        }
    }


def bearable(theme: Theme, fill: str) -> str:
    """`fill`, mixed with the page until the theme's ink stands out on it."""
    part = 0.0
    while contrast(theme.ink, mix(fill, theme.bg, part)) < ENOUGH and part < 1:
        part += 0.1
    return mix(fill, theme.bg, round(part, 1))


def legible(theme: Theme, colour: str) -> str:
    """`colour` as text on the page: mixed with ink until it stands out."""
    part = 0.0
    while contrast(mix(colour, theme.ink, part), theme.bg) < ENOUGH and part < 1:
        part += 0.1
    return mix(colour, theme.ink, round(part, 1))


def known(keys: Sequence[str], selected: str | None) -> str | None:
    """The chosen key, or None where no mark has it: a stale choice must not fade the whole chart."""
    return selected if selected in keys else None


def faded(theme: Theme, fills: Sequence[str], keys: Sequence[str], selected: str | None) -> list[str]:
    """Fills with all but the chosen key's mixed into the page; unchanged where nothing is chosen."""
    if selected is None:
        return list(fills)
    return [fill if key == selected else mix(fill, theme.bg, FADE) for fill, key in zip(fills, keys, strict=True)]


def on_click(theme: Theme) -> dict[str, Any]:
    """How marks look from the click until the figure is drawn anew with the chosen key."""
    return {
        "selected": {"marker": {"opacity": 1}},
        "unselected": {"marker": {"opacity": 1 - FADE}, "textfont": {"color": theme.ink}},
    }


def clicked(event: Mapping[str, Any] | None) -> str | None:
    """Key of the mark that the user chose; None when nothing is chosen.

    Parameters
    ----------
    event : mapping or None
        What ``st.plotly_chart(on_select=…)`` gives back, or ``st.session_state`` holds under the chart's key.
    """
    points = ((event or {}).get("selection") or {}).get("points") or []
    for point in points:
        # A tile of a treemap has its key as its id.
        key = point.get("customdata") or point.get("id")
        key = key[0] if isinstance(key, list | tuple) and key else key
        if isinstance(key, str) and key:
            return key
    return None


def nice_ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Round tick values from `low` to `high`, about `count`, in steps of 1, 2, 2.5 or 5."""
    span = high - low
    if not span > 0:
        return [low]
    raw = span / count
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [(first + k) * step for k in range(int((high - first * step) / step + 1e-9) + 1)]


def log_ticks(low: float, high: float) -> list[float]:
    """Powers of ten from `low` to `high`, and their fives and twos where there are fewer than three."""
    for factors in ((1,), (1, 5), (1, 2, 5)):
        exponents = range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
        ticks = [f * 10.0**e for e in exponents for f in factors if low <= f * 10.0**e <= high]
        if len(ticks) >= 3:
            break
    return ticks
