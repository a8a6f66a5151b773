"""RFM cube: blocks by volume, the same from the same side in 3-D and flat."""

import numpy as np
import pytest
from chart_examples import AXES, blocks

from dashboard.charts import colour, cube


def test_a_block_for_each_group_that_has_customers(theme):
    (mesh,) = cube.cube(theme, blocks(theme), AXES, alt="a").data
    assert len(mesh.x) == 4 * 8
    assert len(mesh.i) == len(mesh.facecolor) == 4 * 12
    assert len(mesh.hovertext) == 4 * 8


def test_edges_follow_the_cube_root_of_n_and_are_never_too_small(theme):
    (mesh,) = cube.cube(theme, blocks(theme), AXES, alt="a").data
    corners = np.array(mesh.x).reshape(4, 8)
    edges = corners.max(axis=1) - corners.min(axis=1)
    assert edges[0] == pytest.approx(0.8)
    assert edges[2] == pytest.approx(0.8 * (100 / 659) ** (1 / 3))
    assert edges[3] == pytest.approx(0.15)


def test_faces_close_every_block(theme):
    (mesh,) = cube.cube(theme, blocks(theme)[:1], AXES, alt="a").data
    points = np.array([mesh.x, mesh.y, mesh.z]).T
    triangles = points[np.array([mesh.i, mesh.j, mesh.k]).T]
    sides = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    assert np.linalg.norm(sides, axis=1).sum() / 2 == pytest.approx(6 * 0.8**2)


def test_the_top_is_lighter_than_the_segments_colour_and_a_side_darker(theme):
    (mesh,) = cube.cube(theme, blocks(theme)[:1], AXES, alt="a").data
    base = theme.segment("champions")
    assert colour.luminance(mesh.facecolor[0]) > colour.luminance(base) > colour.luminance(mesh.facecolor[4])


def test_flat_paints_far_blocks_first_and_gives_keys(theme):
    figure = cube.flat(theme, blocks(theme), AXES, alt="a")
    assert list(figure.data[0].customdata) == ["000", "022", "111", "222"]
    assert len([shape for shape in figure.layout.shapes if shape.type == "path"]) == 4 * 3
    assert figure.layout.shapes[-1].fillcolor == colour.mix(theme.segment("champions"), "#000000", 0.24)
    assert figure.layout.yaxis.scaleanchor == "x"


def test_flat_is_the_projection_that_the_camera_sees():
    # Orthographic projection by the standard look-at matrix, written out with NumPy.
    eye = np.array(cube.EYE) / np.linalg.norm(cube.EYE)
    right = np.cross([0, 0, 1], eye)
    right /= np.linalg.norm(right)
    up = np.cross(eye, right)
    for point in ([1, 0, 0], [0, 1, 0], [0, 0, 1], [0.3, 1.7, 2.0]):
        assert cube._project(*point) == pytest.approx((right @ point, up @ point))


def test_chosen_blocks_keep_their_colour(theme):
    every = cube.cube(theme, blocks(theme), AXES, alt="a").data[0].facecolor
    some = cube.cube(theme, blocks(theme), AXES, alt="a", selected=["222", "111"]).data[0].facecolor
    same = [before == after for before, after in zip(every, some, strict=True)]
    assert same == [True] * 12 + [False] * 12 + [True] * 12 + [False] * 12


def test_more_groups_have_their_name_in_the_middle(theme):
    scene = cube.cube(theme, blocks(theme), AXES, groups=5, alt="a").layout.scene
    assert list(scene.xaxis.tickvals) == [0, 2, 4]
    assert list(scene.xaxis.ticktext) == ["long ago", "<b>Recency</b>", "recent"]
