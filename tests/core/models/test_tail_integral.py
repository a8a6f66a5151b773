import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.tail_integral import tail_integral


def in_30_digits(p, q, a, b):
    with mpmath.workdps(30):
        p, q, a, b = map(mpmath.mpf, (p, q, a, b))
        if a < b:
            p, q, a, b = q, p, b, a
        k = p + q - 1
        return float(mpmath.log(a**-k / k * mpmath.hyp2f1(q, k, k + 1, (a - b) / a)))


def as_arrays(*values):
    return (np.array([float(value)]) for value in values)


@pytest.mark.parametrize(
    ("p", "q", "a", "b"),
    [
        (0.553, 1.606, 10.6, 11.7),
        (30.5, 1.6, 49.0, 50.0),
        (1000.5, 1.3, 156.0, 152.0),
        (0.05, 1.05, 0.3, 0.5),
        (400.5, 0.6, 0.5, 2.0),
        (2.0, 1.5, 1.0, 15.0),
        (0.4, 2.5, 30.0, 3.0),
        (8.5, 1.4, 1.0, 1.0),
    ],
)
def test_integral_equals_2f1_in_30_digits(p, q, a, b):
    assert tail_integral(*as_arrays(p, q, a, b)).log[0] == pytest.approx(in_30_digits(p, q, a, b), abs=1e-8)


@pytest.mark.parametrize(
    ("p", "q", "a", "b"),
    [(0.5, 1.6, 10.0, 0.05), (0.8, 8001.0, 6.0, 160_000.0), (20.5, 1.1, 2.0, 900.0), (0.07, 32.8, 73.3, 56_347.0)],
)
def test_integral_is_right_to_6_digits_where_two_scales_differ_by_far(p, q, a, b):
    assert tail_integral(*as_arrays(p, q, a, b)).log[0] == pytest.approx(in_30_digits(p, q, a, b), abs=1e-6)


values = st.floats(0.3, 40.0)


@settings(deadline=None, derandomize=True, max_examples=40)
@given(values, values, values, values)
def test_derivatives_equal_finite_differences(p, q, a, b):
    q = q + 1
    found, at, step = tail_integral(*as_arrays(p, q, a, b)), np.array([p, q, a, b]), 1e-5
    for place, slope in enumerate((found.of_p, found.of_q, found.of_a, found.of_b)):
        move = step * at * (np.arange(4) == place)
        above, below = (tail_integral(*as_arrays(*(at + sign * move))).log[0] for sign in (1, -1))
        assert slope[0] == pytest.approx((above - below) / (2 * step * at[place]), rel=1e-4, abs=1e-7)


def test_nothing_gives_nothing():
    assert tail_integral(*(np.empty(0),) * 4).log.shape == (0,)
