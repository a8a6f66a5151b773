"""What the files call steps: a table that can be edited, kept in the link, and saved for everybody."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from core.access import Dataset
from core.errors import BadParameterError, ClienteleError
from core.journey.log import contact_log
from core.journey.steps import IGNORED, MEANINGS, UNKNOWN, StepRules, read_names, save, write_names
from dashboard import layout, share
from dashboard.topics.journey import step
from dashboard.view import View
from dashboard.words import _

KEY = "steps"


def restrict() -> None:
    """Leave out of the link what names no step; before the settings are first asked for."""
    given = share.take_one(KEY)
    try:
        read_names(given)
    except BadParameterError:
        share.drop(KEY, [given], _("The link’s {key}={value} can’t be used here. It was left out."))


def words() -> dict[str, str]:
    """What a name can be said to be."""
    return {**{code: step(code) for code in MEANINGS}, IGNORED: _("no step"), UNKNOWN: _("not known")}


def draw(view: View) -> None:
    """The table of names, and what can be done with what was changed in it."""
    own = read_names(view.params.steps)
    table = names(view.data, view.data.step_rules.changed(own))
    said = words()
    # Another table each time the steps change: an editor keeps its edits for as long as it has its key.
    name = f"{view.key}/steps/{crc32(view.params.steps.encode())}"
    kinds = st.column_config
    st.data_editor(
        table.assign(step=table["step"].map(said), by=table["by"].map(_source())),
        hide_index=True,
        disabled=["name", "touchpoints", "by"],
        column_config={
            "name": kinds.TextColumn(_("Name in the file")),
            "touchpoints": kinds.NumberColumn(_("Touchpoints"), format="localized"),
            "step": kinds.SelectboxColumn(_("Step"), options=[said[code] for code in MEANINGS], required=True),
            "by": kinds.TextColumn(_("Known by")),
        },
        key=name,
        on_change=partial(_edited, name, list(table["name"]), own),
        height=min(420, 35 * (len(table) + 1) + 3),
        placeholder="",
    )
    with st.container(horizontal=True):
        if own:
            _save_button(view, own)
            st.button(
                _("Undo"), key=f"{view.key}/steps/undo", on_click=share.change, args=({KEY: ()},), type="tertiary"
            )
    layout.grey(
        _("What you change is in the link. Saved, it holds for everybody, in the file journey.toml of the data folder.")
    )


def names(data: Dataset, rules: StepRules) -> pd.DataFrame:
    """name, touchpoints, step, by: what the files call steps; those that nothing says anything of first, then most touchpoints."""
    log = contact_log(data)
    if log is None:
        return pd.DataFrame(columns=["name", "touchpoints", "step", "by"])
    count = pd.Series(log.name).value_counts()
    rows = [(one, int(count.get(place, 0)), *rules.meaning(one)) for place, one in enumerate(log.names)]
    table = pd.DataFrame(rows, columns=["name", "touchpoints", "step", "by"])
    known = table["step"] != UNKNOWN
    order = table.assign(known=known).sort_values(["known", "touchpoints", "name"], ascending=[True, False, True])
    return order.drop(columns="known").reset_index(drop=True)


def _source() -> dict[str, str]:
    return {"own": _("your choice"), "words": _("known words"), "": ""}


def _edited(editor: str, listed: list[str], own: Mapping[str, str]) -> None:
    codes = {text: code for code, text in words().items()}
    changed: dict[str, Any] = st.session_state[editor]["edited_rows"]
    new = {listed[int(place)]: codes[row["step"]] for place, row in changed.items() if row.get("step") in codes}
    told = write_names({**own, **new})
    share.change({KEY: (told,) if told else ()})


def _save_button(view: View, own: Mapping[str, str]) -> None:
    reason = None
    if not view.scope.whole:
        reason = _("Only those who see the whole company can save.")
    elif view.info.sample:
        reason = _("The sample can’t be changed; import your own data first.")

    def saved() -> None:
        try:
            save(view.folder, view.data.step_rules.changed(own))
        except ClienteleError as error:
            st.session_state[f"{view.key}/steps/failed"] = str(error)
            return
        share.change({KEY: ()})

    st.button(
        _("Save for everybody"), key=f"{view.key}/steps/save", on_click=saved, disabled=reason is not None, help=reason
    )
    if failed := st.session_state.pop(f"{view.key}/steps/failed", ""):
        st.error(layout.plain(failed))
