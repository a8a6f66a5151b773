"""What a classification was made from: comparing its segments by that proves nothing."""

from core.access import Dataset
from core.classifications import classes, rule_of
from core.profiles.known import SURVEY, mark_name
from core.rules.answers import asked_by as fields_asked
from core.rules.names import AGE, ATTRIBUTE

_HABITS = ("days_since_last_order", "orders", "order_value", "days_between_orders", "days_since_first_order")
_CONTENTS = ("category", "categories_bought", "bargains", "new_products", "lot")
# Whoever ordered more often has bought more widely and been there longer by that alone.
_GROW_WITH_ORDERS = frozenset(("categories_bought", "new_products", "days_since_first_order"))
_OF_CLASS: dict[str, tuple[str, ...]] = {
    "abc": ("orders", "order_value"),
    "xyz": ("orders", "days_between_orders", "days_since_first_order"),
    "abc_xyz": ("orders", "order_value", "days_between_orders", "days_since_first_order"),
    "rfm_segment": ("days_since_last_order", "orders", "order_value", "days_between_orders"),
    "recency": ("days_since_last_order",),
    "frequency": ("orders", "days_between_orders"),
    "monetary": ("orders", "order_value"),
    "region": ("region",),
    "channel": ("channel",),
    # Behaviour as a whole forms personas; who they are does not.
    "persona": (*_HABITS, *_CONTENTS, "channel", "month"),
    "tier": _HABITS,
    "step": ("days_since_last_order", "orders"),
}
_OF_MEASURE: dict[str, tuple[str, ...]] = {
    "orders": ("orders", "days_between_orders"),
    "revenue": ("orders", "order_value"),
    "margin": ("orders", "order_value"),
    "order_value": ("order_value",),
    "days_since_last_order": ("days_since_last_order",),
    "days_since_first_order": ("days_since_first_order",),
    "bought": ("category", "categories_bought"),
    AGE: (AGE,),
}


def formed_by(dataset: Dataset, classification: str) -> frozenset[str]:
    """The attributes of a profile that a classification was made from.

    Parameters
    ----------
    dataset : Dataset
    classification : str
    """
    rule = rule_of(dataset, classification)
    names = [classification]
    if rule is not None:
        names = [name for name, _ in fields_asked(rule, dataset, classes(dataset))]
    found: frozenset[str] = frozenset().union(*(_of(name) for name in names))
    return found | _GROW_WITH_ORDERS if "orders" in found else found


def _of(name: str) -> frozenset[str]:
    if name.startswith(ATTRIBUTE):
        column = name.removeprefix(ATTRIBUTE)
        # A column of years of birth is shown as ages.
        return frozenset((column, AGE) if "birth" in column.lower() else (mark_name(column),))
    if name.startswith(SURVEY):
        return frozenset((name,))
    return frozenset(_OF_MEASURE.get(name, ()) or _OF_CLASS.get(name, ()))
