"""How right the forecast is: against the weeks held out, and as it would have been made 3, 6 and 12 months ago."""

import pandas as pd
import plotly.graph_objects as go

from core.analyses.ltv import LtvResult
from dashboard.charts import curves, intervals, scatter
from dashboard.charts.marks import hover
from dashboard.topics.ltv import money_name
from dashboard.view import View
from dashboard.words import (
    _,
    day,
    money,
    money_range,
    ngettext,
    number,
    number_range,
    percent,
    short_number,
    signed_percent,
)


def tracking(view: View, result: LtvResult) -> go.Figure:
    """Cumulative repeat orders by week, predicted and actual, the end held out."""
    table = result.holdout
    held = table["held_out"].astype(bool)
    actual = curves.Line(_("actual"), table["week"].tolist(), table["actual"].tolist(), view.theme.ink)
    # The forecast starts anew from what was known at the cut, so its line is broken there.
    before = _predicted(view, table[~held], "")
    after = _predicted(view, table[held], _("predicted"))
    held_weeks = table.loc[held, "week"]
    span = curves.Span(float(held_weeks.min()), float(held_weeks.max()), _("held out"))
    alt = _(
        "Predicted and actual repeat orders by week; over the held-out weeks the forecast was off by {error}"
    ).format(error=percent(result.check.error) if result.check else "–")
    return curves.lines(
        view.theme,
        [before, after, actual],
        alt=alt,
        format=lambda v: short_number(v, trim=True),
        x_title=_("week"),
        y_title=_("repeat orders, cumulative"),
        spans=[span],
    )


def _predicted(view: View, table: pd.DataFrame, name: str) -> curves.Line:
    band = table["low"].notna().any()
    return curves.Line(
        name,
        table["week"].tolist(),
        table["predicted"].tolist(),
        view.theme.accent,
        low=table["low"].tolist() if band else (),
        high=table["high"].tolist() if band else (),
        dash=True,
        hover=[
            hover(
                _("week {n}").format(n=row.week),
                (_("predicted"), number(row.predicted)),
                (_("95 % interval"), f"{number(row.low)}–{number(row.high)}" if band else ""),
                (_("actual"), number(row.actual)),
            )
            for row in table.itertuples()
        ],
    )


def by_orders(view: View, result: LtvResult) -> go.Figure:
    """Held-out orders a customer, by orders before."""
    table = result.holdout_by_x
    labels = [so_many(table, x) for x in table["x"]]
    texts = [
        hover(
            _("{x} repeat orders before").format(x=label),
            (_("Customers"), number(row.customers)),
            (_("actual"), number(row.actual_mean, 2)),
            (_("95 % interval"), f"{number(row.low, 2)}–{number(row.high, 2)}"),
            (_("predicted"), number(row.predicted_mean, 2)),
        )
        for label, row in zip(labels, table.itertuples(), strict=True)
    ]
    alt = _("Orders per customer in the held-out weeks by repeat orders before, predicted and actual")
    return scatter.holdout(
        view.theme,
        labels,
        table["actual_mean"].tolist(),
        table["low"].tolist(),
        table["high"].tolist(),
        table["predicted_mean"].tolist(),
        alt=alt,
        x_title=_("repeat orders before"),
        words=(_("predicted"), _("actual")),
        format=lambda v: number(v, 1),
        hover=texts,
    )


def so_many(table: pd.DataFrame, x: int) -> str:
    """How many orders before: the last group holds all from 7 on."""
    return f"{x}+" if x == table["x"].max() and x >= 7 else str(x)


def measure(result: LtvResult) -> str:
    """What the forecasts of the past are shown of: money where it could be forecast at each of the times, else orders."""
    table = result.track_record
    money_rows = table[table["measure"] == "value"]
    return "value" if len(money_rows) and money_rows["predicted"].notna().all() else "purchases"


def record(view: View, result: LtvResult) -> go.Figure:
    """What would have been forecast 3, 6 and 12 months ago, and what came."""
    of = measure(result)
    rows = result.track_record[result.track_record["measure"] == of].dropna(subset="predicted")

    def write(value: float) -> str:
        return money(value, view.currency) if of == "value" else number(value)

    def span(low: float, high: float) -> str:
        return money_range(low, high, view.currency) if of == "value" else number_range(low, high, 0)

    made = [
        intervals.Made(
            label=_ago(row.months_ago) + f"<br>{signed_percent(row.error)}",
            predicted=row.predicted,
            low=row.low,
            high=row.high,
            actual=row.actual,
            hover=hover(
                _("Made on {day}").format(day=day(row.made_on)),
                (_("forecast"), write(row.predicted)),
                (_("95 % interval"), span(row.low, row.high)),
                (_("what came"), write(row.actual)),
                (_("Customers"), number(row.customers)),
                note=_("Of those won by then, up to today. Returns are left out on both sides."),
            ),
        )
        for row in rows.itertuples()
    ]
    alt = _("Forecasts made earlier and what came: {list}").format(
        list=", ".join(one.label.replace("<br>", " ") for one in made)
    )

    def tick(value: float) -> str:
        return money(value, view.currency, trim=True) if of == "value" else short_number(value, trim=True)

    return intervals.forecasts(view.theme, made, alt=alt, words=(_("forecast"), _("what came")), format=tick)


def _ago(months: int) -> str:
    return ngettext("{n} month ago", "{n} months ago", months).format(n=months)


def record_title(result: LtvResult) -> str:
    """The finding: whether what came lay inside the intervals, else how far off the forecasts were."""
    rows = result.track_record[result.track_record["measure"] == measure(result)].dropna(subset="predicted")
    if rows.empty:
        return _("How right we were can’t be told yet")
    inside = int(((rows["actual"] >= rows["low"]) & (rows["actual"] <= rows["high"])).sum())
    if inside == len(rows):
        return _("How right we were: what came lay inside every interval")
    low, high = rows["error"].min(), rows["error"].max()
    if low == high:
        return _("How right we were: the forecast was off by {error}").format(error=signed_percent(low))
    return _("How right we were: forecasts were off by {low} to {high}").format(
        low=signed_percent(low), high=signed_percent(high)
    )


def record_note(result: LtvResult) -> str:
    """What was forecast, and how often what came lay inside the interval."""
    of = measure(result)
    rows = result.track_record[result.track_record["measure"] == of].dropna(subset="predicted")
    what = money_name(result).capitalize() if of == "value" else _("Orders")
    inside = int(((rows["actual"] >= rows["low"]) & (rows["actual"] <= rows["high"])).sum())
    return _(
        "{what} up to today, by the model as it would have been fitted then; inside the 95 % interval {k} of {n} times"
    ).format(what=what, k=inside, n=len(rows))
