"""Who answered a survey beside everybody who could have, and what they said beside what they did."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.history import MISSING
from core.personas.behaviour import Behaviour
from core.stats import SMALL_N, normal_quantile, two_sided_p, wilson
from core.survey import Survey
from core.traits import CLAIM_LEVEL, benjamini_hochberg, mean_traits, share_traits

SAID_COLUMNS = ("question", "said", "n", "did", "low", "high", "of")
# Discounts on goods at least so large on average are "mostly at a discount", at most so large "never".
_MOSTLY, _NEVER = 0.10, 0.005
_AGAIN_DAYS = 180


def over_represented(survey: Survey, behaviour: Behaviour, attributes: pd.DataFrame) -> pd.DataFrame:
    """How those who answered differ from those who did not.

    Parameters
    ----------
    survey : Survey
    behaviour : Behaviour
        Of everybody who bought.
    attributes : pandas.DataFrame of category
        Of the same customers.

    Returns
    -------
    pandas.DataFrame
        The columns of :mod:`core.traits` of the respondents against the others: shares of attributes, means of behaviour, each kind
        with its p adjusted over the kind. Claims first (adjusted p below 0.05 and 30 customers on both sides), each part what sets
        them apart most first.
    """
    answered = survey.respondents[behaviour.customer].astype(np.int64)
    if answered.sum() in (0, len(answered)):
        return share_traits(pd.DataFrame(index=attributes.index), answered, np.zeros(2, dtype=np.int64))
    within = np.zeros(2, dtype=np.int64)
    measures = behaviour.frame[[name for name in _COMPARED if name in behaviour.frame]]
    traits = pd.concat(
        [mean_traits(measures, answered, within), share_traits(attributes, answered, within)], ignore_index=True
    )
    # Without attributes their empty table has columns of no type.
    own = traits[traits["group"] == 1].drop(columns="group").astype(dict.fromkeys(_NUMBERS, np.float64))
    means = own["share"].isna()
    # The interval of a ratio of means is symmetric on the log scale, so it tells the test too.
    with np.errstate(divide="ignore", invalid="ignore"):
        z = normal_quantile() * np.log(own["index"] / 100) / (np.log(own["high"] / own["low"]) / 2)
    own.loc[means, "adjusted_p"] = benjamini_hochberg(two_sided_p(z[means]))
    enough = own[["n", "rest_n"]].min(axis=1) >= SMALL_N
    own["claim"] = (means & enough & (own["adjusted_p"] < CLAIM_LEVEL)) | own["claim"].astype(bool)
    far = np.log(own["index"].clip(lower=1) / 100).abs()
    ranked = np.lexsort((-far, ~own["claim"].to_numpy(dtype=bool)))
    return own.iloc[ranked].reset_index(drop=True)


_NUMBERS = ("share", "rest_share", "index", "low", "high", "adjusted_p")
_COMPARED = ("frequency", "order_value", "value", "recency_days", "tenure_days", "discount_share")


def said_and_did(survey: Survey, dataset: Dataset, behaviour: Behaviour, as_of: int) -> pd.DataFrame:
    """What customers said of themselves beside what their orders show.

    Parameters
    ----------
    survey : Survey
    dataset : Dataset
    behaviour : Behaviour
        Of everybody who bought.
    as_of : int
        Day number.

    Returns
    -------
    pandas.DataFrame
        question, said (their answer), n (who gave it), did (share of them whose orders say the same), low, high (Wilson), of (what
        the orders are asked). Questions: ``usual_channel`` (where most of their orders were made), ``discount_habit`` (mean discount
        from 10 % on is "mostly", up to 0.5 % "never", by the place of the answer in the order never, now and then, mostly),
        ``buy_again`` (a purchase within 180 days of the answer, of those asked so long ago, by high, middle and low answers).
    """
    place = np.full(survey.n_customers, -1)
    place[behaviour.customer] = np.arange(len(behaviour))
    rows = [*_channels(survey, behaviour, place), *_discounts(survey, behaviour, place)]
    rows += _again(survey, dataset, as_of)
    found = pd.DataFrame(rows, columns=["question", "said", "n", "same", "of"])
    low, high = wilson(found["same"], found["n"])
    found = found.assign(did=found["same"] / found["n"].where(found["n"] > 0), low=low, high=high)
    return found.loc[found["n"] >= SMALL_N, list(SAID_COLUMNS)].reset_index(drop=True)


Rows = list[tuple[str, str, int, int, str]]


def _channels(survey: Survey, behaviour: Behaviour, place: NDArray[np.int64]) -> Rows:
    parts = behaviour.parts("channel")
    if "usual_channel" not in survey.questions or not parts:
        return []
    said = survey.labels("usual_channel")
    most = behaviour.frame[list(parts)].to_numpy().argmax(axis=1)
    names = [part.partition("=")[2] for part in parts]
    rows = []
    for code, label in enumerate(said.labels):
        if label in names and label != MISSING:
            who = place[said.codes == code]
            did = most[who[who >= 0]] == names.index(label)
            rows.append(("usual_channel", label, len(did), int(did.sum()), "most_orders"))
    return rows


def _discounts(survey: Survey, behaviour: Behaviour, place: NDArray[np.int64]) -> Rows:
    if "discount_habit" not in survey.questions or "discount_share" not in behaviour.frame:
        return []
    said = survey.labels("discount_habit")
    share = behaviour.frame["discount_share"].to_numpy(dtype=np.float64)
    does = {"never": share <= _NEVER, "now and then": (share > _NEVER) & (share < _MOSTLY), "mostly": share >= _MOSTLY}
    rows = []
    for code, label in enumerate(said.labels):
        if label in does:
            who = place[said.codes == code]
            who = who[who >= 0]
            who = who[~np.isnan(share[who])]
            rows.append(("discount_habit", label, len(who), int(does[label][who].sum()), "mean_discount"))
    return rows


def _again(survey: Survey, dataset: Dataset, as_of: int) -> Rows:
    scale = survey.scale(("recommend", "buy_again", "try_other"))
    if "buy_again" not in survey.questions or scale is None:
        return []
    own = survey.answers[(survey.answers["question"] == "buy_again") & (survey.answers["customer"] >= 0)]
    own = own.assign(value=pd.to_numeric(own["answer"], errors="coerce")).dropna(subset="value")
    own = own[(own["day"] >= 0) & (own["day"] <= as_of - _AGAIN_DAYS)].drop_duplicates("customer", keep="last")
    if own.empty:
        return []
    part = (own["value"].to_numpy() - scale[0]) / (scale[1] - scale[0])
    bought = _bought_after(dataset, own["customer"].to_numpy(), own["day"].to_numpy())
    # As with the net promoter score: the top fifth of the scale is high, the lower three fifths are low.
    bands = {"high": part >= 0.85, "middle": (part >= 0.65) & (part < 0.85), "low": part < 0.65}
    return [
        ("buy_again", name, int(chosen.sum()), int(bought[chosen].sum()), "bought_within_180_days")
        for name, chosen in bands.items()
    ]


def _bought_after(dataset: Dataset, customers: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each customer bought within 180 days after a day."""
    history = dataset.history
    asked = np.full(history.n_customers, -1, dtype=np.int64)
    asked[customers] = days
    since = history.day[: history.n_identified].astype(np.int64) - asked[history.owner]
    inside = history.purchase[: history.n_identified] & (asked[history.owner] >= 0) & (since > 0)
    inside &= since <= _AGAIN_DAYS
    found = np.zeros(history.n_customers, dtype=np.bool_)
    found[history.owner[inside]] = True
    return found[customers]
