"""What a reader does, in a real browser under the real security policy."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard.registry import PAGES
from tests.browser.conftest import PHONE, Opener, served
from tests.helpers import make_log, publish_lines

BARS = ".js-plotly-plot .bars .point"
TITLE = "h1"


def settled(page: Page) -> None:
    """Wait until the script has run: what is drawn while it runs may be drawn again."""
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)


def click_bar(page: Page, place: int) -> None:
    """Click one bar of the first bar chart, once Plotly shows that it has seen the pointer there."""
    hover = page.locator(".hoverlayer .hovertext")
    settled(page)
    page.mouse.move(0, 0)
    expect(hover).to_have_count(0)
    bar = page.locator(BARS).nth(place)
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + min(4, box["width"] / 2), box["y"] + box["height"] / 2)
    expect(hover.first).to_be_visible()
    page.mouse.down()
    page.mouse.up()


def choose_region(page: Page, name: str) -> None:
    box = page.get_by_role("combobox", name=re.compile("Region"))
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name).click()
    page.keyboard.press("Escape")


def heading(page: Page) -> Locator:
    """The heading of the table of customers: how many, and of what."""
    return page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^\d[\d,]* customers?\b")).last


def test_a_shared_link_shows_the_same_in_another_browser(url: str, open_page: Opener) -> None:
    page = open_page(f"{url}/rfm")
    choose_region(page, "North")
    expect(page).to_have_url(f"{url}/rfm?region=North")
    click_bar(page, 1)
    expect(page).to_have_url(re.compile(r"region=North&select=\w+"))
    page.get_by_role("button", name="Copy link", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    other = open_page(link)
    expect(other.locator(TITLE)).to_have_text(page.locator(TITLE).inner_text())
    expect(heading(other)).not_to_contain_text("all segments")
    expect(heading(page)).to_have_text(heading(other).inner_text())
    assert other.url == link


def test_a_pinned_link_names_its_snapshot(url: str, open_page: Opener) -> None:
    page = open_page(f"{url}/rfm?channel=Web")
    page.get_by_role("button", name="Copy link to snapshot 1").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{url}/rfm?channel=Web&snapshot=1"


def test_filters_go_along_and_back_goes_back(url: str, open_page: Opener) -> None:
    page = open_page(f"{url}/rfm")
    unfiltered = page.locator(TITLE).inner_text()
    choose_region(page, "North")
    expect(page).to_have_url(f"{url}/rfm?region=North")
    page.get_by_role("link", name="Overview", exact=True).click()
    expect(page).to_have_url(f"{url}/?region=North")
    page.go_back()
    expect(page).to_have_url(f"{url}/rfm?region=North")
    page.go_back()
    expect(page).to_have_url(f"{url}/rfm")
    expect(page.locator(TITLE)).to_have_text(unfiltered)


def test_a_click_selects_the_same_customers_as_the_list(url: str, open_page: Opener) -> None:
    page = open_page(f"{url}/rfm")
    click_bar(page, 0)
    expect(heading(page)).not_to_contain_text("all segments")
    clicked, address = heading(page).inner_text(), page.url
    click_bar(page, 1)
    expect(heading(page)).not_to_have_text(clicked)
    settled(page)
    groups = page.get_by_role("combobox", name="Show the customers of")
    groups.scroll_into_view_if_needed()
    groups.press("ArrowDown")
    page.get_by_role("option", name=re.sub(r"^[\d,]+ customers?\s+", "", clicked), exact=True).click()
    expect(heading(page)).to_have_text(clicked)
    expect(page).to_have_url(address)
    click_bar(page, 1)
    expect(heading(page)).not_to_have_text(clicked)


def test_the_download_has_the_customers_of_what_is_selected(url: str, open_page: Opener) -> None:
    page = open_page(f"{url}/rfm?region=South&select=champions")
    expect(heading(page)).to_contain_text("Champions")
    count = int(heading(page).inner_text().split(" ")[0].replace(",", ""))
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("CSV$")).click()
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == count > 0
    assert {row["segment"] for row in rows} == {"champions"}
    assert all(re.fullmatch(r"c\d{3}", row["customer_id"]) for row in rows)


def test_foreign_values_are_named_and_leave_the_address(url: str, open_page: Opener) -> None:
    page = open_page(f"{url}/rfm?region=North&region=Narnia&groups=9")
    expect(page.get_by_text("The link asks for the region “Narnia”, which these data do not have.")).to_be_visible()
    expect(page.get_by_text("The link’s groups=9 can’t be used here")).to_be_visible()
    expect(page).to_have_url(f"{url}/rfm?region=North")


def test_charts_follow_a_change_of_theme(url: str, open_page: Opener) -> None:
    page = open_page(f"{url}/rfm")
    bar = page.locator(f"{BARS} path").first
    light = bar.evaluate("node => getComputedStyle(node).fill")
    page.get_by_test_id("stMainMenuButton").click()
    page.get_by_test_id("stMainMenuItem-theme-Dark").click()
    expect(bar).not_to_have_css("fill", light)


@pytest.mark.parametrize("key", [spec.key for spec in PAGES])
def test_no_page_is_wider_than_a_phone(url: str, open_page: Opener, key: str) -> None:
    page = open_page(f"{url}/{key}", **PHONE)
    settled(page)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= 390
    wide = page.get_by_test_id("stMain").evaluate("node => node.scrollWidth")
    assert wide <= 390


def test_new_data_are_said_and_shown_within_30_seconds_unless_pinned(tmp_path: Path, open_page: Opener) -> None:
    publish_lines(make_log(7), tmp_path)
    serving = served(tmp_path)
    url = next(serving)
    try:
        live, pinned = open_page(f"{url}/data"), open_page(f"{url}/data?snapshot=1")
        before = live.locator(TITLE).inner_text()
        publish_lines(make_log(8, customers=60, orders=700), tmp_path)
        expect(live.get_by_text("New data: this page now shows snapshot 2.")).to_be_visible(timeout=30_000)
        expect(live.locator(TITLE)).not_to_have_text(before)
        expect(pinned.get_by_text("Your link shows snapshot 1. Snapshot 2 is newer.")).to_be_visible(timeout=30_000)
        expect(pinned.locator(TITLE)).to_have_text(before)
    finally:
        serving.close()
