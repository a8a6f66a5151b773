"""The measurements run part by part; what they find is written with its goals."""

import json
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as benchmarks
from tests.benchmarks import personas
from tests.benchmarks.parts import PARTS, Outcome, Settings
from tests.benchmarks.results import Goal


def test_the_parts_asked_for_run_and_no_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[Settings] = []

    def part(settings: Settings) -> Outcome:
        asked.append(settings)
        return Outcome("A part", "one\ntwo", {"seconds": 1.5}, [Goal("a part, s", 2, 1.5, True)])

    monkeypatch.setattr(benchmarks, "FOLDER", tmp_path / "results")
    monkeypatch.setitem(PARTS, "part", part)
    assert benchmarks.main(["--only", "part", "--lines", "200", "100", "--folder", str(tmp_path / "logs")]) == 0
    assert asked == [Settings((100, 200), tmp_path / "logs")]
    (written,) = (tmp_path / "results").glob("*.json")
    found = json.loads(written.read_text())
    assert found["part"] == {"seconds": 1.5}
    assert [goal["met"] for goal in found["goals"]] == [True]
    assert "  two" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        benchmarks.main(["--only", "nothing"])


def test_a_fit_of_few_customers_is_timed_for_each_method(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(personas, "REPEATS", 1)
    found = personas.measure(3_000)
    assert [each.method for each in found] == list(personas.METHODS)
    assert all(0 < each.seconds <= each.worst for each in found)
    assert len(personas.goals(found)) == len(personas.as_text(found).splitlines()) == len(found)
