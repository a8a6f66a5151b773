"""What changed since target segments were chosen: each then and now, as a chart, a table and sentences."""

from typing import Any

import pandas as pd
import streamlit as st

from core.analyses.path import PathResult
from core.path.since import MEASURES
from dashboard import layout
from dashboard.charts import dumbbell
from dashboard.charts.marks import escape, hover
from dashboard.controls import choose
from dashboard.topics import path_words
from dashboard.view import View
from dashboard.words import (
    NBSP,
    NOTHING,
    _,
    day,
    money,
    money_range,
    number,
    number_range,
    percent,
    signed_money,
    signed_number,
    signed_percent,
)

MOST_LETTERS = 26
MONEY, SHARES = ("revenue", "ltv"), ("share", "growth")
Said = dict[str, str]


def draw(view: View, result: PathResult, said: Said) -> None:
    """Each chosen segment then and now."""
    choice = result.state.choice
    if choice is None:
        _say(_("Nothing is chosen yet. Once it is, this step shows what has changed since."))
        return
    if result.picks.empty and choice.as_of > result.as_of:
        told = _("The choice was made on data up to {chosen}; what is shown here ends on {day}, before that.")
        _say(told.format(chosen=day(choice.as_of), day=day(result.as_of)))
        return
    if result.picks.empty:
        _say(
            _(
                "These data end on {day}, and the choice was made on them: there is nothing newer to lay beside it."
            ).format(day=day(result.as_of))
        )
        return
    # A part of the company need not have all of its segments.
    gone = (
        _("{segment} is there no more: choose anew.")
        if result.comparable
        else _("{segment} is not within this filter.")
    )
    for row in result.picks[result.picks["told"] == "gone"].itertuples(index=False):
        _say(gone.format(segment=said[row.key]))
    there = [name for name in MEASURES if _pairs(result, name)]
    if not there:
        layout.grey(_("What was written down then is of the whole company: take the filter off to compare."))
        return
    words = {name: path_words.measure(name) for name in there}
    by = choose(view, "measure", _("Measure"), words, form="list" if view.phone else "pills")
    st.markdown(f"**{layout.plain(finding(result, said, by))}**")
    layout.chart(view, _figure(view, result, said, by), "since", data=result.changes)
    if view.phone:
        st.markdown("\n\n".join(_lines(view, result, said)))
    else:
        st.table(_table(view, result, said), border="horizontal", hide_index=True)
    for sentence in _told(result, said):
        layout.grey(sentence)


def finding(result: PathResult, said: Said, by: str = "", most: int = 2) -> str:
    """What can be claimed of one measure, or of any, the largest change first; or that nothing can."""
    rows = result.changes[result.changes["claim"].astype(bool)]
    rows = rows[rows["measure"] == by] if by else rows[rows["measure"].isin(("customers", "revenue"))]
    rows = rows.assign(part=(rows["change"] / rows["then"].abs()).abs())
    rows = rows.sort_values("part", ascending=False, kind="stable").drop_duplicates("key").head(most)
    since = day(result.state.choice.as_of) if result.state.choice else NOTHING
    if rows.empty and result.changes["low"].isna().all():
        return _("Whether the changes since {day} are chance can’t be told").format(day=since)
    if rows.empty:
        return _("No clear change since {day}").format(day=since)
    told = "; ".join(_clear(row, said) for row in rows.itertuples(index=False))
    return _("Since {day}: {changes}").format(day=since, changes=told)


def _clear(row: Any, said: Said) -> str:
    more = {
        "customers": _("{segment}: {change} more customers"),
        "revenue": _("{segment}: {change} more revenue"),
        "share": _("{segment}: {change} more of all revenue"),
        "ltv": _("{segment}: {change} more ahead from each"),
        "growth": _("{segment}: growth {change} higher"),
    }
    less = {
        "customers": _("{segment}: {change} fewer customers"),
        "revenue": _("{segment}: {change} less revenue"),
        "share": _("{segment}: {change} less of all revenue"),
        "ltv": _("{segment}: {change} less ahead from each"),
        "growth": _("{segment}: growth {change} lower"),
    }
    return (more if row.change > 0 else less)[row.measure].format(segment=said[row.key], change=_plain_change(row))


def _plain_change(row: Any) -> str:
    if row.measure in SHARES:
        return _("{points} points").format(points=number(abs(row.change) * 100, 1))
    return percent(abs(row.change / row.then)) if row.then else number(abs(row.change))


def _pairs(result: PathResult, by: str) -> list[Any]:
    rows = result.changes[(result.changes["measure"] == by) & result.changes["then"].notna()]
    return list(rows[rows["now"].notna()].itertuples(index=False))


def _figure(view: View, result: PathResult, said: Said, by: str) -> Any:
    drawn = [
        dumbbell.Pair(
            row.key,
            _short(said[row.key]),
            row.then,
            row.now,
            row.low,
            row.high,
            _change(view, row),
            "" if row.low != row.low else _range(view, row),
            bool(row.claim),
            hover(
                escape(said[row.key]),
                (_("Then"), _value(view, by, row.then)),
                (_("Now"), _value(view, by, row.now)),
                (_("Change"), _change(view, row)),
                (_("95 %"), "" if row.low != row.low else _range(view, row)),
            ),
        )
        for row in _pairs(result, by)
    ]
    dates = (day(result.state.choice.as_of) if result.state.choice else "", day(result.as_of))
    alt = _("Then and now: {list}").format(
        list=", ".join(f"{one.label} {_value(view, by, one.then)} → {_value(view, by, one.now)}" for one in drawn)
    )
    return dumbbell.dumbbells(
        view.theme, drawn, alt=alt, words=dates, format=lambda tick: _value(view, by, tick), narrow=view.phone
    )


def _short(text: str) -> str:
    return escape(text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…")


def _value(view: View, measure: str, value: float) -> str:
    if measure in MONEY:
        return money(value, view.currency, trim=True)
    return percent(value) if measure in SHARES else number(value)


def _change(view: View, row: Any) -> str:
    if row.measure in SHARES:
        return _("{points} points").format(points=signed_number(row.change * 100, digits=1))
    change = signed_money(row.change, view.currency) if row.measure in MONEY else signed_number(row.change)
    return f"{change} · {signed_percent(row.change / row.then)}" if row.then else change


def _range(view: View, row: Any) -> str:
    if row.measure in SHARES:
        return number_range(row.low * 100, row.high * 100)
    if row.measure in MONEY:
        return money_range(row.low, row.high, view.currency)
    return number_range(row.low, row.high, 0)


# ---- All measures


def _cells(view: View, result: PathResult, key: str) -> dict[str, str]:
    """Then and now of each measure of one segment, with a mark where the change is clear."""
    rows = result.changes[result.changes["key"] == key].set_index("measure")
    found = {}
    for name in MEASURES:
        if name not in rows.index:
            continue
        row = rows.loc[name]
        mark = "" if not row["claim"] else f"{NBSP}▲" if row["change"] > 0 else f"{NBSP}▼"
        found[name] = f"{_value(view, name, row['then'])} →{NBSP}{_value(view, name, row['now'])}{mark}"
    return found


def _table(view: View, result: PathResult, said: Said) -> pd.DataFrame:
    rows = []
    measures = [name for name in MEASURES if name in set(result.changes["measure"])]
    for one in result.picks[result.picks["told"] != "gone"].itertuples(index=False):
        cells = _cells(view, result, one.key)
        told = {path_words.measure(name): cells.get(name, NOTHING) for name in measures}
        moved = {_("Came in"): _count(one.came), _("Left"): _count(one.left)}
        # A table's cells are markdown, too: two dollar signs would make a formula.
        rows.append({name: layout.plain(text) for name, text in ({_("Segment"): said[one.key]} | told | moved).items()})
    return pd.DataFrame(rows)


def _lines(view: View, result: PathResult, said: Said) -> list[str]:
    """The same as a paragraph a segment, for a phone."""
    found = []
    for one in result.picks[result.picks["told"] != "gone"].itertuples(index=False):
        pieces = [f"{path_words.measure(name)} {text}" for name, text in _cells(view, result, one.key).items()]
        if one.came == one.came and one.came is not None:
            pieces.append(_("came in {came}, left {left}").format(came=_count(one.came), left=_count(one.left)))
        found.append(f"**{layout.plain(said[one.key])}.** " + layout.plain("; ".join(pieces)) + ".")
    return found


def _count(n: Any) -> str:
    return NOTHING if n is None or n != n else number(int(n))


def _told(result: PathResult, said: Said) -> list[str]:
    """By what members of then and now are told."""
    told = result.picks.groupby("told")["key"].agg(list)
    found = [_("▲ ▼: clear of chance, after the correction over all of them.")]
    if "cuts" in told:
        found.append(
            _(
                "Both dates by the cuts of the earlier one, so that customers moved and not the cuts; at the other steps segments "
                "are by the cuts of today. Revenue is of twelve months."
            )
        )
    if "written" in told:
        found.append(
            _(
                "{segments}: only what was written down then can be laid beside what is now; who came and who left can’t be told."
            ).format(segments=", ".join(said[key] for key in told["written"]))
        )
    return found


def customers(view: View, result: PathResult, said: Said) -> None:
    """Who came in and who left."""
    if result.moves.empty:
        return
    kinds = {"came": _("came in"), "left": _("left")}
    chosen = {"": _("All"), **{key: said[key] for key in dict.fromkeys(result.moves["key"])}}
    key = choose(view, "list", _("Segment"), chosen, form="list" if view.phone else "pills") if len(chosen) > 2 else ""
    rows = result.moves[result.moves["key"] == key] if key else result.moves
    columns = [
        layout.Column("key", _("Segment"), "text", said),
        layout.Column("move", _("Move"), "text", kinds),
        layout.Column("before", _("Revenue of the year before the choice"), "money"),
        layout.Column("after", _("Revenue of the last year"), "money"),
    ]
    title = _("{n} came in or left").format(n=number(len(rows)))
    layout.customers(view, rows, columns, title, said[key] if key else "")


def _say(text: str) -> None:
    st.markdown(layout.plain(text))
