"""Personas: names, portraits and traits as words and figures."""

import html

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.analyses.personas import PersonasResult
from dashboard import layout, terms
from dashboard.charts import bars, matrix
from dashboard.charts.marks import hover
from dashboard.links import usual_settings
from dashboard.view import View
from dashboard.words import _, money, ngettext, number, percent, percent_range

TRAITS = 5
# What tells a persona apart at a glance; the rest is in the table below the cards.
SHOWN_FIRST = (
    "frequency",
    "order_value",
    "recency_days",
    "gap_variation",
    "categories",
    "products",
    "discount_share",
    "tenure_days",
)
SMALLEST_PART = 0.1
# Indices are drawn up to here, and labelled at these.
MOST, TICKS = (10, 1000), (25, 100, 400)


def measure(code: str) -> str:
    """Name of a measure of behaviour, or of one part of a mix (``channel=Web``)."""
    what, equals, which = code.partition("=")
    if equals:
        words = {"channel": _("Share over {which}"), "season": _("Share in {which}"), "category": _("Share of {which}")}
        return words.get(what, "{which}").replace("{which}", season(which))
    known = {
        "recency_days": _("Days since last order"),
        "tenure_days": _("Days since first order"),
        "frequency": _("Orders"),
        "value": _("Value"),
        "order_value": _("Order value"),
        "gap_days": _("Days between orders"),
        "gap_variation": _("Unevenness of gaps"),
        "products": _("Different products"),
        "categories": _("Different categories"),
        "discount_share": _("Discount share"),
    }
    return known.get(code, code.replace("_", " ").capitalize())


def season(code: str) -> str:
    """A quarter of the year in words."""
    return {"q1": _("Jan–Mar"), "q2": _("Apr–Jun"), "q3": _("Jul–Sep"), "q4": _("Oct–Dec")}.get(code, code)


def _name_word(key: str) -> str:
    if "=" in key:
        return season(key.partition("=")[2])
    return {
        "recent": _("recent"),
        "lapsed": _("lapsed"),
        "long_standing": _("long-standing"),
        "new": _("new"),
        "frequent": _("frequent"),
        "occasional": _("occasional"),
        "large_orders": _("large orders"),
        "small_orders": _("small orders"),
        "high_value": _("high value"),
        "low_value": _("low value"),
        "regular": _("regular"),
        "irregular": _("in bursts"),
        "broad_range": _("broad range"),
        "narrow_range": _("narrow range"),
        "bargain": _("at a discount"),
        "full_price": _("at full price"),
        "average": _("average"),
    }.get(key, key)


def names(result: PersonasResult) -> dict[str, str]:
    """A name for each persona, made of its strongest traits."""
    return {
        row.persona: _first_upper(" · ".join(_name_word(key) for key in row.name.split("+"))) for row in _rows(result)
    }


def segment(view: View, names: dict[str, str], selected: str | None) -> layout.Segment | None:
    """The persona selected, for the page of profiles; None by other settings than the usual ones, which make other personas."""
    return layout.Segment(names[selected], (("persona", selected),)) if selected and not usual_settings(view) else None


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _behaviours(result: PersonasResult) -> pd.DataFrame:
    """Behaviours of all personas.

    ``code`` names a measure or a part of a mix, ``level`` is what it is in the persona and ``rest`` elsewhere.
    """
    own = result.traits[(result.traits["group"] == "behaviour") & result.traits["index"].between(1e-9, 1e9)]
    part = own["value"].notna()
    return own.assign(
        code=own["attribute"].where(~part, own["attribute"] + "=" + own["value"].astype(str)),
        level=own["mean"].where(~part, own["share"]),
        rest=own["rest_mean"].where(~part, own["rest_share"]),
    )


def _rows(result: PersonasResult) -> list:
    return list(result.personas.itertuples(index=False))


def kind(code: str) -> str:
    """Name of a kind of customers."""
    return {"person": _("People"), "firm": _("Firms"), "all": _("All customers")}.get(code, code.capitalize())


def role(code: str) -> str:
    """Name of a persona's role."""
    return {"core": _("core"), "target": _("target"), "near_target": _("near-target"), "other": _("other")}[code]


def roles() -> dict[str, str]:
    """All roles and circles by their codes."""
    return {code: role(code) for code in ("core", "target", "near_target", "other")}


def method(view: View, result: PersonasResult) -> str:
    """What the groups were made by."""
    known = {"mixture": _("Gaussian mixture on {n} traits"), "kmeans": _("K-means on {n} traits")}
    return known[view.params.method].format(n=len(result.measures))


def verdict(code: str) -> str:
    """What a persona's stability allows."""
    return {"valid": _("holds up"), "doubtful": _("doubtful"), "unstable": _("do not act on it")}[code]


def finding(result: PersonasResult) -> str:
    """The finding: how many groups hold up when the customers are drawn anew."""
    if result.personas.empty:
        return _("No groups can be told apart")
    valid = int((result.personas["verdict"] == "valid").sum())
    rest = len(result.personas) - valid
    found = ngettext(
        "{n} group of buyers holds up when customers are drawn anew",
        "{n} groups of buyers hold up when customers are drawn anew",
        valid,
    )
    more = ngettext("; {n} does not", "; {n} do not", rest).format(n=rest) if rest else ""
    return found.format(n=valid) + more


def figures(view: View, result: PersonasResult) -> list[layout.Figure]:
    """The four figures."""
    if result.personas.empty:
        return [layout.Figure(_("Groups"), "0")]
    valid = int((result.personas["verdict"] == "valid").sum())
    core = result.personas[result.personas["role"] == "core"]
    words = {"natural": _("natural groups"), "constructive": _("made, but stable"), "unstable": _("unstable")}
    return [
        layout.Figure(_("Groups"), number(len(result.personas)), _("{n} hold up").format(n=valid)),
        layout.Figure(
            _("Agreement"),
            number(result.agreement, 2),
            words[result.verdict or "unstable"],
            help=_(
                "Adjusted Rand index over customers drawn anew, {low} to {high}: 1 is the same groups each time, 0 chance."
            ).format(low=number(result.agreement_low, 2), high=number(result.agreement_high, 2)),
        ),
        layout.Figure(
            _("Revenue in the core"),
            percent(core["revenue"].sum() / result.personas["revenue"].sum()),
            terms.customers(int(core["customers"].sum())),
            help=_("The core is the persona (of each kind) that is best by value, frequency and recency together."),
        ),
        layout.Figure(
            _("Core order value"), money(core["revenue"].sum() / max(core["orders"].sum(), 1), view.currency)
        ),
    ]


def strongest(result: PersonasResult, persona: str) -> pd.DataFrame:
    """The behaviours that set a persona apart most, interval clear of 100."""
    traits = _behaviours(result)
    own = traits[traits["persona"] == persona]
    # Of a mix only what it is, not what it isn't: a part that is large here and larger than elsewhere.
    large = ~own["code"].str.contains("=") | ((own["level"] >= SMALLEST_PART) & (own["index"] > 100))
    clear = own[large & ((own["low"] > 100) | (own["high"] < 100))]
    return clear.loc[np.log(clear["index"] / 100).abs().sort_values(ascending=False).index].head(TRAITS)


def indices(view: View, result: PersonasResult, persona: str, plain: bool = False) -> go.Figure:
    """The strongest behaviours of a persona against the rest."""
    drawn = [
        bars.Index(
            row.code,
            _short(row.code),
            min(max(row.index, MOST[0]), MOST[1]),
            max(row.low, MOST[0]),
            min(row.high, MOST[1]),
            number(row.index),
            hover=_trait_hover(row),
        )
        for row in strongest(result, persona).itertuples(index=False)
    ]
    alt = _("Behaviour against the rest, 100 is equal: {list}").format(
        list=", ".join(f"{bar.label} {bar.text}" for bar in drawn)
    )
    small = {"height": 110} if plain else {}
    return bars.indices(view.theme, drawn, alt=alt, plain=plain, ticks=TICKS, reach=_reach(result), **small)


def _reach(result: PersonasResult) -> tuple[float, float]:
    """The ends of the axis, the same on every card."""
    every = pd.concat([strongest(result, code) for code in result.personas["persona"]])
    low = max(min(every["low"].min(), 25), MOST[0]) if len(every) else 25
    high = min(max(every["high"].max(), 400), MOST[1]) if len(every) else 400
    return low * 0.9, high * 1.1


def _short(code: str) -> str:
    text = html.escape(measure(code))
    return text if len(text) <= 24 else text[:23] + "…"


def _trait_hover(row: object) -> str:
    return hover(
        html.escape(measure(row.code)),
        (_("this persona"), _level(row.code, row.level)),
        (_("the rest"), _level(row.code, row.rest)),
        (_("index"), f"{number(row.index)} ({number(row.low)}–{number(row.high)})"),
        note=_("100 is equal to the rest of the same kind, 200 double."),
    )


def _level(code: str, value: float) -> str:
    if "=" in code or code.endswith("_share"):
        return percent(value)
    return number(value, 0 if abs(value) >= 100 else 1)


def first_indices(view: View, result: PersonasResult) -> go.Figure | None:
    """What sets the first persona apart, small, for the overview."""
    if result.personas.empty:
        return None
    return indices(view, result, result.personas["persona"].iloc[0], plain=True)


def trait_matrix(view: View, result: PersonasResult, which: str, known: dict[str, str]) -> go.Figure:
    """All behaviours of all personas of a kind against the rest."""
    chosen = [row for row in _rows(result) if row.kind == which]
    traits = _behaviours(result)
    traits = traits[traits["persona"].isin([row.persona for row in chosen])]
    present = [code for code in traits["code"].unique() if not code.startswith("category=")]
    codes = sorted(present, key=lambda code: SHOWN_FIRST.index(code) if code in SHOWN_FIRST else len(SHOWN_FIRST))
    columns = [
        matrix.Header(
            row.persona,
            "<br>".join(html.escape(word) for word in known[row.persona].split(" · ")),
            number(row.stability, 2),
        )
        for row in chosen
    ]
    rows = [matrix.Header(code, _short(code)) for code in codes]
    cells = [
        matrix.Cell(
            row.code,
            row.persona,
            (number(row.index),),
            row.index,
            row.persona,
            hover=_trait_hover(row),
            unsure=bool(row.low <= 100 <= row.high),
        )
        for row in traits.itertuples(index=False)
        if row.code in codes
    ]
    alt = _("Index of each behaviour of each persona against the rest")
    return matrix.cells(view.theme, rows, columns, cells, alt=alt, scale="index")


def share_range(row: object) -> str:
    """A persona's share of revenue with its interval."""
    return percent_range(row.revenue_share_low, row.revenue_share_high, 0)
