"""Tables on their way out: nothing that a spreadsheet would run, nulls for what is missing."""

import csv
import io
import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from core import analyses
from core.access import Dataset
from core.export import to_csv, to_json, to_parquet
from core.filters import Filters

HOSTILE = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "plain",
    "a=b",
    "",
    "<img onerror=x>",
]


def read(content: bytes) -> list[list[str]]:
    """Rows as the standard library reads them."""
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("kind", ["object", "str", "category"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(kind: str) -> None:
    found = read(to_csv(pd.DataFrame({"name": pd.Series(HOSTILE, dtype=kind), "place": range(len(HOSTILE))})))
    assert [row[0] for row in found[1:]] == ["'" + text for text in HOSTILE[:8]] + HOSTILE[8:]


def test_a_line_break_inside_a_text_does_not_begin_a_row() -> None:
    """Else what follows it would begin a cell."""
    names = ["x\r=1+1", "x\n=1+1", "x\r\n=1+1"]
    found = read(to_csv(pd.DataFrame({"name": names, "place": range(3)})))
    assert [row[0] for row in found[1:]] == names


def test_numbers_stay_numbers() -> None:
    table = pd.DataFrame(
        {"money": [-1.5, 2.0, np.nan], "count": [-1, 0, 3], "mixed": pd.Series([-1, "-1", None], dtype=object)}
    )
    assert to_csv(table).decode().splitlines() == ["money,count,mixed", "-1.5,-1,-1", "2.0,0,'-1", ",3,"]


def test_headers_are_text_too() -> None:
    assert to_csv(pd.DataFrame({"=1+1": [1], "fine": [2]})).decode() == "'=1+1,fine\n1,2\n"


def test_no_rows_leave_the_headers() -> None:
    assert to_csv(pd.DataFrame({"a": pd.Series([], dtype=object), "b": pd.Series([], dtype=float)})) == b"a,b\n"


def test_every_letter_survives_and_a_bom_comes_on_demand() -> None:
    table = pd.DataFrame({"region": ["Île-de-France", "东北", "Ставрополь", 'say "hi", twice', "two\nlines"]})
    assert [row[0] for row in read(to_csv(table))[1:]] == table["region"].tolist()
    assert to_csv(table, bom=True) == b"\xef\xbb\xbf" + to_csv(table)


def test_dates_are_iso() -> None:
    assert to_csv(pd.DataFrame({"d": pd.to_datetime(["2021-03-04", None])})).decode() == 'd\n2021-03-04\n""\n'


def test_parquet_round_trips() -> None:
    table = pd.DataFrame({"name": ["=a", None], "value": [1.5, np.nan], "kind": pd.Categorical(["x", "y"])})
    pd.testing.assert_frame_equal(pd.read_parquet(io.BytesIO(to_parquet(table))), table, check_dtype=False)


def reject(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


@pytest.mark.parametrize("name", ["abc_xyz", "rfm", "cohorts", "overview"])
def test_json_is_the_contract_with_nulls_for_what_is_missing(dataset: Dataset, name: str) -> None:
    analysis = analyses.load(name)
    filters = Filters(region=("North", "South"), first=date(2022, 1, 5))
    result = analysis.run(dataset, filters, analysis.params())
    whole = json.loads(to_json(name, dataset, filters, analysis.params(), result), parse_constant=reject)
    assert list(whole) == ["analysis", "snapshot", "as_of", "filters", "params", "warnings", "tables"]
    assert whole["analysis"] == name
    assert whole["snapshot"] == dataset.info.version
    assert whole["as_of"] == dataset.info.last_day.isoformat()
    assert whole["filters"] == {
        "region": ["North", "South"],
        "channel": [],
        "from": "2022-01-05",
        "to": None,
        "classes": "company",
    }
    for key, table in result.tables().items():
        rows = whole["tables"][key]
        named = dataset.with_ids(table)
        assert len(rows) == len(named)
        assert not rows or list(rows[0]) == list(named.columns)
        for column in named:
            missing = [row[column] is None for row in rows]
            assert missing == named[column].isna().tolist()


def test_only_one_table_on_demand(dataset: Dataset) -> None:
    analysis = analyses.load("rfm")
    result = analysis.run(dataset, Filters(), analysis.params())
    whole = json.loads(to_json("rfm", dataset, Filters(), analysis.params(), result, "cuts"))
    assert list(whole["tables"]) == ["cuts"]
