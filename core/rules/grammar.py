"""The grammar of rules, read from left to right by recursive descent.

::

    rule   = all { "or" all }
    all    = one { "and" one }
    one    = "not" one | "(" rule ")" | test
    test   = name ( op value | "from" value "to" value | [ "not" ] "in" "(" value { "," value } ")" | "is" ( "known" | "unknown" ) )
    op     = "=" | "!=" | "<" | "<=" | ">" | ">="

Names and values are words, or anything in double quotes: ``"Field sales"``. ``and`` binds tighter than ``or``.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from core.errors import BadParameterError
from core.rules.tree import WORDS, Every, Not, Op, Rule, Some, Test

MOST_CHARACTERS, MOST_TESTS, DEEPEST = 2000, 40, 12
_TOKEN = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<op><=|>=|!=|[=<>≤≥≠])|(?P<mark>[(),])|(?P<word>[^\s()"\\,=<>!≤≥≠]+))'
)
_SAME: dict[str, Op] = {"≤": "<=", "≥": ">=", "≠": "!="}


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


@lru_cache(maxsize=256)
def parse_rule(text: str) -> Rule:
    """Read a rule.

    Parameters
    ----------
    text : str
        At most 2,000 characters, 40 conditions and 12 levels of brackets.

    Returns
    -------
    Rule

    Raises
    ------
    BadParameterError
        The text is no rule; the error says at which character, and what could stand there.
    """
    if len(text) > MOST_CHARACTERS:
        raise BadParameterError("the rule is too long", expected=f"at most {MOST_CHARACTERS} characters")
    reader = _Reader(_tokens(text), len(text))
    rule = reader.rule(0)
    reader.end()
    return rule


def _tokens(text: str) -> list[_Token]:
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            place = at + len(text[at:]) - len(text[at:].lstrip())
            what = "a quotation mark that is not closed" if text[place] == '"' else f"'{text[place]}'"
            raise _wrong(place, "a name, a comparison or a value", what)
        kind = str(match.lastgroup)
        raw = match[kind]
        if kind == "word" and raw.lower() in WORDS:
            kind, raw = "keyword", raw.lower()
        elif kind == "quoted":
            raw = re.sub(r"\\(.)", r"\1", raw[1:-1])
        found.append(_Token(kind, raw, match.start(match.lastgroup or 0)))
        at = match.end()
    return found


def _wrong(at: int, expected: str, found: str) -> BadParameterError:
    return BadParameterError(
        "the rule can't be read", where=f"character {at + 1}", expected=expected, found=found, todo=_TODO
    )


_TODO = 'Rules look like this: orders >= 3 and (region = North or channel in (Web, "Field sales")).'


class _Reader:
    def __init__(self, tokens: list[_Token], length: int) -> None:
        self._tokens = tokens
        self._end = _Token("end", "", length)
        self._place = 0
        self._tests = 0

    def rule(self, depth: int) -> Rule:
        parts = [self._all(depth)]
        while self._takes("keyword", "or"):
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else Some(_flat(parts, Some))

    def end(self) -> None:
        if self._next.kind != "end":
            raise self._wrong('"and", "or" or the end of the rule')

    def _all(self, depth: int) -> Rule:
        parts = [self._one(depth)]
        while self._takes("keyword", "and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Every(_flat(parts, Every))

    def _one(self, depth: int) -> Rule:
        if depth > DEEPEST:
            raise self._wrong(f"at most {DEEPEST} brackets and negations inside each other")
        if self._takes("keyword", "not"):
            return Not(self._one(depth + 1))
        if self._takes("mark", "("):
            inner = self.rule(depth + 1)
            self._must("mark", ")", 'a closing bracket, "and" or "or"')
            return inner
        return self._test()

    def _test(self) -> Test:
        self._tests += 1
        if self._tests > MOST_TESTS:
            raise self._wrong(f"at most {MOST_TESTS} conditions")
        field = self._value('the name of what is asked, "not" or an opening bracket')
        if self._next.kind == "op":
            op = self._take().text
            return Test(field, _SAME.get(op, op), (self._value(),))  # type: ignore[arg-type]
        if self._takes("keyword", "from"):
            low = self._value()
            self._must("keyword", "to", '"to"')
            return Test(field, "from", (low, self._value()))
        if self._takes("keyword", "is"):
            if self._takes("keyword", "known"):
                return Test(field, "known")
            self._must("keyword", "unknown", '"known" or "unknown"')
            return Test(field, "unknown")
        other = self._takes("keyword", "not")
        self._must("keyword", "in", '"in"' if other else 'a comparison such as =, >=, "in", "from … to" or "is known"')
        return Test(field, "!=" if other else "=", self._several())

    def _several(self) -> tuple[str, ...]:
        self._must("mark", "(", "values in brackets, such as (North, South)")
        values = [self._value()]
        while self._takes("mark", ","):
            values.append(self._value())
        self._must("mark", ")", "a comma or a closing bracket")
        return tuple(dict.fromkeys(values))

    def _value(self, expected: str = "a value; one of several words needs quotes") -> str:
        if self._next.kind not in ("word", "quoted"):
            raise self._wrong(expected)
        return self._take().text

    @property
    def _next(self) -> _Token:
        return self._tokens[self._place] if self._place < len(self._tokens) else self._end

    def _take(self) -> _Token:
        token = self._next
        self._place += 1
        return token

    def _takes(self, kind: str, text: str) -> bool:
        there = (self._next.kind, self._next.text) == (kind, text)
        self._place += there
        return there

    def _must(self, kind: str, text: str, expected: str) -> None:
        if not self._takes(kind, text):
            raise self._wrong(expected)

    def _wrong(self, expected: str) -> BadParameterError:
        found = "the end of the rule" if self._next.kind == "end" else f"'{self._next.text}'"
        return _wrong(self._next.at, expected, found)


def _flat(parts: list[Rule], kind: type[Every] | type[Some]) -> tuple[Rule, ...]:
    """Brackets around what is joined by the same word anyway say nothing."""
    return tuple(inner for part in parts for inner in (part.of if isinstance(part, kind) else (part,)))
