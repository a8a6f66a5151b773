"""RFM segments, Clientele's or a company's own: their names and colours."""

from collections.abc import Sequence

from core.segments import SegmentRules
from dashboard import terms
from dashboard.charts.theme import Theme


def names(rules: SegmentRules) -> dict[str, str]:
    """What readers see for each segment, in the order of the rules."""
    return {code: terms.segment(code, rules) for code in rules.names}


def colours(theme: Theme, codes: Sequence[str]) -> dict[str, str]:
    """A colour for each segment, given all of them: the theme's for those it knows, for others its categorical ones in turn."""
    taken = {theme.segments[code] for code in codes if code in theme.segments}
    spare = [colour for name, colour in theme.categorical.items() if name != "grey"]
    spare = [colour for colour in spare if colour not in taken] or spare
    unknown = [code for code in codes if code not in theme.segments]
    own = {code: spare[place % len(spare)] for place, code in enumerate(unknown)}
    return {code: own.get(code) or theme.segments[code] for code in codes}
