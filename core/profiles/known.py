"""What is known of customers besides their orders: attributes, what they bought and how, what they answered."""

import numpy as np
from numpy.typing import NDArray

from core import derived
from core.access import Dataset
from core.attributes import group_attributes
from core.features import Selection
from core.order_contents import DAY_PARTS
from core.profiles.axes import Axis, Question, axis_of, question_of
from core.profiles.contents import contents_of
from core.profiles.marks import Marks, banded
from core.rules.names import ATTRIBUTE

# Units an order, on average, up to which somebody buys retail, or in small lots.
RETAIL, SMALL_LOTS = 10, 100
LOTS = ("retail", "small_wholesale", "wholesale")
# Shares of lines at a discount, up to which somebody hardly looks for bargains, or does now and then.
HARDLY, AT_TIMES = 0.05, 0.5
BARGAINS = ("hardly", "at_times", "mostly")
SURVEY = "survey:"
_FEWEST_ANSWERS, _MOST_ANSWERS = 2, 20
_STEM, _FORM = "attributes", 1
# What orders tell: an attribute that was given may be called the same.
_OF_ORDERS = frozenset(
    (
        *("days_since_last_order", "orders", "order_value", "days_between_orders", "days_since_first_order"),
        *("region", "channel", "month", "weekday"),
        *("category", "categories_bought", "day_part", "lot", "bargains", "new_products"),
    )
)


def mark_name(column: str) -> str:
    """What an attribute is called among all marks: ``attribute:region`` where orders or answers tell of something so called."""
    return ATTRIBUTE + column if column in _OF_ORDERS or column.startswith(SURVEY) else column


def attribute_marks(dataset: Dataset, as_of: int) -> list[Marks]:
    """The attributes that can describe a group, see :func:`core.attributes.group_attributes`; made once a snapshot and kept.

    Parameters
    ----------
    dataset : Dataset
    as_of : int
        Day number that ages are counted to.
    """
    if not dataset.attribute_names:
        return []
    name = derived.file_name(_STEM, {"form": _FORM, "as_of": as_of})
    kept = derived.load(dataset.derived_folder, name)
    if kept is None:
        shown = group_attributes(dataset.attributes(), as_of)
        arrays: dict[str, NDArray] = {
            f"codes{place}": shown[column].cat.codes.to_numpy().astype(np.int16) for place, column in enumerate(shown)
        }
        document = [[str(column), [str(label) for label in shown[column].cat.categories]] for column in shown]
        derived.save(dataset.derived_folder, name, arrays, document)
        kept = arrays, document
    arrays, document = kept
    found = []
    for place, (column, labels) in enumerate(document):
        axis = axis_of(column)
        found.append(Marks(axis, question_of(column, axis), column, tuple(labels), arrays[f"codes{place}"]))
    return found


def content_marks(dataset: Dataset, selection: Selection) -> list[Marks]:
    """What was in the orders: categories, time of day, lots, bargains, new products tried."""
    if not {"category", "product_id", "discount", "quantity", "hour"} & set(dataset.info.known) and (
        not dataset.has_categories
    ):
        return []
    inside, shown = contents_of(dataset, selection), selection.shown
    count = dataset.history.n_customers
    found = []
    if len(inside.categories) > 1:
        found.append(Marks("behavioural", "what", "category", inside.categories, inside.bought, "lines"))
        labels, codes = banded(inside.breadth[shown].astype(np.float64), shown, count)
        found.append(Marks("behavioural", "", "categories_bought", labels, codes))
    if inside.day_parts.any():
        found.append(Marks("behavioural", "when", "day_part", DAY_PARTS, inside.day_parts, "lines"))
    purchases = np.maximum(selection.purchases, 1)
    seen = (inside.lines > 0) & selection.in_view
    if inside.units.any():
        lots = np.searchsorted((RETAIL, SMALL_LOTS), inside.units / purchases, side="right")
        found.append(Marks("behavioural", "what", "lot", LOTS, np.where(seen, lots, -1).astype(np.int16)))
    if inside.discounted.any():
        share = inside.discounted / np.maximum(inside.lines, 1)
        bargains = np.where(share <= HARDLY, 0, np.where(share <= AT_TIMES, 1, 2))
        found.append(Marks("behavioural", "why", "bargains", BARGAINS, np.where(seen, bargains, -1).astype(np.int16)))
    if inside.new_products.any():
        tried = np.where(seen, inside.new_products.astype(np.int16), -1).astype(np.int16)
        found.append(Marks("behavioural", "what", "new_products", ("not_tried", "tried"), tried))
    return found


def survey_marks(dataset: Dataset, as_of: int) -> list[Marks]:
    """The last answer of each customer to each question with 2 to 20 different answers; nothing without a survey.

    Parameters
    ----------
    dataset : Dataset
    as_of : int
        Day number after which answers don't count.
    """
    if dataset.table("survey") is None:
        return []
    # Pandas' text operations take a while to load, and few data have a survey.
    from core.survey import QUESTIONS, answers

    survey = answers(dataset, as_of)
    found = []
    for question in () if survey is None else survey.questions:
        made = survey.labels(question) if survey is not None and survey.kind(question) != "text" else None
        if made is None or not _FEWEST_ANSWERS <= len(made.labels) <= _MOST_ANSWERS:
            continue
        order = sorted(range(len(made.labels)), key=lambda place: _in_order(made.labels[place]))
        place = np.empty(len(order) + 1, dtype=np.int16)
        place[order], place[-1] = np.arange(len(order)), -1
        axis, asked = _OF_TOPIC[QUESTIONS[question].topic if question in QUESTIONS else ""]
        labels = tuple(made.labels[at] for at in order)
        found.append(Marks(axis, asked, SURVEY + question, labels, place[made.codes]))
    return found


# The axis of a question, and which of the five W it answers.
_OF_TOPIC: dict[str, tuple[Axis, Question]] = {
    "why": ("psychographic", "why"),
    "who": ("demographic", "who"),
    "how": ("behavioural", ""),
    "value": ("value", "why"),
    "loyalty": ("psychographic", ""),
    "words": ("psychographic", ""),
    "": ("psychographic", ""),
}


def _in_order(answer: str) -> tuple[int, float, str]:
    """Numbers by size, before texts."""
    try:
        return 0, float(answer), ""
    except ValueError:
        return 1, 0.0, answer
