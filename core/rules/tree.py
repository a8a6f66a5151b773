"""A rule as a tree of conditions, and back as text."""

import re
from dataclasses import dataclass
from typing import Literal

Op = Literal["=", "!=", "<", "<=", ">", ">=", "from", "known", "unknown"]
WORDS = ("and", "or", "not", "in", "from", "to", "is", "known", "unknown")
_PLAIN = re.compile(r"[^\s()\"\\,=<>!≤≥≠]+")


@dataclass(frozen=True)
class Test:
    """One condition.

    Parameters
    ----------
    field : str
        What is asked, as it was written.
    op : str
        "=" and "!=" take one value or several (any of them), "from" the two ends (both inside), "known" and "unknown" none.
    values : tuple of str
    """

    # Else pytest takes it for a class of tests.
    __test__ = False

    field: str
    op: Op
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Not:
    """Whoever the rule inside does not hold for, those of whom it can't be told too."""

    of: "Rule"


@dataclass(frozen=True)
class Every:
    """All of several rules hold."""

    of: "tuple[Rule, ...]"


@dataclass(frozen=True)
class Some:
    """At least one of several rules holds."""

    of: "tuple[Rule, ...]"


Rule = Test | Not | Every | Some


def tests_of(rule: Rule) -> tuple[Test, ...]:
    """The conditions of a rule, in the order they are written."""
    if isinstance(rule, Test):
        return (rule,)
    if isinstance(rule, Not):
        return tests_of(rule.of)
    return tuple(test for part in rule.of for test in tests_of(part))


def fields_of(rule: Rule) -> tuple[str, ...]:
    """What a rule asks, each once, in the order it is written."""
    return tuple(dict.fromkeys(test.field for test in tests_of(rule)))


def steps_of(rule: Rule) -> tuple[Rule, ...]:
    """The steps from broad to narrow: the rules that must all hold, one after the other."""
    return rule.of if isinstance(rule, Every) else (rule,)


def write_rule(rule: Rule) -> str:
    """The text of a rule, which :func:`core.rules.grammar.parse_rule` reads as the same rule."""
    if isinstance(rule, Test):
        return _written(rule)
    if isinstance(rule, Not):
        inner = write_rule(rule.of)
        return f"not {inner}" if isinstance(rule.of, Test | Not) else f"not ({inner})"
    if isinstance(rule, Some):
        return " or ".join(f"({write_rule(part)})" if isinstance(part, Some) else write_rule(part) for part in rule.of)
    return " and ".join(
        f"({write_rule(part)})" if isinstance(part, Some | Every) else write_rule(part) for part in rule.of
    )


def quoted(text: str) -> str:
    """A name or value as it stands in a rule: in quotes where it would be read as something else."""
    if _PLAIN.fullmatch(text) and text.lower() not in WORDS:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _written(test: Test) -> str:
    field, values = quoted(test.field), [quoted(value) for value in test.values]
    match test.op:
        case "known" | "unknown":
            return f"{field} is {test.op}"
        case "from":
            return f"{field} from {values[0]} to {values[1]}"
        case "=" | "!=" if len(values) > 1:
            return f"{field} {'in' if test.op == '=' else 'not in'} ({', '.join(values)})"
    return f"{field} {test.op} {values[0]}"
