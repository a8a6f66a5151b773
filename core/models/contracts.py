"""Contracts read off purchases: when each began, how often it was renewed, and whether it still runs.

For businesses in which a customer who does not renew has left. A contract begins with a purchase, and runs as long as every calendar
period has one. After a full period without a purchase it is over, and a later purchase begins a new one.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.days import period_table
from core.models.kaplan_meier import Counts, count_days
from core.models.purchase_days import PurchaseDays

Integers = NDArray[np.int64]

# Renewal periods by their length in months.
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, eq=False)
class Contracts:
    """Contracts of customers, sorted by customer and time; periods are counted from 1900.

    Parameters
    ----------
    customer : ndarray of int64, shape (contracts,)
        Codes.
    start, last : ndarray of int64, shape (contracts,)
        The first and the last period with a purchase.
    now : int
        The first period that is not over; who has not bought in it yet may still do so.
    """

    customer: Integers
    start: Integers
    last: Integers
    now: int

    @property
    def latest(self) -> NDArray[np.bool_]:
        """Which is the latest of its customer."""
        return np.diff(self.customer, append=-1) != 0

    @property
    def running(self) -> NDArray[np.bool_]:
        """Which are not known to have ended."""
        return self.last >= self.now - 1

    @property
    def renewals(self) -> Integers:
        """How often each was renewed so far."""
        return self.last - self.start

    @property
    def returned(self) -> float:
        """Share of customers who came back after they had left; 0 without customers."""
        first = np.diff(self.customer, prepend=-1) != 0
        several = np.count_nonzero(first[:-1] & ~first[1:])
        return int(several) / max(int(np.count_nonzero(first)), 1)

    def counts(self) -> Counts:
        """Contracts that came up for their k-th renewal, and of them those that ended there; one group, from k = 0."""
        known = self.now - 1 - self.start
        began = known >= 0
        ended = ~self.running[began]
        chances = np.where(ended, self.renewals[began] + 1, known[began])
        return count_days(chances, ended)

    def survivors(self) -> NDArray[np.float64]:
        """Contracts left after 0, 1, ... periods, a row for each period in which some began; NaN where not over yet.

        Returns
        -------
        ndarray of float64, shape (cohorts, periods)
            As :func:`core.models.sbg.fit` takes it; periods that are not over are not looked at.
        """
        done = self.now - 1
        began = self.start <= done
        if not began.any():
            return np.empty((0, 1))
        cohort, row = np.unique(self.start[began], return_inverse=True)
        span = done - int(cohort[0]) + 1
        renewed = np.minimum(self.last[began], done) - self.start[began]
        ended = np.bincount(row * span + renewed, minlength=len(cohort) * span).reshape(len(cohort), span)
        left = np.cumsum(ended[:, ::-1], axis=1)[:, ::-1].astype(np.float64)
        left[np.arange(span) > done - cohort[:, None]] = np.nan
        return left


def read_contracts(days: PurchaseDays, as_of: int, renewal: str) -> Contracts:
    """Find the contracts of all customers.

    Parameters
    ----------
    days : PurchaseDays
        Up to the as-of day.
    as_of : int
        Day number.
    renewal : {"month", "quarter", "year"}
        How long a contract runs before it is renewed: calendar periods.

    Returns
    -------
    Contracts
    """
    months = MONTHS[renewal]
    table = period_table("month")
    now = int(table[as_of + 1]) // months
    owner = np.repeat(np.arange(len(days.start) - 1), np.diff(days.start))
    period = (table[days.day] // months).astype(np.int64)
    begins = (np.diff(owner, prepend=-1) != 0) | (np.diff(period, prepend=-2) > 1)
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(owner))[: len(first)] - 1
    return Contracts(owner[first], period[first], period[last], now)
