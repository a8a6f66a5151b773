"""The time ahead over which a customer's value is counted, and what money then is worth now."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WEEKS_A_MONTH = 365.25 / 12 / 7


@dataclass(frozen=True, eq=False)
class Horizon:
    """Periods of equal length that follow one another.

    Parameters
    ----------
    ends : ndarray of float64, shape (periods,)
        Weeks from now at which each period ends.
    rate : float
        Discount rate of one period.
    """

    ends: Floats
    rate: float = 0.0

    @classmethod
    def of_months(cls, months: int, annual_rate: float) -> "Horizon":
        """So many months ahead, at a yearly discount rate."""
        return cls(WEEKS_A_MONTH * np.arange(1.0, months + 1), (1 + annual_rate) ** (1 / 12) - 1)

    @classmethod
    def of_weeks(cls, weeks: float) -> "Horizon":
        """So many weeks ahead, without discount."""
        return cls(np.array([float(weeks)]))

    def discounted(self, cumulative: Floats) -> Floats:
        """Sum over periods of what comes in each, worth (1 + rate) ** -i if in the i-th.

        Parameters
        ----------
        cumulative : ndarray of float64, shape (k, periods)
            What has come by the end of each period.

        Returns
        -------
        ndarray of float64, shape (k,)
        """
        factors = (1 + self.rate) ** -np.arange(1.0, len(self.ends) + 1)
        return np.diff(cumulative, prepend=0.0, axis=1) @ factors

    def discount_at(self, share: Floats) -> Floats:
        """What money at a share of the horizon is worth now; on average half a period goes by until the period's end."""
        return (1 + self.rate) ** -(len(self.ends) * share + 0.5)
