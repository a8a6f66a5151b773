"""A thousand mutated imports: each is imported with every row accounted for, or refused by one clear error."""

from tests.fuzz.cases import make
from tests.fuzz.supervise import fuzz


def test_a_thousand_mutated_imports_neither_crash_nor_fail_unforeseen() -> None:
    outcome = fuzz(seed=1, numbers=range(1_000))
    assert outcome.faults == [], "\n".join([outcome.table(), *outcome.faults])
    # Both ends are worth something only while enough get there.
    assert outcome.of("imported") > 150
    assert outcome.of("refused") > 150


def test_a_number_is_the_same_case_each_time() -> None:
    assert [make(1, number) for number in range(30)] == [make(1, number) for number in range(30)]
    assert make(1, 0) != make(2, 0)
