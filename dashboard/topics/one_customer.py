"""One customer (or product) that the reader picks by its id, and its class in sentences."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from dashboard import share
from dashboard.layout import plain
from dashboard.view import View
from dashboard.words import _

KEY = "customer"


@dataclass(frozen=True)
class One:
    """Who is picked.

    Parameters
    ----------
    name : str
        Its id, and its name if there is one.
    row : pandas.Series or None
        Its row of the result; None when it is out of view.
    """

    name: str
    row: Any


def draw(view: View, rows: pd.DataFrame, first: pd.DataFrame, sentences: Callable[[One], Sequence[str]]) -> None:
    """The box for an id, and below it the sentences about whom it names."""
    one = pick(view, rows, first)
    if one is None:
        return
    st.markdown(f"**{plain(one.name)}**" if one.row is not None else plain(one.name))
    for sentence in sentences(one):
        st.markdown(sentence)


def pick(view: View, rows: pd.DataFrame, first: pd.DataFrame) -> One | None:
    """A box for an id, which the link remembers; without one, the first row of what is selected stands as an example.

    Parameters
    ----------
    view : View
    rows : pandas.DataFrame
        Everybody in view, with their code in ``customer`` or ``product``.
    first : pandas.DataFrame
        Those selected.

    Returns
    -------
    One or None
        None when there is nobody to show.
    """
    of = "product" if "product" in rows else "customer"
    given = share.take_one(KEY)
    code = _code(view, of, given) if given else None
    if given and code is None:
        reason = {
            "customer": _("The link’s {key}={value} is no customer of these data. It was left out."),
            "product": _("The link’s {key}={value} is no product of these data. It was left out."),
        }
        share.drop(KEY, [given], reason[of])
        given = ""
    label = {"customer": _("Customer"), "product": _("Product")}[of]
    st.text_input(
        label,
        placeholder=_("Type an id"),
        label_visibility="collapsed",
        **share.bound(KEY, given, lambda typed: (typed.strip(),) if typed.strip() else (), view.key),
    )
    if code is None:
        return _example(view, of, first)
    place = np.flatnonzero(rows[of].to_numpy() == code)
    return One(_named(view, of, given, code), rows.iloc[place[0]] if len(place) else None)


def _code(view: View, of: str, text: str) -> int | None:
    """The code of an id; None where there is none."""
    if of == "product":
        products = view.data.products
        found = np.flatnonzero(products.table["product_id"].to_numpy() == text) if products else ()
    else:
        found = view.data.customer_codes([text])
    return int(found[0]) if len(found) else None


def _example(view: View, of: str, first: pd.DataFrame) -> One | None:
    if first.empty:
        return None
    row = first.iloc[0]
    text = str(view.with_ids(first.head(1))[f"{of}_id"].iloc[0])
    return One(_named(view, of, text, int(row[of])), row)


def _named(view: View, of: str, text: str, code: int) -> str:
    """An id, with the name of a product that has one."""
    table = view.data.products.table if of == "product" and view.data.products else {}
    name = table["name"].iloc[code] if "name" in table else None
    return f"{text} · {name}" if isinstance(name, str) else text
