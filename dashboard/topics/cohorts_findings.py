"""What each chart of retention shows, as its title: never more than its interval allows."""

import pandas as pd

from core.analyses.cohorts import CohortsResult
from core.stats import SMALL_N
from dashboard import terms
from dashboard.topics.cohorts import unit
from dashboard.topics.cohorts_curves import Measure, average_of, write
from dashboard.view import View
from dashboard.words import _, money_range, percent_range


def _began(result: CohortsResult, measure: Measure) -> pd.DataFrame:
    """The first period that tells something, of cohorts of new customers that are large enough and for which it is over."""
    cells = result.triangle
    if any(found.code == "first_cohort_mixed" for found in result.notices):
        cells = cells[cells["cohort"] != cells["cohort"].iloc[0]]
    return cells[(cells["period"] == 1) & cells["complete"] & (cells["size"] >= SMALL_N)].dropna(subset=measure.column)


def triangle(view: View, result: CohortsResult, measure: Measure) -> str:
    """Of the cohorts: how far apart they are after a period."""
    values = _began(result, measure)[measure.column]
    if len(values) < 2:
        return _("Who comes back, by first order")
    low, high = float(values.min()), float(values.max())
    words = {
        "customers": _("{unit}: {span} come back"),
        "revenue": _("{unit}: {span} of the money"),
        "gross": _("{unit}: {span} of the money"),
        "value": _("By {unit}: {span} each"),
    }[measure.key]
    span = percent_range(low, high, 0) if measure.share else money_range(low, high, view.currency)
    text = words.format(unit=unit(result.period, 1), span=span)
    return text[:1].upper() + text[1:]


def average(view: View, result: CohortsResult, measure: Measure) -> str:
    """Of the average: where it begins, and where it has come to."""
    rows = average_of(result, measure)
    rows = rows[rows["eligible"] >= SMALL_N].dropna(subset=measure.column)
    if len(rows) < 2:
        return _("On average")
    first, last = rows.iloc[0], rows.iloc[-1]
    return _("On average {first} in {begin}, {last} in {end}").format(
        first=write(view, measure, first[measure.column]),
        begin=unit(result.period, int(first["period"])),
        last=write(view, measure, last[measure.column]),
        end=unit(result.period, int(last["period"])),
    )


def newest(result: CohortsResult, measure: Measure) -> str:
    """Of the cohorts one by one: whether the newest one begins otherwise than the average."""
    cells = _began(result, measure)
    usual = result.average[result.average["period"] == 1]
    if measure.key != "customers" or len(cells) < 2 or usual.empty:
        return _("Cohort by cohort")
    last, mean = cells.iloc[-1], float(usual["retention"].iloc[0])
    if last["low"] > mean:
        words = _("{cohort} begins above average")
    elif last["high"] < mean:
        words = _("{cohort} begins below average")
    else:
        words = _("{cohort} begins like the rest")
    return words.format(cohort=terms.period(last["cohort"]))


def groups(result: CohortsResult) -> str:
    """Of groups: whether the log-rank test tells them apart."""
    if result.logrank.empty:
        return _("By group")
    whole = result.logrank[result.logrank["group"].isna()].iloc[0]
    return _("The groups differ beyond chance") if whole["stands"] else _("The groups do not clearly differ")
