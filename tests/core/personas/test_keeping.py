"""Personas stay what they are from snapshot to snapshot."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.access import AccessScope, open_dataset
from core.analyses.personas import PersonasParams, PersonasResult, run
from core.filters import Filters
from tests.core.personas.planted import make_people, named
from tests.helpers import publish_lines

FOUR = PersonasParams(k="4")


def shown(data: Path, params: PersonasParams = FOUR) -> tuple[PersonasResult, pd.Series]:
    dataset = open_dataset(data, AccessScope.everything())
    result = run(dataset, Filters(), params)
    return result, named(dataset, result)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return publish_lines(make_people()[0], tmp_path)


def test_what_is_kept_is_used_and_a_damaged_file_is_made_anew(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = shown(data)
    folder = open_dataset(data, AccessScope.everything()).derived_folder
    assert folder is not None
    assert sorted(path.name.partition("-")[0] for path in folder.iterdir()) == ["persona_models", "personas"]
    with monkeypatch.context() as patched:
        patched.setattr("core.personas.fit.find_clusters", None)
        again, _ = shown(data)
    for name, table in first.tables().items():
        pd.testing.assert_frame_equal(table, again.tables()[name], obj=name)
    for path in folder.iterdir():
        path.write_bytes(b"damaged")
    made, _ = shown(data)
    pd.testing.assert_frame_equal(first.personas, made.personas)


def test_new_customers_are_placed_without_a_new_fit_and_labels_stay(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, before = shown(data)
    assert first.kinds["origin"].tolist() == ["first"]
    lines, _ = make_people()
    more, _ = make_people(per_persona=15, seed=8)
    for column in ("customer_id", "order_id"):
        more[column] = "new-" + more[column]
    publish_lines(pd.concat([lines, more], ignore_index=True), data)
    monkeypatch.setattr("core.personas.fit.find_clusters", None)
    second, after = shown(data)
    assert second.kinds[["origin", "snapshot"]].to_numpy().tolist() == [["kept", 1]]
    assert "personas_kept" in {notice.code for notice in second.notices}
    assert (after.reindex(before.index) == before).mean() > 0.98
    new = after[after.index.str.startswith("new-")]
    kind = new.index.str.removeprefix("new-").str.rstrip("0123456789")
    old = before.groupby(before.index.str.rstrip("0123456789")).agg(lambda codes: codes.mode().iloc[0])
    assert len(new) == 60
    assert (new.to_numpy() == old.reindex(kind).to_numpy()).mean() > 0.95
    names = first.personas.set_index("persona")["name"]
    pd.testing.assert_series_equal(second.personas.set_index("persona")["name"].reindex(names.index), names)


def test_groups_that_no_longer_fit_are_found_anew_and_overlapping_ones_keep_their_codes(data: Path) -> None:
    _, before = shown(data)
    lines, _ = make_people()
    # Nobody hunts bargains any more, and half of the office people now buy next to nothing at a kiosk.
    lines = lines[~lines["customer_id"].str.startswith("bargain")].copy()
    changed = lines["customer_id"].isin([f"office{i:03d}" for i in range(30)])
    lines.loc[changed, "amount"] = (lines.loc[changed, "amount"] * 0.01).astype(np.int64)
    lines.loc[changed, "channel"] = "Kiosk"
    publish_lines(lines, data)
    second, after = shown(data)
    assert second.kinds["origin"].tolist() == ["matched"]
    for kind in ("lapsed", "loyal"):
        own = before.index[before.index.str.startswith(kind)]
        assert (after.reindex(own) == before.reindex(own)).mean() > 0.9
    codes = second.personas["persona"]
    assert codes.is_unique
    assert len(codes) == 4


def test_other_settings_and_an_earlier_day_know_nothing_of_what_was_kept(data: Path) -> None:
    shown(data)
    publish_lines(make_people()[0], data)
    plain, _ = shown(data, PersonasParams(k="4", method="kmeans"))
    assert plain.kinds["origin"].tolist() == ["first"]
    dataset = open_dataset(data, AccessScope.everything())
    earlier = run(dataset, Filters(last=pd.Timestamp("2023-01-01").date()), FOUR)
    assert earlier.kinds["origin"].tolist() == ["first"]
