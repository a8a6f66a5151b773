"""What holds for every form."""

import json

import plotly.graph_objects as go
import pytest
from chart_examples import every_form

from dashboard.charts import marks
from dashboard.charts.theme import theme as make_theme

NAMES = sorted(every_form(make_theme("light")))


@pytest.mark.parametrize("name", NAMES)
def test_alternative_text_height_and_no_title_in_the_figure(forms, name):
    layout = forms[name].layout
    assert layout.meta["alt"] == "what is seen"
    assert layout.height > 60
    assert layout.title.text is None


@pytest.mark.parametrize("name", NAMES)
def test_plotly_s_own_validation_passes(forms, name):
    assert go.Figure(forms[name].to_dict()).to_dict() == forms[name].to_dict()


@pytest.mark.parametrize("name", NAMES)
def test_nothing_reads_nan_and_everything_serialises(forms, name):
    drawn = json.loads(forms[name].to_json())
    texts = []

    def collect(value):
        if isinstance(value, dict):
            for inner in value.values():
                collect(inner)
        elif isinstance(value, list):
            for inner in value:
                collect(inner)
        elif isinstance(value, str):
            texts.append(value)

    collect(drawn["data"])
    collect({key: value for key, value in drawn["layout"].items() if key != "template"})
    assert not [text for text in texts if "nan" in text.lower().split() or "None" in text]


@pytest.mark.parametrize("name", NAMES)
def test_axes_cannot_be_dragged_so_that_a_swipe_scrolls_the_page(forms, name):
    template = forms[name].layout.template.layout
    assert template.dragmode is False
    assert template.xaxis.fixedrange
    assert template.yaxis.fixedrange


FADING = ["matrix", "residual matrix", "triangle", "ranked", "shares", "stacked", "histogram", "bridge", "faces"]


@pytest.mark.parametrize("name", FADING)
def test_a_choice_fades_all_but_the_chosen_and_a_stale_one_nothing(theme, name):
    calm = every_form(theme)[name]
    keys = [key for trace in calm.data for key in trace.customdata]
    chosen = every_form(theme, selected=keys[0])[name]
    stale = every_form(theme, selected="gone")[name]
    for before, after, same in zip(calm.data, chosen.data, stale.data, strict=True):
        assert after.marker.color != before.marker.color or len(set(before.customdata)) == 1
        assert same.marker.color == before.marker.color
        for key, old, new in zip(before.customdata, before.marker.color, after.marker.color, strict=True):
            assert (old == new) == (key == keys[0])


def test_a_click_gives_the_key_back():
    point = {"curve_number": 0, "point_index": 4, "customdata": "AX"}
    assert marks.clicked({"selection": {"points": [point], "point_indices": [4]}}) == "AX"
    assert marks.clicked({"selection": {"points": [{**point, "customdata": ["AX"]}]}}) == "AX"
    # A tile of a treemap gives its id.
    assert (
        marks.clicked({"selection": {"points": [{"id": "champions", "parent": "", "label": "Champions"}]}})
        == "champions"
    )
    assert marks.clicked({"selection": {"points": []}}) is None
    assert marks.clicked(None) is None


def test_ticks_are_round_and_inside_the_axis():
    assert marks.nice_ticks(0, 1.13e6) == [0, 250_000, 500_000, 750_000, 1_000_000]
    assert marks.nice_ticks(0, 0.53, 6) == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert marks.nice_ticks(-3, 3, 3) == [-2, 0, 2]
    assert marks.nice_ticks(0, 0) == [0]
    assert marks.log_ticks(8, 20_000) == [10, 100, 1_000, 10_000]
    assert marks.log_ticks(30, 900) == [50, 100, 500]


def test_hover_text_has_title_values_and_definition():
    text = marks.hover("AX", ("Net revenue", "£5.20 M"), ("n", ""), note="A: the first 80 % of value")
    assert text == "<b>AX</b><br>Net revenue\u00a0 <b>£5.20 M</b><br><i>A: the first 80 % of value</i>"
