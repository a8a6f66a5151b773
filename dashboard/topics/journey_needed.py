"""What to give for the page of the journey, with an example."""

import pandas as pd
import streamlit as st

from dashboard.words import _


def draw() -> None:
    """The columns that help, and a few rows."""
    st.markdown(
        _(
            "One row a contact. Needed: who (a customer’s id, or a lead’s), when, and what happened: a visit, an open, a comparison, "
            "a basket. Channel, region and cost help; columns such as *worry* or *asked* say what was heard. Purchases are taken from "
            "the orders where the contacts do not name them."
        )
    )
    example = {
        "person_id": ["L1", "L1", "K7", "K7"],
        "time": ["2025-03-03 09:12", "2025-03-05 20:40", "2025-03-04 11:00", "2025-03-09 18:30"],
        "step": ["Site visit", "Products compared", "Newsletter opened", "Basket filled"],
        "channel": ["Web", "Web", "Newsletter", "App"],
        "region": ["North", "North", "South", "South"],
        "worry": [None, "late delivery", None, None],
    }
    st.dataframe(pd.DataFrame(example), hide_index=True, key="journey/example", alt=_("Example of a table of contacts"))
