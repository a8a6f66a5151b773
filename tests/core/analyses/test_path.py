"""The path against plain pandas and scipy: what the data say to a step, and what changed since a choice."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.access import AccessScope, Dataset, open_dataset
from core.analyses import load
from core.analyses.path import PathParams, PathResult, run
from core.classifications import classify
from core.errors import BadInputError, BadParameterError
from core.filters import Filters
from core.own_segments import FILE as OWN_FILE
from core.path.keeping import choose, keep, look_again, write_path
from core.path.state import FILE, Choice, PathState, Picked, parse_path
from tests.conftest import SAMPLE
from tests.core.analyses.reference import UNIT, order_table
from tests.core.journey.logs import give, make_touchpoints
from tests.helpers import make_log, open_lines, publish_lines

THEN = date(2023, 11, 1)
RULE = "rule:days_since_last_order <= 60"
PEOPLE = 220


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return make_log(11, customers=PEOPLE, orders=2600, days=900)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    ids = [f"c{place:03d}" for place in range(PEOPLE + 7)]
    sex, town = np.resize(["f", "m", "f", None], len(ids)), np.resize(["Leeds", "Hull", "Ware"], len(ids))
    return pd.DataFrame({"customer_id": ids, "sex": sex, "town": town})


@pytest.fixture(scope="module")
def folder(lines: pd.DataFrame, people: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = publish_lines(lines, tmp_path_factory.mktemp("path"), customers=people)
    give(data, make_touchpoints(3))
    return data


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Dataset:
    return open_dataset(folder, AccessScope.everything())


@pytest.fixture(autouse=True)
def _nothing_kept(folder: Path) -> None:
    for name in (FILE, OWN_FILE):
        (folder / name).unlink(missing_ok=True)


def chosen(folder: Path, *segments: str, customers: int = 90) -> None:
    choose(folder, Choice(THEN, 1, tuple(Picked(one, customers, 1234.5, 20.0) for one in segments)))


def told(dataset: Dataset, filters: Filters = Filters(), **params: str) -> PathResult:  # noqa: B008
    return run(dataset, filters, PathParams(**{"classification": "region", **params}))  # type: ignore[arg-type]


def test_what_the_data_say_is_that_of_pandas_and_scipy(
    dataset: Dataset, lines: pd.DataFrame, people: pd.DataFrame
) -> None:
    result = told(dataset, potential="with")
    rows = order_table(lines)
    rows = rows[rows["customer"] != ""]
    bought = rows[rows["purchase"]]
    who = result.who.set_index("group")
    recent = bought[bought["day"] > lines["date"].max() - pd.DateOffset(years=1)]["customer"].unique()
    assert who["customers"].to_dict() == {
        "customers": bought["customer"].nunique(),
        "recent": len(recent),
        "potential": len(set(people["customer_id"]) - set(rows["customer"])),
    }
    made = classify(dataset, Filters(), "region")
    ids = dataset.customer_ids(np.arange(dataset.history.n_customers))
    labels = pd.Series(made.codes, ids)
    labels = labels[labels >= 0].map(dict(enumerate(made.labels)))
    money = rows.groupby("customer")["revenue"].sum().reindex(labels.index) / UNIT
    sizes = result.segments.set_index("segment")
    known = labels[labels != "(missing)"]
    assert sizes["customers"].to_dict() == known.value_counts().to_dict()
    assert sizes["revenue"].to_dict() == pytest.approx(money.groupby(known).sum().to_dict())
    traits = people.set_index("customer_id").reindex(labels.index)
    table = result.attributes.set_index("attribute")
    ps = []
    for name in table.index:
        counts = pd.crosstab(labels, traits[name])
        counts = counts[counts.sum(axis=1) >= 30]
        _, p, _, _ = stats.chi2_contingency(counts, correction=False)
        ps.append(p)
        assert table.loc[name, "n"] == traits[name].notna().sum()
        assert table.loc[name, "p"] == pytest.approx(p)
        assert table.loc[name, "effect"] == pytest.approx(stats.contingency.association(counts.to_numpy()))
    assert table["p_adjusted"].tolist() == pytest.approx(stats.false_discovery_control(ps).tolist())
    assert set(table.index) == {"sex", "town"}
    assert result.steps["state"].tolist() == ["open"] * 9


@pytest.mark.parametrize(
    ("name", "filters"),
    [("region", Filters(channel=("Web",))), ("attribute:sex", Filters()), (RULE, Filters())],
)
def test_what_changed_is_that_of_pandas(
    folder: Path, dataset: Dataset, lines: pd.DataFrame, filters: Filters, name: str
) -> None:
    label = {"region": "North", "attribute:sex": "f", RULE: "in"}[name]
    key = f"{name.replace('<=', '%3C%3D')}={label}"
    chosen(folder, key)
    result = told(dataset, filters)
    rows = order_table(lines)
    rows = rows[(rows["customer"] != "") & (rows["channel"].isin(filters.channel or rows["channel"]))]
    end = lines["date"].max()
    everybody = pd.Index(dataset.customer_ids(np.arange(dataset.history.n_customers)))
    inside, year = {}, {}
    for when, last in (("then", pd.Timestamp(THEN)), ("now", end)):
        # What a region's and a rule's members are needs no cuts: so it is what a run at that date says.
        at = Filters(channel=filters.channel, last=last.date())
        made = classify(dataset, at, name)
        inside[when] = pd.Series(made.codes == made.labels.index(label), everybody)
        window = rows[(rows["day"] > last - pd.DateOffset(years=1)) & (rows["day"] <= last)]
        year[when] = window.groupby("customer")["revenue"].sum().reindex(everybody, fill_value=0) / UNIT
    (pick,) = result.picks.to_dict("records")
    came, left = inside["now"] & ~inside["then"], inside["then"] & ~inside["now"]
    assert pick["told"] == ("attribute" if name.startswith("attribute") else "cuts")
    assert [pick[one] for one in ("then", "now", "came", "left")] == [
        int(part.sum()) for part in (inside["then"], inside["now"], came, left)
    ]
    changes = result.changes.set_index("measure")
    z = stats.norm.ppf(0.975)
    for measure, then, now in (
        ("customers", inside["then"] * 1.0, inside["now"] * 1.0),
        ("revenue", year["then"] * inside["then"], year["now"] * inside["now"]),
    ):
        row, each = changes.loc[measure], now - then
        assert (row["then"], row["now"]) == pytest.approx((then.sum(), now.sum()))
        assert row["high"] - row["change"] == pytest.approx(z * np.sqrt((each**2).sum()))
    parts = {}
    for when in ("then", "now"):
        total = year[when].sum()
        share = (year[when] * inside[when]).sum() / total
        parts[when] = share, (year[when] * inside[when] - share * year[when]) / total
    row, each = changes.loc["share"], parts["now"][1] - parts["then"][1]
    assert (row["then"], row["now"]) == pytest.approx((parts["then"][0], parts["now"][0]))
    assert row["high"] - row["change"] == pytest.approx(z * np.sqrt(len(each) * each.var(ddof=1)))
    moves = result.moves.assign(id=dataset.customer_ids(result.moves["customer"].to_numpy()))
    assert set(moves.loc[moves["move"] == "came", "id"]) == set(everybody[came])
    assert set(moves.loc[moves["move"] == "left", "id"]) == set(everybody[left])
    assert moves.set_index("id")["after"].to_dict() == pytest.approx(year["now"][came | left].to_dict())
    clear = (changes["low"] > 0) | (changes["high"] < 0)
    assert not (changes["claim"].astype(bool) & ~clear).any()


def test_segments_by_cuts_move_as_on_the_page_of_movements(folder: Path, dataset: Dataset, lines: pd.DataFrame) -> None:
    then = (lines["date"].max() - pd.DateOffset(months=6)).date()
    picks = tuple(Picked(f"rfm_segment={one}", 1, 1.0) for one in ("champions", "lost"))
    choose(folder, Choice(then, 1, picks))
    result = told(dataset)
    analysis = load("movements")
    flows = analysis.run(dataset, Filters(), analysis.params(back=6)).flows
    for row in result.picks.itertuples():
        before, after = flows["before"] == row.segment, flows["after"] == row.segment
        expected = [flows.loc[rows, "customers"].sum() for rows in (before, after, after & ~before, before & ~after)]
        assert [row.then, row.now, row.came, row.left] == expected
    assert "growth" not in set(result.changes["measure"])


def test_what_cannot_be_followed_is_laid_beside_what_was_written_and_never_claimed(
    folder: Path, dataset: Dataset
) -> None:
    (folder / OWN_FILE).write_text('"Often" = "orders >= 8"\n')
    chosen(folder, "step=purchase", "own:Often=in", "own:Deleted=in", "region=Atlantis", customers=60)
    keep(folder, "choice", done=THEN)
    result = told(dataset)
    assert dict(zip(result.picks["key"], result.picks["told"], strict=True)) == {
        "step=purchase": "written",
        "own:Often=in": "cuts",
        "own:Deleted=in": "gone",
        "region=Atlantis": "gone",
    }
    rows = result.changes[result.changes["key"] == "step=purchase"].set_index("measure")
    now = int((classify(dataset, Filters(), "step").codes == 4).sum())
    assert rows.loc["customers", ["then", "now", "change"]].tolist() == [60, now, now - 60]
    assert rows["low"].isna().all()
    assert not rows["claim"].any()
    # A part of the company is not held against what was written of the whole.
    part = told(dataset, Filters(region=("North",)))
    assert "step=purchase" not in set(part.changes["key"])
    assert not part.comparable
    # Those that are there are still the targets.
    assert [one.segment for one in result.chosen] == ["step=purchase", "own:Often=in"]
    assert result.steps.set_index("step").loc["choice", ["state", "why"]].tolist() == ["stale", "gone"]


def test_nothing_is_laid_beside_a_choice_on_the_same_data_and_the_links_picks_go_first(
    folder: Path, dataset: Dataset
) -> None:
    choose(folder, Choice(dataset.info.last_day, 1, (Picked("region=North", 1, 1.0),)))
    look_again(folder, dataset.info.last_day)
    result = told(dataset, picks="channel=Web,channel=Shop")
    assert [len(result.tables()[name]) for name in ("picks", "changes", "moves")] == [0, 0, 0]
    assert [one.segment for one in result.chosen] == ["channel=Web", "channel=Shop"]
    assert result.chosen_customers == result.n
    assert result.chosen_share == pytest.approx(1)
    assert result.steps.set_index("step").loc["again", ["state", "why"]].tolist() == ["stale", "due"]
    with pytest.raises(BadParameterError, match="there is no segment 'Atlantis' of region here"):
        told(dataset, picks="region=Atlantis")
    (folder / FILE).write_text("look_again = 'soon'")
    with pytest.raises(BadInputError, match=r"path\.toml, look_again"):
        told(dataset)


def test_differences_are_held_against_those_of_the_segments_that_they_were_decided_by(
    folder: Path, dataset: Dataset
) -> None:
    claims = {
        name: told(dataset, classification=name).figures["differences"]["claims"] for name in ("region", "rfm_segment")
    }

    def state(link: str, figure: float, filters: Filters = Filters()) -> str:  # noqa: B008
        keep(folder, "differences", done=THEN, link=link, figures={"claims": figure})
        return str(told(dataset, filters).steps.set_index("step").loc["differences", "state"])

    for name, found in claims.items():
        assert state(f"profiles?classification={name}", found) == "done"
        assert state(f"profiles?classification={name}", found + 5) == "stale"
    # By segments that are there no more, or by nobody knows which, nothing can be told.
    for link in ("profiles?classification=own%3AGone", "profiles", ""):
        assert state(link, 99) == "done"
    assert state("profiles?classification=region", 99, Filters(last=date(2023, 1, 1))) == "done"


def test_those_who_never_ordered_have_no_region(dataset: Dataset) -> None:
    groups = told(dataset, Filters(region=("North",)), potential="with").who["group"]
    assert groups.tolist() == ["customers", "recent"]


def test_a_narrowed_scope_sees_nothing_of_the_path(folder: Path) -> None:
    chosen(folder, "region=North")
    keep(folder, "size", words="secret", done=THEN)
    look_again(folder, THEN)
    scoped = open_dataset(folder, AccessScope.only(region=("North",)))
    assert scoped.path_state == PathState()
    result = told(scoped, potential="with", classification="channel")
    assert "secret" not in repr(result)
    assert result.steps["state"].tolist() == ["open"] * 9
    assert (len(result.picks), len(result.chosen)) == (0, 0)
    assert result.who["group"].tolist() == ["customers", "recent"]


def test_one_customer_is_no_reason_to_fail(lines: pd.DataFrame, tmp_path: Path) -> None:
    alone = lines[lines["customer_id"] == "c000"]
    (tmp_path / FILE).write_text(write_path(PathState(choice=Choice(THEN, 1, (Picked("region=North", 1, 1.0),)))))
    result = told(open_lines(alone, tmp_path))
    assert result.n == 1
    assert result.attributes.empty
    assert not result.changes["claim"].any()


def test_the_samples_path_is_what_its_data_said(sample_data: Path) -> None:
    state = parse_path((SAMPLE / FILE).read_bytes())
    assert state.choice is not None
    assert state.look_again is not None
    dataset = open_dataset(sample_data, AccessScope.everything())
    made = classify(dataset, Filters(last=state.choice.as_of), "rfm_segment")
    sizes = dict(zip(made.labels, made.sizes().tolist(), strict=True))
    written = {one.segment.partition("=")[2]: one.customers for one in state.choice.picks}
    assert written == {name: sizes[name] for name in written}
    days = [kept.done for kept in state.steps.values() if kept.done is not None]
    assert days == sorted(days)
    assert 0 < len(days) < 9
    assert max(days) < dataset.info.last_day < state.look_again
