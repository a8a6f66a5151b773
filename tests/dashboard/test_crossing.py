"""The page of crossings against what its analysis gives back."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.access import AccessScope, open_dataset
from core.analyses import load
from core.analyses.crossing import CrossingParams, CrossingResult
from core.filters import Filters
from dashboard.topics import crossing, crossing_changes, crossing_matrix
from dashboard.words import number
from tests.dashboard.conftest import Opened


def run(data: Path, **params: str) -> CrossingResult:
    result: Any = load("crossing").run(
        open_dataset(data, AccessScope.everything()), Filters(), CrossingParams(**params)
    )
    return result


def said(app: AppTest) -> str:
    return "\n".join(one.value.replace("\\", "") for one in app.info)


def test_the_page_shows_what_the_analysis_gives_back(open_page: Opened, data: Path) -> None:
    app = open_page("crossing")
    assert not app.exception
    result = run(data)
    shown = {one.label: one.value for one in app.metric}
    assert shown["Largest cell"] == number(result.cells["customers"].max())
    assert shown["More than chance"] == number((result.cells["claim"] & (result.cells["residual"] > 0)).sum())


@pytest.mark.parametrize(
    "sides", [("abc", "abc"), ("region", "channel"), ("recency", "frequency"), ("abc_xyz", "rfm_segment")]
)
def test_any_two_can_be_crossed_and_stand_in_the_link(open_page: Opened, sides: tuple[str, str]) -> None:
    app = open_page("crossing", rows=[sides[0]], columns=[sides[1]], by=["revenue"], value=["margin"])
    assert not app.exception
    assert not app.info
    assert app.selectbox(key="crossing/rows").value == sides[0]
    assert app.selectbox(key="crossing/columns").value == sides[1]


def test_a_classification_that_the_data_have_not_is_dropped_and_named(open_page: Opened) -> None:
    app = open_page("crossing", rows=["attribute:shoe_size"])
    assert not app.exception
    assert said(app) == "The link’s rows=attribute:shoe_size is not on offer on this page. It was left out."


def test_a_side_that_can_not_be_made_is_said_and_another_can_be_picked(open_page: Opened) -> None:
    # 40 customers are too few for a model of lifetime value.
    app = open_page("crossing", rows=["tier"])
    assert not app.exception
    assert app.title[0].value == "This can’t be shown"
    app.selectbox(key="crossing/rows").select("region").run()
    assert app.title[0].value != "This can’t be shown"


def test_a_cell_a_row_and_a_column_open_their_customers(open_page: Opened, data: Path) -> None:
    table = run(data).customers
    top = table.iloc[0]
    for select, chosen in {
        f"{top['row']}|{top['column']}": (table["row"] == top["row"]) & (table["column"] == top["column"]),
        f"{top['row']}|": table["row"] == top["row"],
        f"|{top['column']}": table["column"] == top["column"],
    }.items():
        app = open_page("crossing", select=[select])
        assert not app.info
        assert len(app.dataframe[0].value) == chosen.sum()


def test_a_label_with_a_bar_in_it_is_told_from_a_cell() -> None:
    customers = pd.DataFrame({"row": ["a|b", "a", "a"], "column": ["c", "b|c", "c"]})
    result: Any = SimpleNamespace(customers=customers, row_labels=("a", "a|b"), column_labels=("b|c", "c"))
    assert crossing.members(result, "a|c").tolist() == [False, False, True]  # type: ignore[union-attr]
    assert crossing.members(result, "a|b|").tolist() == [True, False, False]  # type: ignore[union-attr]
    assert crossing.members(result, "|b|c").tolist() == [False, True, False]  # type: ignore[union-attr]


def test_changes_of_cells_are_those_of_plain_pandas(data: Path) -> None:
    dataset = open_dataset(data, AccessScope.everything())
    analysis = load("crossing")
    earlier = Filters(last=dataset.info.first_day + (dataset.info.last_day - dataset.info.first_day) / 2)
    params = CrossingParams(rows="region", columns="channel")
    now, then = (analysis.run(dataset, filters, params) for filters in (Filters(), earlier))
    compared = SimpleNamespace(filters=earlier, words="in a year", span="")
    view: Any = SimpleNamespace(comparison=lambda: compared, result=lambda filters: then, data=dataset)
    changed = crossing_changes.find(view, now)
    assert changed is not None
    sizes = [
        result.customers.groupby(["row", "column"], observed=True)["revenue"].agg(["size", "sum"])
        for result in (then, now)
    ]
    for cell, row in changed.table.iterrows():
        for at, name in enumerate(("before", "after")):
            expected = sizes[at].loc[cell] if cell in sizes[at].index else {"size": 0, "sum": 0.0}
            assert row[name] == expected["size"]
            assert row[f"revenue_{name}"] == pytest.approx(expected["sum"])
    # 40 customers: no cell ever holds 30.
    assert not changed.table["claim"].any()
    assert crossing_changes.strongest(changed) is None


def test_a_link_that_compares_says_against_what(open_page: Opened) -> None:
    app = open_page("crossing", compare=["year"])
    assert not app.exception
    assert "Largest change" in {one.label for one in app.metric}


def sides(rows: list[int], columns: list[int]) -> Any:
    made = [
        pd.DataFrame({"label": [f"{name}{k}" for k in range(len(sizes))], "customers": sizes})
        for name, sizes in (("r", rows), ("c", columns))
    ]
    return SimpleNamespace(rows=made[0], columns=made[1])


def test_the_longer_side_makes_the_rows_where_the_screen_is_too_narrow() -> None:
    result = sides([5, 5, 5], [9, 1, 8, 2, 7, 3])
    assert not crossing_matrix.grid(result, narrow=False).turned
    turned = crossing_matrix.grid(result, narrow=True)
    assert turned.turned
    assert (turned.rows, turned.columns, turned.left_out) == (
        ["c0", "c1", "c2", "c3", "c4", "c5"],
        ["r0", "r1", "r2"],
        0,
    )


def test_of_too_many_the_largest_are_drawn_in_their_order_and_the_rest_counted() -> None:
    # Both sides have more than four; the columns lose 3 of 30 customers, the rows would lose 2 of 6.
    drawn = crossing_matrix.grid(sides([1] * 6, [9, 1, 8, 2, 7, 3, 0]), narrow=True)
    assert (drawn.turned, drawn.columns, drawn.left_out) == (False, ["c0", "c2", "c4", "c5"], 2)
    # Turned round, all eleven are seen, and of 38 the eight that hold nearly everybody.
    few_large = sides([300] * 8 + [1] * 30, [100] * 11)
    drawn = crossing_matrix.grid(few_large, narrow=False)
    assert (drawn.turned, len(drawn.rows), len(drawn.columns), drawn.left_out) == (True, 11, 8, 30)


@pytest.mark.parametrize(
    ("v", "p", "word"),
    [
        (0.05, 0.001, "hardly any"),
        (0.2, 0.001, "some"),
        (0.5, 0.001, "strong"),
        (0.5, 0.2, "not clear"),
        (np.nan, np.nan, "not clear"),
    ],
)
def test_the_link_is_put_in_words_only_where_it_is_sure(v: float, p: float, word: str) -> None:
    result: Any = SimpleNamespace(cramers_v=v, p_value=p)
    assert crossing.strength(result) == word
