"""The pages of profiles and own segments against what their analyses give back."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.access import AccessScope, open_dataset
from core.analyses import load
from core.analyses.profiles import ProfilesParams, ProfilesResult
from core.analyses.rfm import RfmParams
from core.classifications import classify
from core.filters import Filters
from core.own_segments import FILE, own_in
from core.snapshot import snapshot_folder
from dashboard import session
from dashboard.charts.theme import theme
from dashboard.links import Segment, profile_link
from dashboard.topics import abc_xyz, ltv, own_segments, personas, profile_words, profiles, profiles_five_w, rfm
from dashboard.words import number, percent, set_locale
from tests.dashboard.conftest import Opened
from tests.helpers import make_log, publish_lines

RULE = "orders >= 5 and region != South"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of its own, with attributes, that segments can be saved in."""
    people = pd.DataFrame({"customer_id": [f"c{place:03d}" for place in range(40)]})
    people["sex"] = ["female", "male"] * 20
    folder = publish_lines(make_log(7), tmp_path, customers=people)
    asked = people["customer_id"].head(24)
    told = pd.DataFrame({"customer_id": [*asked, *asked], "date": date(2022, 3, 1)})
    told["question"], told["answer"] = (
        np.repeat(["motive", "recommend"], 24),
        ["price", "quality", "habit"] * 8 + ["9"] * 24,
    )
    told.to_parquet(snapshot_folder(folder) / "survey.parquet", index=False)
    return folder


def run(data: Path, **params: Any) -> ProfilesResult:
    result: Any = load("profiles").run(
        open_dataset(data, AccessScope.everything()), Filters(), ProfilesParams(**params)
    )
    return result


def test_a_profile_shows_the_segment_and_what_it_is_beside(open_page: Opened, data: Path) -> None:
    result = run(data, classification="attribute:sex", segment="male", against="female")
    app = open_page(
        "profiles", classification=["attribute:sex"], segment=["male"], against=["female"], axis=["behavioural"]
    )
    assert not app.exception
    assert not app.info
    shown = {one.label: one.value for one in app.metric}
    own = result.segments.set_index("segment").loc["male"]
    assert shown["Customers"] == number(own["customers"])
    assert shown["Clear differences"] == number(int(result.traits["claim"].sum()))
    rows = result.traits[result.traits["axis"] == "behavioural"]
    assert sorted(app.dataframe[0].value["share"]) == sorted(rows["share"])
    assert len(app.dataframe[-1].value) == result.n + result.rest_n
    assert [box.label for box in app.selectbox[:3]] == ["Segments of", "Segment", "Beside"]


def test_another_classification_begins_with_its_own_segments(open_page: Opened) -> None:
    app = open_page("profiles", classification=["attribute:sex"], segment=["male"], against=["female"])
    app.selectbox(key="profiles/classification").select("region").run()
    assert not app.exception
    assert not app.info
    assert "North" in app.title[0].value


def test_a_link_that_names_no_segment_here_is_said(open_page: Opened) -> None:
    app = open_page("profiles", classification=["region"], segment=["Atlantis"])
    assert not app.exception
    assert app.title[0].value == "This can’t be shown"
    app = open_page("profiles", classification=["attribute:shoe"])
    assert "classification=attribute:shoe is not on offer on this page" in app.info[0].value.replace("\\", "")


def test_a_segment_that_everybody_is_in_is_beside_nobody(open_page: Opened) -> None:
    app = open_page("profiles", classification=["rule:orders >= 1"], segment=["in"])
    assert not app.exception
    assert any("nobody else is in view" in one.value for one in app.markdown)


def test_a_rule_in_the_link_has_a_profile(open_page: Opened, data: Path) -> None:
    query = profile_link("region", "North", ("channel", "Web"))
    app = open_page("profiles", **{key: [value] for key, value in query.items()})
    assert not app.exception
    assert not app.info
    dataset = open_dataset(data, AccessScope.everything())
    both = [classify(dataset, Filters(), name) for name in ("region", "channel")]
    inside = (both[0].codes == both[0].labels.index("North")) & (both[1].codes == both[1].labels.index("Web"))
    assert {one.label: one.value for one in app.metric}["Customers"] == number(inside.sum())


def profile_linked(app: AppTest) -> dict[str, str]:
    """What the link beside the customers says of the profile; empty without one."""
    made = [one.proto for one in app.get("page_link") if one.proto.label.startswith("Profile of")]
    return dict(parse_qsl(made[0].query_string)) if made else {}


@pytest.mark.parametrize(
    ("page", "query", "linked"),
    [
        ("rfm", {"select": ["rf:3:3"]}, {"classification": "rule:recency = 3 and frequency = 3", "segment": "in"}),
        ("abc_xyz", {"select": ["A-"], "a_limit": ["70"]}, {"classification": "abc", "segment": "A"}),
        (
            "crossing",
            {"rows": ["region"], "columns": ["rule:orders > 2"], "select": ["North|in"], "channel": ["Web"]},
            {"classification": "rule:region = North and (orders > 2)", "segment": "in", "channel": "Web"},
        ),
    ],
)  # fmt: skip
def test_what_is_selected_has_a_link_to_its_profile(
    open_page: Opened, page: str, query: dict[str, list[str]], linked: dict[str, str]
) -> None:
    app = open_page(page, **query)
    assert not app.exception
    assert profile_linked(app) == linked


def test_classes_by_other_settings_are_said_to_be_so_and_those_a_profile_has_not_have_no_link() -> None:
    set_locale("en")

    def seen(name: str, **params: Any) -> Any:
        return SimpleNamespace(analysis=name, params=load(name).params(**params))

    products: Any = SimpleNamespace(of="products")
    customers: Any = SimpleNamespace(of="customers")
    assert rfm.segment(seen("rfm"), RfmParams(), "champions", "C") == Segment("C", (("rfm_segment", "champions"),))
    told = rfm.segment(seen("rfm"), RfmParams(groups=4), "champions", "C")
    assert told is not None
    assert told.otherwise == "by the usual settings"
    assert rfm.segment(seen("rfm"), RfmParams(groups=4), "rf:3:3", "") is None
    assert abc_xyz.segment(seen("abc_xyz"), products, "A-") is None
    assert abc_xyz.segment(seen("abc_xyz"), customers, "A-smooth") is None
    assert abc_xyz.segment(seen("abc_xyz"), customers, "A-X") == Segment("AX", (("abc_xyz", "A_X"),))
    assert ltv.segment(seen("ltv"), {"vip": "VIP"}, "vip") == Segment("VIP", (("tier", "vip"),))
    assert personas.segment(seen("personas"), {"p1": "Frequent"}, "p1") == Segment("Frequent", (("persona", "p1"),))
    assert personas.segment(seen("personas", k="3"), {"p1": "Frequent"}, "p1") is None


def test_the_builder_adds_a_step_and_takes_it_out(open_page: Opened) -> None:
    app = open_page("own_segments", rule=[RULE])
    assert not app.exception
    assert not app.info
    before = app.metric[0].value
    app.selectbox(key="own_segments/field").select("sex").run()
    app.multiselect(key="own_segments/sex/which").select("male").run()
    app.button(key="own_segments/add").click().run()
    assert not app.exception
    assert app.text_area[0].value == f"{RULE} and sex = male"
    assert app.metric[0].value != before
    app.button(key="own_segments/out/0").click().run()
    assert app.text_area[0].value == "region != South and sex = male"


def test_answers_of_the_survey_are_steps_and_who_answered_is_said(open_page: Opened) -> None:
    app = open_page("own_segments", rule=["orders >= 1"])
    for field, way, step in (("motive", "which", ["price", "habit"]), ("recommend", "low", 9.0)):
        app.selectbox(key="own_segments/field").select(field).run()
        if way == "which":
            app.multiselect(key=f"own_segments/{field}/which").set_value(step).run()
        else:
            app.number_input(key=f"own_segments/{field}/low").set_value(step).run()
        app.button(key="own_segments/add").click().run()
        assert not app.exception
    rule = "orders >= 1 and motive in (price, habit) and recommend >= 9"
    assert app.query_params["rule"] == rule
    shown = {one.label: one.value for one in app.metric}["Customers"]
    told = [one.value.replace("\\", "") for one in app.markdown if "customers in view answered" in one.value]
    assert len(told) == 2
    assert "“motive”" in told[0]
    # The same people by the same words wherever a rule is chosen.
    for page, setting in (("profiles", "classification"), ("crossing", "rows"), ("targets", "classification")):
        app = open_page(page, **{setting: [f"rule:{rule}"]})
        assert not app.exception
        assert not app.info
        assert app.selectbox(key=f"{page}/{setting}").value == f"rule:{rule}"
        if page == "profiles":
            assert {one.label: one.value for one in app.metric}["Customers"] == shown
        if page != "targets":
            assert any("customers in view answered" in one.value for one in app.markdown)


def test_movements_take_a_rule_of_behaviour_and_say_what_they_cannot_take(open_page: Opened) -> None:
    app = open_page("movements", classification=["rule:orders >= 3"], select=["out|in"])
    assert not app.exception
    assert not app.info
    assert profile_linked(app) == {"classification": "rule:orders >= 3", "segment": "in"}
    app = open_page("movements", classification=["rule:motive = price"])
    assert app.title[0].value == "This can’t be shown"


def test_a_rule_that_cannot_be_read_stays_as_typed_with_words_under_it(open_page: Opened) -> None:
    app = open_page("own_segments", rule=[RULE])
    app.text_area[0].set_value("orders >").run()
    assert not app.exception
    assert app.text_area[0].value == "orders >"
    assert any("character 9" in one.value and ":red[" in one.value for one in app.markdown)
    assert app.query_params["rule"] == RULE
    app = open_page("own_segments", rule=["shoe > 4"])
    assert not app.exception
    assert any("nothing is known of 'shoe' here" in one.value.replace("\\", "") for one in app.markdown)


def test_a_saved_segment_can_be_chosen_elsewhere_and_taken_out(open_page: Opened, data: Path) -> None:
    app = open_page("own_segments", rule=[RULE])
    app.text_input(key="own_segments/name").set_value("Ours *bold*").run()
    app.button(key="own_segments/save").click().run()
    assert not app.exception
    assert own_in(data).texts == {"Ours *bold*": RULE}
    crossed = open_page("crossing", rows=["own:Ours *bold*"], columns=["region"])
    assert not crossed.exception
    assert not crossed.info
    # The same page, other words in the file: nothing old is shown.
    first = open_page("profiles", classification=["own:Ours *bold*"]).metric[0].value
    (data / FILE).write_text('"Ours *bold*" = "orders >= 1"\n')
    assert open_page("profiles", classification=["own:Ours *bold*"]).metric[0].value != first
    app = open_page("own_segments")
    app.button(key="own_segments/remove/Ours *bold*").click().run()
    assert own_in(data).names == ()


def test_who_sees_a_part_of_the_company_saves_nothing(
    open_page: Opened, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / FILE).write_text('"Ours" = "orders >= 1"\n')
    monkeypatch.setattr(session, "scope", lambda: AccessScope.only(region=("North",)))
    app = open_page("own_segments", rule=[RULE])
    assert not app.exception
    keys = {one.key for one in app.button}
    assert "own_segments/open/Ours" in keys
    assert not keys & {"own_segments/save", "own_segments/remove/Ours"}


# ---- Words, on tables made by hand


def made(*rows: tuple[str, str, str, float, float, bool], n: int = 100) -> Any:
    """Rows of question, attribute, value, share, rest's share, whether it is clear."""
    table = pd.DataFrame(rows, columns=["question", "attribute", "value", "share", "rest_share", "clear"])
    table = table.assign(of="customers", index=100 * table["share"] / table["rest_share"], n=n, claim=table["clear"])
    return SimpleNamespace(five_w=table, traits=table.assign(formed=False), segment="in", classification="rule:x = 1")


def test_only_what_is_clear_is_said() -> None:
    set_locale("en")
    result = made(
        ("why", "survey:motive", "save money", 0.6, 0.3, True),
        ("why", "survey:occasion", "holiday", 0.6, 0.5, False),
        ("who", "occupation", "supermarket worker", 0.4, 0.5, False),
    )
    view: Any = SimpleNamespace(currency="EUR")
    assert (
        profiles_five_w.seen(view, result, "why")
        == f"motive save money ({percent(0.6)} against {percent(0.3)} of customers)"
    )
    assert profiles_five_w.offer(view, result, "why") == "Say why yours: save money."
    assert profiles_five_w.seen(view, result, "who") == "As the others, as far as can be told."
    assert profiles_five_w.offer(view, result, "who") == ""
    assert profiles_five_w.seen(view, result, "what") == "Not known."
    title = profiles.title(view, result, {"in": "Thrifty"}).replace("\u00a0", " ")
    assert title == "Thrifty: motive save money, 60 % against 30 % of customers"
    nothing = made(("who", "sex", "male", 0.5, 0.5, False))
    assert profiles.title(view, nothing, {"in": "Thrifty"}) == "Thrifty: nothing sets them apart beyond chance"


def test_what_nobody_else_has_is_drawn_to_the_end_and_marked_as_more() -> None:
    set_locale("en")
    result = made(("who", "occupation", "farmer", 0.4, 0.0, True), ("who", "family", "couple", 0.1, 0.4, True), n=90)
    values = result.traits.assign(index=[np.nan, 25.0], low=[900.0, 20.0], high=[4e6, 30.0], rest_n=90)
    result.traits, result.against = values.assign(axis="demographic", p_adjusted=0.001, effect=0.5, weight=1.0), ""
    result.attributes = pd.DataFrame(
        {"axis": ["demographic"] * 2, "attribute": ["occupation", "family"], "p_adjusted": 0.001}
    )
    view: Any = SimpleNamespace(currency="EUR", phone=False, theme=theme("light"))
    figure = profiles.index_figure(view, result, {"in": "Ours"})
    assert np.isfinite(figure.data[0].x).all()
    assert figure.data[0].x[0] > 0 > figure.data[0].x[1]
    assert "Occupation: farmer only, Family: couple 25" in figure.layout.meta["alt"]
    assert profiles.axis_table(view, result, "demographic")["mark"].tolist() == ["▲", "▼"]
    assert profiles.title(view, result, {"in": "Ours"}).startswith("Ours: occupation farmer")
    assert profile_words.attribute("attribute:region") == "Region, as given"


def test_a_name_is_shown_as_it_is_written_wherever_it_stands(open_page: Opened, data: Path) -> None:
    name, plain = "[x](http://e.org) *b*", r"\[x\](http\://e.org) \*b\*"
    (data / FILE).write_text(f'"{name}" = "orders >= 2"\n"None" = "orders > 9999"\n')
    app = open_page("own_segments", rule=["orders >= 2"])
    assert app.button(key=f"own_segments/open/{name}").label == plain
    assert [one.proto.label for one in app.get("page_link")][-1] == f"Profile of “{plain}”"
    app = open_page("profiles", classification=[f"own:{name}"], segment=["in"])
    assert not app.exception
    assert any(one.value.endswith(f":gray[{plain}]") for one in app.markdown)
    # Of nobody there is no profile to go to.
    app = open_page("targets", picks=["own:None=in"])
    assert not app.exception
    assert not profile_linked(app)


def test_values_are_worded() -> None:
    set_locale("en")
    words = {
        ("month", "03"): "March",
        ("weekday", "sun"): "Sunday",
        ("order_value", "10 to 1250"): "€10 – €1.25 k",
        ("orders", "1"): "1",
        ("days_between_orders", "3 to 14"): "3–14",
        ("lot", "retail"): "retail: under 10 units an order",
        ("town", "03"): "03",
    }
    assert {key: profile_words.value(*key, "EUR").replace("\u00a0", " ") for key in words} == words


def test_a_cell_is_linked_as_a_rule() -> None:
    assert profile_link("abc", "A") == {"classification": "abc", "segment": "A"}
    cell = profile_link("region", "Far East", ("abc", "A"))
    assert cell == {"classification": 'rule:region = "Far East" and abc = A', "segment": "in"}
    rest = profile_link("region", "(missing)", ("own:Ours", "in"))
    assert rest["classification"] == "rule:region is unknown and own = Ours"
    long = "rule:" + " and ".join(["orders > 1"] * 40)
    for nameless in (
        (long, "in"),
        ("own:Ours", "out"),
        ("attribute:town", "(other)"),
        ("attribute:income", "18 to 33"),
    ):
        assert profile_link("abc", "A", nameless) == {}


def test_a_rule_that_is_saved_goes_by_its_name() -> None:
    own: Any = SimpleNamespace(texts={"Ours": RULE})
    result: Any = SimpleNamespace(n=3)
    set_locale("en")
    assert [one.query for one in own_segments.actions(own, result, RULE)] == [
        {"classification": "own:Ours", "segment": "in"},
        {"rows": "own:Ours"},
    ]
    assert [one.query for one in own_segments.actions(own, result, "orders > 9")] == [
        {"classification": "rule:orders > 9", "segment": "in"},
        {"rows": "rule:orders > 9"},
    ]
