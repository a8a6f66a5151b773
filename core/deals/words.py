"""What the words of a table of deals mean: an outcome, the kind of a reason, the level of an attribute.

Lists in several languages come first, what the reader says comes over them, and every word is reported with what it was taken
for.
"""

import unicodedata
from collections.abc import Mapping

import pandas as pd

from core.errors import BadParameterError

WON, LOST, OPEN, UNKNOWN = "won", "lost", "open", "unknown"
# "Is won: no" says that it was lost only of a deal that is closed.
NOT_WON = "not_won"
OUTCOMES = (WON, LOST, OPEN, NOT_WON, UNKNOWN)
NO_MONEY, BEYOND, OTHER = "no_money", "beyond", "other"
REASONS = (NO_MONEY, BEYOND, OTHER)
LEVELS = ("firmographic", "operating", "purchasing", "situation", "people")
LEFT_OUT = "left_out"
COLUMNS = ("kind", "word", "deals", "means", "known")

_OUTCOME_WORDS: dict[str, tuple[str, ...]] = {
    WON: (
        "won", "win", "closed won", "success", "successful", "sold", "signed", "true", "yes", "y", "1", "выиграна", "выигран",
        "выиграно", "выигрыш", "успешно", "успешна", "успешно реализовано", "успешно реализована", "продажа", "оплачено",
        "сделка заключена", "заключена", "да", "赢单", "成交", "已成交", "赢", "成功", "已赢单", "是",
        "gewonnen", "gagné", "gagnée", "ganado",
        "ganada", "vinta", "ganha",
    ),
    LOST: (
        "lost", "loss", "lose", "closed lost", "rejected", "declined", "cancelled", "canceled", "abandoned", "no decision",
        "disqualified", "проиграна", "проигран", "проиграно", "проигрыш", "закрыто и не реализовано", "не реализовано", "отказ",
        "отклонена", "отменена", "потеряна", "输单", "丢单", "失败", "已丢失", "流失", "取消", "verloren", "perdu", "perdue",
        "perdido", "perdida",
        "persa",
    ),
    OPEN: (
        "open", "in progress", "active", "pending", "new", "on hold", "ongoing", "открыта", "открыт", "открыто",
        "в работе", "новая",
        "активна", "ожидание", "进行中", "打开", "跟进中", "未关闭", "offen", "en cours", "abierta", "abierto", "aperta", "aberta",
    ),
    NOT_WON: ("false", "no", "n", "0", "нет", "否"),
}  # fmt: skip
# Pieces of a reason's text.
_REASON_WORDS: dict[str, tuple[str, ...]] = {
    NO_MONEY: (
        "no money", "budget", "no funds", "lack of funds", "funding", "can't afford", "cannot afford",
        "can’t afford", "нет денег",
        "бюджет", "нет средств", "финансирован", "预算", "没钱", "没有钱", "资金", "presupuesto",
    ),
    BEYOND: (
        "not offered", "not in range", "not in our range", "beyond", "out of scope", "feature", "functionality", "product gap",
        "requirements not met", "unmet requirement", "нет функци", "не хватает функци", "нет в ассортименте", "нет нужного",
        "не производим", "не продаём", "не продаем", "功能", "不支持", "超出", "需求不符", "产品不满足",
    ),
}  # fmt: skip
# Pieces of an attribute's name, without spaces and signs; the first level that has one.
_LEVEL_WORDS: dict[str, tuple[str, ...]] = {
    "people": (
        "decisionmaker", "role", "committee", "contactperson", "jobtitle", "position", "seniority", "attitude",
        "loyalty", "motive",
        "champion", "buyername", "лпр",
        "роль", "роли", "комитет", "должность", "мотив", "决策者", "决策人", "角色", "委员会", "职位", "动机",
    ),
    "purchasing": (
        "purchaseprocess", "purchasing", "procurement", "decisionstructure", "tender", "policy", "criteria",
        "channel", "campaign",
        "source", "earlierwins", "relationship", "закупк", "тендер", "структурарешения", "принятиерешения", "канал", "источник",
        "кампания", "采购", "招标", "决策结构", "渠道", "来源",
    ),
    "situation": (
        "need", "urgency", "application", "amount", "ordersize", "product", "quantity", "occasion", "season",
        "потребность", "срочность",
        "применение", "сумма", "продукт", "товар", "需求", "紧急", "用途", "金额", "产品",
    ),
    "operating": (
        "technology", "system", "equipment", "user", "usage", "capabilit", "supplier", "platform", "software",
        "технолог", "оборудован",
        "поставщик", "систем", "技术", "设备", "供应商", "系统", "用户",
    ),
    "firmographic": (
        "industry", "sector", "branch", "size", "employees", "headcount", "turnover", "revenue", "region", "country", "state",
        "province", "territory", "city", "town", "place", "ownership", "legalform", "companytype", "отрасль", "сфера", "размер",
        "сотрудник", "оборот", "регион", "страна", "город", "行业", "产业", "规模", "员工", "地区", "国家", "城市", "省",
    ),
}  # fmt: skip


def plain(text: str) -> str:
    """A text without case, spaces and signs."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in normal if letter.isalnum())


_OUTCOMES = {plain(word): meaning for meaning, words in _OUTCOME_WORDS.items() for word in words}


def read_edits(setting: str, text: str, meanings: tuple[str, ...]) -> dict[str, str]:
    """What the reader says words mean.

    Parameters
    ----------
    setting : str
        Its name, for messages.
    text : str
        ``word=meaning|word=meaning``; a word may have any sign but the bar in it.
    meanings : tuple of str

    Raises
    ------
    BadParameterError
        A part has no meaning, or one that is none of them.
    """
    found: dict[str, str] = {}
    for part in filter(None, text.split("|")):
        word, _, meaning = part.rpartition("=")
        if not word or meaning not in meanings:
            raise BadParameterError(
                f"setting '{setting}' does not take '{part}'",
                expected="a word, = and one of " + ", ".join(meanings),
            )
        found[word] = meaning
    return found


def write_edits(edits: Mapping[str, str]) -> str:
    """The text that :func:`read_edits` reads."""
    return "|".join(f"{word}={meaning}" for word, meaning in edits.items())


def outcome_of(word: str) -> str:
    """What a word of the outcome, or the name of a last stage, means; ``unknown`` for one in no list."""
    return _OUTCOMES.get(plain(word), UNKNOWN)


def reason_of(text: str) -> str:
    """The kind of a reason: of no money, of needs beyond what is sold, or another."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return next((kind for kind, pieces in _REASON_WORDS.items() if any(piece in folded for piece in pieces)), OTHER)


def level_of(attribute: str) -> str:
    """The level of nested segmentation that an attribute belongs to by its name; ``left_out`` for one that no list knows."""
    name = plain(attribute)
    return next((level for level, pieces in _LEVEL_WORDS.items() if any(piece in name for piece in pieces)), LEFT_OUT)


def meanings_table(kind: str, words: "pd.Series[str]", meanings: Mapping[str, str], known: set[str]) -> pd.DataFrame:
    """Each word with the number of deals that bear it and what it was taken for.

    Parameters
    ----------
    kind : {"outcome", "reason", "level"}
    words : Series of str
        One a deal; null where there is none.
    meanings : mapping of str to str
    known : set of str
        Words that a list or the reader knows.
    """
    counted = words.value_counts()
    rows = sorted(((str(word), int(deals)) for word, deals in counted.items()), key=lambda row: (-row[1], row[0]))
    return pd.DataFrame(
        [(kind, word, deals, meanings[word], word in known) for word, deals in rows], columns=list(COLUMNS)
    )
