"""The axes that segments are described along, and the axis of an attribute by its name."""

import re
from typing import Literal

from core.rules.names import AGE, ATTRIBUTE

Axis = Literal["geographic", "demographic", "socio_economic", "firm", "behavioural", "psychographic", "value", "other"]
Question = Literal["what", "who", "why", "when", "where", ""]

# Kotler's four with the socio-economic one, what sets firms apart, value against alternatives, and what the names don't tell.
AXES: tuple[Axis, ...] = (
    "geographic",
    "demographic",
    "socio_economic",
    "firm",
    "behavioural",
    "psychographic",
    "value",
    "other",
)
QUESTIONS: tuple[Question, ...] = ("what", "who", "why", "when", "where")

_SEX = r"sex|gender|пол|性别"
_AGE = r"age|birth|dob|yob|возраст|рожден|年龄|出生"
_INCOME = r"income|salary|wage|earning|доход|зарплат|收入"
_WORDS: tuple[tuple[Axis, str], ...] = (
    (
        "value",
        r"value_\w+|perceived|воспринимаем|感知价值",
    ),
    (
        "psychographic",
        r"lifestyle|interest|hobby|hobbies|attitude|opinion|personality|motive|motivation|benefit|occasion|pain|"
        r"values|criterion|criteria|образ жизни|интерес|мотив|выгод|повод|生活方式|兴趣|动机",
    ),
    (
        "socio_economic",
        rf"{_INCOME}|occupation|profession|job|education|degree|class|housing|house|home owner|homeowner|car|cars|"
        r"possession|possessions|employment|образован|професс|занят|жиль|教育|职业|住房",
    ),
    (
        "firm",
        r"industry|sector|branch|employees|size|turnover|committee|decision|role|need|business|legal form|b2b|"
        r"отрасл|сотрудник|размер|行业|规模",
    ),
    (
        "geographic",
        r"country|region|city|town|village|place|state|province|district|county|area|postcode|zip|climate|"
        r"continent|location|address|holiday|holidays|стран|город|регион|область|климат|国家|城市|地区|气候",
    ),
    (
        "demographic",
        rf"{_SEX}|{_AGE}|family|marital|married|children|kids|household|religion|ethnicity|nationality|language|"
        r"generation|type|kind|семь|дети|семейн|家庭|婚姻|子女",
    ),
    (
        "behavioural",
        r"loyalty|member|newsletter|consent|device|app|subscription|payment|payer|user|signup|source|campaign|лояльн|会员",
    ),
)
# Characters of other scripts have no ends of words that a pattern could see, or inflect.
_PATTERNS = tuple((axis, re.compile(rf"(?<![a-z])(?:{words})(?![a-z])")) for axis, words in _WORDS)
_ALONE = re.compile(rf"(?<![a-z])(?:{_SEX}|{_AGE}|{_INCOME})(?![a-z])")
_WHY = re.compile(r"(?<![a-z])(?:motive|motivation|benefit|occasion|pain|reason|need|мотив|выгод|повод)(?![a-z])")
_QUESTION_OF: dict[Axis, Question] = {
    "geographic": "where",
    "demographic": "who",
    "socio_economic": "who",
    "firm": "who",
    "psychographic": "why",
    "value": "why",
}


def axis_of(name: str) -> Axis:
    """The axis of an attribute; ``"other"`` where its name doesn't tell."""
    words = _as_words(name)
    return next((axis for axis, pattern in _PATTERNS if pattern.search(words)), "other")


def question_of(name: str, axis: Axis) -> Question:
    """Which of the five W an attribute answers; "" for none."""
    return "why" if _WHY.search(_as_words(name)) else _QUESTION_OF.get(axis, "")


def only_demographics(asked: set[tuple[str, str]]) -> bool:
    """Whether something asks for nothing but sex, age and income: the commonest mistake in segmenting.

    Parameters
    ----------
    asked : set of (full name, name as written)
        From :func:`core.rules.answers.asked_by`.
    """
    names = [full for full, _ in asked if full != "own"]
    return bool(names) and all(name == AGE or _is_demographic(name) for name in names)


def _is_demographic(name: str) -> bool:
    return name.startswith(ATTRIBUTE) and bool(_ALONE.search(_as_words(name.removeprefix(ATTRIBUTE))))


def _as_words(name: str) -> str:
    """``homeTown`` and ``home_town`` as "home town"; value_price stays one word."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return spaced if spaced.startswith("value_") else spaced.replace("_", " ").replace("-", " ")
