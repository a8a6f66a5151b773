"""The journey's tables: conversions by group, buyers next time, the rules of reading, and what is said at each step."""

import pandas as pd
import streamlit as st

from core.analyses.journey import JourneyResult
from core.classifications import available
from core.journey.funnel import OVERALL
from core.journey.steps import STEPS
from core.stats import SMALL_N
from dashboard import classes, share, terms
from dashboard.controls import choose, setting
from dashboard.layout import plain
from dashboard.topics import journey
from dashboard.topics.journey import days, label, people, step
from dashboard.view import View
from dashboard.words import NOTHING, _, number, percent, signed_number

MOST_SAID = 3


def marked(share: float, claim: bool, difference: float, n: float) -> str:
    """A share with an arrow where it differs from the others beyond chance; in brackets for few people."""
    if share != share:
        return NOTHING
    text = percent(share) + ("" if not claim else " ▲" if difference > 0 else " ▼")
    return f"({text})" if n < SMALL_N else text


def dimensions(result: JourneyResult) -> dict[str, str]:
    """What the conversions can be broken down by."""
    words = {"channel": _("Channel"), "region": _("Region"), "period": _("When they began")}
    there = list(dict.fromkeys(result.by["dimension"]))
    return {name: words.get(name) or classes.name(name) for name in sorted(there, key=[*words, *there].index)}


def groups(view: View, result: JourneyResult) -> None:
    """Conversions from step to step by group, as a table with its controls."""
    known = dimensions(result)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = choose(view, "by", _("By"), known)
        if chosen == "period":
            setting(view, "period", _("Period"), {"quarter": _("Quarter"), "month": _("Month")})
    rows = result.by[result.by["dimension"] == chosen]
    names = classes.labels(view, chosen, list(dict.fromkeys(rows["label"])))
    table = pd.DataFrame({"group": pd.Series(dtype=str)})
    for place, code in enumerate([*journey.steps_of(result)[:-1], OVERALL]):
        part = rows[rows["step"] == code].set_index("label")
        if not place:
            words = [terms.period(one) if chosen == "period" else label(names.get(one, one)) for one in part.index]
            table = pd.DataFrame({"group": words, "people": part["people"].to_numpy()})
        shown = zip(part["conversion"], part["claim"], part["difference"], part["people"], strict=True)
        table[code] = [marked(*one) for one in shown]
    kinds = st.column_config
    heads = {code: step(code) for code in STEPS} | {OVERALL: _("Buy")}
    config = {
        "group": kinds.TextColumn(known[chosen], pinned=True),
        "people": kinds.NumberColumn(_("People"), format="localized"),
        **{code: kinds.TextColumn(heads[code]) for code in table if code in heads},
    }
    st.dataframe(
        table,
        hide_index=True,
        column_config=config,
        height=min(380, 35 * (len(table) + 1) + 3),
        key=f"{view.key}/groups",
        placeholder="",
        alt=_("Share that goes on by group and step"),
    )


def restrict(view: View) -> None:
    """Leave out of the link what these data can't be broken down by; before the settings are first asked for."""
    if share.take_one("breakdown"):
        view.restrict("breakdown", available(view.data))


def breakdown_control(view: View) -> None:
    """What buyers are broken down by."""
    names = {"": _("no classes"), **{code: classes.name(code) for code in available(view.data) if code != "step"}}
    setting(
        view,
        "breakdown",
        _("Buyers by"),
        names,
        help=_("Adds buyers’ next climbs by what they are to the table of groups."),
    )


def again(result: JourneyResult) -> pd.DataFrame:
    """Step by step, the share that goes on the first time and after a purchase."""
    rows = []
    for one in result.again.itertuples():
        if one.step == STEPS[-1]:
            continue
        words = _("To the purchase") if one.step == OVERALL else _("From {step}").format(step=step(one.step))
        change = signed_number(100 * one.difference) if one.claim else _("no clear difference")
        rows.append((words, percent(one.others), percent(one.conversion), change))
    return pd.DataFrame(rows, columns=["", _("First time"), _("After a purchase"), _("Difference")]).set_index("")


def again_words(result: JourneyResult) -> str:
    """How many buyers were in touch again."""
    return _("{n} of {buyers} who have bought were in touch after it; differences in points").format(
        n=number(result.climbing_again), buyers=people(result.buyers)
    )


def rules(result: JourneyResult) -> list[str]:
    """How the touchpoints were read, a sentence a rule, with its numbers."""
    rows = result.rules[result.rules["rule"] != "same_day"].rename(columns={"count": "n"})
    words = {
        "from_orders": _(
            "{n} of {of} purchases ({share}) are orders. An order counts at the end of its day; of several on one day the first."
        ),
        "entered_above": _(
            "{n} of {of} climbs ({share}) begin above the lowest step: the steps below count as passed on that day."
        ),
        "skipped": _(
            "{n} of {of} ({share}) leave out a step further up: it counts as passed when the next one is reached."
        ),
        "back": _("{n} of {of} ({share}) step back at some time: that takes nothing away."),
        "ignored": _("{n} of {of} touchpoints ({share}) are of a kind that is no step."),
        "unknown": _("{n} of {of} ({share}) have a name that nothing says anything of, and are left out."),
    }
    said = [
        words[one.rule].format(n=number(one.n), of=number(one.of), share=percent(one.share))
        for one in rows.itertuples()
        if one.n
    ]
    lost = _("Who was silent for more than {days} is lost, or back on the first step; until then still on the way.")
    return [lost.format(days=days(result.days)), *said]


def topics() -> dict[str, str]:
    """What is heard."""
    return {"attitude": _("How they feel"), "question": _("What they ask"), "pain": _("What hurts")}


def voices(result: JourneyResult, topic: str) -> list[tuple[str, str]]:
    """Step and what is said most there, of one topic; an arrow where that is more than elsewhere beyond chance."""
    rows = result.voices[(result.voices["topic"] == topic) & (result.voices["people"] > 0)]
    told = []
    for code in journey.steps_of(result):
        here = rows[rows["step"] == code].sort_values(["people", "answer"], ascending=[False, True])
        enough = here[here["n"] >= SMALL_N].head(MOST_SAID)
        said = [
            f"{one.answer} {percent(one.share, 0)}" + (" ▲" if one.claim and one.share > one.rest_share else "")
            for one in enough.itertuples()
        ]
        if said:
            told.append((step(code), " · ".join(said)))
    return told


def draw_voices(result: JourneyResult) -> None:
    """What is said at each step, or what to give for it."""
    drawn = False
    for topic, title in topics().items():
        if told := voices(result, topic):
            drawn = True
            lines = "\n".join(f"- **{plain(where)}** {plain(said)}" for where, said in told)
            st.markdown(f"{plain(title)}\n{lines}")
    if not drawn:
        st.markdown(
            _(
                "Nothing is known of it. Give a survey with questions such as *pain*, *asked* or *feeling*, or such columns in the "
                "table of contacts."
            )
        )
