"""Data: what an import read, where each row went, and which snapshots there are."""

from functools import partial
from typing import Any

import pandas as pd

from core.snapshot import SnapshotInfo
from dashboard import cache
from dashboard.view import View
from dashboard.words import _, money, number

SNAPSHOTS = 10


def rows(view: View, report: dict[str, Any]) -> Any:
    """A line a file: rows read, kept and in quarantine, and the money that was read."""
    names = [_("File"), _("Read"), _("Kept"), _("In quarantine"), _("Left out"), _("Money read")]
    lines = [
        (
            file["file"],
            file["read"]["rows"],
            file["kept"]["rows"],
            file["quarantined"]["rows"],
            sum(count["rows"] for count in file["left_out"].values()),
            float(file["read"]["money"]) if file["table"] == "order_lines" else None,
        )
        for file in report["files"]
    ]
    written = dict.fromkeys(names[1:5], number) | {names[5]: partial(money, currency=view.currency, compact=False)}
    return pd.DataFrame(lines, columns=names).style.format(written)


def left_out(view: View, report: dict[str, Any]) -> list[str]:
    """What was left out, a sentence a file and rule."""
    return [
        _("{file}: {n} rows left out as {rule}, {money}").format(
            file=file["file"],
            n=number(count["rows"]),
            rule=_rule(rule),
            money=money(float(count["money"]), view.currency, compact=False),
        )
        for file in report["files"]
        for rule, count in file["left_out"].items()
        if count["rows"]
    ]


def columns(report: dict[str, Any]) -> pd.DataFrame:
    """Which column of which file became what."""
    lines = [(file["file"], header, meaning) for file in report["files"] for meaning, header in file["columns"].items()]
    return pd.DataFrame(lines, columns=[_("File"), _("Column in the file"), _("Read as")])


def noted(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What is worth knowing and stays in the data: words, rows, examples."""
    return [
        (_note(name), number(note["rows"]), ", ".join(str(one["value"]) for one in note["examples"]))
        for name, note in report["notes"].items()
        if note["rows"]
    ]


def snapshots(view: View, published: tuple[int, ...]) -> list[tuple[int, str, str]]:
    """The latest snapshots, newest first: version, when it was made, its lines."""
    latest = sorted(published, reverse=True)[:SNAPSHOTS]
    infos = [cache.dataset(str(view.folder), version, view.scope).info for version in latest]
    return [(info.version, moment(info), number(info.lines)) for info in infos]


def moment(info: SnapshotInfo) -> str:
    """When a snapshot was made."""
    return _("{time} UTC").format(time=info.created[:16].replace("T", " "))


def _rule(code: str) -> str:
    words = {"duplicates": _("exact duplicates"), "footer": _("totals at the end"), "blank": _("blank rows")}
    return words.get(code, code.replace("_", " "))


def _note(code: str) -> str:
    words = {
        "cancellations": _("Lines of cancelled orders; they count as credits"),
        "adjustments": _("Adjustments; they count as credits"),
        "missing_customer": _("Lines without a customer; they count in revenue only"),
        "negative_amount": _("Lines with a negative amount; they count as credits unless their order brings more"),
        "zero_amount": _("Lines with an amount of zero"),
        "exact_duplicates": _("Lines that are repeated exactly; they are kept unless the mapping says otherwise"),
        "orders_with_several_customers": _("Orders with several customers; each customer’s part is an order"),
        "orders_in_several_files": _("Orders that are in several files"),
        "time_zones": _("Dates with a time zone"),
    }
    return words.get(code, code.replace("_", " ").capitalize())
