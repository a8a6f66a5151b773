"""What to give for the page of deals, with an example."""

import pandas as pd
import streamlit as st

from dashboard.words import _


def draw() -> None:
    """The columns that help, and a few rows."""
    st.markdown(
        _(
            "One row a deal, or one row a change of its stage. Needed: a deal’s id, the days on which it was opened "
            "and closed, and how it ended. The more of these there are, the more can be told: account, reason of a "
            "loss, amount, margin or discount, number of contacts, changes asked for, stage, region, channel, and "
            "anything known of the account: industry, size, need, who decides."
        )
    )
    example = {
        "deal_id": ["D1", "D2", "D3"],
        "account": ["Alder Clinics", "Birk & Sons", "Cedar Hotels"],
        "opened": ["2025-03-03", "2025-03-10", "2025-04-01"],
        "closed": ["2025-03-21", "2025-06-30", None],
        "outcome": ["won", "lost", "open"],
        "reason": [None, "no budget", None],
        "amount": [12_400, 31_000, 8_900],
        "discount": [0, 1_550, 0],
        "contacts": [4, 23, 2],
        "industry": ["health", "building", "hotels"],
        "size": ["10 to 49", "1 to 9", "50 to 249"],
    }
    st.dataframe(pd.DataFrame(example), hide_index=True, key="deals/example", alt=_("Example of a table of deals"))
