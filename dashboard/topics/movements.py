"""Movements: who changed class, as figures and words."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.analyses.movements import MovementsResult
from dashboard import classes, layout, terms
from dashboard.charts import bridge, sankey
from dashboard.charts.marks import hover
from dashboard.view import View
from dashboard.words import _, day, money, number, percent, signed_money, signed_number

# Flows of fewer are no group to act on. Where those went who were worth most comes first.
FEWEST = 5
FELL_FROM, FELL_TO = ("champions", "loyal"), ("at_risk", "cant_lose", "hibernating", "lost")


def ago(back: int) -> str:
    """So many months before, in words."""
    known = {1: _("a month before"), 12: _("a year before"), 24: _("two years before")}
    return known.get(back) or _("{n} months before").format(n=back)


def words(view: View, result: MovementsResult) -> dict[str, str]:
    """What the reader sees for each label, and for customers in no class."""
    said = classes.labels(view, result.classification, result.labels)
    span = view.params.span
    none = _("No purchase yet") if span == "history" else _("No purchase in {n} months").format(n=span)
    return said | {result.none: none}


def steps() -> dict[str, tuple[str, str]]:
    """Name and definition of each step of the bridge."""
    return {
        "new": (_("New"), _("Bought in the later window, and never before it.")),
        "returned": (_("Returned"), _("Bought in the later window and earlier on, but not in the window before.")),
        "up": (_("Bought more"), _("Bought in both windows, for more in the later one.")),
        "unchanged": (_("Same"), _("Bought in both windows, for exactly as much.")),
        "down": (_("Bought less"), _("Bought in both windows, for less in the later one.")),
        "lost": (_("Stopped buying"), _("Bought in the earlier window and not in the later one.")),
        "credits_only": (_("Returns only"), _("Bought in neither window, but gave goods back or was credited.")),
        "without_customer": (_("No customer"), _("Orders without a customer.")),
    }


# ---- What can be selected


def key(before: str, after: str) -> str:
    """What a flow, or with one side empty a class at one date, is called in the link."""
    return f"{before}|{after}"


def names(result: MovementsResult, said: dict[str, str]) -> dict[str, str]:
    """Everything that can be selected and holds somebody, by key: flows, classes at either date, steps of the bridge."""
    before, after = (_("{name} before"), _("{name} now"))
    found: dict[str, str] = {}
    for one in result.flows.sort_values("customers", ascending=False, kind="stable").itertuples():
        found[key(one.before, one.after)] = f"{said[one.before]} → {said[one.after]}"
    for side, text in (("before", before), ("after", after)):
        there = set(result.flows[side])
        both = {label: key(label, "") if side == "before" else key("", label) for label in said if label in there}
        found |= {at: text.format(name=said[label]) for label, at in both.items()}
    held = result.bridge[result.bridge["customers"] > 0]
    return {code: steps()[code][0] for code in held["step"]} | found


def members(result: MovementsResult, selected: str | None) -> "pd.Series[bool] | slice":
    """Which customers a key selects."""
    table = result.customers
    if selected is None:
        return slice(None)
    if "|" not in selected:
        return table["step"] == selected
    before, after = _sides(result, selected)
    return ((table["before"] == before) | (not before)) & ((table["after"] == after) | (not after))


def _sides(result: MovementsResult, selected: str) -> tuple[str, str]:
    """The classes that a key names, "" for any."""
    # A label of the company's own may have a bar in it.
    for before in (*result.labels, result.none, ""):
        after = selected.removeprefix(f"{before}|")
        if selected.startswith(f"{before}|") and after in (*result.labels, result.none, ""):
            return before, after
    return "", ""


def segment(result: MovementsResult, said: dict[str, str], selected: str | None) -> layout.Segment | None:
    """The class of now that is selected, for the page of profiles, which cuts classes as they are cut today."""
    after = _sides(result, selected or "")[1]
    if after in ("", result.none):
        return None
    return layout.Segment(said[after], ((result.classification, after),), _("by today’s cuts"))


# ---- The finding


def title(view: View, result: MovementsResult, said: dict[str, str]) -> str:
    """The finding: how the first class, or else the one that changed most, changed beyond chance."""
    row = _told(result)
    before = ago(view.params.back)
    if row is None:
        return _("No class changed beyond chance since {before}").format(before=before)
    more = _("{n} more") if row["change"] > 0 else _("{n} fewer")
    earned = _("{money} more {value}") if row["revenue_change"] > 0 else _("{money} less {value}")
    pieces = []
    if row["claim"]:
        pieces.append(more.format(n=number(abs(row["change"]))))
    if row["revenue_claim"]:
        pieces.append(
            earned.format(money=money(abs(row["revenue_change"]), view.currency), value=terms.value(result.value))
        )
    return _("{segment}: {changes} than {before}").format(
        segment=said[row["segment"]], changes=_(" and ").join(pieces), before=before
    )


def _told(result: MovementsResult) -> Any:
    """The class that the title tells of; None where nothing can be claimed."""
    sure = result.segments[result.segments["claim"] | result.segments["revenue_claim"]]
    if sure.empty:
        return None
    first = sure[sure["segment"] == result.labels[0]]
    return (first if len(first) else sure.loc[[sure["change"].abs().idxmax()]]).iloc[0]


def figures(view: View, result: MovementsResult, said: dict[str, str]) -> list[layout.Figure]:
    """The four figures."""
    told = _told(result)
    row = result.segments.iloc[0] if told is None else told
    span = _("in {n} months").format(n=view.params.back)
    kept = result.flows[(result.flows["before"] != result.none) & (result.flows["after"] != result.none)]
    moved = int(kept.loc[kept["before"].astype(str) != kept["after"].astype(str), "customers"].sum())
    lost = result.bridge[result.bridge["step"] == "lost"].iloc[0]
    sure = _("95 % interval of the change: {low} to {high}.").format(
        low=signed_number(row["low"]), high=signed_number(row["high"])
    )
    return [
        layout.Figure(
            layout.plain(said[row["segment"]]),
            number(row["after"]),
            signed_number(row["change"], metric=True) if row["claim"] else _("no clear change"),
            span,
            help=sure,
        ),
        layout.Figure(
            terms.value(result.value).capitalize(),
            money(result.total_after, view.currency),
            _("from {money}").format(money=money(result.total_before, view.currency)),
            help=_(
                "Of all orders that match the filter in the {n} months up to each date, those without a customer too."
            ).format(n=view.params.back),
        ),
        layout.Figure(
            _("Changed class"),
            number(moved),
            percent(moved / max(int(kept["customers"].sum()), 1)),
            _("of those in both"),
            help=_("Of customers who are in a class at both dates."),
        ),
        layout.Figure(
            _("Stopped buying"),
            number(lost["customers"]),
            signed_money(lost["change"], view.currency),
            help=steps()["lost"][1],
        ),
    ]


# ---- What to do


def actions(view: View, result: MovementsResult, said: dict[str, str]) -> list[layout.Action]:
    """What to do: those who fell from the top, those who are gone, those who rose."""
    flows = result.flows[(result.flows["before"] != result.none) & (result.flows["after"] != result.none)]
    flows = flows[(flows["before"].astype(str) != flows["after"].astype(str)) & (flows["customers"] >= FEWEST)]
    points = []
    fell = flows[flows["change"] < 0]
    if result.classification == "rfm_segment":
        ready = fell[fell["before"].isin(FELL_FROM) & fell["after"].isin(FELL_TO)]
        fell = ready if len(ready) else fell
    if len(fell):
        one = fell.loc[fell["change"].idxmin()]
        points.append(_move(view, one, said, _("Write to them in person, before they are gone.")))
    gone = result.bridge[result.bridge["step"] == "lost"].iloc[0]
    if gone["customers"]:
        text = _("{n} bought in the window before and not since; they had brought {money}.").format(
            n=terms.customers(int(gone["customers"])), money=money(gone["revenue_before"], view.currency)
        )
        points.append(layout.Action(_("Stopped buying."), text, _("See them"), select="lost"))
    rose = flows[flows["change"] > 0]
    if len(rose):
        one = rose.loc[rose["change"].idxmax()]
        points.append(_move(view, one, said, _("Find out what won them, and do it again.")))
    return points


def _move(view: View, one: Any, said: dict[str, str], advice: str) -> layout.Action:
    lead = _("{after} now, {before} {ago}.").format(
        after=said[one["after"]], before=said[one["before"]], ago=ago(view.params.back)
    )
    told = (
        _("{n}, {money} more than in the window before. {advice}")
        if one["change"] > 0
        else _("{n}, {money} less than in the window before. {advice}")
    )
    text = told.format(
        n=terms.customers(int(one["customers"])), money=money(abs(one["change"]), view.currency), advice=advice
    )
    label = _("Open the {customers}").format(customers=terms.customers(int(one["customers"])))
    return layout.Action(lead, text, label, select=key(one["before"], one["after"]))


# ---- Figures


def sankey_figure(view: View, result: MovementsResult, said: dict[str, str], selected: str | None) -> go.Figure:
    """From which class to which; customers in no class at either date are left out."""
    flows = result.flows[(result.flows["before"] != result.none) | (result.flows["after"] != result.none)]
    colours = classes.colours(view.theme, result.classification, result.labels)
    colours[result.none] = view.theme.categorical["grey"]
    dates = (day(result.earlier), day(result.later))
    sides: list[list[sankey.Node]] = []
    for side, at in (("before", dates[0]), ("after", dates[1])):
        count = flows.groupby(side, observed=True)["customers"].sum()
        total = int(count.sum())
        sides.append(
            [
                sankey.Node(
                    key=key(label, "") if side == "before" else key("", label),
                    label=said[label],
                    value=float(count.get(label, 0)),
                    text=number(count.get(label, 0)),
                    colour=colours[label],
                    hover=hover(
                        said[label],
                        (at, ""),
                        (_("Customers"), f"{number(count.get(label, 0))} · {percent(count.get(label, 0) / total)}"),
                    ),
                )
                for label in (*result.labels, result.none)
            ]
        )
    ribbons = [
        sankey.Flow(
            key=key(one.before, one.after),
            before=key(one.before, ""),
            after=key("", one.after),
            value=float(one.customers),
            hover=hover(
                f"{said[one.before]} → {said[one.after]}",
                (_("Customers"), number(one.customers)),
                (terms.value(result.value).capitalize(), _flow_money(view, one)),
            ),
        )
        for one in flows.itertuples()
    ]
    alt = _("Customers by {name} on {before} and on {after}, and how they moved between").format(
        name=classes.name(result.classification), before=dates[0], after=dates[1]
    )
    return sankey.sankey(view.theme, *sides, ribbons, alt=alt, titles=dates, selected=selected, narrow=view.phone)


def _flow_money(view: View, one: Any) -> str:
    before, after = (money(value, view.currency) for value in (one.revenue_before, one.revenue_after))
    return f"{before} → {after} ({signed_money(one.change, view.currency)})"


def bridge_figure(view: View, result: MovementsResult, selected: str | None) -> go.Figure:
    """From the revenue of one window to that of the next."""
    said = steps()
    drawn = [_total("start", result.total_before, day(result.earlier), view)]
    for one in result.bridge.itertuples():
        if not one.customers and not one.change:
            continue
        label, meaning = said[one.step]
        drawn.append(
            bridge.Step(
                key=one.step,
                label=label,
                change=one.change,
                text=signed_money(one.change, view.currency),
                n=number(one.customers) if one.customers else "",
                hover=hover(
                    label,
                    (_("Customers"), number(one.customers)),
                    (_("Before"), money(one.revenue_before, view.currency)),
                    (_("After"), money(one.revenue_after, view.currency)),
                    (_("Change"), signed_money(one.change, view.currency)),
                    note=meaning,
                ),
            )
        )
    drawn.append(_total("end", result.total_after, day(result.later), view))
    alt = _("{value} from {before} to {after}: {steps}").format(
        value=terms.value(result.value).capitalize(),
        before=drawn[0].text,
        after=drawn[-1].text,
        steps=", ".join(f"{step.label} {step.text}" for step in drawn[1:-1]),
    )
    return bridge.bridge(view.theme, drawn, alt=alt, selected=selected)


def _total(code: str, value: float, at: str, view: View) -> bridge.Step:
    return bridge.Step(code, _("To {day}").format(day=at), value, money(value, view.currency), total=True)


def columns(result: MovementsResult, said: dict[str, str]) -> list[layout.Column]:
    """Columns of the customers' table."""
    value = terms.value(result.value).capitalize()
    bridge_words = {code: text for code, (text, _meaning) in steps().items()}
    return [
        layout.Column("before", day(result.earlier), "text", said),
        layout.Column("after", day(result.later), "text", said),
        layout.Column("change", _("Change"), "money", help=_("Of the later window on the earlier one")),
        layout.Column("revenue_before", _("{value} before").format(value=value), "money"),
        layout.Column("revenue_after", _("{value} after").format(value=value), "money"),
        layout.Column("step", _("Step"), "text", bridge_words),
    ]
