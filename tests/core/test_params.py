"""Settings read from text, with the exact words of a refusal."""

from dataclasses import FrozenInstanceError, dataclass, fields

import pytest

from core.analyses.abc_xyz import AbcXyzParams
from core.analyses.rfm import RfmParams
from core.errors import BadParameterError
from core.params import as_dict, name, numbers, parse, write_one


def test_what_is_given_is_read_and_the_rest_is_the_default() -> None:
    assert parse(RfmParams, {"groups": "4", "value": "margin"}) == RfmParams(4, "margin", "total")
    assert parse(RfmParams, {}) == RfmParams()
    assert parse(RfmParams, {"cuts": "own", "r_cuts": "30,90", "m_cuts": "0.5, 10"}) == RfmParams(
        cuts="own", r_cuts=(30.0, 90.0), m_cuts=(0.5, 10.0)
    )
    assert parse(AbcXyzParams, {"a_limit": "70"}) == AbcXyzParams(a_limit=70.0)


@dataclass(frozen=True)
class _Params:
    cuts: tuple[float, ...] = numbers(3)
    who: str = name("abc")


def test_rising_numbers_and_names_are_read_as_they_are_written() -> None:
    assert parse(_Params, {}) == _Params((), "abc")
    assert parse(_Params, {"cuts": "1,2.5, 30", "who": "Region, North"}) == _Params((1.0, 2.5, 30.0), "Region, North")
    assert [write_one(value) for value in ((1.0, 2.5), (), 3, "x", 0.25)] == ["1,2.5", "", "3", "x", "0.25"]
    assert parse(_Params, {"cuts": ""}).cuts == ()


@pytest.mark.parametrize("text", ["1,1", "2,1", "a", "1,,2", "nan", "1,inf", "1,2,3,4"])
def test_numbers_that_do_not_rise_are_refused(text: str) -> None:
    with pytest.raises(BadParameterError, match=f"'cuts' does not take '{text}'; expected up to 3 rising numbers"):
        parse(_Params, {"cuts": text})


def test_options_and_defaults_are_there_to_be_shown() -> None:
    assert next(one for one in fields(RfmParams) if one.name == "groups").metadata["options"] == (3, 4, 5)
    assert as_dict(RfmParams(m_cuts=(1.5, 2.0))) == {
        "groups": 3,
        "value": "revenue",
        "monetary": "total",
        "cuts": "count",
        "recency": "scores",
        "r_cuts": (),
        "f_cuts": (),
        "m_cuts": (1.5, 2.0),
    }
    with pytest.raises(FrozenInstanceError):
        RfmParams().groups = 4  # type: ignore[misc]


@pytest.mark.parametrize(
    ("params", "texts", "sentence"),
    [
        (RfmParams, {"groups": "6"}, "setting 'groups' does not take '6'; expected one of 3, 4, 5"),
        (RfmParams, {"groups": "3.0"}, "setting 'groups' does not take '3.0'; expected one of 3, 4, 5"),
        (RfmParams, {"value": ""}, "setting 'value' does not take ''; expected one of revenue, margin"),
        (
            RfmParams,
            {"colour": "red"},
            "there is no setting 'colour'; expected one of groups, value, monetary, cuts, recency, r_cuts, f_cuts, m_cuts",
        ),
        (AbcXyzParams, {"a_limit": "x"}, "setting 'a_limit' does not take 'x'; expected a number from 1.0 to 99.0"),
        (
            AbcXyzParams,
            {"a_limit": "99.5"},
            "setting 'a_limit' is out of range; expected a number from 1.0 to 99.0, found 99.5",
        ),
        (
            AbcXyzParams,
            {"a_limit": "nan"},
            "setting 'a_limit' is out of range; expected a number from 1.0 to 99.0, found nan",
        ),
        (
            AbcXyzParams,
            {"x_limit": "inf"},
            "setting 'x_limit' is out of range; expected a number from 0.1 to 1000.0, found inf",
        ),
    ],
)
def test_what_is_refused_says_what_would_do(params: type, texts: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadParameterError) as raised:
        parse(params, texts)
    assert str(raised.value) == sentence
