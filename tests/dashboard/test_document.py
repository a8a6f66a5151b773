"""Word documents read back with the standard library alone: every text is text."""

import io
import zipfile
from xml.etree import ElementTree

from dashboard.document import Bullets, Heading, Paragraph, Table, docx

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SAID = (f"{WORD}t", f"{WORD}br")
HOSTILE = ("=cmd|'/c calc'!A1", "{ DDEAUTO c:\\cmd }", "<w:fldSimple/>", "]]>", "a\x00\x1b\u202eb", "\ud800 \uffff", "")


def parts(made: bytes) -> tuple[ElementTree.Element, ElementTree.Element, str]:
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert packed.testzip() is None
        body, styles = (ElementTree.fromstring(packed.read(f"word/{name}.xml")) for name in ("document", "styles"))  # noqa: S314 - our own
        return body, styles, packed.read("docProps/core.xml").decode()


def texts(body: ElementTree.Element) -> list[str]:
    """What each paragraph says, line ends as line ends."""
    return [
        "".join("\n" if one.tag == f"{WORD}br" else one.text or "" for one in paragraph.iter() if one.tag in SAID)
        for paragraph in body.iter(f"{WORD}p")
    ]


def test_blocks_come_in_their_order_and_tables_by_rows() -> None:
    blocks = [
        Heading("Why"),
        Paragraph("one\ntwo", lead="First."),
        Bullets(["a", "b"]),
        Bullets(["ask"], numbered=True),
        Table(["name", "n"], [["весна", "1"], ["春", "2"]], right=[1]),
    ]
    body, styles, about = parts(docx("A brief", blocks, "ru"))
    assert texts(body)[:10] == ["A brief", "Why", "First. one\ntwo", "a", "b", "ask", "name", "n", "весна", "1"]
    assert len(list(body.iter(f"{WORD}tr"))) == 3
    assert len(list(body.iter(f"{WORD}tblHeader"))) == 1
    assert {one.get(f"{WORD}val") for one in styles.iter(f"{WORD}lang")} == {"ru-RU"}
    assert "A brief" in about
    assert "python-docx" not in about


def test_nothing_that_stands_in_a_text_is_run_or_breaks_the_file() -> None:
    blocks = [*map(Heading, HOSTILE), *map(Paragraph, HOSTILE), Bullets(HOSTILE), Table(HOSTILE, [HOSTILE])]
    body, _, _ = parts(docx(HOSTILE[4], blocks))
    assert not {one.tag.removeprefix(WORD) for one in body.iter()} & {"instrText", "fldSimple", "fldChar", "hyperlink"}
    found = texts(body)
    for text in (HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[3], r"a\x00\x1b\u202eb", r"\ud800 "):
        assert found.count(text) >= 5


def test_a_document_of_nothing_opens() -> None:
    body, _, _ = parts(docx("", []))
    assert texts(body) == [""]
