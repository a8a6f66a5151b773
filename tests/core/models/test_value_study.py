from tests.benchmarks.values import CONFIDENCES, as_text, goals, of_dataset
from tests.core.analyses.ltv_data import simulated


def test_intervals_of_simulated_customers_hold_what_they_bring_as_often_as_they_say():
    found = of_dataset("simulated", simulated())
    assert [held.confidence for held in found] == list(CONFIDENCES)
    for held in found:
        tail = (1 - held.confidence) / 2
        # Who may well bring nothing has an interval from 0, and can only be missed above.
        assert abs(held.above - tail) < 0.4 * tail
        assert held.below <= 1.3 * tail
    assert "simulated" in as_text(found)
    assert [goal.met for goal in goals(found)] == [True]
