"""Interviews: what to ask the customers of a segment, whom of them to invite, and who has answered so far."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import survey
from core.access import Dataset
from core.classifications import Classifier
from core.filters import Filters
from core.interviews.able import not_to_invite
from core.interviews.guide import Known, guide
from core.interviews.heard import beside_the_rest, in_their_words
from core.interviews.invitations import invite
from core.interviews.known import answers_of, choices_of, only, people_and_firms, unknown_of
from core.interviews.sampling import answers_needed, margin_of
from core.params import choice, name, number
from core.profiles.comparison import compare, weight
from core.profiles.description import describe
from core.profiles.formed import formed_by
from core.profiles.known import attribute_marks
from core.results import Notice
from core.targets.picks import write_pick

# Of a mixed segment the smaller kind is worth a guide of its own from this share on.
_MIXED = 0.1


@dataclass(frozen=True)
class InterviewsParams:
    """Settings of interviews.

    Parameters
    ----------
    classification : str
        Of :func:`core.classifications.available`, or ``rule:<text>``.
    segment : str
        One of its labels; "" for the first that somebody bears.
    audience : {"auto", "person", "firm"}
        Whom the guide is for; by default the more numerous kind.
    n : int
        Invitations.
    strata : str
        Another classification, whose classes are all to be heard.
    least : int
        Invitations of each stratum at least, as far as ``n`` allows.
    reserve : int
        So many in reserve for each invitation.
    months : int
        Whoever answered a survey within so many months is not asked again; 0 for everybody.
    margin : float
        Margin of error that answers are counted for.
    campaign : str
        Another one draws others.
    """

    classification: str = name("rfm_segment")
    segment: str = name("")
    audience: str = choice("auto", "auto", "person", "firm")
    n: int = number(20, 1, 2000)
    strata: str = name("abc")
    least: int = number(2, 0, 50)
    reserve: int = number(1, 0, 5)
    months: int = number(6, 0, 60)
    margin: float = number(0.1, 0.01, 0.3)
    campaign: str = name("")


@dataclass(frozen=True, eq=False)
class InterviewsResult:
    """The guide, the invitations and the answers of one segment.

    Parameters
    ----------
    guide : pandas.DataFrame
        See :func:`core.interviews.guide.guide`.
    strata : pandas.DataFrame
        stratum, customers, share (of the segment), able (to be invited), invited, expected_share (of those invited: weigh answers by
        share over expected_share), reserve; one row a stratum that somebody of the segment is in.
    customers : pandas.DataFrame
        customer (code), stratum, role (invited, reserve), place (within the stratum: whoever cannot come is replaced by the next),
        revenue, orders, last_order (days ago).
    left_out : pandas.DataFrame
        reason, customers; see :func:`core.interviews.able.not_to_invite`.
    respondents : pandas.DataFrame
        Those of the segment who answered a survey against those who did not, see :func:`core.respondents.over_represented`.
    said : pandas.DataFrame
        See :func:`core.respondents.said_and_did`; of the segment.
    words : pandas.DataFrame
        question, answer, n, day: what they said in their own words.
    segments : pandas.DataFrame
        segment, customers: those of the classification that somebody is in.
    classification, segment : str
    audience : {"person", "firm"}
        Whom the guide is for.
    n : int
        Customers of the segment.
    n_respondents : int
        Those of them who answered.
    needed : int
        Answers for the margin of error; see :func:`core.interviews.sampling.answers_needed`.
    margin_of_list : float
        The margin of error if everybody invited answers.
    notices : tuple of Notice
        ``mixed_audience`` (people, firms), ``fewer_to_invite`` (invited, wanted), ``strata_below_least`` (strata, least).
    """

    guide: pd.DataFrame
    strata: pd.DataFrame
    customers: pd.DataFrame
    left_out: pd.DataFrame
    respondents: pd.DataFrame
    said: pd.DataFrame
    words: pd.DataFrame
    segments: pd.DataFrame
    classification: str
    segment: str
    audience: str
    n: int
    n_respondents: int
    needed: int
    margin_of_list: float
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        return {key: value for key, value in vars(self).items() if isinstance(value, pd.DataFrame)}


def run(dataset: Dataset, filters: Filters, params: InterviewsParams) -> InterviewsResult:
    """Prepare interviews with a segment.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : InterviewsParams

    Returns
    -------
    InterviewsResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        The data can't be classed so, or nobody bears the label.
    BadInputError
        A file of the data folder is not right: own segments, or saved lists.
    """
    classifier = Classifier(dataset, filters)
    selection = classifier.selection
    made = classifier.classify(params.classification)
    segment = made.borne(params.segment)
    group = made.members(segment)
    given = survey.answers(dataset, selection.as_of)
    out = not_to_invite(dataset, selection, given, params.months)
    able = ~np.any([who[group] for who in out.values()], axis=0)
    key = f"interviews/{params.campaign}/{write_pick(params.classification, segment)}"
    by = classifier.classify(params.strata)
    strata, customers = invite(dataset, selection, group, able, by, key, params.n, params.least, params.reserve)
    heard = only(given, group)
    marks = attribute_marks(dataset, selection.as_of)
    respondents, said = beside_the_rest(dataset, heard, group, marks, selection.as_of)
    people, firms = people_and_firms(dataset.attributes(), classifier.shown)
    inside = [len(np.intersect1d(group, some, assume_unique=True)) for some in (people, firms)]
    audience = params.audience if params.audience != "auto" else "firm" if inside[1] > inside[0] else "person"
    kind = firms if audience == "firm" else people
    own, rest = _of_kind(group, kind)
    traits = _telling(dataset, classifier, own, rest, params.classification)
    heard_of_kind = answers_of(only(given, own))
    known = Known(audience, heard_of_kind, said, traits, unknown_of(marks, own), choices_of(only(given, kind)))
    return InterviewsResult(
        guide=guide(known),
        strata=strata,
        customers=customers,
        left_out=pd.DataFrame({"reason": list(out), "customers": [int(who[group].sum()) for who in out.values()]}),
        respondents=respondents,
        said=said,
        words=in_their_words(heard, group),
        segments=pd.DataFrame({"segment": list(made.labels), "customers": made.sizes()}).query("customers > 0"),
        classification=params.classification,
        segment=segment,
        audience=audience,
        n=len(group),
        n_respondents=0 if heard is None else int(heard.respondents.sum()),
        needed=answers_needed(params.margin, len(group)),
        margin_of_list=margin_of(int(strata["invited"].sum()), len(group)),
        notices=_notices(params, inside[0], inside[1], strata),
    )


def _telling(
    dataset: Dataset,
    classifier: Classifier,
    own: NDArray[np.int64],
    rest: NDArray[np.int64] | None,
    classification: str,
) -> pd.DataFrame:
    """What sets some customers apart, what tells most first."""
    traits, _ = compare(describe(dataset, classifier.selection), own, rest, formed_by(dataset, classification))
    return traits.assign(weight=weight(traits)).sort_values("weight", ascending=False, kind="stable")


def _of_kind(group: NDArray[np.int64], kind: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64] | None]:
    """Those of a segment whom the guide is for, and their like outside it; None for everybody else where there are none."""
    own = np.intersect1d(group, kind, assume_unique=True)
    rest = np.setdiff1d(kind, group, assume_unique=True)
    return (own, rest) if len(own) and len(rest) else (group, None)


def _notices(params: InterviewsParams, people: int, firms: int, strata: pd.DataFrame) -> tuple[Notice, ...]:
    found = []
    if params.audience == "auto" and min(people, firms) >= max(_MIXED * (people + firms), 1):
        found.append(Notice.of("mixed_audience", people=people, firms=firms))
    invited = int(strata["invited"].sum())
    if invited < params.n:
        found.append(Notice.of("fewer_to_invite", invited=invited, wanted=params.n))
    short = int((strata["invited"] < np.minimum(params.least, strata["able"])).sum())
    if short:
        found.append(Notice.of("strata_below_least", strata=short, least=params.least))
    return tuple(found)
