"""What the keys of deals are called."""

from core.attribute_labels import OTHER
from core.deals.attributes import AMOUNT, EARLIER
from dashboard.charts.theme import Theme
from dashboard.view import View
from dashboard.words import EN_DASH, NOTHING, _, money, ngettext, number

TODO = ("press_on", "find_out", "limit", "say_no", "watch")
LISTS = ("open", "waiting", *TODO)


def deals(n: int) -> str:
    """``1 deal``, ``1,600 deals``."""
    return ngettext("{n} deal", "{n} deals", n).format(n=number(n))


def days(n: float) -> str:
    """``1 day``, ``38 days``; a dash for none."""
    return NOTHING if n != n else ngettext("{n} day", "{n} days", round(n)).format(n=number(n))


def grades() -> dict[str, str]:
    """Names of the grades."""
    return {
        **{letter: letter for letter in "ABCDX"},
        "other": _("Quick no"),
        "not_gradable": _("Not gradable"),
        "open": _("Open"),
    }


def definition(grade: str) -> str:
    """What a grade means."""
    return {
        "A": _("Won with little effort, no changes and on good terms."),
        "B": _("Won with much effort, after changes, or on worse terms."),
        "C": _("Much effort and no sale, or a sale on unprofitable terms."),
        "D": _("Willing, but without the money."),
        "X": _("Large, and lost because it needs what is not sold today."),
        "other": _("Lost early, for another reason than money or the offer."),
        "not_gradable": _("The data do not tell enough to grade it."),
        "open": _("Not closed yet."),
    }[grade]


def colours(theme: Theme) -> dict[str, str]:
    """Colours of the grades."""
    named = theme.categorical
    return {
        "A": theme.abc["A"],
        "B": theme.abc["B"],
        "C": named["orange"],
        "D": named["ochre"],
        "X": named["purple"],
        "other": named["pink"],
        "not_gradable": named["grey"],
        "open": named["teal"],
    }


def why(keys: str) -> str:
    """Why a deal has its grade, or its place on a list, in words."""
    return ", ".join(_why().get(key, key) for key in keys.split("+") if key)


def _why() -> dict[str, str]:
    return {
        "little_effort": _("little effort"),
        "good_terms": _("good terms"),
        "changes_asked": _("changes asked for"),
        "much_effort": _("much effort"),
        "slow": _("slow"),
        "many_contacts": _("many contacts"),
        "poor_terms": _("worse terms"),
        "low_margin": _("low margin"),
        "high_discount": _("high discount"),
        "unprofitable": _("no profit on it"),
        "lost": _("lost"),
        "won": _("won"),
        "open": _("open"),
        "no_money": _("no money"),
        "beyond_offer": _("needs what is not sold"),
        "large": _("large"),
        "reason_unknown": _("no reason given"),
        "outcome_unknown": _("outcome not understood"),
        "amount_unknown": _("no amount given"),
        "effort_unknown": _("no effort known"),
        "terms_unknown": _("no terms known"),
        "unlikely": _("an A was unlikely from the beginning"),
        "likely": _("more likely an A than usual"),
        "no_longer_a": _("too much effort for an A already"),
        "old": _("older than nine in ten won deals were"),
    }


def todo(code: str) -> str:
    """What to do with an open deal."""
    return {
        "press_on": _("Press on"),
        "find_out": _("Find out more"),
        "limit": _("Keep effort low"),
        "say_no": _("Say no"),
        "watch": _("Can’t be told"),
    }[code]


def lists() -> dict[str, str]:
    """Names of the lists of open deals."""
    return {
        "open": _("Open deals"),
        "waiting": _("Open: A’s that wait"),
        "press_on": _("Open: press on"),
        "find_out": _("Open: find out more"),
        "limit": _("Open: keep effort low"),
        "say_no": _("Open: say no"),
        "watch": _("Open: can’t be told"),
    }


def outcome(code: str) -> str:
    """Name of an outcome."""
    return {"won": _("won"), "lost": _("lost"), "open": _("open"), "unknown": _("not understood")}[code]


def meaning(code: str) -> str:
    """What a word can mean."""
    return {
        "won": _("won"),
        "lost": _("lost"),
        "open": _("open"),
        "not_won": _("lost once closed, else open"),
        "unknown": _("not understood"),
        "no_money": _("no money"),
        "beyond": _("needs what is not sold"),
        "other": _("another reason"),
        "left_out": _("no level"),
    }.get(code) or level(code)


def level(code: str) -> str:
    """Name of a level of nested segmentation."""
    return {
        "firmographic": _("Firm"),
        "operating": _("How it works"),
        "purchasing": _("How it buys"),
        "situation": _("This purchase"),
        "people": _("People"),
    }[code]


def level_help(code: str) -> str:
    """What belongs to a level."""
    return {
        "firmographic": _("Industry, size, place: seen from outside."),
        "operating": _("Technology, equipment, suppliers, use."),
        "purchasing": _("Who decides and how, channel, earlier wins."),
        "situation": _("Need, urgency, size of this order."),
        "people": _("Roles, motives, attitudes of those who decide."),
    }[code]


def attribute(name: str) -> str:
    """What an attribute is called."""
    known = {"region": _("Region"), "channel": _("Channel"), AMOUNT: _("Amount"), EARLIER: _("Earlier wins")}
    return known.get(name) or (name[:1].upper() + name[1:]).replace("_", " ")


def value(view: View, name: str, label: str) -> str:
    """What a value of an attribute is called."""
    if label == OTHER:
        return _("others")
    if name == EARLIER:
        return {"none": _("none"), "some": _("one or more")}.get(label, label)
    low, to, high = label.partition(" to ")
    if name == AMOUNT:
        ends = [money(float(end), view.currency) for end in (low, high) if end]
        return f" {EN_DASH} ".join(ends) if to else ends[0]
    return label


def condition(view: View, rule: str) -> str:
    """The conditions of a rule in words: "Industry health practices, size 10 to 49"."""
    forms = {"!": _("{name} other than {value}"), "": _("{name}: {value}")}
    joined: dict[tuple[str, str], list[str]] = {}
    for part in rule.split(" & "):
        name, _equals, label = part.partition("=")
        sign = "!" if name.endswith("!") else ""
        name = name.removesuffix("!")
        joined.setdefault((name, sign), []).append(value(view, name, label))
    return "; ".join(
        forms[sign].format(name=attribute(name), value=_(" or ").join(labels))
        for (name, sign), labels in joined.items()
    )
