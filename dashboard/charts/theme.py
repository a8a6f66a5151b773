"""Theme of the charts: colours of the light and the dark page, and Plotly's template made from them."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from dashboard.charts import palette

FONT = "Plex, 'Noto Sans CJK SC', 'PingFang SC', 'Hiragino Sans', 'Microsoft YaHei', sans-serif"
SIZE = 12
GAP = 3
# Standardised residuals: up to here they are chance; the strongest colour is not given before this.
CHANCE, FULL = 2.0, 8.0


@dataclass(frozen=True)
class Theme:
    """Colours of one page background, all ``"#RRGGBB"``; text colours have a contrast of 4.5 or more.

    Attributes
    ----------
    name : "light" or "dark"
    bg, bg2, ink, muted, rule, grid : str
        Page, second surface, text, grey text, axis line, grid line.
    accent, other : str
        The one colour of a chart, and the second where two are compared.
    neutral, up, down : str
        Index 100; a rise; a fall.
    categorical, segments, abc, xyz, tier : dict
        Key to colour.
    sequential, diverging : tuple of str
        From weak to strong (10); from below to above an index of 100 (11, the sixth is neutral).
    """

    name: Literal["light", "dark"]
    bg: str
    bg2: str
    ink: str
    muted: str
    rule: str
    grid: str
    accent: str
    other: str
    neutral: str
    up: str
    down: str
    categorical: dict[str, str]
    segments: dict[str, str]
    abc: dict[str, str]
    xyz: dict[str, str]
    tier: dict[str, str]
    sequential: tuple[str, ...]
    diverging: tuple[str, ...]

    def segment(self, key: str) -> str:
        """Colour of an RFM segment, by key (``"cant_lose"``) or English name (``"Can't lose"``); grey if unknown."""
        plain = key.lower().replace("'", "").replace("\u2019", "").replace(" ", "_")
        return self.segments.get(plain, self.categorical["grey"])

    def shade(self, value: float, top: float, power: float = 1.0) -> str:
        """Sequential colour of `value` on a scale from 0 to `top`; a `power` of 0.5 tells small shares apart."""
        part = min(max(value / top, 0.0), 1.0) ** power if top > 0 else 0.0
        return self.sequential[round(part * (len(self.sequential) - 1))]

    def residual(self, value: float, top: float) -> str:
        """Diverging colour of a standardised residual: none within chance (less than 2 either way), full at ``top``, by ratios."""
        middle = len(self.diverging) // 2
        if abs(value) < CHANCE:
            return self.diverging[middle]
        part = math.log(abs(value) / CHANCE) / math.log(max(top, FULL) / CHANCE)
        steps = 1 + round(min(part, 1.0) * (middle - 1))
        return self.diverging[middle + (steps if value > 0 else -steps)]

    def index(self, value: float, seen: bool = False) -> str:
        """Diverging colour of an index (100 = equal), by its logarithm: a half is as strong as the double.

        `seen` never gives the neutral colour, in which a bar would be lost on the page.
        """
        middle = len(self.diverging) // 2
        steps = round(3 * math.log2(max(value, 1.0) / 100))
        if seen and not steps:
            steps = 1 if value >= 100 else -1
        return self.diverging[middle + min(max(steps, -middle), middle)]


@lru_cache(maxsize=2)
def theme(name: str) -> Theme:
    """Theme by the name that Streamlit gives (``st.context.theme.type``); all but ``"dark"`` is light."""
    return Theme(name="dark", **palette.DARK) if name == "dark" else Theme(name="light", **palette.LIGHT)


# Plotly's own buttons. A list of those to keep would keep Streamlit's button for full screen out.
_UNWANTED = [
    "zoom2d",
    "pan2d",
    "select2d",
    "lasso2d",
    "zoomIn2d",
    "zoomOut2d",
    "autoScale2d",
    "resetScale2d",
    "toggleSpikelines",
    "hoverClosestCartesian",
    "hoverCompareCartesian",
    "zoom3d",
    "pan3d",
    "orbitRotation",
    "tableRotation",
    "resetCameraDefault3d",
    "resetCameraLastSave3d",
    "hoverClosest3d",
    "resetViews",
    "toggleHover",
]


def toolbar(still: bool = False) -> dict[str, Any]:
    """Plotly's `config`: only the camera in the toolbar (Streamlit adds full screen), or nothing on a `still` chart."""
    return {
        "displayModeBar": False if still else "hover",
        "modeBarButtonsToRemove": _UNWANTED,
        "displaylogo": False,
        "scrollZoom": False,
        "doubleClick": False if still else "reset",
        "toImageButtonOptions": {"scale": 2, "filename": "clientele"},
    }


@lru_cache(maxsize=2)
def template(colours: str) -> dict[str, Any]:
    """Plotly template of a theme, by its name; pass it on, never change it."""
    own = theme(colours)
    text = {"family": FONT, "size": SIZE, "color": own.ink}
    axis = {
        "automargin": True,
        "fixedrange": True,
        "zeroline": False,
        "tickangle": 0,
        "ticklabeloverflow": "allow",
        "tickfont": {"color": own.muted, "size": SIZE},
        "title": {"font": {"color": own.muted, "size": SIZE}, "standoff": 6},
        "gridcolor": own.grid,
        "linecolor": own.rule,
    }
    layout = {
        "font": text,
        "margin": {"l": 4, "r": 4, "t": 4, "b": 4},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {**axis, "showgrid": False, "showline": True},
        "yaxis": {**axis, "showgrid": True, "showline": False},
        "barcornerradius": 2,
        "bargap": 0.3,
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": own.bg2,
            "bordercolor": own.rule,
            "font": {**text, "size": 13},
            "align": "left",
            "namelength": -1,
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": own.muted, "activecolor": own.ink},
        "uniformtext": {"minsize": 9, "mode": "hide"},
    }
    return {"layout": layout}
