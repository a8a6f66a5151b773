"""Standings at many dates against plain pandas that asks all orders anew at each."""

import numpy as np
import pandas as pd
import pytest

from core.days import to_date
from core.features import select
from core.timeline import Timeline, months_before
from tests.core.analyses.conftest import FILTERS, Case
from tests.core.analyses.conftest import generated as generated
from tests.core.analyses.reference import View, money, purchases

EPOCH = pd.Timestamp("1900-01-01")


@pytest.mark.parametrize("span", [0, 1, 3])
@pytest.mark.parametrize("filters", FILTERS)
def test_standings_are_what_had_been_done_by_each_date(generated: Case, filters: str, span: int) -> None:
    chosen = generated.filters()[filters]
    selection = select(generated.dataset.history, chosen)
    ends = tuple(selection.as_of - days for days in (200, 120, 119, 60, 30, 0))
    when = Timeline(selection, "revenue", ends, span)
    names = generated.dataset.customer_ids(np.arange(generated.dataset.history.n_customers))
    for at in when.standings():
        view = View(generated.orders, when.filters_at(at.step))
        assert view.as_of == pd.Timestamp(to_date(at.day))
        assert set(names[at.in_view]) == set(view.shown)
        assert when.in_view_at(at.step).tolist() == at.in_view.tolist()
        shown = pd.Index(names[at.in_view])
        assert at.purchases[at.in_view].tolist() == purchases(view.classed).reindex(shown, fill_value=0).tolist()
        assert at.money[at.in_view].tolist() == money(view.classed, shown).tolist()
        bought = view.classed[view.classed["purchase"]].groupby("customer")["day"].max()
        assert at.last_day[at.in_view].tolist() == ((bought.reindex(shown) - EPOCH).dt.days).tolist()
    if span == 0:
        assert when.classed_at(2).money.sum() == when.classed.money[: when.classed.start[3]].sum()


def test_months_before_are_those_of_pandas() -> None:
    for text in ("2024-03-31", "2023-03-31", "2024-02-29", "2020-12-30", "2019-01-01"):
        day = pd.Timestamp(text)
        for months in range(60):
            expected = (day - pd.DateOffset(months=months) - EPOCH).days
            assert months_before((day - EPOCH).days, months) == expected
    assert months_before(40, 2) == 0
