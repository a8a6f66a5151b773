"""Bridge: each bar begins where the last one ended."""

from dashboard.charts import bridge

STEPS = [
    bridge.Step("start", "before", 100, "£100", total=True),
    bridge.Step("up", "up", 30, "+£30", "12"),
    bridge.Step("lost", "lost", -150, "−£150", "8"),
    bridge.Step("same", "same", 0, "£0", "1"),
    bridge.Step("end", "after", -20, "−£20", total=True),
]


def test_steps_begin_where_the_last_one_ended_and_totals_at_zero(theme):
    (trace,) = bridge.bridge(theme, STEPS, alt="a").data
    assert list(trace.base) == [0, 100, 130, -20, 0]
    assert list(trace.x) == [100, 30, -150, 0, -20]
    assert list(trace.marker.color)[:3] == [theme.accent, theme.up, theme.down]
    assert trace.marker.color[3] not in (theme.up, theme.down)


def test_zero_is_on_the_axis_and_every_number_stands_right_of_its_bar(theme):
    layout = bridge.bridge(theme, STEPS, alt="a").layout
    assert layout.xaxis.range[0] < -20
    assert layout.xaxis.range[1] > 130
    assert [note.x for note in layout.annotations] == [100, 130, 130, -20, 0]
    assert [note.text for note in layout.annotations] == [step.text for step in STEPS]


def test_no_steps_are_no_error(theme):
    assert not bridge.bridge(theme, [], alt="a").data[0].x
