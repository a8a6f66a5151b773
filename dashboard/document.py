"""Word documents from simple blocks; whatever stands in a block goes in as text."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from core.errors import visible
from dashboard.downloads import file_name
from dashboard.words import locale

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import _Cell

MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_FONT, _INK, _MUTED = "Calibri", "1C2431", "5B6675"
_MARGIN_MM, _A4_MM = 22, (210, 297)
# What Word checks the spelling by.
_SPELLING = {"en": "en-GB", "ru": "ru-RU", "zh": "zh-CN"}
# No XML holds these.
_NO_CHARACTERS = str.maketrans("", "", "\ufffe\uffff")


@dataclass(frozen=True)
class Heading:
    """A heading below the title; level 1 or 2."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, with a bold beginning if it has a lead; line ends stay; quiet ones are small and grey."""

    text: str
    lead: str = ""
    quiet: bool = False


@dataclass(frozen=True)
class Bullets:
    """Points, a line each; numbers go on through the whole document."""

    lines: Sequence[str]
    numbered: bool = False


@dataclass(frozen=True)
class Table:
    """A heading row, repeated on each page, and rows of text; ``right`` are the places of columns that stand to the right."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: Sequence[int] = ()


Block = Heading | Paragraph | Bullets | Table


def button(label: str, title: str, blocks: Sequence[Block], stem: str, key: str) -> None:
    """A button that downloads the document, made when it is clicked.

    Parameters
    ----------
    label : str
        On the button.
    title, blocks
        As in :func:`docx`.
    stem : str
        In the file's name.
    key : str
        The button's own.
    """
    st.download_button(
        label,
        # The click is answered outside of the session, which knows the language.
        data=partial(docx, title, blocks, locale()),
        file_name=file_name(stem, "docx"),
        mime=MIME,
        icon=":material/description:",
        on_click="ignore",
        key=key,
    )


def docx(title: str, blocks: Sequence[Block], language: str = "en") -> bytes:
    """A document for Word.

    Parameters
    ----------
    title : str
        Its first line, and its title in the file's properties.
    blocks : sequence of Heading, Paragraph, Bullets or Table
    language : str
        Code of the language that it is written in.

    Returns
    -------
    bytes
        A .docx file on A4. Texts are never fields or links, whatever stands in them; control characters are written out.
    """
    # It takes a third of a second to load, and few readers ask for it.
    from docx import Document

    made = Document()
    _dress(made, title, language)
    made.add_paragraph(_text(title), style="Title")
    for block in blocks:
        _add(made, block)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _add(made: "Document", block: Block) -> None:
    match block:
        case Heading(text, level):
            made.add_heading(_text(text), level)
        case Paragraph(text, lead, quiet):
            paragraph = made.add_paragraph(style="Caption" if quiet else None)
            if lead:
                paragraph.add_run(_text(f"{lead} ")).bold = True
            paragraph.add_run(_text(text))
        case Bullets(lines, numbered):
            for line in lines:
                made.add_paragraph(_text(line), style="List Number" if numbered else "List Bullet")
        case Table(header, rows, right):
            _table(made, header, rows, set(right))


def _table(made: "Document", header: Sequence[str], rows: Sequence[Sequence[str]], right: set[int]) -> None:
    from docx.oxml import OxmlElement

    table = made.add_table(rows=1, cols=len(header), style="Light Shading")
    top = table.rows[0]
    top._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    # Each row's own cells are asked for once: the library finds them anew each time.
    for cells, texts in [(top.cells, header), *((table.add_row().cells, texts) for texts in rows)]:
        for place, (cell, text) in enumerate(zip(cells, texts, strict=True)):
            _write(cell, text, place in right)
    made.add_paragraph()


def _write(cell: "_Cell", text: str, right: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    paragraph = cell.paragraphs[0]
    paragraph.add_run(_text(text))
    paragraph.paragraph_format.space_after = 0
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _dress(made: "Document", title: str, language: str) -> None:
    """Paper, typeface and properties in place of the library's own."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt, RGBColor

    page = made.sections[0]
    page.page_width, page.page_height = (Mm(size) for size in _A4_MM)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(_MARGIN_MM)
    for name, size, colour in (
        ("Normal", 10.5, _INK),
        ("Title", 20, _INK),
        ("Heading 1", 13, _INK),
        ("Heading 2", 11, _INK),
        ("Caption", 9, _MUTED),
    ):
        style: Any = made.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor.from_string(colour)
        _typeface(style)
    for name in ("Normal", "List Bullet", "List Number", "Caption"):
        made.styles[name].paragraph_format.space_after = Pt(4)  # type: ignore[attr-defined]
    made.styles["Caption"].font.bold = False  # type: ignore[attr-defined]
    for spelling in made.styles.element.iter(qn("w:lang")):
        spelling.set(qn("w:val"), _SPELLING.get(language, language))
    about, now = made.core_properties, datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    about.title, about.author, about.comments, about.language = _text(title)[:255], "Clientele", "", language
    about.created = about.modified = now


def _typeface(style: Any) -> None:
    """One typeface for all scripts that have it; themes would otherwise go before it."""
    from docx.oxml.ns import qn

    style.font.name = _FONT
    fonts = style.element.rPr.rFonts
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    fonts.set(qn("w:cs"), _FONT)


def _text(text: str) -> str:
    return "\n".join(map(visible, text.translate(_NO_CHARACTERS).splitlines()))
