"""The page of lifetime value against what its analysis gives back."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from core.access import AccessScope, open_dataset
from core.analyses import ltv as analysis
from core.analyses.ltv import LtvParams, LtvResult
from core.build import EVENT_FILES
from core.filters import Filters
from dashboard.data_folder import VARIABLE
from dashboard.topics import ltv_curve, ltv_findings, ltv_holdout, ltv_tiers
from dashboard.words import set_locale
from tests.core.models.simulate import purchase_log
from tests.dashboard.conftest import APP, Opened
from tests.helpers import publish_lines

CUSTOMERS = 900
FAST = {"model": ["bg_nbd"]}
TEXTS = ("title", "markdown", "metric")


@pytest.fixture(scope="module")
def buyers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of simulated buyers in two regions and channels, with costs and spending."""
    owner, when, value = purchase_log(3, CUSTOMERS, 800)
    amount = np.rint(value * 10_000).astype(np.int64)
    day = pd.Timestamp("2020-01-01") + pd.to_timedelta(when.astype(int), unit="D")
    lines = pd.DataFrame(
        {
            "order_id": [f"o{place}" for place in range(len(owner))],
            "customer_id": [f"c{code:04d}" for code in owner],
            "date": day,
            "amount": amount,
            "cost": amount // 2,
            "region": np.where(owner % 3, "North", "South"),
            "channel": np.where(owner % 2, "Web", "Shop"),
        }
    )
    data = publish_lines(lines, tmp_path_factory.mktemp("buyers"))
    days = pd.date_range("2020-01-01", "2021-06-30", freq="MS").date
    spent = pa.table(
        {
            "date": pa.array(np.tile(days, 2), type=pa.date32()),
            "channel": np.repeat(["Web", "Shop"], len(days)),
            "amount": np.repeat([500_000, 20_000_000], len(days)),
        }
    )
    (folder,) = [path.parent for path in data.rglob("order_lines.parquet")] or [
        next(data.rglob("lines.parquet")).parent
    ]
    pq.write_table(spent, folder / EVENT_FILES["spend"])
    return data


@pytest.fixture
def open_ltv(buyers: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Open the page on the simulated buyers."""
    monkeypatch.setenv(VARIABLE, str(buyers))

    def open_it(page: str = "ltv", **query: list[str]) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60)
        app.run()
        del app.session_state["link"]
        for key, values in (FAST | query).items():
            app.query_params[key.rstrip("_")] = values
        return app.switch_page(f"../pages/{page}.py").run()

    return open_it


@pytest.fixture(scope="module")
def result(buyers: Path) -> LtvResult:
    return analysis.run(open_dataset(buyers, AccessScope.everything()), Filters(), LtvParams(model="bg_nbd"))


def written(app: AppTest) -> str:
    """All that stands on the page, with plain spaces."""
    return "\n".join(one.value for one in app.markdown).replace("\u00a0", " ").replace("\\", "")


def test_every_card_is_there_and_agrees_with_the_result(open_ltv: Opened, result: LtvResult) -> None:
    app = open_ltv()
    assert not app.exception
    assert not app.info
    shown = {one.label: one.value.replace("\u00a0", " ") for one in app.metric}
    whole = result.acquisition.iloc[-1]
    assert shown["LTV : CAC"] == f"{whole['ratio']:.1f}"
    text = written(app)
    for heading in (
        "What if",
        "How right we were",
        "simple formulas",
    ):
        assert heading in text
    tables = [one.value for one in app.table]
    acquisition = next(table for table in tables if "verdict" in table.columns)
    expected = [*result.acquisition.dropna(subset="channel").sort_values("ratio", ascending=False)["channel"], "all"]
    assert list(acquisition.index) == expected
    assert set(acquisition["verdict"]) <= {"scale", "fix", "stop", "unclear"}
    simple = next(table for table in tables if "so far" in table.columns)
    assert simple["so far"].iloc[5] == f"{result.simple.buyers:,}"


def test_titles_of_charts_say_what_plain_pandas_finds(open_ltv: Opened, result: LtvResult) -> None:
    text = written(open_ltv())
    values = result.customers["clv"].sort_values().to_numpy()
    vip = result.customers[result.customers["tier"] == "vip"]["clv"]
    assert f"Half of customers will bring less than £{np.quantile(values, 0.5):.2f} each" in text
    assert f"VIP: {len(vip) / len(values):.0%} of customers, {vip.sum() / values.sum():.0%}".replace("%", " %") in text
    weeks = result.holdout[result.holdout["held_out"].astype(bool)]
    before = result.holdout[~result.holdout["held_out"].astype(bool)].iloc[-1]["actual"]
    error, low, high = (
        (weeks[name].iloc[-1] - before) / (weeks["actual"].iloc[-1] - before) - 1
        for name in ("predicted", "low", "high")
    )
    assert ("was off by no more than chance" in text) == (low <= 0 <= high)
    assert f"{abs(error) * 100:.{0 if abs(error) >= 0.1 else 1}f} %" in text
    by_x = result.holdout_by_x[result.holdout_by_x["customers"] >= 30]
    off = by_x[(by_x["predicted_mean"] < by_x["low"]) | (by_x["predicted_mean"] > by_x["high"])]
    assert ("No group is off by more than chance" in text) == off.empty
    scaled = (
        result.acquisition.dropna(subset="channel").query("verdict == 'scale'").sort_values("ratio", ascending=False)
    )
    assert len(scaled)
    assert "Scale " + ", ".join(scaled["channel"]) in text
    beaten = result.basis.contest.naive_is_better
    assert ("No model beats each customer’s own rate here" if beaten else "forecasts best here") in text


def test_a_clear_error_of_the_forecast_is_in_the_titles() -> None:
    check = SimpleNamespace(error=0.17, error_low=0.15, error_high=0.18, weeks=39)
    rows = pd.DataFrame(
        {
            "x": [0, 6, 7],
            "customers": [500, 40, 29],
            "actual_mean": [0.7, 2.4, 4.5],
            "predicted_mean": [1.0, 2.9, 5.6],
            "low": [0.6, 2.2, 4.2],
            "high": [0.8, 2.6, 4.8],
        }
    )
    shown = cast(LtvResult, SimpleNamespace(check=check, holdout_by_x=rows))
    assert ltv_findings.tracking(shown).replace("\u00a0", " ") == "The forecast of 39 weeks was 17 % too high"
    # Of 29 customers nothing is said, though they are the furthest off.
    assert ltv_findings.by_orders(shown) == "After 6 orders: 2.9, not 2.4"
    check.error, check.error_low, check.error_high = -0.02, -0.04, 0.01
    assert "no more than chance" in ltv_findings.tracking(shown)


def test_what_is_asked_stands_in_the_link_and_is_answered(open_ltv: Opened, result: LtvResult) -> None:
    tiers = result.classification(result.basis.dataset.history.n_customers)
    app = open_ltv(form=["lorenz"], of=["tier"], segment=["vip"], lever=["order_value"], percent=["20"], by=["channel"])
    assert not app.exception
    assert not app.info
    found = result.what_if(tiers, "vip", "order_value", 20.0)
    assert found is not None
    assert found.ltv.change == pytest.approx(0.2 * found.ltv.before)
    text = written(app)
    assert "If their orders are 20 % larger" in text
    assert f"{found.customers} customers" in text
    assert "The less valuable half of customers" in text


def test_what_the_link_can_not_have_is_dropped_and_named(open_ltv: Opened) -> None:
    app = open_ltv(of=["stars"], percent=["500"], form=["pie"], lever=["luck"])
    assert not app.exception
    assert all(f"{key}=" in "\n".join(one.value for one in app.info) for key in ("of", "percent", "form", "lever"))


@pytest.mark.parametrize(
    "query",
    [
        {"region": ["South"], "compare": ["year"], "value": ["revenue"]},
        {"from_": ["2021-06-01"], "to": ["2021-12-31"], "of": ["region"]},
        {"contractual": ["yes"], "renewal": ["quarter"]},
        {"model": ["simple"]},
        {"to": ["2020-02-15"]},
    ],
)
def test_the_page_stands_whatever_is_asked(open_ltv: Opened, query: dict[str, list[str]]) -> None:
    app = open_ltv(**query)
    assert not app.exception
    assert len(app.title) == 1
    if "contractual" in query:
        assert "customers are under contract" in written(app)
        assert "What if" not in written(app)


def test_few_customers_have_the_simple_figures(open_page: Opened) -> None:
    app = open_page("ltv")
    assert not app.exception
    assert [one.label for one in app.metric] == ["Simple value", "Value ÷ buyers"]
    assert "customers have bought again" in written(app)


# ---- Findings, on tables made by hand


def record(*rows: tuple[int, float, float, float, float]) -> Any:
    """A result with forecasts of value: months ago, predicted, low, high, actual."""
    table = pd.DataFrame(rows, columns=["months_ago", "predicted", "low", "high", "actual"])
    table["error"] = table["predicted"] / table["actual"] - 1
    return SimpleNamespace(track_record=table.assign(measure="value"), value="revenue")


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([(3, 100.0, 90.0, 110.0, 95.0), (6, 200.0, 180.0, 220.0, 210.0)], "what came lay inside every interval"),
        ([(3, 90.0, 85.0, 95.0, 100.0), (6, 220.0, 180.0, 260.0, 200.0)], "forecasts were off by −10 % to +10 %"),
        ([(3, 90.0, 85.0, 95.0, 100.0)], "the forecast was off by −10 %"),
        ([], "can’t be told yet"),
    ],
)
def test_the_title_says_how_right_forecasts_were(rows: list[Any], title: str) -> None:
    set_locale("en")
    assert title in ltv_holdout.record_title(record(*rows)).replace("\u00a0", " ")


def test_cohorts_are_drawn_only_as_far_as_each_of_their_months_has_come() -> None:
    curve = pd.DataFrame(
        [("2020-01", 0, 10, 1.0), ("2020-01", 1, 10, 3.0), ("2020-02", 0, 30, 2.0)],
        columns=["cohort", "age", "customers", "cumulative_value"],
    )
    found = ltv_curve.cohorts(SimpleNamespace(curve=curve))  # type: ignore[arg-type]
    assert found.values.tolist() == [["2020-Q1", 0, 40, 1.75]]
    empty = ltv_curve.cohorts(SimpleNamespace(curve=curve.iloc[:0]))  # type: ignore[arg-type]
    assert empty.empty


def test_the_lorenz_title_says_what_the_lower_half_holds() -> None:
    set_locale("en")
    lorenz = pd.DataFrame({"share_customers": [0.0, 0.5, 1.0], "share_value": [0.0, 0.08, 1.0]})
    title = ltv_tiers.lorenz_title(SimpleNamespace(lorenz=lorenz))  # type: ignore[arg-type]
    assert title.replace("\u00a0", " ") == "The less valuable half of customers will bring 8.0 %"
