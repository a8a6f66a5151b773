"""Errors read as one sentence."""

import inspect
import pickle

import pytest

from core import errors
from core.errors import BadInputError, ClienteleError


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "it broke"),
        ({"where": "orders.csv"}, "orders.csv: it broke"),
        ({"expected": "a date"}, "it broke; expected a date"),
        ({"found": "'n/a'"}, "it broke; found 'n/a'"),
        ({"expected": "a date", "found": "'n/a'"}, "it broke; expected a date, found 'n/a'"),
        (
            {"where": "orders.csv", "expected": "a date", "found": "'n/a'", "todo": "Set the format."},
            "orders.csv: it broke; expected a date, found 'n/a'. Set the format.",
        ),
    ],
)
def test_a_sentence_says_where_what_expected_found_and_what_to_do(fields: dict[str, str], sentence: str) -> None:
    error = BadInputError("it broke", **fields)
    assert str(error) == sentence
    assert error.args == (sentence,)


def test_a_sentence_is_one_line_whatever_a_file_is_called() -> None:
    error = BadInputError("is empty", where="a\nb\x1b[31m\u202e\udcff é.csv")
    assert str(error) == "a\\nb\\x1b[31m\\u202e\\udcff é.csv: is empty"
    assert error.where == "a\nb\x1b[31m\u202e\udcff é.csv"


def test_every_error_is_of_one_family() -> None:
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, Exception)]
    assert len(kinds) > 5
    assert all(issubclass(kind, ClienteleError) for kind in kinds)


def test_errors_travel_between_processes_whole() -> None:
    question = errors.Question("orders.csv", "settings.decimal", ((".", "1.5"), (",", "15")))
    error = errors.QuestionError("can be read in two ways", question, where="orders.csv", todo="Say which.")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(again), str(again), again.question) == (errors.QuestionError, str(error), question)
