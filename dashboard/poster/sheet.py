"""Persona cards drawn on sheets of paper, A3 across, four a sheet, as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.charts.marks import width_of

# A3 across at 96 dots an inch.
WIDTH, HEIGHT = 1587, 1122
MARGIN, GAP, EDGE = 48, 24, 22
HEAD = 74
A_SHEET = 4
SIZES = (16, 15, 14, 13, 12, 11)
LEADING = 1.42
# Texts of some length are narrower than the widest guess, which charts reserve room by.
_SAFE = 0.9


@dataclass(frozen=True)
class Paper:
    """Colours of a sheet."""

    page: str = "#FFFFFF"
    ink: str = "#1A1A1A"
    muted: str = "#5F5F5F"
    rule: str = "#C9C9C4"
    accent: str = "#2647AE"


@dataclass(frozen=True)
class Block:
    """One card: title, what it is in the corner, grey note, figures (value, label), paragraphs (bold lead, text), quote."""

    title: str
    corner: str
    note: str
    figures: tuple[tuple[str, str], ...]
    paragraphs: tuple[tuple[str, str], ...]
    quote: str = ""


def sheets(title: str, source: str, blocks: Sequence[Block], paper: Paper | None = None) -> list[str]:
    """The sheets for some cards.

    Parameters
    ----------
    title, source : str
        Above the cards of every sheet: the finding, and what is shown.
    blocks : sequence of Block

    Returns
    -------
    list of str
        One SVG a sheet of four cards, each :data:`WIDTH` by :data:`HEIGHT`.
    """
    paper = paper or Paper()
    parts = [blocks[at : at + A_SHEET] for at in range(0, len(blocks), A_SHEET)]
    return [_sheet(paper, title, source, part, place + 1, len(parts)) for place, part in enumerate(parts)]


def _sheet(paper: Paper, title: str, source: str, blocks: Sequence[Block], number: int, of: int) -> str:
    wide = (WIDTH - 2 * MARGIN - GAP) / 2
    rows = (len(blocks) + 1) // 2
    high = (HEIGHT - 2 * MARGIN - HEAD - GAP * (rows - 1)) / rows
    drawn = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{paper.page}"/>',
        _text(MARGIN, MARGIN + 24, title, 26, paper.ink, 600),
        _text(MARGIN, MARGIN + 50, wrap(source, WIDTH - 2 * MARGIN - 80, 14)[0], 14, paper.muted),
    ]
    if of > 1:
        drawn.append(_text(WIDTH - MARGIN, MARGIN + 50, f"{number} / {of}", 14, paper.muted, anchor="end"))
    for place, block in enumerate(blocks):
        left = MARGIN + (place % 2) * (wide + GAP)
        top = MARGIN + HEAD + (place // 2) * (high + GAP)
        drawn += _card(paper, block, left, top, wide, high)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'{head} font-family="Plex, sans-serif">{"".join(drawn)}</svg>'


def _card(paper: Paper, block: Block, left: float, top: float, wide: float, high: float) -> list[str]:
    frame = (
        f'<rect x="{left:g}" y="{top:g}" width="{wide:g}" height="{high:g}" rx="8" fill="none" stroke="{paper.rule}"/>'
    )
    x, y, room = left + EDGE, top + EDGE + 14, wide - 2 * EDGE
    corner = _text(left + wide - EDGE, y, block.corner, 14, paper.accent, 600, anchor="end")
    title = wrap(block.title, room - width_of(block.corner, 14) * _SAFE - 16, 20)[0]
    drawn = [frame, _text(x, y, title, 20, paper.ink, 600), corner, _text(x, y + 22, block.note, 14, paper.muted)]
    y += 56
    step = room / max(len(block.figures), 1)
    for place, (value, label) in enumerate(block.figures):
        drawn.append(_text(x + place * step, y, value, 20, paper.ink, 600))
        drawn.append(_text(x + place * step, y + 20, label, 13, paper.muted))
    y += 48
    size, lines = _fitted(block, room, top + high - EDGE - y)
    for lead, text, colour in lines:
        body = f'<tspan font-weight="600">{escape(lead)} </tspan>{escape(text)}' if lead else escape(text)
        drawn.append(_raw(x, y, body, size, colour or paper.ink))
        y += size * LEADING
    return [part.replace('fill="muted"', f'fill="{paper.muted}"') for part in drawn]


def _fitted(block: Block, room: float, high: float) -> tuple[int, list[tuple[str, str, str]]]:
    """The largest size at which all fits, and its lines (lead, text, colour); at the smallest what does not fit is left out."""
    size, lines = SIZES[-1], []
    for size in SIZES:
        lines = _lines(block, room, size)
        if len(lines) * size * LEADING <= high:
            return size, lines
    return size, lines[: max(int(high / (size * LEADING)), 1)]


def _lines(block: Block, room: float, size: int) -> list[tuple[str, str, str]]:
    lines: list[tuple[str, str, str]] = []
    for lead, text in block.paragraphs:
        whole = f"{lead} {text}".strip()
        for place, line in enumerate(wrap(whole, room, size)):
            starts = place == 0 and bool(lead) and line.startswith(lead)
            lines.append((lead, line.removeprefix(lead).strip(), "") if starts else ("", line, ""))
    if block.quote:
        lines += [("", line, "muted") for line in wrap(block.quote, room, size)]
    return lines


def wrap(text: str, room: float, size: float) -> list[str]:
    """Lines of a text that are at most so many pixels wide; one word, or a run of Chinese, is broken where it must be."""
    lines = [""]
    for word in _words(text, room, size):
        longer = f"{lines[-1]}{word}" if lines[-1] else word.lstrip()
        if lines[-1] and width_of(longer, size) * _SAFE > room:
            lines.append(word.lstrip())
        else:
            lines[-1] = longer
    return lines


def _words(text: str, room: float, size: float) -> list[str]:
    """Pieces that may stand on a line of their own, each with the space before it."""
    found = []
    for place, word in enumerate(text.split(" ")):
        piece = word if place == 0 else f" {word}"
        most = max(int(room / size / 1.05), 1)
        found += (
            [piece]
            if width_of(piece, size) * _SAFE <= room
            else [piece[at : at + most] for at in range(0, len(piece), most)]
        )
    return found


def _text(x: float, y: float, text: str, size: int, colour: str, weight: int = 400, anchor: str = "start") -> str:
    return _raw(x, y, escape(text), size, colour, weight, anchor)


def _raw(x: float, y: float, inner: str, size: int, colour: str, weight: int = 400, anchor: str = "start") -> str:
    place = f'x="{x:g}" y="{y:g}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"'
    return f'<text {place} fill="{colour}">{inner}</text>'
