"""A served dashboard and a real browser: the system's Chromium, or else Playwright's own."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.helpers import make_log, publish_lines

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1400, "height": 1000}
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1",
    "is_mobile": True,
    "has_touch": True,
}
# Streamlit looks for its server below a page's address first, and so asks for two things that are not there.
EXPECTED = re.compile(r"/_stcore/(health|host-config)$")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 200 customers."""
    return publish_lines(make_log(7, customers=200, orders=3000), tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="session")
def url(browser_data: Path) -> Iterator[str]:
    """Where the dashboard answers."""
    yield from served(browser_data)


def served(data: Path) -> Iterator[str]:
    """Serve a data folder on a free port as a user would, and stop it afterwards."""
    command = [sys.executable, "-m", "dashboard", "--data", str(data), "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            said = ""
            assert server.stdout is not None
            for said in server.stdout:
                if found := re.search(r"http://127\.0\.0\.1:\d+", said):
                    yield found.group()
                    break
            else:
                pytest.fail(f"the server ended before it answered: {said}")
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        yield browser
        browser.close()


Opener = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Opener]:
    """Open an address in a browser of its own; whatever that browser complains about fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED.search(message.location["url"]):
            complaints.append(f"{message.text} ({message.location['url']})")

    def open_it(address: str, **options: object) -> Page:
        context = chromium.new_context(**({"viewport": DESKTOP} | options))  # type: ignore[arg-type]
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address)
        page.locator("h1").first.wait_for()
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert not complaints
