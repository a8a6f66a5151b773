"""What makes a persona: habits, basket and portrait, and the words that describe them."""

from __future__ import annotations

from dataclasses import dataclass

CHANNELS = ("Web", "App", "Store", "Field sales")
REGIONS = ("North", "South", "East", "West", "Centre", "Coast")

FAMILIES = ("single", "couple", "with children", "children grown up")
INCOMES = ("under 25k", "25k to 40k", "40k to 60k", "60k to 90k", "over 90k")
OCCUPATIONS = (
    "employee",
    "skilled worker",
    "professional",
    "manager",
    "public servant",
    "self-employed",
    "student",
    "homemaker",
    "retired",
)
PLACES = ("city", "town", "village")
INDUSTRIES = (
    "office services",
    "hotels and restaurants",
    "schools and childcare",
    "health practices",
    "retail shops",
    "landscaping and building",
    "public offices",
)
SIZES = ("1 to 9", "10 to 49", "50 to 249", "250 and more")


@dataclass(frozen=True)
class Habits:
    """How a persona buys.

    Times are in days, shares between 0 and 1. `rate` is the mean number of orders a year while alive, itself gamma
    distributed with shape `spread`; gaps between orders are gamma with shape `regularity` (1 = Poisson). After each
    purchase a customer leaves for good with a chance drawn from Beta(`leave`). `already` is the share that bought
    before the first day. `months` and `week` weigh the calendar, `sale_pull` multiplies days of a sale.
    """

    rate: float
    spread: float
    regularity: float
    leave: tuple[float, float]
    already: float
    months: tuple[float, ...]
    week: tuple[float, ...]
    sale_pull: float
    first_channel: tuple[float, ...]
    channel: tuple[float, ...]


@dataclass(frozen=True)
class Basket:
    """What a persona puts in an order: lines beyond the first, pieces beyond the first, tastes and discounts.

    `tastes` weighs departments and categories (1 where not named); `dear` is the exponent of price in the choice.
    """

    lines: float
    pieces: float
    tastes: dict[str, float]
    dear: float
    discounted: float
    own_list: int = 0


@dataclass(frozen=True)
class Portrait:
    """Who they are: weights in the order of the tuples above; birth year as mean and standard deviation."""

    firm_share: float
    birth_year: tuple[float, float]
    female: float
    family: tuple[float, ...]
    income: tuple[float, ...]
    occupation: tuple[float, ...]
    place: tuple[float, ...]
    industry: tuple[float, ...]
    size: tuple[float, ...]


@dataclass(frozen=True)
class Persona:
    """A planted persona and how many customers have it."""

    key: str
    customers: int
    habits: Habits
    basket: Basket
    portrait: Portrait
