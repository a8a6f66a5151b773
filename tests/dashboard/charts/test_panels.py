"""Panels: own scales from zero, bands where there is an interval, marks where a change is more than chance."""

from chart_examples import percent, small_panels

from dashboard.charts import panels


def draw(theme, columns=2):
    return panels.panels(theme, small_panels(theme), [(0, "Jan"), (2, "Mar")], alt="a", format=percent, columns=columns)


def test_each_panel_has_its_own_scale_from_zero_or_below(theme):
    layout = draw(theme).layout
    assert layout.yaxis.range[0] == 0
    assert layout.yaxis.range[1] > 10
    assert layout.yaxis2.range[0] < -1
    assert layout.yaxis.domain == layout.yaxis2.domain
    assert layout.xaxis.domain[1] < layout.xaxis2.domain[0]


def test_panels_go_on_in_the_next_row(theme):
    layout = draw(theme, columns=1).layout
    assert layout.yaxis.domain[0] > layout.yaxis2.domain[1]


def test_the_band_covers_only_what_has_an_interval(theme):
    low, high, line, _ = draw(theme).data[:4]
    assert list(low.x) == [1, 2]
    assert list(low.y) == [4, 8]
    assert list(high.y) == [8, 10]
    assert list(line.y) == [5, 6, 9]
    assert not draw(theme).data[4].x  # no interval, no band


def test_marks_stand_where_a_change_is_more_than_chance_and_point_its_way(theme):
    marks = draw(theme).data[3]
    assert list(marks.x) == [2]
    assert list(marks.marker.symbol) == ["triangle-up"]
    assert list(marks.marker.color) == [theme.up]
    assert not draw(theme).data[7].x
