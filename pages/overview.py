"""Overview: how business is, and where to look next."""

from dashboard import layout
from dashboard.topics import overview
from dashboard.view import View, show
from dashboard.words import _


def render(view: View) -> None:
    result = view.result()
    customers = int(result.figure("customers")["value"])
    layout.header(view, overview.title(result), _("Net revenue of identified customers"), customers)
    layout.figures(overview.figures(view, result))
    grid = layout.cards(3)
    note = _("First orders and returning customers; hatched: month not over")
    with grid.cell(column_span=2), layout.block(_("Net revenue by month"), note):
        layout.chart(view, overview.months(view, result), "months", data=result.months)
        layout.grey(overview.identified(view, result))
    with grid.cell():
        layout.actions(view, overview.actions(view, *(view.result(name) for name in ("rfm", "abc_xyz", "cohorts"))))
    layout.heading(_("Where to look next"))
    upper, lower = layout.cards(3), layout.cards(2)
    for place, (name, title, card) in enumerate(overview.CARDS):
        with (upper if place < 3 else lower).cell():
            found, figure = card(view, view.result(name))
            with layout.block(found, title()):
                if figure is not None:
                    layout.chart(view, figure, name, still=True)
                layout.go_to(view, name, _("Open {page}").format(page=title()))


show(render)
