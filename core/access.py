"""The one gate to a company's data: a snapshot opens under a scope, and a scope made of nothing sees nothing."""

from pathlib import Path

import pandas as pd

from core.errors import AccessError, BadParameterError
from core.journey.steps import StepRules
from core.journey.steps import rules_in as step_rules_in
from core.own_segments import OwnSegments, own_in
from core.path.state import PathState, path_in
from core.scope import AccessScope
from core.segments import SegmentRules, rules_in
from core.snapshot import current_version, snapshot_folder, versions
from core.sold_lines import SoldLines
from core.targets.lists import TargetList, lists_in

__all__ = ["AccessScope", "Dataset", "newest", "open_dataset", "published"]

DERIVED = "derived"


class Dataset(SoldLines):
    """One snapshot as one scope sees it.

    Attributes
    ----------
    info : SnapshotInfo
    scope : AccessScope
    history : OrderHistory
        Memory-mapped under the whole scope; a cut copy, made once, under a narrower one.
    """

    @property
    def has_margin(self) -> bool:
        """Whether margins can be shown."""
        return self.history.margin is not None

    def value_name(self, wanted: str) -> str:
        """``wanted`` ("revenue" or "margin") if the data have it.

        Raises
        ------
        BadParameterError
            Margin is asked for and not every line has a cost.
        """
        if wanted == "margin" and not self.has_margin:
            raise BadParameterError("margin can't be shown: not every line has a cost", todo="Choose net revenue.")
        return wanted

    @property
    def derived_folder(self) -> Path | None:
        """Where results may be kept that are computed once a snapshot; None under a narrowed scope."""
        return self._folder / DERIVED if self.scope.whole else None

    @property
    def segment_rules(self) -> SegmentRules:
        """The company's named RFM segments as its data folder says now, whatever the scope: they hold nothing of customers.

        Raises
        ------
        BadInputError
            The file of segments is not right.
        """
        return rules_in(self._folder.parents[1])

    @property
    def own_segments(self) -> OwnSegments:
        """The company's own segments as its data folder says now, whatever the scope: rules, and nothing of customers.

        Raises
        ------
        BadInputError
            The file of own segments is not right.
        """
        return own_in(self._folder.parents[1])

    @property
    def step_rules(self) -> StepRules:
        """What touchpoints' names of steps mean, as the company's data folder says now, whatever the scope.

        Raises
        ------
        BadInputError
            The file of steps is not right.
        """
        return step_rules_in(self._folder.parents[1])

    @property
    def target_lists(self) -> tuple[TargetList, ...]:
        """The lists of customers saved to be measured later; none under a narrowed scope, since they are of the whole company.

        Raises
        ------
        BadInputError
            Their file is not right.
        """
        return lists_in(self._folder.parents[1]) if self.scope.whole else ()

    @property
    def path_state(self) -> PathState:
        """How far the company is on its path to target segments; nothing under a narrowed scope, since it is of the whole company.

        Raises
        ------
        BadInputError
            Its file is not right.
        """
        return path_in(self._folder.parents[1]) if self.scope.whole else PathState()

    def target_customers(self, saved: TargetList) -> pd.DataFrame:
        """The customers of one of :attr:`target_lists`: customer_id, list, holdout.

        Raises
        ------
        AccessError
            The scope is narrowed.
        BadInputError
            They can't be read.
        """
        if not self.scope.whole:
            raise AccessError(
                "saved lists are of the whole company", todo="Ask whoever runs this dashboard for access."
            )
        return saved.rows(self._folder.parents[1])

    def with_ids(self, table: pd.DataFrame) -> pd.DataFrame:
        """A result table with ids in place of codes: first ``customer_id`` for ``customer``, and ``product_id`` for ``product``."""
        found = {}
        if "customer" in table:
            found["customer"] = self.customer_ids(table["customer"].to_numpy())
        if "product" in table and self.products is not None:
            found["product"] = self.products.table["product_id"].to_numpy()[table["product"].to_numpy()]
        named = table.drop(columns=list(found))
        for place, (name, ids) in enumerate(found.items()):
            named.insert(place, f"{name}_id", ids)
        return named


def open_dataset(data: Path | str, scope: AccessScope, snapshot: int | None = None) -> Dataset:
    """Open a snapshot.

    Parameters
    ----------
    data : Path or str
        Data folder.
    scope : AccessScope
    snapshot : int, optional
        A version; by default the newest.

    Returns
    -------
    Dataset

    Raises
    ------
    SnapshotError
        There is no such snapshot.
    AccessError
        The scope sees nothing.
    """
    if not scope.whole and not scope.limits:
        raise AccessError("nothing here is open to you", todo="Ask whoever runs this dashboard for access.")
    return Dataset(snapshot_folder(Path(data), snapshot), scope)


def newest(data: Path | str) -> int | None:
    """The newest published version of a data folder, or None."""
    return current_version(Path(data))


def published(data: Path | str) -> tuple[int, ...]:
    """All published versions of a data folder, oldest first."""
    return versions(Path(data))
