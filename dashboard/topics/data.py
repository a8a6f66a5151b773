"""Data: what an import read, where each row went, and which snapshots there are."""

from typing import Any

import pandas as pd

from dashboard import cache
from dashboard.view import View
from dashboard.words import _, money, number

SNAPSHOTS = 10


def rows(view: View, report: dict[str, Any]) -> pd.DataFrame:
    """A line a file: rows and money read, kept, in quarantine, left out by each rule."""
    lines = []
    for file in report["files"]:
        counts = {_("read"): file["read"], _("kept"): file["kept"], _("in quarantine"): file["quarantined"]}
        counts |= {_("left out: {rule}").format(rule=_rule(rule)): count for rule, count in file["left_out"].items()}
        for what, count in counts.items():
            if count["rows"] or what in (_("read"), _("kept")):
                amount = (
                    money(float(count["money"]), view.currency, compact=False) if file["table"] == "order_lines" else ""
                )
                lines.append((file["file"], what, number(count["rows"]), amount))
    return pd.DataFrame(lines, columns=[_("File"), _("Rows"), _("Number"), _("Money")])


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
    return [(info.version, info.created[:16].replace("T", " "), number(info.lines)) for info in infos]


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
