"""What must hold of ABC-XYZ whatever the data: one cell each, sums, classes that rise with value, distances to the next class."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.access import Dataset
from core.analyses.abc_xyz import ABC, AbcRuler, AbcXyzParams, abc_ruler, run
from core.errors import EmptyViewError
from core.filters import Filters
from core.money import SCALE
from tests.core.analyses.test_invariance import FILTERS, InMemory, logs
from tests.helpers import make_log, open_lines

params = st.builds(
    AbcXyzParams,
    value=st.sampled_from(["revenue", "margin", "orders"]),
    a_limit=st.sampled_from([1.0, 33.0, 50.0, 80.0]),
    b_limit=st.sampled_from([80.0, 81.5, 100.0]),
    period=st.sampled_from(["week", "month", "quarter"]),
    xyz=st.sampled_from(["cuts", "thirds", "syntetos_boylan", "seasonal"]),
    window=st.sampled_from([0, 1, 9]),
)


def units(amounts: pd.Series) -> np.ndarray:
    return (amounts * SCALE).round().to_numpy(dtype=np.int64)


@settings(max_examples=25)
@given(log=logs, filters=st.sampled_from(FILTERS), params=params)
def test_everybody_is_in_one_cell_and_cells_add_up(log: pd.DataFrame, filters: Filters, params: AbcXyzParams) -> None:
    try:
        result = run(InMemory(log), filters, params)
    except EmptyViewError:
        return
    assert result.rows["customer"].is_unique
    assert not result.rows[["abc", "xyz"]].isna().any(axis=None)
    assert result.matrix["customers"].sum() == len(result.rows)
    assert units(result.matrix["revenue"]).sum() == units(result.rows["revenue"]).sum()
    assert result.matrix["customer_share"].sum() == pytest.approx(1)
    cells = result.rows.groupby(["abc", "xyz"], observed=False).size()
    assert result.matrix["customers"].tolist() == cells.tolist()
    moved = result.sensitivity
    assert moved["customers"].between(0, len(result.rows)).all()
    assert moved["customer_share"].to_numpy() == pytest.approx(moved["customers"] / len(result.rows))


@settings(max_examples=25)
@given(log=logs, filters=st.sampled_from(FILTERS), params=params)
def test_gap_and_room_are_those_of_the_limits_in_value(
    log: pd.DataFrame, filters: Filters, params: AbcXyzParams
) -> None:
    """Lifted by the gap a value is in a better class, by a unit less not; lowered by the room it stays, by a unit more not."""
    dataset = InMemory(log)
    try:
        rows, ruler = run(dataset, filters, params).rows, abc_ruler(dataset, filters, params)
    except EmptyViewError:
        return
    value, own = units(rows["value"]), rows["abc"].cat.codes.to_numpy()
    assert ruler.codes(value).tolist() == own.tolist()
    gap = rows["abc_gap"].notna().to_numpy()
    lifted = value[gap] + units(rows.loc[gap, "abc_gap"])
    assert (ruler.codes(lifted) < own[gap]).all()
    nonpositive = ABC.index("nonpositive")
    # Any value above 0 is better than none, so what lifts out of it is the smallest value that somebody has.
    positive = own[gap] != nonpositive
    assert (ruler.codes(lifted - 1)[positive] == own[gap][positive]).all()
    assert gap[own == 1].all()
    assert gap[own == 2].all()
    assert not gap[own == 0].any()
    room = rows["abc_room"].notna().to_numpy()
    lowered = value[room] - units(rows.loc[room, "abc_room"])
    assert (ruler.codes(lowered) == own[room]).all()
    assert (ruler.codes(lowered - 1) > own[room]).all()
    assert not room[own >= ABC.index("C")].any()


@settings(max_examples=25)
@given(log=logs, params=params)
def test_the_gap_of_variation_leads_to_the_next_better_class(log: pd.DataFrame, params: AbcXyzParams) -> None:
    try:
        result = run(InMemory(log), Filters(), params)
    except EmptyViewError:
        return
    rows = result.rows
    known = rows["xyz"].isin(["Y", "Z"])
    assert rows["xyz_gap"].notna().equals(known)
    if known.any():
        cut = rows.loc[known, "xyz"].map({"Y": result.xyz_cuts[0], "Z": result.xyz_cuts[1]}).astype(float)
        assert (rows.loc[known, "xyz_gap"] > 0).all()
        assert (100 * rows.loc[known, "cv"] - rows.loc[known, "xyz_gap"]).to_numpy() == pytest.approx(cut.to_numpy())


@settings(max_examples=25)
@given(log=logs, more=st.integers(1, 10**9), params=params)
def test_more_value_never_lowers_the_class_of_who_brings_it(log: pd.DataFrame, more: int, params: AbcXyzParams) -> None:
    try:
        before = classes(InMemory(log), params)
    except EmptyViewError:
        return
    for lucky in before.index[:: max(len(before) // 4, 1)]:
        order = {"order_id": "more", "customer_id": lucky, "date": log["date"].max(), "amount": more, "cost": 0}
        extra = pd.DataFrame([{**order, "region": "North", "channel": "Web"}])
        after = classes(InMemory(pd.concat([log, extra], ignore_index=True)), params)
        assert after[lucky] <= before[lucky]
        others = before.index.drop(lucky)
        if params.value != "orders":
            assert (after[others] >= before[others].where(before[others] > 0, 0)).all()


def classes(dataset: Dataset, params: AbcXyzParams) -> pd.Series:
    rows = dataset.with_ids(run(dataset, Filters(), params).rows)
    return rows.set_index("customer_id")["abc"].cat.codes


@settings(max_examples=60)
@given(st.lists(st.integers(-5, 40), min_size=1, max_size=30), st.integers(1, 30), st.integers(0, 30))
def test_a_ruler_is_a_staircase(values: list[int], a_from: int, less: int) -> None:
    ruler = AbcRuler(a_from, max(a_from - less, 1))
    codes = ruler.codes(np.array(values, dtype=np.int64))
    expected = ["A" if v >= a_from else "B" if v >= ruler.b_from else "C" if v > 0 else "nonpositive" for v in values]
    assert [ABC[code] for code in codes] == expected


def test_order_of_rows_and_names_of_products_change_nothing(tmp_path: Path) -> None:
    log = make_log(23, orders=500, days=900)
    names = dict(zip(sorted(log["product_id"].unique()), [f"x{(7 * k) % 12:02d}" for k in range(12)], strict=True))
    other = log.sample(frac=1, random_state=4).assign(product_id=lambda lines: lines["product_id"].map(names))
    for xyz in ("cuts", "seasonal"):
        asked = AbcXyzParams(of="products", xyz=xyz, x_limit=60, y_limit=90)
        (left, right) = (
            tables(lines, tmp_path / xyz / name, asked) for name, lines in (("as is", log), ("renamed", other))
        )
        left["products"]["product_id"] = left["products"]["product_id"].map(names)
        for name, table in right.items():
            keys = list(table.columns[: 1 if name == "products" else 2])
            pd.testing.assert_frame_equal(
                left[name].sort_values(keys, ignore_index=True), table.sort_values(keys, ignore_index=True)
            )


def tables(lines: pd.DataFrame, data: Path, params: AbcXyzParams) -> dict[str, pd.DataFrame]:
    dataset = open_lines(lines, data)
    return {name: dataset.with_ids(table) for name, table in run(dataset, Filters(), params).tables().items()}
