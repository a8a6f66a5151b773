"""A table of deals as it was given, one row a deal or one row a change of stage, to one row a deal with numbers for all it says.

Rules. The last value that is told counts, field by field, in the order of the stages' times. A deal's outcome is what its
outcome's word means, else what the name of its last stage means, else ``open`` without a day of closing. The day of closing is
the one given, else the day on which the last stage began, if that stage is an outcome. What came after the as-of day was not
known then: such rows are left out, and a deal that closed later is open.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.days import EPOCH
from core.deals import words
from core.results import Notice
from core.schema import DEALS

Floats = NDArray[np.float64]
_NUMBERS = ("amount", "margin", "discount", "discount_share", "contacts", "changes")
_TEXTS = ("account_id", "outcome", "reason", "stage", "region", "channel")
_LAST_DAY = 10**6
YEAR = 365


@dataclass(frozen=True, eq=False)
class Deals:
    """One row a deal, by id.

    Parameters
    ----------
    rows : pandas.DataFrame
        deal_id, account_id, opened, closed (day numbers, NaN for none; of open deals never closed), outcome (category of won,
        lost, open, unknown), reason, kind (of the reason; null without one), amount, margin, discount (money units as floats),
        margin_share, discount_share, contacts, changes, region, channel, stage, since (day on which the stage began, else the
        deal), days (of the cycle; of open deals so far), earlier_wins (deals that the account had won before this one was
        opened), again (whether the account won another within a year of this win; null where that year is not over).
    attributes : pandas.DataFrame
        Further columns of the table, row for row.
    stages : pandas.DataFrame
        deal (position in ``rows``), stage, day; every change that is told, in order. Empty without times.
    as_of : int
        Day number.
    meanings : pandas.DataFrame
        Columns :data:`core.deals.words.COLUMNS`, of outcomes and reasons.
    notices : tuple of Notice
        ``unknown_outcomes``, ``repeated_deals``, ``closed_before_opened``.
    """

    rows: pd.DataFrame
    attributes: pd.DataFrame
    stages: pd.DataFrame
    as_of: int
    meanings: pd.DataFrame
    notices: tuple[Notice, ...]


def read(table: pd.DataFrame, last: int | None, outcomes: dict[str, str], reasons: dict[str, str]) -> Deals:
    """Read a table of deals.

    Parameters
    ----------
    table : pandas.DataFrame
        By :data:`core.schema.DEALS`.
    last : int or None
        As-of day; by default the last on which something happened: a deal was opened, changed its stage, was won or lost.
    outcomes, reasons : dict of str to str
        What the reader says that words mean.

    Returns
    -------
    Deals
    """
    given = _numbered(table)
    if last is not None:
        given = given[~(given["stage_day"] > last) & ~(given["opened"] > last)]
    given = given.sort_values(["deal_id", "stage_time"], kind="stable", na_position="first", ignore_index=True)
    deal, ids = pd.factorize(given["deal_id"])
    repeated = len(given) > len(ids)
    rows = given.groupby("deal_id", sort=True).last().reset_index() if repeated else given
    rows = rows.reset_index(drop=True)
    stages = _stages(given, deal)
    first_seen = pd.Series(np.full(len(ids), np.nan))
    if len(stages):
        first_seen = stages.groupby("deal")["day"].min().reindex(range(len(ids)))
    rows["opened"] = (
        given.groupby("deal_id")["opened"].min().reset_index(drop=True) if repeated else rows["opened"]
    ).fillna(first_seen)
    meanings, unknown = _outcomes(rows, outcomes)
    as_of = _as_of(rows, stages) if last is None else last
    later = rows["closed"] > as_of
    rows.loc[later & rows["state"].isin([words.WON, words.LOST]), "state"] = words.OPEN
    rows["expected"] = rows["closed"].where(rows["state"] == words.OPEN)
    rows["closed"] = rows["closed"].where(rows["state"].isin([words.WON, words.LOST]))
    told = _reasons(rows, reasons)
    wrong = _measure(rows, as_of)
    notices = [
        Notice.of("unknown_outcomes", deals=unknown) if unknown else None,
        Notice.of("closed_before_opened", deals=wrong) if wrong else None,
        Notice.of("repeated_deals", rows=len(given) - len(ids)) if repeated and not len(stages) else None,
    ]
    attributes = rows[[name for name in table.columns if name not in DEALS.names]]
    return Deals(
        _columns(rows),
        attributes,
        stages,
        as_of,
        pd.concat([meanings, told], ignore_index=True),
        tuple(one for one in notices if one),
    )


def _numbered(table: pd.DataFrame) -> pd.DataFrame:
    """Dates as day numbers, numbers as floats, every column of the contract there."""
    given = table.copy(deep=False)
    for name in DEALS.names:
        if name not in given:
            given[name] = None
    for name in ("opened", "closed"):
        given[name] = _days(given[name])
    given["stage_time"] = pd.to_datetime(given["stage_time"])
    given["stage_day"] = _days(given["stage_time"])
    for name in _NUMBERS:
        given[name] = pd.to_numeric(given[name]).astype(np.float64)
    for name in _TEXTS:
        given[name] = given[name].astype(object).where(given[name].notna(), None)
    return given


def _days(column: "pd.Series[object]") -> "pd.Series[float]":
    moments = pd.to_datetime(column)
    return (moments.dt.normalize() - pd.Timestamp(EPOCH)).dt.days.astype(np.float64)


def _stages(given: pd.DataFrame, deal: NDArray[np.integer]) -> pd.DataFrame:
    timed = (given["stage_time"].notna() & given["stage"].notna()).to_numpy()
    return pd.DataFrame(
        {"deal": deal[timed], "stage": given["stage"].to_numpy()[timed], "day": given["stage_day"].to_numpy()[timed]}
    )


def _outcomes(rows: pd.DataFrame, edits: dict[str, str]) -> tuple[pd.DataFrame, int]:
    """Set ``state`` and, where only a stage tells it, ``closed``; the words with their meanings,
    and deals whose word is unknown.
    """
    word = rows["outcome"]
    meaning = {text: edits.get(text, words.outcome_of(text)) for text in word.dropna().unique()}
    by_stage = {text: edits.get(text, words.outcome_of(text)) for text in rows["stage"].dropna().unique()}
    last = rows["stage"].map(by_stage).where(rows["stage"].map(by_stage).isin([words.WON, words.LOST]))
    none = pd.Series(np.where(rows["closed"].isna(), words.OPEN, words.UNKNOWN), index=rows.index)
    state = word.map(meaning).astype(object).where(word.notna(), last.where(last.notna(), none))
    not_won = pd.Series(np.where(rows["closed"].isna(), words.OPEN, words.LOST), index=rows.index)
    rows["state"] = state.where(state != words.NOT_WON, not_won)
    rows["closed"] = rows["closed"].where(rows["closed"].notna() | last.isna(), rows["stage_day"])
    known = {text for text in meaning if text in edits or words.outcome_of(text) != words.UNKNOWN}
    return words.meanings_table("outcome", word, meaning, known), int((rows["state"] == words.UNKNOWN).sum())


def _reasons(rows: pd.DataFrame, edits: dict[str, str]) -> pd.DataFrame:
    """Set ``kind``: the kind of the reason of a lost deal; the reasons with their kinds."""
    reason = rows["reason"].where(rows["state"] == words.LOST)
    kinds = {text: edits.get(text, words.reason_of(text)) for text in reason.dropna().unique()}
    rows["kind"] = reason.map(kinds).astype(object)
    known = {text for text in kinds if text in edits or words.reason_of(text) != words.OTHER}
    return words.meanings_table("reason", reason, kinds, known)


def _as_of(rows: pd.DataFrame, stages: pd.DataFrame) -> int:
    over = rows["state"].isin([words.WON, words.LOST])
    days = [rows["opened"].max(), rows["closed"].where(over).max(), stages["day"].max() if len(stages) else np.nan]
    known = [day for day in days if day == day]
    return int(max(known)) if known else 0


def _measure(rows: pd.DataFrame, as_of: int) -> int:
    """Set what follows from the columns; how many deals closed before they were opened."""
    opened, closed = rows["opened"].to_numpy(), rows["closed"].to_numpy()
    end = np.where(np.isnan(closed), np.where(rows["state"] == words.OPEN, as_of, np.nan), closed)
    days = end - opened
    rows["days"] = np.where(days >= 0, days, np.nan)
    amount, margin, discount = (rows[name].to_numpy() for name in ("amount", "margin", "discount"))
    with np.errstate(divide="ignore", invalid="ignore"):
        rows["margin_share"] = np.where(amount > 0, margin / amount, np.nan)
        # The amount is what is left after the discount.
        by_money = np.where(amount + discount > 0, discount / (amount + discount), np.nan)
    rows["discount_share"] = rows["discount_share"].fillna(pd.Series(by_money, index=rows.index))
    rows["since"] = rows["stage_day"].fillna(rows["opened"])
    _earlier_and_later(rows, as_of)
    return int((days < 0).sum())


def _earlier_and_later(rows: pd.DataFrame, as_of: int) -> None:
    """Set ``earlier_wins`` and ``again``: the account's wins before a deal was opened, and within a year after a win."""
    account = pd.factorize(rows["account_id"])[0].astype(np.int64)
    opened, closed = rows["opened"].to_numpy(), rows["closed"].to_numpy()
    won = (rows["state"] == words.WON).to_numpy() & ~np.isnan(closed) & (account >= 0)
    keys = np.sort(account[won] * _LAST_DAY + closed[won].astype(np.int64))

    def before(day: Floats) -> NDArray[np.int64]:
        at = account * _LAST_DAY + np.where(np.isnan(day), 0, day).astype(np.int64)
        return np.searchsorted(keys, at) - np.searchsorted(keys, account * _LAST_DAY)

    told = (account >= 0) & ~np.isnan(opened)
    rows["earlier_wins"] = np.where(told, before(opened), np.nan)
    later = before(closed + YEAR + 1) - before(closed + 1)
    rows["again"] = np.where(won & (closed + YEAR <= as_of), later > 0, np.nan)


def _columns(rows: pd.DataFrame) -> pd.DataFrame:
    names = (
        "deal_id", "account_id", "opened", "closed", "expected", "state", "reason", "kind", "amount", "margin", "discount",
        "margin_share", "discount_share", "contacts", "changes", "region", "channel", "stage", "since", "days",
        "earlier_wins", "again",
    )  # fmt: skip
    found = rows[list(names)].rename(columns={"state": "outcome"})
    found["outcome"] = pd.Categorical(found["outcome"], categories=[words.WON, words.LOST, words.OPEN, words.UNKNOWN])
    return found
