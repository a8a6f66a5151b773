"""The named segments of RFM: as bars, as a treemap, and as a table with the rule and the advice of each."""

from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from pandas.io.formats.style import Styler

from core.analyses.rfm import RfmResult
from dashboard import terms
from dashboard.charts import bars, treemap
from dashboard.charts.marks import hover
from dashboard.layout import plain
from dashboard.topics import rfm, rfm_changes, segments
from dashboard.view import View
from dashboard.words import MINUS, _, money, number, percent, signed_money, signed_number


def bars_figure(
    view: View, result: RfmResult, selected: str | None, changed: rfm_changes.SegmentChanges | None
) -> go.Figure:
    """Segments by the money that they bring."""
    names, colours = segments.names(result.rules), segments.colours(view.theme, result.rules.names)
    drawn = [
        bars.Bar(
            key=row.segment,
            label=names[row.segment],
            n=number(row.customers),
            value=max(row.revenue, 0.0),
            text=money(row.revenue, view.currency),
            sub=percent(row.revenue_share),
            colour=colours[row.segment],
            hover=_hover(view, result, row, changed),
        )
        for row in rfm.by_revenue(result).itertuples()
    ]
    return bars.ranked(view.theme, drawn, alt=_alt(view, result), selected=selected)


def treemap_figure(
    view: View, result: RfmResult, by: str, selected: str | None, changed: rfm_changes.SegmentChanges | None
) -> go.Figure:
    """Segments as tiles, as large as their money ("revenue") or as many as they are ("customers")."""
    names, colours = segments.names(result.rules), segments.colours(view.theme, result.rules.names)
    tiles = [
        treemap.Tile(
            row.segment,
            names[row.segment],
            row.revenue if by == "revenue" else row.customers,
            _lines(view, row, changed),
            colours[row.segment],
            _hover(view, result, row, changed),
        )
        for row in rfm.by_revenue(result).itertuples()
    ]
    return treemap.treemap(view.theme, tiles, alt=_alt(view, result), selected=selected)


def _alt(view: View, result: RfmResult) -> str:
    names = segments.names(result.rules)
    listed = [
        f"{names[row.segment]} {money(row.revenue, view.currency)}" for row in rfm.by_revenue(result).itertuples()
    ]
    return _("Segments by {value}: {list}").format(value=terms.value(result.value), list=", ".join(listed))


def _lines(view: View, row: Any, changed: rfm_changes.SegmentChanges | None) -> tuple[str, ...]:
    """What stands in a tile: sizes, and changes that can be claimed."""
    people = f"{number(row.customers)} · {percent(row.customer_share)}"
    held = f"{money(row.revenue, view.currency)} · {percent(row.revenue_share)}"
    if not changed:
        return people, held
    found = changed.table.loc[row.segment]
    people += f" ({signed_number(found['change'])})" if found["claim"] else ""
    held += f" ({signed_money(found['revenue_change'], view.currency)})" if found["revenue_claim"] else ""
    return people, held


def _hover(view: View, result: RfmResult, row: Any, changed: rfm_changes.SegmentChanges | None) -> str:
    lines = [
        (_("Customers"), f"{number(row.customers)} · {percent(row.customer_share)}"),
        (
            terms.value(result.value).capitalize(),
            f"{money(row.revenue, view.currency)} · {percent(row.revenue_share)}",
        ),
        (_("Mean order"), money(row.mean_order, view.currency)),
    ]
    if changed:
        lines += list(
            zip((_("Change of customers"), _("Change of money")), _intervals(view, row, changed), strict=True)
        )
    rule = terms.segment_rule(row.segment, result.rules, result.groups)
    return hover(terms.segment(row.segment, result.rules), *lines, note=rule)


def _intervals(view: View, row: Any, changed: rfm_changes.SegmentChanges) -> tuple[str, str]:
    """Changes with their intervals."""
    found = changed.table.loc[row.segment]
    people = [signed_number(found[name]) for name in ("change", "low", "high")]
    sums = [signed_money(found[f"revenue_{name}"], view.currency) for name in ("change", "low", "high")]
    text = _("{change} ({low} to {high})")
    return tuple(text.format(change=change, low=low, high=high) for change, low, high in (people, sums))  # type: ignore[return-value]


def table(view: View, result: RfmResult, changed: rfm_changes.SegmentChanges | None) -> Styler:
    """Every segment, those without customers too, most money first: size, money, rule and advice."""
    value = terms.value(result.value)
    people, held = _("% of customers"), _("% of {value}").format(value=value)
    rows = []
    for row in _ranked(result).itertuples():
        # Changes take the place of shares: there is room for one of them.
        shares = ({}, {}) if changed else ({people: row.customer_share}, {held: row.revenue_share})
        rows.append(
            {
                _("Segment"): f"**{plain(terms.segment(row.segment, result.rules))}**",
                _("Customers"): row.customers,
                **shares[0],
                value.capitalize(): row.revenue,
                **shares[1],
                _("Mean order"): row.mean_order,
                **_changes(view, row, changed),
                _("Recency, frequency, value"): _rule(result, row.segment),
                _("What to do"): plain(terms.segment_advice(row.segment, result.rules)),
            }
        )
    written: dict[str, Any] = {_("Customers"): number} | ({} if changed else {people: percent, held: percent})
    written |= dict.fromkeys((value.capitalize(), _("Mean order")), partial(money, currency=view.currency))
    return pd.DataFrame(rows).style.format(written)


def lines(view: View, result: RfmResult, changed: rfm_changes.SegmentChanges | None) -> list[str]:
    """The same as a text a segment, for narrow screens."""
    return [
        "  \n".join(
            text
            for text in (
                f"**{plain(terms.segment(row.segment, result.rules))}** {plain(' · '.join(_sizes(view, row)))}",
                *(f":gray[:small[{title}: {text}]]" for title, text in _changes(view, row, changed).items()),
                f":gray[:small[{_rule(result, row.segment)}]]",
                plain(terms.segment_advice(row.segment, result.rules)),
            )
            if text
        )
        for row in _ranked(result).itertuples()
    ]


def _ranked(result: RfmResult) -> pd.DataFrame:
    return result.segments.sort_values(["revenue", "customers"], ascending=False, kind="stable")


def _sizes(view: View, row: Any) -> tuple[str, str, str]:
    return number(row.customers), money(row.revenue, view.currency), percent(row.revenue_share)


def _rule(result: RfmResult, code: str) -> str:
    """The rows of a rule: "high, any, low or middle"."""
    return _("; or ").join(terms.segment_levels(code, result.rules, result.groups))


def _changes(view: View, row: Any, changed: rfm_changes.SegmentChanges | None) -> dict[str, str]:
    """Changes of customers and of money, under the titles of their columns."""
    if not changed:
        return {}
    people, brought = (
        f"{change.replace('-', MINUS)} ({plain(from_to)})"
        for change, from_to in rfm_changes.of_figure(changed, [row.segment], view.currency)
    )
    titles = (_("Customers {words}"), _("Money {words}"))
    return {title.format(words=changed.words): text for title, text in zip(titles, (people, brought), strict=True)}
