"""Portraits say what stands, and no more; the person of the fixture reads as he is."""

import numpy as np
import pandas as pd
import pytest

from core.access import Dataset
from core.analyses.personas import PersonasParams, PersonasResult, run
from core.filters import Filters
from core.personas.evidence import COLUMNS, evidence
from core.personas.facets import facet_of, meaning, sentence_of
from core.personas.habits import share_of_events
from core.personas.likeness import fit_likeness
from core.personas.ranking import as_bands
from core.personas.told import fit_told
from core.stats import ratio_interval
from dashboard.topics import portraits
from dashboard.words import set_locale
from tests.core.personas.planted import START
from tests.helpers import open_lines


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, PersonasResult]:
    """Sixty customers like the one that a marketer describes, and others who are not like him."""
    rng = np.random.default_rng(3)
    lines, people = [], []
    for name, n, orders, money, discount, channel in (
        ("he", 60, 12, 12.0, 0.35, "Store"),
        ("they", 180, 6, 90.0, 0.02, "Web"),
    ):
        owner = np.repeat(np.arange(n), orders)
        amount = (money * rng.lognormal(0, 0.15, len(owner)) * 10_000).astype(np.int64)
        lines.append(
            pd.DataFrame(
                {
                    "order_id": [f"{name}-{i}" for i in range(len(owner))],
                    "customer_id": [f"{name}{i:03d}" for i in owner],
                    "date": START + pd.to_timedelta(rng.integers(0, 700, len(owner)), unit="D"),
                    "amount": amount,
                    "discount": (amount * discount).astype(np.int64),
                    "channel": rng.choice([channel, "Store"], len(owner), p=[0.9, 0.1]),
                }
            )
        )
        he = name == "he"
        people.append(
            pd.DataFrame(
                {
                    "customer_id": [f"{name}{i:03d}" for i in range(n)],
                    "birth_year": np.full(n, 1992) if he else rng.integers(1950, 1985, n),
                    "family": "single" if he else rng.choice(["couple", "married", "single"], n),
                    "children": 0 if he else rng.integers(0, 4, n),
                    "occupation": "supermarket worker" if he else rng.choice(["clerk", "teacher", "retired"], n),
                    "working_hours": "8 to 17" if he else rng.choice(["9 to 18", "shifts", "none"], n),
                    "religion": "x" if he else "y",
                }
            )
        )
    dataset = open_lines(
        pd.concat(lines, ignore_index=True),
        tmp_path_factory.mktemp("market"),
        customers=pd.concat(people, ignore_index=True),
    )
    return dataset, run(dataset, Filters(), PersonasParams(k="2"))


def portrait(result: PersonasResult, code: str) -> str:
    told = portraits.sentences(result.evidence, code, "EUR")
    return " ".join(sentence.text for sentence in told).replace("\u00a0", " ")


def test_the_portrait_of_the_fixture_person_reads_as_such(market: tuple[Dataset, PersonasResult]) -> None:
    set_locale("en")
    _, result = market
    he = result.personas.loc[result.personas["customers"] == 60, "persona"].iloc[0]
    text = portrait(result, he)
    for words in (
        "Aged 25–34",
        "single",
        "without children",
        "Supermarket worker, works 8 to 17.",
        "Smaller orders: €12",
        "Buys cheap and on promotion: 26 % off",
        "Store",
    ):
        assert words in text, text
    they = portrait(result, "p1" if he != "p1" else "p2")
    for words in ("supermarket", "promotion", "8 to 17"):
        assert words not in they


def test_every_sentence_rests_on_rows_that_stand(market: tuple[Dataset, PersonasResult]) -> None:
    _, result = market
    for code in [*result.personas["persona"], *result.circles["portrait"]]:
        told = portraits.sentences(result.evidence, code, "EUR")
        rows = pd.concat([sentence.rows for sentence in told]) if told else result.evidence.head(0)
        assert all(sentence.text.endswith(".") and len(sentence.rows) for sentence in told)
        assert ((rows["low"] > 100) | (rows["high"] < 100)).all()
        assert (rows[["n", "rest_n"]].min(axis=1) >= 30).all()
        assert len(rows) == (result.evidence["persona"] == code).sum()


def trait(**changed: object) -> dict[str, object]:
    row = {
        "persona": "p1", "attribute": "sex", "value": "female", "share": 0.8, "rest_share": 0.4, "index": 200.0, "low": 150.0,
        "high": 260.0, "group": "attribute", "mean": np.nan, "rest_mean": np.nan, "n": 50, "rest_n": 80, "adjusted_p": 0.001,
        "claim": True,
    }  # fmt: skip
    return row | changed


def test_nothing_is_said_below_thirty_across_a_hundred_unproven_or_of_what_is_rarer() -> None:
    kept = evidence(pd.DataFrame([trait()]))
    assert list(kept.columns) == list(COLUMNS)
    assert kept[["sentence", "facet", "meaning"]].to_numpy().tolist() == [["who", "sex", "female"]]
    for changed in (
        {"n": 29},
        {"rest_n": 29},
        {"low": 99.0},
        {"claim": False},
        {"share": 0.3, "index": 60.0, "low": 50, "high": 70},
    ):
        assert evidence(pd.DataFrame([trait(**changed)])).empty
    mean = trait(
        group="behaviour", attribute="order_value", value=None, share=np.nan, index=60.0, low=50.0, high=70.0, mean=12.0
    )
    assert evidence(pd.DataFrame([mean]))["sentence"].tolist() == ["spends"]
    assert evidence(pd.DataFrame([trait()]).head(0)).empty


def test_what_nobody_else_has_is_said_though_it_has_no_index() -> None:
    alone = trait(rest_share=0.0, index=np.nan, low=900.0, high=90_000.0)
    assert evidence(pd.DataFrame([alone]))["value"].tolist() == ["female"]
    assert evidence(pd.DataFrame([alone | {"low": 90.0}])).empty


def test_attributes_are_known_by_their_names_in_any_writing() -> None:
    names = [
        "BirthDate",
        "MaritalStatus",
        "Gender",
        "TotalChildren",
        "HomeOwner",
        "Business Type",
        "committee",
        "возраст",
        "性别",
        "hat",
    ]
    facets = ["age", "family", "sex", "children", "housing", "industry", "committee", "age", "sex", "other"]
    assert [facet_of(name) for name in names] == facets
    assert sentence_of("value_social") == "value"
    assert (meaning("sex", "F"), meaning("housing", "N"), meaning("children", "0"), meaning("sex", "x")) == (
        "female",
        "renter",
        "none",
        "",
    )


def test_shares_of_events_equal_the_linearised_interval_of_each_side() -> None:
    rng = np.random.default_rng(4)
    counts = rng.poisson(2.0, (200, 3)).astype(float)
    counts[:5] = 0
    groups = np.repeat([0, 1], 100)
    table = share_of_events("weekday", ("mon", "tue", "wed"), counts, groups, np.zeros(2, dtype=np.int64))
    row = table[(table["group"] == 1) & (table["value"] == "tue")].iloc[0]
    known = counts.sum(axis=1) > 0
    sides = [
        ratio_interval(counts[known & (groups == side), 1], counts[known & (groups == side)].sum(axis=1))
        for side in (1, 0)
    ]
    assert row["share"], row["rest_share"] == pytest.approx((sides[0][0], sides[1][0]))
    relative = [(high - share) / share / 1.959964 for share, _, high in sides]
    reach = np.exp(1.959964 * np.hypot(*relative))
    assert (row["low"], row["high"]) == pytest.approx((row["index"] / reach, row["index"] * reach), rel=1e-6)
    assert (row["n"], row["rest_n"]) == (100, 95)


def test_protected_attributes_neither_make_groups_nor_likeness(market: tuple[Dataset, PersonasResult]) -> None:
    dataset, _ = market
    result = run(dataset, Filters(), PersonasParams(k="2", basis="attributes"))
    assert "religion:protected" in result.kinds["left_out"].iloc[0].split("+")
    assert {"age", "family"} <= set(result.measures)
    assert not {"religion"} & set(result.measures)
    known = pd.DataFrame({"religion": pd.Categorical(["x", "y"] * 50), "hat": pd.Categorical(["no", "yes"] * 50)})
    alike = fit_likeness(known, np.arange(100) % 2 == 0)
    assert set(alike.odds) == {"hat"}
    assert alike.auc == 1.0


def test_attributes_as_axes_equal_indicators_times_the_rotation() -> None:
    rng = np.random.default_rng(5)
    known = pd.DataFrame({name: pd.Categorical(rng.choice(list("abc"), 300)) for name in ("one", "two")})
    known.loc[3, "one"] = None
    told, _ = fit_told(known, np.arange(300))
    assert told is not None
    indicators = np.hstack([(known[name].astype(str).to_numpy()[:, None] == list("abc")) for name in known]).astype(
        float
    )
    indicators[3, :3] = told.prior[:3]
    expected = (indicators - told.prior) / np.sqrt(told.prior) @ told.rotation
    np.testing.assert_allclose(told.place(known, np.arange(300)), expected, atol=1e-12)


def test_likeness_that_tells_nothing_says_so_and_bands_are_those_of_the_others() -> None:
    rng = np.random.default_rng(6)
    noise = pd.DataFrame({"a": pd.Categorical(rng.choice(list("xyz"), 400))})
    assert not fit_likeness(noise, rng.random(400) < 0.3).tells
    like = pd.DataFrame(
        {
            "age": pd.Categorical(["25-34"], ["25-34", "35-44"]),
            "rooms": pd.Categorical(["1 to 3"], ["1 to 3", "4 to 9"]),
        }
    )
    table = pd.DataFrame({"birth_year": [1990, None, 1900], "rooms": [2, 5, None], "hat": ["a", "b", "c"]})
    placed = as_bands(table, like, 45_000)
    assert placed["rooms"].astype(object).where(placed["rooms"].notna(), None).tolist() == ["1 to 3", "4 to 9", None]
    assert placed["age"].astype(object).where(placed["age"].notna(), None).tolist() == ["25-34", None, None]


def test_an_attribute_called_as_what_orders_tell_is_told_as_an_attribute() -> None:
    set_locale("en")
    names = ("month", "frequency", "benefit", "value_social")
    rows = pd.DataFrame({"persona": "p", "attribute": names, "value": ["couple", "often", "speed", "high"]})
    rows = rows.assign(group="attribute", share=0.8, rest_share=0.2, mean=np.nan, rest_mean=np.nan)
    rows = rows.assign(index=400.0, low=300.0, high=500.0, n=90, rest_n=90, adjusted_p=0.001, claim=True)
    found = evidence(rows)
    assert found["attribute"].tolist() == [
        "benefit",
        "attribute:month",
        "attribute:frequency",
        "attribute:value_social",
    ]
    said = [one.text for one in portraits.sentences(found, "p", "EUR")]
    assert said[-1] == "Mostly Month: couple, Orders: often, Others like it: high."
    assert portraits.contact(found, "p") == ""
