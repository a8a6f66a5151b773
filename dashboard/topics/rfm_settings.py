"""The settings of RFM as widgets."""

from dataclasses import replace

import streamlit as st

from core.analyses.rfm import AXES, CALENDAR, RfmParams
from core.params import write_one
from dashboard import share
from dashboard.controls import setting
from dashboard.view import View
from dashboard.words import _, number


def params(view: View) -> RfmParams:
    """The settings; own cuts that do not make the groups asked for are left out of the link, and named."""
    chosen: RfmParams = view.params
    for axis in AXES:
        key, cuts = f"{axis[0]}_cuts", chosen.own(axis)
        if chosen.cuts == "own" and cuts and len(cuts) != chosen.groups - 1:
            reason = _("The link’s {key}={value} does not make as many groups as are asked for. It was left out.")
            share.drop(key, [write_one(cuts)], reason)
            chosen = replace(chosen, **{key: ()})
    return chosen


def draw(view: View, params: RfmParams) -> None:
    """The settings."""
    with st.popover(_("Settings"), icon=":material/tune:"):
        setting(view, "groups", _("Groups on each axis"))
        setting(view, "cuts", _("Cuts"), {"count": _("equal size"), "width": _("equal width"), "own": _("own")})
        if params.cuts == "own":
            hint = _own_hint(params)
            setting(view, "r_cuts", _("Recency, days"), help=hint)
            setting(view, "f_cuts", _("Frequency, orders"), help=hint)
            setting(view, "m_cuts", _("Value"), help=hint)
        ages = {"scores": _("these cuts"), "calendar": _("fixed days")}
        setting(view, "recency", _("Recency by"), ages, help=_calendar_help(params))
        setting(view, "monetary", _("Money"), {"total": _("in total"), "mean": _("a purchase")})
        setting(view, "value", _("Value"), {"revenue": _("net revenue"), "margin": _("margin")})


def _own_hint(chosen: RfmParams) -> str:
    """How own cuts are written."""
    text = _(
        "{n} rising numbers, such as {example}: the last value of each group but the last. Empty: groups of equal size."
    )
    return text.format(n=chosen.groups - 1, example=", ".join(number(cut) for cut in CALENDAR[chosen.groups]))


def _calendar_help(chosen: RfmParams) -> str:
    """What fixed days are."""
    cuts = CALENDAR[chosen.groups]
    text = _("New: up to {new} days since the last order; recent: up to {recent}; old after that.")
    return text.format(new=number(cuts[0]), recent=number(cuts[1]))
