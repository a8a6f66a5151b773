"""What can be taken along: tables as CSV and Excel, charts as pictures and as the numbers behind them."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from core.export import to_csv, to_xlsx
from dashboard import picture
from dashboard.view import View
from dashboard.words import _, locale, set_locale

# A sheet's rows, less its heading.
MOST_ROWS = 2**20 - 1
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Card:
    """Where a chart stands: its heading, and the place for its download."""

    title: str
    note: str
    corner: Any


_source: ContextVar[str] = ContextVar("source", default="")
_card: ContextVar[Card | None] = ContextVar("card", default=None)


def describe(text: str) -> None:
    """Keep the page's grey line, which says what its charts show, for their pictures."""
    _source.set(text)


def source() -> str:
    """The page's grey line."""
    return _source.get()


def enter(card: Card) -> Any:
    """Charts drawn from now on stand in this card; give what comes back to `leave`."""
    return _card.set(card)


def leave(token: Any) -> None:
    """The card ends."""
    _card.reset(token)


def file_name(stem: str, kind: str = "csv") -> str:
    """A name for a download that nobody can guess: Streamlit serves its downloads to whoever knows their address."""
    return f"clientele-{stem}-{secrets.token_hex(6)}.{kind}"


def table_buttons(view: View, table: pd.DataFrame, stem: str, key: str, **more: Any) -> None:
    """Two buttons: all of a table as CSV and as Excel, with the ids of customers and nothing that a spreadsheet would run.

    Parameters
    ----------
    view : View
    table : pandas.DataFrame
        Customers by their codes in ``customer``, if at all.
    stem : str
        In the files' names.
    key : str
        The buttons' own on this page.
    **more
        Arguments of ``st.download_button``.
    """
    shared: dict[str, Any] = {"icon": ":material/download:", "on_click": "ignore", **more}
    st.download_button(
        _("CSV"),
        data=partial(_csv, view, table),
        file_name=file_name(stem),
        mime="text/csv",
        key=key,
        disabled=table.empty,
        **shared,
    )
    too_long = len(table) > MOST_ROWS
    st.download_button(
        _("Excel"),
        data=partial(_xlsx, view, table, stem),
        file_name=file_name(stem, "xlsx"),
        mime=_EXCEL,
        key=f"{key}/xlsx",
        disabled=table.empty or too_long,
        help=_("More rows than a sheet holds: take the CSV.") if too_long else None,
        **shared,
    )


def chart_menu(view: View, key: str, element: str, data: pd.DataFrame | None) -> None:
    """A small button in the corner of the chart's card: its picture, and its numbers where they are given.

    Parameters
    ----------
    view : View
    key : str
        The chart's own on this page.
    element : str
        Key of its element.
    data : pandas.DataFrame, optional
    """
    card = _card.get()
    if card is not None:
        with card.corner:
            _menu(view, key, element, data, (card.title, card.note), _source.get(), locale())


@st.fragment
def _menu(
    view: View, key: str, element: str, data: pd.DataFrame | None, heading: tuple[str, str], source: str, language: str
) -> None:
    # A fragment that runs by itself begins without the session's language.
    set_locale(language)
    stem = f"{view.key}-{key}"
    name = f"{view.key}/{key}/menu"
    menu = st.popover(":material/more_horiz:", type="tertiary", help=_("Download"), key=name, on_change="rerun")
    # Filled only once it is open: each page has several.
    if menu.open:
        with menu:
            chart = re.sub(r"[^a-zA-Z0-9_-]", "-", element)
            picture.draw(view.theme, f"{name}/picture", chart, f"clientele-{stem}", *heading, source)
            if data is not None:
                table_buttons(view, data, stem, f"{name}/data", width="stretch")


def _csv(view: View, table: pd.DataFrame) -> bytes:
    return to_csv(view.with_ids(table), bom=True)


def _xlsx(view: View, table: pd.DataFrame, sheet: str) -> bytes:
    return to_xlsx(view.with_ids(table), sheet=sheet)
