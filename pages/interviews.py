"""Interviews: what to ask a segment, whom to invite, and what was answered so far."""

from core.analyses.interviews import InterviewsResult
from core.classifications import available
from core.errors import BadParameterError
from dashboard import classes, layout, terms
from dashboard.topics import interviews, interviews_guide, interviews_heard, notes
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    codes = available(view.data)
    classes.offered(view, "strata", codes)
    offered = classes.offered(view, "classification", codes)
    try:
        result: InterviewsResult = view.result()
    except BadParameterError as error:
        layout.problem(view, error)
        interviews.horizontal(view, offered, None, {})
        return
    said, strata = interviews.names(view, result), interviews.strata(view, result)
    selected = view.selected(list(strata))
    layout.header(view, interviews.title(result, said), _("What to ask a segment, and whom"), result.n)
    interviews.horizontal(view, offered, result, said)
    layout.figures(interviews.figures(view, result))
    notes.pinned(view, interviews.pinned_to(result))
    by = classes.name(view.params.strata)
    grid = layout.cards(3)
    note = interviews.drawn(result, by)
    with grid.cell(column_span=2), layout.block(_("Whom to invite"), note):
        layout.chart(view, interviews.strata_figure(view, result, selected), "invited", select=True, data=result.strata)
        layout.notices(result.notices)
        layout.grey(interviews.left_out(result))
    with grid.cell():
        layout.actions(view, interviews.actions(result))
    with layout.cards(1).cell(), layout.block(_("What to ask"), interviews.guide_note(result)):
        interviews_guide.draw(view, result)
        interviews_guide.downloads(view, result, said[result.segment])
    interviews_heard.draw(view, result)
    chosen = result.customers if selected is None else result.customers[result.customers["stratum"] == selected]
    layout.customers(
        view,
        chosen,
        interviews.columns(strata, by),
        terms.customers(len(chosen)),
        _("{segment}: invited, then in reserve").format(segment=said[result.segment]),
        strata,
        _("All strata"),
    )


show(render)
