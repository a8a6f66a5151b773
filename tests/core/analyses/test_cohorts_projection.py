"""Projected retention against simulated customers, and where there is none."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.analyses._cohort_projection import project_contract
from core.analyses.cohorts import CohortsParams, CohortsResult, run
from core.filters import Filters
from core.models.active_share import active_share
from core.models.bg_nbd import BgNbd
from core.models.mbg_nbd import MbgNbd
from core.models.pareto_nbd import ParetoNbd
from tests.core.analyses.conftest import Case
from tests.core.models.simulate import TRUTHS, purchase_log
from tests.helpers import make_log, open_lines

MODELS = {"bg_nbd": BgNbd, "mbg_nbd": MbgNbd, "pareto_nbd": ParetoNbd}


def simulated(model: str, customers: int, days: int, won_within: float) -> pd.DataFrame:
    owner, day, _ = purchase_log(5, customers, days, TRUTHS[model], model=model, won_within=won_within)
    return pd.DataFrame({"owner": owner, "day": day})


@pytest.mark.parametrize("model", MODELS)
def test_active_share_against_simulated_customers(model: str) -> None:
    """40,000 customers who all come on the first day; within four standard errors."""
    log = simulated(model, 40_000, 420, 1e-9)
    week = (log["day"] - log.groupby("owner")["day"].transform("min")) / 7
    for begin, end in ((0.0, 4.0), (4.3, 8.7), (30.0, 34.0), (50.0, 59.0)):
        found = active_share(MODELS[model](*TRUTHS[model]), begin, end)
        there = log.loc[(week > begin) & (week <= end), "owner"].nunique() / 40_000
        assert abs(found - there) < 4 * np.sqrt(there * (1 - there) / 40_000)


def lines_of_model(model: str, customers: int, days: int) -> pd.DataFrame:
    log = simulated(model, customers, days, 0.6)
    return pd.DataFrame(
        {
            "order_id": [f"o{place:06d}" for place in range(len(log))],
            "customer_id": log["owner"].map("c{:05d}".format),
            "date": pd.Timestamp("2021-01-01") + pd.to_timedelta(log["day"].astype(int), unit="D"),
            "amount": 10_000,
            "region": np.where(log["owner"] % 2, "North", "South"),
        }
    )


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> CohortsResult:
    lines = lines_of_model("pareto_nbd", 6_000, 550)
    return run(open_lines(lines, tmp_path_factory.mktemp("simulated")), Filters(), CohortsParams())


def test_the_projection_of_simulated_customers_goes_through_what_was_observed(followed: CohortsResult) -> None:
    found = followed.projection
    assert found.reason == ""
    assert abs(found.error) < 0.03
    known = found.table[found.table["observed"]].merge(followed.average, on="period")
    inside = known["retention_x"].between(known["low_y"], known["high_y"])
    assert inside.mean() > 0.8
    assert len(known) == len(followed.average) - 1


def test_the_projection_goes_a_year_ahead_with_its_interval(followed: CohortsResult) -> None:
    table = followed.projection.table
    assert (~table["observed"]).sum() == 12
    assert table["period"].tolist() == list(range(1, len(table) + 1))
    assert ((table["low"] < table["retention"]) & (table["retention"] < table["high"])).all()
    ahead = table.loc[~table["observed"], "retention"]
    assert ahead.is_monotonic_decreasing
    # Further ahead the truth is still near.
    truth = active_share(
        ParetoNbd(*TRUTHS["pareto_nbd"]), *(365.25 / 84 * (ahead.index.to_numpy() + at) for at in (0.5, 1.5))
    )
    assert ahead.to_numpy() == pytest.approx(truth, rel=0.15)


def test_reasons_why_there_is_no_projection(tmp_path: Path) -> None:
    dataset = open_lines(make_log(5), tmp_path)
    for filters, settings, reason in (
        (Filters(), {}, "too_few_repeat_buyers"),
        (Filters(region=("North",)), {}, "projection_needs_all_orders"),
        (Filters(), {"mode": "on_or_after"}, "projection_needs_mode_on"),
        (Filters(), {"contractual": "yes"}, "projection_needs_mode_on_or_after"),
    ):
        found = run(dataset, filters, CohortsParams(**settings)).projection  # type: ignore[arg-type]
        assert found.reason == reason
        assert found.table.empty
        assert list(found.table) == ["period", "retention", "low", "high", "observed", "model"]


# Shares of 1,000 customers left after 1 to 7 years: "Regular" of Fader & Hardie (2007), table 1.
REGULAR = (1000, 631, 468, 382, 326, 289, 262, 241)


def test_contracts_are_projected_as_published() -> None:
    """The paper's parameters are alpha 0.704, beta 1.182, and its shares of 8 to 12 years 22.3 % to 17.3 %."""
    ages = np.arange(len(REGULAR))
    triangle = pd.DataFrame({"cohort": "2001-01", "period": ages, "active": REGULAR, "complete": True})
    average = pd.DataFrame({"period": ages, "eligible": 1000, "retained": REGULAR})
    found = project_contract(triangle, "month", average)
    shares = np.cumprod(np.r_[1.0, (1.182 + np.arange(12)) / (0.704 + 1.182 + np.arange(12))])[1:]
    assert found.table["retention"].iloc[:12].to_numpy() == pytest.approx(shares, abs=2e-3)
    assert abs(found.error) < 0.01
    assert set(found.table["model"]) == {"sbg"}


def test_a_contract_of_the_sample_is_of_those_still_there(sample: Case) -> None:
    result = run(sample.dataset, Filters(), CohortsParams("quarter", "on_or_after", contractual="yes"))
    found = result.projection
    assert found.reason in ("", "projection_off")
    assert found.table["retention"].is_monotonic_decreasing
