"""The page of RFM: its modes and links, segments of a company's own, changes, and its words."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.access import Dataset
from core.analyses import rfm as analysis
from core.analyses.rfm import RfmParams, RfmResult
from core.errors import EmptyViewError
from core.filters import Filters
from core.segments import default_rules, parse_rules
from dashboard import terms
from dashboard.charts.theme import theme
from dashboard.topics import rfm, rfm_changes, rfm_segments, rfm_why, segments
from dashboard.topics.one_customer import One
from dashboard.words import NBSP, number
from tests.dashboard.conftest import Opened
from tests.helpers import make_log, publish_lines

OWN = b"""
[segments.stars]
rules = [{ r = "3", f = "123", m = "123" }]
title = { en = "Stars", ru = "Stars in Russian" }
advice = "Ring *them* up."
[segments.at_risk]
rules = [{ r = "12", f = "23", m = "123" }]
[segments.the_rest]
rules = [{ r = "12", f = "1", m = "123" }]
"""


def said(app: AppTest) -> str:
    return "\n".join(one.value.replace("\\", "").replace(NBSP, " ") for one in app.info)


def texts(app: AppTest) -> str:
    return "\n".join(one.value.replace(NBSP, " ") for one in app.markdown)


def run(dataset: Dataset, filters: Filters | None = None, **params: Any) -> RfmResult:
    return analysis.run(dataset, filters or Filters(), RfmParams(**params))


@pytest.fixture
def view(dataset: Dataset) -> Any:
    """What a topic asks of a view."""
    return SimpleNamespace(currency="GBP", data=dataset, phone=False, theme=theme("light"))


# ---- Modes and links


@pytest.mark.parametrize(
    "query",
    [
        {"groups": "4", "cuts": "width"},
        {"groups": "5", "monetary": "mean", "value": "margin"},
        {"cuts": "own", "r_cuts": "30,90", "f_cuts": "1.5,4", "m_cuts": "20,500"},
        {"cuts": "own", "f_cuts": "1,2"},
        {"groups": "4", "cuts": "own", "m_cuts": "-5,20,500"},
        {"recency": "calendar", "groups": "5"},
        {"colour": "revenue", "cube": "turns", "by": "customers"},
        {"select": "rf:3:3"},
        {"compare": "previous", "from_": "2022-10-01", "region": "North"},
        {"compare": "year", "classes": "filter"},
        {"compare": "year", "monetary": "mean", "cuts": "width"},
        {"customer": "c003"},
    ],
    ids=str,
)
def test_each_setting_and_choice_of_a_link_is_drawn_and_kept(open_page: Opened, query: dict[str, str]) -> None:
    app = open_page("rfm", **{key: [value] for key, value in query.items()})
    assert not app.exception
    assert said(app) == ""
    state = app.session_state["link"]
    carried = state["carried"] | state["own"]["rfm"]
    assert {key.rstrip("_"): (value,) for key, value in query.items()}.items() <= carried.items()


FOREIGN = {
    (
        "cuts",
        "thirds",
    ): "The link’s cuts=thirds can’t be used here; expected: one of count, width, own. It was left out.",
    (
        "recency",
        "moon",
    ): "The link’s recency=moon can’t be used here; expected: one of scores, calendar. It was left out.",
    ("r_cuts", "90,30"): "The link’s r_cuts=90,30 can’t be used here; expected: up to 4 rising numbers, such as 10,50. "
    "It was left out.",
    ("customer", "nobody"): "The link’s customer=nobody is no customer of these data. It was left out.",
    ("by", "weight"): "The link’s by=weight is not on offer on this page. It was left out.",
}


@pytest.mark.parametrize(("key", "value"), FOREIGN)
def test_a_foreign_value_is_dropped_and_named(open_page: Opened, key: str, value: str) -> None:
    app = open_page("rfm", **{key: [value]})
    assert not app.exception
    assert said(app) == FOREIGN[key, value]


def test_own_cuts_that_do_not_make_the_groups_are_dropped_and_named_and_the_others_kept(open_page: Opened) -> None:
    app = open_page("rfm", cuts=["own"], r_cuts=["30,90"], f_cuts=["1,2,3"])
    assert not app.exception
    assert said(app) == "The link’s f_cuts=1,2,3 does not make as many groups as are asked for. It was left out."
    assert app.session_state["link"]["own"]["rfm"] == {"cuts": ("own",), "r_cuts": ("30,90",)}


def test_cuts_and_empty_groups_are_always_said(open_page: Opened) -> None:
    app = open_page("rfm", cuts=["own"], f_cuts=["1000,2000"], recency=["calendar"])
    assert "**Frequency, orders** :gray[1–" in texts(app)
    assert "· (nobody) · (nobody)" in texts(app).replace("\\", "")
    assert "Nobody is in group 2 of frequency at these cuts." in texts(app)
    assert ":gray[old " in texts(app)
    assert "· new " in texts(app)


# ---- A company's own segments


@pytest.fixture
def own_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    publish_lines(make_log(7), tmp_path)
    (tmp_path / "segments.toml").write_bytes(OWN)
    monkeypatch.setenv("CLIENTELE_DATA", str(tmp_path))
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=60)
    return app.run(), tmp_path


def test_segments_of_the_data_folder_have_their_titles_and_advice_on_the_pages(own_page: Any) -> None:
    app, _folder = own_page
    app.switch_page("../pages/rfm.py").run()
    assert not app.exception
    labels = [one.label for one in app.metric]
    assert labels[2] == "At risk"
    assert any(label in ("Stars", "The rest") for label in labels)
    shown = app.table[0].value
    assert set(shown["Segment"]) == {"**Stars**", "**At risk**", "**The rest**"}
    assert "Ring \\*them\\* up." in set(shown["What to do"])


def test_a_wrong_file_of_segments_is_an_error_in_words_and_mending_it_is_seen_at_once(own_page: Any) -> None:
    app, folder = own_page
    (folder / "segments.toml").write_bytes(OWN.replace(b'r = "12", f = "1"', b'r = "1", f = "1"'))
    app.switch_page("../pages/rfm.py").run()
    assert not app.exception
    assert app.title[0].value == "This can’t be shown"
    assert "cell r=2 f=1 m=1 is in no segment" in texts(app).replace("\\", "")
    (folder / "segments.toml").unlink()
    app.run()
    assert app.title[0].value != "This can’t be shown"
    assert "**Champions**" in set(app.table[0].value["Segment"])


def test_every_segment_has_a_name_a_rule_and_a_colour_of_its_own() -> None:
    for rules in (default_rules(), parse_rules(OWN)):
        names, colours = segments.names(rules), segments.colours(theme("light"), rules.names)
        assert list(names) == list(colours) == list(rules.names)
        assert len(set(colours.values())) == len(rules.names)
        assert all(terms.segment_rule(code, rules) for code in rules.names)
    assert all(terms.segment_advice(code, default_rules()) for code in default_rules().names)
    assert segments.names(parse_rules(OWN)) == {"stars": "Stars", "at_risk": "At risk", "the_rest": "The rest"}
    assert segments.colours(theme("light"), parse_rules(OWN).names)["at_risk"] == theme("light").segments["at_risk"]


def test_a_rule_is_written_in_levels_or_in_scores() -> None:
    rules = default_rules()
    assert terms.segment_rule("loyal", rules) == (
        "recency high, frequency high, value low or middle; recency middle, frequency high, value any"
    )
    assert terms.segment_levels("loyal", rules) == ["high, high, low or middle", "middle, high, any"]
    scored = parse_rules(
        OWN + b'[groups.4]\nstars = [{ r = "34", f = "1234", m = "1234" }]\n'
        b'the_rest = [{ r = "12", f = "1234", m = "1234" }]\n'
    )
    assert terms.segment_rule("stars", scored, 4) == "recency 3 or 4, frequency any, value any"


# ---- Changes


def found(view: Any, result: RfmResult, params: RfmParams, earlier: Filters) -> rfm_changes.SegmentChanges:
    compared = SimpleNamespace(filters=earlier, words="in a year", span="then")
    one = SimpleNamespace(
        **vars(view),
        comparison=lambda: compared,
        result=lambda params, filters: analysis.run(view.data, filters, params),
    )
    changed = rfm_changes.find(one, result, params)  # type: ignore[arg-type]
    assert changed is not None
    return changed


@pytest.mark.parametrize(
    "given", [{}, {"groups": 4, "cuts": "width"}, {"monetary": "mean"}, {"recency": "calendar"}], ids=str
)
def test_changes_are_those_of_pandas_with_the_cuts_of_then(view: Any, dataset: Dataset, given: dict[str, Any]) -> None:
    params, then = RfmParams(**given), Filters(last=date(2022, 9, 30))
    now, before = run(dataset, **given), analysis.run(dataset, then, params)
    changed = found(view, now, params, then)
    ruler = analysis.ruler(dataset, then, params)
    scores = [
        sum((values > cut).astype(int) for cut in cuts)
        for values, cuts in zip(
            (-now.customers["recency_days"], now.customers["frequency"], now.customers["monetary"] * 10_000),
            ruler.cuts,
            strict=True,
        )
    ]
    rules = dataset.segment_rules
    after = pd.Series([rules.names[place] for place in rules.table(params.groups)[tuple(scores)]])
    count = (
        pd.DataFrame({"after": after.value_counts(), "before": before.customers["segment"].astype(str).value_counts()})
        .reindex(rules.names)
        .fillna(0)
    )
    assert changed.table["after"].tolist() == count["after"].tolist()
    assert changed.table["before"].tolist() == count["before"].tolist()
    assert changed.table["change"].tolist() == (count["after"] - count["before"]).tolist()
    money = now.customers["revenue"].groupby(after.to_numpy()).sum().reindex(rules.names).fillna(0)
    assert changed.table["revenue_after"].to_numpy() == pytest.approx(money.to_numpy())
    together = rfm_changes.row_of(changed, ["at_risk", "cant_lose"])
    assert together["after"] == count["after"][["at_risk", "cant_lose"]].sum()


def test_few_customers_make_no_claim(view: Any, dataset: Dataset) -> None:
    then = Filters(last=date(2022, 9, 30))
    changed = found(view, run(dataset), RfmParams(), then)
    small = changed.table[(changed.table["before"] < 30) & (changed.table["after"] < 30)]
    assert len(small)
    assert not small["claim"].any()
    assert rfm_changes.of_figure(changed, [str(small.index[0])], "GBP")[0][0] == "no clear change"


def test_nobody_at_the_earlier_time_is_nothing_to_compare_with(view: Any, dataset: Dataset) -> None:
    def nobody(**_given: Any) -> None:
        raise EmptyViewError("nobody bought")

    one: Any = SimpleNamespace(
        **vars(view), result=nobody, comparison=lambda: SimpleNamespace(filters=Filters(), words="", span="")
    )
    assert rfm_changes.find(one, run(dataset), RfmParams()) is None


# ---- Words and tables


def test_the_table_of_segments_has_all_of_them_and_their_numbers(open_page: Opened, dataset: Dataset) -> None:
    shown = open_page("rfm").table[0].value.set_index("Segment")
    result = run(dataset)
    for row in result.segments.itertuples():
        line = shown.loc[f"**{terms.segment(row.segment)}**"]
        assert line["Customers"] == row.customers
        assert line["Net revenue"] == pytest.approx(row.revenue)
        assert line["What to do"]


def test_a_narrow_screen_has_the_same_as_texts(view: Any, dataset: Dataset) -> None:
    result = run(dataset)
    lines = rfm_segments.lines(view, result, None)
    assert len(lines) == len(result.rules.names)
    row = rfm.row_of(result, "champions")
    line = next(one for one in lines if one.startswith("**Champions**"))
    assert f" {number(row['customers'])} · " in line
    assert ":gray[:small[high, high, high]]" in line


def test_why_says_each_axis_and_the_way_to_the_next_group(view: Any, dataset: Dataset) -> None:
    result = run(dataset)
    cuts = result.cuts.set_index(["axis", "group"])
    for place in range(len(result.customers)):
        row = result.customers.iloc[place]
        lines = [text.replace(NBSP, " ") for text in rfm_why.sentences(view, result, One("", row))]
        assert lines[0].startswith(f"**{terms.segment(str(row['segment']))}**: recency ")
        assert lines[2].startswith(f"{row['frequency']} order")
        assert f"group {row['f']} of 3, {cuts.loc[('frequency', row['f']), 'low']:.0f}" in lines[2]
        if row["f"] == 3:
            assert lines[2].endswith("There is no better one.")
        else:
            assert f"{row['next_f']:.0f} order" in lines[2]
        assert not any("nan" in line or "{" in line for line in lines)


def test_the_first_segment_stands_in_for_champions_where_there_are_none(dataset: Dataset) -> None:
    result = run(dataset)
    empty = result.segments.assign(
        customers=np.where(result.segments["segment"] == "champions", 0, result.segments["customers"])
    )
    one: Any = SimpleNamespace(segments=empty, rules=result.rules)
    assert rfm.best(one) == rfm.by_revenue(one)["segment"].iloc[0] != "champions"
