"""A page of its own for the tests of the widgets: settings of every kind, and the comparison."""

from dataclasses import dataclass, fields
from pathlib import Path

import streamlit as st

from core.access import AccessScope, open_dataset
from core.analyses import Analysis
from core.filters import Filters
from core.params import name, numbers, parse_one
from dashboard import controls, share, view

DATA = Path(st.session_state["data"])
FIRST = st.session_state.get("first")


@dataclass(frozen=True)
class WidgetsParams:
    r_cuts: tuple[float, ...] = numbers(3)
    rows: str = name("abc")


def load(_analysis: str) -> Analysis:
    return Analysis("widgets", WidgetsParams, lambda *_: None)  # type: ignore[arg-type,return-value]


controls.load = view.load = load  # type: ignore[assignment]
share.arrive("widgets")
data = open_dataset(DATA, AccessScope.everything())
page = view.View("widgets", "widgets", data, DATA, AccessScope.everything(), Filters(first=FIRST), {})
page.restrict("rows", ["abc", "tier"])
found = page.comparison()
controls.compare_control(page)
controls.setting(page, "r_cuts", "Cuts")
controls.setting(page, "rows", "Rows", {"abc": "ABC class", "tier": "Value tier"})
st.text(f"cuts {page.params.r_cuts} rows {page.params.rows} {parse_one(fields(WidgetsParams)[0], '1,2')}")
st.text(f"compared {found.span if found else None}")
share.drop_unasked()
for sentence in share.notices():
    st.info(sentence)
