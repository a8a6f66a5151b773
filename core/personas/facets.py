"""What an attribute tells of somebody, by its name, and what its commonest values mean: so that a portrait reads like one."""

import re

# Each facet belongs to one sentence of a portrait.
SENTENCE_OF: dict[str, str] = {
    **dict.fromkeys(("age", "sex", "family", "children"), "who"),
    **dict.fromkeys(("occupation", "workplace", "hours", "education", "income"), "work"),
    **dict.fromkeys(("place", "town", "housing", "cars"), "home"),
    **dict.fromkeys(("industry", "size", "need", "decision", "committee"), "firm"),
    **dict.fromkeys(("order_value", "value"), "spends"),
    **dict.fromkeys(("frequency", "gap_days"), "often"),
    "recency_days": "recent",
    "discount_share": "price",
    "products": "range",
    "categories": "range",
    "channel": "where",
    "region": "where",
    "category": "what",
    **dict.fromkeys(("season", "month"), "season"),
    **dict.fromkeys(("weekday", "day_part"), "time"),
    **dict.fromkeys(("motive", "benefit", "occasion", "key_value", "criterion"), "why"),
    **dict.fromkeys(("payer", "user", "adviser", "decider"), "decides"),
    **dict.fromkeys(("device", "decision_time"), "manner"),
    **dict.fromkeys(("recommend", "buy_again", "try_other"), "loyalty"),
}
# Sentences that are written of orders, and of points, and not of what somebody is.
OF_ORDERS = ("spends", "often", "recent", "price", "range", "what", "where", "season", "time")
OF_SCORES = ("value", "loyalty")
SENTENCES = (
    "who", "work", "home", "firm", "spends", "often", "recent", "price", "range", "what", "where", "season", "time", "why", "decides",
    "manner", "value", "loyalty", "other",
)  # fmt: skip

# In this order: the first that fits.
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("age", r"\bage\b|birth|\bdob\b|\byob\b|возраст|рожден|年龄|出生"),
    ("sex", r"\bsex\b|gender|\bпол\b|性别"),
    ("children", r"child|kids|дет|子女|孩子"),
    ("family", r"family|marital|married|household|семь|семейн|брак|家庭|婚姻"),
    ("hours", r"hours|shift|schedule|график|смен|工时"),
    ("workplace", r"workplace|employer|works at|place of work|место работы|单位"),
    ("occupation", r"occupation|profession|\bjob\b|\bwork\b|професс|занят|职业"),
    ("education", r"education|degree|образован|教育|学历"),
    ("income", r"income|salary|wage|earning|доход|зарплат|收入"),
    ("housing", r"housing|home ?owner|house|\bflat\b|tenure|жиль|住房"),
    ("cars", r"\bcars?\b|vehicle|авто|汽车"),
    ("industry", r"industry|sector|branch|business type|отрасл|行业"),
    ("committee", r"committee|buying cent|roles?\b|комитет|委员"),
    ("decision", r"decision|decides|решени|决策"),
    ("need", r"\bneeds?\b|потребност|需求"),
    ("size", r"\bsize\b|employees|headcount|размер|сотрудник|规模"),
    ("place", r"\bplace\b|settlement|urban|тип.*пункт"),
    ("town", r"town|city|village|province|state|country|region|город|регион|стран|城市|地区|国家"),
)
_FOUND = tuple((facet, re.compile(pattern)) for facet, pattern in _PATTERNS)

_SEX = {"f": "female", "female": "female", "woman": "female", "m": "male", "male": "male", "man": "male"}
_FAMILY = {"s": "single", "single": "single", "m": "married", "married": "married", "couple": "couple"}
_NONE = {"0", "none", "no", "no children", "without children", "childless", "false", "n"}
_OWNED = {"y": "owner", "yes": "owner", "true": "owner", "1": "owner", "owner": "owner"}
_RENTED = {"n": "renter", "no": "renter", "false": "renter", "0": "renter", "renter": "renter", "tenant": "renter"}


def facet_of(attribute: str) -> str:
    """What an attribute tells: one of the keys of :data:`SENTENCE_OF`, or "other"."""
    if attribute in SENTENCE_OF:
        return attribute
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", attribute).lower().replace("_", " ").replace("-", " ")
    return next((facet for facet, pattern in _FOUND if pattern.search(words)), "other")


def sentence_of(attribute: str) -> str:
    """The sentence of a portrait that an attribute belongs to."""
    return "value" if attribute.startswith("value_") else SENTENCE_OF.get(facet_of(attribute), "other")


def meaning(facet: str, value: str) -> str:
    """A key for a value that is known (female, single, none, owner, ...); "" for one that stands for itself."""
    said = value.strip().lower()
    known = {"sex": _SEX, "family": _FAMILY, "children": dict.fromkeys(_NONE, "none"), "housing": {**_OWNED, **_RENTED}}
    return known.get(facet, {}).get(said, "")
