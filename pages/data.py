"""Data: what was imported, and what a snapshot holds."""

from dashboard import layout
from dashboard.view import View, show
from dashboard.words import _, day, number


def render(view: View) -> None:
    """Draw the page."""
    info = view.info
    title = _("{lines} order lines of {buyers} buyers, from {first} to {last}").format(
        lines=number(info.lines), buyers=number(info.buyers), first=day(info.first_day), last=day(info.last_day)
    )
    layout.header(view, title, _("Snapshot {n}, imported {when}").format(n=info.version, when=info.created[:10]))
    layout.figures(
        [
            layout.Figure(_("Order lines"), number(info.lines)),
            layout.Figure(_("Orders and credits"), number(info.orders)),
            layout.Figure(_("Customers"), number(info.customers), help=_("Everybody with an order or a credit.")),
            layout.Figure(_("Buyers"), number(info.buyers), help=_("Customers with at least one purchase.")),
        ]
    )


show(render)
