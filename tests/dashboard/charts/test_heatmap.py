"""Cohort triangle: hatched, absent and greyed cells."""

from chart_examples import triangle_frame

from dashboard.charts import heatmap


def draw(theme, **more):
    return heatmap.triangle(theme, triangle_frame(), alt="a", corner="first order, n", x_title="months", **more)


def test_unobserved_cells_are_not_drawn(theme):
    (bars,) = draw(theme).data
    assert list(bars.customdata) == ["2010-12|1", "2010-12|2", "2010-12|3", "2011-01|1", "2011-01|2", "2011-02|1"]
    assert list(bars.text) == ["37", "50", "27", "22", "12", "25"]


def test_cells_that_are_not_over_are_hatched_and_no_others(theme):
    (bars,) = draw(theme).data
    assert list(bars.marker.pattern.shape) == ["", "", "/", "", "/", ""]
    assert bars.marker.pattern.bgcolor == theme.bg


def test_the_largest_complete_value_is_the_strongest_and_small_groups_are_greyed(theme, contrast):
    (bars,) = draw(theme).data
    assert bars.marker.color[1] == theme.sequential[-1]
    assert bars.marker.color[5] not in theme.sequential
    for fill, text, shape in zip(bars.marker.color, bars.textfont.color, bars.marker.pattern.shape, strict=True):
        assert contrast(text, theme.bg if shape else fill) >= 4.5
    for stripe, text, shape in zip(
        bars.marker.pattern.fgcolor, bars.textfont.color, bars.marker.pattern.shape, strict=True
    ):
        assert not shape or contrast(text, stripe) >= 4.5


def test_n_stands_beside_each_cohort_in_straight_columns(theme):
    labels = draw(theme).layout.yaxis.ticktext
    assert [label.endswith(n) for label, n in zip(labels, ("1,885", "417", "12"), strict=True)] == [True] * 3
    assert "rgba(0,0,0,0)" in labels[2]


def test_an_empty_table_draws_an_empty_chart(theme):
    figure = heatmap.triangle(theme, triangle_frame().iloc[:0], alt="a", corner="c", x_title="x")
    assert len(figure.data[0].customdata or ()) == 0
