"""Open deals: how sure their chances are, what to do with them, and the table of deals below the page."""

from collections.abc import Mapping

import pandas as pd
import plotly.graph_objects as go

from core.analyses.deals import DealsResult
from dashboard import layout
from dashboard.charts import bars, scatter
from dashboard.charts.marks import hover
from dashboard.topics import deals_people, deals_rates
from dashboard.topics import deals_words as said
from dashboard.topics.deals_words import LISTS
from dashboard.view import View
from dashboard.words import _, money, number, percent, percent_range


def calibration(view: View, result: DealsResult) -> go.Figure:
    """Predicted chances against what came, tenth by tenth, on deals that the model had not seen."""
    table = result.calibration
    texts = [
        hover(
            _("Tenth {n}").format(n=row.group),
            (_("Predicted"), percent(row.predicted)),
            (_("Were A’s"), f"{percent(row.rate)} ({percent_range(row.low, row.high)})"),
            ("n", number(row.deals)),
        )
        for row in table.itertuples()
    ]
    return scatter.holdout(
        view.theme,
        [number(group) for group in table["group"]],
        table["rate"].tolist(),
        table["low"].tolist(),
        table["high"].tolist(),
        table["predicted"].tolist(),
        alt=_("Predicted chance of an A against the share that were, in tenths"),
        x_title=_("tenths of closed deals by chance of an A"),
        words=(_("predicted"), _("were A’s")),
        format=lambda share: percent(share, 0),
        hover=texts,
        height=280,
    )


def model_words(result: DealsResult) -> str:
    """What the model is worth, in a sentence a check."""
    texts = {
        "cross_validated": _(
            "Of an A and another deal the model gives the A the higher chance in {share} of cases (95 %: {span}; 50 "
            "% is chance; five folds by account, n = {n})."
        ),
        "holdout": _("On the newest fifth, held out: {share} ({span}; n = {n})."),
    }
    return " ".join(
        texts[row.check].format(
            share=percent(row.auc, 0), span=percent_range(row.low, row.high, 0), n=number(row.deals)
        )
        for row in result.model.itertuples()
    )


def todo_counts(result: DealsResult) -> dict[str, int]:
    """Open deals by what to do."""
    return {str(code): int(n) for code, n in result.open["todo"].value_counts().items()}


def todo(view: View, result: DealsResult, selected: str | None) -> go.Figure:
    """Open deals by what to do."""
    counts, amounts = todo_counts(result), result.open.groupby("todo")["amount"].sum()
    drawn = [
        bars.Bar(
            code,
            said.todo(code),
            counts[code],
            number(counts[code]),
            view.theme.accent if code in ("press_on", "say_no") else view.theme.categorical["grey"],
            sub=money(amounts[code], view.currency),
            hover=hover(
                said.todo(code),
                (_("Open deals"), number(counts[code])),
                (_("Their amount"), money(amounts[code], view.currency)),
            ),
        )
        for code in said.TODO
        if code in counts
    ]
    return bars.ranked(view.theme, drawn, alt=_("Open deals by what to do"), selected=selected)


def actions(view: View, result: DealsResult) -> list[layout.Action]:
    """What to do: whom to answer, to whom to say no, whom to look for."""
    points = []
    if len(result.waiting):
        text = _(
            "{deals} worth {amount}, likelier A’s than usual, have waited in one stage for longer than half of the A’s took in all."
        )
        amount = money(result.waiting["amount"].sum(), view.currency)
        points.append(
            layout.Action(
                _("Answer first."),
                text.format(deals=said.deals(len(result.waiting)), amount=amount),
                _("See them"),
                select="waiting",
            )
        )
    elif "press_on" in (counts := todo_counts(result)):
        text = _("{deals} are clearly likelier to become an A than usual ({base}).")
        words = text.format(deals=said.deals(counts["press_on"]), base=percent(result.open["base_rate"].iloc[0], 0))
        points.append(layout.Action(_("Press on."), words, _("See them"), select="press_on"))
    if len(result.say_no):
        text = _(
            "{deals} have taken much effort and are old, or were never likely to be an A: worth {amount} on paper."
        )
        words = text.format(
            deals=said.deals(len(result.say_no)), amount=money(result.say_no["amount"].sum(), view.currency)
        )
        points.append(layout.Action(_("Say no."), words, _("See them"), select="say_no"))
    if rules := deals_people.sentences(view, result):
        points.append(layout.Action(_("Look for more like these."), rules[0], _("See the A’s"), select="A"))
    if (found := result.threshold).stands:
        points.append(layout.Action(_("Mind the price."), deals_rates.price_words(view, result)))
    return points[:3] if found.stands and len(points) > 3 else points


def names(result: DealsResult) -> dict[str, str]:
    """Everything that can be selected, by key."""
    if not result.enough:
        return {}
    grades = said.grades()
    counts = result.grades.set_index("grade")["deals"]
    kept = {
        grade: _("Grade {name}").format(name=words) if len(words) == 1 else words
        for grade, words in grades.items()
        if counts[grade]
    }
    kept.pop("open", None)
    counts = {"open": len(result.open), "waiting": len(result.waiting), **todo_counts(result)}
    return kept | {key: words for key, words in said.lists().items() if counts.get(key)}


def members(result: DealsResult, selected: str | None) -> pd.DataFrame:
    """The deals that a key selects."""
    match selected:
        case None:
            return result.deals
        case "open":
            return result.open
        case "waiting":
            return result.waiting
        case "say_no":
            return result.say_no
    if selected in said.TODO:
        return result.open[result.open["todo"] == selected]
    return result.deals[result.deals["grade"] == selected]


def columns(selected: str | None, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[layout.Column]]:
    """The rows with their reasons in words, and the columns to show."""
    reasons = {keys: said.why(keys) for keys in rows["why"].unique()}
    column = layout.Column
    shared: list[layout.Column] = [column("deal_id", _("Deal"), "text"), column("account", _("Account"), "text")]
    if selected in LISTS:
        todo = {code: said.todo(code) for code in rows["todo"].unique()}
        shown = [
            column("todo", _("What to do"), "text", todo),
            column("p_a", _("Chance of an A"), "percent"),
            column("low", _("95 % from"), "percent"),
            column("high", _("to"), "percent"),
            column("amount", _("Amount"), "money"),
            column("stage", _("Stage"), "text"),
            column(
                "waiting",
                _("Days in stage"),
                help=_("Since the stage began; without its day, since the deal was opened."),
            ),
            column("age", _("Days open")),
            column("effort", _("Effort so far"), "percent"),
            column("why", _("Why"), "text", reasons),
        ]
        return rows, [*shared, *shown]
    graded = [
        column("grade", _("Grade"), "text", said.grades()),
        column("why", _("Why"), "text", reasons),
        column("amount", _("Amount"), "money"),
        column(
            "effort",
            _("Effort"),
            "percent",
            help=_("Share of closed deals that took less effort, by days, contacts and changes."),
        ),
        column("terms", _("Terms"), "percent", help=_("Share of closed deals on worse terms, by margin and discount.")),
        column("days", _("Days")),
        column("contacts", _("Contacts")),
        column("changes", _("Changes")),
        column("margin_share", _("Margin"), "percent"),
        column("discount_share", _("Discount"), "percent"),
        column("closed", _("Closed on"), "date"),
        column(
            "outcome", _("Outcome"), "text", {code: said.outcome(code) for code in ("won", "lost", "open", "unknown")}
        ),
        column("reason", _("Reason"), "text"),
    ]
    return rows, [*shared, *(one for one in graded if one.name in rows and rows[one.name].notna().any())]


def heading(rows: pd.DataFrame, known: Mapping[str, str], selected: str | None) -> tuple[str, str]:
    """The heading of the table and the grey words after it."""
    return said.deals(len(rows)), known.get(selected or "", _("all, by grade"))
