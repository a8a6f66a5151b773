"""What a page is given: the data under the reader's filters and settings, and the places that the link knows."""

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import Field, dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from core.access import AccessScope, Dataset
from core.analyses import load
from core.errors import BadParameterError
from core.filters import Filters
from core.journey.steps import digest as step_digest
from core.own_segments import digest as own_digest
from core.params import parse_one
from core.path.state import digest as path_digest
from core.results import Result
from core.segments import digest
from core.snapshot import SnapshotInfo
from core.targets.lists import digest as targets_digest
from dashboard import cache, share
from dashboard.charts.theme import Theme, theme
from dashboard.compare import MODES, Comparison, comparison
from dashboard.words import _, day

# Settings of this value need costs.
_MARGIN = "margin"
_PHONES = ("Mobi", "Android", "iPhone")


@dataclass(frozen=True, eq=False)
class View:
    """One page as one reader sees it.

    Parameters
    ----------
    key : str
        The page.
    analysis : str
        The analysis that its settings belong to; "" for none.
    data : Dataset
    folder : Path
    scope : AccessScope
    filters : Filters
    pages : dict of str to streamlit.Page
        Every page by key, for links.
    """

    key: str
    analysis: str
    data: Dataset
    folder: Path
    scope: AccessScope
    filters: Filters
    pages: dict[str, StreamlitPage]

    @property
    def info(self) -> SnapshotInfo:
        """What the snapshot says of itself."""
        return self.data.info

    @property
    def currency(self) -> str:
        """ISO code of the money; "" when the files did not say."""
        return self.data.info.currency

    @cached_property
    def theme(self) -> Theme:
        """Colours for charts, light or dark as the reader has it."""
        return theme(st.context.theme.type or "light")

    @cached_property
    def phone(self) -> bool:
        """Whether this is a phone: there charts must not swallow the swipe."""
        agent = st.context.headers.get("User-Agent", "")
        return any(name in agent for name in _PHONES)

    @cached_property
    def params(self) -> Any:
        """The settings of the page's analysis, as the link has them; what it can't have is dropped with a notice."""
        kind = load(self.analysis).params
        return kind(**{spec.name: self._setting(spec) for spec in fields(kind)})

    def result(self, name: str = "", params: Any = None, filters: Filters | None = None) -> Any:
        """The result of an analysis, computed once for everybody who may see the same.

        Parameters
        ----------
        name : str
            Another analysis than the page's own; it then runs with its default settings unless some are given.
        params : object, optional
            Settings; by default those of the link.
        filters : Filters, optional
            By default the reader's.

        Returns
        -------
        Result
            Shared with others: copy a table before you change it.

        Raises
        ------
        ClienteleError
            Such as a filter that leaves nobody; left alone, the page shows it in words.
        """
        wanted = name or self.analysis
        if params is None:
            params = self.params if wanted == self.analysis else load(wanted).params()
        chosen = self.filters if filters is None else filters
        with st.spinner(_("Computing …")):
            rules = digest(self.folder) + own_digest(self.folder) + step_digest(self.folder)
            rules += targets_digest(self.folder) + (path_digest(self.folder) if wanted == "path" else "")
            found: Result = cache.result(str(self.folder), self.info.version, self.scope, wanted, chosen, params, rules)
        return found

    def comparison(self) -> Comparison | None:
        """The earlier time that the link compares with; None for none.

        One that the data do not reach back to is dropped with a notice.
        """
        mode = share.take_one(share.COMPARE)
        if not mode:
            return None
        if mode not in MODES:
            share.drop(
                share.COMPARE, [mode], _("The link’s {key}={value} is not on offer on this page. It was left out.")
            )
            return None
        found = self.comparable(mode)
        if found is None:
            reason = _("There is nothing to compare with: these data begin on {day}. {key}={value} was left out.")
            share.drop(share.COMPARE, [mode], reason.replace("{day}", day(self.info.first_day)))
        return found

    def comparable(self, mode: str) -> Comparison | None:
        """What "previous" or "year" would compare with; None where the data do not reach back that far."""
        return comparison(self.filters, self.info.first_day, self.info.last_day, mode)

    def restrict(self, name: str, names: Sequence[str]) -> None:
        """Drop a setting that names something which these data do not have, with a notice; before `params` is first asked for."""
        given = share.take_one(name)
        if given and given not in names:
            share.drop(name, [given], _("The link’s {key}={value} is not on offer on this page. It was left out."))

    def options(self, name: str) -> tuple[Any, ...]:
        """What a setting can be with these data: margin is there only where costs are known."""
        spec = self._spec(name)
        return tuple(one for one in spec.metadata["options"] if one != _MARGIN or self.data.has_margin)

    def choice(self, key: str, options: tuple[str, ...]) -> str:
        """What the link says of a choice that only concerns the page; the first option by default."""
        given = share.take_one(key)
        if given and given not in options:
            share.drop(key, [given], _("The link’s {key}={value} is not on offer on this page. It was left out."))
        return given if given in options else options[0]

    def selected(self, keys: "pd.Series[str] | tuple[str, ...] | list[str] | None" = None) -> str | None:
        """The key of the cell, bar or segment that the reader has selected; None for none.

        Parameters
        ----------
        keys : sequence of str, optional
            All that can be selected; another one in a link is dropped with a notice.
        """
        given = share.take_one(share.SELECT)
        if given and keys is not None and given not in set(keys):
            share.drop(
                share.SELECT, [given], _("The link’s {key}={value} is not on offer on this page. It was left out.")
            )
            return None
        return given or None

    def with_ids(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table with the ids of its customers in place of their codes."""
        return self.data.with_ids(table)

    def _spec(self, name: str) -> "Field[Any]":
        return next(spec for spec in fields(load(self.analysis).params) if spec.name == name)

    def _setting(self, spec: "Field[Any]") -> Any:
        given = share.take_one(spec.name)
        if not given:
            return spec.default
        if given == _MARGIN and not self.data.has_margin:
            share.drop(
                spec.name,
                [given],
                _("The link’s {key}={value} needs costs, which these data do not have. It was left out."),
            )
            return spec.default
        try:
            return parse_one(spec, given)
        except BadParameterError as error:
            expected = error.expected.replace("{", "(").replace("}", ")")
            reason = _("The link’s {key}={value} can’t be used here; expected: {expected}. It was left out.")
            share.drop(spec.name, [given], reason.replace("{expected}", expected))
            return spec.default


_current: ContextVar[View] = ContextVar("view")


def hand_over(view: View) -> None:
    """Keep the view for the page script that runs next."""
    # Pages that compare nothing pass the comparison on.
    share.take(share.COMPARE)
    _current.set(view)


def show(render: Callable[[View], None]) -> None:
    """Draw a page; the last line of each file in ``pages/``."""
    render(_current.get())
