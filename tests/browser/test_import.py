"""A newcomer's way from a messy file to the RFM page, and what can be done with snapshots, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Opener, served
from tests.browser.test_journey import settled
from tests.helpers import make_log, publish_lines

TITLE = "h1"
CUSTOMERS = 40


GOODS = ("Чайник электрический", "Кружка большая", "Полотенце льняное", "Скатерть праздничная", "Ложка чайная")


def messy(seed: int = 0, first: int = 1000) -> bytes:
    """A shop's export: CP1251, semicolons, decimal commas, two title rows, dates that can be read both ways, one bad price.

    ``CUSTOMERS`` customers with two orders each; row 8 has a price that is none, of an order with another good line.
    """
    rows = ["Отчёт о продажах магазина;;;;;;", "", "Чек;Постоянный;Дата;Количество;Цена;Товар;Город"]
    for order in range(2 * CUSTOMERS):
        customer = f"К{order % CUSTOMERS:03d}"
        day, month = 1 + (order + seed) % 12, 1 + (3 * order + 1) % 12
        for line in range(2):
            price = "нет" if (order, line) == (2, 0) else f"{100 + order + seed},{line}5"
            goods, town = GOODS[(order + line) % len(GOODS)], ("Казань", "Самара")[order % 2]
            rows.append(f"{first + order};{customer};{day:02d}.{month:02d}.2024;{1 + line};{price};{goods};{town}")
    return "\r\n".join(rows).encode("cp1251")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[str]:
    """A dashboard without data of its own."""
    serving = served(tmp_path)
    yield next(serving)
    serving.close()


def drop(page: Page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def choose(page: Page, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(f"^{label}|{label}$"))
    box.scroll_into_view_if_needed()
    box.click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


def press(page: Page, name: str) -> None:
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_enabled()
    button.click()


def open_menu(page: Page, version: int, action: str) -> None:
    """Pick something from the menu of a snapshot; the newest stands first."""
    settled(page)
    row = page.get_by_test_id("stMarkdown").filter(has_text=re.compile(rf"^Snapshot {version}$"))
    expect(row).to_be_visible()
    below = page.get_by_role("button", name="More", exact=True)
    names = page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^Snapshot \d+$")).all_inner_texts()
    below.nth(names.index(f"Snapshot {version}")).click()
    page.get_by_text(action, exact=True).click()
    settled(page)


def test_a_newcomer_comes_from_a_messy_file_to_rfm(shop: str, open_page: Opener) -> None:
    page = open_page(f"{shop}/data")
    expect(page.get_by_text("Bring your data")).to_be_visible()
    drop(page, "Продажи 2024.csv", messy())
    expect(page.locator(TITLE)).to_have_text("1 question about Продажи 2024.csv before it is read")
    expect(page.get_by_role("button", name="Check", exact=True)).to_be_disabled()
    page.get_by_text("01.02.2024 is 1 February 2024").click()
    expect(page.get_by_text("All answered")).to_be_visible()
    choose(page, "Постоянный", "Customer")
    press(page, "Check")
    expect(page.locator(TITLE)).to_have_text("159 of 160 rows are ready to publish")
    expect(page.get_by_text("column 'Цена' has 1 value that is not a number (first: row 8, 'нет')")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the quarantine").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines == ["file,row,column,value,reason", "Продажи 2024.csv,8,Цена,нет,not_a_number"]
    press(page, "Publish")
    expect(page.locator(TITLE)).to_have_text(f"{CUSTOMERS} customers, ready to be understood")
    page.get_by_role("link", name="See the RFM segments").click()
    expect(page.get_by_text(re.compile(rf"n\s=\s{CUSTOMERS} customers"))).to_be_visible()
    expect(page).to_have_url(f"{shop}/rfm")
    page.goto(f"{shop}/data")
    drop(page, "Продажи 2025.csv", messy(3, first=2000))
    expect(page.locator(TITLE)).to_have_text("Продажи 2025.csv was recognised: order lines")
    expect(page.get_by_text("read as: Продажи")).to_be_visible()
    press(page, "Check")
    expect(page.locator(TITLE)).to_have_text("159 of 160 rows are ready to publish")
    press(page, "Discard the import")
    expect(page.locator(TITLE)).to_have_text(re.compile(f"159 order lines of {CUSTOMERS} buyers"))


def test_a_file_that_is_no_table_is_a_sentence(shop: str, open_page: Opener) -> None:
    page = open_page(f"{shop}/data")
    drop(page, "<img src=x onerror=alert(1)>.pdf", b"%PDF-1.7 " + bytes(range(256)))
    expect(page.get_by_text("is a PDF document, not a table")).to_be_visible()
    expect(page.locator("img[src=x]")).to_have_count(0)
    expect(page.get_by_text("Traceback")).to_have_count(0)
    press(page, "Discard the import")
    expect(page.get_by_text("Bring your data")).to_be_visible()


def test_snapshots_are_pinned_compared_restored_and_removed(tmp_path: Path, open_page: Opener) -> None:
    publish_lines(make_log(7), tmp_path)
    publish_lines(make_log(8, customers=30), tmp_path)
    serving = served(tmp_path)
    try:
        page = open_page(f"{next(serving)}/data")
        open_menu(page, 1, "Pin: keep it for ever")
        expect(page.get_by_text("Pinned", exact=True)).to_be_visible()
        open_menu(page, 2, "Compare with snapshot 1")
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_text("customers are gone")).to_be_visible()
        dialog.get_by_role("button", name="Close").click()
        open_menu(page, 1, "Restore: make it the newest")
        expect(page.get_by_text("restored from snapshot 1")).to_be_visible()
        open_menu(page, 2, "Remove …")
        dialog.get_by_role("button", name="Remove it").click()
        expect(page.get_by_text("Snapshot 2", exact=True)).to_have_count(0)
        open_menu(page, 3, "Report")
        expect(dialog.get_by_text("This snapshot has no report.")).to_be_visible()
    finally:
        serving.close()


def test_an_import_fits_a_phone(url: str, open_page: Opener) -> None:
    page = open_page(f"{url}/data", **PHONE)
    drop(page, "Продажи 2024.csv", messy())
    expect(page.get_by_text("Columns and what they mean")).to_be_visible()
    settled(page)
    assert page.get_by_test_id("stMain").evaluate("node => node.scrollWidth") <= 390
    press(page, "Discard the import")
