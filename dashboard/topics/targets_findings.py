"""Targets: the figures under the title, and what the numbers call for."""

from typing import Any

import pandas as pd

from core.analyses.targets import TargetsResult
from core.stats import SMALL_N
from dashboard import layout
from dashboard.links import profile_link
from dashboard.topics import targets
from dashboard.view import View
from dashboard.words import _, money, number, percent, signed_money, signed_percent


def figures(view: View, result: TargetsResult, said: targets.Said) -> list[layout.Figure]:
    """The four figures: of the picks, or of all segments."""
    chosen = result.customers
    value = _("Margin ahead") if result.income == "margin" else _("Revenue ahead")
    told = _("Expected over {months} months, discounted.").format(months=number(targets.horizon()))
    if result.picks:
        held = int(chosen["holdout"].sum())
        total = targets.total_revenue(result)
        return [
            layout.Figure(
                _("Customers"), number(len(chosen)), percent(len(chosen) / max(result.n, 1)), _("of those in view")
            ),
            layout.Figure(
                _("Net revenue"),
                money(chosen["revenue"].sum(), view.currency),
                percent(chosen["revenue"].sum() / total if total else float("nan")),
                _("of all"),
            ),
            layout.Figure(value, targets.ahead(view, chosen["expected"].sum(min_count=1)), help=told),
            layout.Figure(
                _("Held out"),
                number(held),
                percent(held / len(chosen) if len(chosen) else float("nan")),
                _("by chance"),
            ),
        ]
    table = result.segments
    return [
        layout.Figure(_("Segments"), number(len(table))),
        layout.Figure(_("Customers"), number(result.n)),
        # A customer may be in own segments too, and is counted once.
        _dynamics(table[table["classification"] == view.params.classification]),
        _best_income(view, result, said),
    ]


def _dynamics(table: pd.DataFrame) -> layout.Figure:
    """How many grow; of classes that customers pass through, how many customers stay; else how many can be reached."""
    told = table[table["growth"].notna()]
    if len(told):
        grown = int((told["change_claim"].astype(bool) & (told["change"] > 0)).sum())
        of = _("of {n}").format(n=number(len(told)))
        return layout.Figure(_("Growing"), number(grown), of, help=_("Their revenue rose beyond chance."))
    were, known = table["stability_n"].sum(), table["reach_n"].sum()
    if not were:
        reached = (table["reach"] * table["reach_n"]).sum() / known if known else float("nan")
        return layout.Figure(_("Can be reached"), percent(reached))
    stayed = (table["stability"] * table["stability_n"]).sum() / were
    help_ = _("Of the customers of a year ago, those who are in the same segment still.")
    return layout.Figure(_("In the same segment"), percent(stayed), _("of a year ago"), help=help_)


def _best_income(view: View, result: TargetsResult, said: targets.Said) -> layout.Figure:
    table = targets.aimable(result)
    table = table[table["customers"] >= SMALL_N]
    by = "per_spend" if table["per_spend"].notna().any() else "ltv"
    label = _("Best per unit spent") if by == "per_spend" else _("Highest value each")
    if not table[by].notna().any():
        return layout.Figure(label, "–")
    best = table.loc[table[by].idxmax()]
    value = number(best[by], 1) if by == "per_spend" else money(best[by], view.currency)
    return layout.Figure(label, value, said[best["key"]])


def actions(view: View, result: TargetsResult, said: targets.Said) -> list[layout.Action]:
    """What the numbers say: most to come, growing, losing money."""
    table = targets.aimable(result)
    table = table[table["customers"] >= SMALL_N]
    points = []
    if table["ltv_total"].notna().any():
        best = table.loc[table["ltv_total"].idxmax()]
        told = _("{segment}: {money} in {months} months, {each} a customer.").format(
            segment=said[best["key"]],
            money=money(best["ltv_total"], view.currency),
            months=number(targets.horizon()),
            each=money(best["ltv"], view.currency),
        )
        points.append(_profile(_("Most to come."), told, best))
    # A class that customers pass through is no market that grows.
    growing = table[table["change_claim"].astype(bool) & (table["growth"] > 0)]
    if len(growing):
        # By money, so that one that began with next to nothing does not come first.
        best = growing.loc[growing["change"].idxmax()]
        told = _("{segment}: {change} in {months} months, {growth} on the same months a year before.").format(
            segment=said[best["key"]],
            change=signed_money(best["change"], view.currency),
            growth=signed_percent(best["growth"]),
            months=number(view.params.months),
        )
        points.append(_profile(_("Growing."), told, best))
    ahead_too = table["margin"] + table["ltv_total"].fillna(0)
    losing = table[(table["per_spend_high"] < 1) & (ahead_too < table["spend"])]
    if len(losing):
        worst = losing.loc[losing["per_spend"].idxmin()]
        told = _(
            "{segment}: {margin} of margin for each unit spent, and what is to come does not make up for it."
        ).format(segment=said[worst["key"]], margin=number(worst["per_spend"], 2))
        points.append(_profile(_("Not paid back."), told, worst))
    return points


def _profile(lead: str, text: str, row: Any) -> layout.Action:
    query = profile_link(row["classification"], row["segment"])
    return layout.Action(lead, text, _("Open the profile"), page="profiles", query=query)
