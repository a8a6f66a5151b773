"""Both themes, contrast and every form, for the tests of the charts."""

import pytest
from chart_examples import contrast_ratio, every_form

from dashboard.charts.theme import theme as make_theme


@pytest.fixture
def contrast():
    return contrast_ratio


@pytest.fixture(params=["light", "dark"])
def theme(request):
    return make_theme(request.param)


@pytest.fixture
def forms(theme):
    return every_form(theme)
