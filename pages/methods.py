"""How each number is made, in words: the page that a reader opens when a number surprises."""

import streamlit as st

from dashboard.topics import methods
from dashboard.words import _

st.title(_("How the numbers are made"), anchor=False)
for title, text in (*methods.rules(), *methods.analyses()):
    st.subheader(title, anchor=False)
    st.markdown(text)
st.caption(methods.sources())
