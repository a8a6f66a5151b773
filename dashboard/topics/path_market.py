"""Competitors' customers on the path: whom others win, by the table of the market."""

import pandas as pd
import streamlit as st

from core.analyses.path import PathResult
from dashboard import layout, share
from dashboard.charts import bars
from dashboard.charts.marks import escape, hover
from dashboard.controls import choose
from dashboard.topics import profile_words
from dashboard.view import View
from dashboard.words import _, ngettext, number, percent, percent_range

TOP = 9
MOST_LETTERS = 30


def draw(view: View, result: PathResult) -> None:
    """Customers in view beside those of the market or of a competitor."""
    rows = result.market
    if rows.empty:
        _needed(view)
        return
    sources = list(dict.fromkeys(rows["source"]))
    words = {one: one or _("the market") for one in sources}
    source = choose(view, "market", _("Whose customers"), words, form="pills") if len(sources) > 1 else sources[0]
    own = rows[rows["source"] == source]
    attributes = int(own["attribute"].nunique())
    clear = own[own["claim"].astype(bool) & (own["index"] > 0)]
    _say(
        ngettext(
            "{attributes} attribute can be laid beside {source}; {n} of {of} values differ beyond chance.",
            "{attributes} attributes can be laid beside {source}; {n} of {of} values differ beyond chance.",
            attributes,
        ).format(
            attributes=number(attributes),
            source=words[source],
            n=number(len(clear)),
            of=number(len(own)),
        )
    )
    if clear.empty:
        return
    far = clear.assign(far=(clear["index"] / 100).map(lambda index: max(index, 1 / index)))
    shown = far.sort_values("far", ascending=False, kind="stable").head(TOP).sort_values("index", ascending=False)
    layout.grey(
        _("100: as common among your customers as there; below 100 they win them more than you do. Bars: 95 %.")
    )
    drawn = [
        bars.Index(
            f"{row.attribute}={row.value}",
            _short(f"{profile_words.attribute(row.attribute)}: {row.value}"),
            row.level,
            100 * row.low / row.market_share,
            100 * row.high / row.market_share,
            number(row.level),
            hover=hover(
                escape(f"{profile_words.attribute(row.attribute)}: {row.value}"),
                (_("Our customers"), f"{percent(row.share)} ({percent_range(row.low, row.high)})"),
                (escape(words[source]), percent(row.market_share)),
                (_("n"), number(row.n)),
            ),
        )
        for row in shown.rename(columns={"index": "level"}).itertuples(index=False)
    ]
    alt = _("Our customers beside {source}: {list}").format(
        source=words[source], list=", ".join(f"{one.label} {one.text}" for one in drawn)
    )
    layout.chart(view, bars.indices(view.theme, drawn, alt=alt), "competitors", data=own)


def _needed(view: View) -> None:
    _say(
        _(
            "Nothing is known of competitors’ customers. Give a table of the market: an attribute that your customers have too, "
            "a value, its share and whose it is."
        )
    )
    example = pd.DataFrame(
        {
            "attribute": ["age", "age", "income_band"],
            "value": ["25-34", "35-44", "over 60,000"],
            "share": [0.19, 0.21, 0.12],
            "source": ["Household panel", "Household panel", "Competitor A"],
        }
    )
    st.dataframe(example, hide_index=True, key=f"{view.key}/example", alt=_("Example of a table of the market"))
    if not view.info.sample and view.scope.whole:
        visit = {share.SNAPSHOT: (share.SAMPLE,), "step": ("competitors",)}
        st.button(_("See it on the sample data"), key=f"{view.key}/sample", on_click=share.change, args=(visit,))


def _say(text: str) -> None:
    st.markdown(layout.plain(text))


def _short(text: str) -> str:
    return escape(text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…")
