"""The path to target segments: where it stands, its nine steps at a glance, and the card of the chosen one."""

import streamlit as st

from core.analyses.path import PathResult
from core.path.steps import DONE, STALE, STEPS
from dashboard import layout
from dashboard.topics import path_facts, path_kept, path_links, path_since, path_words
from dashboard.view import View
from dashboard.words import NOTHING, _, day, number, percent

Said = dict[str, str]


def states(result: PathResult) -> dict[str, str]:
    """How far each step is."""
    return dict(zip(result.steps["step"], result.steps["state"], strict=True))


def next_step(result: PathResult) -> str:
    """The step to go on with: looking again once its date has come, else the first that is not done, else the last."""
    found = states(result)
    if found["again"] == STALE:
        return "again"
    return next((step for step in STEPS if found[step] not in (DONE, STALE)), STEPS[-1])


def chosen_step(view: View, result: PathResult) -> str:
    """The step that the link names; else the one to go on with."""
    first = next_step(result)
    return view.choice("step", (first, *(step for step in STEPS if step != first)))


# ---- Finding, figures


def title(result: PathResult, said: Said) -> str:
    """Where the path stands."""
    found = states(result)
    done = sum(state in (DONE, STALE) for state in found.values())
    if found["again"] == STALE:
        if result.changes.empty:
            return _("It is time to look again at the choice of segments")
        return _("Time to look again. {finding}").format(finding=path_since.finding(result, said, most=1))
    if done == len(STEPS):
        return _("All nine steps are done; look again on {day}").format(day=day(result.state.look_again))
    question = path_words.question(next_step(result))
    if not done:
        return _("Nine steps to target segments. The first: {question}").format(question=question)
    return _("{n} of {all} steps done. Next: {question}").format(
        n=number(done), all=number(len(STEPS)), question=question
    )


def figures(result: PathResult) -> list[layout.Figure]:
    """The four figures."""
    found = list(states(result).values())
    stale = found.count(STALE)
    again = result.state.look_again
    return [
        layout.Figure(
            _("Steps done"),
            _("{n} of {all}").format(n=number(found.count(DONE) + stale), all=number(len(STEPS))),
            _("{n} to check").format(n=number(stale)) if stale else "",
        ),
        layout.Figure(_("Target segments"), number(len(result.chosen))),
        layout.Figure(
            _("Their customers"),
            number(result.chosen_customers) if result.chosen else NOTHING,
            percent(result.chosen_share) if result.chosen else "",
            _("of revenue so far") if result.chosen else "",
        ),
        layout.Figure(
            _("Look again on"),
            day(again),
            "" if again is None or again > result.as_of else _("has come"),
            help=_("By the clock of the data, not by today’s date."),
        ),
    ]


# ---- Steps


def desk(view: View, result: PathResult, chosen: str, said: Said) -> None:
    """All steps in a row, and the card of the chosen one below."""
    found = states(result)
    grid = st.grid(len(STEPS), min_column_width=92, gap=6)
    for step in STEPS:
        with grid.cell(), st.container(gap=None):
            _button(view, step, path_words.name(step), step == chosen)
            state = f"{path_words.icon(found[step])} {path_words.state(found[step], step)}"
            st.markdown(f":gray[:small[{state}]]", text_alignment="center")
    cards = layout.cards(3)
    with cards.cell(column_span=2):
        _facts(view, result, chosen, said)
    with cards.cell():
        path_kept.draw(view, result, chosen)
    _neighbours(view, chosen)


def phone(view: View, result: PathResult, chosen: str, said: Said) -> None:
    """The steps from top to bottom, the chosen one opened in its place."""
    found = states(result)
    for place, step in enumerate(STEPS, start=1):
        name = f"{place} · {path_words.name(step)} · {path_words.state(found[step], step)}"
        _button(view, step, name, step == chosen, path_words.icon(found[step]))
        if step == chosen:
            with layout.cards(1).cell():
                _facts(view, result, step, said)
            with layout.cards(1).cell():
                path_kept.draw(view, result, step)


def _button(view: View, step: str, label: str, chosen: bool, icon: str | None = None) -> None:
    st.button(
        label,
        key=f"{view.key}/step/{step}",
        type="primary" if chosen else "secondary",
        icon=icon,
        width="stretch",
        on_click=path_links.go,
        args=(step,),
    )


def _facts(view: View, result: PathResult, step: str, said: Said) -> None:
    with layout.block(path_words.question(step), path_words.hint(step)):
        path_facts.draw(view, result, step, said)
        kept = result.steps.set_index("step").loc[step, "link"]
        path_links.draw(view, result, step, kept)


def _neighbours(view: View, chosen: str) -> None:
    place = STEPS.index(chosen)
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        for other, icon, side in ((place - 1, "arrow_back", "left"), (place + 1, "arrow_forward", "right")):
            if 0 <= other < len(STEPS):
                st.button(
                    path_words.name(STEPS[other]),
                    key=f"{view.key}/{side}",
                    type="tertiary",
                    icon=f":material/{icon}:",
                    icon_position=side,
                    on_click=path_links.go,
                    args=(STEPS[other],),
                )
