"""ABC-XYZ against plain pandas, row for row: every mode, of customers and of products, on generated logs and real files."""

from datetime import date
from itertools import product
from typing import Any

import pandas as pd
import pytest

from core.analyses.abc_xyz import AbcXyzParams, run
from core.errors import EmptyViewError
from core.filters import Classes, Filters
from tests.conftest import SAMPLE
from tests.core.analyses import real
from tests.core.analyses.compare import assert_same
from tests.core.analyses.conftest import FILTERS, Case, every_filter_and_setting
from tests.core.analyses.reference import order_table
from tests.core.analyses.reference_abc_xyz import Asked, abc_xyz, group_stability, product_table
from tests.helpers import make_log, open_lines


def check(case: Case, filters: Filters, moved: bool = True, **settings: Any) -> None:
    """Every table against pandas; ``moved``: that of what moves when settings do, too, which takes pandas longest."""
    of = settings.get("of", "customers")
    expected = abc_xyz(case.orders, filters, moved, **settings)
    if not len(expected["customers"]):
        with pytest.raises(EmptyViewError):
            run(case.dataset, filters, AbcXyzParams(**settings))
        return
    result = run(case.dataset, filters, AbcXyzParams(**settings))
    key = f"{of.removesuffix('s')}_id"
    rows = case.dataset.with_ids(result.rows)
    assert_same(rows, expected["customers"], [key])
    filled = result.matrix[result.matrix["customers"] > 0]
    wanted = expected["matrix"].drop(columns="advice" if "spend" in filled else [])
    assert_same(filled, wanted, ["abc", "xyz"])
    empty = result.matrix[result.matrix["customers"] == 0]
    assert not empty[["revenue", "customer_share"]].any(axis=None)
    assert empty["advice"].isna().all()
    stability = result.stability[result.stability["group"] != "category"].dropna(subset=["cv"])
    assert_same(stability, expected["stability"].dropna(subset=["cv"]), ["group", "label"])
    scalars = pd.DataFrame({"at_edge": [result.at_edge], "top_share": [result.top_share]})
    assert_same(scalars, expected["scalars"], ["at_edge"])
    if moved:
        assert_same(result.sensitivity, expected["sensitivity"], ["setting", "change"])
    ranked = rows.sort_values(["value", key], ascending=[False, True])
    assert rows[key].tolist() == ranked[key].tolist()


VALUES, PERIODS, XYZ = (
    ("revenue", "margin", "orders"),
    ("week", "month", "quarter"),
    ("cuts", "thirds", "syntetos_boylan", "seasonal"),
)
EVERY = tuple(product(VALUES, PERIODS, XYZ))
# Each filter with a part of the modes, so that each mode meets some filter.
PER_FILTER = {name: EVERY[place :: len(FILTERS)] for place, name in enumerate(FILTERS)}


@pytest.mark.parametrize("filters", FILTERS)
def test_equals_plain_pandas_on_generated_logs(generated: Case, filters: str) -> None:
    for place, (value, period, xyz) in enumerate(PER_FILTER[filters]):
        wanted = value if generated.dataset.has_margin or value != "margin" else "revenue"
        window = (0, 8, 30)[place % 3]
        shown = generated.filters()[filters]
        check(generated, shown, place == 0, value=wanted, period=period, xyz=xyz, window=window)


@pytest.fixture(scope="module")
def long_log(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """Three years and a half, so that two whole years can be compared, by customer and by product; some lines name no product."""
    lines = make_log(44, customers=12, orders=900, days=1280, start="2019-03-20")
    lines.loc[lines.index % 17 == 0, "product_id"] = None
    dataset = open_lines(lines, tmp_path_factory.mktemp("long"))
    return {"customers": Case(dataset, order_table(lines)), "products": Case(dataset, product_table(lines))}


@pytest.mark.parametrize("classes", ["company", "filter"])
@pytest.mark.parametrize("xyz", XYZ)
@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("of", ["customers", "products"])
def test_every_mode_equals_plain_pandas(
    long_log: dict[str, Case], of: str, value: str, period: str, xyz: str, classes: Classes
) -> None:
    filters = Filters(region=("North",), last=date(2022, 8, 31), classes=classes)
    check(long_log[of], filters, of=of, value=value, period=period, xyz=xyz)


@pytest.mark.parametrize("filters", FILTERS)
def test_products_equal_plain_pandas_under_every_filter(long_log: dict[str, Case], filters: str) -> None:
    case = long_log["products"]
    check(case, case.filters()[filters], of="products", a_limit=40, b_limit=70, x_limit=60, y_limit=90)


REAL_SETTINGS = (
    ("margin", "month", "thirds"),
    ("orders", "week", "cuts"),
    ("revenue", "quarter", "syntetos_boylan"),
    ("revenue", "month", "seasonal"),
)


@pytest.mark.parametrize(("filters", "setting"), every_filter_and_setting(FILTERS, len(REAL_SETTINGS)))
def test_equals_plain_pandas_on_real_data(real_case: Case, filters: str, setting: int) -> None:
    value, period, xyz = REAL_SETTINGS[setting]
    if value == "margin" and not real_case.dataset.has_margin:
        value = "revenue"
    check(real_case, real_case.filters()[filters], value=value, period=period, xyz=xyz)


@pytest.mark.parametrize("value", ["revenue", "orders"])
@pytest.mark.parametrize("filters", ["all", "company", "filter_dates"])
@pytest.mark.parametrize("of", ["customers", "products"])
def test_stability_of_categories_equals_plain_pandas(
    long_log: dict[str, Case], of: str, filters: str, value: str
) -> None:
    """Each product's category is what most of its lines say; as orders, each product of an order counts."""
    products = long_log["products"]
    shown = products.filters()[filters]
    found = run(products.dataset, shown, AbcXyzParams(of=of, value=value)).stability
    category = products.dataset.products.table.set_index("product_id")["category"]
    asked = Asked(products.orders, shown, "products", value=value)
    rows = asked.view.matching
    expected = group_stability(asked, rows.assign(category=rows["customer"].map(category)), "category")
    assert_same(found[found["group"] == "category"], expected, ["group", "label"])


@pytest.fixture(scope="module", params=["online_retail", "sample"])
def real_products(request: pytest.FixtureRequest) -> Case:
    """The real files that name products, product by product."""
    if request.param == "sample":
        return Case(request.getfixturevalue("sample").dataset, product_table(real.sample(SAMPLE)))
    lines = real.online_retail(request.getfixturevalue("real_data"))
    return Case(request.getfixturevalue("online_retail").dataset, product_table(lines))


@pytest.mark.parametrize("filters", FILTERS)
def test_products_equal_plain_pandas_on_real_data(real_products: Case, filters: str) -> None:
    xyz = XYZ[FILTERS.index(filters) % len(XYZ)]
    check(real_products, real_products.filters()[filters], of="products", xyz=xyz, x_limit=60, y_limit=120)
