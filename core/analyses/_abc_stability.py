"""How steady the total demand of groups is: ABC classes, regions, channels, categories."""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.analyses._abc_classes import Regularity
from core.analyses._abc_params import ABC, AbcXyzParams
from core.demand import Window, complete_window, rows_matching
from core.filters import Filters
from core.group_demand import GroupDemand
from core.history import MISSING, OrderHistory
from core.money import SCALE

Groups = list[tuple[str, tuple[str, ...], NDArray[np.integer]]]


def by_class(
    selection: features.Selection,
    params: AbcXyzParams,
    found: Regularity,
    codes: NDArray[np.int64],
    abc: NDArray[np.int8],
) -> pd.DataFrame:
    """Variation of the total demand that matches, by ABC class, region and channel, over the same complete periods.

    Orders without a customer are in no class, but in a region and a channel; an order over two regions is an order of each.

    Parameters
    ----------
    selection : Selection
    params : AbcXyzParams
    found : Regularity
    codes : ndarray of int64
        Those in view.
    abc : ndarray of int8
        The position of each in ``ABC``.
    """
    history = selection.history
    index = _counted(history, rows_matching(selection, found.window), params)
    classes = np.full(history.n_customers, -1, dtype=np.int8)
    classes[codes] = abc
    groups: Groups = [("abc", ABC, _of_owner(history, classes, index))]
    groups += [(name, history.labels[name], codes[index]) for name, codes in history.codes.items()]
    return _table(history, params, found.window, index, groups)


def by_category(dataset: Dataset, filters: Filters, params: AbcXyzParams) -> pd.DataFrame:
    """The same by category of product; no rows where the data have none.

    As orders, each product in an order counts: which of them stood in one order is not asked here.
    """
    products = dataset.products
    if products is None or set(products.categories) <= {MISSING}:
        return pd.DataFrame()
    # The as-of date is that of all orders; periods count from where products are known.
    selection = replace(features.select(dataset.history, filters), history=products.history)
    window = complete_window(selection, params.period, params.measured + params.season)
    index = _counted(products.history, rows_matching(selection, window), params)
    groups: Groups = [("category", products.categories, _of_owner(products.history, products.category, index))]
    return _table(products.history, params, window, index, groups)


def _counted(history: OrderHistory, index: NDArray[np.int64], params: AbcXyzParams) -> NDArray[np.int64]:
    return index[history.purchase[index]] if params.value == "orders" else index


def _of_owner(history: OrderHistory, codes: NDArray[np.integer], index: NDArray[np.int64]) -> NDArray[np.integer]:
    """The code of each row's customer or product; -1 for rows of nobody."""
    owned = int(np.searchsorted(index, history.n_identified))
    of_row = np.full(len(index), -1, dtype=codes.dtype)
    of_row[:owned] = codes[history.owner[index[:owned]]]
    return of_row


def _table(
    history: OrderHistory, params: AbcXyzParams, window: Window, index: NDArray[np.int64], groups: Groups
) -> pd.DataFrame:
    orders = params.value == "orders"
    values = np.full(len(index), SCALE, dtype=np.int64) if orders else history.value(params.value)[index]
    rows = GroupDemand(history.day[index], values, history.order[index], window)
    once = orders and history.has_split_orders
    found = rows.by([(group, len(labels)) for _, labels, group in groups], once)
    tables = [
        pd.DataFrame({"group": name, "label": labels, "cv": cv, "mean_a_period": mean / SCALE})
        for (name, labels, _), (mean, cv) in zip(groups, found, strict=True)
    ]
    return pd.concat(tables, ignore_index=True).assign(periods=window.length)
