"""How much hangs on the settings of ABC-XYZ: who changes class when one of them moves."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.analyses._abc_classes import (
    Basis,
    Regularity,
    abc_codes,
    abc_limits,
    moved_cuts,
    prepare,
    regularity,
    xyz_codes,
    xyz_measures,
)
from core.analyses._abc_params import PERIODS, AbcXyzParams
from core.filters import Filters
from core.money import SCALE

# Setting, change, what it becomes, and who changes class.
_Moved = tuple[str, str, float, NDArray[np.bool_]]

TENTH = 0.1
MOVES = (("-10%", 1 - TENTH), ("+10%", 1 + TENTH))
COLUMNS = ["setting", "change", "to", "customers", "customer_share", "revenue", "revenue_share"]


def at_edge(basis: Basis, found: Regularity, params: AbcXyzParams, xyz: NDArray[np.int8]) -> int:
    """How many in view change one of their classes when every limit moves by a tenth either way.

    They are those between where a limit goes and where it comes from.
    """
    down, up = 1 - TENTH, 1 + TENTH
    before = basis.before[basis.shown]
    edge = np.zeros(len(before), dtype=np.bool_)
    measures, classed = xyz_measures(found.demand, params), xyz < params.xyz_names.index("N")
    for of, low, high in zip(
        measures, moved_cuts(found.cuts, (down, down)), moved_cuts(found.cuts, (up, up)), strict=True
    ):
        edge |= (of > low) & (of <= high)
    edge &= classed
    for low, high in zip(abc_limits(params, (up, up)), abc_limits(params, (down, down)), strict=True):
        edge |= (before >= low) & (before < high)
    return int(edge.sum())


def sensitivity(dataset: Dataset, filters: Filters, params: AbcXyzParams) -> pd.DataFrame:
    """Customers in view who change class when one setting moves and all others stay, and the revenue that they hold.

    Limits move up and down by a tenth: those of A and B by a tenth of their distance to 100 %, those of X and Y (the cuts in force,
    so thirds' too; for Syntetos-Boylan those of interval and variation) of the cut itself; limits that pass each other count in
    rising order. The window moves by a tenth, at least one period. The period becomes each other one, with its usual window unless
    one is set.

    Returns
    -------
    pandas.DataFrame
        setting, change, to (what the setting becomes; null for a period), customers, customer_share, revenue, revenue_share.
    """
    basis = prepare(dataset, filters, params)
    found = regularity(basis, params)
    history = basis.selection.history
    money = basis.selection.totals(history.value(basis.money))
    money = money[basis.codes[basis.shown]]
    total = int(money.sum())
    rows = []
    for setting, change, to, who in (*_limits(basis, found, params), *_periods(basis, found, params)):
        held = int(money[who].sum())
        share = held / total if total else np.nan
        rows.append((setting, change, to, int(who.sum()), float(who.mean()), held / SCALE, share))
    return pd.DataFrame(rows, columns=COLUMNS)


def _limits(basis: Basis, found: Regularity, params: AbcXyzParams) -> Iterator[_Moved]:
    before = basis.before[basis.shown]
    abc, xyz = abc_codes(before, abc_limits(params)), xyz_codes(found.demand, params, found.cuts)
    for place, setting in enumerate(("a_limit", "b_limit")):
        for change, factor in MOVES:
            # A shorter distance to 100 % is a higher limit.
            limits = abc_limits(params, _only(place, 2 - factor))
            yield setting, change, round(100 * limits[place], 10), abc_codes(before, limits) != abc
    kinds = params.xyz == "syntetos_boylan"
    for place, setting in enumerate(("interval", "variation") if kinds else ("x_limit", "y_limit")):
        for change, factor in MOVES:
            factors = _only(place, factor)
            to = moved_cuts(found.cuts, factors)[place] * (1 if kinds else 100)
            yield setting, change, round(to, 10), xyz_codes(found.demand, params, found.cuts, factors) != xyz


def _only(place: int, factor: float) -> tuple[float, float]:
    return (factor, 1.0) if place == 0 else (1.0, factor)


def _periods(basis: Basis, found: Regularity, params: AbcXyzParams) -> Iterator[_Moved]:
    xyz = xyz_codes(found.demand, params, found.cuts)
    step = max(round(params.measured * TENTH), 1)
    windows = zip(MOVES, (max(params.measured - step, 1), params.measured + step), strict=True)
    others: list[tuple[str, str, float, AbcXyzParams]] = [
        ("period", period, np.nan, replace(params, period=period)) for period in PERIODS if period != params.period
    ]
    others += [("window", change, float(window), replace(params, window=window)) for (change, _), window in windows]
    for setting, change, to, other in others:
        again = regularity(basis, other)
        yield setting, change, to, xyz_codes(again.demand, other, again.cuts) != xyz
