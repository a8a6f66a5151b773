"""What is kept between runs: open snapshots, and the results of analyses. The only file with Streamlit's caches.

Results are shared, not copied: they are frozen, and whoever gets one must not change its tables. All that decides who sees what is
in the key: folder, snapshot, scope, filters and settings, all plain frozen values.
"""

from typing import Any

import streamlit as st

from core.access import AccessScope, Dataset, open_dataset
from core.analyses import load
from core.filters import Filters
from core.results import Result


@st.cache_resource(max_entries=8, show_spinner=False)
def dataset(folder: str, version: int, scope: AccessScope) -> Dataset:
    """An open snapshot as a scope sees it, mapped once for all sessions."""
    return open_dataset(folder, scope, version)


@st.cache_resource(max_entries=8, show_spinner=False)
def report(folder: str, version: int, scope: AccessScope) -> dict[str, Any] | None:
    """What the import said; None where there is no report, or for who sees only a part: it counts everything."""
    derived = dataset(folder, version, scope).derived_folder
    if derived is None:
        return None
    from core.importer import read_report

    try:
        return read_report(derived.parent)
    except FileNotFoundError:
        return None


# A result of 300,000 customers holds about 30 MB.
@st.cache_resource(max_entries=24, show_spinner=False)
def result(folder: str, version: int, scope: AccessScope, name: str, filters: Filters, params: Any) -> Result:
    """The result of an analysis, computed once for everybody who may see the same."""
    return load(name).run(dataset(folder, version, scope), filters, params)
