"""The settings of lifetime value as widgets."""

import streamlit as st

from dashboard import terms
from dashboard.controls import setting
from dashboard.view import View
from dashboard.words import _


def draw(view: View) -> None:
    """All but the cuts of the tiers."""
    with st.popover(_("Settings"), icon=":material/tune:"):
        setting(view, "horizon_months", _("Horizon, months"))
        setting(view, "discount_rate", _("Discount a year (0.1 is 10 %)"))
        setting(view, "value", _("Value"), {"auto": _("automatic"), "margin": _("margin"), "revenue": _("net revenue")})
        setting(
            view,
            "contractual",
            _("Customers under contract"),
            {"no": _("no"), "yes": _("yes")},
            help=_("Yes only where a customer who does not renew is seen to leave, such as a subscription."),
        )
        if view.params.contractual == "yes":
            setting(view, "renewal", _("Renewed every"), _periods())
        else:
            models = {code: terms.model(code) for code in ("pareto_nbd", "bg_nbd", "mbg_nbd", "simple")}
            setting(view, "model", _("Model"), {"auto": _("best here"), **models}, form="list")


def _periods() -> dict[str, str]:
    return {"month": _("month"), "quarter": _("quarter"), "year": _("year")}


def draw_cuts(view: View) -> None:
    """Where the tiers are cut."""
    with st.container(horizontal=True):
        setting(view, "vip_share", _("VIP: top share"))
        setting(view, "standard_share", _("Standard: next share"))
