"""The five W of a segment: what is seen, and what to offer by it; only what can be claimed is said."""

from typing import Any

import pandas as pd

from core.analyses.profiles import ProfilesResult
from core.profiles.axes import QUESTIONS
from core.profiles.known import SURVEY
from dashboard import layout
from dashboard.topics import profile_words
from dashboard.view import View
from dashboard.words import _, percent

# Traits of one answer.
MOST = 3
BANDS = ("order_value", "days_between_orders")
HALF_A_YEAR = 182


def told(result: ProfilesResult, question: str) -> pd.DataFrame:
    """What is clear of chance in answer to a question, what tells most first."""
    rows = result.five_w[(result.five_w["question"] == question) & result.five_w["clear"].astype(bool)]
    # Of bands of a number one is enough.
    again = rows["attribute"].isin(BANDS) & rows.duplicated("attribute")
    return rows[~again].head(MOST)


def seen(view: View, result: ProfilesResult, question: str) -> str:
    """An answer as it is seen; where nothing stands out, that."""
    rows = told(result, question)
    if rows.empty:
        return _nothing(result, question)
    return "; ".join(
        _("{trait} ({share} against {rest} {unit})").format(
            trait=profile_words.short(row, view.currency),
            share=percent(row.share),
            rest=percent(row.rest_share),
            unit=profile_words.unit(row.of),
        )
        for row in rows.itertuples(index=False)
    )


def offer(view: View, result: ProfilesResult, question: str) -> str:
    """The same as an offer; "" where nothing can be claimed."""
    rows = told(result, question)
    # Nobody can write just before what comes once in half a year and more.
    rows = rows[[not _seldom(row) for row in rows.itertuples(index=False)]]
    said = "; ".join(profile_words.short(row, view.currency) for row in rows.itertuples(index=False))
    if not said:
        return ""
    match question:
        case "what":
            return _offered(view, rows)
        case "who":
            return _("Speak to them as they are: {who}.").format(who=said)
        case "why":
            return _reasons(view, rows)
        case "when":
            return _("Write just before they buy: {when}.").format(when=said)
    return _("Be there: {where}.").format(where=said)


def _seldom(row: Any) -> bool:
    return row.attribute == "days_between_orders" and float(row.value.split(" to ")[0]) > HALF_A_YEAR


def _offered(view: View, rows: pd.DataFrame) -> str:
    goods = [_value(view, row) for row in rows.itertuples(index=False) if row.attribute == "category"]
    others = [
        profile_words.short(row, view.currency) for row in rows.itertuples(index=False) if row.attribute != "category"
    ]
    parts = [_("Show them {goods} first.").format(goods=", ".join(goods))] if goods else []
    return " ".join(parts + [_("Fit the size of the offer: {traits}.").format(traits="; ".join(others))] * bool(others))


def _reasons(view: View, rows: pd.DataFrame) -> str:
    said = [_value(view, row) for row in rows.itertuples(index=False) if row.attribute.startswith(SURVEY)]
    prices = [_value(view, row) for row in rows.itertuples(index=False) if row.attribute == "bargains"]
    others = [
        profile_words.short(row, view.currency)
        for row in rows.itertuples(index=False)
        if not row.attribute.startswith(SURVEY) and row.attribute != "bargains"
    ]
    parts = [_("Say why yours: {reasons}.").format(reasons=", ".join(said + others))] if said or others else []
    return " ".join(parts + [_("Price: they buy at a discount {how}.").format(how=one) for one in prices])


def table(view: View, result: ProfilesResult) -> pd.DataFrame:
    """A row for each of the five W."""
    return pd.DataFrame(
        {
            " ": [f"**{profile_words.question(code)}**" for code in QUESTIONS],
            _("As seen"): [layout.plain(seen(view, result, code)) for code in QUESTIONS],
            _("As an offer"): [layout.plain(offer(view, result, code)) for code in QUESTIONS],
        }
    )


def lines(view: View, result: ProfilesResult) -> list[str]:
    """The same as paragraphs, for a phone."""
    found = []
    for code in QUESTIONS:
        text = f"**{profile_words.question(code)}.** {layout.plain(seen(view, result, code))}"
        offered = offer(view, result, code)
        found.append(text + (f"  \n→ {layout.plain(offered)}" if offered else ""))
    return found


def actions(view: View, result: ProfilesResult) -> list[layout.Action]:
    """What to do: an offer for each of what, why and when or where that something can be said of."""
    points = []
    for code in ("what", "why", "when", "where"):
        text = offer(view, result, code)
        if text:
            points.append(layout.Action(profile_words.question(code) + ".", text))
    return points[:3]


def _nothing(result: ProfilesResult, question: str) -> str:
    known = result.traits[(result.traits["question"] == question)]
    if known.empty:
        return {
            "why": _("Not known: there are no answers to compare."),
            "who": _("Not known: there are no attributes to compare."),
        }.get(question, _("Not known."))
    return _("As the others, as far as can be told.")


def _value(view: View, row: object) -> str:
    return profile_words.value(row.attribute, row.value, view.currency)  # type: ignore[attr-defined]
