"""The journey's charts: the funnel, the paths, the time each step takes, channels, and where everybody stands."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analyses.journey import JourneyResult
from core.journey.funnel import OVERALL
from core.journey.now import KINDS
from core.journey.steps import STEPS
from core.stats import SMALL_N
from dashboard.charts import bars, curves, intervals, ladder, stages
from dashboard.charts.marks import hover, nice_ticks
from dashboard.charts.theme import Theme
from dashboard.topics import journey
from dashboard.topics.journey import LOST, ON, STILL, days, label, people, step
from dashboard.view import View
from dashboard.words import _, money, number, percent, percent_range

MOST_POINTS = 300


def fates(theme: Theme) -> dict[str, tuple[str, str]]:
    """Name and colour of what became of those who reached a step."""
    return {
        ON: (_("went on"), theme.accent),
        STILL: (_("still on the way"), theme.sequential[3]),
        LOST: (_("lost"), theme.categorical["orange"]),
    }


def funnel(view: View, result: JourneyResult, selected: str | None) -> go.Figure:
    """How many reached each step, and what became of them."""
    said = fates(view.theme)
    rungs = []
    rows = result.funnel[result.funnel["step"].isin(STEPS)]
    for one in rows.itertuples():
        last = one.step == STEPS[-1]
        values = {ON: one.people if last else one.went_on, STILL: one.still_on_the_way, LOST: one.lost}
        parts = [
            ladder.Part(
                key=f"{key}:{one.step}",
                name=said[key][0],
                value=float(value),
                text=number(value),
                colour=said[key][1],
                hover=hover(
                    step(one.step),
                    (
                        _("Bought") if last else said[key][0].capitalize(),
                        f"{number(value)} · {percent(value / max(one.people, 1))}",
                    ),
                    (_("Go on in {days}").format(days=days(result.days)), "" if last else percent(one.conversion)),
                    (_("95 % interval"), percent_range(one.low, one.high) if one.low == one.low else ""),
                    (_("Half of them in"), days(one.median_days) if one.median_days == one.median_days else ""),
                ),
            )
            for key, value in values.items()
        ]
        text = "" if last or one.conversion != one.conversion else percent(one.conversion)
        rungs.append(ladder.Rung(step(one.step), number(one.people), parts, text, _("go on") if text else ""))
    alt = _("People by the step that they reached: {steps}").format(
        steps=", ".join(f"{step(one.step)} {number(one.people)}" for one in rows.itertuples())
    )
    return ladder.ladder(view.theme, rungs, alt=alt, selected=selected, narrow=view.phone)


def paths(view: View, result: JourneyResult, selected: str | None) -> go.Figure:
    """From step to step, past steps that were skipped, and out."""
    known = journey.steps_of(result)
    flows = result.flows[result.flows["stage"] != "entry"]
    said = fates(view.theme)
    came = flows.groupby("after")["people"].sum()
    began = result.flows[result.flows["stage"] == "entry"].groupby("after")["people"].sum()
    stops, ribbons = [], []
    for column, code in enumerate(known):
        touched = int(came.get(code, 0) + began.get(code, 0))
        stops.append(
            stages.Stop(
                key=f"{ON}:{code}",
                column=column,
                label=step(code),
                value=float(touched),
                text=number(touched),
                colour=view.theme.accent,
                head=True,
                hover=hover(
                    step(code), (_("Touched it"), people(touched)), (_("Began here"), number(began.get(code, 0)))
                ),
            )
        )
        for outcome, key in ((LOST, LOST), ("on_the_way", STILL)):
            gone = flows[(flows["before"] == code) & (flows["after"] == outcome)]["people"].sum()
            ends = _("{step}: {fate}").format(step=step(code), fate=said[key][0])
            words = hover(ends, (_("People"), number(gone)))
            here = stages.Stop(
                f"{key}:{code}", column + 1, said[key][0], float(gone), number(gone), said[key][1], hover=words
            )
            stops.append(here)
            ribbons.append(stages.Ribbon(f"{ON}:{code}", here.key, float(gone), here.hover))
    for one in flows[flows["stage"] == "step"].itertuples():
        text = hover(f"{step(one.before)} → {step(one.after)}", (_("People"), number(one.people)))
        ribbons.append(stages.Ribbon(f"{ON}:{one.before}", f"{ON}:{one.after}", float(one.people), text))
    alt = _("Paths of {people} from step to step, and where they ended").format(people=people(result.people))
    # In each column the step is on top, and below it those who came no further than the one before.
    stops.sort(key=lambda stop: (stop.column, not stop.head))
    return stages.stages(view.theme, stops, ribbons, alt=alt, selected=selected, narrow=view.phone)


def time(view: View, result: JourneyResult) -> go.Figure:
    """The share that has gone on by a day, step by step."""
    known = [code for code in journey.steps_of(result)[:-1] if code in set(result.time["group"])]
    shades = [view.theme.categorical[name] for name in ("grey", "sky", "blue", "teal")]
    end = min(int(result.time["day"].max()), 2 * result.days)
    lines = [_line(result, code, shades[STEPS.index(code)], end) for code in known]
    ticks = [(tick, number(tick)) for tick in nice_ticks(0, end, 4 if view.phone else 6)]
    return curves.lines(
        view.theme,
        lines,
        alt=_("Share of people that has gone on, by days since they reached the step"),
        format=lambda share: percent(share, 0),
        x_title=_("days since the step was reached"),
        x_ticks=ticks,
        top=1.0,
        height=330,
    )


def _line(result: JourneyResult, code: str, colour: str, end: int) -> curves.Line:
    """One step's curve, up to a day or to the last that is known of it."""
    whole = result.time[result.time["group"] == code]
    rows = whole[whole["day"] <= end]
    if whole["day"].max() > end:
        # Between days on which somebody went on nothing changes.
        rows = pd.concat([rows, rows.tail(1).assign(day=end, events=0)])
    if len(rows) > MOST_POINTS:
        rows = rows.iloc[np.unique(np.linspace(0, len(rows) - 1, MOST_POINTS).astype(int))]
    gone = 1 - rows["survival"]
    low, high = (1 - rows["high"]).fillna(gone), (1 - rows["low"]).fillna(gone)
    texts = [
        hover(
            _("{step}: {days}").format(step=step(code), days=days(one.day)),
            (_("Went on"), percent(1 - one.survival)),
            (_("95 % interval"), percent_range(1 - one.high, 1 - one.low) if one.low == one.low else ""),
            (_("Not gone on by then"), number(one.at_risk - one.events)),
        )
        for one in rows.itertuples()
    ]

    def steps(values: object) -> list[float]:
        return list(np.repeat(np.asarray(values), 2)[:-1])

    x = list(np.repeat(rows["day"].to_numpy(), 2)[1:])
    return curves.Line(step(code), x, steps(gone), colour, steps(low), steps(high), list(np.repeat(texts, 2)[:-1]))


def channels(view: View, result: JourneyResult, selected: str | None, most: int = 8) -> go.Figure:
    """The share that buys, by the channel of the first contact."""
    rows = (
        result.channels[result.channels["buys"].notna()].head(most).sort_values("buys", ascending=False, kind="stable")
    )
    drawn = [
        intervals.Ranged(
            key=f"channel:{one.channel}",
            label=label(one.channel),
            value=one.buys,
            low=one.low,
            high=one.high,
            text=percent(one.buys) + (" ▲" if one.claim and one.difference > 0 else " ▼" if one.claim else ""),
            colour=view.theme.accent,
            n=number(one.people),
            few=one.people < SMALL_N,
            hover=hover(
                label(one.channel),
                (_("Began by it"), people(one.people)),
                (_("Go beyond the first step"), percent(one.goes_on)),
                (_("Buy in {days}").format(days=days(result.days)), percent(one.buys)),
                (_("95 % interval"), percent_range(one.low, one.high)),
                (_("All others"), percent(one.others)),
                (
                    _("Contacts cost a buyer"),
                    _cost(view, one.cost_per_buyer),
                ),
            ),
        )
        for one in rows.itertuples()
    ]
    whole = journey.row(result.funnel, OVERALL)["conversion"]
    lines = [(whole, _("all {share}").format(share=percent(whole)))] if whole == whole else []
    alt = _("Share that buys by the channel of the first contact: {channels}").format(
        channels=", ".join(f"{bar.label} {bar.text}" for bar in drawn)
    )
    # A channel of few people must not set the scale of all.
    top = max((bar.high for bar in drawn if not bar.few), default=None)
    return intervals.bars(view.theme, drawn, alt=alt, lines=lines, top=top, selected=selected)


def _cost(view: View, amount: float) -> str:
    return money(amount, view.currency) if amount == amount else ""


def now(view: View, result: JourneyResult, selected: str | None) -> go.Figure:
    """Where potential and target customers stand."""
    shades = [view.theme.categorical["grey"], *(view.theme.sequential[place] for place in (2, 4, 6, 8))]
    rows = []
    for kind in KINDS:
        table = result.now[result.now["kind"] == kind]
        pieces = [
            bars.Piece(
                f"{kind}:{one.step}",
                f"{step(one.step)}<br>{percent(one.share, 0)}" if one.share > 0.12 else percent(one.share, 0),
                float(one.share),
                shades[STEPS.index(one.step)],
                hover(
                    _("{kind}: {step}").format(kind=journey.kind(kind), step=step(one.step)),
                    (_("People"), f"{number(one.people)} · {percent(one.share)}"),
                    (_("95 % interval"), percent_range(one.low, one.high)),
                    (_("Half of them for"), days(one.median_days)),
                    (_("A tenth for more than"), days(one.longest_days)),
                    (_("Silent"), number(one.silent) if one.silent else ""),
                ),
            )
            for one in table.itertuples()
            if one.people
        ]
        if pieces:
            rows.append((f"{journey.kind(kind)}<br>{number(table['people'].sum())}", pieces))
    alt = _("Where people stand: {parts}").format(
        parts=", ".join(
            f"{journey.kind(one.kind)} {step(one.step)} {number(one.people)}"
            for one in result.now.itertuples()
            if one.people
        )
    )
    return bars.shares(view.theme, rows, alt=alt, selected=selected, thickness=56)
