"""The builder of rules: the rule as text, its steps, and a form that adds one."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from core.access import Dataset
from core.analyses.own_segments import check_rule
from core.attributes import MOST_VALUES
from core.classifications import classes as class_names
from core.classifications import classify
from core.errors import ClienteleError
from core.features import select
from core.history import MISSING
from core.profiles.contents import contents_of
from core.rules import Every, Rule, Some, Test, parse_rule, steps_of, write_rule
from core.rules.names import AGE, ATTRIBUTE, BOUGHT, MEASURES, OWN_FIELD, askable, resolve
from core.survey import SURVEY, answers
from dashboard import classes, layout, share
from dashboard.topics import profile_words
from dashboard.view import View
from dashboard.words import _

_ROOM = 100


def field_name(code: str) -> str:
    """What a rule can ask, by its full name, in words."""
    known = {
        BOUGHT: _("Category bought"),
        OWN_FIELD: _("Own segment"),
        "revenue": _("Net revenue"),
        "margin": _("Margin"),
    }
    if code in known:
        return known[code]
    if code in MEASURES or code == AGE:
        return profile_words.attribute(code)
    if code.startswith(SURVEY):
        return _("Answer: {question}").format(question=profile_words.attribute(code))
    return classes.name(code)


def edit(view: View, rule: str) -> None:
    """The rule as text; one that can't be used stays as it was typed, with words under it."""
    name, wrong = f"{view.key}/rule", f"{view.key}/rule/wrong"
    if wrong not in st.session_state and st.session_state.get(name) != rule:
        st.session_state[name] = rule

    def picked() -> None:
        # A value may have several spaces in it.
        text = " ".join(st.session_state[name].splitlines()).strip()
        st.session_state.pop(wrong, None)
        try:
            if text:
                check_rule(view.data, text)
        except ClienteleError as error:
            st.session_state[wrong] = str(error)
            return
        put(text)

    example = 'orders >= 3 and (region = North or bought in ("Tea", "Coffee"))'
    help_ = _(
        "Names, =, !=, <, <=, >, >=, in (…), from … to …, is known, and, or, not, brackets; names of several words in quotes."
    )
    st.text_area(
        _("The rule"), key=name, on_change=picked, placeholder=example, help=help_, height=_ROOM, max_chars=2000
    )
    if wrong in st.session_state:
        st.markdown(f":red[:small[{layout.plain(st.session_state[wrong])}]]")


def put(text: str) -> None:
    """Put a rule into the link."""
    share.change({"rule": (text,) if text else ()})


def steps(view: View, rule: str) -> None:
    """The steps, each with a button that takes it out."""
    parsed = _read(rule)
    if parsed is None or not rule:
        return
    parts = steps_of(parsed)
    with st.container(horizontal=True, gap="xsmall"):
        for place, part in enumerate(parts):
            left = parts[:place] + parts[place + 1 :]
            text = write_rule(left[0] if len(left) == 1 else Every(left)) if left else ""
            st.button(
                layout.plain(write_rule(part)),
                icon=":material/close:",
                icon_position="right",
                key=f"{view.key}/out/{place}",
                help=_("Take this step out"),
                on_click=put,
                args=(text,),
            )


def add(view: View, rule: str) -> None:
    """The form that adds a condition: what, how, which, and how it joins the rule."""
    there = class_names(view.data)
    words = {field: field_name(resolve(view.data, field, there)) for field in askable(view.data, there)}
    field = st.selectbox(_("What"), list(words), format_func=words.__getitem__, key=f"{view.key}/field")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        test = _test(view, field)
        if rule:
            joins = {"and": _("and"), "or": _("or"), "not": _("and not")}
            join = st.selectbox(
                _("Joined by"), list(joins), format_func=joins.__getitem__, key=f"{view.key}/join", width=120
            )
        else:
            join = "and"
        st.button(
            _("Add"),
            key=f"{view.key}/add",
            icon=":material/add:",
            disabled=test is None,
            on_click=put,
            args=(_joined(rule, test, join) if test else "",),
        )


def _joined(rule: str, test: Test, join: str) -> str:
    parsed = _read(rule)
    if parsed is None or not rule:
        return write_rule(test)
    if join == "or":
        parts = parsed.of if isinstance(parsed, Some) else (parsed,)
        return write_rule(Some((*parts, test)))
    from core.rules import Not

    more: Rule = Not(test) if join == "not" else test
    return write_rule(Every((*steps_of(parsed), more)))


def _read(rule: str) -> Rule | None:
    try:
        return parse_rule(rule) if rule else None
    except ClienteleError:
        return None


def _test(view: View, field: str) -> Test | None:
    """Widgets for how and which; the condition they make, None while it is not complete."""
    full, key = resolve(view.data, field, class_names(view.data)), f"{view.key}/{field}"
    values = _values(view, full)
    ways: dict[Any, str] = (
        {">=": _("at least"), "<=": _("at most"), "from": _("from … to …")}
        if values is None
        else {"=": _("is one of"), "!=": _("is none of")}
        if values
        else {}
    )
    if full.startswith(SURVEY):
        ways |= {"known": _("was answered"), "unknown": _("was not answered")}
    if not ways:
        return None
    way = st.selectbox(_("How"), list(ways), format_func=ways.__getitem__, key=f"{key}/how", width=160)
    if way in ("known", "unknown"):
        return Test(field, way)
    if values is None:
        return _number_test(field, way, key)
    chosen = st.multiselect(
        _("Which"), list(values), format_func=values.__getitem__, key=f"{key}/which", select_all=False
    )
    return Test(field, way, tuple(chosen)) if chosen else None


def _number_test(field: str, way: Any, key: str) -> Test | None:
    low = st.number_input(_("Number"), value=0.0, key=f"{key}/low", width=150, format="%g")
    if way != "from":
        return Test(field, way, (f"{low:.10g}",))
    high = st.number_input(_("to"), value=0.0, key=f"{key}/high", width=150, format="%g")
    return Test(field, "from", (f"{low:.10g}", f"{high:.10g}")) if high >= low else None


def _values(view: View, full: str) -> Mapping[str, str] | None:
    """What can be chosen, with its words; None for numbers."""
    data = view.data
    if full in MEASURES or full == AGE:
        return None
    if full == BOUGHT:
        inside = contents_of(data, select(data.history, view.filters))
        return {name: name for name in inside.categories}
    if full == OWN_FIELD:
        return {name: name for name in data.own_segments.names}
    if full.startswith(ATTRIBUTE):
        return _attribute_values(data, full.removeprefix(ATTRIBUTE))
    if full.startswith(SURVEY):
        return _answers(data, full.removeprefix(SURVEY))
    if full == "persona":
        # Personas take long to find, and their page has found them.
        return classes.labels(view, full, tuple(view.result("personas").personas["persona"]))
    labels = classify(data, view.filters, full).labels
    return {code: text for code, text in classes.labels(view, full, labels).items() if code != MISSING}


def _answers(data: Dataset, question: str) -> Mapping[str, str] | None:
    survey = answers(data)
    if survey is None or question not in survey.questions or survey.kind(question) == "text":
        return {}
    return None if survey.kind(question) == "score" else {answer: answer for answer in survey.latest(question)[0]}


def _attribute_values(data: Dataset, column: str) -> Mapping[str, str] | None:
    values = data.attributes()[column]
    different = values.dropna().unique()
    if pd.api.types.is_numeric_dtype(values) and len(different) > MOST_VALUES:
        return None
    return {str(value): str(value) for value in sorted(different, key=str)}
