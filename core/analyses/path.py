"""Path: how far a company is on its way to target segments, what the data say at each step, and what changed since it chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import features
from core.access import Dataset
from core.classifications import Classifier, available, own
from core.days import to_date, to_day
from core.errors import BadInputError, BadParameterError
from core.features import Selection
from core.filters import Filters
from core.money import SCALE
from core.own_segments import OWN
from core.params import choice, name
from core.path.known import attribute_table, market_table, marks_of, segment_table
from core.path.progress import Figures, progress, why_anew
from core.path.since import YEAR, changed_since, members, nothing_since, picked_now
from core.path.state import PathState, Picked
from core.profiles.marks import Marks
from core.results import Notice
from core.targets.effect import effects
from core.targets.picks import bearers, read_picks, write_pick
from core.targets.value import expected_value
from core.timeline import months_before

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class PathParams:
    """Settings of the path.

    Parameters
    ----------
    classification : str
        Of :func:`core.classifications.available`, or ``rule:<text>``: whose segments are compared and sized.
    picks : str
        Up to four segments, see :func:`core.targets.picks.write_picks`; "" for those that were chosen.
    potential : {"without", "with"}
        Whether those who never ordered are counted.
    """

    classification: str = name("rfm_segment")
    picks: str = name("")
    potential: Literal["without", "with"] = choice("without", "without", "with")


@dataclass(frozen=True, eq=False)
class PathResult:
    """The steps of the path with what the data say to each.

    Parameters
    ----------
    steps : pandas.DataFrame
        step, state, done, snapshot, words, link, why; see :func:`core.path.progress.progress`. Nothing is kept of a narrowed scope.
    who : pandas.DataFrame
        group (customers, recent, potential), customers, revenue: all in view, those of them who bought in the last twelve months, and,
        where asked for and no region or channel is chosen, those who never ordered.
    attributes : pandas.DataFrame
        See :func:`core.path.known.attribute_table`.
    market : pandas.DataFrame
        See :func:`core.market.beside_market`.
    classifications : pandas.DataFrame
        classification: all by which customers can be divided.
    segments : pandas.DataFrame
        See :func:`core.path.known.segment_table`; and picked.
    picks, changes, moves : pandas.DataFrame
        What changed since the choice, see :class:`core.path.since.Since`; empty while the data know nothing newer.
    lists : pandas.DataFrame
        Saved lists and their effect, see :func:`core.targets.effect.effects`.
    chosen : tuple of Picked
        The target segments of the link, or those kept, as they are now.
    chosen_customers : int
        In any of them.
    chosen_share : float
        Of revenue in view.
    state : PathState
    figures : mapping of step to figures
        What each step rests on now; the choice rests on its segments.
    as_of : date
    comparable : bool
        Whether no filter but the last date narrows the view, so that it can be held against what was kept.
    n : int
        Customers in view.
    notices : tuple of Notice
        ``no_value_model``.
    """

    steps: pd.DataFrame
    who: pd.DataFrame
    attributes: pd.DataFrame
    market: pd.DataFrame
    classifications: pd.DataFrame
    segments: pd.DataFrame
    picks: pd.DataFrame
    changes: pd.DataFrame
    moves: pd.DataFrame
    lists: pd.DataFrame
    chosen: tuple[Picked, ...]
    chosen_customers: int
    chosen_share: float
    state: PathState
    figures: Mapping[str, Mapping[str, float]]
    as_of: date
    comparable: bool
    n: int
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        names = (
            "steps",
            "who",
            "attributes",
            "market",
            "classifications",
            "segments",
            "picks",
            "changes",
            "moves",
            "lists",
        )
        return {name: getattr(self, name) for name in names}


def run(dataset: Dataset, filters: Filters, params: PathParams) -> PathResult:
    """Tell how far each step is, and what the data say to it.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : PathParams

    Returns
    -------
    PathResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        The data can't be classed so, or a pick can't be read or is no segment here.
    BadInputError
        A file of the data folder is not right: the path, own segments, or saved lists.
    """
    state, saved = dataset.path_state, dataset.target_lists
    classifier = Classifier(dataset, filters)
    shown, selection = classifier.shown, classifier.selection
    made, as_of = classifier.classify(params.classification), to_date(selection.as_of)
    newer = state.choice is not None and state.choice.as_of < as_of
    since = changed_since(dataset, classifier, state.choice) if newer and state.choice else nothing_since()
    masks, gone = _picked(classifier, state, params)
    value = expected_value(dataset, selection.as_of)
    money, year = selection.totals(selection.history.revenue), _year(selection)
    marks = marks_of(dataset, selection)
    names = (params.classification, *own(dataset), *(read_picks(key)[0][0] for key in masks))
    segments = segment_table(classifier, names, money, value)
    tables = {
        "who": _who(dataset, selection, params),
        "attributes": attribute_table(dataset, marks, shown, made),
        "market": market_table(dataset, marks, shown),
        "classifications": pd.DataFrame({"classification": available(dataset)}, dtype=object),
        "segments": segments.assign(picked=segments["key"].isin(masks)),
        "picks": since.picks,
        "changes": since.changes,
        "moves": since.moves,
        "lists": effects(dataset, selection, saved),
    }
    anybody = np.logical_or.reduce([np.zeros(len(money), dtype=np.bool_), *masks.values()])
    figures = _figures(tables, len(shown), len(saved))
    comparable = not filters.narrows_orders and filters.first is None
    # A part of the company, or an earlier day, need not have all of its segments.
    lost = gone if comparable and state.choice and state.choice.as_of <= as_of else ()
    total = int(money[shown].sum())
    return PathResult(
        steps=progress(
            state,
            _as_decided(dataset, classifier, marks, state, params, figures) if comparable else None,
            as_of,
            dataset.info.version,
            why_anew(lost, since.changes if comparable else nothing_since().changes),
            len(saved),
        ),
        **tables,
        chosen=tuple(picked_now(key, mask, year, value) for key, mask in masks.items()),
        chosen_customers=int(anybody.sum()),
        chosen_share=int(money[anybody].sum()) / total if total else float("nan"),
        state=state,
        figures=figures,
        as_of=as_of,
        comparable=comparable,
        n=len(shown),
        notices=() if value is not None else (Notice.of("no_value_model"),),
    )


def _picked(classifier: Classifier, state: PathState, params: PathParams) -> tuple[dict[str, Mask], tuple[str, ...]]:
    """Who is in each target segment, by key; and which of those kept are no more."""
    kept = [read_picks(one.segment)[0] for one in state.choice.picks] if state.choice else []
    masks, gone = {}, []
    for pick in kept:
        inside = members(classifier, *pick)
        if inside is None:
            gone.append(write_pick(*pick))
        elif not params.picks:
            masks[write_pick(*pick)] = inside
    for pick in read_picks(params.picks):
        made = classifier.classify(pick[0])
        masks[write_pick(*pick)] = bearers(pick, made.labels, made.codes)
    return masks, tuple(gone)


def _year(selection: Selection) -> NDArray[np.int64]:
    """Matching revenue of each customer in the last twelve months."""
    history, begin = selection.history, months_before(selection.as_of, YEAR) + 1
    first = selection.filters.first
    rows = features.rows_in_window(history, max(begin, to_day(first) if first else 0), selection.as_of)
    return features.per_customer(history, history.revenue, features.both(rows, selection.matching))


def _who(dataset: Dataset, selection: Selection, params: PathParams) -> pd.DataFrame:
    last = selection.last_purchase.astype(np.int64)
    money = selection.totals(selection.history.revenue)
    recent = selection.in_view & (last > months_before(selection.as_of, YEAR))
    rows: list[tuple[str, int, float]] = [
        (group, int(who.sum()), int(money[who].sum()) / SCALE)
        for group, who in (("customers", selection.in_view), ("recent", recent))
    ]
    # They have no region and no channel.
    if params.potential == "with" and dataset.scope.whole and not selection.filters.narrows_orders:
        rows.append(("potential", len(dataset.without_orders()), 0.0))
    return pd.DataFrame(rows, columns=["group", "customers", "revenue"])


def _as_decided(
    dataset: Dataset,
    classifier: Classifier,
    marks: tuple[Marks, ...],
    state: PathState,
    params: PathParams,
    figures: Figures,
) -> Figures:
    """What each step rests on now, differences by the segments that they were decided by: the link may compare others."""
    decided = state.of("differences")
    by = decided.settings.get("classification", "")
    if decided.done is None or by == params.classification:
        return figures
    try:
        table = attribute_table(dataset, marks, classifier.shown, classifier.classify(by))
    except (BadInputError, BadParameterError):
        # They can't be told any more, or the file does not say by which.
        return {**figures, "differences": {}}
    return {**figures, "differences": _clear(table)}


def _clear(attributes: pd.DataFrame) -> dict[str, float]:
    return {"claims": int(attributes["claim"].sum())}


def _figures(tables: Mapping[str, pd.DataFrame], n: int, saved: int) -> dict[str, dict[str, float]]:
    """What each step rests on: if it moves, the step is to be looked at again."""
    divisions, market = tables["classifications"]["classification"], tables["market"]
    mine = divisions.str.startswith(OWN)
    return {
        "criteria": {"attributes": len(tables["attributes"]), "classifications": int((~mine).sum())},
        "customers": {"customers": n},
        "competitors": {"attributes": market["attribute"].nunique(), "sources": market["source"].nunique()},
        "differences": _clear(tables["attributes"]),
        "segments": {"classifications": int((~mine).sum()), "own": int(mine.sum())},
        "size": {"customers": n, "revenue": float(tables["who"]["revenue"].iloc[0])},
        "brief": {"lists": saved},
    }
