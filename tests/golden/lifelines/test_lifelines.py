"""Kaplan-Meier and log-rank as lifelines 0.30.3 has them, on the sample's times to the second purchase; see ``make.py``."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.models.kaplan_meier import count_days, kaplan_meier, log_rank

FOLDER = Path(__file__).parent
CURVES, MEDIANS, TESTS = (
    pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=False) for name in ("kaplan_meier", "median", "log_rank")
)


@pytest.fixture(scope="module")
def times() -> pd.DataFrame:
    counted = pd.read_csv(FOLDER / "times.csv")
    return counted.loc[counted.index.repeat(counted["count"])]


@pytest.mark.parametrize("channel", MEDIANS["channel"])
def test_curve_and_median_as_lifelines_has_them(times: pd.DataFrame, channel: str) -> None:
    part = times if not channel else times[times["channel"] == channel]
    counts = count_days(part["days"].to_numpy(), part["event"].to_numpy(dtype=bool))
    found, expected = kaplan_meier(counts), CURVES[CURVES["channel"] == channel]
    days = expected["day"].to_numpy()
    assert np.flatnonzero(counts.events[0]).tolist() == days.tolist()
    assert counts.at_risk[0, days].tolist() == expected["at_risk"].tolist()
    for name in ("survival", "low", "high"):
        assert getattr(found, name)[0, days] == pytest.approx(expected[name].to_numpy(), rel=1e-9), name
    median = MEDIANS[MEDIANS["channel"] == channel].iloc[0]
    assert [float(days[0]) for days in found.quantile(0.5)] == [median["median"], median["low"], median["high"]]


def test_log_rank_as_lifelines_has_it(times: pd.DataFrame) -> None:
    codes, channels = pd.factorize(times["channel"], sort=True)
    event = times["event"].to_numpy(dtype=bool)
    found = log_rank(count_days(times["days"].to_numpy(), event, codes, len(channels)))
    assert TESTS["channel"].tolist() == ["", *channels]
    assert [found.statistic, *found.group_statistic] == pytest.approx(TESTS["chi2"].tolist(), rel=1e-9)
    assert [found.p_value, *found.group_p_value] == pytest.approx(TESTS["p_value"].tolist(), rel=1e-6, abs=1e-280)
    assert found.df == len(channels) - 1
