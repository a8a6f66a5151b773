"""The catalogue of words is up to date."""

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "dashboard" / "translations" / "messages.pot"
KEYWORDS = {"_": None, "ngettext": (1, 2)}


def test_the_catalogue_has_just_the_words_in_the_code_see_make_words():
    with CATALOGUE.open("rb") as file:
        listed = {message.id for message in read_po(file) if message.id}
    used = {
        message
        for folder in ("dashboard", "pages")
        for _file, _line, message, _comments, _context in extract_from_dir(ROOT / folder, keywords=KEYWORDS)
    }
    assert listed == used
