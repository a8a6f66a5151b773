from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from core.personas.behaviour import Behaviour
from core.respondents import over_represented

MEASURES = ("frequency", "order_value", "value", "recency_days", "tenure_days", "discount_share")


def asked(answered: int, n: int = 400) -> tuple[Any, Behaviour, pd.DataFrame]:
    """So many of n customers answered; they order more often, and are a little newer than the others."""
    rng = np.random.default_rng(11)
    told = np.arange(n) < answered
    frame = pd.DataFrame({name: rng.gamma(4, 10, n) for name in MEASURES})
    frame.loc[told, "frequency"] *= 1.5
    frame.loc[told, "tenure_days"] *= 0.93
    nothing = np.empty((n, 0))
    survey = SimpleNamespace(respondents=told)
    return (
        survey,
        Behaviour(np.arange(n), frame, cast(Any, nothing), cast(Any, nothing)),
        pd.DataFrame(index=frame.index),
    )


def test_means_are_claimed_by_the_log_ratio_with_scipys_normal_and_statsmodels_adjustment() -> None:
    survey, behaviour, attributes = asked(120)
    found = over_represented(survey, behaviour, attributes).set_index("attribute")
    told = survey.respondents
    p = {}
    for name in MEASURES:
        own, rest = behaviour.frame.loc[told, name], behaviour.frame.loc[~told, name]
        error = np.sqrt(sum(part.var() / len(part) / part.mean() ** 2 for part in (own, rest)))
        p[name] = 2 * norm.sf(abs(np.log(own.mean() / rest.mean())) / error)
    adjusted = dict(zip(p, multipletests(list(p.values()), method="fdr_bh")[1], strict=True))
    for name in MEASURES:
        assert found.loc[name, "adjusted_p"] == pytest.approx(adjusted[name], rel=1e-6)
        assert found.loc[name, "claim"] == (adjusted[name] < 0.05)
    assert found.loc["frequency", "claim"]
    # An interval that leaves out 100, and yet six tests at once do not bear it out.
    assert found.loc["tenure_days", "high"] < 100
    assert not found.loc["tenure_days", "claim"]


def test_nothing_is_claimed_of_fewer_than_thirty() -> None:
    assert not over_represented(*asked(29))["claim"].any()
    assert over_represented(*asked(30))["claim"].any()


@pytest.mark.parametrize("answered", [0, 400])
def test_without_others_there_is_nothing_to_compare(answered: int) -> None:
    assert over_represented(*asked(answered)).empty
