from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.days import to_day
from core.models.contracts import read_contracts
from core.models.purchase_days import purchase_days

LAST = date(2023, 12, 20)
MONTHS = {"month": "M", "quarter": "Q", "year": "Y"}


def log_of(seed, customers=400):
    """Customers who pay most months from a month of their own on, leave, and sometimes come back."""
    rng = np.random.default_rng(seed)
    there = rng.random((customers, 48)) < rng.beta(4, 1, customers)[:, None]
    owner, month = np.nonzero(there & (np.arange(48) >= rng.integers(0, 40, customers)[:, None]))
    day = pd.PeriodIndex.from_ordinals(pd.Period("2020-01", "M").ordinal + month, freq="M").to_timestamp()
    log = pd.DataFrame({"owner": owner, "day": day + pd.to_timedelta(rng.integers(0, 28, len(owner)), unit="D")})
    return log[log["day"] <= pd.Timestamp(LAST)].sort_values(["owner", "day"], ignore_index=True)


def as_days(log, customers=400):
    day = np.array([to_day(value.date()) for value in log["day"]], dtype=np.int64)
    owner = log["owner"].to_numpy(dtype=np.int64)
    return purchase_days(
        owner, day, np.ones(len(log), dtype=bool), np.ones(len(log), dtype=np.int64), customers, to_day(LAST)
    )


def plain(log, renewal):
    """Contracts customer by customer, by plain pandas: (customer, first period, last period)."""
    found = []
    for owner, days in log.groupby("owner")["day"]:
        periods = sorted(set(days.dt.to_period(MONTHS[renewal])))
        start = last = periods[0]
        for period in periods[1:]:
            if (period - last).n > 1:
                found.append((owner, start, last))
                start = period
            last = period
        found.append((owner, start, last))
    return pd.DataFrame(found, columns=["customer", "start", "last"])


@pytest.mark.parametrize("renewal", ["month", "quarter", "year"])
def test_contracts_survivors_and_chances_equal_plain_pandas(renewal):
    log = log_of(1)
    found, expected = read_contracts(as_days(log), to_day(LAST), renewal), plain(log, renewal)
    done = pd.Period(LAST, MONTHS[renewal]) - 1
    np.testing.assert_array_equal(found.customer, expected["customer"])
    np.testing.assert_array_equal(found.renewals, [(row.last - row.start).n for row in expected.itertuples()])
    np.testing.assert_array_equal(found.running, expected["last"] >= done)
    np.testing.assert_array_equal(found.latest, ~expected["customer"].duplicated(keep="last"))
    several = expected.groupby("customer").size()
    assert found.returned == pytest.approx((several > 1).mean())

    began = expected[expected["start"] <= done]
    table = []
    for start, part in began.groupby("start"):
        row = [
            (part["last"] >= start + k).sum() if k <= (done - start).n else np.nan
            for k in range((done - began["start"].min()).n + 1)
        ]
        table.append(row)
    np.testing.assert_array_equal(found.survivors(), table)
    # The same counted by renewal: those who came up for it, and those who left there.
    counts, table = found.counts(), np.array(table)
    for k in range(1, counts.at_risk.shape[1]):
        known = np.isfinite(table[:, k])
        assert counts.at_risk[0, k] == table[known, k - 1].sum()
        assert counts.events[0, k] == (table[known, k - 1] - table[known, k]).sum()


def test_a_period_that_is_not_over_ends_no_contract_and_a_full_one_does():
    log = pd.DataFrame(
        {"owner": [0, 0, 1, 2], "day": pd.to_datetime(["2023-10-31", "2023-11-01", "2023-10-02", "2023-12-20"])}
    )
    found = read_contracts(as_days(log, 3), to_day(LAST), "month")
    assert found.running.tolist() == [True, False, True]
    assert found.renewals.tolist() == [1, 0, 0]
    whole = read_contracts(as_days(log, 3), to_day(date(2023, 12, 31)), "month")
    assert whole.running.tolist() == [False, False, True]


def test_nobody_and_those_who_began_just_now_have_nothing_to_renew():
    nobody = read_contracts(as_days(pd.DataFrame({"owner": [], "day": pd.to_datetime([])}), 2), to_day(LAST), "month")
    assert nobody.returned == 0
    assert nobody.survivors().size == 0
    new = pd.DataFrame({"owner": [1], "day": pd.to_datetime(["2023-12-19"])})
    found = read_contracts(as_days(new, 2), to_day(LAST), "month")
    assert found.survivors().size == 0
    assert not found.counts().events.any()
