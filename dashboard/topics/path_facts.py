"""What the data say to the first steps of the path: a sentence or two with n, and a chart where one helps."""

import pandas as pd
import streamlit as st

from core.analyses.path import PathResult
from dashboard import layout, terms
from dashboard.charts import bars
from dashboard.charts.marks import escape, hover
from dashboard.topics import path_chosen, path_market, path_since, profile_words
from dashboard.view import View
from dashboard.words import _, ngettext, number, percent

TOP = 9
MOST_LETTERS = 26


def draw(view: View, result: PathResult, step: str, said: dict[str, str]) -> None:
    """What the data say to a step."""
    first = {
        "criteria": _criteria,
        "customers": _customers,
        "competitors": path_market.draw,
        "differences": _differences,
    }
    if step in first:
        first[step](view, result)
        return
    later = {
        "segments": path_chosen.segments,
        "size": path_chosen.size,
        "choice": path_chosen.choice,
        "brief": path_chosen.brief,
        "again": path_since.draw,
    }
    later[step](view, result, said)


def _say(text: str) -> None:
    st.markdown(layout.plain(text))


def _bars(view: View, drawn: list[bars.Bar], alt: str, key: str, data: pd.DataFrame) -> None:
    figure = bars.ranked(view.theme, drawn, alt=alt, wide=300 if view.phone else 560)
    layout.chart(view, figure, key, data=data)


def _short(text: str) -> str:
    return escape(text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…")


def _criteria(view: View, result: PathResult) -> None:
    table = result.attributes
    divided = len(result.classifications)
    _say(
        _(
            "Customers can be divided in {n} ways by now, and {attributes} attributes and answers are known of some of them."
        ).format(n=number(divided), attributes=number(len(table)))
    )
    if table.empty:
        _say(_("No attribute of customers is given: give a table of customers, or ask them."))
        return
    shown = table.sort_values(["known", "attribute"], ascending=[False, True], kind="stable").head(TOP)
    drawn = [
        bars.Bar(
            row.attribute,
            _short(profile_words.attribute(row.attribute)),
            row.known,
            percent(row.known),
            view.theme.accent,
            sub=terms.customers(row.n),
            hover=hover(
                escape(profile_words.attribute(row.attribute)),
                (_("Known of"), terms.customers(row.n)),
                (_("Values"), number(row.values)),
            ),
        )
        for row in shown.itertuples(index=False)
    ]
    layout.grey(_("Of how many customers it is known; what is known of most comes first."))
    alt = _("Of how many customers each attribute is known: {list}").format(
        list=", ".join(f"{bar.label} {bar.text}" for bar in drawn)
    )
    _bars(view, drawn, alt, "criteria", table)


def _customers(view: View, result: PathResult) -> None:
    counts = result.who.set_index("group")["customers"]
    everybody, recent = int(counts["customers"]), int(counts["recent"])
    potential = int(counts["potential"]) if "potential" in counts else None
    _say(
        _("{customers} are in view; {recent}, {share}, bought in the last twelve months.").format(
            customers=terms.customers(everybody), recent=number(recent), share=percent(recent / everybody)
        )
    )
    if potential:
        _say(
            ngettext(
                "{n} more is known and never ordered: a potential customer.",
                "{n} more are known and never ordered: potential customers.",
                potential,
            ).format(n=number(potential))
        )
    elif potential == 0:
        _say(
            _(
                "Nobody is known who never ordered: give a table of customers with leads in it to see whom you could win."
            )
        )
    rows = [
        ("recent", _("Bought within a year"), recent, view.theme.accent),
        ("silent", _("Longer ago"), everybody - recent, view.theme.muted),
        ("potential", _("Never ordered"), potential or 0, view.theme.muted),
    ]
    rows = rows if potential else rows[:2]
    total = sum(row[2] for row in rows) or 1
    drawn = [bars.Bar(key, label, n, number(n), colour, sub=percent(n / total)) for key, label, n, colour in rows]
    alt = _("Customers by their last order: {list}").format(list=", ".join(f"{one.label} {one.text}" for one in drawn))
    _bars(view, drawn, alt, "customers", result.who)


def _differences(view: View, result: PathResult) -> None:
    path_chosen.whose(view, result)
    tested = result.attributes[result.attributes["p"].notna()]
    clear = tested[tested["claim"].astype(bool)]
    if tested.empty:
        _say(_("There is nothing to compare them by yet: give attributes of customers, or ask them."))
        return
    _say(
        _("{n} of {of} attributes and answers differ between these segments beyond chance.").format(
            n=number(len(clear)), of=number(len(tested))
        )
    )
    if clear.empty:
        return
    layout.grey(_("Cramér’s V: 0 tells nothing about the segment, 1 tells all."))
    drawn = [
        bars.Bar(
            row.attribute,
            _short(profile_words.attribute(row.attribute)),
            row.effect,
            number(row.effect, 2),
            view.theme.accent,
            sub=_("n = {n}").format(n=number(row.n)),
        )
        for row in clear.head(TOP).itertuples(index=False)
    ]
    alt = _("What differs most between the segments: {list}").format(
        list=", ".join(f"{bar.label} {bar.text}" for bar in drawn)
    )
    _bars(view, drawn, alt, "differences", result.attributes)
