"""Areas, fits, thresholds and clustered intervals against other packages and against counting."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from core.deals import auc as areas
from core.deals import committee, logit
from core.deals.clusters import account_codes, ratio
from core.deals.price import price_table, threshold


def test_the_area_is_that_of_sklearn_and_its_error_that_of_all_pairs() -> None:
    rng = np.random.default_rng(0)
    hit = rng.random(200) < 0.3
    score = np.round(hit + rng.normal(0, 1, 200), 1)
    found = areas.auc(hit, score)
    assert found.value == pytest.approx(roc_auc_score(hit, score))
    pairs = (score[hit][:, None] > score[~hit]) + 0.5 * (score[hit][:, None] == score[~hit])
    variance = pairs.mean(axis=1).var(ddof=1) / hit.sum() + pairs.mean(axis=0).var(ddof=1) / (~hit).sum()
    assert found.high - found.value == pytest.approx(1.959963984540054 * np.sqrt(variance))
    assert np.isnan(areas.auc(hit & False, score)).all()
    value, low, high, p = areas.difference(hit, score, rng.random(200))
    assert low < value < high
    assert (p < 0.05) == (low > 0 or high < 0)


@pytest.fixture(scope="module")
def deals() -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    n = 900
    labels = pd.DataFrame(
        {"a": pd.Categorical(rng.choice(["x", "y", "z"], n)), "b": pd.Categorical(rng.choice(["u", "v", None], n))}
    )
    chance = 1 / (1 + np.exp(-(-1 + 1.4 * (labels["a"] == "x") - 0.8 * (labels["b"] == "v"))))
    return labels, rng.random(n) < chance.to_numpy(), rng.integers(0, 150, n)


def test_the_fit_is_that_of_statsmodels_whose_covariance_follows(deals) -> None:
    labels, hit, _ = deals
    data = logit.states(labels)
    assert data.x.shape[0] == 9
    own = logit.fit(data.x, data.count(hit), data.count(np.ones(len(hit), dtype=bool)))
    x = logit.design(labels)
    beta, covariance = logit.fit_statsmodels(x, hit, np.zeros(x.shape[1]))
    np.testing.assert_allclose(own, beta, atol=1e-7)
    p = 1 / (1 + np.exp(-(x @ beta)))
    dense = x.toarray()
    information = (dense * (p * (1 - p))[:, None]).T @ dense + np.diag([0, *np.ones(x.shape[1] - 1)])
    np.testing.assert_allclose(covariance, np.linalg.inv(information), rtol=1e-4, atol=1e-8)


def test_no_deal_of_an_account_is_scored_by_a_fit_that_saw_another(deals) -> None:
    labels, hit, account = deals
    fold = logit.folds(account)
    assert (pd.Series(fold).groupby(account).agg(["min", "max"]).diff(axis=1)["max"] == 0).all()
    score, _ = logit.out_of_fold(logit.states(labels), hit, fold)
    held = fold == 2
    rest = logit.states(labels[~held])
    beta = logit.fit(rest.x, rest.count(hit[~held]), rest.count(np.ones((~held).sum(), dtype=bool)))
    np.testing.assert_allclose(score[held], logit.design(labels[held]) @ beta, atol=1e-7)


def test_a_model_is_calibrated_and_one_of_noise_claims_nothing(deals) -> None:
    labels, hit, account = deals
    found = logit.model(labels, hit, account, np.arange(len(hit), dtype=float))
    assert found is not None
    assert found.tells
    assert found.calibration["deals"].sum() == len(hit)
    assert (found.calibration["predicted"] * found.calibration["deals"]).sum() == pytest.approx(hit.sum(), rel=0.03)
    assert [check for check, *_ in found.checked] == ["cross_validated", "holdout"]
    noise = logit.model(labels, np.random.default_rng(8).permutation(hit), account, np.full(len(hit), np.nan))
    assert noise is not None
    assert not noise.tells
    assert len(noise.checked) == 1
    assert logit.model(labels, hit & (np.arange(len(hit)) < 20), account, np.zeros(len(hit))) is None


def test_the_threshold_is_the_cut_of_the_largest_z_by_trying_all() -> None:
    rng = np.random.default_rng(3)
    amount = rng.integers(1, 60, 400) * 10_000.0
    won = rng.random(400) < np.where(amount > 300_000, 0.2, 0.6)
    found = threshold(amount, won, np.arange(400))
    best, price = -np.inf, 0.0
    for cut in np.unique(amount)[:-1]:
        below = amount <= cut
        if 20 <= below.sum() <= 380:
            share = won.mean()
            error = np.sqrt(share * (1 - share) * (1 / below.sum() + 1 / (~below).sum()))
            z = (won[below].mean() - won[~below].mean()) / error
            best, price = (z, cut) if z > best else (best, price)
    assert found.price == price / 10_000
    assert found.stands
    assert found.low <= 30 <= found.high
    assert found.rate_below == won[amount <= price].mean()
    assert not threshold(amount, rng.permutation(won), np.arange(400)).stands
    for one in (np.full(400, 5.0), amount[:0]):
        assert not threshold(one, won[: len(one)], np.arange(len(one))).stands
    table = price_table(amount, won)
    assert table["deals"].sum() == 400
    assert (table["price_low"].to_numpy()[1:] > table["price_high"].to_numpy()[:-1]).all()


def test_a_chance_threshold_is_claimed_in_five_of_a_hundred_at_most() -> None:
    rng = np.random.default_rng(6)
    claims = [threshold(rng.random(150), rng.random(150) < 0.4, np.zeros(150, dtype=int)).stands for _ in range(60)]
    assert sum(claims) <= 7


def test_a_clustered_interval_treats_copies_of_a_deal_as_one() -> None:
    rng = np.random.default_rng(9)
    y, x = rng.random(50), rng.random(50) + 1
    once = ratio(y, x, np.arange(50))
    thrice = ratio(np.repeat(y, 3), np.repeat(x, 3), np.repeat(np.arange(50), 3))
    np.testing.assert_allclose(once, thrice)
    assert np.isnan(ratio(y, x, np.zeros(50, dtype=int))[1])
    assert account_codes(np.array(["b", None, "a", "b", None], dtype=object)).tolist() == [1, 2, 0, 1, 3]


def test_roles_are_counted_as_explode_counts_them() -> None:
    attributes = pd.DataFrame(
        {
            "Committee": ["user; decider", "user", None, "decider, user", "buyer"],
            "Work motive": [
                "user: less work; decider: safety, first",
                "user: less work",
                None,
                "user: speed",
                "buyer: cost",
            ],
        }
    )
    known, won = np.array([1, 1, 1, 1, 1], dtype=bool), np.array([1, 0, 1, 1, 0], dtype=bool)
    found = committee.committee_table(attributes, known, won, known, won).set_index("role")
    assert found["deals"].to_dict() == {"user": 3, "decider": 2, "buyer": 1}
    assert found["won"].to_dict() == {"user": 2, "decider": 2, "buyer": 0}
    assert found["rest_rate"].to_dict() == {"user": 0.0, "decider": 0.0, "buyer": pytest.approx(2 / 3)}
    assert found.loc["user", ["work_motive", "work_n", "motives_n"]].tolist() == ["less work", 2, 3]
    assert found.loc["decider", "work_motive"] == "safety, first"
    assert not found["claim"].any()
    assert committee.committee_table(attributes[["Work motive"]], known, won, known, won).empty
