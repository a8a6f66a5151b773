"""Matrices and faces: cells, keys, colours, and the gap before the column set apart."""

from chart_examples import CELLS, HEADERS

from dashboard.charts import matrix


def test_a_cell_each_with_its_key_and_only_those_that_exist(theme):
    figure = matrix.cells(theme, *HEADERS, CELLS, alt="a")
    (bars,) = figure.data
    assert list(bars.customdata) == ["AX", "AY", "AN", "BX", "BY"]
    assert list(bars.hovertext) == ["AX", "AY", "AN", "BX", "BY"]
    assert bars.text[0] == "<b>£5.20 M</b><br>63 %<br>744"


def test_the_first_row_is_on_top_and_a_gap_stands_before_n(theme):
    figure = matrix.cells(theme, *HEADERS, CELLS, alt="a")
    low, high = figure.layout.yaxis.range
    assert low > high
    x, y, n = figure.layout.xaxis.tickvals
    assert n - y > y - x


def test_colours_are_the_palettes_and_the_largest_share_is_the_strongest(theme):
    (bars,) = matrix.cells(theme, *HEADERS, CELLS, alt="a").data
    assert bars.marker.color[0] == theme.sequential[-1]
    assert set(bars.marker.color[:4]) <= set(theme.sequential)
    assert bars.marker.color[4] not in theme.sequential  # faint


def test_text_is_readable_on_its_cell(theme, contrast):
    for selected in (None, "AX", "BY"):
        (bars,) = matrix.cells(theme, *HEADERS, CELLS, alt="a", selected=selected).data
        for fill, text in zip(bars.marker.color, bars.textfont.color, strict=True):
            assert contrast(fill, text) >= 4.5


def test_indices_diverge_and_an_unsure_one_has_a_ring(theme):
    cells = [
        matrix.Cell("A", "X", ("412",), 412, "1"),
        matrix.Cell("A", "Y", ("103",), 103, "2", unsure=True),
        matrix.Cell("B", "X", ("22",), 22, "3"),
    ]
    (bars,) = matrix.cells(theme, *HEADERS, cells, alt="a", scale="index").data
    assert list(bars.text) == ["412", "103°", "22"]
    assert list(bars.marker.color) == [theme.diverging[-1], theme.neutral, theme.diverging[0]]


def test_faces_have_an_axis_pair_each_and_share_the_scale(theme):
    rows = [matrix.Header(key, key) for key in "321"]
    columns = [matrix.Header(key, key) for key in "123"]

    def face(name, share):
        drawn = [matrix.Cell(r.key, c.key, ("7",), share, f"{name}:{r.key}:{c.key}") for r in rows for c in columns]
        return matrix.Face(rows, columns, drawn, "Value", "Recency")

    figure = matrix.faces(theme, [face("rf", 0.9), face("rm", 0.1), face("fm", 0.0)], alt="a")
    assert [(trace.xaxis, trace.yaxis) for trace in figure.data] == [("x", "y"), ("x2", "y2"), ("x3", "y3")]
    assert len({key for trace in figure.data for key in trace.customdata}) == 27
    assert figure.data[0].marker.color[0] == theme.sequential[-1]
    assert figure.data[1].marker.color[0] != theme.sequential[-1]
    tops = [figure.layout[f"yaxis{k}"].domain for k in ("", "2", "3")]
    assert tops[0][0] > tops[1][1] > tops[1][0] > tops[2][1]
