"""The page of ABC-XYZ: its modes and links, its words, and the numbers that the dashboard adds to those of the analysis."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.access import Dataset
from core.analyses import abc_xyz as analysis
from core.analyses.abc_xyz import AbcXyzParams, AbcXyzResult
from core.filters import Filters
from core.scoring import top_share
from dashboard.topics import abc_figures, abc_sensitivity, abc_sides, abc_why, abc_xyz
from dashboard.topics.one_customer import One
from dashboard.words import NBSP, number, percent
from tests.dashboard.conftest import Opened
from tests.helpers import make_log, publish_lines


def said(app: AppTest) -> str:
    return "\n".join(one.value.replace("\\", "").replace(NBSP, " ") for one in app.info)


def texts(app: AppTest) -> str:
    return "\n".join(one.value.replace(NBSP, " ") for one in app.markdown)


def run(dataset: Dataset, filters: Filters | None = None, **params: Any) -> AbcXyzResult:
    return analysis.run(dataset, filters or Filters(), AbcXyzParams(**params))


@pytest.fixture
def view(dataset: Dataset) -> Any:
    """What a topic asks of a view."""
    return SimpleNamespace(currency="GBP", params=AbcXyzParams(), data=dataset, phone=False)


# ---- Modes and links


@pytest.mark.parametrize(
    "query",
    [
        {"of": "products"},
        {"of": "products", "xyz": "syntetos_boylan", "select": "A-lumpy"},
        {"value": "margin"},
        {"value": "orders", "period": "quarter"},
        {"xyz": "thirds", "by": "customers"},
        {"xyz": "seasonal", "period": "week"},
        {"window": "3"},
        {"a_limit": "50", "b_limit": "60", "x_limit": "100", "y_limit": "200"},
        {"group": "category"},
        {"group": "region", "side": "region", "left": "South", "right": "North"},
        {"side": "channel", "by": "customers"},
        {"of": "products", "side": "channel"},
        {"compare": "previous", "from_": "2022-10-01"},
        {"compare": "year", "of": "products"},
        {"customer": "c003", "classes": "filter", "region": "North"},
        {"of": "products", "customer": "p03"},
    ],
    ids=str,
)
def test_each_setting_and_choice_of_a_link_is_drawn_and_kept(open_page: Opened, query: dict[str, str]) -> None:
    app = open_page("abc_xyz", **{key: [value] for key, value in query.items()})
    assert not app.exception
    assert said(app) == ""
    state = app.session_state["link"]
    carried = state["carried"] | state["own"]["abc_xyz"]
    assert {key.rstrip("_"): (value,) for key, value in query.items()}.items() <= carried.items()


FOREIGN = {
    ("of", "shops"): "The link’s of=shops can’t be used here; expected: one of customers, products. It was left out.",
    (
        "xyz",
        "fifths",
    ): "The link’s xyz=fifths can’t be used here; expected: one of cuts, thirds, syntetos_boylan, seasonal. "
    "It was left out.",
    ("window", "121"): "The link’s window=121 can’t be used here; expected: a number from 0 to 120. It was left out.",
    ("group", "planet"): "The link’s group=planet is not on offer on this page. It was left out.",
    ("side", "planet"): "The link’s side=planet is not on offer on this page. It was left out.",
    ("customer", "nobody"): "The link’s customer=nobody is no customer of these data. It was left out.",
    ("select", "D-X"): "The link’s select=D-X is not on offer on this page. It was left out.",
    ("compare", "decade"): "The link’s compare=decade is not on offer on this page. It was left out.",
}


@pytest.mark.parametrize(("key", "value"), FOREIGN)
def test_a_foreign_value_is_dropped_and_named(open_page: Opened, key: str, value: str) -> None:
    app = open_page("abc_xyz", **{key: [value]})
    assert not app.exception
    assert said(app) == FOREIGN[key, value]


def test_a_customer_is_no_product_and_a_side_is_not_held_against_itself(open_page: Opened) -> None:
    app = open_page("abc_xyz", of=["products"], customer=["c003"])
    assert said(app) == "The link’s customer=c003 is no product of these data. It was left out."
    app = open_page("abc_xyz", side=["region"], left=["North"], right=["North"])
    assert said(app) == "The link’s right=North is not on offer on this page. It was left out."


def test_products_are_not_on_offer_where_no_line_names_one(
    tmp_path: Path, open_page: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_lines(make_log(7).drop(columns=["product_id", "category"]), tmp_path)
    monkeypatch.setenv("CLIENTELE_DATA", str(tmp_path))
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=60).run()
    del app.session_state["link"]
    app.query_params["of"] = ["products"]
    app.switch_page("../pages/abc_xyz.py").run()
    assert not app.exception
    assert said(app) == "The link’s of=products is not on offer on this page. It was left out."
    assert "abc_xyz/of" not in [one.key for one in app.segmented_control]


def test_one_class_that_swallows_offers_thirds(open_page: Opened) -> None:
    app = open_page("abc_xyz")
    app.button(key="thirds").click().run()
    assert app.session_state["link"]["own"]["abc_xyz"] == {"xyz": ("thirds",)}
    assert "thirds" not in [one.key for one in app.button]


def test_somebody_out_of_view_is_said_to_be(open_page: Opened, dataset: Dataset) -> None:
    shown = run(dataset, Filters(region=("North",))).rows["customer"]
    out = dataset.customer_ids(np.setdiff1d(np.arange(dataset.history.n_customers), shown))[0]
    app = open_page("abc_xyz", region=["North"], customer=[out])
    assert said(app) == ""
    assert "Nothing of theirs matches this filter." in texts(app)


# ---- Numbers


def test_the_page_shows_the_numbers_of_products(open_page: Opened, dataset: Dataset) -> None:
    app = open_page("abc_xyz", of=["products"])
    result = run(dataset, of="products")
    shown = {one.label: one.value for one in app.metric}
    assert shown["Class A products"] == number((result.rows["abc"] == "A").sum())
    assert shown["Top 20 % bring"] == percent(result.top_share)
    assert app.dataframe[0].value["product_id"].tolist() == (
        dataset.products.table["product_id"].iloc[result.rows["product"]].tolist()  # type: ignore[union-attr]
    )


def test_changes_are_plain_differences_by_pandas(dataset: Dataset) -> None:
    after, before = run(dataset), run(dataset, Filters(last=date(2022, 9, 30)))
    found = abc_figures.changes(after, before)
    for key, column, code in (("a", "abc", "A"), ("new", "xyz", "N")):
        assert (
            found[key].after - found[key].before
            == (after.rows[column] == code).sum() - (before.rows[column] == code).sum()
        )
    assert found["top"].before == pytest.approx(top_share(before.rows["value"].to_numpy()))
    assert found["top"].after == pytest.approx(after.top_share)


def test_the_interval_of_the_top_share_is_that_of_a_bootstrap(dataset: Dataset) -> None:
    rng = np.random.default_rng(11)
    value = rng.lognormal(4, 1.2, 800)
    other = value * rng.lognormal(0, 0.4, 800)

    def result(values: np.ndarray) -> Any:
        rows = pd.DataFrame({"customer": np.arange(800), "value": values, "abc": "A", "xyz": "Z"})
        return SimpleNamespace(of="customers", rows=rows)

    change = abc_figures.changes(result(other), result(value))["top"]
    draws = []
    for _draw in range(600):
        drawn = rng.integers(0, 800, 800)
        draws.append(top_share(other[drawn]) - top_share(value[drawn]))
    assert (change.high - change.low) / 2 == pytest.approx(1.96 * np.std(draws), rel=0.15)


def test_sides_differ_by_the_shares_of_the_two_results(dataset: Dataset) -> None:
    results = tuple(run(dataset, Filters(region=(label,)), xyz="thirds") for label in ("North", "South"))
    for by in ("customers", "revenue"):
        sides = abc_sides.Sides(("North", "South"), results)  # type: ignore[arg-type]
        found = abc_sides.differences(sides, by)
        column = {"customers": "customer_share", "revenue": "revenue_share"}[by]
        for (abc, xyz), change in found.items():
            left, right = (one.matrix.set_index(["abc", "xyz"])[column].loc[(abc, xyz)] for one in results)
            assert (change.before, change.after) == pytest.approx((left, right))
        assert sum(change.after for change in found.values()) == pytest.approx(1)


def test_a_difference_between_a_side_and_itself_is_no_claim(dataset: Dataset) -> None:
    result = run(dataset, Filters(region=("North",)))
    sides = abc_sides.Sides(("North", "North"), (result, result))
    assert all(change.low == change.high == 0 for change in abc_sides.differences(sides, "customers").values())


# ---- Words


def test_why_says_value_limits_variation_and_distances(view: Any) -> None:
    row = pd.Series(
        {"abc": "B", "xyz": "Z", "value": 1234.0, "cumulative_share": 0.8123, "cv": 0.34, "periods": 12}
        | {"abc_gap": 120.0, "abc_room": 45.0, "xyz_gap": 9.0}
    )
    result: Any = SimpleNamespace(value="revenue", of="customers", xyz_mode="cuts", xyz_cuts=(10.0, 25.0))
    found = [text.replace(NBSP, " ") for text in abc_why.sentences(view, result, One("c001", row))]
    assert found == [
        "**B**: net revenue is £1.23 k. From the largest down to here, 81.2 % of all net revenue is reached; A is what begins below "
        "80 %, B what begins below 95 %.",
        "£120 more would lift it to A. It can lose £45 before it falls to C.",
        "**Z**: totals vary by 34 % over 12 periods; X goes to 10 %, Y to 25 %. 9.0 points less would lift it to Y.",
    ]


@pytest.mark.parametrize(
    "params", [{}, {"value": "orders"}, {"xyz": "syntetos_boylan"}, {"xyz": "seasonal"}, {"of": "products"}]
)
def test_everybody_has_a_reason(view: Any, dataset: Dataset, params: dict[str, str]) -> None:
    view.params = AbcXyzParams(**params)  # type: ignore[arg-type]
    result = run(dataset, **params)
    for place in range(len(result.rows)):
        row = result.rows.iloc[place]
        found = abc_why.sentences(view, result, One("", row))
        assert found[0].startswith(f"**{row['abc']}**" if row["abc"] != "nonpositive" else "**Not positive**")
        assert not any("nan" in text or "{" in text for text in found)


def moves(*shares: tuple[str, str, float, float]) -> Any:
    table = pd.DataFrame(shares, columns=["setting", "change", "to", "customer_share"]).assign(customers=1)
    table["customers"] = (table["customer_share"] * 1000).astype(int)
    return SimpleNamespace(sensitivity=table)


def test_how_firm_the_classes_are_is_said_from_the_largest_move() -> None:
    limit, period = ("a_limit", "+10%", 82.0), ("period", "quarter", np.nan)
    found = [
        abc_sensitivity.sentence(moves((*limit, a), (*period, b))).replace(NBSP, " ")
        for a, b in ((0.03, 0.04), (0.03, 0.4), (0.2, 0.1))
    ]
    assert found == [
        "The classes are firm: whatever moves, 4.0 % at most change class (by quarter).",
        "The limits matter little (3.0 % at most), the time measured more: 40 % change class (by quarter).",
        "The classes hang on the settings: 20 % change class (A to 82.0 %). Read those at the edge with care.",
    ]


def test_promotion_to_stop_is_among_the_points_with_its_numbers(view: Any) -> None:
    cells = [("A", "Z", 50, 900.0, "seasonal_offer"), ("A", "X", 40, 500.0, "individual_offer")]
    cells += [("B", "Y", 30, 90.0, "grow"), ("C", "Z", 60, 30.0, "stop_promotion")]
    matrix = pd.DataFrame(cells, columns=["abc", "xyz", "customers", "revenue", "advice"]).assign(
        margin=10.0, spend=20.0
    )
    result: Any = SimpleNamespace(matrix=matrix, of="customers", rows=None)
    found = abc_xyz.actions(view, result)
    assert [(one.lead, one.select) for one in found] == [("AZ.", "A-Z"), ("AX.", "A-X"), ("CZ.", "C-Z")]
    assert found[2].text.replace(NBSP, " ") == (
        "Stop paying for promotion: their margin does not pay for the spend. 60 customers, £30. Margin £10, spend £20."
    )


def test_every_advice_of_the_core_has_words() -> None:
    from core.analyses._abc_advice import advice
    from dashboard import terms

    for of in ("customers", "products"):
        for abc in analysis.ABC:
            for xyz in (*analysis.CUTS_XYZ, *analysis.SYNTETOS_BOYLAN):
                assert terms.cell_advice(advice(abc, xyz, of)).endswith((".", "?"))  # type: ignore[arg-type]
    assert terms.cell_advice("stop_promotion")


def test_data_of_one_customer_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = make_log(7)
    publish_lines(log[log["customer_id"] == "c000"], tmp_path)
    monkeypatch.setenv("CLIENTELE_DATA", str(tmp_path))
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=60).run()
    for page in ("abc_xyz", "rfm"):
        app.switch_page(f"../pages/{page}.py").run()
        assert not app.exception
