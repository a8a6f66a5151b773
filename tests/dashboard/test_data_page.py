"""The Data page without a browser: an import from the upload to the snapshot, and who is offered one."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.access import AccessScope, newest, open_dataset, published
from core.snapshot import pinned
from dashboard.data_folder import INBOX, VARIABLE
from tests.dashboard.conftest import APP
from tests.helpers import make_log, publish_lines

Drop = Callable[..., AppTest]
CLEAR = (
    "order id,customer id,date,amount\n1,a,2024-01-31,10.50\n2,b,2024-02-28,20\n2,b,2024-02-28,20\n3,,2024-03-01,5\n"
)
UNCLEAR = "order id;shopper;date;amount\n1;a;01.02.2024;10,50\n2;b;03.04.2024;n/a\n3;a;05.06.2024;20,25\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one snapshot."""
    publish_lines(make_log(7), tmp_path)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    return tmp_path


@pytest.fixture
def page(folder: Path) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120).run()
    return app.switch_page("../pages/data.py").run()


def finish(app: AppTest) -> AppTest:
    """Wait for what the page has begun, and draw what came of it."""
    assert not app.exception
    one = app.session_state["import"] if "import" in app.session_state else None  # noqa: SIM401 (it has no get)
    while one is not None and one.job is not None:
        assert one.job.wait(120)
        app.run()
        assert not app.exception
    return app


def drop(app: AppTest, *files: tuple[str, bytes | str]) -> AppTest:
    uploads = [(name, text.encode() if isinstance(text, str) else text, "text/csv") for name, text in files]
    app.file_uploader[0].set_value(uploads).run()
    return finish(app)


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    return finish(app)


def select(app: AppTest, label: str, value: str) -> AppTest:
    next(box for box in app.selectbox if box.label == label).select(value).run()
    return finish(app)


def title(app: AppTest) -> str:
    return str(app.title[0].value).replace("\\", "").replace("\u00a0", " ")


def text(app: AppTest) -> str:
    parts = [one.value for kind in (app.markdown, app.error, app.warning) for one in kind]
    return "\n".join(parts).replace("\\", "").replace("\u00a0", " ")


def work_folders(folder: Path) -> list[Path]:
    return list((folder / "snapshots").glob(".work-*"))


def test_a_clear_file_is_checked_and_published(page: AppTest, folder: Path) -> None:
    drop(page, ("orders.csv", CLEAR))
    assert title(page) == "orders.csv was recognised: order lines"
    press(page, "import/check")
    assert title(page) == "4 of 4 rows are ready to publish"
    assert "1 Lines that repeat another one exactly" in text(page).replace("**", "")
    press(page, "import/publish")
    assert title(page) == "2 customers, ready to be understood"
    dataset = open_dataset(folder, AccessScope.everything())
    assert (dataset.info.version, dataset.info.lines, dataset.info.sources) == (2, 4, ("orders.csv",))
    assert work_folders(folder) == []


def test_a_question_is_not_answered_beforehand_and_holds_the_check_up(page: AppTest, folder: Path) -> None:
    drop(page, ("till.csv", UNCLEAR))
    assert title(page) == "1 question about till.csv before it is read"
    assert page.radio(key="import/question/till.csv/order_lines.date.format/date").value is None
    assert page.button(key="import/check").disabled
    page.radio(key="import/question/till.csv/order_lines.date.format/date").set_value("%d.%m.%Y").run()
    finish(page)
    select(page, "shopper", "customer_id")
    press(page, "import/check")
    assert title(page) == "2 of 3 rows are ready to publish"
    assert "column 'amount' has 1 value that is not a number (first: row 3, 'n/a')" in text(page)
    press(page, "import/publish")
    info = open_dataset(folder, AccessScope.everything()).info
    assert (info.first_day.isoformat(), info.last_day.isoformat()) == ("2024-02-01", "2024-06-05")


def test_the_next_file_of_the_shape_is_read_without_questions(page: AppTest, folder: Path) -> None:
    test_a_question_is_not_answered_beforehand_and_holds_the_check_up(page, folder)
    press(page, "import/next")
    drop(page, ("till 2.csv", UNCLEAR.replace("2024", "2025")))
    assert title(page) == "till 2.csv was recognised: order lines"
    assert "read as: till" in text(page)
    press(page, "import/check")
    assert title(page) == "2 of 3 rows are ready to publish"


def test_a_corrected_column_is_what_is_read(page: AppTest) -> None:
    heading, *rows = CLEAR.splitlines()
    drop(page, ("orders.csv", "\n".join([f"{heading},shop", *(f"{row},North" for row in rows)])))
    select(page, "shop", "region")
    press(page, "import/check")
    assert "region" in page.session_state["import"].prepared.clean.known


def test_a_switch_asks_for_another_check_and_leaves_out(page: AppTest) -> None:
    drop(page, ("orders.csv", CLEAR))
    press(page, "import/check")
    page.segmented_control(key="import/rule/exact_duplicates").set_value("leave_out").run()
    finish(page)
    assert page.button(key="import/publish").disabled
    press(page, "import/check")
    assert title(page) == "3 of 4 rows are ready to publish"


SHOP = (
    "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem price\n"
    "#1,a@example.com,paid,2024-01-31 10:00:00 +0000,1,Cup,5.00\n#2,b@example.com,refunded,2024-02-01 10:00:00 +0000,1,Cup,7.00\n"
    "#2,,,2024-02-01 10:00:00 +0000,1,Pot,9.00\n"
)


def test_orders_that_a_known_export_marks_as_refunded_are_left_out_until_the_switch_says_otherwise(
    page: AppTest,
) -> None:
    drop(page, ("orders_export.csv", SHOP))
    press(page, "import/check")
    assert title(page) == "1 of 3 rows are ready to publish"
    assert "**2** Lines that the mapping leaves out by a value, such as cancelled orders" in text(page)
    switch = page.segmented_control(key="import/rule/left_out_by_value")
    assert switch.value == "leave_out"
    switch.set_value("keep").run()
    press(page, "import/check")
    assert title(page) == "3 of 3 rows are ready to publish"


def test_a_saved_mapping_that_somebody_broke_is_named(page: AppTest, folder: Path) -> None:
    (folder / "mappings").mkdir()
    (folder / "mappings" / "till.toml").write_text("[nonsense]\n")
    assert "A saved mapping is passed over: till.toml: unknown table 'nonsense'" in text(page.run())
    assert "till.toml: unknown table" in text(drop(page, ("orders.csv", CLEAR)))


def test_lines_are_added_to_the_last_snapshot(page: AppTest, folder: Path) -> None:
    before = open_dataset(folder, AccessScope.everything()).info
    drop(page, ("new.csv", CLEAR))
    page.radio(key="import/add").set_value(True).run()
    press(page, "import/check")
    press(page, "import/publish")
    after = open_dataset(folder, AccessScope.everything()).info
    assert after.lines == before.lines + 4
    assert after.added_to == 1


HOSTILE = {
    "empty.csv": b"",
    "nothing.csv": b"\x00" * 5000,
    "picture.png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 100,
    "broken.xlsx": b"PK\x03\x04" + b"\xff" * 200,
    "../../etc/passwd": b"root:x:0:0",
    "<img src=x onerror=alert(1)>.csv": b"a,b\n1,2\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_a_sentence(page: AppTest, folder: Path, name: str) -> None:
    drop(page, (name, HOSTILE[name]))
    said = text(page)
    assert "Traceback" not in said
    assert str(folder) not in said
    assert page.warning or page.error
    assert page.button(key="import/check").disabled
    assert "<img" not in "".join(one.value for one in page.markdown)
    press(page, "import/discard")
    assert work_folders(folder) == []
    assert newest(folder) == 1


def test_an_archive_is_its_files(page: AppTest) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("deep/orders.csv", CLEAR)
        archive.writestr("customers.csv", "customer id,tier\na,gold\nb,silver\n")
    drop(page, ("both.zip", packed.getvalue()))
    assert title(page) in (
        "both.zip was recognised: order lines, customers",
        "both.zip was recognised: customers, order lines",
    )
    press(page, "import/check")
    assert title(page) == "4 of 4 rows are ready to publish"


def test_the_inbox_is_read_by_name(
    page: AppTest, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox = tmp_path_factory.mktemp("inbox")
    (inbox / "orders.csv").write_text(CLEAR)
    monkeypatch.setenv(INBOX, str(inbox))
    page.segmented_control(key="import/way").set_value("inbox").run()
    page.multiselect(key="import/inbox/names").select("orders.csv")
    next(button for button in page.button if button.label == "Read them").click().run()
    finish(page)
    assert title(page) == "orders.csv was recognised: order lines"


def test_an_import_is_offered_to_who_sees_everything_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.session.scope", lambda: AccessScope.only(region=("North",)))
    app = AppTest.from_file(APP, default_timeout=120).run()
    app.switch_page("../pages/data.py").run()
    assert not app.exception
    assert not app.file_uploader
    assert not [button for button in app.button if str(button.key).startswith("import")]
    assert set(_offered(app, 1)) == set()


def _offered(app: AppTest, version: int) -> list[str]:
    return [option for menu in app.menu_button if menu.key == f"snapshots/more/{version}" for option in menu.options]


def test_snapshots_are_pinned_restored_and_removed(page: AppTest, folder: Path) -> None:
    publish_lines(make_log(8), folder)
    page.run()
    page.menu_button(key="snapshots/more/1").click("pin").run()
    assert pinned(folder) == {1}
    page.menu_button(key="snapshots/more/1").click("unpin").run()
    page.menu_button(key="snapshots/more/1").click("restore").run()
    assert published(folder) == (1, 2, 3)
    page.menu_button(key="snapshots/more/2").click("remove").run()
    page.button(key="snapshots/remove").click().run()
    assert published(folder) == (1, 3)


def test_a_comparison_says_what_changed(page: AppTest, folder: Path) -> None:
    publish_lines(make_log(8, customers=30), folder)
    page.run()
    page.menu_button(key="snapshots/more/2").click("compare").run()
    assert not page.exception
    assert "customers are gone" in text(page)
