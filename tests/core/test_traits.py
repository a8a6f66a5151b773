"""Indices and intervals equal plain pandas and statsmodels."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep

from core.traits import COLUMNS, benjamini_hochberg, mean_traits, share_traits

WITHIN = np.array([0, 0, 0, 1, 1])


@pytest.fixture
def groups() -> np.ndarray:
    return np.random.default_rng(1).integers(0, 5, 600)


def test_shares_equal_pandas_and_intervals_statsmodels(groups: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    values = pd.Series(rng.choice(["a", "b", "c", None], 600, p=[0.5, 0.3, 0.1, 0.1]))
    values[(groups == 1) & (values == "c")] = "a"
    traits = share_traits(pd.DataFrame({"x": values.astype("category")}), groups, WITHIN)
    assert list(traits.columns) == list(COLUMNS)
    for row in traits.itertuples():
        own, rest = groups == row.group, (WITHIN[groups] == WITHIN[row.group]) & (groups != row.group)
        mine, others = values[own].dropna(), values[rest].dropna()
        assert (row.n, row.rest_n) == (len(mine), len(others))
        assert row.share == pytest.approx((mine == row.value).mean())
        assert row.rest_share == pytest.approx((others == row.value).mean())
        assert row.index == pytest.approx(100 * row.share / row.rest_share)
        low, high = confint_proportions_2indep(
            (mine == row.value).sum(), len(mine), (others == row.value).sum(), len(others),
            compare="ratio", method="log-adjusted",
        )  # fmt: skip
        assert (row.low, row.high) == pytest.approx((100 * low, 100 * high))
    assert set(traits["value"]) == {"a", "b", "c"}


def test_a_planted_difference_is_claimed_and_chance_is_not() -> None:
    rng = np.random.default_rng(3)
    groups = np.repeat([0, 1], 1_000)
    planted = np.where(rng.random(2_000) < np.where(groups == 0, 0.6, 0.3), "yes", "no")
    chance = rng.permutation(np.repeat(["left", "right"], 1_000))
    frame = pd.DataFrame({"planted": planted, "chance": chance}).astype("category")
    traits = share_traits(frame, groups, np.array([0, 0])).set_index(["attribute", "group", "value"]).sort_index()
    assert traits.loc["planted", "claim"].all()
    assert not traits.loc["chance", "claim"].any()
    assert traits.loc[("planted", 0, "yes"), "low"] > 150


def test_nothing_is_claimed_of_fewer_than_thirty() -> None:
    groups = np.r_[np.zeros(29, dtype=int), np.ones(500, dtype=int)]
    frame = pd.DataFrame({"x": np.where(groups == 0, "a", "b")}).astype("category")
    traits = share_traits(frame, groups, np.array([0, 0]))
    assert (traits["adjusted_p"] < 0.01).all()
    assert not traits["claim"].any()


def test_an_attribute_that_is_one_for_all_says_nothing() -> None:
    frame = pd.DataFrame({"x": pd.Categorical(["a"] * 10)})
    assert share_traits(frame, np.arange(10) % 2, np.array([0, 0])).empty
    assert share_traits(pd.DataFrame(index=range(10)), np.arange(10) % 2, np.array([0, 0])).empty


def test_means_equal_pandas(groups: np.ndarray) -> None:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"money": rng.lognormal(size=600), "channel=Web": rng.random(600)})
    frame.loc[rng.random(600) < 0.2, "money"] = np.nan
    traits = mean_traits(frame, groups, WITHIN)
    for row in traits.itertuples():
        name = "money" if row.attribute == "money" else "channel=Web"
        own, rest = groups == row.group, (WITHIN[groups] == WITHIN[row.group]) & (groups != row.group)
        mine, others = frame.loc[own, name].dropna(), frame.loc[rest, name].dropna()
        shown = (row.mean, row.rest_mean) if name == "money" else (row.share, row.rest_share)
        assert shown == pytest.approx((mine.mean(), others.mean()))
        assert row.index == pytest.approx(100 * mine.mean() / others.mean())
        error = np.sqrt((mine.sem() / mine.mean()) ** 2 + (others.sem() / others.mean()) ** 2)
        assert row.high / row.index == pytest.approx(np.exp(1.959964 * error), rel=1e-6)
        assert (row.n, row.rest_n) == (len(mine), len(others))
    assert set(traits["attribute"]) == {"money", "channel"}
    assert traits["adjusted_p"].isna().all()


def test_the_interval_of_a_ratio_of_means_covers_the_truth() -> None:
    rng = np.random.default_rng(5)
    groups = np.repeat([0, 1], [150, 400])
    covered = 0
    for _ in range(200):
        values = pd.DataFrame({"x": rng.gamma(2.0, np.where(groups == 0, 1.5, 1.0))})
        row = mean_traits(values, groups, np.array([0, 0])).iloc[0]
        covered += row["low"] <= 150 <= row["high"]
    # 200 trials at 95 %: four standard errors either side.
    assert 0.89 <= covered / 200 <= 1.0


def test_a_group_alone_has_no_index() -> None:
    traits = mean_traits(pd.DataFrame({"x": [1.0, 2.0, 3.0]}), np.zeros(3, dtype=int), np.array([0]))
    assert traits["mean"].tolist() == [2.0]
    assert traits[["index", "low", "high", "rest_mean"]].isna().all(axis=None)


def test_benjamini_hochberg_equals_statsmodels() -> None:
    p = np.random.default_rng(6).random(40) ** 3
    np.testing.assert_allclose(benjamini_hochberg(p), multipletests(p, method="fdr_bh")[1])
    assert np.isnan(benjamini_hochberg(np.array([np.nan, 0.5]))).tolist() == [True, False]
