import numpy as np
import pytest

from core.models.horizon import Horizon


def test_twelve_months_are_a_year_of_weeks_and_the_monthly_rate_compounds_to_the_yearly_one():
    horizon = Horizon.of_months(12, 0.1)
    assert horizon.ends[-1] == pytest.approx(365.25 / 7)
    assert (1 + horizon.rate) ** 12 == pytest.approx(1.1)


def test_discounted_sum_equals_one_written_out():
    horizon = Horizon(np.array([1.0, 2.0, 3.0]), 0.05)
    cumulative = np.array([[1.0, 3.0, 6.0]])
    assert horizon.discounted(cumulative)[0] == pytest.approx(1 / 1.05 + 2 / 1.05**2 + 3 / 1.05**3)


def test_weeks_are_not_discounted():
    assert Horizon.of_weeks(13).discounted(np.array([[5.0]]))[0] == 5.0
    assert Horizon.of_weeks(13).discount_at(np.array([0.3]))[0] == 1.0
