"""What may be said of a group: the rows of its traits that stand, and the sentence of a portrait that each of them backs."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.personas.facets import OF_ORDERS, OF_SCORES, SENTENCES, facet_of, meaning, sentence_of
from core.rules.names import ATTRIBUTE as GIVEN
from core.stats import SMALL_N

COLUMNS = (
    "persona", "sentence", "rank", "facet", "attribute", "value", "meaning", "group", "share", "rest_share", "mean", "rest_mean",
    "index", "low", "high", "n", "rest_n", "adjusted_p",
)  # fmt: skip

BEHAVIOUR, ATTRIBUTE, TIME, SAID = "behaviour", "attribute", "time", "said"
# Rows a sentence, at most; those of one attribute count once where it is told by shares of customers.
_MOST = {
    "what": 3,
    "where": 2,
    "season": 2,
    "time": 2,
    "spends": 1,
    "often": 2,
    "why": 3,
    "range": 1,
    "other": 3,
    "value": 2,
}
_MOST_OTHERS = 4
# Of a whole only parts that are not next to nothing.
_SMALLEST_PART = 0.02
# Means that say the same as another one in the same sentence, or are no news.
_SILENT = ("tenure_days", "gap_variation", "regularity", "value", "usual_channel", "discount_habit")
# A tenth of a difference is not worth a sentence.
_LEAST = np.log(1.1)


def evidence(traits: pd.DataFrame) -> pd.DataFrame:
    """The rows that back the sentences of portraits.

    Parameters
    ----------
    traits : pandas.DataFrame
        persona, group (behaviour, attribute, time or said) and the columns of :mod:`core.traits`.

    Returns
    -------
    pandas.DataFrame
        Columns :data:`COLUMNS`; persona by persona, sentence by sentence, what weighs most first (``rank`` from 1). Only rows of 30
        customers and more on both sides, whose interval of the index leaves out 100, shares of customers only when they stand after
        Benjamini-Hochberg too; of shares only those above the rest's.
    """
    if traits.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    traits = traits.assign(attribute=_as_given(traits))
    # What nobody of the rest has no index; the lower end of its interval stands for it.
    index = traits["index"].where(traits["index"].notna() | (traits["rest_share"] != 0), traits["low"])
    clear = (traits["low"] > 100) | (traits["high"] < 100)
    enough = (traits["n"] >= SMALL_N) & (traits["rest_n"] >= SMALL_N)
    part = traits["share"].notna()
    tested = part & traits["group"].isin((ATTRIBUTE, SAID)) & traits["adjusted_p"].notna()
    more = ~part | ((index > 100) & (traits["share"] >= _SMALLEST_PART))
    stands = clear & enough & more & (~tested | traits["claim"].astype(bool)) & ~traits["attribute"].isin(_SILENT)
    own = traits.assign(strength=np.log(index.clip(lower=1e-9) / 100).abs())[stands].copy()
    if own.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    own = own[own["strength"] >= _LEAST]
    if (own["attribute"] == "month").any():
        own = own[own["attribute"] != "season"]
    names = {name: (facet_of(name), sentence_of(name)) for name in own["attribute"].unique()}
    own["facet"] = own["attribute"].map({name: facet for name, (facet, _) in names.items()})
    own["sentence"] = own["attribute"].map({name: sentence for name, (_, sentence) in names.items()})
    own["meaning"] = [
        meaning(facet, str(value)) if isinstance(value, str) else ""
        for facet, value in zip(own["facet"], own["value"], strict=True)
    ]
    return _ranked(own)[list(COLUMNS)]


def _as_given(traits: pd.DataFrame) -> pd.Series:
    """The names of attributes, told apart from what orders and answers tell under the same name."""
    name, part = traits["attribute"], traits["share"].notna()
    sentence = name.map({one: sentence_of(one) for one in name.unique()})
    others = sentence.isin(OF_ORDERS) | (part & sentence.isin(OF_SCORES)) | (~part & (sentence == "why"))
    return name.mask((traits["group"] == ATTRIBUTE) & others, GIVEN + name.astype(str))


def _ranked(own: pd.DataFrame) -> pd.DataFrame:
    """The strongest rows of each sentence, in the order of the sentences."""
    own["weight"] = own["strength"].where(own["share"].isna(), own["share"] * own["strength"])
    own["place"] = own["sentence"].map({name: at for at, name in enumerate(SENTENCES)})
    own = own.sort_values(["persona", "place", "weight"], ascending=[True, True, False], kind="stable")
    # Of who somebody is, and of what was said, one value an attribute: the one that weighs most.
    single = own["group"].isin((ATTRIBUTE, SAID)) & own["share"].notna()
    again = own.duplicated(["persona", "attribute"]) | (
        own.duplicated(["persona", "facet"]) & (own["facet"] != "other")
    )
    own = own[~(single & again)]
    own["rank"] = own.groupby(["persona", "sentence"], sort=False).cumcount() + 1
    most = own["sentence"].map(_MOST).fillna(_MOST_OTHERS)
    return own[own["rank"] <= most].reset_index(drop=True)


def quotes(
    texts: pd.DataFrame, groups: NDArray[np.integer], codes: list[str], question: str, most: int
) -> pd.DataFrame:
    """What members of each group said in their own words, most often said first, then the newest.

    Parameters
    ----------
    texts : pandas.DataFrame
        customer, day, answer: newest first.
    groups : ndarray of int, shape (customers,)
        Position in ``codes`` of every customer of the history; -1 for none.
    codes : list of str
    question : str
    most : int

    Returns
    -------
    pandas.DataFrame
        persona, question, answer, n (who said just that), day (of the newest).
    """
    known = texts[texts["customer"] >= 0]
    known = known.assign(place=groups[known["customer"].to_numpy(dtype=np.int64)])
    known = known[known["place"] >= 0]
    once = known.drop_duplicates(["place", "answer", "customer"])
    counted = once.groupby(["place", "answer"], sort=False)["day"].agg(n="size", day="max").reset_index()
    counted = counted.sort_values(["place", "n", "day", "answer"], ascending=[True, False, False, True], kind="stable")
    counted = counted.groupby("place", sort=False).head(most)
    names = np.array(codes, dtype=object)
    return pd.DataFrame(
        {
            "persona": names[counted["place"].to_numpy(dtype=np.int64)],
            "question": question,
            "answer": counted["answer"].to_numpy(),
            "n": counted["n"].to_numpy(),
            "day": counted["day"].to_numpy(),
        }
    )
