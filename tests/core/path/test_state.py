"""The file of the path: what is written is read again, hand-written mistakes read well, and steps go stale by the data's clock."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadInputError, BadParameterError
from core.path.keeping import choose, keep, look_again, write_path
from core.path.progress import progress, why_anew
from core.path.since import nothing_since
from core.path.state import FILE, Choice, Kept, PathState, Picked, clean_words, parse_path, path_in
from core.path.steps import STEPS
from core.targets.picks import write_pick

DAYS = st.dates(date(1990, 1, 1), date(2079, 1, 1))
NUMBERS = st.floats(-1e12, 1e12)
KEPT = st.builds(
    Kept,
    words=st.text(max_size=60).map(clean_words),
    done=st.none() | DAYS,
    snapshot=st.integers(0, 10_000),
    link=st.sampled_from(["", "rfm", "targets?picks=rfm_segment%3Dchampions&months=6"]),
    figures=st.dictionaries(st.text(max_size=8).map(clean_words), NUMBERS, max_size=3),
)
PICKED = st.builds(
    Picked,
    segment=st.builds(write_pick, st.sampled_from(["rfm_segment", "own:Good \"and\" gone"]), st.text(min_size=1, max_size=9)),
    customers=st.integers(0, 10**9),
    revenue=NUMBERS,
    ltv=st.none() | NUMBERS,
)  # fmt: skip
CHOICES = st.builds(
    Choice,
    DAYS,
    st.integers(0, 99),
    st.lists(PICKED, min_size=1, max_size=4, unique_by=lambda one: one.segment).map(tuple),
)
STATES = st.builds(
    PathState, st.dictionaries(st.sampled_from(STEPS), KEPT, max_size=4), st.none() | CHOICES, st.none() | DAYS
)


@given(STATES)
def test_a_path_written_out_is_read_as_the_same_path(state: PathState) -> None:
    assert parse_path(write_path(state).encode()) == state


PICK = "[choice]\nas_of = 2026-01-01\n[[choice.pick]]\n"


@pytest.mark.parametrize(
    ("text", "where", "expected"),
    [
        ("look_again = 'soon'", ", look_again", "a date such as 2026-02-20, found soon"),
        ("lok_again = 2026-01-01", "", "one of look_again, steps, choice, found lok_again"),
        ("look_again = 1899-12-31", ", look_again", "a date such as 2026-02-20, found 1899-12-31"),
        ("look_again = 2079-06-06", ", look_again", "a date such as 2026-02-20, found 2079-06-06"),
        ("steps = 4", ", steps", "a table, found 4"),
        ("[steps.lunch]", ", [steps]", "one of criteria, customers"),
        ("[steps.size]\ndone = 2026-01-01T10:00:00", ", [steps] size done", "a date such as"),
        ("[steps.size]\nwords = 3", ", [steps] size words", "a text of up to 2000 letters, found 3"),
        ("[steps.size]\nlink = 'https://x.org/y'", ", [steps] size link", "a page and its settings, such as targets?months=6"),
        ("[steps.size]\nfigures = { n = 'many' }", ", [steps] size figures n", "a number, found many"),
        ("[steps.size]\nfigures = { n = nan }", ", [steps] size figures n", "a number, found nan"),
        ("[choice]\nas_of = 2026-01-01", ", [choice] pick", "one to 4 tables [[choice.pick]], found []"),
        ("[choice]\n[[choice.pick]]\nsegment = 'abc=A'", ", [choice] as_of", "a date such as 2026-02-20, found none"),
        (PICK + "segment = 'A'", ", [choice] pick 1 segment", "one segment, such as rfm_segment=champions, found A"),
        (PICK + "segment = 'abc=A'\ncustomers = -1", ", [choice] pick 1 customers", "a whole number from 0 on, found -1"),
    ],
)  # fmt: skip
def test_an_error_of_a_hand_written_file_says_where_and_what_could_stand_there(
    text: str, where: str, expected: str
) -> None:
    with pytest.raises(BadInputError) as raised:
        parse_path(text.encode())
    assert f"{FILE}{where}: can't be used as it stands; expected {expected}" in str(raised.value)


def test_what_is_no_toml_says_so() -> None:
    with pytest.raises(BadInputError, match=r"path\.toml: is not a TOML file"):
        parse_path(b"done: yes")


def test_steps_are_kept_one_change_at_a_time_and_a_broken_file_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keep(
        folder, "criteria", words="  By need.\r\n\tThen\x00 by size. ", done=date(2026, 1, 5), figures={"attributes": 7}
    )
    look_again(folder, date(2026, 6, 30))
    choose(folder, Choice(date(2026, 1, 15), 3, (Picked("abc=A", 30, 1200.5),)))
    keep(folder, "criteria", done=None)
    found = path_in(folder)
    assert found.of("criteria") == Kept(words="By need.\nThen\\x00 by size.", figures={"attributes": 7.0})
    assert (found.look_again, found.choice) == (
        date(2026, 6, 30),
        Choice(date(2026, 1, 15), 3, (Picked("abc=A", 30, 1200.5),)),
    )
    keep(folder, "criteria", words="", figures={})
    assert not path_in(folder).steps
    with pytest.raises(BadInputError, match="somebody else has written here meanwhile"):
        keep(folder, "criteria", choice=Choice(date(2026, 2, 1), 4, ()), over=("By need.",), words="Mine")
    assert path_in(folder).choice == found.choice
    keep(folder, "criteria", over=("", "By need."), words="Mine", figures={})
    assert path_in(folder).of("criteria") == Kept(words="Mine")
    keep(folder, "criteria", words="")
    with pytest.raises(BadParameterError, match="there is no step 'lunch'"):
        keep(folder, "lunch", words="soup")
    with pytest.raises(BadInputError, match="expected a page and its settings"):
        keep(folder, "size", link="//example.org")
    (folder / FILE).write_text("look_again = 'soon'")
    with pytest.raises(BadInputError):
        keep(folder, "size", words="large")
    assert (folder / FILE).read_text() == "look_again = 'soon'"


def test_a_step_is_to_check_once_what_it_rested_on_moved_by_more_than_a_tenth_on_newer_data() -> None:
    done = Kept(done=date(2026, 1, 1), snapshot=2, figures={"customers": 100.0, "revenue": -50.0, "old": 1.0})
    state = PathState({"size": done, "brief": Kept(words="soon")}, look_again=date(2026, 2, 1))

    def states(customers: float, as_of: date, snapshot: int = 2, lists: int = 0) -> dict[str, tuple[str, str]]:
        table = progress(state, {"size": {"customers": customers, "revenue": -50.0}}, as_of, snapshot, "", lists)
        return {row.step: (row.state, row.why) for row in table.itertuples()}

    assert states(110, date(2026, 1, 31))["size"] == ("done", "")
    assert states(111, date(2026, 1, 31))["size"] == ("stale", "customers")
    assert states(89, date(2026, 1, 1), snapshot=3)["size"] == ("stale", "customers")
    assert states(0, date(2026, 1, 1))["size"] == ("done", "")
    # Data of an earlier day say nothing of it, though they came later.
    assert states(0, date(2025, 6, 1), snapshot=3)["size"] == ("done", "")
    found = states(100, date(2026, 2, 1))
    assert (found["again"], found["brief"], found["criteria"]) == (("stale", "due"), ("begun", ""), ("open", ""))
    assert states(100, date(2026, 1, 31))["again"] == ("done", "")
    table = progress(state, None, date(2030, 1, 1), 9, "", 0)
    assert table.set_index("step").loc["size", "state"] == "done"
    assert progress(PathState(), {}, date(2026, 1, 1), 1, "", 2)["state"].tolist() == ["open"] * 7 + ["begun", "open"]


def test_a_choice_is_to_check_when_a_segment_went_or_clearly_moved() -> None:
    row = {"key": "abc=A", "measure": "customers", "then": 100.0, "now": 88.0, "change": -12.0, "p": 0.01}
    clear = pd.DataFrame([{**row, "low": -20.0, "high": -4.0, "claim": True}])
    assert why_anew((), clear) == "customers"
    assert why_anew((), clear.assign(claim=False)) == ""
    assert why_anew((), clear.assign(claim=False, low=None)) == "customers"
    assert why_anew((), clear.assign(change=-10.0)) == ""
    assert why_anew((), clear.assign(measure="ltv")) == ""
    assert why_anew(("abc=A",), nothing_since().changes) == "gone"
    assert why_anew((), nothing_since().changes) == ""
