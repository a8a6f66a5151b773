import math

import numpy as np
import pytest

from core.models.quadrature import beta_nodes


@pytest.mark.parametrize(("a", "b"), [(0.8, 2.4), (1e-4, 8103.0), (0.5, 0.5), (8000.0, 9000.0), (3.0, 1000.0)])
def test_moments_equal_their_closed_form(a, b):
    points, weights = beta_nodes(a, [b], 12)
    assert weights.sum() == pytest.approx(1.0)
    assert (points > 0).all()
    assert (points <= 1).all()
    for power in (1, 2, 5, 20):
        exact = math.prod((a + k) / (a + b + k) for k in range(power))
        assert (weights * points**power).sum() == pytest.approx(exact, rel=1e-9)


def test_rows_belong_to_their_b():
    together, _ = beta_nodes(0.8, [1.0, 5.0, 40.0], 8)
    for row, b in zip(together, (1.0, 5.0, 40.0), strict=True):
        np.testing.assert_allclose(row, beta_nodes(0.8, b, 8)[0][0])


def test_one_node_is_the_mean():
    points, weights = beta_nodes(2.0, [3.0], 1)
    assert points[0, 0] == pytest.approx(0.4)
    assert weights[0, 0] == 1.0
