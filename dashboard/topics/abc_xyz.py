"""ABC-XYZ: its cells in words, its matrix as a figure, and what to do with each cell."""

import math
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from core.analyses.abc_xyz import CUTS_XYZ, AbcXyzParams, AbcXyzResult
from dashboard import layout, terms
from dashboard.charts import matrix
from dashboard.charts.marks import hover
from dashboard.customers import Kind
from dashboard.links import usual_settings
from dashboard.view import View
from dashboard.words import _, money, number, percent

STEADY = ("X", "Y", "smooth", "erratic")
WITHOUT_CLASS = ("N", "undefined")
FEW = 30
# Points of "What to do".
POINTS = 3
STOP = "stop_promotion"


def shown_columns(result: AbcXyzResult) -> list[str]:
    """XYZ classes that the matrix shows: all regular ones, the others when somebody is in them."""
    present = set(result.rows["xyz"])
    return [code for code in result.rows["xyz"].cat.categories if code not in WITHOUT_CLASS or code in present]


def shown_rows(result: AbcXyzResult) -> list[str]:
    """ABC classes that the matrix shows."""
    present = set(result.rows["abc"])
    return [code for code in ("A", "B", "C", "nonpositive") if code != "nonpositive" or code in present]


def keys(result: AbcXyzResult) -> list[str]:
    """Everything that can be selected: cells such as ``A-X``, and rows such as ``A-``."""
    return [f"{a}-{x}" for a in shown_rows(result) for x in ["", *shown_columns(result)]]


def names(result: AbcXyzResult, selected: str | None = None) -> dict[str, str]:
    """The words for everything that can be selected and holds somebody, and for what is selected."""
    filled = result.matrix[result.matrix["customers"] > 0]
    known = {f"{row.abc}-{row.xyz}" for row in filled.itertuples()} | {f"{abc}-" for abc in filled["abc"]} | {selected}
    return {key: name(*key.split("-")) for key in keys(result) if key in known}


def name(abc: str, xyz: str = "") -> str:
    """A cell, or a row of the matrix, in words: "AX", "A new"."""
    if abc in "ABC" and xyz in ("X", "Y", "Z"):
        return abc + xyz
    return " ".join(class_name(part) for part in (abc, xyz) if part)


def class_name(code: str) -> str:
    """One class in words."""
    known = {
        "nonpositive": _("not positive"),
        "undefined": _("quiet"),
        "N": _("new"),
        "smooth": _("smooth"),
        "erratic": _("erratic"),
        "intermittent": _("intermittent"),
        "lumpy": _("lumpy"),
    }
    return known.get(code, code)


def members(result: AbcXyzResult, selected: str | None) -> "pd.Series[bool] | slice":
    """Which rows a key selects."""
    if selected is None:
        return slice(None)
    abc, xyz = selected.split("-")
    chosen = result.rows["abc"] == abc
    return chosen & (result.rows["xyz"] == xyz) if xyz else chosen


def segment(view: View, result: AbcXyzResult, selected: str | None) -> layout.Segment | None:
    """What is selected, for the page of profiles, which goes by the usual settings."""
    if selected is None or result.of != "customers":
        return None
    abc, xyz = selected.split("-")
    if xyz and xyz not in CUTS_XYZ:
        return None
    classes = ("abc_xyz", f"{abc}_{xyz}") if xyz else ("abc", abc)
    return layout.Segment(name(abc, xyz), (classes,), usual_settings(view))


def title(result: AbcXyzResult, value: str) -> str:
    """The finding: how few bring how much, and how many of them buy (or sell) steadily."""
    rows = result.rows
    top = rows[rows["abc"] == "A"]
    steady = int(top["xyz"].isin(STEADY).sum())
    share = top["value"].sum() / rows.loc[rows["value"] > 0, "value"].sum()
    found = _("{counted}, {share} of them all, bring {part} of {value}").format(
        counted=terms.counted(result.of, len(top)),
        share=percent(len(top) / len(rows)),
        part=percent(share),
        value=value,
    )
    if not steady:
        return found
    along = _(", and {n} of them sell steadily") if result.of == "products" else _(", and {n} of them buy steadily")
    return found + along.format(n=number(steady))


def size(result: AbcXyzResult) -> dict[str, Any]:
    """How many there are, as the header takes it."""
    if result.of == "customers":
        return {"n": len(result.rows)}
    return {"more": [_("n\u00a0=\u00a0{counted}").format(counted=terms.products(len(result.rows)))]}


def matrix_figure(view: View, result: AbcXyzResult, by: str, selected: str | None) -> go.Figure:
    """The matrix; ``by`` ("revenue" or "customers") is what its colour stands for."""
    columns = shown_columns(result)
    drawn = [_cell(view, result, row, by) for row in result.matrix.itertuples() if row.customers]
    alt = _("Matrix of {counted} by share of value (rows) and regularity (columns); {n} cells hold some").format(
        counted=terms.counted(result.of, len(result.rows)), n=len(drawn)
    )
    return matrix.cells(
        view.theme, row_headers(view, result), column_headers(columns), drawn, alt=alt, selected=selected
    )


def row_headers(view: View, result: AbcXyzResult) -> list[matrix.Header]:
    """A, B and C with their limits."""
    params: AbcXyzParams = view.params
    limits = {
        "A": _("to {share}").format(share=percent(params.a_limit / 100)),
        "B": _("to {share}").format(share=percent(params.b_limit / 100)),
        "C": _("the rest"),
    }
    # A phone has room for the letters alone.
    subs = {} if view.phone else limits
    return [
        matrix.Header(code, class_name(code).replace(" ", "<br>"), subs.get(code, "")) for code in shown_rows(result)
    ]


def column_headers(codes: list[str]) -> list[matrix.Header]:
    """X, Y and Z with their meaning; those without a class stand apart."""
    apart = next((code for code in codes if code in WITHOUT_CLASS), "")
    return [matrix.Header(c, class_name(c), "" if c in WITHOUT_CLASS else terms.xyz(c), gap=c == apart) for c in codes]


def _cell(view: View, result: AbcXyzResult, row: Any, by: str) -> matrix.Cell:
    share = row.revenue_share if by == "revenue" else row.customer_share
    return matrix.Cell(
        row.abc,
        row.xyz,
        _lines(view, row, by),
        max(0.0 if math.isnan(share) else share, 0.0),
        f"{row.abc}-{row.xyz}",
        hover=_hover(view, result, row),
        faint=row.customers < FEW,
    )


def _lines(view: View, row: Any, by: str) -> tuple[str, ...]:
    held = (money(row.revenue, view.currency), percent(row.revenue_share))
    who = (number(row.customers), percent(row.customer_share))
    return (*held, *who) if by == "revenue" else (*who, *held)


def _hover(view: View, result: AbcXyzResult, row: Any) -> str:
    counted = _("Products") if result.of == "products" else _("Customers")
    held = terms.value("margin" if result.value == "margin" else "revenue")
    lines = [
        (counted, f"{number(row.customers)} · {percent(row.customer_share)}"),
        (held.capitalize(), f"{money(row.revenue, view.currency)} · {percent(row.revenue_share)}"),
    ]
    if "spend_share" in result.matrix:
        lines += [
            (_("Spend"), f"{money(row.spend, view.currency)} · {percent(row.spend_share)}"),
            (_("Margin"), f"{money(row.margin, view.currency)} · {percent(row.margin_share)}"),
        ]
    advice = terms.cell_advice(row.advice) if isinstance(row.advice, str) else ""
    return hover(name(row.abc, row.xyz), *lines, note=advice)


def actions(view: View, result: AbcXyzResult) -> list[layout.Action]:
    """What to do: the cells that call for the same, those with most money first; promotion to stop is always among them."""
    filled = result.matrix[(result.matrix["customers"] > 0) & result.matrix["advice"].notna()]
    grouped = [(advice, cells) for advice, cells in filled.groupby("advice", observed=True)]
    ranked = sorted(grouped, key=lambda group: -group[1]["revenue"].sum())
    stop = [group for group in ranked if group[0] == STOP]
    others = [group for group in ranked if group[0] != STOP]
    return [_action(view, result, *group) for group in (others[: POINTS - len(stop)] + stop)]


def _action(view: View, result: AbcXyzResult, advice: str, cells: pd.DataFrame) -> layout.Action:
    cells = cells.sort_values("customers", ascending=False, kind="stable")
    named = [name(row.abc, row.xyz) for row in cells.itertuples()]
    counted = terms.counted(result.of, int(cells["customers"].sum()))
    text = f"{terms.cell_advice(advice)} {counted}, {money(float(cells['revenue'].sum()), view.currency)}."
    if advice == STOP:
        sums = {key: money(float(cells[key].sum()), view.currency) for key in ("margin", "spend")}
        text += " " + _("Margin {margin}, spend {spend}.").format(**sums)
    first = cells.iloc[0]
    label = _("Open {cell}").format(cell=named[0])
    return layout.Action(", ".join(sorted(named)) + ".", text, label, select=f"{first['abc']}-{first['xyz']}")


def table_columns(result: AbcXyzResult, rows: pd.DataFrame) -> list[layout.Column]:
    """Columns of the table of customers, or of products, of rows as `named` gives them."""
    return [
        *_product_columns(result, rows),
        layout.Column("revenue", _("Margin") if result.value == "margin" else _("Net revenue"), "money"),
        *([layout.Column("value", _("Orders"))] if result.value == "orders" else []),
        layout.Column(
            "cumulative_share", _("Share up to here"), "percent", help=_("What this one and all larger ones bring")
        ),
        layout.Column("abc", _("ABC"), "text", {code: class_name(code) for code in ("A", "B", "C", "nonpositive")}),
        layout.Column("xyz", _("XYZ"), "text", {c: class_name(c) for c in result.rows["xyz"].cat.categories}),
        layout.Column("cv", variation(result), "percent", help=variation_help(result)),
        layout.Column("mean_a_period", _("Mean a period"), "decimal"),
        layout.Column("periods", _("Periods"), help=_("Complete periods since the first order, at most the window")),
        layout.Column("abc_gap", _("To better ABC"), _kind(result), help=_("More value that would lift its class")),
        layout.Column("abc_room", _("Room below"), _kind(result), help=_("Value that it can lose and keep its class")),
        layout.Column(
            "xyz_gap",
            _("To better XYZ"),
            "decimal",
            help=_("Percentage points of variation over the next better class"),
        ),
    ]


def _product_columns(result: AbcXyzResult, rows: pd.DataFrame) -> list[layout.Column]:
    if result.of == "customers":
        return []
    words = {"name": _("Name"), "category": _("Category")}
    about = [
        layout.Column(column, word, "text")
        for column, word in words.items()
        if column in rows and rows[column].notna().any()
    ]
    return [layout.Column("product_id", _("Product"), "text"), *about]


def named(view: View, result: AbcXyzResult, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of products with their names and categories; those of customers as they are."""
    if result.of == "customers":
        return rows
    about = view.data.products.table.drop(columns="product_id").iloc[rows["product"].to_numpy()]
    return rows.assign(**{column: about[column].to_numpy() for column in about})


def _kind(result: AbcXyzResult) -> Kind:
    return "number" if result.value == "orders" else "money"


def variation(result: AbcXyzResult) -> str:
    """What regularity is measured by, in a word."""
    return _("Seasonal error") if result.xyz_mode == "seasonal" else _("Variation")


def variation_help(result: AbcXyzResult) -> str:
    """Its definition."""
    if result.xyz_mode == "seasonal":
        return _("How far totals are from those a year before: root mean square over their mean")
    return _("Standard deviation of the totals a period over their mean")


def explanation(result: AbcXyzResult) -> str:
    """The cuts in force, in a sentence."""
    if len(result.window) < 2:
        return ""
    span = _("{n} complete periods, {first} to {last}.").format(
        n=result.periods, first=terms.period(result.window[0]), last=terms.period(result.window[1])
    )
    if len(result.xyz_cuts) != 2 or math.isnan(result.xyz_cuts[0]):
        return span
    cuts = _("{what}: X to {x}, Y to {y}, Z over.").format(
        what=variation(result), x=percent(result.xyz_cuts[0] / 100), y=percent(result.xyz_cuts[1] / 100)
    )
    return f"{cuts} {span}"
