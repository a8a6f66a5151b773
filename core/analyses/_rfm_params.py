"""What RFM can be asked."""

from dataclasses import dataclass
from typing import Literal

from core.params import choice, numbers

Axis = Literal["recency", "frequency", "monetary"]
Way = Literal["count", "width", "own", "calendar"]

AXES: tuple[Axis, ...] = ("recency", "frequency", "monetary")
# Up to so many days a customer is new, then recent, and old after that; with more groups, old is told apart once or twice more.
CALENDAR: dict[int, tuple[float, ...]] = {3: (30, 90), 4: (30, 90, 180), 5: (30, 90, 180, 365)}
_MOST = 4


@dataclass(frozen=True)
class RfmParams:
    """Settings of RFM.

    Parameters
    ----------
    groups : {3, 4, 5}
        Groups on each axis.
    value : {"revenue", "margin"}
    monetary : {"total", "mean"}
        Total money, or money a purchase.
    cuts : {"count", "width", "own"}
        Groups of equal size, groups equally wide between the smallest and the largest value seen, or cut where ``r_cuts``,
        ``f_cuts`` and ``m_cuts`` say. An axis without own cuts has groups of equal size.
    recency : {"scores", "calendar"}
        By ``cuts`` like the other axes, or new, recent and old by fixed days (:data:`CALENDAR`), whatever ``cuts`` says.
    r_cuts, f_cuts, m_cuts : tuple of float
        Own cuts, rising, one fewer than ``groups``: days, purchases, money in the currency. A value that equals a cut belongs to the
        side of the smaller ones: 30, 90 makes up to 30 days, 31 to 90, and more than 90.
    """

    groups: int = choice(3, 3, 4, 5)
    value: Literal["revenue", "margin"] = choice("revenue", "revenue", "margin")
    monetary: Literal["total", "mean"] = choice("total", "total", "mean")
    cuts: Literal["count", "width", "own"] = choice("count", "count", "width", "own")
    recency: Literal["scores", "calendar"] = choice("scores", "scores", "calendar")
    r_cuts: tuple[float, ...] = numbers(_MOST)
    f_cuts: tuple[float, ...] = numbers(_MOST)
    m_cuts: tuple[float, ...] = numbers(_MOST)

    def own(self, axis: Axis) -> tuple[float, ...]:
        """The own cuts of an axis, used or not."""
        return {"recency": self.r_cuts, "frequency": self.f_cuts, "monetary": self.m_cuts}[axis]

    def way(self, axis: Axis) -> Way:
        """How an axis is cut."""
        if axis == "recency" and self.recency == "calendar":
            return "calendar"
        return "count" if self.cuts == "own" and not self.own(axis) else self.cuts
