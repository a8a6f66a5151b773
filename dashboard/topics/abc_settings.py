"""The settings of ABC-XYZ as widgets."""

from dashboard import terms
from dashboard.controls import setting
from dashboard.view import View
from dashboard.words import _


def restrict(view: View) -> None:
    """Leave products out of the link where the data name none."""
    if view.data.products is None:
        view.restrict("of", ["customers"])


def draw_whom(view: View) -> None:
    """Customers or products, where there are products."""
    if view.data.products is not None:
        setting(view, "of", _("Classes of"), {"customers": _("Customers"), "products": _("Products")})


def draw(view: View) -> None:
    """The settings."""
    setting(view, "value", _("Value"), {code: terms.value(code) for code in ("revenue", "margin", "orders")})
    setting(view, "a_limit", _("A up to, %"))
    setting(view, "b_limit", _("B up to, %"))
    setting(view, "xyz", _("Regularity by"), _modes(), help=_modes_help(), form="list")
    setting(view, "x_limit", _("X up to, %"))
    setting(view, "y_limit", _("Y up to, %"))
    setting(view, "period", _("Period"), {"week": _("week"), "month": _("month"), "quarter": _("quarter")})
    setting(
        view, "window", _("Periods measured"), help=_("0 stands for the usual ones: 52 weeks, 12 months, 8 quarters.")
    )


def _modes() -> dict[str, str]:
    """The ways to class regularity."""
    return {
        "cuts": _("fixed cuts"),
        "thirds": _("thirds"),
        "syntetos_boylan": _("Syntetos-Boylan"),
        "seasonal": _("without the season"),
    }


def _modes_help() -> str:
    """What they are."""
    return _(
        "Fixed cuts of the variation; thirds of the variation seen; often or seldom by even or uneven (Syntetos-Boylan); or fixed "
        "cuts of how far totals are from those a year before, so that what comes back every season counts as steady."
    )
