"""Result tables beside what was expected."""

import numpy as np
import pandas as pd


def assert_same(table: pd.DataFrame, expected: pd.DataFrame, keys: list[str]) -> None:
    """Row for row, in the columns of ``expected``; numbers to 1e-9."""
    left, right = (
        t[list(expected.columns)].sort_values(keys, ignore_index=True) for t in (plain(table), plain(expected))
    )
    assert len(left) == len(right)
    for name in expected.columns:
        a, b = left[name], right[name]
        if pd.api.types.is_numeric_dtype(b) and not pd.api.types.is_bool_dtype(b):
            close = np.isclose(a.astype(float), b.astype(float), rtol=1e-9, atol=1e-9, equal_nan=True)
        else:
            close = ((a == b) | (a.isna() & b.isna())).to_numpy(dtype=bool)
        assert close.all(), (
            f"{name} differs in {(~close).sum()} rows:\n{pd.concat([left, b.rename('expected')], axis=1)[~close]}"
        )


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """Categories as the text they stand for."""
    return table.assign(
        **{name: table[name].astype(object) for name in table if isinstance(table[name].dtype, pd.CategoricalDtype)}
    )
