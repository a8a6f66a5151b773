"""What stands below the cards of personas: the plane, the evidence, look-alikes, the survey and the market."""

import html
from functools import partial

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.analyses.personas import PersonasResult
from dashboard import downloads, layout, terms
from dashboard.charts import plane
from dashboard.charts.marks import wrap
from dashboard.controls import choose
from dashboard.data_folder import SAMPLE
from dashboard.topics import personas, portrait_words, respondents
from dashboard.view import View
from dashboard.words import _, number, percent, percent_range

QUESTIONNAIRE = SAMPLE / "questionnaire.csv"
ROWS = 400


def plane_figure(view: View, result: PersonasResult, which: str, names: dict[str, str]) -> go.Figure:
    """Customers of a kind on the plane."""
    points = result.plane[result.plane["kind"] == which]
    drawn = [
        plane.Group(
            str(code),
            "<br>".join(html.escape(word) for word in names[str(code)].split(" · ")),
            own["x"].round(3).tolist(),
            own["y"].round(3).tolist(),
            html.escape(names[str(code)]),
        )
        for code, own in points.groupby("persona", sort=True)
    ]
    alt = _("Customers on a plane, by persona; along: {x}; up: {y}").format(
        x=_axis(result, which, "x"), y=_axis(result, which, "y")
    )
    titles = {f"{axis}_title": "<br>".join(wrap(html.escape(_axis(result, which, axis)), 52)) for axis in "xy"}
    return plane.groups(view.theme, drawn, alt=alt, selected=view.selected(list(names)), **titles)


def _axis(result: PersonasResult, which: str, axis: str) -> str:
    own = result.axes[(result.axes["kind"] == which) & (result.axes["axis"] == axis)]
    parts = [f"{'+' if row.loading > 0 else '−'} {personas.measure(row.measure).lower()}" for row in own.itertuples()]
    if not parts:
        return _("mixed")
    return _("{list} ({share} of the differences)").format(
        list=", ".join(parts), share=percent(own["explained"].iloc[0])
    )


def proofs(view: View, result: PersonasResult, shown: dict[str, str]) -> None:
    """The rows behind every sentence of the cards."""
    rows = result.evidence[result.evidence["persona"].isin(list(shown))]
    with layout.block(
        _("What backs each sentence"),
        _(
            "Only rows of 30 customers and more on both sides whose 95 % interval leaves out 100; against the rest of the same kind."
        ),
    ):
        table = pd.DataFrame(
            {
                _("Card"): rows["persona"].map(shown),
                _("Sentence"): rows["sentence"].map(portrait_words.topic),
                _("Attribute"): rows["attribute"].map(portrait_words.attribute),
                _("Value"): [portrait_words.value(row) for row in rows.itertuples()],
                _("Here"): [portrait_words.level(row, False, view.currency) for row in rows.itertuples()],
                _("The rest"): [portrait_words.level(row, True, view.currency) for row in rows.itertuples()],
                _("Index"): rows["index"],
                _("95 %: low"): rows["low"],
                _("high"): rows["high"],
                _("n"): rows["n"],
            }
        )
        _table(view, table, "evidence")
        with st.container(horizontal=True):
            downloads.table_buttons(view, rows, "evidence", f"{view.key}/evidence/download")


def look_alikes(view: View, result: PersonasResult, which: str) -> None:
    """Customers, and those who never ordered, ranked by their likeness to the core."""
    told = result.likeness[result.likeness["kind"] == which].set_index("of")
    potential = result.potential[result.potential["kind"] == which]
    offered = {"buyers": _("buyers outside the core")} | ({"potential": _("never ordered")} if len(potential) else {})
    with layout.block(
        _("Like the core"), _("50 is as the middle customer of the core, 0 as nobody in it"), help=_how_likeness()
    ) as corner:
        of = "buyers"
        if len(offered) > 1:
            with corner:
                of = choose(view, "alike", _("Who is ranked"), offered)
        row = told.loc[of]
        if not row["tells"]:
            layout.grey(_("What is known of customers does not tell who is like the core, so nobody is ranked."))
            return
        span = f"{number(row['low'], 2)}–{number(row['high'], 2)}"
        words = _(
            "Of a customer of the core and another one, likeness tells which is which in {share} of cases (95 %: {span})."
        )
        layout.grey(words.replace("{share}", percent(row["auc"], 0)).replace("{span}", span))
        if of == "potential":
            ranked = potential.drop(columns="kind").dropna(axis=1, how="all")
        else:
            own = result.customers[(result.customers["kind"] == which) & (result.customers["circle"] != "core")]
            ranked = own.sort_values("likeness", ascending=False, kind="stable")
        _ranked(view, ranked, of)


def _how_likeness() -> str:
    return _(
        "By attributes, and for buyers by main channel, season, category and discounts: each adds the odds of being in the core. "
        "Ethnicity and religion never count. Judged on customers that the odds were not made from."
    )


def _ranked(view: View, ranked: pd.DataFrame, of: str) -> None:
    named = view.with_ids(ranked.head(ROWS).reset_index(drop=True))
    words = {"circle": personas.role}
    shown = named.drop(columns=[name for name in ("persona", "kind") if name in named])
    for name, word in words.items():
        if name in shown:
            shown[name] = shown[name].astype(str).map(word)
    heads = {
        "customer_id": _("Customer"),
        "likeness": _("Likeness"),
        "circle": _("Circle"),
        "revenue": _("Net revenue"),
        "orders": _("Orders"),
    }
    order = ["customer_id", "likeness", *(name for name in shown if name not in ("customer_id", "likeness"))]
    table = shown[order].rename(columns=lambda name: heads.get(name, portrait_words.attribute(name)))
    st.dataframe(
        table,
        hide_index=True,
        height=260,
        key=f"{view.key}/alike/{of}",
        column_config=dict.fromkeys(
            (heads["likeness"], heads["revenue"]), st.column_config.NumberColumn(format="%.0f")
        ),
        alt=_("Customers by their likeness to the core"),
    )
    with st.container(horizontal=True):
        downloads.table_buttons(view, ranked, f"like-the-core-{of}", f"{view.key}/alike/download/{of}")


def asked(view: View, result: PersonasResult) -> None:
    """Who answered beside everybody, and what they said beside what they did; or what to ask."""
    grid = layout.cards(2)
    with grid.cell(), layout.block(_("Who answered the survey"), _answered(result)):
        if result.respondents.empty:
            layout.grey(
                _(
                    "No survey was given: a table of customer, date, question and answer brings motives, quotes and satisfaction."
                )
            )
        else:
            layout.grey(respondents.over(result.respondents))
            _table(view, respondents.table(view, result.respondents), "respondents")
        _questionnaire_button(view)
    with (
        grid.cell(),
        layout.block(_("Said, and did"), _("Share of those who said so whose orders say the same, with 95 %")),
    ):
        if result.said.empty:
            layout.grey(_("Fewer than 30 customers answered what their orders could be held against."))
        else:
            _table(view, respondents.said(result.said), "said")


def _answered(result: PersonasResult) -> str:
    share = percent(result.n_respondents / max(len(result.customers), 1))
    return _("{customers}, {share} of those in view").format(
        customers=terms.customers(result.n_respondents), share=share
    )


def _questionnaire_button(view: View) -> None:
    if QUESTIONNAIRE.is_file():
        st.download_button(
            _("Questionnaire"),
            data=partial(QUESTIONNAIRE.read_bytes),
            file_name=downloads.file_name("questionnaire"),
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"{view.key}/questionnaire",
            help=_("The questions whose answers this page reads, with their keys."),
        )


def market(view: View, result: PersonasResult) -> None:
    """Customers in view beside the market and competitors' customers."""
    if result.market.empty:
        with layout.block(_("Beside the market")):
            layout.grey(
                _(
                    "No market was given: a table of attribute, value, share and source tells whom you have more of than others."
                )
            )
        return
    rows = result.market
    sources = list(dict.fromkeys(rows["source"]))
    with layout.block(
        _("Beside the market"), _("Share of customers, the market’s, and the index; 100 is as the market")
    ) as corner:
        with corner:
            source = choose(view, "market", _("Whose customers"), {one: one or _("market") for one in sources}, "list")
        own = rows[rows["source"] == source]
        far = own[own["claim"].astype(bool)].sort_values("index", ascending=False)
        if len(far):
            most, least = far.iloc[0], far.iloc[-1]
            words = _("Most over the market: {most}; most under it: {least}.")
            text = words.replace("{most}", _named(most)).replace("{least}", _named(least))
            layout.grey(text)
        table = pd.DataFrame(
            {
                _("Attribute"): own["attribute"].map(portrait_words.attribute),
                _("Value"): own["value"],
                _("Our customers"): [
                    f"{percent(row.share)} ({percent_range(row.low, row.high)})" for row in own.itertuples()
                ],
                _("The market"): own["market_share"].map(percent),
                _("Index"): own["index"],
                _("n"): own["n"],
            }
        )
        _table(view, table, "market")


def _named(row: pd.Series) -> str:
    return f"{portrait_words.attribute(row['attribute']).lower()} “{row['value']}” ({number(row['index'])})"


def _table(view: View, table: pd.DataFrame, key: str) -> None:
    table = table.round(dict.fromkeys(table.select_dtypes("number"), 0))
    whole = {name: st.column_config.NumberColumn(format="localized", step=1) for name in table.select_dtypes("number")}
    height = min(36 * (len(table) + 1), 300)
    st.dataframe(table, hide_index=True, height=height, key=f"{view.key}/{key}", column_config=whole)
