"""What is kept between runs: open snapshots, and the results of analyses. The only file with Streamlit's caches.

Results are shared, not copied: they are frozen, and whoever gets one must not change its tables. All that decides who sees what is
in the key: folder, snapshot, scope, filters, settings and the text of the company's segments, all plain frozen values.
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


# A result of 300,000 customers holds about 40 MB.
@st.cache_resource(max_entries=24, show_spinner=False)
def result(
    folder: str,
    version: int,
    scope: AccessScope,
    name: str,
    filters: Filters,
    params: Any,
    segments: str,  # noqa: ARG001 (a part of the key: the digest of the company's segments as they are now)
) -> Result:
    """The result of an analysis, computed once for everybody who may see the same."""
    return load(name).run(dataset(folder, version, scope), filters, params)
