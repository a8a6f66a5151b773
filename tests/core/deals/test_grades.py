"""Grades of deals made by hand, and the score against scipy."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import rankdata

from core.deals.grades import GRADES, Rules, grade, ridit

WEIGHTS = ("days", "contacts", "changes", "margin_share", "discount_share", "amount")
RULES = Rules(0.5, 0.5, 0, 0.0, 0.75, tuple((name, float(name != "amount")) for name in WEIGHTS))
# Ten closed deals to be measured by: their places are 0.05, 0.15 … 0.95.
RULER = [
    {"outcome": "lost", "days": 10.0 * k, "contacts": 2.0 * k, "changes": float(k % 3), "margin_share": 0.05 * k,
     "discount_share": 0.02 * k, "amount": 1000.0 * k, "kind": "other"}
    for k in range(1, 11)
]  # fmt: skip
EASY = {"days": 15.0, "contacts": 3.0, "changes": 0.0, "margin_share": 0.6, "discount_share": 0.0, "amount": 5000.0}
HARD = EASY | {"days": 95.0, "contacts": 30.0}
CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    "easy win on good terms": ({"outcome": "won", **EASY}, "A", "little_effort+good_terms"),
    "changes asked for": ({"outcome": "won", **EASY, "changes": 1.0}, "B", "changes_asked"),
    "hard win": ({"outcome": "won", **HARD}, "B", "much_effort+slow+many_contacts"),
    "worse terms": (
        {"outcome": "won", **EASY, "margin_share": 0.1, "discount_share": 0.2},
        "B",
        "poor_terms+low_margin+high_discount",
    ),
    "no profit": ({"outcome": "won", **EASY, "margin_share": 0.0}, "C", "unprofitable"),
    "hard loss": ({"outcome": "lost", "kind": "other", **HARD}, "C", "lost+much_effort+slow+many_contacts"),
    "hard loss without a reason": (
        {"outcome": "lost", **HARD}, "C", "lost+much_effort+slow+many_contacts+reason_unknown",
    ),
    "no money, whatever the effort": ({"outcome": "lost", "kind": "no_money", **HARD}, "D", "no_money"),
    "large, needs more": ({"outcome": "lost", "kind": "beyond", **EASY, "amount": 9000.0}, "X", "beyond_offer+large"),
    "small, needs more": ({"outcome": "lost", "kind": "beyond", **EASY}, "other", "lost+little_effort"),
    "needs more, size unknown": (
        {"outcome": "lost", "kind": "beyond", **EASY, "amount": np.nan}, "not_gradable", "lost+beyond_offer+amount_unknown",
    ),
    "early loss": ({"outcome": "lost", "kind": "other", **EASY}, "other", "lost+little_effort"),
    "early loss without a reason": ({"outcome": "lost", **EASY}, "not_gradable", "lost+reason_unknown"),
    "win of which nothing is known": ({"outcome": "won"}, "not_gradable", "won+effort_unknown+terms_unknown"),
    "win with effort alone known": ({"outcome": "won", "days": 15.0}, "not_gradable", "won+terms_unknown"),
    "hard win, terms unknown": ({"outcome": "won", "days": 95.0}, "B", "much_effort+slow"),
    "word not understood": ({"outcome": "unknown", **EASY}, "not_gradable", "outcome_unknown"),
    "open": ({"outcome": "open", **HARD}, "open", "open+much_effort"),
}  # fmt: skip


def rows(*deals: dict[str, Any]) -> pd.DataFrame:
    frame = pd.DataFrame([*RULER, *deals]).reindex(columns=["outcome", "kind", *WEIGHTS])
    frame["kind"] = frame["kind"].astype(object).where(frame["kind"].notna(), None)
    return frame


@pytest.mark.parametrize("case", CASES)
def test_each_deal_has_its_grade_and_says_why(case: str) -> None:
    deal, expected, why = CASES[case]
    table = rows(deal)
    found = grade(table, np.arange(len(table)) < len(RULER), RULES)
    assert GRADES[found.grade[-1]] == expected
    assert found.why[-1] == why


def test_settings_move_the_limits() -> None:
    table = rows(CASES["hard win"][0], CASES["changes asked for"][0], CASES["easy win on good terms"][0])
    ruler = np.arange(len(table)) < len(RULER)
    mild = Rules(0.99, 0.5, 2, 0.0, 0.75, RULES.weights)
    assert [GRADES[one] for one in grade(table, ruler, mild).grade[-3:]] == ["A", "A", "A"]
    strict = Rules(0.5, 0.5, 0, 0.7, 0.75, RULES.weights)
    assert [GRADES[one] for one in grade(table, ruler, strict).grade[-3:]] == ["C", "C", "C"]
    # Without weights nothing is known of the effort.
    blind = Rules(0.5, 0.5, 0, 0.0, 0.75, tuple((name, 0.0) for name in WEIGHTS))
    assert GRADES[grade(table, ruler, blind).grade[-1]] == "not_gradable"


def test_a_ridit_is_the_mean_rank_of_ties_less_a_half_by_scipy() -> None:
    rng = np.random.default_rng(1)
    values = rng.integers(0, 8, 100).astype(float)
    np.testing.assert_allclose(ridit(values, values), (rankdata(values) - 0.5) / 100)
    with_gaps = np.r_[values, np.nan]
    np.testing.assert_allclose(ridit(with_gaps, with_gaps)[:-1], (rankdata(values) - 0.5) / 100)
    assert np.isnan(ridit(with_gaps, with_gaps)[-1])
    assert np.isnan(ridit(values, values[:0])).all()
    assert ridit(np.zeros(3), np.zeros(3)).tolist() == [0.5] * 3


def test_equal_deals_have_equal_grades_in_any_order() -> None:
    table = rows(*(deal for deal, _, _ in CASES.values()), *(deal for deal, _, _ in CASES.values()))
    ruler = np.arange(len(table)) < len(RULER)
    found = grade(table, ruler, RULES)
    half = len(CASES)
    assert found.grade[-half:].tolist() == found.grade[-2 * half : -half].tolist()
    order = np.random.default_rng(2).permutation(len(table))
    mixed = grade(table.iloc[order], ruler[order], RULES)
    assert mixed.grade.tolist() == found.grade[order].tolist()
