"""Sankey: nodes as bars, ribbons as areas, and marks along them that answer to a click."""

import pytest
from chart_examples import FLOWS, sides

from dashboard.charts import sankey
from dashboard.charts.colour import alpha

TITLES = ("9 Dec 2010", "9 Dec 2011")


def draw(theme, **more):
    return sankey.sankey(theme, *sides(theme), FLOWS, alt="a", titles=TITLES, **more)


def test_nodes_are_as_tall_as_their_sizes_and_an_empty_one_is_left_out(theme):
    nodes, _ = draw(theme).data
    assert list(nodes.customdata) == ["A|", "B|", "|A", "|B"]
    assert [y / 4 for y in nodes.y] == pytest.approx([80, 20, 65, 35])  # 400 pixels for 100 customers


def test_nodes_of_a_side_do_not_overlap(theme):
    nodes, _ = draw(theme).data
    for first, second in ((0, 1), (2, 3)):
        assert nodes.base[first] + nodes.y[first] < nodes.base[second]


def test_ribbons_fill_their_nodes_from_edge_to_edge_in_the_order_across(theme):
    figure = draw(theme)
    bars = figure.data[0]
    nodes = dict(zip(bars.customdata, bars.base, strict=True))
    # "M 0,start C … 1,end L 1,end+width …"
    paths = [
        [float(pair.split(",")[1]) for pair in shape.path.split() if "," in pair] for shape in figure.layout.shapes
    ]
    starts = {flow.key: path[0] for flow, path in zip(FLOWS, paths, strict=True)}
    ends = {flow.key: path[3] for flow, path in zip(FLOWS, paths, strict=True)}
    assert starts["A|A"] == pytest.approx(nodes["A|"], abs=0.1)
    assert starts["A|B"] == pytest.approx(nodes["A|"] + 60 * 4, abs=0.1)
    assert ends["B|A"] == pytest.approx(nodes["|A"] + 60 * 4, abs=0.1)
    assert ends["B|B"] == pytest.approx(nodes["|B"] + 20 * 4, abs=0.1)


def test_ribbons_have_the_colour_of_where_they_come_from(theme):
    shapes = draw(theme).layout.shapes
    assert [shape.fillcolor for shape in shapes] == [alpha(theme.abc[name], 0.42) for name in "AABB"]


def test_each_ribbon_can_be_clicked_along_its_way_and_its_marks_are_unseen(theme):
    _, beads = draw(theme).data
    assert set(beads.customdata) == {flow.key for flow in FLOWS}
    assert beads.marker.opacity == beads.selected.marker.opacity == beads.unselected.marker.opacity == 0
    # A wide ribbon must not cover the marks of a thin one: the last drawn answers.
    assert beads.customdata[-1] == "B|A"


@pytest.mark.parametrize(
    ("selected", "lit"),
    [("A|B", ["A|B"]), ("A|", ["A|A", "A|B"]), ("|B", ["A|B", "B|B"]), ("gone", [f.key for f in FLOWS])],
)
def test_a_choice_fades_all_that_does_not_touch_it_and_a_stale_one_nothing(theme, selected, lit):
    shapes = draw(theme, selected=selected).layout.shapes
    assert [f.key for f, shape in zip(FLOWS, shapes, strict=True) if shape.fillcolor.endswith("0.42)")] == lit


def test_a_flow_whose_node_is_missing_and_an_empty_chart_are_no_errors(theme):
    left, right = sides(theme)
    figure = sankey.sankey(theme, left[:1], right, FLOWS, alt="a", titles=TITLES)
    assert len(figure.layout.shapes) == 2
    assert not sankey.sankey(theme, [], [], [], alt="a", titles=TITLES).layout.shapes
