"""Intervals and tests against statsmodels and against resampling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from core.stats import (
    benjamini_hochberg,
    normal_quantile,
    paired_change,
    poisson_change,
    ratio_interval,
    two_sided_p,
    wilson,
)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_wilson_equals_statsmodels(confidence: float) -> None:
    n = np.repeat([1, 2, 7, 30, 1000, 10**7], 5)
    k = (n * np.tile([0, 0.1, 0.5, 0.9, 1], 6)).astype(int)
    low, high = wilson(k, n, confidence)
    expected = proportion_confint(k, n, alpha=1 - confidence, method="wilson")
    np.testing.assert_allclose(low, expected[0], atol=1e-12)
    np.testing.assert_allclose(high, expected[1], atol=1e-12)


def test_wilson_at_the_ends_and_without_trials() -> None:
    low, high = wilson([0, 5, 0], [5, 5, 0])
    assert low[0] == 0
    assert high[1] == 1
    assert np.isnan([low[2], high[2]]).all()
    assert [float(end) for end in wilson(1, 4)] == pytest.approx(proportion_confint(1, 4, method="wilson"))


@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 0.01, 0.025, 0.05])), max_size=20))
def test_benjamini_hochberg_equals_statsmodels(p_values: list[float]) -> None:
    found = benjamini_hochberg(p_values)
    if p_values:
        assert found.tolist() == multipletests(p_values, 0.05, method="fdr_bh")[0].tolist()
    else:
        assert found.tolist() == []


def test_benjamini_hochberg_leaves_out_what_is_unknown() -> None:
    assert benjamini_hochberg([np.nan, 0.04, np.nan]).tolist() == [False, True, False]
    assert benjamini_hochberg([np.nan]).tolist() == [False]


def test_normal_quantile_is_the_tables() -> None:
    assert normal_quantile() == pytest.approx(1.959964, abs=1e-6)


def two_windows() -> dict[str, np.ndarray]:
    """Customers with what they spent and how often they bought in two windows; those who spend much do so in both."""
    rng = np.random.default_rng(2)
    size = rng.gamma(0.8, 100, 800)
    orders = rng.poisson(2, (2, 800)) * (rng.random((2, 800)) < 0.7)
    money = orders * size * rng.lognormal(0, 0.3, (2, 800)) * np.array([[1.0], [1.1]])
    return {"old_money": money[0], "old_orders": orders[0], "new_money": money[1], "new_orders": orders[1]}


def bootstrap(columns: dict[str, np.ndarray], ratio: bool) -> np.ndarray:
    """Differences of the total or the ratio over resampled customers."""
    rng = np.random.default_rng(3)
    weights = rng.multinomial(800, np.full(800, 1 / 800), 4000)
    sums = {name: weights @ values for name, values in columns.items()}
    if ratio:
        return sums["new_money"] / sums["new_orders"] - sums["old_money"] / sums["old_orders"]
    return sums["new_money"] - sums["old_money"]


@pytest.mark.parametrize("ratio", [False, True], ids=["total", "ratio"])
def test_paired_change_against_a_bootstrap_of_customers(ratio: bool) -> None:
    columns = two_windows()
    sides = [
        (columns[f"{side}_money"], columns[f"{side}_orders"].astype(float) if ratio else 1.0) for side in ("new", "old")
    ]
    change = paired_change(*sides)
    resampled = bootstrap(columns, ratio)
    width = np.quantile(resampled, 0.975) - np.quantile(resampled, 0.025)
    assert change.high - change.low == pytest.approx(width, rel=0.05)
    assert (change.low + change.high) / 2 == pytest.approx(change.after - change.before)
    tail = 2 * min((resampled > 0).mean(), (resampled < 0).mean())
    assert change.p_value == pytest.approx(tail, abs=0.02)
    # Unpaired the interval would be far wider.
    spread = normal_quantile() * np.sqrt(800)
    apart = np.hypot(
        *(np.diff(ratio_interval(*side)[1:])[0] if ratio else 2 * spread * side[0].std(ddof=1) for side in sides)
    )
    assert change.high - change.low < apart


def test_nothing_to_compare_with_makes_no_claim() -> None:
    still = paired_change((np.ones(3), 1.0), (np.ones(3), 1.0))
    assert (still.low, still.high) == (0, 0)
    assert np.isnan(still.p_value)
    nobody = paired_change((np.ones(3), np.ones(3)), (np.zeros(3), np.zeros(3)))
    assert np.isnan([nobody.before, nobody.low, nobody.p_value]).all()
    assert np.isnan(paired_change((np.ones(1), 1.0), (np.zeros(1), 1.0)).p_value)


def test_ratio_interval_against_a_bootstrap() -> None:
    columns = two_windows()
    rng = np.random.default_rng(4)
    weights = rng.multinomial(800, np.full(800, 1 / 800), 4000)
    ratios = weights @ columns["new_money"] / (weights @ columns["new_orders"])
    ratio, low, high = ratio_interval(columns["new_money"], columns["new_orders"])
    assert ratio == pytest.approx(columns["new_money"].sum() / columns["new_orders"].sum())
    assert high - low == pytest.approx(np.quantile(ratios, 0.975) - np.quantile(ratios, 0.025), rel=0.05)
    assert np.isnan(ratio_interval([1.0], [0.0])).all()


@pytest.mark.parametrize("of", ["money", "customers"])
def test_poisson_change_against_2000_poisson_resamples(of: str) -> None:
    """The standard deviation of B resamples errs by about 1 / sqrt(2 B), here 1.6 %; three times that is allowed."""
    columns = two_windows()
    each = columns["new_money"] - columns["old_money"]
    if of == "customers":
        each = (columns["new_money"] > 150).astype(float) - (columns["old_money"] > 150)
    low, high, p_value = poisson_change(each.sum(), (each**2).sum())
    resampled = np.random.default_rng(5).poisson(1.0, (2000, 800)) @ each
    assert (low + high) / 2 == pytest.approx(each.sum())
    error = resampled.std(ddof=1)
    assert (high - low) / 2 / normal_quantile() == pytest.approx(error, rel=3 / np.sqrt(4000))
    assert resampled.mean() == pytest.approx(each.sum(), abs=3 * error / np.sqrt(2000))
    assert p_value == pytest.approx(2 * norm.sf(abs(each.sum()) / np.sqrt((each**2).sum())))


def test_poisson_change_takes_many_at_once_and_claims_nothing_where_nobody_changed() -> None:
    low, high, p_value = poisson_change([0.0, 3.0], [0, 3])
    assert (low[0], high[0]) == (0, 0)
    assert np.isnan(p_value[0])
    assert high[1] == pytest.approx(3 + 1.959964 * np.sqrt(3))
    assert p_value[1] == pytest.approx(2 * norm.sf(np.sqrt(3)))


def test_two_sided_p_equals_scipy() -> None:
    z = np.array([0.0, 1.0, -1.959964, 6.0, -40.0])
    np.testing.assert_allclose(two_sided_p(z), 2 * norm.sf(np.abs(z)), rtol=1e-12)
    assert np.isnan(two_sided_p(np.nan))
