"""What a reader must know of a segment by a rule."""

from core.access import Dataset
from core.classifications import Classifier, classes
from core.profiles.axes import only_demographics
from core.results import Notice
from core.rules.answers import asked_by
from core.rules.tree import Rule
from core.survey import SURVEY


def rule_notices(dataset: Dataset, classifier: Classifier, rule: Rule) -> list[Notice]:
    """What to say of a rule, and of the own segments within it.

    Parameters
    ----------
    dataset : Dataset
    classifier : Classifier
        Of the customers in view.
    rule : Rule

    Returns
    -------
    list of Notice
        ``only_demographics``: it asks for sex, age and income alone. ``survey_answered`` (question, n, of) for each question that it
        asks for: how many customers in view answered it; after them ``survey_unanswered``.
    """
    asked = asked_by(rule, dataset, classes(dataset))
    found = [Notice.of("only_demographics")] if only_demographics(asked) else []
    in_view = classifier.selection.in_view
    questions = sorted({field for field, _ in asked if field.startswith(SURVEY)})
    for field in questions:
        n = int((classifier.answers.answered(field) & in_view).sum())
        found.append(Notice.of("survey_answered", question=field.removeprefix(SURVEY), n=n, of=int(in_view.sum())))
    return [*found, Notice.of("survey_unanswered")] if questions else found
