"""Targets: which segments to go for, a brief and a list for each, and what came of it."""

from core.analyses.targets import TargetsResult
from core.classifications import available
from core.errors import BadParameterError
from core.own_segments import OWN
from core.targets.picks import read_picks
from dashboard import classes, layout, terms
from dashboard.controls import choose
from dashboard.topics import targets, targets_brief, targets_chart, targets_findings, targets_tables
from dashboard.view import View, show
from dashboard.words import _, number, percent


def render(view: View) -> None:
    there = [code for code in available(view.data) if not code.startswith(OWN)]
    offered = classes.offered(view, "classification", there)
    try:
        result: TargetsResult = view.result()
    except BadParameterError as error:
        layout.problem(view, error)
        targets.horizontal(view, offered, None)
        return
    said = targets.names(view, result.segments)
    selected = view.selected(list(said))
    what = _("Segments of {classification}, side by side").format(
        classification=classes.name(view.params.classification)
    )
    layout.header(view, targets.title(view, result, said), what, result.n)
    targets.horizontal(view, offered, said)
    layout.figures(targets_findings.figures(view, result, said))
    _compared(view, result, said, selected)
    if result.picks:
        _briefs(view, result, said)
    note = _("Revenue a customer since a list was saved: written to against held out")
    with layout.cards(1).cell(), layout.block(_("Did it work?"), note):
        targets_tables.effect(view, result)
    if not result.picks:
        return
    picked = {"": _("All lists")} | {key: said[key] for key in result.picks}
    one = choose(view, "list", _("List"), picked, form="pills") if len(result.picks) > 1 else ""
    chosen = result.customers[result.customers["list"] == one] if one else result.customers
    named = one or (result.picks[0] if len(result.picks) == 1 else "")
    segment = layout.Segment(said[named], read_picks(named)) if named else None
    layout.customers(view, chosen, targets.columns(said), terms.customers(len(chosen)), segment=segment)


def _compared(view: View, result: TargetsResult, said: targets.Said, selected: str | None) -> None:
    grid = layout.cards(3)
    note = _("Area: net revenue; outlined: picked; a click selects")
    with grid.cell(column_span=2), layout.block(_("Worth and prospects"), note) as corner:
        with corner:
            by = choose(view, "across", _("Across"), targets_chart.across(view, result), form="list")
        figure = targets_chart.figure(view, result, said, by, selected)
        layout.chart(view, figure, "bubbles", select=True, data=result.segments)
        layout.grey(targets_chart.not_drawn(result, said, by))
        targets.pick_button(view, result, said, selected)
    with grid.cell():
        points = targets_findings.actions(view, result, said)
        layout.actions(view, points)
        layout.grey("" if points else _("Nothing stands out that calls for action."))
        for sentence in targets_tables.overlaps(result, said):
            layout.grey(sentence)
    with layout.cards(1).cell(), layout.block(_("Side by side"), targets.reach_words(result, view.params.months)):
        targets_tables.side_by_side(view, result, said)
        layout.notices(result.notices)
        if len(result.picks) < 2:
            layout.grey(_("Pick two to four segments above: each gets a brief and a list."))


def _briefs(view: View, result: TargetsResult, said: targets.Said) -> None:
    held = _("Held out: {share} of each list, {n} customers").format(
        share=percent(view.params.share), n=number(int(result.customers["holdout"].sum()))
    )
    with layout.cards(1).cell(), layout.block(_("Brief"), _("Only what is clear of chance")):
        picked = {key: said[key] for key in result.picks}
        key = choose(view, "brief", _("Segment"), picked, form="pills") if len(picked) > 1 else result.picks[0]
        targets_brief.draw(view, result, said, key)
        if query := targets.as_rule(view, key):
            layout.go_to(view, "own_segments", _("Widen or narrow it by a rule"), query)
    with layout.cards(1).cell(), layout.block(_("List"), held):
        targets_tables.keep(view, result)


show(render)
