"""Deals graded A, B, C, D and X: which clients to work with and which to decline."""

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.analyses._deals_params import DealsParams
from core.analyses._deals_result import FEWEST, DealsResult
from core.analyses._deals_time import time_tables
from core.days import to_date, to_dates, to_day
from core.deals import committee, criteria, grades, levels, lists, logit, pipeline, price, totals, words
from core.deals.attributes import label_frame, rate_table
from core.deals.clusters import account_codes
from core.deals.table import Deals, read
from core.errors import EmptyViewError, MissingTableError
from core.filters import DIMENSIONS, Filters
from core.history import MISSING
from core.money import SCALE
from core.results import Notice
from core.stats import wilson

__all__ = ["FEWEST", "DealsParams", "DealsResult", "run"]

Flags = NDArray[np.bool_]

_TELLING = ("contacts", "changes", "margin", "discount_share", "kind", "amount", "opened")


def run(dataset: Dataset, filters: Filters, params: DealsParams) -> DealsResult:
    """Grade deals.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
        Region and channel are the deal's own; ``from`` and ``to`` the day on which it was opened (a deal without one is in view
        only when neither is set). As-of is ``to``, else the last day on which something happened to a deal; what came later is
        not known. Deals are measured by all closed deals of the window, or with ``classes="filter"`` by those in view; the model
        of an A is fitted to the same ones.
    params : DealsParams

    Returns
    -------
    DealsResult
        With fewer than 20 closed deals nothing is graded: all tables but ``deals``, ``stages`` and ``words`` are empty.

    Raises
    ------
    MissingTableError
        No deals were given.
    EmptyViewError
        No deal was opened within the filter.
    BadParameterError
        A word is given a meaning that there is not.
    """
    table = dataset.table("deals")
    if table is None:
        raise MissingTableError(
            "there is no table of deals", todo="Import one: a row a deal, or a row a change of its stage."
        )
    edits = {
        key: words.read_edits(key, getattr(params, key), meanings)
        for key, meanings in (
            ("outcomes", words.OUTCOMES),
            ("reasons", words.REASONS),
            ("levels", (*words.LEVELS, words.LEFT_OUT)),
        )
    }
    last = to_day(filters.last) if filters.last else None
    deals = read(table, last, edits["outcomes"], edits["reasons"])
    window, view = _masks(deals.rows, filters)
    if not view.any():
        raise EmptyViewError(
            "no deal was opened within this filter", todo="Widen the dates, or choose more regions or channels."
        )
    base = view if filters.classes == "filter" else window
    closed = deals.rows["outcome"].isin([words.WON, words.LOST]).to_numpy()
    graded = grades.grade(deals.rows, base & closed, params.rules())
    seen = _Seen(dataset, deals, base, view, closed, graded, params, edits["levels"])
    return seen.result() if (view & closed).sum() >= FEWEST else seen.too_few()


def _masks(rows: pd.DataFrame, filters: Filters) -> tuple[Flags, Flags]:
    """Deals of the window, and those of them in view."""
    opened = rows["opened"].to_numpy()
    window = np.ones(len(rows), dtype=bool)
    with np.errstate(invalid="ignore"):
        if filters.first:
            window &= opened >= to_day(filters.first)
        if filters.last:
            window &= opened <= to_day(filters.last)
    view = window.copy()
    for dimension in DIMENSIONS:
        if chosen := filters.choices(dimension):
            view &= rows[dimension].fillna(MISSING).isin(chosen).to_numpy()
    return window, view


@dataclass(frozen=True, eq=False)
class _Seen:
    """Graded deals of one view, table by table."""

    dataset: Dataset
    deals: Deals
    base: Flags
    view: Flags
    closed: Flags
    graded: grades.Graded
    params: DealsParams
    level_edits: dict[str, str]

    def _empty(self) -> DealsResult:
        none = pd.DataFrame()
        frames = [field.name for field in fields(DealsResult) if field.type is pd.DataFrame]
        closed = self.view & self.closed
        told = frozenset(part for part in _TELLING if self.deals.rows.loc[closed, part].notna().any())
        return DealsResult(
            as_of=to_date(self.deals.as_of),
            threshold=price.NONE,
            level_of={},
            told=told,
            closed=int(closed.sum()),
            shown=int(self.view.sum()),
            notices=self.deals.notices,
            **dict.fromkeys(frames, none)
            | {"stages": pipeline.stage_table(self.deals, self.view), "words": self.deals.meanings},
        )

    def too_few(self) -> DealsResult:
        """The deals without grades."""
        table = self._table(None).drop(columns=["effort", "terms"]).assign(grade=None, why="")
        return replace(self._empty(), deals=table, notices=(*self.deals.notices, self._lack()))

    def _lack(self) -> Notice:
        return Notice.of("too_few_closed", closed=int((self.view & self.closed).sum()), needed=FEWEST)

    def result(self) -> DealsResult:
        """All tables."""
        rows, view = self.deals.rows, self.view
        account = account_codes(rows["account_id"].to_numpy())
        shown = rows[view]
        grade = self.graded.grade[view]
        weights = dict(self.params.rules().weights)
        closed = view & self.closed
        priced = closed & rows["amount"].notna().to_numpy()
        amount, won = rows["amount"].to_numpy()[priced], (rows["outcome"] == words.WON).to_numpy()
        found = replace(
            self._empty(),
            grades=totals.grade_table(shown, grade, account[view], weights),
            conversion=totals.conversion_table(shown, grade, account[view]),
            price=price.price_table(amount, won[priced]),
            threshold=price.threshold(amount, won[priced], account[priced]),
        )
        return self._with_model(found, account)

    def _with_model(self, found: DealsResult, account: NDArray[np.int64]) -> DealsResult:
        rows, view = self.deals.rows, self.view
        labels = self._labels()
        is_a = self.graded.grade == grades.GRADES.index("A")
        won = (rows["outcome"] == words.WON).to_numpy()
        # A won deal that can't be graded may be an A; one that was lost is none.
        telling = self.closed & ~(won & (self.graded.grade == grades.GRADES.index("not_gradable")))
        at, seen = self.base & telling, view & telling
        model = logit.model(labels[at], is_a[at], account[at], rows["opened"].to_numpy()[at])
        of_level = levels.level_map([str(one) for one in labels], self.level_edits)
        listed = self._open(labels, model, at & is_a, at & ~is_a)
        by = labels[self.params.by][view] if self.params.by in labels else None
        time, cycle, differences = time_tables(rows[view], by)
        masks = (mask[view] for mask in (self.closed, won, telling, is_a))
        return replace(
            found,
            deals=self._table(listed),
            time=time,
            cycle=cycle,
            differences=differences,
            attributes=rate_table(labels, {"won": (view & self.closed, won), "A": (seen, is_a)}),
            criteria=criteria.criteria_table(labels[seen], is_a[seen], account[seen]),
            open=listed,
            say_no=lists.say_no_table(listed),
            waiting=lists.waiting_table(listed, rows["days"].to_numpy()[view & is_a]),
            model=_checks(model),
            calibration=_calibration(model),
            levels=levels.level_table(labels[at], is_a[at], account[at], of_level),
            level_of=of_level,
            committee=committee.committee_table(self.deals.attributes[view].reset_index(drop=True), *masks),
            notices=(*found.notices, *_model_notices(model, int(is_a[at].sum()))),
        )

    def _labels(self) -> pd.DataFrame:
        # Roles and motives are several a deal; they have a table of their own.
        of_committee = set(committee.columns_of(self.deals.attributes).values())
        return label_frame(self.deals, self._accounts(), (*self.params.leave_out.split("|"), *of_committee))

    def _open(self, labels: pd.DataFrame, model: logit.Model | None, is_a: Flags, others: Flags) -> pd.DataFrame:
        rows, view = self.deals.rows, self.view
        rules, days = self.params.rules(), rows["days"].to_numpy()
        open_ = view & (rows["outcome"] == words.OPEN).to_numpy()
        effort = self.graded.scores["effort"].to_numpy()
        with np.errstate(invalid="ignore"):
            lost_a = (effort > rules.much_effort) | (rows["changes"].to_numpy() > rules.most_changes)
        won = self.base & (rows["outcome"] == words.WON).to_numpy()
        past = lists.Past(rules.much_effort, days[won], days[is_a], days[others])
        return lists.open_table(rows[open_], labels[open_], effort[open_], lost_a[open_], model, past, self.deals.as_of)

    def _accounts(self) -> pd.DataFrame:
        """Attributes of the customers that the deals' accounts are, a row a deal."""
        accounts = self.deals.rows["account_id"]
        known = [str(one) for one in accounts.dropna().unique()]
        codes = self.dataset.customer_codes(known)
        if not len(codes):
            return pd.DataFrame(index=self.deals.rows.index)
        of_customers = self.dataset.attributes().iloc[codes]
        of_customers.index = pd.Index(self.dataset.customer_ids(codes))
        return of_customers.reindex(accounts.to_numpy()).set_axis(self.deals.rows.index)

    def _table(self, listed: pd.DataFrame | None) -> pd.DataFrame:
        """The deals in view, by grade, then best terms and least effort first."""
        view = self.view
        rows = self.deals.rows[view]
        scores = self.graded.scores[view]
        table = pd.DataFrame(
            {
                "deal_id": rows["deal_id"], "account": rows["account_id"], "opened": _dates(rows["opened"]),
                "closed": _dates(rows["closed"]), "outcome": rows["outcome"].astype(str),
                "grade": pd.Categorical.from_codes(self.graded.grade[view], list(grades.GRADES)), "why": self.graded.why[view],
                "effort": scores["effort"], "terms": scores["terms"], "amount": rows["amount"] / SCALE,
                **{part: rows[part] for part in ("margin_share", "discount_share", "days", "contacts", "changes",
                "reason", "stage", "region", "channel")},
            }
        )  # fmt: skip
        if listed is not None:
            chances = listed.set_index("deal_id")[["p_a", "low", "high"]].reindex(table["deal_id"])
            table = table.assign(**{part: chances[part].to_numpy() for part in chances})
        ranked = table.assign(
            place=table["grade"].cat.codes, worth=-scores["terms"].fillna(-1), spent=scores["effort"].fillna(2)
        )
        ranked = ranked.sort_values(["place", "worth", "spent", "deal_id"], ignore_index=True)
        return ranked.drop(columns=["place", "worth", "spent"])


def _dates(days: "pd.Series[float]") -> "pd.Series[pd.Timestamp]":
    known = days.notna()
    found = pd.Series(np.full(len(days), np.datetime64("NaT"), dtype="datetime64[s]"), index=days.index)
    found[known] = to_dates(days[known].to_numpy().astype(np.int64))
    return found


def _checks(model: logit.Model | None) -> pd.DataFrame:
    checked = model.checked if model else ()
    return pd.DataFrame(
        [(check, deals, hits, *area) for check, deals, hits, area in checked],
        columns=["check", "deals", "hits", "auc", "low", "high"],
    )


def _calibration(model: logit.Model | None) -> pd.DataFrame:
    if model is None:
        return pd.DataFrame(columns=["group", "deals", "predicted", "hits", "rate", "low", "high"])
    low, high = wilson(model.calibration["hits"], model.calibration["deals"])
    return model.calibration.assign(low=low, high=high)


def _model_notices(model: logit.Model | None, hits: int) -> tuple[Notice, ...]:
    if model is None:
        return (Notice.of("too_few_a_deals", hits=hits, needed=logit.FEWEST),)
    return () if model.tells else (Notice.of("deals_no_better_than_chance"),)
