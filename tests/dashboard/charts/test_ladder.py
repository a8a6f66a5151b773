"""Funnel and paths: parts add up to their rung, and what goes past a column runs above it."""

import re

import pytest
from chart_examples import rungs, stops

from dashboard.charts import ladder, stages


def test_rungs_share_one_scale_and_their_parts_follow_each_other(theme):
    bars = ladder.ladder(theme, rungs(theme), alt="").data[0]
    assert list(bars.base) == [0, 50, 70, 0]
    assert list(bars.x) == [50, 20, 30, 50]
    assert list(bars.y) == [0, 0, 0, 1]
    assert list(bars.customdata) == ["on", "still", "lost", "bought"]


def ends(shape):
    """Upper edge at the left and the right, and the width."""
    numbers = [float(one) for one in re.findall(r"-?\d+\.\d+", shape.path)]
    return numbers[1], numbers[7], numbers[9] - numbers[7]


def test_ribbons_fill_their_nodes_and_one_past_a_column_is_on_top(theme):
    figure = stages.stages(theme, *stops(theme), alt="", height=110)
    nodes = dict(zip(figure.data[0].customdata, zip(figure.data[0].base, figure.data[0].y, strict=True), strict=True))
    assert "empty" not in nodes
    ab, ac, lost, bc, _lost_b = (ends(shape) for shape in figure.layout.shapes)
    top, tall = nodes["a"]
    # From a: past b, on to b, out; together as tall as a.
    assert ac[0] == top
    assert ab[0] == ac[0] + ac[2]
    assert lost[0] + lost[2] == pytest.approx(top + tall)
    # b lies below the ribbon that passes it.
    assert nodes["b"][0] >= ac[2]
    assert (ac[1], bc[1]) == (nodes["c"][0], nodes["c"][0] + ac[2])


def test_what_does_not_touch_the_chosen_node_is_faded(theme):
    figure = stages.stages(theme, *stops(theme), alt="", selected="lost b")
    opacity = [float(shape.fillcolor.rstrip(")").rsplit(",", 1)[1]) for shape in figure.layout.shapes]
    assert [value > 0.2 for value in opacity] == [False, False, False, False, True]
    everything = stages.stages(theme, *stops(theme), alt="", selected="nobody")
    assert all(float(shape.fillcolor.rstrip(")").rsplit(",", 1)[1]) > 0.2 for shape in everything.layout.shapes)
