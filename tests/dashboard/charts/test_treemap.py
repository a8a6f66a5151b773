"""Treemap: tiles by size, with keys for a click."""

from dashboard.charts import treemap
from dashboard.charts.marks import FADE, mix


def tiles(theme):
    sizes = {"champions": 63.0, "lost": 37.0, "new": 0.0, "at_risk": -5.0}
    return [treemap.Tile(key, key.title(), size, (str(size),), theme.segment(key)) for key, size in sizes.items()]


def test_only_tiles_with_a_size_are_drawn_each_with_its_key_and_colour(theme):
    (trace,) = treemap.treemap(theme, tiles(theme), alt="a").data
    assert list(trace.ids) == list(trace.customdata) == ["champions", "lost"]
    assert list(trace.values) == [63, 37]
    assert list(trace.marker.colors) == [theme.segment("champions"), theme.segment("lost")]
    assert trace.text[0] == "<b>Champions</b><br>63.0"


def test_a_choice_fades_the_others_and_text_stays_readable(theme, contrast):
    (trace,) = treemap.treemap(theme, tiles(theme), alt="a", selected="lost").data
    assert list(trace.marker.colors) == [mix(theme.segment("champions"), theme.bg, FADE), theme.segment("lost")]
    for fill, text in zip(trace.marker.colors, trace.textfont.color, strict=True):
        assert contrast(fill, text) >= 4.5
