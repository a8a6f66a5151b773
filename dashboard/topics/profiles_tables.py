"""One axis of a profile as a table that sorts."""

import streamlit as st

from core.analyses.profiles import ProfilesResult
from dashboard.topics import profile_words, profiles
from dashboard.view import View
from dashboard.words import _


def axis_table(view: View, result: ProfilesResult, said: dict[str, str], axis: str) -> None:
    """Draw one axis: each value with both shares, index, interval, effect and p."""
    kinds = st.column_config
    effect = _("Cramér’s V of the attribute: 0 no difference, 1 complete. From 0.1 some, from 0.3 strong.")
    config = {
        "attribute": kinds.TextColumn(_("Attribute"), pinned=not view.phone),
        "value": kinds.TextColumn(_("Value")),
        "share": kinds.ProgressColumn(said[result.segment], format="percent", min_value=0, max_value=1),
        "rest_share": kinds.ProgressColumn(profiles.other(result, said), format="percent", min_value=0, max_value=1),
        "index": kinds.NumberColumn(_("Index"), format="%.0f", help=_("100 is equal, 200 double.")),
        "interval": kinds.TextColumn(_("95 %")),
        "mark": kinds.TextColumn(
            _("Clear"), help=_("▲ more, ▼ less, clear of chance after the correction over all rows.")
        ),
        "p": kinds.TextColumn(_("p"), help=_("Adjusted by Benjamini and Hochberg over all rows of the profile.")),
        "effect": kinds.NumberColumn(_("Effect V"), format="%.2f", help=effect),
        "effect_p": kinds.TextColumn(_("p of V"), help=_("Of the attribute as a whole, adjusted over all attributes.")),
        "n": kinds.NumberColumn(
            _("Known of"), format="localized", help=_("Customers of the segment of whom it is known.")
        ),
    }
    table = profiles.axis_table(view, result, axis)
    st.dataframe(
        table,
        hide_index=True,
        column_config=config,
        height=min(460, 35 * (len(table) + 1) + 3),
        key=f"{view.key}/axis/{axis}",
        placeholder="",
        alt=_("Table of {axis}").format(axis=profile_words.axis(axis)),
    )
