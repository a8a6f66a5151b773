"""What the order lines of a snapshot say beyond its history: of products, categories and single customers."""

from functools import cached_property

import numpy as np
import pandas as pd

from core import lines as line_questions
from core.build import LINES_FILE
from core.days import NO_DAY, to_dates
from core.given_tables import GivenTables
from core.history import map_history
from core.order_contents import OrderContents, order_contents
from core.products import PRODUCTS_FOLDER, Products, cut_products, whole_products


class SoldLines(GivenTables):
    """An open snapshot with its products and the questions that its lines answer."""

    @cached_property
    def products(self) -> Products | None:
        """What was sold; None where no line names a product, and in snapshots that were made before products were kept."""
        folder = self._files.find(PRODUCTS_FOLDER)
        if folder is None:
            return None
        with self._files.reading():
            whole = whole_products(self._folder, map_history(folder, self._whole.labels), self._whole)
            if self.scope.whole:
                return whole
            seen = cut_products(self._folder, whole, self.scope, self.history)
        return seen if seen.history.n_customers else None

    def lines_by_customer(self, last: int | None = None) -> pd.DataFrame:
        """What the order lines say of each customer; see :func:`core.lines.by_customer`."""
        limits = self.scope.limits
        with self._files.reading():
            table = line_questions.by_customer(self._folder / LINES_FILE, self.info.known, last, limits)
        if self._kept is None:
            return table.reindex(np.arange(self.history.n_customers))
        return table.reindex(self._kept).reset_index(drop=True)

    @property
    def has_categories(self) -> bool:
        """Whether it can be said of what category was bought: by the lines themselves, or by a table of products."""
        return "category" in self.info.known or self._categories() is not None

    def _categories(self) -> pd.DataFrame | None:
        """The category of each product; None where the lines say it themselves, and where nothing does."""
        if "category" in self.info.known or self.products is None or not self.products.table["category"].notna().any():
            return None
        return self.products.table[["product_id", "category"]]

    def first_categories(self) -> pd.DataFrame:
        """What was in customers' first purchases; see :func:`core.lines.first_categories`."""
        history = self.history
        codes = np.arange(history.n_customers) if self._kept is None else self._kept
        bought = history.first_purchase < NO_DAY
        firsts = pd.DataFrame({"customer": codes[bought], "first": to_dates(history.first_purchase[bought])})
        zero = history.zero_is_purchase
        with self._files.reading():
            path, limits = self._folder / LINES_FILE, self.scope.limits
            table = line_questions.first_categories(path, firsts, zero, self._categories(), limits)
        table["customer"] = np.searchsorted(codes, table["customer"])
        return table

    def bought_again(self, last: int, choices: line_questions.Limits = ()) -> pd.DataFrame:
        """What each customer bought more than once, one row each in code order; see :func:`core.lines.bought_again`."""
        with self._files.reading():
            path, limits = self._folder / LINES_FILE, self.scope.limits
            table = line_questions.bought_again(path, last, choices, self._categories(), limits)
        codes = np.arange(self.history.n_customers) if self._kept is None else self._kept
        return table.reindex(codes, fill_value=0).reset_index(drop=True)

    def order_contents(
        self, first: int | None, last: int, choices: line_questions.Limits = (), new: tuple[str, ...] = ()
    ) -> OrderContents:
        """What was in each customer's purchases, in code order; see :func:`core.order_contents.order_contents`."""
        codes = np.arange(self.history.n_customers) if self._kept is None else self._kept
        limits = (*self.scope.limits, *choices)
        with self._files.reading():
            path = self._folder / LINES_FILE
            return order_contents(path, self.info.known, codes, (first, last), limits, self._categories(), new)
