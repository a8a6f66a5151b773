"""Deals: the finding in words, the figures, grades, price, cycle and pipeline as charts."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analyses.deals import FEWEST, DealsResult
from core.deals.grades import GRADES
from core.deals.totals import TRAPPED
from core.filters import DIMENSIONS
from dashboard import layout
from dashboard.charts import bars, quadrants
from dashboard.charts.marks import hover
from dashboard.topics import deals_words as said
from dashboard.topics.deals_words import days
from dashboard.view import View
from dashboard.words import EN_DASH, _, day, money, ngettext, number, percent, percent_range

# Points that a chart can show apart.
MOST_POINTS = 2000
SMALL_PIECE = 0.02


def of(result: DealsResult, grade: str) -> pd.Series:
    """The row of a grade, or of B and C together."""
    return result.grades.set_index("grade").loc[grade]


def title(result: DealsResult) -> str:
    """The finding: the share of the effort that B and C take."""
    if not result.enough:
        text = ngettext(
            "{n} closed deal is too few to grade: {needed} are needed",
            "{n} closed deals are too few to grade: {needed} are needed",
            result.closed,
        )  # fmt: skip
        return text.format(n=number(result.closed), needed=FEWEST)
    trap, best = of(result, TRAPPED), of(result, "A")
    if trap["effort_share"] == trap["effort_share"]:
        span = percent_range(trap["effort_low"], trap["effort_high"], 0)
        if trap["revenue_share"] == trap["revenue_share"]:
            return _("Deals graded B and C take {effort} of the effort and bring {revenue} of the revenue").format(
                effort=span, revenue=percent(trap["revenue_share"], 0)
            )
        return _("Deals graded B and C take {effort} of the effort").format(effort=span)
    return _("{share} of closed deals are A’s").format(share=percent_range(best["low"], best["high"], 0))


def more(view: View, result: DealsResult) -> list[str]:
    """Pieces of the grey line: n, dates, filter, measure."""
    filters = view.filters
    count = _("n\u00a0=\u00a0{deals}, {closed} closed").format(
        deals=said.deals(result.shown), closed=number(result.closed)
    )
    dates = (
        f"{day(filters.first)} {EN_DASH} {day(result.as_of)}"
        if filters.first
        else _("to {day}").format(day=day(result.as_of))
    )
    chosen = [", ".join(filters.choices(name)) for name in DIMENSIONS if filters.choices(name)]
    measured = _("measured within the filter") if filters.classes == "filter" else _("measured by all closed deals")
    return [count, dates, *(chosen or [_("no filter")]), measured]


def figures(result: DealsResult) -> list[layout.Figure]:
    """The four figures."""
    best, trap = of(result, "A"), of(result, TRAPPED)
    every, rest = (result.conversion.iloc[place] for place in (0, 1))
    span = _("95 %: {span}").format
    known = trap["effort_share"] == trap["effort_share"]
    told = _(
        "Mean of their shares of all days, all contacts and all changes on closed deals, as far as told; weights in the "
        "settings."
    )
    return [
        layout.Figure(
            _("A deals"),
            number(best["deals"]),
            span(span=percent_range(best["low"], best["high"], 0)),
            _("of closed deals"),
            help=said.definition("A"),
        ),
        layout.Figure(
            _("Effort on B and C"),
            percent(trap["effort_share"], 0),
            span(span=percent_range(trap["effort_low"], trap["effort_high"], 0)) if known else "",
            help=told,
        ),
        layout.Figure(
            _("Win rate"),
            percent(every["conversion"], 0),
            span(span=percent_range(every["low"], every["high"], 0)),
            help=_("Won ÷ closed deals. Interval: Wilson."),
        ),
        layout.Figure(
            _("Cycle"),
            days(every["median_days"]),
            _("{days} without B and C").format(days=days(rest["median_days"])),
            help=_("Median days from opening to closing, of closed deals."),
        ),
    ]


def untold(result: DealsResult) -> str:
    """What the data lack, and what can't be told for it."""
    lacks = {
        "kind": _("No reasons are given: D and X can’t be told, and what was lost early is not gradable."),
        "contacts": _("No contacts or questions are counted."),
        "changes": _("No changes are counted."),
        "margin": _("No margins: a sale at a loss can’t be told."),
        "discount_share": _("No discounts."),
    }
    return " ".join(words for part, words in lacks.items() if part not in result.told)


def cloud(view: View, result: DealsResult, selected: str | None) -> go.Figure:
    """Terms against effort, a point a closed deal; of many an even part of each grade."""
    names, colours = said.grades(), said.colours(view.theme)
    closed = result.deals[(result.deals["grade"] != "open") & result.deals[["effort", "terms"]].notna().all(axis=1)]
    drawn = (
        closed.iloc[np.unique(np.linspace(0, max(len(closed) - 1, 0), MOST_POINTS).astype(int))]
        if len(closed)
        else closed
    )
    clouds = []
    for grade in (one for one in GRADES if (drawn["grade"] == one).any()):
        part = drawn[drawn["grade"] == grade]
        texts = [
            hover(
                f"{row.deal_id}: {names[grade]}",
                (_("Effort"), percent(row.effort, 0)),
                (_("Terms"), percent(row.terms, 0)),
                (_("Amount"), money(row.amount, view.currency)),
                note=said.why(row.why),
            )
            for row in part.itertuples()
        ]
        clouds.append(
            quadrants.Cloud(grade, names[grade], colours[grade], part["effort"].tolist(), part["terms"].tolist(), texts)
        )
    return quadrants.quadrants(
        view.theme,
        clouds,
        alt=_("Closed deals by effort and terms, coloured by grade"),
        x_cut=view.params.much_effort / 100,
        y_cut=view.params.good_terms / 100,
        x_title=_("effort: share of closed deals that took less"),
        y_title=_("terms: share that were worse"),
        format=lambda share: percent(share, 0),
        selected=selected,
        height=470,
    )


def cloud_note(result: DealsResult) -> str:
    """How many of the deals are drawn."""
    known = int(result.deals[["effort", "terms"]].notna().all(axis=1)[result.deals["grade"] != "open"].sum())
    told = _("Each point is a closed deal; dotted: where much effort and good terms begin.")
    if known > MOST_POINTS:
        told += " " + _("{n} of {all}, evenly picked.").format(n=number(MOST_POINTS), all=number(known))
    return told


def shares(view: View, result: DealsResult, selected: str | None) -> go.Figure:
    """The grades by count, revenue and effort."""
    names, colours = said.grades(), said.colours(view.theme)
    closed = result.grades[~result.grades["grade"].isin(["open", TRAPPED])]
    measures = {"deal_share": _("deals"), "revenue_share": _("revenue"), "effort_share": _("effort")}
    rows = []
    for column, label in measures.items():
        pieces = [
            bars.Piece(
                row.grade,
                f"{names[row.grade]} {percent(getattr(row, column), 0)}",
                getattr(row, column),
                colours[row.grade],
                hover(
                    names[row.grade],
                    (label, percent(getattr(row, column))),
                    ("n", number(row.deals)),
                    note=said.definition(row.grade),
                ),
            )
            for row in closed.itertuples()
            if getattr(row, column) > 0
        ]
        if pieces:
            rows.append((label, pieces))
    return bars.shares(
        view.theme, rows, alt=_("Grades by their shares of deals, revenue and effort"), selected=selected, thickness=52
    )


def with_and_without(view: View, result: DealsResult) -> pd.DataFrame:
    """Cycle, conversion and mean cheque, with and without B and C."""
    lines = []
    for row, label in zip(result.conversion.itertuples(), (_("all"), _("without B and C")), strict=True):
        lines.append(
            {
                "": label,
                _("Closed"): number(row.closed),
                _("Win rate"): f"{percent(row.conversion, 0)} ({percent_range(row.low, row.high, 0)})",
                _("Days, median"): number(row.median_days),
                _("Mean cheque"): money(row.mean_amount, view.currency),
            }
        )
    return pd.DataFrame(lines).set_index("").T


def again(result: DealsResult) -> str:
    """Who stays: the accounts that won another deal within a year."""
    told = []
    for grade in ("A", "B"):
        row = of(result, grade)
        if row["again_n"] >= FEWEST:
            text = _("Of accounts with a deal graded {grade}, {share} won another within a year (n = {n}).")
            told.append(text.format(grade=grade, share=percent(row["again"], 0), n=number(row["again_n"])))
    return " ".join(told)
