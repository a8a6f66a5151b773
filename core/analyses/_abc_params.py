"""What ABC-XYZ can be asked, and the names of its classes."""

from dataclasses import dataclass
from typing import Literal

from core.errors import BadParameterError
from core.params import choice, number

Of = Literal["customers", "products"]
PERIODS: tuple[Literal["week", "month", "quarter"], ...] = ("week", "month", "quarter")

ABC: tuple[str, ...] = ("A", "B", "C", "nonpositive")
CUTS_XYZ: tuple[str, ...] = ("X", "Y", "Z", "N", "undefined")
SYNTETOS_BOYLAN: tuple[str, ...] = ("smooth", "erratic", "intermittent", "lumpy", "N", "undefined")
MIN_PERIODS = {"week": 26, "month": 6, "quarter": 4}
WINDOW_PERIODS = {"week": 52, "month": 12, "quarter": 8}
YEAR = {"week": 52, "month": 12, "quarter": 4}


@dataclass(frozen=True)
class AbcXyzParams:
    """Settings of ABC-XYZ.

    Parameters
    ----------
    value : {"revenue", "margin", "orders"}
    a_limit, b_limit : float
        Shares of value, in per cent, up to which customers are A, and B.
    period : {"week", "month", "quarter"}
    xyz : {"cuts", "thirds", "syntetos_boylan", "seasonal"}
        Fixed cuts of the variation; thirds of the variation seen; the four kinds of demand of Syntetos and Boylan; fixed cuts of
        the error of a forecast that repeats the year before.
    x_limit, y_limit : float
        Fixed cuts, in per cent.
    of : {"customers", "products"}
    window : int
        Complete periods that regularity is measured over; 0 for 52 weeks, 12 months or 8 quarters (seasonal: a year).
    """

    value: Literal["revenue", "margin", "orders"] = choice("revenue", "revenue", "margin", "orders")
    a_limit: float = number(80.0, 1.0, 99.0)
    b_limit: float = number(95.0, 1.0, 100.0)
    period: Literal["week", "month", "quarter"] = choice("month", "week", "month", "quarter")
    xyz: Literal["cuts", "thirds", "syntetos_boylan", "seasonal"] = choice(
        "cuts", "cuts", "thirds", "syntetos_boylan", "seasonal"
    )
    x_limit: float = number(10.0, 0.1, 1000.0)
    y_limit: float = number(25.0, 0.1, 1000.0)
    of: Literal["customers", "products"] = choice("customers", "customers", "products")
    window: int = number(0, 0, 120)

    def __post_init__(self) -> None:
        for lower, upper in (("a_limit", "b_limit"), ("x_limit", "y_limit")):
            if getattr(self, lower) > getattr(self, upper):
                raise BadParameterError(
                    f"{lower} is above {upper}", found=f"{getattr(self, lower):g} and {getattr(self, upper):g}"
                )

    @property
    def season(self) -> int:
        """Periods between one that is forecast and the one it repeats; 0 where nothing is."""
        return YEAR[self.period] if self.xyz == "seasonal" else 0

    @property
    def measured(self) -> int:
        """Periods that regularity is measured over."""
        return self.window or self.season or WINDOW_PERIODS[self.period]

    @property
    def needed(self) -> int:
        """Complete periods since the first purchase that a class of regularity needs."""
        return self.season + max(self.measured, MIN_PERIODS[self.period]) if self.season else MIN_PERIODS[self.period]

    @property
    def xyz_names(self) -> tuple[str, ...]:
        """The classes of regularity."""
        return SYNTETOS_BOYLAN if self.xyz == "syntetos_boylan" else CUTS_XYZ
