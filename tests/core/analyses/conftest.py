"""Logs to compare the analyses with plain pandas on, from a handful of orders to the real files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from core.access import AccessScope, Dataset, open_dataset
from core.filters import Filters
from tests.conftest import SAMPLE
from tests.core.analyses import real
from tests.core.analyses.reference import order_table
from tests.helpers import make_log, open_lines

FILTERS = ("all", "company", "filter", "dates", "company_dates", "filter_dates")


def every_filter_and_setting(filters: tuple[str, ...], settings: int) -> list[tuple[str, int]]:
    """Each setting without a filter, then each filter with one setting in turn: not all pairs, which would take minutes."""
    alone = [(filters[0], setting) for setting in range(settings)]
    return alone + [(name, place % settings) for place, name in enumerate(filters[1:])]


@dataclass(frozen=True)
class Case:
    """A log as a snapshot and as plain pandas has it.

    Parameters
    ----------
    dataset : Dataset
    orders : pandas.DataFrame
        From :func:`tests.core.analyses.reference.order_table`.
    """

    dataset: Dataset
    orders: pd.DataFrame

    def filters(self) -> dict[str, Filters]:
        """Filters that leave much, little and perhaps nothing."""
        # The second most frequent label, so that a good part is left out.
        region, channel = (tuple(self.orders[name].value_counts().index[:2][-1:]) for name in ("region", "channel"))
        channel = channel if "channel" in self.dataset.history.labels else ()
        quarter, middle, late = (
            self.orders["day"].quantile(share, interpolation="nearest").date() for share in (0.25, 0.5, 0.9)
        )
        both = {"region": region, "channel": channel}
        return {
            "all": Filters(),
            "company": Filters(**both),
            "filter": Filters(**both, classes="filter"),
            "dates": Filters(first=middle),
            "company_dates": Filters(region=region, first=quarter, last=late),
            "filter_dates": Filters(**both, first=quarter, last=late, classes="filter"),
        }


def _small(*orders: tuple[str | None, str, int]) -> pd.DataFrame:
    customer, day, amount = zip(*orders, strict=True)
    return pd.DataFrame(
        {
            "order_id": [f"o{place}" for place in range(len(orders))],
            "customer_id": pd.Series(customer, dtype=object),
            "date": pd.to_datetime(list(day)),
            "amount": amount,
            "region": "North",
            "channel": "Web",
        }
    )


MONTHS = pd.date_range("2021-01-05", periods=14, freq="MS").strftime("%Y-%m-%d")

GENERATED: dict[str, Callable[[], pd.DataFrame]] = {
    "seed_1": lambda: make_log(1),
    "seed_2": lambda: make_log(2, customers=9, orders=120, split=0.0),
    "seed_3": lambda: make_log(3, customers=200, orders=700, days=700),
    "one_order": lambda: _small(("only", "2021-03-04", 100_000)),
    "one_customer": lambda: _small(
        *(("only", day, 100_000 + 10_000 * (place % 3)) for place, day in enumerate(MONTHS))
    ),
    "two_equal_customers": lambda: _small(*((name, day, 50_000) for day in MONTHS for name in ("left", "right"))),
    "nobody_known_but_one": lambda: _small(
        (None, "2021-01-01", 70_000), ("only", "2021-02-01", 1), (None, "2021-03-01", -5)
    ),
}


@pytest.fixture(scope="session", params=GENERATED)
def generated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A small generated log."""
    lines = GENERATED[request.param]()
    return Case(open_lines(lines, tmp_path_factory.mktemp("generated")), order_table(lines))


@pytest.fixture(scope="session")
def online_retail(real_data: Path, online_retail_data: Path) -> Case:
    """Online Retail, imported, and as pandas reads it."""
    return _imported(online_retail_data, real.online_retail(real_data))


@pytest.fixture(scope="session")
def adventureworks(real_data: Path, adventureworks_data: Path) -> Case:
    """AdventureWorks, imported, and as pandas reads it."""
    return _imported(adventureworks_data, real.adventureworks(real_data))


@pytest.fixture(scope="session")
def sample(sample_data: Path) -> Case:
    """The sample, imported, and as pandas reads it."""
    return _imported(sample_data, real.sample(SAMPLE))


def _imported(data: Path, lines: pd.DataFrame) -> Case:
    return Case(open_dataset(data, AccessScope.everything()), order_table(lines))


@pytest.fixture(scope="session", params=["online_retail", "adventureworks", "sample"])
def real_case(request: pytest.FixtureRequest) -> Case:
    """Real or realistic data; the first two are skipped where they are not at hand."""
    case: Case = request.getfixturevalue(request.param)
    return case
