"""Rules of own segments: the grammar against its own text and against pandas, the file, and where they are used."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import own_segments
from core.__main__ import main
from core.access import AccessScope, Dataset, open_dataset
from core.analyses.own_segments import OwnSegmentsParams, run
from core.classifications import available, can_move, classify, movable, ruler_for
from core.days import NO_DAY
from core.errors import BadInputError, BadParameterError
from core.features import select
from core.filters import Filters
from core.own_segments import FILE, own_in, parse_own, remove, save
from core.rules import Every, Not, Rule, Some, Test, parse_rule, steps_of, write_rule
from core.snapshot import snapshot_folder
from core.timeline import Timeline
from tests.core.analyses.reference import View, order_table
from tests.helpers import cut, make_log, publish_lines

# ---- The grammar

PRINTABLE = st.characters(exclude_categories=("C", "Z"), include_characters=" ")
WORDS = st.text(PRINTABLE, min_size=1, max_size=8).map(str.strip).filter(bool)
TESTS = st.one_of(
    st.builds(Test, WORDS, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), st.tuples(WORDS)),
    st.builds(
        Test, WORDS, st.sampled_from(["=", "!="]), st.lists(WORDS, min_size=2, max_size=3, unique=True).map(tuple)
    ),
    st.builds(Test, WORDS, st.just("from"), st.tuples(WORDS, WORDS)),
    st.builds(Test, WORDS, st.sampled_from(["known", "unknown"])),
)


def _joined(parts: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
    several = st.lists(parts, min_size=2, max_size=3)
    # What is joined by one word is one list, whatever brackets there were.
    return st.one_of(
        st.builds(Not, parts),
        several.map(lambda rules: Every(_flat(rules, Every))),
        several.map(lambda rules: Some(_flat(rules, Some))),
    )


def _flat(rules: list[Rule], kind: type) -> tuple[Rule, ...]:
    return tuple(inner for rule in rules for inner in (rule.of if isinstance(rule, kind) else (rule,)))


@given(st.recursive(TESTS, _joined, max_leaves=6))
def test_a_rule_written_out_is_read_as_the_same_rule(rule: Rule) -> None:
    assert parse_rule(write_rule(rule)) == rule


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("a = 1 or b = 2 and c = 3", Some((Test("a", "=", ("1",)), Every((Test("b", "=", ("2",)), Test("c", "=", ("3",))))))),
        ("NOT a IN (x, \"y z\")", Not(Test("a", "=", ("x", "y z")))),
        ("a not in (x)", Test("a", "!=", ("x",))),
        ("возраст ≥ 18", Test("возраст", ">=", ("18",))),
        ('"is" from 1 to 2', Test("is", "from", ("1", "2"))),
        ("(a = 1 and b = 2) and c is unknown", Every((Test("a", "=", ("1",)), Test("b", "=", ("2",)), Test("c", "unknown")))),
    ],
)  # fmt: skip
def test_rules_are_read_by_the_usual_precedence(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "character 1: the rule can't be read; expected the name of what is asked"),
        ("orders >=", "character 10: the rule can't be read; expected a value; one of several words needs quotes, found the end"),
        ("region = Field sales", "character 16: the rule can't be read; expected \"and\", \"or\" or the end of the rule"),
        ("(orders > 1", "expected a closing bracket, \"and\" or \"or\", found the end of the rule"),
        ('name = "open', "character 8: the rule can't be read; expected a name, a comparison or a value, found a quotation mark"),
        ("region in North", "expected values in brackets, such as (North, South), found 'North'"),
        ("a is odd", "expected \"known\" or \"unknown\", found 'odd'"),
        ("a = and", "found 'and'"),
        ("a = 1 " * 400, "the rule is too long"),
        (" and ".join(["a = 1"] * 41), "expected at most 40 conditions"),
        ("not " * 40 + "a = 1", "expected at most 12 brackets and negations"),
        ("__import__('os')", "found '('"),
    ],
)  # fmt: skip
def test_an_error_says_where_and_what_could_stand_there(text: str, message: str) -> None:
    with pytest.raises(BadParameterError) as raised:
        parse_rule(text)
    assert message in str(raised.value)


# ---- For whom it holds


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Attributes with gaps; two of the customers in the log are not in it."""
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "customer_id": [f"c{place:03d}" for place in range(2, 40)],
            "sex": rng.choice(["female", "male", None], 38),
            "birth_year": rng.choice([1950, 1980, 2000, np.nan], 38),
            "Home town": rng.choice(["New Ham", "Leeds"], 38),
            "since": pd.to_datetime("2020-01-01") + pd.to_timedelta(rng.integers(0, 900, 38), unit="D"),
        }
    )


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    """Answers of every other customer, some again later, some left open, some by nobody known."""
    rng = np.random.default_rng(8)
    asked = [f"c{place:03d}" for place in range(0, 40, 2)]
    parts = [
        pd.DataFrame(
            {"customer_id": rng.permutation(asked)[:n], "date": day, "question": question, "answer": answer[:n]}
        )
        for question, day, n, answer in (
            ("Motive", "2022-03-01", 20, rng.choice(["price", "quality", "Habit", None], 20)),
            ("motive", "2022-06-01", 8, rng.choice(["price", "quality"], 20)),
            ("motive", "2023-06-01", 20, np.repeat("quality", 20)),
            ("recommend", "2022-03-01", 16, rng.integers(0, 11, 20).astype(str)),
            ("recommend", "2022-03-01", 4, rng.integers(0, 11, 20).astype(str)),
            ("quote", "2022-03-01", 9, np.array([f"Words {n}." for n in range(20)])),
        )
    ]
    stranger = pd.DataFrame(
        {"customer_id": [None, "nobody"], "date": "2022-03-01", "question": "motive", "answer": "price"}
    )
    table = pd.concat([*parts, stranger], ignore_index=True)
    return table.assign(date=pd.to_datetime(table["date"]).dt.date)


@pytest.fixture(scope="module")
def folder(people: pd.DataFrame, survey: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = publish_lines(make_log(7), tmp_path_factory.mktemp("own"), customers=people)
    survey.to_parquet(snapshot_folder(data) / "survey.parquet", index=False)
    return data


@pytest.fixture(scope="module")
def dataset(folder: Path) -> Dataset:
    return open_dataset(folder, AccessScope.everything())


def table(dataset: Dataset, people: pd.DataFrame, filters: Filters) -> pd.DataFrame:
    """What plain pandas knows of each customer in view, by id."""
    view = View(order_table(make_log(7)), filters)
    classed = view.classed[view.classed["customer"].notna()]
    bought = classed[classed["purchase"]]
    known = pd.DataFrame(
        {
            "orders": bought.groupby("customer")["order"].nunique(),
            "revenue": classed.groupby("customer")["revenue"].sum() / 10_000,
            "last": (view.as_of - bought.groupby("customer")["day"].max()).dt.days,
        }
    ).dropna()
    lines = make_log(7)
    lines = lines[(lines["amount"] > 0) & lines["customer_id"].notna()]
    known["g1"] = lines[lines["category"] == "g1"].groupby("customer_id").size()
    known["g1"] = known["g1"].fillna(0) > 0
    everybody = known.join(people.set_index("customer_id"))
    everybody["age"] = view.as_of.year - everybody["birth_year"]
    return everybody


RULES = {
    "orders >= 10 and revenue < 150": lambda t: (t["orders"] >= 10) & (t["revenue"] < 150),
    "days_since_last_order from 10 to 60": lambda t: t["last"].between(10, 60),
    "not sex = female": lambda t: t["sex"] != "female",
    "sex != Female": lambda t: t["sex"].notna() & (t["sex"] != "female"),
    "sex is unknown or age > 40": lambda t: t["sex"].isna() | (t["age"] > 40),
    '"Home town" = "New Ham" and not (orders < 5 or age is unknown)': lambda t: (
        (t["Home town"] == "New Ham") & ~((t["orders"] < 5) | t["age"].isna())
    ),
    "since >= 2021-03-01": lambda t: t["since"] >= pd.Timestamp("2021-03-01"),
    "bought = g1": lambda t: t["g1"],
    "bought not in (g1)": lambda t: ~t["g1"],
    "order_value >= 20": lambda t: t["revenue"] / t["orders"] >= 20,
    "sex = nobody": lambda t: t["orders"] < 0,
}


@pytest.mark.parametrize("text", RULES)
def test_a_rule_holds_for_those_that_pandas_finds(dataset: Dataset, people: pd.DataFrame, text: str) -> None:
    everybody = table(dataset, people, Filters())
    result = run(dataset, Filters(), OwnSegmentsParams(text))
    assert set(dataset.customer_ids(result.customers["customer"].to_numpy())) == set(
        everybody[RULES[text](everybody)].index
    )
    assert result.n == len(result.customers)
    assert [one.code for one in result.notices if one.code == "unknown_name"] == ["unknown_name"] * (
        text == "sex = nobody"
    )


def said(everybody: pd.DataFrame, survey: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """With the latest answers up to a day by plain pandas; the mean of scores of one day."""
    told = survey.dropna().assign(question=survey["question"].str.lower())
    told = told[pd.to_datetime(told["date"]) <= last].sort_values("date", kind="stable")
    texts = {name: rows.groupby("customer_id")["answer"].last() for name, rows in told.groupby("question")}
    scores = told[told["question"] == "recommend"].astype({"answer": float}).groupby("customer_id")["answer"].mean()
    return everybody.assign(motive=texts["motive"], quote=texts["quote"], recommend=scores)


ASKED = {
    "motive = Price": lambda t: t["motive"] == "price",
    'not survey:motive in (price, "habit")': lambda t: t["motive"] == "quality",
    "recommend >= 7 or motive != price": lambda t: (t["recommend"] >= 7) | t["motive"].isin(["quality", "Habit"]),
    "not (recommend >= 7 or motive = price)": lambda t: (t["recommend"] < 7) & t["motive"].isin(["quality", "Habit"]),
    "not (recommend >= 7 and orders > 3)": lambda t: (t["recommend"] < 7) | (t["orders"] <= 3),
    "not not recommend from 2 to 6.5": lambda t: t["recommend"].between(2, 6.5),
    "not motive is known": lambda t: t["motive"].isna(),
    "quote is known and sex is known": lambda t: t["quote"].notna() & t["sex"].notna(),
}


@pytest.mark.parametrize("text", ASKED)
def test_who_never_answered_meets_neither_a_condition_on_it_nor_its_opposite(
    dataset: Dataset, people: pd.DataFrame, survey: pd.DataFrame, text: str
) -> None:
    for filters in (Filters(), Filters(last=date(2022, 4, 30))):
        last = pd.Timestamp(filters.last or dataset.info.last_day)
        everybody = said(table(dataset, people, filters), survey, last)
        result = run(dataset, filters, OwnSegmentsParams(text))
        expected = set(everybody[ASKED[text](everybody)].index)
        assert set(dataset.customer_ids(result.customers["customer"].to_numpy())) == expected
        told = {
            dict(one.values)["question"]: dict(one.values) for one in result.notices if one.code == "survey_answered"
        }
        assert {key: (one["n"], one["of"]) for key, one in told.items()} == {
            key: (everybody[key].notna().sum(), len(everybody)) for key in told
        }
        assert set(told) == {key for key in ("motive", "recommend", "quote") if key in text}


def test_answers_under_a_scope_are_those_of_the_data_cut_to_it(
    folder: Path, survey: pd.DataFrame, tmp_path: Path
) -> None:
    scoped = open_dataset(folder, AccessScope.only(region=("North",)))
    lines = cut(make_log(7), region="North")
    alone = publish_lines(lines, tmp_path)
    inside = survey[survey["customer_id"].isin(lines["customer_id"].dropna())]
    inside.to_parquet(snapshot_folder(alone) / "survey.parquet", index=False)
    found = [
        run(dataset, Filters(), OwnSegmentsParams("not motive = price or recommend >= 5"))
        for dataset in (scoped, open_dataset(alone, AccessScope.everything()))
    ]
    assert 0 < found[0].n < found[0].of
    pd.testing.assert_frame_equal(found[0].steps, found[1].steps)
    assert found[0].notices == found[1].notices


def test_steps_narrow_and_the_last_one_is_the_rule(dataset: Dataset, people: pd.DataFrame) -> None:
    text = "orders >= 3 and (sex = female or sex = male) and revenue > 0"
    result = run(dataset, Filters(), OwnSegmentsParams(text))
    everybody = table(dataset, people, Filters())
    some = everybody["orders"] >= 3, everybody["sex"].notna(), everybody["revenue"] > 0
    expected = [len(everybody), some[0].sum(), (some[0] & some[1]).sum(), (some[0] & some[1] & some[2]).sum()]
    assert result.steps["customers"].tolist() == expected
    assert result.steps["alone"].tolist() == [len(everybody), *(one.sum() for one in some)]
    assert result.steps["rule"].tolist()[1:] == [write_rule(step) for step in steps_of(parse_rule(text))]


def test_classes_and_unwritten_windows_are_those_of_the_filter(dataset: Dataset) -> None:
    for filters in (Filters(), Filters(region=("North",)), Filters(region=("North",), classes="filter")):
        segments = classify(dataset, filters, "rfm_segment")
        home = classify(dataset, filters, "region")
        made = classify(dataset, filters, "rule:rfm_segment in (champions, loyal) and region = north")
        wanted = np.isin(segments.codes, [segments.labels.index(name) for name in ("champions", "loyal")])
        wanted &= home.codes == home.labels.index("North")
        assert (made.codes[segments.codes >= 0] == np.where(wanted, 0, 1)[segments.codes >= 0]).all()
        assert (made.codes[segments.codes < 0] == -1).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("shoe_size > 40", "nothing is known of 'shoe_size' here; expected one of orders, revenue"),
        ("orders > many", "'orders' can't be compared with 'many'; expected a number"),
        ("orders > 1e999", "expected a number"),
        ("sex >= female", "'sex' can't be compared with '>='"),
        ("since > yesterday", "expected a date such as 2011-12-09"),
        ("quote = Words", "'quote' can't be compared with '='; expected is known or is unknown"),
        ("recommend > often", "'recommend' can't be compared with 'often'; expected a number"),
        ("motive > price", "'motive' can't be compared with '>'; expected =, != or in"),
        ("own = nothing", "there is no own segment 'nothing'; expected one of none so far"),
    ],
)
def test_what_the_data_do_not_have_is_said(dataset: Dataset, text: str, message: str) -> None:
    with pytest.raises(BadParameterError, match=message.replace("(", r"\(")):
        run(dataset, Filters(), OwnSegmentsParams(text))


def test_sex_age_and_income_alone_are_warned_of(dataset: Dataset) -> None:
    def codes(text: str) -> list[str]:
        return [one.code for one in run(dataset, Filters(), OwnSegmentsParams(text)).notices]

    assert "only_demographics" in codes("sex = female and age > 20")
    assert "only_demographics" in codes("birth_year < 1990")
    assert "only_demographics" not in codes("sex = female and orders > 2")
    assert "only_demographics" not in codes('"Home town" = Leeds')


# ---- The file, and where its segments are used


def test_segments_are_saved_replaced_and_taken_out_and_other_lines_stay(tmp_path: Path) -> None:
    assert own_in(tmp_path).names == ()
    save(tmp_path, " Крупные ", "revenue >= 1000")
    path = tmp_path / FILE
    path.write_text(path.read_text() + "# by hand\n'Two lines' = '''\norders > 1\nand orders < 9'''\n")
    before = own_segments.digest(tmp_path)
    save(tmp_path, "Best", 'region = "Field \\"N\\" sales"')
    save(tmp_path, "Крупные", "revenue >= 2000")
    assert own_segments.digest(tmp_path) != before
    assert own_in(tmp_path).texts == {
        "Two lines": "orders > 1\nand orders < 9",
        "Best": 'region = "Field \\"N\\" sales"',
        "Крупные": "revenue >= 2000",
    }
    assert "# by hand" in path.read_text()
    assert own_in(tmp_path).rule("Best") == Test("region", "=", ('Field "N" sales',))
    remove(tmp_path, "Best")
    remove(tmp_path, "nobody")
    assert own_in(tmp_path).names == ("Two lines", "Крупные")
    remove(tmp_path, "Two lines")
    assert own_in(tmp_path).names == ("Крупные",)


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\nb", 'a"b', "a\u202eb"])
def test_a_name_that_could_not_be_read_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadParameterError, match="a segment can't have this name"):
        save(tmp_path, name, "orders > 1")
    with pytest.raises(BadParameterError, match="can't be read"):
        save(tmp_path, "fine", "orders >")
    assert not (tmp_path / FILE).exists()


@pytest.mark.parametrize(
    ("text", "message"), [(b"[a", "is not a TOML file"), (b"a = 1", "can't be used as it stands"), (b"\xff", "TOML")]
)
def test_a_file_that_is_not_right_is_said(text: bytes, message: str) -> None:
    with pytest.raises(BadInputError, match=message):
        parse_own(text)


@pytest.fixture
def saved(folder: Path) -> Path:
    """The folder with own segments, of which some can't be used."""
    text = """
"Big" = "revenue >= 50 and orders > 2"
"Big women" = "own = Big and sex = female"
"Round" = "own = Round or orders > 1"
"Price" = "motive = price"
"Lost" = "shoe_size > 1"
"Broken" = "orders >"
"""
    (folder / FILE).write_text(text)
    return folder


def test_saved_segments_are_classifications(saved: Path) -> None:
    dataset = open_dataset(saved, AccessScope.everything())
    assert [name for name in available(dataset) if name.startswith("own:")] == ["own:Big", "own:Big women", "own:Price"]
    assert [name for name in movable(dataset) if name.startswith("own:")] == ["own:Big"]
    made = classify(dataset, Filters(), "own:Big women")
    assert made.labels == ("in", "out")
    same = classify(dataset, Filters(), "rule:revenue >= 50 and orders > 2 and sex = female")
    assert made.codes.tolist() == same.codes.tolist()
    turned = [classify(dataset, Filters(), f"rule:{text}").codes for text in ("not own = Price", "motive != price")]
    assert turned[0].tolist() == turned[1].tolist()
    for name, error in (
        ("Round", "go in a circle"),
        ("Broken", 'own_segments.toml, "Broken", character 9'),
        ("None", "no own"),
    ):
        with pytest.raises((BadParameterError, BadInputError), match=error):
            classify(dataset, Filters(), f"own:{name}")
    (saved / FILE).write_text("[")
    assert not [name for name in available(dataset) if name.startswith("own:")]
    with pytest.raises(BadInputError, match="not a TOML file"):
        classify(dataset, Filters(), "own:Big")


def test_own_segments_within_each_other_are_asked_once_and_not_too_deep(saved: Path) -> None:
    text = "".join(f'"s{n}" = "own = s{n - 1} or not own = s{n - 1}"\n' for n in range(1, 40))
    (saved / FILE).write_text(f'"s0" = "orders >= 2"\n{text}')
    dataset = open_dataset(saved, AccessScope.everything())
    # Each asks for the one before it twice over: of the twelfth that would be four thousand times.
    made = classify(dataset, Filters(), "own:s12")
    assert not (made.codes == 1).any()
    assert [name for name in available(dataset) if name.startswith("own:")][-1] == "own:s12"
    with pytest.raises(BadParameterError, match="too deep in each other"):
        classify(dataset, Filters(), "own:s39")


def test_what_is_saved_can_be_read_again_whatever_its_signs(tmp_path: Path) -> None:
    rule = 'region = "a\x7fb\u2028c"'
    save(tmp_path, "Odd", rule)
    save(tmp_path, "Even", "orders >= 1")
    save(tmp_path, "Even", "orders >= 2")
    assert own_in(tmp_path).texts == {"Odd": rule, "Even": "orders >= 2"}


def test_a_rule_laid_on_another_date_is_the_rule_as_of_that_date(saved: Path) -> None:
    dataset = open_dataset(saved, AccessScope.everything())
    name = "rule:revenue >= 50 and orders > 2 and days_since_first_order > 100 and region != South"
    selection = select(dataset.history, Filters())
    when = Timeline(selection, "revenue", (selection.as_of - 90, selection.as_of))
    scale = ruler_for(dataset, when, 0, name)
    for at in when.standings():
        expected = classify(dataset, when.filters_at(at.step), name).codes
        assert scale.codes(at).tolist() == expected.tolist()
    assert not can_move(dataset, "rule:margin > 1")
    assert not can_move(dataset, "rule:bought = g1")
    assert not can_move(dataset, "rule:recommend > 1")
    with pytest.raises(BadParameterError, match="laid on another date"):
        ruler_for(dataset, when, 0, "rule:sex = female")


def test_the_command_line_saves_counts_and_takes_out(saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["own_segments", "--data", str(saved), "--save", "All", "orders >= 1", "--format", "json"]) == 0
    found = {one["name"]: one for one in json.loads(capsys.readouterr().out)["own_segments"]}
    assert found["All"]["customers"] == len(
        open_dataset(saved, AccessScope.everything()).history.first_purchase
    ) - _without(saved)
    assert found["Big"]["customers"] < found["All"]["customers"]
    assert "character 9" in found["Broken"]["problem"]
    assert main(["own_segments", "--data", str(saved), "--remove", "All"]) == 0
    assert "All:" not in capsys.readouterr().out
    assert main(["own_segments", "--data", str(saved), "--remove", "All"]) == 2
    assert "there is no own segment 'All'" in capsys.readouterr().err


def _without(folder: Path) -> int:
    """Customers without a purchase."""
    return int((open_dataset(folder, AccessScope.everything()).history.first_purchase == NO_DAY).sum())
