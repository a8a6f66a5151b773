"""Whether pandas' tables hold what the core's hold."""

import numpy as np
import pandas as pd

from core.days import period_code
from tests.benchmarks.plain import Tables

KEYS = {
    "cube": ["r", "f", "m"],
    "cuts": ["axis", "group"],
    "segments": ["segment"],
    "customers": ["customer"],
    "products": ["product"],
    "cells": ["row", "column"],
    "rows": ["label"],
    "columns": ["label"],
    "matrix": ["abc", "xyz"],
    "stability": ["group", "label"],
    "triangle": ["cohort", "period"],
    "average": ["period"],
    "figures": ["figure"],
    "months": ["month", "segment"],
    "flows": ["before", "after"],
    "bridge": ["step"],
    "scalars": [],
}


def tables_of(result: object) -> Tables:
    """The core's tables, with the scalars of a result as one more."""
    tables: Tables = dict(result.tables())  # type: ignore[attr-defined]
    if hasattr(result, "top_share"):
        tables["scalars"] = pd.DataFrame({"top_share": [result.top_share], "at_edge": [result.at_edge]})  # type: ignore[attr-defined]
    if hasattr(result, "median_gap"):
        tables["scalars"] = pd.DataFrame({"repeat": [result.repeat[0]], "median_gap": [result.median_gap]})  # type: ignore[attr-defined]
    return tables


def differences(ours: Tables, theirs: Tables) -> list[str]:
    """What differs, one sentence a column; columns that only one side has (a code, a flag for the chart) are passed over."""
    found = []
    for name, table in theirs.items():
        keys = [key for key in KEYS[name] if key in table]
        left, right = _plain(ours[name], keys), _plain(table, keys)
        if len(left) != len(right):
            found.append(f"{name}: {len(left)} rows against {len(right)}")
            continue
        for column in left.columns.intersection(right.columns):
            if not _equal(left[column].to_numpy(), right[column].to_numpy()):
                found.append(f"{name}: column {column}")
    return found


def _plain(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    plain = table.copy()
    for column in plain:
        if isinstance(plain[column].dtype, pd.CategoricalDtype):
            kind = plain[column].cat.categories.dtype
            plain[column] = plain[column].astype(np.int64 if kind.kind in "iu" else str)
    for column in {"cohort", "month"} & set(plain):
        if plain[column].dtype.kind in "iuf":
            plain[column] = [period_code(int(index), "month") for index in plain[column]]
    return plain.sort_values(keys, ignore_index=True) if keys else plain


def _equal(left: np.ndarray, right: np.ndarray) -> bool:
    if left.dtype.kind in "fiub" and right.dtype.kind in "fiub":
        # Money is summed in another order here and there.
        return bool(np.allclose(left.astype(float), right.astype(float), rtol=1e-9, atol=1e-6, equal_nan=True))
    return bool((left.astype(str) == right.astype(str)).all())
