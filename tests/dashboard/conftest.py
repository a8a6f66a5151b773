"""The app on a small snapshot, without a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.data_folder import VARIABLE

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
Opened = Callable[..., AppTest]


@pytest.fixture
def open_page(data: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Open a page as a link does: ``open_page("rfm", region=["North"])``."""
    monkeypatch.setenv(VARIABLE, str(data))

    def open_it(page: str, **query: list[str]) -> AppTest:
        app = AppTest.from_file(APP, default_timeout=60)
        app.run()
        # A session that begins on this page, as one does that a link opens.
        del app.session_state["link"]
        for key, values in query.items():
            app.query_params[key.rstrip("_")] = values
        return app.switch_page(f"../pages/{page}.py").run()

    return open_it
