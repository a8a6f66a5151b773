"""Contrast as WCAG defines it, and one example of every form."""

import math

import pandas as pd

from dashboard.charts import (
    bars,
    bridge,
    bubbles,
    columns,
    cube,
    curves,
    heatmap,
    intervals,
    ladder,
    matrix,
    panels,
    sankey,
    scatter,
    small,
    stages,
    treemap,
)


def contrast_ratio(first: str, second: str) -> float:
    """WCAG 2.2, "contrast ratio" and "relative luminance", written out from the text of the standard."""

    def luminance(colour: str) -> float:
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else math.pow((p + 0.055) / 1.055, 2.4) for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    one, two = luminance(first), luminance(second)
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)


def percent(value: float) -> str:
    return f"{value * 100:g} %"


HEADERS = (
    [matrix.Header("A", "A", "to 80 %"), matrix.Header("B", "B", "to 95 %")],
    [matrix.Header("X", "X", "steady"), matrix.Header("Y", "Y", "variable"), matrix.Header("N", "N", "new", gap=True)],
)
CELLS = [
    matrix.Cell(row, column, ("£5.20 M", "63 %", "744"), share, row + column, f"{row}{column}", faint=faint)
    for row, column, share, faint in [
        ("A", "X", 0.63, False),
        ("A", "Y", 0.11, False),
        ("A", "N", 0.046, False),
        ("B", "X", 0.028, False),
        ("B", "Y", 0.0004, True),
    ]
]
AXES = (
    cube.Axis("Recency", "long ago", "recent"),
    cube.Axis("Frequency", "once", "often"),
    cube.Axis("Value", "low", "high"),
)


FLOWS = [
    sankey.Flow("A|A", "A|", "|A", 60, "stayed"),
    sankey.Flow("A|B", "A|", "|B", 20, "fell"),
    sankey.Flow("B|B", "B|", "|B", 15, "stayed"),
    sankey.Flow("B|A", "B|", "|A", 5, "rose"),
]


def sides(theme):
    """Nodes of both columns; nobody is in C at first."""
    left = [("A|", "A", 80), ("B|", "B", 20), ("C|", "C", 0)]
    right = [("|A", "A", 65), ("|B", "B", 35)]
    return [[sankey.Node(key, name, n, str(n), theme.abc[name]) for key, name, n in side] for side in (left, right)]


def small_panels(theme):
    """Two panels: one with an interval and a rise beyond chance, one that goes below zero."""
    return [
        panels.Panel("A", "9", [5, 6, 9], [None, 4, 8], [None, 8, 10], theme.accent, [0, 0, 1], ["a", "b", "c"]),
        panels.Panel("B", "−1", [2, None, -1], [None] * 3, [None] * 3, theme.other, [0, 0, 0], ["d", "e", "f"]),
    ]


def triangle_frame() -> pd.DataFrame:
    rows = [
        ("2010-12", "Dec 2010", "1,885", 1, 0.37, 1885, True),
        ("2010-12", "Dec 2010", "1,885", 2, 0.50, 1885, True),
        ("2010-12", "Dec 2010", "1,885", 3, 0.27, 1885, False),
        ("2011-01", "Jan 2011", "417", 1, 0.22, 417, True),
        ("2011-01", "Jan 2011", "417", 2, 0.12, 417, False),
        ("2011-02", "Feb 2011", "12", 1, 0.25, 12, True),
        ("2011-02", "Feb 2011", "12", 2, float("nan"), 12, True),
    ]
    frame = pd.DataFrame(rows, columns=["cohort", "label", "size", "period", "value", "n", "complete"])
    return frame.assign(hover=frame["label"])


def blocks(theme):
    return [
        cube.Block(r, f, m, n, theme.segment(segment), f"{r}{f}{m}", segment)
        for r, f, m, n, segment in [
            (2, 2, 2, 659, "champions"),
            (0, 0, 0, 649, "lost"),
            (1, 1, 1, 100, "need_attention"),
            (0, 2, 2, 1, "cant_lose"),
            (2, 0, 0, 0, "new"),
        ]
    ]


def lines(theme):
    return [
        curves.Line("Dec 2010", [1, 2, 3], [0.37, 0.32, None], theme.accent, [0.3, 0.3], [0.4, 0.4], ["a", "b", "c"]),
        curves.Line("all later", [1, 2, 3], [0.2, 0.2, 0.2], theme.other, dash=True, points=True),
    ]


def rungs(theme):
    """Two steps: from the first half went on, and some are lost."""
    first = [("on", 50, theme.accent), ("still", 20, theme.other), ("lost", 30, theme.down)]
    return [
        ladder.Rung(
            "Aware", "100", [ladder.Part(key, key, n, str(n), colour) for key, n, colour in first], "50 %", "go on"
        ),
        ladder.Rung("Bought", "50", [ladder.Part("bought", "on", 50, "50", theme.accent)]),
    ]


def stops(theme):
    """Three stages, one ribbon past the second, one end beside the third and none of an empty one."""
    steps = [
        stages.Stop(name, place, name.upper(), n, str(n), theme.accent, True)
        for place, (name, n) in enumerate((("a", 100), ("b", 70), ("c", 60)))
    ]
    ends = [
        stages.Stop("lost a", 1, "lost", 20, "20", theme.down),
        stages.Stop("lost b", 2, "lost", 20, "20", theme.down),
    ]
    ribbons = [
        ("a", "b", 70),
        ("a", "c", 10),
        ("a", "lost a", 20),
        ("b", "c", 50),
        ("b", "lost b", 20),
        ("b", "empty", 0),
    ]
    return [*steps, *ends, stages.Stop("empty", 2, "empty", 0, "0", theme.other)], [
        stages.Ribbon(*one, hover="n") for one in ribbons
    ]


def every_form(theme, selected=None):
    """One figure of every form, by name."""
    tiers = [bars.Piece(name, name, share, theme.tier[name]) for name, share in (("VIP", 0.4), ("economy", 0.6))]
    ranked = [
        bars.Bar("champions", "Champions", 4.99e6, "£4.99 M", theme.segment("champions"), "659", "60 %"),
        bars.Bar("lost", "Lost", 1.25e5, "£125 k", theme.segment("lost"), "1,649", "1.5 %"),
    ]
    index = [bars.Index("orders", "Orders", 412, 390, 430, "412"), bars.Index("gift", "Gifts", 48, 42, 55, "48")]
    bins = [columns.Bin(k, k + 1, 10 * k + 1, theme.xyz["X"], f"bin{k}", "n") for k in range(4)]
    layers = [columns.Layer("returning", [3, 4], theme.accent), columns.Layer("first", [1, 2], theme.other)]
    steps = [bridge.Step("new", "new", 4, "+£4", "12"), bridge.Step("lost", "lost", -5, "−£5")]
    tiles = [
        treemap.Tile("champions", "Champions", 63, ("£63", "63 %"), theme.segment("champions")),
        treemap.Tile("lost", "Lost", 37, ("£37",), theme.segment("lost")),
    ]
    face = matrix.Face(*HEADERS, [matrix.Cell("A", "X", ("69 · 1.8 %",), 0.018, "rf:A:X")], "Frequency", "Recency")
    parts = [curves.Part("A", 0.3, theme.abc["A"], ("1,178", "27 %")), curves.Part("C", 1, theme.abc["C"], ())]
    shown = {"alt": "what is seen", "selected": selected}
    still = {"alt": "what is seen"}
    return {
        "matrix": matrix.cells(theme, *HEADERS, CELLS, **shown),
        "indices matrix": matrix.cells(theme, *HEADERS, CELLS, scale="index", **shown),
        "faces": matrix.faces(theme, [face, face], **shown),
        "triangle": heatmap.triangle(theme, triangle_frame(), corner="first order", x_title="months", **shown),
        "cube": cube.cube(theme, blocks(theme), AXES, **shown),
        "flat cube": cube.flat(theme, blocks(theme), AXES, **shown),
        "lines": curves.lines(theme, lines(theme), format=percent, spans=[curves.Span(2, 3, "held out")], **still),
        "pareto": curves.pareto(
            theme,
            [0, 0.3, 1],
            [0, 0.8, 1],
            parts,
            format=percent,
            x_title="x",
            y_title="y",
            mark=(0.2, 0.7, "t"),
            **still,
        ),
        "multiples": small.multiples(theme, lines(theme), format=percent, **still),
        "spark": small.spark(theme, [0, 1], [0, 1], label=(0, 1, "month 1"), filled=True, **still),
        "ranked": bars.ranked(theme, ranked, **shown),
        "shares": bars.shares(theme, [("customers", tiers), ("value", tiers)], **shown),
        "indices": bars.indices(theme, index, **still),
        "stacked": columns.stacked(theme, ["Jan", "Feb"], layers, format=percent, incomplete=[False, True], **shown),
        "histogram": columns.histogram(
            theme, bins, format=percent, x_ticks=[(0, "0")], cuts=[(2, "£2")], names=[(1, "C")], **shown
        ),
        "bridge": bridge.bridge(theme, steps, **shown),
        "residual matrix": matrix.cells(theme, *HEADERS, CELLS, scale="residual", **shown),
        "treemap": treemap.treemap(theme, tiles, **shown),
        "bubbles": bubbles.bubbles(
            theme,
            [
                bubbles.Bubble("a", "Champions", 0.13, 560, 9e6, theme.accent, ringed=True),
                bubbles.Bubble("b", "Lost", -0.2, 20, 1e5, theme.other, faint=True),
            ],
            x_title="Growth",
            y_title="Value",
            x_format=percent,
            y_format=percent,
            zero=True,
            **shown,
        ),
        "sankey": sankey.sankey(theme, *sides(theme), FLOWS, titles=("2010", "2011"), **shown),
        "narrow sankey": sankey.sankey(theme, *sides(theme), FLOWS, titles=("2010", "2011"), narrow=True, **shown),
        "panels": panels.panels(theme, small_panels(theme), [(0, "Jan"), (2, "Mar")], format=percent, **still),
        "intervals": intervals.bars(
            theme,
            [
                intervals.Ranged("a", "App", 21.0, 19.0, 23.0, "21 · scale", theme.up, "3,201"),
                intervals.Ranged("w", "Web", 2.0, float("nan"), float("nan"), "2", theme.accent, few=True),
            ],
            alt="what is seen",
            lines=((1.0, "1"), (3.0, "3")),
            selected=selected,
        ),
        "forecasts": intervals.forecasts(
            theme,
            [
                intervals.Made("3 months ago", 80.0, 75.0, 85.0, 81.0),
                intervals.Made("6 months ago", 160.0, float("nan"), float("nan"), 150.0),
            ],
            alt="what is seen",
            words=("forecast", "what came"),
            format=percent,
        ),
        "ladder": ladder.ladder(theme, rungs(theme), **shown),
        "narrow ladder": ladder.ladder(theme, rungs(theme), narrow=True, **shown),
        "stages": stages.stages(theme, *stops(theme), **shown),
        "narrow stages": stages.stages(theme, *stops(theme), narrow=True, **shown),
        "holdout": scatter.holdout(
            theme, ["0", "1"], [1, 2], [0.5, 1], [2, 3], [1, 2], x_title="x", words=("p", "a"), format=percent, **still
        ),
    }
