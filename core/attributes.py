"""Customer attributes as they can be shown of a group: few values each, ages and amounts in bands, nothing that names a person."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.days import to_date
from core.scoring import equal_count_cuts, score

MOST_VALUES = 20
AGE = "age"
AGE_BANDS = ("under 25", "25-34", "35-44", "45-54", "55-64", "65 and over")
_AGE_CUTS = (25, 35, 45, 55, 65)
_OLDEST = 110
_BANDS = 4

_BIRTH = re.compile(r"birth|^dob$|^yob$")
# Numbers that name somebody, or code something else, are no amounts.
_IDENTIFIER = re.compile(
    r"(^|[_\s])(id|key|code|no|nr|phone|mobile|fax|zip|postcode|postal|lat|lon|latitude|longitude|row)($|[_\s])"
)


def group_attributes(attributes: pd.DataFrame, as_of: int) -> pd.DataFrame:
    """Attributes that can describe a group.

    Parameters
    ----------
    attributes : pandas.DataFrame
        One row a customer, any columns.
    as_of : int
        Day number that ages are counted to.

    Returns
    -------
    pandas.DataFrame of category
        The columns with 2 to 20 different values; a year or date of birth as ``age`` in bands; other numbers in four bands of equal
        size. Columns that name people (nearly all different, or keys and numbers of addresses) are left out. Missing stays missing.
    """
    shown: dict[str, pd.Series] = {}
    for name in attributes:
        column = attributes[name]
        banded = _banded(str(name), column, as_of)
        if banded is not None:
            shown[AGE if _BIRTH.search(str(name).lower()) else str(name)] = banded
    return pd.DataFrame(shown, index=attributes.index)


def _banded(name: str, column: pd.Series, as_of: int) -> pd.Series | None:
    if _BIRTH.search(name.lower()):
        return _ages(column, as_of)
    different = int(column.nunique())
    if different < 2:
        return None
    if different <= MOST_VALUES:
        return _categories(column)
    if _IDENTIFIER.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()):
        return None
    if pd.api.types.is_numeric_dtype(column):
        return _bands(column.to_numpy(dtype=np.float64, na_value=np.nan))
    return None


def _categories(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        known = np.unique(numbers[~np.isnan(numbers)])
        codes = np.where(np.isnan(numbers), -1, np.searchsorted(known, numbers))
        return pd.Series(pd.Categorical.from_codes(codes, [f"{value:g}" for value in known]))
    text = column.map(str, na_action="ignore").astype("object")
    return pd.Series(pd.Categorical(text, categories=sorted(text.dropna().unique())))


def birth_column(columns: Sequence[str]) -> str:
    """The first column that holds years or dates of birth, by its name; "" without one."""
    return next((name for name in columns if _BIRTH.search(name.lower())), "")


def ages(column: pd.Series, as_of: int) -> NDArray[np.float64]:
    """Ages from years or dates of birth; NaN for unknown and impossible ones.

    Parameters
    ----------
    column : pandas.Series, shape (customers,)
    as_of : int
        Day number that ages are counted to.

    Returns
    -------
    ndarray of float64, shape (customers,)
        Whole years; of a year of birth the age that is reached in the year.
    """
    day = to_date(as_of)
    if pd.api.types.is_numeric_dtype(column):
        age = day.year - column.to_numpy(dtype=np.float64, na_value=np.nan)
    else:
        born = pd.to_datetime(column, errors="coerce", format="mixed")
        before = (born.dt.month > day.month) | ((born.dt.month == day.month) & (born.dt.day > day.day))
        age = (day.year - born.dt.year - before).to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where((age >= 0) & (age <= _OLDEST), age, np.nan)


def _ages(column: pd.Series, as_of: int) -> pd.Series | None:
    """Age bands from years or dates of birth; impossible ages count as missing."""
    age = ages(column, as_of)
    known = ~np.isnan(age)
    codes = np.where(known, np.searchsorted(_AGE_CUTS, np.where(known, age, 0), side="right"), -1)
    if len(np.unique(codes[known])) < 2:
        return None
    return pd.Series(pd.Categorical.from_codes(codes, list(AGE_BANDS)))


def _bands(values: NDArray[np.float64]) -> pd.Series | None:
    known = ~np.isnan(values)
    groups = score(values[known], equal_count_cuts(values[known], _BANDS)) - 1
    present = np.unique(groups)
    if len(present) < 2:
        return None
    spans = [(values[known][groups == group].min(), values[known][groups == group].max()) for group in present]
    codes = np.full(len(values), -1)
    codes[known] = np.searchsorted(present, groups)
    return pd.Series(pd.Categorical.from_codes(codes, [f"{low:g} to {high:g}" for low, high in spans]))
