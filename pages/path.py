"""Path: the steps that lead to target segments, what was decided at each, and what has changed since."""

from dataclasses import replace

from core.analyses.path import PathResult
from core.classifications import available
from core.errors import BadParameterError
from dashboard import classes, layout
from dashboard.topics import path, path_chosen, path_since
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    classes.offered(view, "classification", available(view.data))
    try:
        # Those who never ordered are counted on this page alone.
        result: PathResult = view.result(params=replace(view.params, potential="with"))
    except BadParameterError as error:
        layout.problem(view, error)
        return
    said = path_chosen.names(view, result)
    chosen = path.chosen_step(view, result)
    layout.header(view, path.title(result, said), _("The path to target segments, step by step"), result.n)
    layout.figures(path.figures(result))
    (path.phone if view.phone else path.desk)(view, result, chosen, said)
    if chosen == "again":
        path_since.customers(view, result, said)


show(render)
