"""Two snapshots side by side: what changed in rows, customers and revenue."""

import streamlit as st

from core.access import Dataset
from core.comparison import compare_datasets
from dashboard import layout
from dashboard.topics import changes
from dashboard.words import _


def draw(older: Dataset, newer: Dataset) -> None:
    """The figures of both, the customers who came and went, and the months whose revenue differs."""
    found = compare_datasets(older, newer)
    currency = newer.info.currency
    st.table(changes.figures(found, currency), border="horizontal", hide_index=True)
    for sentence in (changes.days(found), *changes.customers(found)):
        st.markdown(layout.plain(sentence))
    layout.heading(_("Months that both cover"))
    layout.grey(changes.months_note(found))
    if found.months:
        st.table(changes.months(found, currency), border="horizontal", hide_index=True)
