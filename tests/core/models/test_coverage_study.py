import pytest

from tests.benchmarks.coverage import Covered, as_text, goals, study


def test_a_tiny_study_of_coverage_finds_most_intervals_to_hold_the_truth():
    found = study(replicates=20, customers=1_500)
    assert {each.model for each in found} == {"pareto_nbd", "bg_nbd", "mbg_nbd", "gamma_gamma", "sbg"}
    assert len(found) == 3 * 4 + 3 + 2
    # Of 20, at least 14 of those in an interval of 90 %: less has a probability of 0.2 %.
    assert min(each.share for each in found) >= 0.7
    assert "undetermined" in as_text(found)
    assert len(goals(found)) == 5


@pytest.mark.parametrize(
    ("shares", "met"), [((0.88, 0.92), True), ((0.9, 0.93), True), ((0.9, 0.86), False), ((0.94, 0.9), False)]
)
def test_the_worst_parameter_of_a_model_is_judged(shares, met):
    (goal,) = goals([Covered("m", str(share), 500, 0, share) for share in shares])
    assert goal.met == met
