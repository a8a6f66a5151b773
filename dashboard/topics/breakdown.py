"""Groups that customers can be broken down by: what they are called, and what may be said of them."""

from collections.abc import Sequence

from core import first_orders
from core.results import Notice
from dashboard import classes, layout
from dashboard.controls import setting
from dashboard.view import View
from dashboard.words import _

# What customers became; nobody is of one at the first purchase.
OUTCOMES = ("persona", "tier")
# Lines that can be told apart in one chart.
MOST_LINES, MOST_ON_PHONE = 6, 4


def name(code: str) -> str:
    """What a breakdown is called."""
    known = {
        "region": _("Region of the first order"),
        "channel": _("Channel of the first order"),
        "first_category": _("Category of the first order"),
    }
    return known.get(code) or classes.name(code)


def names(view: View) -> dict[str, str]:
    """Those that these data have, "" for none."""
    return {"": _("no groups"), **{code: name(code) for code in (*first_orders.available(view.data), *OUTCOMES)}}


def restrict(view: View) -> None:
    """Leave out of the link what these data can't be broken down by; before the settings are first asked for."""
    view.restrict("breakdown", tuple(names(view)))


def draw(view: View) -> None:
    """The setting as a list."""
    setting(view, "breakdown", _("Broken down by"), names(view))


def labels(view: View, breakdown: str, codes: Sequence[str]) -> dict[str, str]:
    """What the reader sees for each group."""
    return classes.labels(view, breakdown, codes)


def drawn(view: View, largest_first: Sequence[str]) -> list[str]:
    """The groups that a chart has room for."""
    return list(largest_first[: MOST_ON_PHONE if view.phone else MOST_LINES])


def note(breakdown: str, shown: int, groups: int) -> str:
    """What must be known of the groups and of how many are drawn."""
    told = []
    if shown < groups:
        told.append(_("The {n} largest of {groups} groups; the table has all.").format(n=shown, groups=groups))
    if breakdown in OUTCOMES:
        told.append(
            _(
                "Known only afterwards: who comes back often gets into another group by it, so differences prove nothing."
            )
        )
    return " ".join(told)


def notices(found: Sequence[Notice]) -> None:
    """What must be known of a result, but for what `note` says already."""
    layout.notices([one for one in found if one.code != "groups_are_outcomes"])
