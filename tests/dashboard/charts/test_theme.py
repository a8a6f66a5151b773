"""Colours: text on every fill is readable, classes keep their colours, scales run as they say."""

import pytest

from dashboard.charts import colour
from dashboard.charts.marks import FADE, bearable, legible
from dashboard.charts.theme import template, toolbar
from dashboard.charts.theme import theme as make_theme

READABLE = 4.5


def fills(theme):
    classes = (theme.categorical, theme.segments, theme.abc, theme.xyz, theme.tier)
    return [
        *theme.sequential,
        *theme.diverging,
        theme.up,
        theme.down,
        *(c for group in classes for c in group.values()),
    ]


def test_text_on_every_fill_has_a_contrast_of_4_5(theme, contrast):
    for fill in fills(theme):
        assert contrast(colour.text_on(fill), fill) >= READABLE, fill


def test_text_on_faded_and_greyed_fills_has_a_contrast_of_4_5(theme, contrast):
    for fill in fills(theme):
        for part in (FADE, 0.65, 0.8):
            weak = colour.mix(fill, theme.bg, part)
            assert contrast(colour.text_on(weak), weak) >= READABLE, fill
        # Until the server has drawn the choice, the browser shows the page through and text in ink.
        assert contrast(theme.ink, colour.mix(fill, theme.bg, FADE)) >= READABLE, fill


def test_ink_and_grey_are_readable_on_both_surfaces(theme, contrast):
    for surface in (theme.bg, theme.bg2):
        assert contrast(theme.ink, surface) >= READABLE
        assert contrast(theme.muted, surface) >= READABLE


def test_labels_in_a_line_s_colour_and_hatching_are_readable(theme, contrast):
    for fill in fills(theme):
        assert contrast(legible(theme, fill), theme.bg) >= READABLE, fill
        assert contrast(theme.ink, bearable(theme, fill)) >= READABLE, fill


def test_contrast_agrees_with_published_values():
    # WebAIM: #777777 on white is 4.48, #767676 is 4.54; black on white is 21.
    assert colour.contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)
    assert colour.contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)
    assert colour.contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_marks_stand_out_from_the_page(theme, contrast):
    for group in (theme.categorical, theme.segments, theme.abc, theme.xyz, theme.tier):
        for fill in group.values():
            assert contrast(fill, theme.bg) >= 3, fill


def test_a_segment_is_found_by_key_and_by_name(theme):
    assert len(theme.segments) == len(set(theme.segments.values())) == 11
    assert theme.segment("cant_lose") == theme.segment("Can't lose") == theme.segment("Can’t lose")
    assert theme.segment("no such") == theme.categorical["grey"]


def test_sequential_scale_runs_from_weak_to_strong(theme):
    assert theme.shade(0, 0.5) == theme.sequential[0]
    assert theme.shade(0.5, 0.5) == theme.shade(0.9, 0.5) == theme.sequential[-1]
    assert theme.shade(0.1, 0) == theme.sequential[0]
    steps = [theme.sequential.index(theme.shade(k / 100, 1)) for k in range(101)]
    assert steps == sorted(steps)


def test_diverging_scale_is_symmetric_in_ratios_around_100(theme):
    middle = theme.diverging[5]
    assert theme.index(100) == theme.index(97) == theme.index(103) == middle == theme.neutral
    assert theme.diverging.index(theme.index(200)) + theme.diverging.index(theme.index(50)) == 10
    assert theme.index(1000) == theme.diverging[-1]
    assert theme.index(0) == theme.diverging[0]
    assert theme.index(101, seen=True) != middle


def test_theme_and_template_are_made_once_and_unknown_names_are_light():
    assert make_theme("dark") is make_theme("dark")
    assert make_theme("light").name == make_theme("anything").name == "light"
    assert template("dark") is template("dark")


def test_toolbar_has_only_the_camera_and_leaves_room_for_full_screen():
    # A list of buttons to keep would keep Streamlit's own button for full screen out.
    assert "modeBarButtons" not in toolbar()
    assert "toImage" not in toolbar()["modeBarButtonsToRemove"]
    assert {"zoom2d", "autoScale2d", "orbitRotation"} <= set(toolbar()["modeBarButtonsToRemove"])
    assert toolbar(still=True)["displayModeBar"] is False


def test_residuals_within_chance_have_no_colour_and_the_largest_the_strongest():
    theme = make_theme("light")
    middle = len(theme.diverging) // 2
    assert theme.residual(0.0, 20) == theme.residual(-1.99, 20) == theme.diverging[middle]
    assert theme.residual(2.0, 20) == theme.diverging[middle + 1]
    assert theme.residual(-2.0, 20) == theme.diverging[middle - 1]
    assert theme.residual(20, 20) == theme.diverging[-1]
    assert theme.residual(-20, 20) == theme.diverging[0]
    # In a table without a strong cell, a weak one does not look strong.
    assert theme.residual(3, 3) != theme.diverging[-1]
