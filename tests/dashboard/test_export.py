"""Downloads that a spreadsheet opens as data, never as formulas."""

import csv
import io

import numpy as np
import pandas as pd
import pytest

from dashboard.export import file_name, to_csv


def read(table: pd.DataFrame) -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_csv(table).decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text", ["=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=", "-", "+7 900 123"]
)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(text: str) -> None:
    assert read(pd.DataFrame({"name": [text]}))[1] == ["'" + text]


@pytest.mark.parametrize("text", ["North", "a=b", "x-y", "", "Ünïcode ☃", 'say "hi", ok', "007", "-12.5", "+3", "1,5"])
def test_a_harmless_text_stays(text: str) -> None:
    assert read(pd.DataFrame({"name": ["x", text]}))[2:] == ([[text]] if text else [[]]) or text == ""


def test_numbers_stay_numbers_negative_ones_too() -> None:
    table = pd.DataFrame({"revenue": [-12.5, 3.25, np.nan], "orders": np.array([-1, 2, 3], dtype=np.int32)})
    assert read(table)[1:] == [["-12.5", "-1"], ["3.25", "2"], ["", "3"]]


def test_categories_are_made_harmless_too() -> None:
    table = pd.DataFrame({"segment": pd.Categorical(["=x", "lost", "=x"])})
    assert read(table)[1:] == [["'=x"], ["lost"], ["'=x"]]


def test_missing_texts_are_empty() -> None:
    assert read(pd.DataFrame({"region": ["North", None], "n": [1, 2]}))[1:] == [["North", "1"], ["", "2"]]


def test_names_of_downloads_can_not_be_guessed() -> None:
    names = {file_name("rfm") for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("clientele-rfm-") and name.endswith(".csv") for name in names)
