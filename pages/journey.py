"""Journey: where people stand on the way to a purchase, and where they fall off."""

from core.analyses.journey import JourneyResult
from core.errors import BadParameterError, MissingTableError
from dashboard import layout
from dashboard.topics import journey, journey_cards, journey_needed, journey_steps, journey_tables
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    journey_steps.restrict()
    journey_tables.restrict(view)
    try:
        result: JourneyResult = view.result()
    except MissingTableError as error:
        layout.problem(view, error)
        journey_needed.draw()
        return
    except BadParameterError as error:
        layout.problem(view, error)
        journey_steps.draw(view)
        return
    known = journey.names(result)
    selected = view.selected(tuple(known))
    layout.header(view, journey.title(result), journey.what(result), more=[journey.people(result.people)])
    layout.figures(journey.figures(result))
    journey_cards.ladder(view, result, selected)
    journey_cards.who(view, result, selected)
    journey_cards.said(view, result)
    layout.notices(result.notices)
    chosen = journey.members(result, selected).rename(columns={"person_id": "person"})
    heading, note = journey.people(len(chosen)), known.get(selected or "", "")
    layout.customers(view, chosen, journey.columns(), heading, note, known, _("Everybody"))


show(render)
