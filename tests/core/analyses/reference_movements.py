"""Movements in plain pandas, from the definitions alone: every date asks all orders anew."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from core.filters import Filters
from tests.core.analyses.reference import UNIT, View, money, purchases
from tests.core.analyses.reference_abc_xyz import LIMITS, Asked, abc_classes, xyz_classes
from tests.core.analyses.reference_rfm import SEGMENTS, segments_of

NONE = "none"
LABELS = {
    "rfm_segment": list(SEGMENTS),
    "recency": list("123"),
    "frequency": list("123"),
    "monetary": list("123"),
    "abc": ["A", "B", "C", "nonpositive"],
    "xyz": ["X", "Y", "Z", "N", "undefined"],
}
FEW = 30
Z = norm.ppf(0.975)


class Movements:
    """One question: classes at every month-end by the cuts of one, and the money of the two windows."""

    def __init__(
        self, orders: pd.DataFrame, filters: Filters, name: str, back: int, span: int = 0, value: str = "revenue"
    ) -> None:
        self.orders, self.filters, self.name, self.span = orders, filters, name, span
        self.view, self.value = View(orders, filters), value
        self.later, self.earlier, self.start = (self.ago(back * times) for times in range(3))
        self.cut = measures(self.at(back))
        self.begin = max(orders["day"].min(), pd.Timestamp(filters.first or "1900-01-01"))
        self.labels = LABELS.get(name) or sorted(orders[name].unique(), key=lambda label: (label == "(missing)", label))
        self.before, self.after = self.classes(back), self.classes(0)

    def ago(self, months: int) -> pd.Timestamp:
        return self.view.as_of - pd.DateOffset(months=months)

    def at(self, months: int) -> View:
        """The view as it was so many months ago."""
        filters = replace(self.filters, last=self.ago(months).date())
        if self.span:
            first = (self.ago(months + self.span) + pd.Timedelta(days=1)).date()
            filters = replace(filters, first=max(first, filters.first) if filters.first else first)
        return View(self.orders, filters)

    def classes(self, months: int) -> pd.Series:
        """The class of each customer in view at a date."""
        view = self.at(months)
        if self.name == "region" or self.name == "channel":
            return self.homes(view)
        if self.name == "xyz":
            asked = Asked(self.orders, view.filters)
            return xyz_classes(asked, asked.regularity(view.shown), (0.10, 0.25))
        now, cut = measures(view), self.cut
        if self.name == "abc":
            classes = abc_classes(cut["m"], LIMITS["a_limit"], LIMITS["b_limit"])
            limits = [cut["m"][classes.isin(list(better))].min() for better in ("A", "AB")]
            # Where nobody had brought anything, the first to do so is A.
            limits = [1 if np.isnan(limit) else limit for limit in limits]
            names = np.select(
                [now["m"] <= 0, now["m"] >= limits[0], now["m"] >= limits[1]], ["nonpositive", "A", "B"], "C"
            )
            return pd.Series(names, index=now.index, dtype=object).reindex(view.shown)
        # 1 + floor(3 x share of the customers of the earlier date that are strictly worse), at most 3.
        worse = {axis: np.searchsorted(np.sort(cut[axis]), now[axis]) for axis in "rfm"}
        scores = pd.DataFrame({axis: np.minimum(1 + 3 * worse[axis] // len(cut), 3) for axis in "rfm"}, index=now.index)
        axis = {"recency": "r", "frequency": "f", "monetary": "m"}.get(self.name)
        found = scores[axis].astype(str).astype(object) if axis else segments_of(scores, 3)
        return found.reindex(view.shown)

    def homes(self, view: View) -> pd.Series:
        rows = view.matching
        bought = rows[rows["purchase"]].groupby(["customer", self.name])["order"].nunique().rename("n")
        table = bought.to_frame().join(rows.groupby(["customer", self.name])["revenue"].sum()).reset_index()
        table["place"] = table[self.name].map(self.labels.index)
        table = table.sort_values(["n", "revenue", "place"], ascending=[False, False, True])
        return table.drop_duplicates("customer").set_index("customer")[self.name]

    def window(self, rows: pd.DataFrame, second: bool) -> pd.DataFrame:
        first, last = (self.earlier, self.later) if second else (self.start, self.earlier)
        return rows[(rows["day"] > first) & (rows["day"] <= last)]

    # ---- Tables, money in whole units

    def customers(self) -> pd.DataFrame:
        windows = [self.window(self.view.matching, second) for second in (False, True)]
        everybody = {*self.before.index, *self.after.index, *windows[0]["customer"], *windows[1]["customer"]}
        people = pd.Index(sorted(everybody), dtype=object)
        table = pd.DataFrame({"before": self.before.reindex(people), "after": self.after.reindex(people)}).fillna(NONE)
        for name, rows in zip(("before", "after"), windows, strict=True):
            table[f"revenue_{name}"] = money(rows, people, self.value)
        table["change"] = table["revenue_after"] - table["revenue_before"]
        first, second = (people.isin(purchases(rows).index) for rows in windows)
        known = people.isin(self.view.first_purchase[self.view.first_purchase <= self.earlier].index)
        credits_ = people.isin(pd.concat(windows)["customer"])
        rules = {
            "up": first & second & (table["change"] > 0),
            "down": first & second & (table["change"] < 0),
            "unchanged": first & second,
            "returned": second & known,
            "new": second,
            "lost": first,
            "credits_only": credits_,
        }
        table["step"] = np.select(list(rules.values()), list(rules), "")
        table["step"] = table["step"].astype(object).where(table["step"] != "", None)
        return table.rename_axis("customer_id").reset_index()

    def totals(self) -> list[int]:
        everything = pd.concat([self.view.matching, self.view.unidentified])
        return [int(self.window(everything, second)[self.value].sum()) for second in (False, True)]

    def loose(self) -> list[int]:
        return [int(self.window(self.view.unidentified, second)[self.value].sum()) for second in (False, True)]

    def segments(self) -> pd.DataFrame:
        rows = []
        table = self.customers()
        whole = self.start + pd.Timedelta(days=1) >= self.begin
        for label in self.labels:
            was, now = (table[side] == label for side in ("before", "after"))
            each = now.astype(int) - was.astype(int)
            earned = (table["revenue_after"] * now - table["revenue_before"] * was) / UNIT
            low, high, p = interval(each)
            low_of, high_of, p_of = interval(earned) if whole else (np.nan,) * 3
            few = max(was.sum(), now.sum()) < FEW
            rows.append(
                {
                    "segment": label,
                    "before": was.sum(),
                    "after": now.sum(),
                    "change": each.sum(),
                    "low": low,
                    "high": high,
                    "revenue_before": table.loc[was, "revenue_before"].sum() / UNIT,
                    "revenue_after": table.loc[now, "revenue_after"].sum() / UNIT,
                    "revenue_change": earned.sum(),
                    "revenue_low": low_of,
                    "revenue_high": high_of,
                    "p": np.nan if few else p,
                    "p_of": np.nan if few else p_of,
                }
            )
        found = pd.DataFrame(rows)
        claims = claimed([*found["p"], *found["p_of"]])
        return found.assign(claim=claims[: len(found)], revenue_claim=claims[len(found) :])

    def months(self) -> pd.DataFrame:
        shown = [
            months
            for months in range(24, -1, -1)
            if self.ago(months + max(self.span, 1)) + pd.Timedelta(days=1) >= self.begin
        ]
        classes = {months: self.classes(months) for months in shown}
        tables = []
        for before, months in pairwise([None, *shown]):
            now = classes[months]
            inside = self.view.matching["day"].between(self.ago(months + 1), self.ago(months), inclusive="right")
            earned = self.view.matching[inside].groupby("customer")[self.value].sum()
            table = pd.DataFrame({"customers": now.value_counts(), "revenue": earned.groupby(now).sum() / UNIT})
            table = table.reindex(self.labels).fillna(0).assign(month=str(self.ago(months).date()))
            if before is not None:
                was = classes[before]
                joined = now[now != was.reindex(now.index)].value_counts().reindex(self.labels, fill_value=0)
                left = was[was != now.reindex(was.index)].value_counts().reindex(self.labels, fill_value=0)
                table["change"], error = joined - left, np.sqrt(joined + left)
                table["low"], table["high"] = table["change"] - Z * error, table["change"] + Z * error
                most = np.maximum(table["customers"], was.value_counts().reindex(self.labels, fill_value=0))
                table["p"] = pd.Series(2 * norm.sf(table["change"].abs() / error), table.index).where(
                    (error > 0) & (most >= FEW)
                )
            tables.append(table.rename_axis("segment").reset_index())
        columns = ["month", "segment", "customers", "revenue", "change", "low", "high", "p"]
        found = pd.concat([pd.DataFrame(columns=columns), *tables], ignore_index=True)[columns]
        numbers = dict.fromkeys(columns[2:], float)
        return found.astype(numbers).assign(claim=claimed(found["p"]))


def measures(view: View) -> pd.DataFrame:
    """Recency (its negative), frequency and money of everybody who is classed."""
    bought = view.classed[view.classed["purchase"]]
    table = pd.DataFrame({"f": purchases(view.classed)})
    table["r"] = -(view.as_of - bought.groupby("customer")["day"].max()).dt.days
    return table.assign(m=money(view.classed, table.index))


def interval(each: pd.Series) -> tuple[float, float, float]:
    """Of a sum, with each customer Poisson(1) times in a resample."""
    total, error = each.sum(), np.sqrt((each.astype(float) ** 2).sum())
    low, high = norm.interval(0.95, total, error) if error else (total, total)
    return low, high, 2 * norm.sf(abs(total) / error) if error else np.nan


def claimed(p_values: object) -> np.ndarray:
    p = np.asarray(p_values, dtype=float)
    found = np.zeros(len(p), dtype=bool)
    known = ~np.isnan(p)
    if known.any():
        found[known] = multipletests(p[known], 0.05, method="fdr_bh")[0]
    return found
