"""Who brings A deals: criteria in sentences, lifts, levels from the outside in, the buying committee."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analyses.deals import DealsResult
from dashboard.charts import bars
from dashboard.charts.marks import hover
from dashboard.topics import deals_words as said
from dashboard.view import View
from dashboard.words import NOTHING, _, number, number_range, percent, percent_range

RULES, LIFTS = 4, 10
# Ratios are drawn from a tenth to ten times.
REACH, TICKS = (10, 1000), (25, 50, 100, 200, 400)


def sentences(view: View, result: DealsResult) -> list[str]:
    """The criteria that stand, best first: conditions, rate, interval, n."""
    stand = result.criteria[result.criteria["claim"].astype(bool) & (result.criteria["lift"] > 1)].head(RULES)
    text = _("{conditions} → {share} are A’s (95 %: {span}; n = {n}), {lift} times as often as elsewhere.")
    return [
        text.format(
            conditions=said.condition(view, row.rule),
            share=percent(row.rate, 0),
            span=percent_range(row.low, row.high, 0),
            n=number(row.deals),
            lift=number(row.lift, 1),
        )
        for row in stand.itertuples()
    ]


def avoid(view: View, result: DealsResult) -> str:
    """The criterion with the fewest A's, if it stands."""
    stand = result.criteria[result.criteria["claim"].astype(bool) & (result.criteria["lift"] < 1)]
    if stand.empty:
        return ""
    row = stand.iloc[-1]
    text = _("{conditions} → only {share} are A’s (95 %: {span}; n = {n}).")
    return text.format(
        conditions=said.condition(view, row["rule"]),
        share=percent(row["rate"]),
        span=percent_range(row["low"], row["high"]),
        n=number(row["deals"]),
    )


def lifts(view: View, result: DealsResult, target: str) -> go.Figure:
    """The values of attributes that go most with A's, or with wins, against all others."""
    rows = result.attributes[(result.attributes["target"] == target) & result.attributes["claim"].astype(bool)]
    rows = rows[rows["lift"] > 0]
    strongest = (
        rows.assign(far=np.abs(np.log(rows["lift"]))).nlargest(LIFTS, "far").sort_values("lift", ascending=False)
    )
    drawn = []
    for row in strongest.itertuples():
        name = f"{said.attribute(row.attribute)}:{'<br>' if view.phone else ' '}{said.value(view, row.attribute, row.value)}"
        text = hover(
            name,
            (_("A’s") if target == "A" else _("Won"), f"{percent(row.rate)} ({percent_range(row.low, row.high)})"),
            (_("elsewhere"), percent(row.rest_rate)),
            (_("Index"), f"{number(row.lift * 100)} ({number_range(row.lift_low * 100, row.lift_high * 100, 0)})"),
            ("n", number(row.deals)),
        )
        index = min(max(row.lift * 100, REACH[0]), REACH[1])
        drawn.append(
            bars.Index(
                row.attribute, name, index, row.lift_low * 100, row.lift_high * 100, number(row.lift * 100), text
            )
        )
    return bars.indices(
        view.theme,
        drawn,
        alt=_("Where A’s, or wins, are more or less frequent than elsewhere"),
        ticks=TICKS,
        reach=REACH,
    )


def has_lifts(result: DealsResult, target: str) -> bool:
    """Whether any value stands out."""
    rows = result.attributes[result.attributes["target"] == target]
    return bool((rows["claim"].astype(bool) & (rows["lift"] > 0)).any())


def levels(view: View, result: DealsResult) -> go.Figure:
    """How well each level tells A's from others, alone; beside it what it adds to those outside it."""
    known = result.levels[result.levels["auc"].notna()]
    drawn = []
    for row in known.itertuples():
        adds = "" if row.Index == known.index[0] else f"+{number(row.gain * 100)}" if row.claim else ""
        text = hover(
            said.level(row.level),
            (_("Alone"), f"{percent(row.auc, 0)} ({percent_range(row.low, row.high, 0)})"),
            (
                _("With those before it"),
                f"{percent(row.nested_auc, 0)} ({percent_range(row.nested_low, row.nested_high, 0)})",
            ),
            (_("Attributes"), ", ".join(said.attribute(one) for one in row.attributes.split("|"))),
            note=said.level_help(row.level),
        )
        drawn.append(
            bars.Bar(
                row.level,
                said.level(row.level),
                max(row.auc - 0.5, 0),
                percent(row.auc, 0),
                view.theme.accent,
                sub=adds,
                hover=text,
            )
        )
    return bars.ranked(view.theme, drawn, alt=_("How well each level tells A deals from others"))


def untold_levels(result: DealsResult) -> str:
    """Levels of which nothing is known."""
    none = [said.level(one) for one in result.levels.loc[result.levels["attributes"] == "", "level"]]
    return _("Nothing is known of: {levels}.").format(levels=", ".join(none)) if none else ""


def committee(result: DealsResult) -> pd.DataFrame:
    """The roles as a table of texts."""
    rows = [
        {
            _("Role"): row.role,
            _("Deals"): number(row.deals),
            _("Won"): f"{percent(row.win_rate, 0)} ({percent_range(row.low, row.high, 0)})",
            _("Without it"): percent(row.rest_rate, 0),
            _("A’s"): percent(row.hit_rate, 0),
            _("At work it wants"): _motive(row.work_motive, row.work_n, row.motives_n),
            _("For itself"): _motive(row.personal_motive, row.personal_n, row.motives_n),
        }
        for row in result.committee.itertuples()
    ]
    return pd.DataFrame(rows)


def _motive(words: object, n: float, of: float) -> str:
    return f"{words} ({number(n)}/{number(of)})" if isinstance(words, str) else NOTHING


def committee_words(result: DealsResult) -> str:
    """Roles whose presence goes with more wins, or fewer."""
    stand = result.committee[result.committee["claim"].astype(bool)]
    text = _("With “{role}” at the table {share} are won, without {rest}.")
    return " ".join(
        text.format(role=row.role, share=percent(row.win_rate, 0), rest=percent(row.rest_rate, 0))
        for row in stand.itertuples()
    )
