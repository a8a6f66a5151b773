"""What the personas think: for each question of the survey the answers, and how likely each persona gives them.

Weights stand in the order of PERSONAS: office restocker, city loyal, garden family, bargain hunter, season decorator, gift buyer.
"""

from __future__ import annotations

from dataclasses import dataclass

EVERYBODY, PEOPLE, FIRMS = "everybody", "people", "firms"


@dataclass(frozen=True)
class Question:
    """A question with answers to choose from.

    `form` is the sheet of the questionnaire that it stands on (0 is given to everybody, 1 to 3 to a third each), `weights`
    have one row a persona and one column an answer.
    """

    key: str
    form: int
    who: str
    answers: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Scale:
    """A question that is answered by a number; `means` has one a persona."""

    key: str
    form: int
    lowest: int
    highest: int
    deviation: float
    means: tuple[float, ...]


# fmt: off
CHOICES = (
    Question(
        "motive",
        0,
        EVERYBODY,
        ("keep things running", "a nicer home", "time outdoors", "save money", "celebrate", "give a present"),
        ((8, 1, 0.2, 1, 0, 0.2), (0.3, 7, 1, 0.3, 1, 1), (0.5, 2, 8, 1, 1, 0.5), (0.5, 2, 1, 8, 0.5, 0.5),
         (0.2, 4, 0.3, 0.5, 7, 1), (0.2, 0.5, 0.3, 0.7, 1.5, 8)),
    ),
    Question(
        "benefit",
        0,
        EVERYBODY,
        ("quality", "service", "economy", "speed"),
        ((2, 4, 1, 5), (6, 2, 0.5, 3), (4, 2, 3, 1), (1, 0.5, 9, 1), (6, 2, 2, 1), (3, 2, 2, 4)),
    ),
    Question(
        "criterion",
        0,
        PEOPLE,
        ("price", "quality", "convenience", "reputation"),
        ((2, 3, 4, 2), (0.7, 5, 4, 2), (3, 4, 2, 1), (9, 1, 1, 0.4), (2, 5, 1, 2), (2, 3, 5, 2)),
    ),
    Question(
        "criterion",
        0,
        FIRMS,
        ("price", "quality", "reliability", "payment", "delivery"),
        ((1, 2, 5, 2, 5), (2, 3, 3, 1, 2), (3, 3, 2, 1, 3), (8, 1, 1, 2, 1), (2, 4, 2, 1, 2), (2, 3, 2, 1, 4)),
    ),
    Question(
        "occasion",
        1,
        EVERYBODY,
        ("everyday need", "season", "sale", "holiday", "present", "something broke"),
        ((9, 0.5, 0.3, 0.2, 0.2, 2), (4, 2, 1, 2, 2, 2), (2, 8, 1, 1, 0.5, 1), (1, 1, 9, 0.5, 0.5, 1),
         (1, 3, 1, 8, 1, 0.5), (0.5, 0.5, 0.5, 3, 9, 0.5)),
    ),
    Question(
        "key_value",
        1,
        EVERYBODY,
        ("time", "quality", "novelty", "aesthetics", "completeness"),
        ((5, 2, 0.3, 0.2, 5), (3, 4, 3, 4, 1), (1, 4, 1, 2, 2), (1, 2, 2, 1, 1), (0.7, 3, 2, 7, 1), (4, 2, 2, 3, 1)),
    ),
    Question(
        "device",
        1,
        EVERYBODY,
        ("phone", "computer", "tablet", "none, in the store"),
        ((1, 8, 0.5, 0.5), (8, 1.5, 0.7, 0.5), (2, 1, 1, 6), (6, 3, 0.7, 0.5), (1, 5, 4, 0.7), (4, 3, 1, 2)),
    ),
    Question(
        "decision_time",
        2,
        EVERYBODY,
        ("at once", "within a day", "within a week", "longer"),
        ((6, 3, 1, 0.3), (4, 4, 2, 0.5), (1, 3, 4, 2), (5, 2, 1, 1), (0.5, 1, 4, 5), (4, 4, 1, 0.3)),
    ),
    Question(
        "payer",
        2,
        PEOPLE,
        ("myself", "partner", "both of us", "parents"),
        ((6, 1, 1, 0), (7, 0.5, 2, 0.2), (2, 2, 5, 0.2), (7, 1, 1, 1.5), (4, 3, 2, 0), (8, 1, 0.5, 0.7)),
    ),
    Question(
        "user",
        2,
        PEOPLE,
        ("myself", "the family", "the children", "somebody else"),
        ((4, 3, 0.5, 1), (6, 3, 0.2, 1), (1, 6, 3, 0.3), (5, 3, 1, 0.7), (2, 6, 0.3, 1), (0.5, 0.5, 0.7, 9)),
    ),
    Question(
        "adviser",
        2,
        FIRMS,
        ("office manager", "colleagues who use it", "accountant", "supplier's visitor", "nobody"),
        ((5, 3, 1, 4, 0.5), (1, 2, 1, 1, 3), (1, 4, 1, 2, 2), (0.5, 1, 3, 0.5, 4), (2, 4, 1, 1, 1), (4, 1, 0.5, 0.5, 2)),
    ),
    Question(
        "decider",
        2,
        FIRMS,
        ("owner", "office manager", "purchasing", "director"),
        ((2, 6, 3, 1), (4, 1, 1, 1), (7, 1, 1, 1), (8, 1, 0.5, 0.3), (5, 2, 1, 1), (2, 5, 1, 3)),
    ),
    Question(
        "usual_channel",
        3,
        EVERYBODY,
        ("Web", "App", "Store", "Field sales"),
        ((3, 1.5, 0.2, 5), (1.2, 8, 1, 0), (2, 0.5, 8, 0), (8, 1, 0.7, 0), (8, 0.5, 1, 0), (6, 0.5, 3, 0)),
    ),
    # They say so themselves: bargain hunters own up to less than they do, the others to more.
    Question(
        "discount_habit",
        3,
        EVERYBODY,
        ("never", "now and then", "mostly"),
        ((5, 4, 1), (3, 6, 1.5), (1.5, 7, 2), (0.7, 6, 5), (2, 6, 2.5), (3, 5, 2)),
    ),
)
# fmt: on

SCALES = (
    Scale("recommend", 0, 0, 10, 1.7, (8.3, 8.9, 8.0, 6.6, 8.1, 7.0)),
    Scale("buy_again", 0, 0, 10, 1.7, (9.2, 9.0, 8.3, 7.3, 8.2, 4.6)),
    Scale("try_other", 0, 0, 10, 2.0, (4.8, 8.0, 6.5, 6.8, 6.9, 4.4)),
    Scale("value_functional", 3, 1, 5, 0.8, (4.3, 4.0, 4.1, 3.3, 3.6, 3.4)),
    Scale("value_emotional", 3, 1, 5, 0.8, (2.6, 4.0, 3.9, 2.9, 4.5, 3.9)),
    Scale("value_social", 3, 1, 5, 0.9, (2.4, 3.6, 2.9, 2.5, 3.7, 4.2)),
    Scale("value_economic", 3, 1, 5, 0.8, (3.1, 3.0, 3.3, 4.4, 3.2, 2.9)),
    Scale("value_uniqueness", 3, 1, 5, 0.9, (2.3, 3.8, 3.0, 2.5, 4.0, 3.7)),
    Scale("value_health", 3, 1, 5, 0.9, (3.2, 3.4, 3.9, 2.8, 3.1, 2.9)),
)

# Pains, quotes and questions in their own words, four of each persona.
WORDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "pain": (
        ("An empty cupboard on Monday", "Invoices that do not match the order", "Waiting for one missing item",
         "Looking up the same article numbers every month"),
        ("Parcels that come when nobody is home", "Out of stock after I have decided", "Too much packaging",
         "Old range shown first"),
        ("Plants that arrive too late in spring", "Heavy bags to carry", "Queues on Saturday", "Advice only on weekdays"),
        ("Postage eats up the discount", "The sale price is gone when I come back", "Coupons that exclude what I want",
         "Prices that go up before a sale"),
        ("Decorations sold out by December", "Colours that differ from the picture", "Broken glass in the parcel",
         "Searching long for a matching set"),
        ("No idea what to give", "Delivery too late for the birthday", "Price left on the parcel", "Wrapping costs extra"),
    ),
    "quote": (
        ("I want it on the shelf before anybody asks.", "Same order as last month, please.", "I have ten minutes for this.",
         "If it fails, they come to my desk."),
        ("I order from the tram.", "Show me what is new.", "A good pan is worth it.", "I know what I like."),
        ("Spring begins here for us.", "The children help with the planting.", "We fetch it on Saturday.",
         "I like to see it before I buy."),
        ("I wait for the sale.", "Full price is for other people.", "I compare before I click.", "A bargain makes my day."),
        ("I start looking in October.", "The table must shine at Christmas.", "I keep every ornament.",
         "It has to go together."),
        ("It was for my sister.", "It had to be there by Friday.", "Something small that looks like more.",
         "I do not need anything myself."),
    ),
    "asked": (
        ("Can I repeat an order with one click?", "Do you deliver before nine?"),
        ("When does the new range come?", "Can I return it at a locker?"),
        ("Will it grow in the shade?", "Do you deliver compost?"),
        ("When is the next sale?", "Is there a code?"),
        ("Will it be here before Advent?", "Is there a matching set?"),
        ("Can you wrap it?", "Will it come before Sunday?"),
    ),
}  # fmt: skip
