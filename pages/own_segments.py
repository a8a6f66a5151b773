"""Own segments: build one by a rule, see how many are left at each step, save it."""

from core.analyses.own_segments import OwnSegmentsResult
from core.errors import BadInputError, BadParameterError
from core.own_segments import OwnSegments
from dashboard import layout, terms
from dashboard.topics import own_segments, own_segments_builder, own_segments_saved
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    rule, wrong = view.params.rule, ""
    own = OwnSegments()
    try:
        own = view.data.own_segments
        result: OwnSegmentsResult = view.result()
    except (BadInputError, BadParameterError) as error:
        # The link's rule can't be used; everybody is shown until it is mended.
        wrong = str(error)
        result = view.result(params=type(view.params)())
    shown = "" if wrong else rule
    layout.header(view, own_segments.title(result, shown), _("Customers that meet a rule"), result.n)
    layout.figures(own_segments.figures(view, result))
    grid = layout.cards(3)
    note = _("Customers left after each step, and their share")
    with grid.cell(column_span=2), layout.block(_("From broad to narrow"), note):
        layout.chart(view, own_segments.funnel(view, result), "steps", data=result.steps)
        own_segments_builder.steps(view, shown)
        layout.notices(result.notices)
        own_segments_builder.edit(view, rule)
        layout.grey(wrong)
    with grid.cell():
        layout.heading(_("Add a step"))
        own_segments_builder.add(view, shown)
        layout.actions(view, own_segments.actions(own, result, shown), "")
    with (
        layout.cards(1).cell(),
        layout.block(_("Saved segments"), _("Kept in own_segments.toml of the data folder")),
    ):
        own_segments_saved.draw(view, own, shown)
    segment = own_segments.segment(own, shown) if result.n else None
    counted, columns = terms.customers(result.n), own_segments.columns()
    layout.customers(view, result.customers, columns, counted, shown, segment=segment)


show(render)
