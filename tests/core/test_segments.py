"""The named segments: those shipped cell by cell, and what is said of a file that is not right."""

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from core.__main__ import main
from core.errors import BadInputError
from core.segments import DEFAULT, default_rules, digest, parse_rules, rules_in
from tests.core.analyses.reference_rfm import SEGMENTS, cells_of

SHIPPED = DEFAULT.read_text(encoding="utf-8")
TWO = """
[segments.best]
title = { en = "Our best", ru = "Наши лучшие" }
advice = "Ask them first."
rules = [{ r = "23", f = "123", m = "123" }]
[segments.rest]
title = " Everybody else "
rules = [{ r = "1", f = "123", m = "123" }]
"""


def parse(text: str) -> object:
    return parse_rules(text.encode())


@pytest.mark.parametrize("groups", [3, 4, 5])
def test_segments_shipped_are_in_the_cells_of_the_published_table(groups: int) -> None:
    """Against the table of the method, written out once more beside the plain pandas answer."""
    rules, cells = default_rules(), cells_of(SEGMENTS, groups)
    assert rules.names == tuple(SEGMENTS)
    assert len(cells) == groups**3
    for cell in product(range(1, groups + 1), repeat=3):
        assert rules.names[rules.table(groups)[tuple(score - 1 for score in cell)]] == cells[cell]
    assert {name: list(rules.rows(name, groups)) for name in rules.names} == SEGMENTS
    assert not rules.by_score(groups)
    assert rules.title("champions") == rules.advice_for("champions") == ""


def test_titles_and_advice_are_those_of_the_language_or_of_every_one() -> None:
    rules = parse_rules(TWO.encode())
    assert [rules.title("best", language) for language in ("en", "ru", "de")] == ["Our best", "Наши лучшие", "Our best"]
    assert rules.title("rest", "ru") == "Everybody else"
    assert (rules.advice_for("best", "ru"), rules.advice_for("rest")) == ("Ask them first.", "")
    assert parse_rules(TWO.replace("en =", "de =").encode()).title("best", "en") == "Our best"


def test_rows_by_score_hold_for_their_number_of_groups_alone() -> None:
    by_score = """
[groups.5]
rest = [{ r = "1", f = "12345", m = "12345" }, { r = "2345", f = "12345", m = "1234" }]
best = [{ r = "2345", f = "12345", m = "5" }]
"""
    rules = parse_rules((TWO + by_score).encode())
    assert [rules.by_score(groups) for groups in (3, 4, 5)] == [False, False, True]
    assert rules.rows("best", 5) == (("2345", "12345", "5"),)
    assert rules.rows("best", 4) == (("23", "123", "123"),)
    expected = np.ones((5, 5, 5))
    expected[1:, :, 4] = 0
    assert (rules.table(5) == expected).all()
    assert (rules.table(4) == parse_rules(TWO.encode()).table(4)).all()


def test_a_cell_in_no_segment_or_in_two_is_named_whichever_row_is_gone_or_twice() -> None:
    rows = [(name, row) for name, rows in SEGMENTS.items() for row in rows]
    for name, (r, f, m) in rows:
        text = f'{{ r = "{r}", f = "{f}", m = "{m}" }}'
        cell = f"cell r={r[0]} f={f[0]} m={m[0]} is in"
        assert SHIPPED.count(text) == 1
        with pytest.raises(
            BadInputError, match=f"^segments.toml: {cell} no segment; expected each cell in exactly one"
        ):
            # A row that is gone leaves its cells to nobody; what becomes empty through it is not the point here.
            parse(SHIPPED.replace(text, "").replace("[, ", "[").replace(", ]", "]") + _anywhere(name))
        twice = SHIPPED.replace("rules = [", f"rules = [{text}, ", 1)
        first = sorted(("champions", name), key=list(SEGMENTS).index)
        with pytest.raises(BadInputError, match=f"^segments.toml: {cell} '{first[0]}' and '{first[1]}'; expected each"):
            parse(twice)


def _anywhere(name: str) -> str:
    """Five groups by score, so that a segment without a row is not refused for that."""
    return f'\n[groups.5]\n{name} = [{{ r = "12345", f = "12345", m = "12345" }}]\n'


ROW = 'rules = [{ r = "1", f = "123", m = "123" }]'
WRONG = [
    ("", "segments.toml: can't be used as it stands; expected [segments.KEY], a table for each segment, found none"),
    (
        "[segments]",
        "segments.toml: cell r=1 f=1 m=1 is in no segment; expected each cell in exactly one segment, "
        "found 27 cells that are not",
    ),
    ("[segment.best]", "segments.toml: can't be used as it stands; expected one of segments, groups, found 'segment'"),
    (
        "[segments.Best]",
        "segments.toml: can't be used as it stands; expected segment keys of small letters, digits and _, found 'Best'",
    ),
    ("[segments.none]", "segments.toml: can't be used as it stands; expected a key that is not taken, found 'none'"),
    ("[segments]\nbest = 3", "segments.toml, [segments.best]: can't be used as it stands; expected a table, found 3"),
    (
        TWO.replace("advice", "advise"),
        "segments.toml, [segments.best]: can't be used as it stands; expected one of title, advice, rules, found 'advise'",
    ),
    (
        TWO.replace('"Ask them first."', "7"),
        "segments.toml, [segments.best] advice: can't be used as it stands; expected a text, or a text by language such as "
        '{ en = "Best" }, found 7',
    ),
    (
        TWO.replace('"Ask them first."', '" "'),
        "segments.toml, [segments.best] advice: can't be used as it stands; expected a text, or a text by language such as "
        "{ en = \"Best\" }, found ' '",
    ),
    (
        TWO.replace("ru =", "rus ="),
        "segments.toml, [segments.best] title: can't be used as it stands; expected languages by two letters, such as en, "
        "found 'rus'",
    ),
    (
        TWO.replace(ROW, "rules = []"),
        "segments.toml, [segments.rest]: can't be used as it stands; expected rules, found none",
    ),
    (
        TWO.replace(ROW, 'rules = "1"'),
        'segments.toml, [segments.rest] rules: can\'t be used as it stands; expected a list such as [{ r = "3", f = "3", '
        "m = \"12\" }], found '1'",
    ),
    (
        TWO.replace(ROW, "rules = [1]"),
        'segments.toml, [segments.rest] rules: can\'t be used as it stands; expected a row such as { r = "3", f = "3", '
        'm = "12" }, found 1',
    ),
    (
        TWO.replace(ROW, ROW.replace("m =", "v =")),
        "segments.toml, [segments.rest] rules: can't be used as it stands; expected one of r, f, m, found 'v'",
    ),
    *(
        (
            TWO.replace(ROW, ROW.replace('r = "1", ', given)),
            "segments.toml, [segments.rest] rules: can't be used as it stands; expected r as text with some of 1, 2, 3, each "
            f'once, such as "12", found {found}',
        )
        for given, found in (
            ("r = 1, ", "1"),
            ('r = "4", ', "'4'"),
            ('r = "11", ', "'11'"),
            ('r = "", ', "''"),
            ("", "none"),
        )
    ),
    (
        TWO + "[groups.6]\nbest = []",
        "segments.toml, [groups]: can't be used as it stands; expected one of 3, 4, 5, found '6'",
    ),
    (
        TWO + "[groups.4]\nworst = []",
        "segments.toml, [groups.4]: can't be used as it stands; expected one of best, rest, found 'worst'",
    ),
    (
        TWO + '[groups.4]\nbest = [{ r = "1234", f = "1234", m = "123" }]',
        "segments.toml, [groups.4]: cell r=1 f=1 m=4 of 4 groups is in no segment; expected each cell in exactly one segment, "
        "found 16 cells that are not",
    ),
    (
        TWO + '[groups.4]\nbest = [{ r = "5", f = "1", m = "1" }]',
        "segments.toml, [groups.4] best: can't be used as it stands; expected r as text with some of 1, 2, 3, 4, each once, "
        "such as \"12\", found '5'",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG)
def test_what_is_wrong_with_a_file_is_said(text: str, sentence: str) -> None:
    with pytest.raises(BadInputError) as raised:
        parse(text)
    assert str(raised.value) == sentence


def test_what_is_no_toml_is_refused() -> None:
    with pytest.raises(
        BadInputError, match=r"^segments\.toml: is not a TOML file; found Expected ']' at the end of a table"
    ):
        parse("[segments")


def test_a_file_in_another_encoding_is_refused_and_one_with_a_mark_of_its_encoding_is_read() -> None:
    with pytest.raises(BadInputError, match=r"^segments\.toml: is not a TOML file; found 'utf-8' codec can't decode"):
        parse_rules(TWO.encode("cp1251"))
    assert parse_rules(b"\xef\xbb\xbf" + TWO.encode()).names == ("best", "rest")


def test_the_file_in_the_folder_counts_as_it_is_now(tmp_path: Path) -> None:
    assert rules_in(tmp_path).names == rules_in(tmp_path / "not_there").names == tuple(SEGMENTS)
    before, file = digest(tmp_path), tmp_path / "segments.toml"
    file.write_text(TWO, encoding="utf-8")
    assert rules_in(tmp_path).names == ("best", "rest")
    assert rules_in(tmp_path).digest == digest(tmp_path) != before
    file.write_text("[segments", encoding="utf-8")
    assert len({digest(tmp_path), before, parse_rules(TWO.encode()).digest}) == 3
    with pytest.raises(BadInputError):
        rules_in(tmp_path)
    file.unlink()
    assert digest(tmp_path) == before
    file.mkdir()
    with pytest.raises(BadInputError, match=r"^segments\.toml: can't be read: Is a directory"):
        rules_in(tmp_path)
    assert digest(tmp_path) not in ("", before)


def test_the_command_writes_the_segments_shipped_once_and_checks_what_was_made_of_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, file = ["--data", str(tmp_path / "data")], tmp_path / "data" / "segments.toml"
    assert main(["segments", *data]) == 0
    assert "those shipped with Clientele" in capsys.readouterr().out
    assert not file.exists()
    assert main(["segments", "--write", *data]) == 0
    assert capsys.readouterr().out.startswith(f"Segments: {file}\n\n3, 4, 5 groups, by levels")
    assert file.read_text(encoding="utf-8") == SHIPPED
    assert main(["segments", "--write", *data]) == 2
    assert capsys.readouterr().err == f"error: {file}: the file is there already. Edit it, or move it away first.\n"
    file.write_text(TWO + _anywhere("best"), encoding="utf-8")
    assert main(["segments", *data]) == 0
    assert capsys.readouterr().out.split("\n\n")[1:] == [
        "3, 4 groups, by levels (1 low, 2 middle, 3 high): cells in each; recency, frequency, value\n"
        "best   18   48  23, 123, 123\n"
        "rest    9   16  1, 123, 123",
        "5 groups, by scores: cells in each; recency, frequency, value\nbest  125  12345, 12345, 12345\nrest    0\n",
    ]
    assert main(["segments", "--format", "json", *data]) == 0
    assert json.loads(capsys.readouterr().out)["segments"][0] == {
        "segment": "best",
        "title": {"en": "Our best", "ru": "Наши лучшие"},
        "advice": {"": "Ask them first."},
        "rules": [{"r": "23", "f": "123", "m": "123"}],
        "groups": {"5": [{"r": "12345", "f": "12345", "m": "12345"}]},
    }
    file.write_text(TWO.replace('"1"', '"12"'), encoding="utf-8")
    assert main(["segments", *data]) == 2
    assert capsys.readouterr().err == (
        "error: segments.toml: cell r=2 f=1 m=1 is in 'best' and 'rest'; expected each cell in exactly one segment, "
        "found 9 cells that are not\n"
    )
