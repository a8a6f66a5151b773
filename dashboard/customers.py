"""The customers of what is selected: a table of the first ones, and all of them as a download."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboard import share
from dashboard.controls import pick
from dashboard.downloads import table_buttons
from dashboard.links import Segment, profile_of
from dashboard.view import View
from dashboard.words import _, number, plain, symbol

Kind = Literal["money", "number", "decimal", "percent", "date", "text"]
ROWS = 500
HEIGHT = 420
_SORT = "sort"


@dataclass(frozen=True)
class Column:
    """One column of the table.

    Parameters
    ----------
    name : str
        In the frame.
    label : str
        Money gets its symbol after the label.
    kind : {"money", "number", "decimal", "percent", "date", "text"}
        A percentage is a share of 1 in the frame.
    words : mapping of str to str, optional
        What the reader sees for codes of a text column.
    help : str
        Definition, on hover.
    """

    name: str
    label: str
    kind: Kind = "number"
    words: Mapping[str, str] | None = None
    help: str = ""


def customers(
    view: View,
    table: pd.DataFrame,
    columns: Sequence[Column],
    title: str,
    note: str = "",
    groups: Mapping[str, str] | None = None,
    everything: str = "",
    segment: Segment | None = None,
) -> None:
    """Draw the table with its heading and downloads.

    Parameters
    ----------
    view : View
    table : pandas.DataFrame
        One row a customer, with their code in ``customer``; in the order in which they are to be seen.
    columns : sequence of Column
        Those to show, the important ones first; the download has all of the frame's.
    title : str
        Such as "4,338 customers".
    note : str
        Grey words after it, such as "all 27 groups".
    groups : mapping of str to str, optional
        Words of what can be selected, by key: a list of them stands beside the heading, for readers who can't click on a chart.
    everything : str
        The list's words for nothing selected.
    segment : Segment, optional
        What is selected, whose profile is a click away.
    """
    shown = table.head(ROWS)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
        with st.container(horizontal=True, width="content", vertical_alignment="bottom"):
            st.markdown(f"**{title}**" + (f" :gray[{plain(note)}]" if note else ""), width="content")
        with st.container(horizontal=True, width="content", vertical_alignment="bottom"):
            if groups:
                pick(view, groups, everything)
            if len(table) > ROWS:
                shown = _sorted(view, table, columns)
            with st.container(horizontal=True, width="content"):
                table_buttons(view, table, view.key, f"{view.key}/download")
    if len(table) > ROWS:
        st.markdown(
            f":gray[:small[{_('The first {n} of {all}; the download has all.').format(n=number(ROWS), all=number(len(table)))}]]"
        )
    # Of nobody there is no profile.
    profile_of(view, segment if len(table) else None)
    _draw(view, shown, columns)


def _sorted(view: View, table: pd.DataFrame, columns: Sequence[Column]) -> pd.DataFrame:
    """The first rows in the order that the reader picks: a browser can only sort the rows that it has."""
    words = {"": _("As listed")}
    for column in columns:
        if column.kind != "text":
            words[f"-{column.name}"] = _("Most first: {column}").format(column=column.label)
            words[column.name] = _("Least first: {column}").format(column=column.label)
    order = view.choice(_SORT, tuple(words))
    bound = share.bound(_SORT, order, lambda picked: (picked,) if picked else (), view.key)
    st.selectbox(
        _("Order"), list(words), format_func=words.__getitem__, label_visibility="collapsed", width=240, **bound
    )
    if not order:
        return table.head(ROWS)
    name = order.removeprefix("-")
    find = table[name].nlargest if order.startswith("-") else table[name].nsmallest
    return table.loc[find(ROWS).index]


def _draw(view: View, rows: pd.DataFrame, columns: Sequence[Column]) -> None:
    named = view.with_ids(rows.reset_index(drop=True))
    first = [name for name in ("customer_id",) if name in named]
    frame = named[first + [column.name for column in columns]].copy()
    config: dict[str, Any] = {"customer_id": st.column_config.TextColumn(_("Customer"))}
    for column in columns:
        if column.words is not None:
            frame[column.name] = frame[column.name].astype(object).map(partial(_worded, column.words))
        config[column.name] = _configured(view, column)
    st.dataframe(
        frame,
        hide_index=True,
        column_config=config,
        height=min(HEIGHT, 36 * (len(frame) + 1)),
        key=f"{view.key}/customers",
        placeholder="",
        alt=_("Table of customers"),
    )


def _worded(words: Mapping[str, str], code: Any) -> Any:
    return words.get(code, code)


def _configured(view: View, column: Column) -> Any:
    heading = column.label + (f", {symbol(view.currency)}" if column.kind == "money" and view.currency else "")
    help_ = column.help or None
    kinds = st.column_config
    match column.kind:
        case "text":
            return kinds.TextColumn(heading, help=help_)
        case "date":
            return kinds.DateColumn(heading, help=help_, format="D MMM YYYY")
        case "percent":
            return kinds.NumberColumn(heading, help=help_, format="percent")
        case "money":
            return kinds.NumberColumn(heading, help=help_, format="localized", step=0.01)
        case "decimal":
            return kinds.NumberColumn(heading, help=help_, format="%.2f")
        case _:
            return kinds.NumberColumn(heading, help=help_, format="localized", step=1)
