"""What a rule can ask of these data, by name."""

from core.access import Dataset
from core.attributes import birth_column
from core.errors import BadParameterError
from core.survey import SURVEY, question_key

# Numbers that orders give; all but the margin can be told of any date.
MEASURES: tuple[str, ...] = (
    "orders",
    "revenue",
    "margin",
    "order_value",
    "days_since_last_order",
    "days_since_first_order",
)
TODAY_ONLY = ("margin",)
BOUGHT, OWN_FIELD, AGE, ATTRIBUTE = "bought", "own", "age", "attribute:"


def resolve(dataset: Dataset, name: str, classes: tuple[str, ...]) -> str:
    """The full name of what a rule asks: a measure, ``bought``, ``own``, a class, ``age``, ``attribute:…`` or ``survey:…``.

    Parameters
    ----------
    dataset : Dataset
    name : str
        As it stands in a rule; an attribute or a question may go without its prefix where nothing else (a question: nor an
        attribute) has its name.
    classes : tuple of str
        The classifications there are, attributes apart.

    Raises
    ------
    BadParameterError
        There is nothing of that name in these data.
    """
    columns = dataset.attribute_names
    lowered = name.lower()
    if lowered in MEASURES and (lowered != "margin" or dataset.has_margin):
        return lowered
    if lowered == OWN_FIELD or (lowered == BOUGHT and dataset.has_categories):
        return lowered
    if lowered in classes:
        return lowered
    wanted = name.removeprefix(ATTRIBUTE)
    for column in columns:
        if column == wanted:
            return ATTRIBUTE + column
    if lowered == AGE and birth_column(columns):
        return AGE
    for column in columns:
        if column.lower() == wanted.lower():
            return ATTRIBUTE + column
    question = question_key(lowered.removeprefix(SURVEY))
    if question in _questions(dataset):
        return SURVEY + question
    raise BadParameterError(
        f"nothing is known of '{name}' here", expected="one of " + ", ".join(askable(dataset, classes))
    )


def askable(dataset: Dataset, classes: tuple[str, ...]) -> tuple[str, ...]:
    """All that a rule can ask of these data, by names that :func:`resolve` reads: the shortest of each."""
    columns = dataset.attribute_names
    measures = tuple(name for name in MEASURES if name != "margin" or dataset.has_margin)
    bought = (BOUGHT,) if dataset.has_categories else ()
    age = (AGE,) if birth_column(columns) and AGE not in columns else ()
    taken = {*MEASURES, BOUGHT, OWN_FIELD, *classes}
    named = (f"{ATTRIBUTE}{column}" if column.lower() in taken else column for column in columns)
    known = {*taken, *(column.lower() for column in columns), *age}
    asked = (f"{SURVEY}{key}" if key in known else key for key in _questions(dataset))
    return (*measures, *bought, *classes, *age, *named, *asked, OWN_FIELD)


def _questions(dataset: Dataset) -> dict[str, None]:
    """The keys of the questions of the survey, as :mod:`core.survey` writes them."""
    return dict.fromkeys(map(question_key, dataset.survey_questions))
