"""What lifelines says of the times in ``times.csv``, written beside it.

lifelines 0.30.3 needs pandas below 3, which Clientele does not run on, so this runs in an environment of its own:
``pip install lifelines==0.30.3 && python tests/golden/lifelines/make.py``. ``times.csv`` holds the days from the first to the second
purchase of the sample's customers, or to its last day (event 0), by the channel of the first purchase.
"""

from pathlib import Path

import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test, multivariate_logrank_test
from lifelines.utils import median_survival_times

FOLDER = Path(__file__).parent


def main() -> None:
    counted = pd.read_csv(FOLDER / "times.csv")
    times = counted.loc[counted.index.repeat(counted["count"])]
    curves, medians = [], []
    for channel, part in [("", times), *times.groupby("channel")]:
        fitted = KaplanMeierFitter().fit(part["days"], part["event"])
        events = fitted.event_table.loc[fitted.survival_function_.index]
        curve = pd.concat(
            [events[["at_risk", "observed"]], fitted.survival_function_, fitted.confidence_interval_], axis=1
        )
        curve.columns = ["at_risk", "events", "survival", "low", "high"]
        curve.insert(0, "channel", channel)
        curves.append(curve[curve["events"] > 0].rename_axis("day").reset_index())
        low, high = median_survival_times(fitted.confidence_interval_).iloc[0]
        medians.append((channel, fitted.median_survival_time_, low, high))
    alike = multivariate_logrank_test(times["days"], times["channel"], times["event"])
    tests = [("", alike.test_statistic, alike.p_value)]
    for channel in sorted(times["channel"].unique()):
        own = times["channel"] == channel
        found = logrank_test(times["days"][own], times["days"][~own], times["event"][own], times["event"][~own])
        tests.append((channel, found.test_statistic, found.p_value))
    pd.concat(curves).to_csv(FOLDER / "kaplan_meier.csv", index=False, float_format="%.12g")
    pd.DataFrame(medians, columns=["channel", "median", "low", "high"]).to_csv(FOLDER / "median.csv", index=False)
    pd.DataFrame(tests, columns=["channel", "chi2", "p_value"]).to_csv(FOLDER / "log_rank.csv", index=False)


if __name__ == "__main__":
    main()
