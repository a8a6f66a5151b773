"""What was in the orders of the customers of a view; counted once a snapshot and filter, and kept."""

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core import derived
from core.access import Dataset
from core.days import to_day
from core.features import Selection
from core.filters import DIMENSIONS
from core.lines import Limits
from core.order_contents import OrderContents

# A product is new for so many days after its first sale, where the records begin long enough before.
NEW_DAYS = 180
_STEM, _FORM = "contents", 2


def contents_of(dataset: Dataset, selection: Selection) -> OrderContents:
    """What the lines that match a filter say of each customer.

    Parameters
    ----------
    dataset : Dataset
    selection : Selection

    Returns
    -------
    OrderContents
        One entry a customer, in code order.
    """
    filters = selection.filters
    choices: Limits = tuple((name, filters.choices(name)) for name in DIMENSIONS if filters.choices(name))
    asked = (filters.first, selection.as_of, choices)
    return dataset.history.last_answer(_STEM, asked, lambda: _kept_or_counted(dataset, selection, choices))


def _kept_or_counted(dataset: Dataset, selection: Selection, choices: Limits) -> OrderContents:
    filters, last = selection.filters, selection.as_of
    first = to_day(filters.first) if filters.first else None
    name = derived.file_name(_STEM, {"form": _FORM, "first": first, "last": last, "choices": choices})
    kept = derived.load(dataset.derived_folder, name)
    if kept is not None:
        return _unpacked(*kept)
    made = dataset.order_contents(first, last, choices, _new_products(dataset, last))
    derived.save(dataset.derived_folder, name, *_packed(made))
    return made


def _new_products(dataset: Dataset, last: int) -> tuple[str, ...]:
    """Ids of the products that were first sold in the last half year; none where the records don't reach back twice as far."""
    products = dataset.products
    if products is None or not len(products.table):
        return ()
    begun = products.history.day[products.history.start[:-1]].astype(np.int64)
    if last - int(begun.min()) < 2 * NEW_DAYS:
        return ()
    new = np.flatnonzero((begun > last - NEW_DAYS) & (begun <= last))
    ids: NDArray[np.object_] = products.table["product_id"].to_numpy()
    return tuple(str(one) for one in ids[new])


def _packed(made: OrderContents) -> tuple[dict[str, NDArray], dict[str, Any]]:
    arrays: dict[str, NDArray] = {one.name: getattr(made, one.name) for one in fields(made) if one.name != "categories"}
    return arrays, {"categories": list(made.categories)}


def _unpacked(arrays: dict[str, NDArray], document: dict[str, Any]) -> OrderContents:
    return OrderContents(tuple(document["categories"]), **arrays)
