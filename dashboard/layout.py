"""The pieces that pages are made of, top to bottom: header, figures, cards with charts and advice, customers.

A page is a file in ``pages/`` that defines ``render(view)`` and ends with ``show(render)``::

    from dashboard import layout
    from dashboard.charts import bars
    from dashboard.controls import setting
    from dashboard.view import View, show
    from dashboard.words import _, money, number, percent


    def render(view: View) -> None:
        result = view.result()
        selected = view.selected(result.segments["segment"])
        layout.header(view, _("…the finding…"), _("Recency, frequency and net revenue"), n=len(result.customers))
        layout.figures([layout.Figure(_("Champions"), number(659), "+41", _("in 3 months"))])
        grid = layout.cards(3)
        with grid.cell(column_span=2), layout.block(_("Segments"), _("Customers; net revenue")):
            layout.chart(view, bars.…(view.theme, …, selected), "segments", select=True)
        with grid.cell():
            layout.actions(view, [layout.Action(_("66 you can’t lose."), _("They fell silent."), _("See them"), select="cant_lose")])
        layout.customers(view, rows, [layout.Column("monetary", _("Net revenue"), "money")], _("4,338 customers"))


    show(render)

``view`` (:class:`dashboard.view.View`) has the data, the filters, the settings and the results; :mod:`dashboard.controls` draws
widgets that the link remembers. Errors of ``core`` can be left alone: the shell shows them in words.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.analyses import load
from core.errors import BadParameterError, ClienteleError, EmptyViewError, MissingTableError
from core.filters import DIMENSIONS, Filters
from core.results import Notice
from dashboard import downloads, share, terms
from dashboard.charts.theme import toolbar
from dashboard.controls import chart_selection, select
from dashboard.customers import Column, customers
from dashboard.links import Segment, go_to
from dashboard.view import View
from dashboard.words import EN_DASH, _, day, ngettext, number
from dashboard.words import plain as plain

__all__ = [
    "Action",
    "Column",
    "Figure",
    "Segment",
    "actions",
    "block",
    "cards",
    "chart",
    "customers",
    "figures",
    "go_to",
    "grey",
    "header",
    "heading",
    "notices",
    "problem",
]

GAP = 16


@dataclass(frozen=True)
class Figure:
    """One of the four figures under the title.

    Parameters
    ----------
    label : str
        At most 20 characters.
    value : str
        Written out.
    change : str
        Change or interval, written out. A change begins with "+" or an ASCII "-" (``signed_percent(…, metric=True)``) and gets an
        arrow and a colour; anything else ("no clear change", "20–22 %") stands in grey.
    beside : str
        Grey words beside it, such as "in 3 months".
    less_is_better : bool
        Whether a fall is good.
    help : str
        Definition, on hover.
    """

    label: str
    value: str
    change: str = ""
    beside: str = ""
    less_is_better: bool = False
    help: str = ""


@dataclass(frozen=True)
class Action:
    """One thing to do: a bold beginning, a sentence with its number, and the way to its customers.

    Parameters
    ----------
    lead, text : str
    label : str
        Of the way there; "" for none.
    select : str
        Key to select on this page.
    page : str
        Or the page to open instead.
    query : mapping of str to str
        What its link says besides the filters, for example ``{"select": "AX"}``.
    """

    lead: str
    text: str
    label: str = ""
    select: str = ""
    page: str = ""
    query: Mapping[str, str] = field(default_factory=dict)


def header(
    view: View, title: str, what: str, n: int | None = None, more: Sequence[str] = (), filtered: bool = True
) -> None:
    """The finding as a sentence, and under it one grey line: what is shown, n, dates, filter, classes.

    Parameters
    ----------
    view : View
    title : str
        A sentence from the data, only as strong as the data allow.
    what : str
        What is shown.
    n : int, optional
        Customers.
    more : sequence of str
        Further pieces of the grey line.
    filtered : bool
        Whether dates, filter and classes concern the page.
    """
    pieces = [_("Sample data")] if view.info.sample else []
    pieces.append(what)
    if n is not None:
        pieces.append(ngettext("n\u00a0=\u00a0{n} customer", "n\u00a0=\u00a0{n} customers", n).format(n=number(n)))
    grey_line = " · ".join([*pieces, *more, *(_scope(view) if filtered else ())])
    downloads.describe(grey_line)
    with st.container(gap=None):
        st.title(plain(title), anchor=False)
        st.markdown(_grey(grey_line))


def figures(shown: Sequence[Figure]) -> None:
    """The row of figures; two by two on a phone."""
    grid = st.grid(columns=len(shown), min_column_width=140, gap=GAP)
    for one in shown:
        rises = one.change[:1] in ("+", "-")
        colour: Literal["normal", "inverse", "off"] = "inverse" if one.less_is_better else "normal"
        grid.cell().metric(
            one.label,
            one.value,
            one.change or None,
            delta_color=colour if rises else "off",
            delta_arrow="auto" if rises else "off",
            delta_description=one.beside or None,
            help=one.help or None,
        )


def cards(columns: int = 3) -> Any:
    """A row of bordered cards of equal height: ``with grid.cell(column_span=2): …``; on a phone one below the other."""
    return st.grid(columns, min_column_width=270, gap=GAP, border=True)


@contextmanager
def block(title: str, note: str = "", help: str | None = None) -> Iterator[Any]:
    """Heading of a card with a grey line below it; gives the place for a small control at its right end.

    ::

        with layout.block(_("27 groups"), _("Volume: customers")) as corner:
            with corner: choose(view, "colour", …)
            layout.chart(…)
    """
    with st.container(gap=None):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{plain(title)}**", width="content", help=help)
            with st.container(horizontal=True, width="content", vertical_alignment="center", gap="xsmall"):
                corner = st.container(width="content")
                menus = st.container(width="content")
        if note:
            st.markdown(_grey(note))
    card = downloads.enter(downloads.Card(title, note, menus))
    try:
        yield corner
    finally:
        downloads.leave(card)


def chart(
    view: View,
    figure: go.Figure,
    key: str,
    select: bool = False,
    still: bool = False,
    data: pd.DataFrame | None = None,
) -> None:
    """Draw a figure at the width of its place; in a block it can be downloaded.

    Parameters
    ----------
    view : View
    figure : plotly.graph_objects.Figure
        With its alternative text in ``layout.meta["alt"]``.
    key : str
        Its own on this page.
    select : bool
        Whether a click selects; see `View.selected`.
    still : bool
        Without toolbar and download.
    data : pandas.DataFrame, optional
        The numbers that it shows, for the download.
    """
    more = chart_selection(view, key) if select else {"key": f"{view.key}/{key}"}
    alt = (figure.layout.meta or {}).get("alt")
    st.plotly_chart(figure, theme=None, config=toolbar(still or view.phone), alt=alt, **more)
    if not still:
        downloads.chart_menu(view, key, more["key"], data)


def actions(view: View, points: Sequence[Action], title: str | None = None) -> None:
    """What to do: short points, each with its number and a way to its customers."""
    if heading_ := title if title is not None else _("What to do"):
        heading(heading_)
    for place, one in enumerate(points):
        with st.container(gap="xsmall"):
            lead = f"**{plain(one.lead)}** " if one.lead else ""
            st.markdown(lead + plain(one.text))
            if one.label and one.page:
                query = share.carried() | {key: [value] for key, value in one.query.items()}
                go_to(view, one.page, one.label, query)
            elif one.label:
                _selecting_button(view, one, f"{view.key}/action/{one.select}/{place}")


def heading(text: str) -> None:
    """The heading of a row of cards."""
    st.markdown(f"**{plain(text)}**")


def notices(found: Sequence[Notice]) -> None:
    """What the reader must know of a result, a grey sentence each."""
    for one in found:
        grey(terms.notice(one))


def grey(text: str) -> None:
    """A small grey line; nothing for no text."""
    if text:
        st.markdown(_grey(text))


def problem(view: View, error: ClienteleError) -> None:
    """An error of the core, in words, with what can be done about it."""
    said = f"{error}".rstrip(".") + "."
    said = said[:1].upper() + said[1:]
    if isinstance(error, EmptyViewError):
        st.title(_("Nothing matches this filter"), anchor=False)
        st.markdown(plain(said))
        if view.filters != Filters():
            st.button(_("Reset the filters"), key="reset_empty", on_click=share.change, args=(_no_filters(),))
        return
    missing = isinstance(error, MissingTableError)
    st.title(_("These data lack something for this page") if missing else _("This can’t be shown"), anchor=False)
    st.markdown(plain(said))
    if missing and not view.info.sample:
        visit = _no_filters() | {share.SNAPSHOT: (share.SAMPLE,)}
        st.button(_("See this page on the sample data"), key="sample", on_click=share.change, args=(visit,))
    if isinstance(error, BadParameterError):
        names = [spec.name for spec in fields(load(view.analysis).params)]
        st.button(
            _("Reset the settings"), key="reset_settings", on_click=share.change, args=(dict.fromkeys(names, ()),)
        )


def _no_filters() -> dict[str, tuple[str, ...]]:
    return {key: () for key in share.CARRIED if key not in (share.SNAPSHOT, share.LANGUAGE)}


def _selecting_button(view: View, one: Action, key: str) -> None:
    st.button(
        one.label,
        key=key,
        type="tertiary",
        icon=":material/arrow_forward:",
        icon_position="right",
        on_click=select,
        args=(one.select,),
        disabled=not one.select or view.selected() == one.select,
    )


def _scope(view: View) -> list[str]:
    """Dates, filter and classes, as they stand under a title and on a chart."""
    filters, info = view.filters, view.info
    last = filters.last or info.last_day
    dates = f"{day(filters.first)} {EN_DASH} {day(last)}" if filters.first else _("to {day}").format(day=day(last))
    chosen = [_list(filters.choices(name)) for name in DIMENSIONS if filters.choices(name)]
    classes = _("classes within the filter") if filters.classes == "filter" else _("classes of the whole company")
    return [dates, *(chosen or [_("no filter")]), classes]


def _list(labels: Sequence[str]) -> str:
    if len(labels) <= 3:
        return ", ".join(labels)
    return _("{labels} and {n} more").format(labels=", ".join(labels[:2]), n=len(labels) - 2)


def _grey(text: str) -> str:
    return f":gray[:small[{plain(text)}]]"
