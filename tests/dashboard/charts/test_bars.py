"""Ranked bars, shares, indices, columns, histograms, bridges and the holdout's points."""

import math

import pytest

from dashboard.charts import bars, columns, scatter


def number(value: float) -> str:
    return f"{value:g}"


def test_ranked_bars_start_at_zero_with_n_beside_the_label(theme):
    drawn = [
        bars.Bar("champions", "Champions", 60.0, "£60", theme.segment("champions"), "659", "60 %"),
        bars.Bar("loyal", "Loyal", 12.0, "£12", theme.segment("loyal"), "1,386", "12 %"),
    ]
    figure = bars.ranked(theme, drawn, alt="a")
    assert list(figure.data[0].customdata) == ["champions", "loyal"]
    assert list(figure.data[0].marker.color) == [theme.segments["champions"], theme.segments["loyal"]]
    assert figure.layout.xaxis.range[0] == 0
    assert [text.endswith(n) for text, n in zip(figure.layout.yaxis.ticktext, ("659", "1,386"), strict=True)] == [
        True,
        True,
    ]
    inside, outside = figure.layout.annotations
    assert (inside.xanchor, outside.xanchor) == ("right", "left")


def test_text_inside_a_long_bar_is_readable_for_every_segment(theme, contrast):
    for key, fill in theme.segments.items():
        for selected in (None, "other"):
            drawn = [bars.Bar(key, key, 60.0, "£60", fill, "1", "60 %"), bars.Bar("other", "o", 1.0, "£1", fill)]
            figure = bars.ranked(theme, drawn, alt="a", selected=selected)
            assert contrast(figure.layout.annotations[0].font.color, figure.data[0].marker.color[0]) >= 4.5


def test_shares_are_stacked_from_zero_to_one(theme):
    pieces = [
        bars.Piece(name, name, share, theme.tier[name])
        for name, share in (("VIP", 0.1), ("standard", 0.4), ("economy", 0.5))
    ]
    (trace,) = bars.shares(theme, [("customers", pieces), ("value", pieces)], alt="a").data
    assert list(trace.base) == pytest.approx([0, 0.1, 0.5] * 2)
    assert list(trace.x) == [0.1, 0.4, 0.5] * 2
    assert list(trace.y) == [0, 0, 0, 1, 1, 1]


def test_an_index_of_50_is_as_long_as_one_of_200(theme):
    drawn = [bars.Index("a", "a", 200, 180, 220, "200"), bars.Index("b", "b", 50, 45, 55, "50")]
    (trace,) = bars.indices(theme, drawn, alt="a").data
    assert trace.x[0] == -trace.x[1] == pytest.approx(math.log10(2))
    assert trace.error_x.array[0] == pytest.approx(math.log10(220 / 200))
    assert trace.error_x.arrayminus[1] == pytest.approx(math.log10(50 / 45))
    assert set(trace.marker.color) <= set(theme.diverging)


def test_an_index_of_zero_stays_on_the_axis(theme):
    drawn = [bars.Index("a", "a", 0, 0, 5, "0"), bars.Index("b", "b", 120, 90, math.inf, "120")]
    (trace,) = bars.indices(theme, drawn, alt="a", reach=(20, 400)).data
    assert trace.x[0] == pytest.approx(math.log10(0.2))
    assert all(math.isfinite(value) for value in (*trace.error_x.array, *trace.error_x.arrayminus))


def test_only_the_month_that_is_not_over_is_hatched(theme):
    layers = [columns.Layer("returning", [3, 4, 1], theme.accent), columns.Layer("first", [1, 2, 1], theme.other)]
    figure = columns.stacked(
        theme, ["Jan", "", "Mar"], layers, alt="a", format=number, incomplete=[False, False, True], totals=["4", "", ""]
    )
    assert [list(trace.marker.pattern.shape) for trace in figure.data] == [["", "", "/"]] * 2
    assert [list(trace.y) for trace in figure.data] == [[3, 4, 1], [1, 2, 1]]
    texts = [note.text for note in figure.layout.annotations]
    assert any("returning" in text for text in texts)
    assert "4" in texts


def test_histogram_bins_keep_counts_classes_and_cuts(theme):
    bins = [columns.Bin(k, k + 1, k * k, theme.abc["A" if k > 2 else "C"], "A" if k > 2 else "C") for k in range(5)]
    figure = columns.histogram(
        theme, bins, alt="a", format=number, x_ticks=[(0, "£1"), (3, "£1 k")], cuts=[(3, "£351")]
    )
    (trace,) = figure.data
    assert list(trace.y) == [0, 1, 4, 9, 16]
    assert list(trace.customdata) == ["C", "C", "C", "A", "A"]
    assert list(trace.marker.color) == [theme.abc["C"]] * 3 + [theme.abc["A"]] * 2
    assert figure.layout.shapes[0].x0 == 3
    assert figure.layout.yaxis.range[0] == 0


def test_holdout_intervals_are_distances_from_the_actual(theme):
    figure = scatter.holdout(
        theme,
        ["0", "1", "2+"],
        [1, 2, 4],
        [0.5, 1.5, 3],
        [1.5, 3, 6],
        [1.1, 2, 3],
        alt="a",
        x_title="x",
        words=("predicted", "actual"),
        format=number,
    )
    points, dashes = figure.data
    assert list(points.error_y.array) == [0.5, 1, 2]
    assert list(points.error_y.arrayminus) == [0.5, 0.5, 1]
    assert list(dashes.y) == [1.1, 2, 3]
    assert figure.layout.yaxis.range[0] == 0
    assert [note.text for note in figure.layout.annotations] == ["<b>predicted</b>", "<b>actual</b>"]
