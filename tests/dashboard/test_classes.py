"""Words and colours of classifications."""

from types import SimpleNamespace
from typing import Any

import pytest

from core.access import Dataset
from core.classifications import NAMES, classify
from core.filters import Filters
from core.models.tiers import TIERS
from dashboard import classes
from dashboard.charts.theme import theme


@pytest.mark.parametrize("name", [name for name in NAMES if name != "persona"])
def test_each_label_has_words_and_a_colour(dataset: Dataset, name: str) -> None:
    # 40 customers are too few for a model of lifetime value.
    labels = TIERS if name == "tier" else classify(dataset, Filters(), name).labels
    view: Any = SimpleNamespace(data=dataset)
    words = classes.labels(view, name, labels)
    assert list(words) == list(labels)
    assert all(words.values())
    assert len(set(words.values())) == len(words)
    assert set(classes.colours(theme("light"), name, labels)) == set(labels)
    assert classes.name(name) not in ("", name)


def test_classes_keep_the_colours_they_have_elsewhere() -> None:
    own = theme("dark")
    assert classes.colours(own, "rfm_segment", ["champions"])["champions"] == own.segment("champions")
    assert classes.colours(own, "abc", ["A", "nonpositive"]) == {
        "A": own.abc["A"],
        "nonpositive": own.categorical["grey"],
    }
    assert classes.colours(own, "tier", ["vip", "economy"]) == {"vip": own.tier["VIP"], "economy": own.tier["economy"]}


def test_unknown_and_others_are_grey_and_said_so(dataset: Dataset) -> None:
    view: Any = SimpleNamespace(data=dataset)
    assert classes.labels(view, "attribute:town", ["Ekby", "(other)", "(missing)"]) == {
        "Ekby": "Ekby",
        "(other)": "others",
        "(missing)": "unknown",
    }
    found = classes.colours(theme("light"), "attribute:town", ["Ekby", "(other)", "(missing)"])
    assert found["(other)"] == found["(missing)"] == theme("light").categorical["grey"]
    assert classes.name("attribute:income_band") == "Income band"
