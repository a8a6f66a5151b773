"""The Khramatrix as a figure: segments by readiness and by the action hoped for."""

from typing import Any

import plotly.graph_objects as go

from core.analyses.profiles import ProfilesResult
from core.journey.steps import STEPS
from dashboard import classes
from dashboard.charts import matrix
from dashboard.charts.marks import escape, hover, wrap
from dashboard.view import View
from dashboard.words import NOTHING, _, money, number, percent, percent_range

SMALL = 30
# Rows that a screen can hold.
MOST_SEGMENTS = 14


def actions(result: ProfilesResult) -> dict[str, str]:
    """The actions that something is known of."""
    words = {"purchase": _("Purchase"), "booking": _("Booking"), "contact": _("Contact")}
    return {code: words[code] for code in words if code in set(result.khramatrix["action"])}


def note(view: View) -> str:
    """How to read it."""
    read = _("People now; below: of those who stood there {n} days ago, how many have acted since. Colour: that share")
    steps = " · ".join(f"{place + 1} {classes.step(code)}" for place, code in enumerate(STEPS))
    return read.format(n=number(view.params.days)) + (f". {steps}" if view.phone else "")


def figure(view: View, result: ProfilesResult, said: dict[str, str], action: str) -> go.Figure:
    """People and conversion by segment and step."""
    table = result.khramatrix[result.khramatrix["action"] == action]
    held = table.groupby("segment", sort=False)["people"].sum()
    shown = [code for code in held[held > 0].nlargest(MOST_SEGMENTS).index if code in said]
    shown = [code for code in said if code in shown]
    rows = [matrix.Header(code, "<br>".join(map(escape, wrap(said[code], 18))), "") for code in shown]
    # Five words have no room on a phone; the line above says what the numbers are.
    columns = [
        matrix.Header(code, str(place + 1) if view.phone else classes.step(code)) for place, code in enumerate(STEPS)
    ]
    cells = [
        _cell(view, said, one)
        for one in table.itertuples(index=False)
        if one.segment in shown and (one.people or one.before)
    ]
    alt = _("Customers of {n} segments by readiness, and how many of them acted").format(n=len(shown))
    return matrix.cells(view.theme, rows, columns, cells, alt=alt, top=1.0)


def _cell(view: View, said: dict[str, str], one: Any) -> matrix.Cell:
    known = one.before > 0
    acted = percent(one.conversion) if known else NOTHING
    return matrix.Cell(
        one.segment,
        one.step,
        (number(one.people), acted),
        one.conversion if known else 0.0,
        one.segment,
        hover(
            f"{escape(said[one.segment])} · {classes.step(one.step)}",
            (_("People now"), number(one.people)),
            (_("Stood there before"), number(one.before)),
            (_("Acted since"), f"{number(one.acted)} · {acted} ({percent_range(one.low, one.high)})"),
            (_("Net revenue since"), money(one.revenue, view.currency)),
            note=_("Too few to lean on.") if one.before < SMALL else "",
        ),
        faint=one.before < SMALL,
    )
