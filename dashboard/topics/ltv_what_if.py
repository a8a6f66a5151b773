"""What lifetime value would be if customers stayed longer, bought oftener, or spent more: the question, and the answer."""

from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from core import classifications, first_orders
from core.analyses._ltv_what_if import LEVERS, MOST_PERCENT
from core.analyses.ltv import Effect, Lever, LtvResult, WhatIf
from core.classification import Classification
from core.errors import BadParameterError
from dashboard import classes, layout, share, terms
from dashboard.charts import intervals
from dashboard.charts.marks import hover
from dashboard.controls import choose
from dashboard.topics import breakdown
from dashboard.view import View
from dashboard.words import _, money, money_range, number, percent, signed_money

OF, SEGMENT, LEVER, PERCENT = "of", "segment", "lever", "percent"
EVERYBODY = "everybody"
FIRST = "first:"
DEFAULT = 10.0
# A change of value by less than this share is next to nothing.
NOTHING_TO_GAIN = 1e-4


@dataclass(frozen=True)
class Question:
    """Whose lever moves, and by how many percent."""

    classification: Classification | None
    segment: str
    name: str
    lever: Lever
    percent: float


def ask(view: View, result: LtvResult) -> Question:
    """The controls, all in the link."""
    made, segment, name = _whom(view, result)
    with st.container(horizontal=True, vertical_alignment="center"):
        lever = choose(view, LEVER, _("What changes"), _levers())
        return Question(made, segment, name, lever, _percent(view))  # type: ignore[arg-type]


def _levers() -> dict[str, str]:
    words = {"retention": _("retention"), "order_value": _("order value"), "frequency": _("frequency")}
    return {lever: words[lever] for lever in LEVERS}


def _whom(view: View, result: LtvResult) -> tuple[Classification | None, str, str]:
    """The segment, with its name in words; None for everybody."""
    known = {EVERYBODY: _("everybody in view"), "tier": classes.name("tier")}
    known |= {FIRST + name: breakdown.name(name) for name in first_orders.available(view.data)}
    known |= {name: classes.name(name) for name in classifications.available(view.data) if name != "tier"}
    with st.container(horizontal=True, vertical_alignment="center"):
        of = choose(view, OF, _("Whose"), known, form="list")
        made = None
        if of != EVERYBODY:
            try:
                made = _made(view, result, of)
            except BadParameterError as error:
                layout.grey(f"{error}")
        if made is None or not made.sizes().any():
            # Chosen again, the same segment comes back.
            share.take(SEGMENT)
            return None, "", _("everybody in view")
        plain = of.removeprefix(FIRST)
        held = [label for label, size in zip(made.labels, made.sizes(), strict=True) if size]
        names = classes.labels(view, plain, held)
        segment = choose(view, SEGMENT, _("Segment"), names, form="list")
    return made, segment, names[segment]


def _made(view: View, result: LtvResult, of: str) -> Classification:
    if of == "tier":
        return result.classification(view.data.history.n_customers)
    if of.startswith(FIRST):
        return first_orders.first_labels(view.data, of.removeprefix(FIRST))
    if of == "persona":
        # These take long, and may have been made for another page.
        made: Classification = view.result("personas").classification()
        return made
    return classifications.classify(view.data, view.filters, of)


def _percent(view: View) -> float:
    """By how much: the reader's, else 10 %."""
    given = share.take_one(PERCENT)
    try:
        value = float(given) if given else DEFAULT
    except ValueError:
        value = float("nan")
    if not -MOST_PERCENT <= value <= MOST_PERCENT:
        share.drop(PERCENT, [given], _("The link’s {key}={value} is no per cent between -90 and 90. It was left out."))
        value = DEFAULT
    bound = share.bound(PERCENT, value, lambda picked: () if picked in (None, DEFAULT) else (f"{picked:g}",), view.key)
    st.number_input(
        _("By how many per cent"),
        min_value=-MOST_PERCENT,
        max_value=MOST_PERCENT,
        step=1.0,
        format="%g",
        label_visibility="collapsed",
        width=110,
        **bound,
    )
    return value


def answer(view: View, result: LtvResult, asked: Question) -> None:
    """What the lever would change, beside what the others would."""
    found = {lever: result.what_if(asked.classification, asked.segment, lever, asked.percent) for lever in LEVERS}
    chosen = found[asked.lever]
    if chosen is None:
        layout.grey(_("There is no forecast for these customers."))
        return
    st.markdown(layout.plain(sentence(view, asked, chosen)))
    layout.chart(view, figure(view, asked, {lever: one for lever, one in found.items() if one is not None}), "what_if")
    layout.grey(
        _("Intervals are those of the model’s parameters; whether the lever can be moved, no model tells. {n}.").format(
            n=terms.customers(chosen.customers)
        )
    )


def sentence(view: View, asked: Question, found: WhatIf) -> str:
    """The answer in words."""
    if asked.lever == "retention" and abs(found.ltv.change) < NOTHING_TO_GAIN * found.ltv.before:
        return _("The fitted model sees next to nobody leave for good, so that retention changes next to nothing.")
    changed = {
        "retention": _("{percent} fewer of them drop out"),
        "order_value": _("their orders are {percent} larger"),
        "frequency": _("they buy {percent} oftener"),
    }
    fallen = {
        "retention": _("{percent} more of them drop out"),
        "order_value": _("their orders are {percent} smaller"),
        "frequency": _("they buy {percent} less often"),
    }
    lead = (changed if asked.percent >= 0 else fallen)[asked.lever].format(percent=percent(abs(asked.percent) / 100, 0))
    words = _("If {lead}, their value to come rises by {ltv} and next year’s net revenue by {revenue}.")
    if asked.percent < 0:
        words = _("If {lead}, their value to come falls by {ltv} and next year’s net revenue by {revenue}.")
    return words.format(lead=lead, ltv=_change(view, found.ltv), revenue=_change(view, found.revenue))


def _change(view: View, effect: Effect) -> str:
    """How far a total moves, whichever way."""
    turned = (effect.low, effect.high) if effect.change >= 0 else (-effect.high, -effect.low)
    return _("{change}, {share} (95 %: {span})").format(
        change=money(abs(effect.change), view.currency),
        share=percent(abs(effect.change) / effect.before if effect.before else float("nan")),
        span=money_range(*turned, view.currency),
    )


def figure(view: View, asked: Question, found: dict[str, WhatIf]) -> go.Figure:
    """The change of value to come by each lever, the same per cent of each."""
    words = _levers()
    drawn = [
        intervals.Ranged(
            key=lever,
            label=words[lever],
            value=one.ltv.change,
            low=one.ltv.low,
            high=one.ltv.high,
            text=signed_money(one.ltv.change, view.currency),
            colour=view.theme.accent if lever == asked.lever else view.theme.categorical["grey"],
            hover=hover(
                words[lever],
                (_("Value to come"), _change(view, one.ltv)),
                (_("Next year’s net revenue"), _change(view, one.revenue)),
                (_("Customers"), number(one.customers)),
            ),
        )
        for lever, one in found.items()
    ]
    alt = _("Change of value to come by lever: {list}").format(
        list=", ".join(f"{bar.label} {bar.text}" for bar in drawn)
    )
    return intervals.bars(view.theme, drawn, alt=alt)
