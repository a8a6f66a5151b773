"""Lines, Pareto curve, small multiples and sparks."""

from chart_examples import lines, percent

from dashboard.charts import curves, small


def test_bands_lie_behind_lines_and_labels_stand_at_the_last_value(theme):
    figure = curves.lines(theme, lines(theme), alt="a", format=percent)
    assert [trace.fill for trace in figure.data] == [None, "tonexty", None, None]
    names = {note.text: (note.x, note.y) for note in figure.layout.annotations}
    assert names == {"<b>Dec 2010</b>": (2, 0.32), "<b>all later</b>": (3, 0.2)}


def test_labels_that_would_touch_are_moved_apart(theme):
    drawn = [curves.Line(name, [0, 1], [0, value], theme.ink) for name, value in (("a", 1.0), ("b", 0.999))]
    figure = curves.lines(theme, drawn, alt="a", format=percent, height=300)
    first, second = (note.y for note in figure.layout.annotations)
    low, high = figure.layout.yaxis.range
    assert (first - second) / (high - low) * 240 >= 14.9


def test_the_axis_starts_at_zero_and_reaches_below_it_only_for_values_there(theme):
    above = curves.lines(theme, lines(theme), alt="a", format=percent)
    below = curves.lines(theme, [curves.Line("x", [0, 1], [-1, 1], theme.ink)], alt="a", format=percent)
    assert above.layout.yaxis.range[0] == 0
    assert below.layout.yaxis.range[0] < -1


def test_a_held_out_stretch_is_shaded_and_named(theme):
    figure = curves.lines(theme, lines(theme), alt="a", format=percent, spans=[curves.Span(2, 3, "held out")])
    assert (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1) == (2, 3)
    assert "held out" in [note.text for note in figure.layout.annotations]


def test_pareto_classes_meet_and_have_their_colours(theme):
    parts = [
        curves.Part("A", 0.2, theme.abc["A"], ("10", "20 %")),
        curves.Part("B", 0.6, theme.abc["B"], ("20", "40 %")),
        curves.Part("C", 1.0, theme.abc["C"], ("20", "40 %")),
    ]
    x = [k / 10 for k in range(11)]
    figure = curves.pareto(
        theme, x, [v**0.5 for v in x], parts, alt="a", format=percent, x_title="x", y_title="y", mark=(0.2, 0.45, "top")
    )
    areas, point = figure.data[:3], figure.data[3]
    assert [area.line.color for area in areas] == [theme.abc[name] for name in "ABC"]
    assert [(area.x[0], area.x[-1]) for area in areas] == [(0, 0.2), (0.2, 0.6), (0.6, 1.0)]
    assert (point.x[0], point.y[0]) == (0.2, 0.45)
    assert figure.layout.annotations[0].text == "<b>A</b><br>10<br>20 %"


def test_small_multiples_show_each_line_once_in_the_accent_over_all_in_grey(theme):
    figure = small.multiples(theme, lines(theme), alt="a", format=percent)
    assert [trace.line.color for trace in figure.data] == [theme.rule, theme.accent] * 2
    assert list(figure.data[0].y).count(None) == 3  # one missing value and a break after each line
    assert [note.text for note in figure.layout.annotations] == ["Dec 2010", "all later"]


def test_spark_has_no_y_axis(theme):
    figure = small.spark(theme, [0, 1, 2], [1, 0.2, 0.3], alt="a", x_ticks=[(0, "0"), (2, "2")])
    assert figure.layout.yaxis.visible is False
    assert figure.data[0].fill is None
