"""The journey: its finding, its figures, and what can be selected."""

from typing import Any

import pandas as pd

from core.analyses.journey import JourneyResult
from core.history import MISSING
from core.journey.funnel import OVERALL
from core.journey.now import POTENTIAL, TARGET
from core.journey.steps import STEPS
from core.stats import SMALL_N
from dashboard import classes, layout
from dashboard.words import NOTHING, _, ngettext, number, percent, percent_range

ON, LOST, STILL = "on", "lost", "still"


def people(n: int) -> str:
    """``1 person``, ``4,338 people``."""
    return ngettext("{n} person", "{n} people", n).format(n=number(n))


def days(n: float) -> str:
    """``1 day``, ``90 days``; a dash for none."""
    return NOTHING if n != n else ngettext("{n} day", "{n} days", round(n)).format(n=number(n))


def step(code: str) -> str:
    """Name of a step of the ladder."""
    return classes.step(code)


def label(code: str) -> str:
    """A channel, region or other label of the data."""
    return _("unknown") if code == MISSING else code


def kind(code: str) -> str:
    """Potential customers have never bought; target customers have."""
    return {POTENTIAL: _("Potential customers"), TARGET: _("Target customers")}[code]


def steps_of(result: JourneyResult) -> list[str]:
    """The steps that the data have, from the lowest."""
    return [code for code in result.funnel["step"] if code != OVERALL]


def row(table: pd.DataFrame, code: str) -> Any:
    """A table's row of a step."""
    return table[table["step"] == code].iloc[0]


def following(result: JourneyResult, code: str) -> str:
    """The step after another one."""
    known = steps_of(result)
    return known[known.index(code) + 1]


def interval(one: Any) -> str:
    """The interval in words, nothing where there is none."""
    return _("95 %: {span}").format(span=percent_range(one.low, one.high, 0)) if one.low == one.low else ""


# ---- The finding


def weakest(result: JourneyResult) -> tuple[Any, bool] | None:
    """The step from which fewest go on, and whether that is beyond chance; None where too little is known."""
    rows = result.funnel[result.funnel["step"].isin(STEPS) & result.funnel["conversion"].notna()]
    rows = rows[rows["people"] >= SMALL_N].sort_values("conversion", kind="stable")
    if rows.empty:
        return None
    clear = len(rows) > 1 and rows["high"].iloc[0] < rows["low"].iloc[1:].min()
    return rows.iloc[0], bool(clear)


def title(result: JourneyResult) -> str:
    """The finding: where fewest go on."""
    found = weakest(result)
    whole = row(result.funnel, OVERALL)
    if found is None:
        return _("{people} on the ladder; too early to say how many go on").format(people=people(result.people))
    one, clear = found
    span = percent_range(one["low"], one["high"], 0) if one["low"] == one["low"] else percent(one["conversion"], 0)
    if clear:
        return _("Fewest go on from {step} to {next}: {span} within {days}").format(
            step=step(one["step"]), next=step(following(result, one["step"])), span=span, days=days(result.days)
        )
    bought = percent_range(whole["low"], whole["high"], 0) if whole["low"] == whole["low"] else NOTHING
    return _("{span} buy within {days} of the first contact; no step clearly loses most").format(
        span=bought, days=days(result.days)
    )


def what(result: JourneyResult) -> str:
    """What is shown, for the grey line."""
    if result.climb == "again":
        return _("Buyers from a contact after a purchase to the next purchase")
    return _("People from the first contact to the first purchase")


def now_note(result: JourneyResult) -> str:
    """What standing somewhere means."""
    return _("Everybody with a contact that matches; silent for more than {days}: back on the first step").format(
        days=days(result.days)
    )


def figures(result: JourneyResult) -> list[layout.Figure]:
    """The four figures."""
    whole, again = row(result.funnel, OVERALL), row(result.again, OVERALL)
    waiting = result.now[(result.now["kind"] == POTENTIAL) & (result.now["step"] != STEPS[0])]
    within = _("Estimated by Kaplan and Meier: who is still on the way counts for as long as known, and not as lost.")
    return [
        layout.Figure(
            _("People followed"),
            number(result.people),
            _("{n} bought").format(n=number(whole["went_on"])),
            help=_("With a first contact that matches the filter, each counted once."),
        ),
        layout.Figure(
            _("Buy in {days}").format(days=days(result.days)),
            percent(whole["conversion"]),
            interval(whole),
            help=within,
        ),
        layout.Figure(
            _("Buyers, next time"),
            percent(again["conversion"]),
            interval(again),
            help=_("Of {people} who were in touch again after a purchase: bought again within {days}.").format(
                people=people(int(again["people"])), days=days(result.days)
            ),
        ),
        layout.Figure(
            _("On the way now"),
            number(int(waiting["people"].sum())),
            _("of {people}").format(
                people=people(int(result.now.loc[result.now["kind"] == POTENTIAL, "people"].sum()))
            ),
            help=_("Potential customers above the first step who were heard of in the last {days}.").format(
                days=days(result.days)
            ),
        ),
    ]


# ---- What can be selected


def names(result: JourneyResult) -> dict[str, str]:
    """Everything that can be selected and holds somebody, by key."""
    found: dict[str, str] = {}
    for one in result.funnel[result.funnel["step"].isin(STEPS)].itertuples():
        words = step(one.step)
        for key, text, n in (
            (ON, _("{step}: went on"), one.went_on),
            (LOST, _("{step}: lost there"), one.lost),
            (STILL, _("{step}: still on the way"), one.still_on_the_way),
        ):
            if n:
                found[f"{key}:{one.step}"] = text.format(step=words)
    found[f"{ON}:{STEPS[-1]}"] = _("Bought")
    for one in result.now[result.now["people"] > 0].itertuples():
        found[f"{one.kind}:{one.step}"] = _("{kind}, now: {step}").format(kind=kind(one.kind), step=step(one.step))
    for one in result.channels.itertuples():
        found[f"channel:{one.channel}"] = _("Began by: {channel}").format(channel=label(one.channel))
    return found


def members(result: JourneyResult, selected: str | None) -> pd.DataFrame:
    """The people whom a key selects."""
    table = result.everybody
    if selected is None:
        return table
    what, _colon, code = selected.partition(":")
    if what == "channel":
        return table[table["first_channel"] == code]
    if what in (POTENTIAL, TARGET):
        return table[(table["kind"] == what) & (table["step"] == code)]
    place = table["reached"].cat.codes
    if what == ON:
        return table[place > STEPS.index(code) - (code == STEPS[-1])]
    return table[(table["reached"] == code) & (table["lost"] == (what == LOST)) & (code != STEPS[-1])]


def columns() -> list[layout.Column]:
    """Columns of the table of people."""
    words = {code: step(code) for code in STEPS}
    return [
        layout.Column("person", _("Person"), "text"),
        layout.Column("kind", _("Who"), "text", {code: kind(code) for code in (POTENTIAL, TARGET)}),
        layout.Column("reached", _("Reached"), "text", words, help=_("Highest step of the climb that is followed.")),
        layout.Column("step", _("Stands now"), "text", words),
        layout.Column("days", _("Days there"), help=_("Of those who are silent: since the last contact.")),
        layout.Column("touchpoints", _("Contacts")),
        layout.Column("first_channel", _("Began by"), "text"),
        layout.Column("last", _("Last contact"), "date", help=_("Or purchase.")),
    ]


# ---- What to do


def actions(result: JourneyResult) -> list[layout.Action]:
    """What to do: where most fall off, whom to ask now, which channel to feed."""
    points = []
    found = weakest(result)
    if found is not None and found[0]["lost"]:
        one = found[0]
        text = _("{people} got to {step} and fell silent there. {advice}").format(
            people=people(int(one["lost"])), step=step(one["step"]), advice=advice(one["step"])
        )
        points.append(layout.Action(_("Mend this step."), text, _("See them"), select=f"{LOST}:{one['step']}"))
    near = result.funnel[result.funnel["step"].isin(STEPS[:-1]) & (result.funnel["still_on_the_way"] > 0)]
    if len(near):
        one = near.iloc[-1]
        text = _("{people} stand at {step}, heard of in the last {days}: nobody is nearer to a purchase.").format(
            people=people(int(one["still_on_the_way"])), step=step(one["step"]), days=days(result.days)
        )
        points.append(layout.Action(_("Ask now."), text, _("See them"), select=f"{STILL}:{one['step']}"))
    told = _("Of those who began by {channel}, {share} buy; of all others {others}.")
    sure = result.channels[result.channels["claim"].astype(bool)]
    for rows, lead in (
        (sure[sure["difference"] > 0], _("Feed this channel.")),
        (sure[sure["difference"] < 0], _("Many who only look.")),
    ):
        if len(rows):
            # Where the difference counts for most people.
            one = rows.loc[(rows["difference"].abs() * rows["people"]).idxmax()]
            text = told.format(channel=label(one["channel"]), share=percent(one["buys"]), others=percent(one["others"]))
            points.append(layout.Action(lead, text, _("See them"), select=f"channel:{one['channel']}"))
    return points


def advice(code: str) -> str:
    """What helps people on from a step."""
    return {
        "indifference": _("Show what it is good for, not what it is."),
        "awareness": _("Give them something to compare: prices, pictures, examples."),
        "comparison": _("Say plainly what sets you apart, and make two offers side by side."),
        "choice": _("Take away the last doubts: delivery, returns, ways to pay."),
    }[code]
