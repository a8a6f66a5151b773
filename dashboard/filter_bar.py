"""The filters in the sidebar, one widget a row of ``FILTERS``, the same on every page."""

from collections.abc import Mapping
from datetime import date

import streamlit as st

from core.access import Dataset
from core.filters import FILTERS, Filters, FilterSpec
from dashboard import share
from dashboard.periods import Window, presets
from dashboard.words import _, day, ngettext

_CUSTOM = "custom"


def read(data: Dataset) -> Filters:
    """What the link says, as far as these data have it; the rest is dropped with a notice."""
    chosen = {spec.field: _read_choices(spec, data) for spec in FILTERS if spec.kind == "choices"}
    window = _read_window(data)
    classes = share.take_one(share.CLASSES)
    if classes not in ("", "company", "filter"):
        share.drop(
            share.CLASSES, [classes], _("The link’s {key}={value} is neither “company” nor “filter”. It was left out.")
        )
    return Filters(
        **chosen, first=window.first, last=window.last, classes="filter" if classes == "filter" else "company"
    )


def draw(data: Dataset, filters: Filters, of_orders: bool) -> None:
    """Draw the widgets into the sidebar.

    Parameters
    ----------
    data : Dataset
    filters : Filters
    of_orders : bool
        Whether the page is about orders: then regions and channels that only deals or touchpoints have are not on offer.
    """
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{_('Filters')}**", width="content")
        st.button(_("Reset"), type="tertiary", key="reset", on_click=_reset, disabled=filters == Filters())
    _draw_period(data, Window(filters.first, filters.last))
    for spec in FILTERS:
        if spec.kind == "choices" and spec.field in data.labels:
            known, chosen = data.labels[spec.field], filters.choices(spec.field)
            if of_orders and len(data.history.day):
                ordered = data.history.labels.get(spec.field, ())
                known = tuple(label for label in known if label in ordered or label in chosen)
            if known:
                _draw_choices(spec, known, chosen)
    _draw_classes(filters)


def _reset() -> None:
    st.session_state.pop(_CUSTOM, None)
    share.change(dict.fromkeys((*(spec.key for spec in FILTERS), share.CLASSES), ()))


def _read_choices(spec: FilterSpec, data: Dataset) -> tuple[str, ...]:
    known = data.labels.get(spec.field, ())
    asked = share.take(spec.key)
    if foreign := [value for value in asked if value not in known]:
        reason = {
            "region": _("The link asks for the region “{value}”, which these data do not have. It was left out."),
            "channel": _("The link asks for the channel “{value}”, which these data do not have. It was left out."),
        }
        share.drop(spec.key, foreign, reason[spec.field])
    return tuple(label for label in known if label in asked)


def _draw_choices(spec: FilterSpec, known: tuple[str, ...], chosen: tuple[str, ...]) -> None:
    everything: Mapping[str, str] = {
        "region": ngettext("All {n} regions", "All {n} regions", len(known)),
        "channel": ngettext("All {n} channels", "All {n} channels", len(known)),
    }
    st.multiselect(
        _(spec.label),
        known,
        placeholder=everything[spec.field].format(n=len(known)),
        select_all=False,
        **share.bound(spec.key, list(chosen), list),
    )


def _read_window(data: Dataset) -> Window:
    first, last = (_read_day(key, data) for key in ("from", "to"))
    if first and last and first > last:
        for key, value in (("from", first), ("to", last)):
            share.drop(
                key, [value.isoformat()], _("The link’s dates are the wrong way round: {key}={value} was left out.")
            )
        return Window()
    return Window(first, last)


def _read_day(key: str, data: Dataset) -> date | None:
    text = share.take_one(key)
    if not text:
        return None
    try:
        value = date.fromisoformat(text)
    except ValueError:
        share.drop(key, [text], _("The link’s {key}={value} is not a date. It was left out."))
        return None
    if data.info.first_day <= value <= data.info.last_day:
        return value
    span = _("{first} to {last}").format(first=day(data.info.first_day), last=day(data.info.last_day))
    reason = _("The link’s {key}={value} lies outside these data, which go from {span}. It was left out.")
    share.drop(key, [text], reason.replace("{span}", span))
    return None


def _draw_period(data: Dataset, window: Window) -> None:
    offered = presets(data.info.first_day, data.info.last_day)
    active = next((key for key, preset in offered.items() if preset == window), _CUSTOM)
    if st.session_state.get(_CUSTOM):
        active = _CUSTOM
    words = _period_words(data.info.last_day.year)
    if st.session_state.get("period") != active:
        st.session_state["period"] = active
    st.selectbox(
        _("Period"),
        [*offered, _CUSTOM],
        format_func=words.__getitem__,
        key="period",
        on_change=_pick_period,
        args=(offered,),
        filter_mode=None,
    )
    if active == _CUSTOM:
        _draw_day("from", _("From"), window.first or data.info.first_day, data.info.first_day, data)
        _draw_day("to", _("To"), window.last or data.info.last_day, data.info.last_day, data)


def _period_words(year: int) -> dict[str, str]:
    return {
        "all": _("All time"),
        "months_12": _("Last 12 months"),
        "months_3": _("Last 3 months"),
        "this_year": _("This year, {year}").format(year=year),
        "last_year": _("Last year, {year}").format(year=year - 1),
        _CUSTOM: _("Own dates"),
    }


def _pick_period(offered: dict[str, Window]) -> None:
    picked = st.session_state["period"]
    st.session_state[_CUSTOM] = picked == _CUSTOM
    if picked != _CUSTOM:
        window = offered[picked]
        share.change({"from": _text(window.first), "to": _text(window.last)})


def _draw_day(key: str, label: str, value: date, default: date, data: Dataset) -> None:
    st.date_input(
        label,
        min_value=data.info.first_day,
        max_value=data.info.last_day,
        format="YYYY-MM-DD",
        **share.bound(key, value, lambda picked: _text(None if picked == default else picked)),
    )


def _text(value: date | None) -> tuple[str, ...]:
    return () if value is None else (value.isoformat(),)


def _draw_classes(filters: Filters) -> None:
    words = {"company": _("Whole company"), "filter": _("Within the filter")}
    st.radio(
        _("Classes"),
        list(words),
        format_func=words.__getitem__,
        help=_(
            "Whether A, B, C, the tiers and the segments are made from all customers of the company, so that somebody keeps "
            "their class whatever you filter, or made anew from what the filter shows."
        ),
        **share.bound(share.CLASSES, filters.classes, lambda picked: ("filter",) if picked == "filter" else ()),
    )
