"""Rules of own segments: a short text of conditions, read by a grammar of its own, and the customers for whom it holds."""

from core.rules.grammar import parse_rule
from core.rules.tree import Every, Not, Rule, Some, Test, fields_of, steps_of, write_rule

__all__ = ["Every", "Not", "Rule", "Some", "Test", "fields_of", "parse_rule", "steps_of", "write_rule"]
