"""Data: where each row of an import went, what it noticed, and which snapshots there are."""

from datetime import datetime
from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.ingest.report import Count, FileReport, Note, Report
from core.money import SCALE
from core.snapshot import SnapshotInfo
from dashboard.charts import bars
from dashboard.charts.theme import Theme
from dashboard.layout import Figure
from dashboard.topics import importing
from dashboard.words import _, day, money, ngettext, number, percent

ORDER_LINES = "order_lines"


def units(amount: int) -> float:
    """Money of a report in units of its currency."""
    return amount / SCALE


def left_out(file: FileReport) -> Count:
    """Everything that rules left out of a file."""
    return sum((count for _rule, count in file.left_out), Count())


def accounts(report: Report, currency: str) -> Any:
    """Order lines read, kept, in quarantine and left out by each rule: rows and money."""
    total = report.total()
    counts = [
        (_("Read"), total.read),
        (_("Kept"), total.kept),
        (_("In quarantine"), total.quarantined),
        *((_("Left out: {rule}").format(rule=importing.rule(rule)), count) for rule, count in total.left_out),
    ]
    rows, sums = _("Rows"), _("Money, {currency}").format(currency=currency) if currency else _("Money")
    table = pd.DataFrame([(label, count.rows, units(count.money)) for label, count in counts], columns=["", rows, sums])
    return table.style.format({rows: number, sums: partial(money, currency=currency, compact=False)})


def unreadable(report: Report) -> str:
    """How many rows have money that can't be read; nothing for none."""
    count = report.total().read.unknown
    words = ngettext(
        "The money of {n} row can’t be read; it is in no sum.",
        "The money of {n} rows can’t be read; it is in no sum.",
        count,
    )
    return words.format(n=number(count)) if count else ""


def files(report: Report) -> Any:
    """A line a file: what it is, and its rows read, kept, in quarantine and left out."""
    names = [_("Read"), _("Kept"), _("In quarantine"), _("Left out")]
    rows = [
        (one.file, importing.table(one.table), one.read.rows, one.kept.rows, one.quarantined.rows, left_out(one).rows)
        for one in report.files
    ]
    return pd.DataFrame(rows, columns=[_("File"), _("Table"), *names]).style.format(dict.fromkeys(names, number))


def where_it_went(theme: Theme, report: Report, currency: str) -> go.Figure:
    """Two bars, rows and money, each cut into kept, in quarantine and left out."""
    total = report.total()
    counts = [
        ("kept", _("kept"), total.kept, theme.accent),
        ("quarantine", _("quarantine"), total.quarantined, theme.categorical["orange"]),
        ("left_out", _("left out"), left_out(total), theme.categorical["grey"]),
    ]
    return bars.shares(
        theme,
        [
            (_("Rows"), _pieces("rows", [(*one[:2], one[2].rows, number(one[2].rows), one[3]) for one in counts])),
            (
                _("Money"),
                _pieces(
                    "money",
                    [(*one[:2], abs(one[2].money), money(units(one[2].money), currency), one[3]) for one in counts],
                ),
            ),
        ],
        alt=_("Bars of rows and money: {kept} rows kept, {quarantine} in quarantine, {left_out} left out").format(
            kept=number(total.kept.rows),
            quarantine=number(total.quarantined.rows),
            left_out=number(left_out(total).rows),
        ),
        thickness=26,
    )


def _pieces(row: str, counts: list[tuple[str, str, int, str, str]]) -> list[bars.Piece]:
    whole = sum(amount for _key, _label, amount, _text, _colour in counts) or 1
    return [
        bars.Piece(
            f"{row}/{key}", f"{label} {text}", amount / whole, colour, f"{label}: {text}, {percent(amount / whole)}"
        )
        for key, label, amount, text, colour in counts
        if amount
    ]


def account_figures(report: Report, currency: str) -> list[Figure]:
    """Rows read, kept, in quarantine and left out, each with its money."""
    total = report.total()
    counts = [
        (_("Rows read"), total.read),
        (_("Kept"), total.kept),
        (_("In quarantine"), total.quarantined),
        (_("Left out"), left_out(total)),
    ]
    return [
        Figure(
            label,
            number(count.rows),
            _("money unknown") if count.rows and count.unknown == count.rows else money(units(count.money), currency),
        )
        for label, count in counts
    ]


def columns(report: Report) -> pd.DataFrame:
    """Which column of which file became what."""
    rows = [(file.file, header, importing.field(meaning)) for file in report.files for meaning, header in file.columns]
    return pd.DataFrame(rows, columns=[_("File"), _("Column in the file"), _("Read as")])


def how(file: FileReport) -> str:
    """How a file was read, in one line."""
    return " · ".join(
        f"{importing.how(code)}: {importing.value(value)}"
        for code, value in file.how
        if value and code not in ("rows", "file", "format", "encoding_guess")
    )


def examples(note: Note) -> str:
    """The examples of a rule: value and row."""
    return ", ".join(
        _("{value} (row {row})").format(value=value, row=number(row)) for _file, row, value in note.examples
    )


def rule_money(note: Note, currency: str) -> str:
    """The money that a rule is about; nothing where it is about none."""
    return money(units(note.money), currency) if note.money is not None else ""


def rule_state(note: Note) -> str:
    """Whether its rows are left out; nothing where they never are."""
    if note.left_out:
        return _("left out")
    return _("kept") if note.setting else ""


def facts(info: SnapshotInfo) -> str:
    """What a snapshot is, in one line."""
    pieces = [
        moment(info),
        _("{n} lines").format(n=number(info.lines)),
        _("{n} customers").format(n=number(info.customers)),
        _list(info.sources),
    ]
    if info.restored_from:
        pieces.append(_("restored from snapshot {n}").format(n=info.restored_from))
    if info.added_to:
        pieces.append(_("added to snapshot {n}").format(n=info.added_to))
    return " · ".join(pieces)


def _list(names: tuple[str, ...]) -> str:
    if len(names) <= 3:
        return ", ".join(names)
    return _("{labels} and {n} more").format(labels=", ".join(names[:2]), n=len(names) - 2)


def moment(info: SnapshotInfo) -> str:
    """When a snapshot was made."""
    time = datetime.fromisoformat(info.created)
    return _("{day}, {time} UTC").format(day=day(time.date()), time=f"{time:%H:%M}")
