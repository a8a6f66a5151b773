"""The parts of an import on the Data page: names, folders, jobs, addresses, corrections."""

import gc
import threading
from pathlib import Path

import pytest

from core.errors import BadInputError
from core.ingest.mapping.names import FIELDS
from core.ingest.mapping.rules import SWITCHES
from core.schema import TABLES
from dashboard.importing import draft
from dashboard.importing.bring import checked, offered
from dashboard.importing.incoming import Incoming, safe_name
from dashboard.importing.job import Job
from dashboard.topics import importing

NAMES = {
    "orders.csv": "orders.csv",
    "../../etc/passwd": "passwd",
    "C:\\sales\\q1.csv": "q1.csv",
    "a/b\0c\nd.csv": "b_c_d.csv",
    "<img src=x onerror=1>.csv": "_img src_x onerror_1_.csv",
    "Продажи 2011.csv.gz": "Продажи 2011.csv.gz",
    "": "file",
    "..": "file",
    "=cmd|' /C calc'!A0.csv": "C calc__A0.csv",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_file_s_name_is_only_a_name(name: str) -> None:
    assert safe_name(name) == NAMES[name]


def test_a_long_name_keeps_its_suffix_and_fits_a_file_system() -> None:
    name = safe_name("漢" * 300 + ".csv.gz")
    assert name.endswith(".csv.gz")
    assert len(name.encode()) < 255


def test_uploads_lie_in_a_private_folder_and_go_with_the_session(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path)
    first, second = incoming.take("../orders.csv", b"1"), incoming.take("ORDERS.csv", b"2")
    assert (first.name, second.name) == ("orders.csv", "ORDERS (2).csv")
    assert first.is_relative_to(tmp_path)
    assert incoming.folder.stat().st_mode & 0o077 == 0
    folder = incoming.folder
    del incoming
    gc.collect()
    assert not folder.exists()


def test_what_nobody_touched_for_hours_is_swept(tmp_path: Path) -> None:
    old, new = (draft.Draft(Incoming(tmp_path)) for _ in range(2))
    old.used -= draft.STALE_SECONDS + 1
    draft._live.update([old, new])
    draft.sweep()
    assert old.incoming.gone
    assert not new.incoming.gone


def test_the_files_of_a_reader_who_has_left_are_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left, stays = (draft.Draft(Incoming(tmp_path), session) for session in ("left", "stays"))
    for one in (left, stays):
        one.used -= draft.GONE_SECONDS + 1
    draft._live.update([left, stays])
    monkeypatch.setattr(draft, "_is_there", lambda session: session == "stays")
    draft.sweep()
    assert left.incoming.gone
    assert not stays.incoming.gone


def test_a_job_says_how_far_it_is_and_gives_its_value_or_its_error() -> None:
    job = Job("check", lambda say: (say("read", 0.5), 7)[1])
    assert job.wait(30)
    assert (job.value, job.stage, job.share) == (7, "read", 0.5)

    def refuse(_say: object) -> None:
        raise BadInputError("is empty", where="a.csv")

    job = Job("check", refuse)
    assert job.wait(30)
    assert str(job.error) == "a.csv: is empty"
    job = Job("check", lambda _say: 1 / 0)
    assert job.wait(30)
    assert job.failed


def test_a_stopped_job_ends_at_its_next_word() -> None:
    go = threading.Event()

    def work(say):  # type: ignore[no-untyped-def]
        assert go.wait(30)
        say("read", 0.1)
        return 1

    job = Job("check", work)
    job.stop()
    go.set()
    assert job.wait(30)
    assert (job.stopped, job.value, job.error, job.failed) == (True, None, None, False)


def test_the_inbox_offers_what_lies_in_it_and_nothing_else(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "secret.csv"
    assert offered(inbox) == []
    (inbox / "monthly").mkdir(parents=True)
    outside.write_text("a\n1\n")
    (inbox / "orders.csv").write_text("a\n1\n")
    (inbox / "notes.pdf").write_text("no")
    (inbox / ".hidden.csv").write_text("no")
    (inbox / "link.csv").symlink_to(outside)
    (inbox / "up").symlink_to(tmp_path)
    assert offered(inbox) == ["monthly/", "orders.csv"]


@pytest.mark.parametrize(
    "url", ["", "orders", "/etc/passwd", "sqlite:////etc/passwd", "duckdb:///x", "file://host/x", "postgresql:///db"]
)
def test_a_browser_names_database_servers_only(url: str) -> None:
    with pytest.raises(BadInputError, match="is not the address of a database server"):
        checked(url)


def test_the_address_of_a_server_is_taken_as_it_is() -> None:
    assert checked("postgresql://user:secret@db.example/shop") == "postgresql://user:secret@db.example/shop"


def test_every_table_field_and_rule_has_words() -> None:
    fields = {name for names in FIELDS.values() for name in names} | {
        name for table in TABLES.values() for name in table.names
    }
    unnamed = {name for name in fields if importing.field(name) == importing.spelled(name) and "_" in name}
    assert unnamed == set()
    assert {name for name in SWITCHES if importing.rule(name) == importing.spelled(name)} == set()
