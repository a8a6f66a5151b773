import numpy as np
import pandas as pd
import pytest

from core.analyses import ltv
from core.analyses.ltv import LtvParams
from core.days import to_date, to_day
from core.filters import Filters
from core.models.purchase_model import MODELS
from tests.core.analyses.ltv_data import simulated, simulated_result


@pytest.fixture(scope="module")
def dataset():
    return simulated()


@pytest.fixture(scope="module")
def result():
    return simulated_result()


def test_a_model_that_is_asked_for_is_taken(dataset, result):
    for name in MODELS:
        found = ltv.run(dataset, Filters(), LtvParams(model=name))
        assert found.purchase_model == name
        assert name in set(found.model["model"])
        row = found.contest.set_index("model").loc[name]
        assert found.check.error == pytest.approx(row["error"], rel=1e-6)
    assert result.contest.set_index("model").loc[result.purchase_model, "winner"]
    assert result.contest["winner"].sum() == 1


def test_actual_weeks_of_the_contest_are_those_of_the_holdout(result):
    held = result.holdout[result.holdout["held_out"]]
    before = result.holdout.loc[~result.holdout["held_out"], "actual"].iloc[-1]
    shown = result.contest_weeks[result.contest_weeks["model"] == result.purchase_model]
    np.testing.assert_array_equal(shown["actual"], held["actual"] - before)
    np.testing.assert_allclose(shown["predicted"], held["predicted"] - before, rtol=1e-4)


def test_track_record_is_what_would_have_been_said_then(dataset, result):
    record = result.track_record.set_index(["months_ago", "measure"])
    assert set(record.index) == {(months, name) for months in (3, 6, 12) for name in ("purchases", "value")}
    history = dataset.history
    frame = pd.DataFrame({"owner": history.owner, "day": history.day.astype(int), "money": history.revenue / 10_000})
    days = frame[history.purchase].groupby(["owner", "day"])["money"].sum().reset_index()
    first = days.groupby("owner")["day"].min()
    for months in (3, 6, 12):
        made = to_day((pd.Timestamp(result.as_of) - pd.DateOffset(months=months)).date())
        known = first[first <= made]
        later = days[(days["day"] > made) & days["owner"].isin(known.index)]
        bought, value = record.loc[(months, "purchases")], record.loc[(months, "value")]
        assert bought["made_on"] == to_date(made)
        assert bought["customers"] == len(known)
        assert bought["actual"] == len(later)
        assert value["actual"] == pytest.approx(later["money"].sum())
        # What was then the whole of the data gives the same forecast.
        then = ltv.run(dataset, Filters(last=to_date(made)), LtvParams(model=result.purchase_model))
        model = then.basis.purchases.model
        states = (then.customers[name].to_numpy() for name in ("repeat_frequency", "recency_t_x", "age_T"))
        expected = model.expected_purchases(*states, (int(history.day.max()) - made) / 7).sum()
        assert bought["predicted"] == pytest.approx(expected, rel=1e-6)
        for row in (bought, value):
            assert row["low"] < row["predicted"] < row["high"]
            assert row["error"] == pytest.approx(row["predicted"] / row["actual"] - 1)
            assert abs(row["error"]) < 0.1
