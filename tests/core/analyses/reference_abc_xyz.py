"""ABC-XYZ in plain pandas, from the definitions alone: of customers and of products."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from core.filters import Filters
from tests.core.analyses.reference import (
    FREQUENCY,
    NOBODY,
    UNIT,
    View,
    money,
    order_table,
    ordinal,
    purchases,
    share_score,
)

# How many complete periods a class needs, and how many count at most: half a year and a year for weeks and months; four quarters, as
# fewer have no variation to speak of, and two years.
NEEDED = {"week": 26, "month": 6, "quarter": 4}
AT_MOST = {"week": 52, "month": 12, "quarter": 8}
YEAR = {"week": 52, "month": 12, "quarter": 4}
LIMITS = {"a_limit": 80.0, "b_limit": 95.0, "x_limit": 10.0, "y_limit": 25.0}
SETTINGS = {"value": "revenue", "period": "month", "xyz": "cuts", "window": 0, **LIMITS}
# What a cell calls for: rows A, B, C, columns X, Y, Z.
ADVICE = {
    "customer": (
        ("individual_offer", "individual_offer", "seasonal_offer"),
        ("individual_offer", "grow", "seasonal_offer"),
        ("automate", "automate", "seasonal_offer"),
    ),
    "product": (
        ("always_in_stock", "always_in_stock", "seasonal_stock"),
        ("always_in_stock", "safety_stock", "seasonal_stock"),
        ("automate", "automate", "on_demand"),
    ),
}
OTHERS = {"customer": {"N": "welcome", "undefined": "win_back"}, "product": {"N": "watch", "undefined": "review_range"}}
LIKE = {"smooth": "X", "erratic": "Y", "intermittent": "Z", "lumpy": "Z"}


def product_table(lines: pd.DataFrame) -> pd.DataFrame:
    """One row a product, order, region and channel, in the columns of ``order_table``; lines without a product are nobody's."""
    named = lines.assign(customer_id=lines["customer_id"].fillna(NOBODY))
    day = named.groupby(["customer_id", "order_id"])["date"].transform("min")
    parts = named.assign(order_id=named["customer_id"] + "/" + named["order_id"], date=day)
    parts["customer_id"] = parts["product_id"]
    parts["order_id"] += "/" + parts["product_id"].fillna(NOBODY)
    return order_table(parts)


class Asked:
    """One question: the view and its settings."""

    def __init__(self, orders: pd.DataFrame, filters: Filters, of: str = "customers", **settings: Any) -> None:
        self.orders, self.filters, self.of = orders, filters, of
        self.settings = {**SETTINGS, **settings}
        self.view = View(orders, filters)
        s = self.settings
        self.season = YEAR[s["period"]] if s["xyz"] == "seasonal" else 0
        self.measured = s["window"] or self.season or AT_MOST[s["period"]]
        self.needed = self.season + max(self.measured, NEEDED[s["period"]]) if self.season else NEEDED[s["period"]]

    def but(self, **settings: Any) -> "Asked":
        """The same with some settings changed."""
        return Asked(self.orders, self.filters, self.of, **{**self.settings, **settings})

    def window(self) -> pd.PeriodIndex:
        """The last complete periods within the dates."""
        frequency = FREQUENCY[self.settings["period"]]
        last = self.view.as_of.to_period(frequency)
        if last.end_time.normalize() > self.view.as_of:
            last -= 1
        rows = self.orders[self.orders["customer"] != NOBODY] if self.of == "products" else self.orders
        start = pd.Timestamp(self.filters.first) if self.filters.first else rows["day"].min()
        first = start.to_period(frequency)
        if self.filters.first and first.start_time < start:
            first += 1
        return pd.period_range(max(first, last - self.measured - self.season + 1), last, freq=frequency)

    def valued(self, rows: pd.DataFrame) -> pd.DataFrame:
        """The value in a column of its own; as orders, each purchase counts once."""
        if self.settings["value"] != "orders":
            return rows.assign(value=rows[self.settings["value"]])
        bought = rows[rows["purchase"]]
        first = ~bought.duplicated(["customer", "order"])
        return rows.assign(value=first.reindex(rows.index, fill_value=False).astype(np.int64) * UNIT)

    def demand(self, customers: pd.Index) -> pd.DataFrame:
        """Totals by customer and complete period; null before the period of the first purchase."""
        window = self.window()
        totals = period_pivot(self.valued(self.view.classed), "customer", window).reindex(customers, fill_value=0)
        began = self.view.first_purchase.reindex(customers).dt.to_period(window.freqstr)
        return totals.astype(float).where(window.asi8[None, :] >= ordinal(began).to_numpy()[:, None])

    def regularity(self, customers: pd.Index) -> pd.DataFrame:
        """Periods, mean, variation (or error of the forecast), and what Syntetos and Boylan ask for, of each customer."""
        totals = self.demand(customers)
        table = pd.DataFrame({"periods": totals.notna().sum(axis=1)})
        if self.season:
            recent = totals.iloc[:, -self.measured :]
            error = recent - totals.shift(self.season, axis=1).iloc[:, -self.measured :]
            level = recent.mean(axis=1)
            spread = (error**2).mean(axis=1, skipna=False) ** 0.5
            if totals.shape[1] < self.season + self.measured:
                spread[:] = np.nan
            # Rounded, so that demand that only differs in scale or in its order of months is equal.
            return table.assign(mean=level, cv=(spread / level).where(level > 0).round(12), active=0, cv2=np.nan)
        table["mean"] = totals.mean(axis=1)
        positive = table["mean"] > 0
        table["cv"] = (totals.std(axis=1, ddof=1) / table["mean"]).where(positive).round(12)
        active = totals.where(totals != 0)
        table["active"] = active.notna().sum(axis=1)
        table["cv2"] = ((active.std(axis=1, ddof=1) / active.mean(axis=1)) ** 2).fillna(0).where(positive)
        return table

    def cuts(self, table: pd.DataFrame) -> tuple[float, float] | None:
        """Where Y and Z begin."""
        if self.settings["xyz"] == "syntetos_boylan":
            return 1.32, 0.49
        if self.settings["xyz"] != "thirds":
            return self.settings["x_limit"] / 100, self.settings["y_limit"] / 100
        known = table.loc[table["periods"] >= self.needed, "cv"].dropna()
        if not len(known):
            return None
        third = share_score(known, 3)
        # The largest value of the first third and of the first two.
        first, second = (float(known[third <= part].max()) for part in (1, 2))
        return first, second


def period_pivot(rows: pd.DataFrame, by: str, window: pd.PeriodIndex) -> pd.DataFrame:
    periods = rows["day"].dt.to_period(window.freqstr)
    totals = rows.groupby([by, periods])["value"].sum()
    return totals.unstack(fill_value=0).reindex(columns=window, fill_value=0)  # noqa: PD010 - several times faster


def abc_classes(value: pd.Series, a_limit: float, b_limit: float) -> pd.Series:
    """ABC classes, from whole numbers."""
    sums = value[value > 0].groupby(value).agg("sum").sort_index(ascending=False)
    before, total = sums.cumsum() - sums, sums.sum()
    classes = pd.Series("C", index=sums.index, dtype=object)
    low, high = sorted((a_limit, b_limit))
    classes[before * 100 < high * total] = "B"
    classes[before * 100 < low * total] = "A"
    return value.map(classes).where(value > 0, "nonpositive").astype(object)


def cumulative(value: pd.Series) -> pd.Series:
    """Share of the positive total up to each value and its ties."""
    sums = value[value > 0].groupby(value).agg("sum").sort_index(ascending=False)
    return value.map(sums.cumsum() / sums.sum())


def xyz_classes(asked: Asked, table: pd.DataFrame, cuts: tuple[float, float] | None) -> pd.Series:
    low, high = cuts or (np.nan, np.nan)
    if asked.settings["xyz"] == "syntetos_boylan":
        seldom, uneven = table["periods"] / table["active"] > low, table["cv2"] > high
        names = np.select([seldom & uneven, seldom, uneven], ["lumpy", "intermittent", "erratic"], "smooth")
    else:
        low, high = min(low, high), max(low, high)
        names = np.select([table["cv"] <= low, table["cv"] <= high], ["X", "Y"], "Z")
    classes = pd.Series(names, index=table.index, dtype=object)
    classes[table["cv"].isna()] = "undefined"
    classes[table["periods"] < asked.needed] = "N"
    return classes


def abc_xyz(
    orders: pd.DataFrame, filters: Filters, moved: bool = True, of: str = "customers", **settings: Any
) -> dict[str, pd.DataFrame]:
    """Every table of ABC-XYZ but what categories and spending say."""
    asked = Asked(orders, filters, of, **settings)
    view, s = asked.view, asked.settings
    classed = purchases(view.classed).index
    table = pd.DataFrame({"value": money(asked.valued(view.classed), classed, "value")})
    table["abc"] = abc_classes(table["value"], s["a_limit"], s["b_limit"])
    table["cumulative_share"] = cumulative(table["value"])
    measured = asked.regularity(classed)
    cuts = asked.cuts(measured)
    table["cv"], table["periods"] = measured["cv"], measured["periods"]
    table["mean_a_period"] = measured["mean"] / UNIT
    table["xyz"] = xyz_classes(asked, measured, cuts)
    table["abc_gap"], table["abc_room"] = distances(table)
    above = pd.Series({"Y": cuts[0], "Z": cuts[1]} if cuts else {"Y": np.nan, "Z": np.nan})
    table["xyz_gap"] = 100 * (table["cv"] - table["xyz"].map(above))
    paid = "margin" if s["value"] == "margin" else "revenue"
    table["revenue"] = money(view.matching, classed, paid) / UNIT
    shown = table.loc[view.shown]
    if not len(shown):
        return {"customers": shown}
    edge = at_edge(asked, table, measured, cuts)[shown.index].sum()
    one = of.removesuffix("s")
    shown = shown.assign(value=shown["value"] / UNIT).rename_axis(f"{one}_id").reset_index()
    return {
        "customers": shown,
        "matrix": _matrix(shown, one),
        "stability": stability(asked, shown.set_index(f"{one}_id")["abc"]),
        "scalars": pd.DataFrame({"at_edge": [edge], "top_share": [top_share(shown["value"])]}),
        "sensitivity": sensitivity(asked, table, measured, cuts) if moved else pd.DataFrame(),
    }


def distances(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """To the smallest value of the next better class that holds somebody; from the smallest of one's own, if there is a lower one."""
    smallest = table[table["value"] > 0].groupby("abc")["value"].min()
    order = [name for name in "ABC" if name in smallest.index]
    better = {
        name: smallest[[one for one in order if one < name][-1]] for name in "BC" if order[:1] and order[0] < name
    }
    better["nonpositive"] = smallest[order[-1]] if order else np.nan
    own = smallest.drop(order[-1]) if order else smallest
    gap = (table["abc"].map(pd.Series(better, dtype=float)) - table["value"]) / UNIT
    return gap, (table["value"] - table["abc"].map(own.astype(float))) / UNIT


def at_edge(asked: Asked, table: pd.DataFrame, measured: pd.DataFrame, cuts: tuple[float, float] | None) -> pd.Series:
    """Whose class changes when all limits move by a tenth either way."""
    s, changed = asked.settings, pd.Series(False, index=table.index)
    for by in (0.9, 1.1):
        a, b = (100 - (100 - s[name]) * by for name in ("a_limit", "b_limit"))
        changed |= abc_classes(table["value"], a, b) != table["abc"]
        moved = (round(cuts[0] * by, 12), round(cuts[1] * by, 12)) if cuts else None
        changed |= xyz_classes(asked, measured, moved) != table["xyz"]
    return changed


def top_share(value: pd.Series) -> float:
    """Share that the largest fifth bring, the one on the border in part."""
    ranked = value.clip(lower=0).sort_values(ascending=False, ignore_index=True)
    whole = len(ranked) / 5
    weight = (whole - ranked.index.to_series()).clip(0, 1)
    return (weight * ranked).sum() / ranked.sum() if ranked.sum() else np.nan


def _matrix(shown: pd.DataFrame, one: str) -> pd.DataFrame:
    cells = shown.groupby(["abc", "xyz"]).agg(customers=("revenue", "size"), revenue=("revenue", "sum")).reset_index()
    cells["customer_share"] = cells["customers"] / len(shown)
    cells["revenue_share"] = cells["revenue"] / shown["revenue"].sum()
    cells["advice"] = [advice(abc, xyz, one) for abc, xyz in zip(cells["abc"], cells["xyz"], strict=True)]
    return cells


def advice(abc: str, xyz: str, one: str) -> str:
    if abc == "nonpositive":
        return "check_returns"
    if xyz in OTHERS[one]:
        return OTHERS[one][xyz]
    return ADVICE[one]["ABC".index(abc)]["XYZ".index(LIKE.get(xyz, xyz))]


def stability(asked: Asked, abc: pd.Series) -> pd.DataFrame:
    """Variation of the totals of each class, region and channel."""
    rows = asked.view.matching
    if asked.of == "customers":
        rows = pd.concat([rows, asked.view.unidentified])
    rows = rows.assign(abc=rows["customer"].map(abc))
    groups = ["abc", *(name for name in ("region", "channel") if (asked.orders[name] != "(missing)").any())]
    return pd.concat([group_stability(asked, rows, group) for group in groups], ignore_index=True)


def group_stability(asked: Asked, rows: pd.DataFrame, group: str) -> pd.DataFrame:
    """Variation of the totals of each label of a column."""
    value, window = asked.settings["value"], asked.window()
    if value == "orders":
        # An order over two regions is an order of each.
        rows = rows[rows["purchase"]].drop_duplicates([group, "customer", "order"]).assign(value=UNIT)
    else:
        rows = rows.assign(value=rows[value])
    totals = period_pivot(rows.dropna(subset=[group]), group, window).astype(float)
    mean = totals.mean(axis=1)
    cv = (totals.std(axis=1, ddof=1) / mean).where(mean > 0)
    return pd.DataFrame({"group": group, "label": totals.index, "cv": cv, "mean_a_period": mean / UNIT})


def sensitivity(
    asked: Asked, table: pd.DataFrame, measured: pd.DataFrame, cuts: tuple[float, float] | None
) -> pd.DataFrame:
    """Who changes class when one setting moves."""
    shown = table.loc[asked.view.shown]
    rows = []
    for setting, change, to, classes in _moved(asked, table, measured, cuts):
        axis = "abc" if setting in ("a_limit", "b_limit") else "xyz"
        other = shown[classes[shown.index] != shown[axis]]
        rows.append((setting, change, to, len(other), len(other) / len(shown), other["revenue"].sum()))
    moved = pd.DataFrame(rows, columns=["setting", "change", "to", "customers", "customer_share", "revenue"])
    return moved.assign(revenue_share=moved["revenue"] / shown["revenue"].sum())


def _moved(
    asked: Asked, table: pd.DataFrame, measured: pd.DataFrame, cuts: tuple[float, float] | None
) -> Iterator[tuple[str, str, float, pd.Series]]:
    s = asked.settings
    for setting in ("a_limit", "b_limit"):
        step = (100 - s[setting]) / 10
        for change, to in (("-10%", s[setting] - step), ("+10%", s[setting] + step)):
            limits = {name: to if name == setting else s[name] for name in ("a_limit", "b_limit")}
            yield setting, change, to, abc_classes(table["value"], **limits)
    names, scale = (("interval", "variation"), 1) if s["xyz"] == "syntetos_boylan" else (("x_limit", "y_limit"), 100)
    for place, setting in enumerate(names):
        for change, by in (("-10%", 0.9), ("+10%", 1.1)):
            other = None
            if cuts:
                moved = round(cuts[place] * by, 12)
                other = (moved, cuts[1]) if place == 0 else (cuts[0], moved)
            yield setting, change, other[place] * scale if other else np.nan, xyz_classes(asked, measured, other)
    step = max(round(asked.measured / 10), 1)
    changed = [
        ("period", name, np.nan, {"period": name}) for name in ("week", "month", "quarter") if name != s["period"]
    ]
    for change, to in (("-10%", max(asked.measured - step, 1)), ("+10%", asked.measured + step)):
        changed.append(("window", change, float(to), {"window": to}))
    for setting, change, to, setting_ in changed:
        again = asked.but(**setting_)
        other = again.regularity(table.index)
        yield setting, change, to, xyz_classes(again, other, again.cuts(other))
