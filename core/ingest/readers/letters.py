"""Which encoding bytes are in, judged by the words that each would make of them.

A word speaks for an encoding when its letters belong to one language that is written in it, and against it when a capital follows a
small letter, a sign stands within a word, or a letter beside a digit. Cyrillic words are judged by pairs of letters that are common.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

# From its beginning only, or a long one without any such byte is searched again from each of its letters.
_WORD = re.compile(rb"(?<![0-9A-Za-z\x80-\xff])[0-9A-Za-z]*+[\x80-\xff][0-9A-Za-z\x80-\xff]*")
_LONGEST = 64
_MOST_WORDS = 2_000
# A second encoding that is this near and reads the same words otherwise makes the first a guess.
_NEAR = 0.1
# Fewer common characters than this, and the bytes are another encoding's.
_WIDE_SHARE = 0.6
# What is likelier stands first, and wins where nothing tells two apart.
_LATIN = ("cp1252", "cp1250", "iso8859-2", "cp1254", "mac-roman", "cp850")
_CYRILLIC = ("cp1251", "koi8-r", "cp866")
# The letters beyond a to z that a language is written with.
_ALPHABETS = {
    "cp1252": (
        "àâæçéèêëîïôœùûüÿ",
        "áéíñóúü",
        "ãáàâçéêíóôõú",
        "äöüßé",
        "æøåéö",
        "åäöé",
        "àèéìòù",
        "ëéïöüè",
        "õäöüšž",
    ),
    "cp1250": ("ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíľňóôšťúýž", "áéíóöőúüű", "âăîşţ", "čćđšž"),
    "cp1254": ("çğıöşüâîû",),
}
_ALPHABETS |= {
    "iso8859-2": _ALPHABETS["cp1250"],
    "mac-roman": _ALPHABETS["cp1252"],
    "cp850": _ALPHABETS["cp1252"],
}
# Common pairs of letters in Russian, Ukrainian and Bulgarian, one after the other.
_PAIRS = frozenset(
    re.findall(
        "..",
        "стноентонаовниравокоропралрепоанлиертакаоронтьоллонеосваетелотригоомланыогизинскисиеитмижедекиветеледамо"
        "тиатакнядотуобивиласмесосяесодтредимзабыихвыазаммачеарслспияийейойаяоеыеуювидигисизицичашешижирулунудуму"
        "кубугурытымысыбобабехохацацеьяьеьннннтнсртрнснздзнгрдркрбрврплклглблвлётпепипаикичевекокайадегемёнепезжа"
        "ецзоибигидирицксльлялюмбмпнднкнцньожозопошпурярсрмрьсвсесёсбсссусьтвтнтстчубувугудужукулумунупурусутучфа"
        "фефифохнчичкчншкшнщиывыйымыхькьсэкэтюбюрюлютявядязякямянярятяхіїійцівінілірітідмгееофёёдёраиае",
    )
)
# Signs by where they stand: before a word, after one, in one, apart from words; a dash joins no small letters.
_OPENING, _CLOSING, _INNER, _APART = "“‘«„", "”»…™®", "’·°", "€£¥©§№\xa0"


def judge(sample: bytes) -> tuple[str, bool]:
    """The encoding of text that is neither ASCII nor UTF-8.

    Parameters
    ----------
    sample : bytes
        Lines with bytes beyond ASCII.

    Returns
    -------
    encoding : str
        One of cp1252, cp1250, iso8859-2, cp1254, mac-roman, cp850, cp1251, koi8-r, cp866, gb18030, cp932.
    sure : bool
        False where another encoding would make other words that are as likely.
    """
    words = list(dict.fromkeys(word[:_LONGEST] for word in _WORD.findall(sample)))[:_MOST_WORDS]
    scores = {encoding: _latin(words, encoding) for encoding in _LATIN}
    scores |= {encoding: _cyrillic(words, encoding) for encoding in _CYRILLIC}
    scores |= {
        "gb18030": _wide(sample, "gb18030", _is_common_chinese),
        "cp932": _wide(sample, "cp932", _is_common_japanese),
    }
    best = max(scores, key=lambda encoding: scores[encoding])
    near = [other for other, score in scores.items() if other != best and score > scores[best] - _NEAR]
    return best, all(_same(words, best, other) for other in near)


def _same(words: Sequence[bytes], one: str, other: str) -> bool:
    return all(word.decode(one, "replace") == word.decode(other, "replace") for word in words)


def _latin(words: Sequence[bytes], encoding: str) -> float:
    """From -1 to 1: how many of the signs beyond ASCII make sense in the language that fits best."""
    letters: Counter[str] = Counter()
    plus = count = 0
    # Western words have no three letters with accents in a row; Polish has Żółć.
    run = re.compile(rf"[^\x00-\x7f]{{{5 if encoding in ('cp1250', 'iso8859-2') else 3}}}")
    for text in (word.decode(encoding, "replace") for word in words):
        for at, letter in enumerate(text):
            if letter < "\x80":
                continue
            count += 1
            verdict = _verdict(text, at)
            plus += verdict
            if not letter.isalpha() or verdict or len(text) == 1:
                continue
            if run.search(text):
                plus -= 1
            else:
                letters["ı" if letter == "İ" else letter.lower()] += 1
    most = max(sum(letters[letter] for letter in alphabet) for alphabet in _ALPHABETS[encoding])
    return (plus + most) / max(1, count)


def _cyrillic(words: Sequence[bytes], encoding: str) -> float:
    plus, count = 0.0, 0
    for text in (word.decode(encoding, "replace") for word in words):
        low = text.lower()
        for at, letter in enumerate(text):
            if letter < "\x80":
                continue
            count += 1
            verdict = _verdict(text, at)
            if verdict or not letter.isalpha():
                plus += verdict
            elif any("a" <= near <= "z" for near in (low[at - 1 : at], low[at + 1 : at + 2])):
                plus -= 1
            elif low[at - 1 : at + 1] in _PAIRS or low[at : at + 2] in _PAIRS:
                plus += 1
    return plus / max(1, count)


def _verdict(text: str, at: int) -> int:
    """What speaks for or against a sign whatever the language: 1, -1, or 0."""
    letter, before, after = text[at], text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if not letter.isalpha():
        if (
            letter in _INNER
            or (letter in "–—" and not (before.islower() and after.islower()))
            or (letter in _OPENING and not before.isalnum())
            or (letter in _CLOSING and not after.isalpha())
            or (letter in _APART and not before.isalpha() and not after.isalpha())
        ):
            return 1
        return -1 if letter == "\ufffd" or (before.isalpha() and after.isalpha()) or letter in _APART else 0
    if before.isdigit() or after.isdigit():
        return -1
    return -1 if (before.islower() and letter.isupper()) or (letter.islower() and after.isupper()) else 0


def _wide(sample: bytes, encoding: str, common: Callable[[bytes], bool]) -> float:
    """The share of common characters in an encoding of two bytes; -1 where the bytes are none of it."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError as error:
        # The sample may end within a character.
        if error.start < len(sample) - 4:
            return -1.0
        text = sample[: error.start].decode(encoding)
    high = [letter for letter in text if letter > "\x7f"]
    share = sum(common(letter.encode(encoding)) for letter in high) / max(1, len(high))
    return share if share > _WIDE_SHARE else -1.0


def _is_common_chinese(letter: bytes) -> bool:
    """Level 1 of GB 2312 and its full-width signs; Cyrillic and Latin bytes fall on the rare ones."""
    return len(letter) == 2 and (0xB0 <= letter[0] <= 0xD7 or letter[0] in (0xA1, 0xA3)) and letter[1] >= 0xA1


def _is_common_japanese(letter: bytes) -> bool:
    """Kana, signs and level 1 of JIS X 0208."""
    return len(letter) == 2 and 0x81 <= letter[0] <= 0x98
