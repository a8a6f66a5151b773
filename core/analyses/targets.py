"""Targets: segments side by side, the ones picked, their customers with a holdout, and what came of lists saved before."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.access import Dataset
from core.analyses._abc_spend import spend_a_customer
from core.classifications import ATTRIBUTE, Classifier, can_move, own, rule_of, ruler_for
from core.features import Selection
from core.filters import Filters
from core.history import MISSING
from core.market import beside_market
from core.own_segments import IN, OWN, RULE
from core.params import choice, name, number
from core.results import Notice
from core.rules.notices import rule_notices
from core.stats import SMALL_N, benjamini_hochberg
from core.targets.effect import effects
from core.targets.growth import change_of
from core.targets.measures import Measures, Segments, channel_table, segment_table
from core.targets.picked import customers_of, overlaps_of
from core.targets.picks import Pick, bearers, read_picks, write_pick
from core.targets.reach import Reach, reach
from core.targets.value import expected_value
from core.targets.windows import Windows


@dataclass(frozen=True)
class TargetsParams:
    """Settings.

    Parameters
    ----------
    classification : str
        Of :func:`core.classifications.available`, or ``rule:<text>``. Own segments stand beside it, whichever it is.
    picks : str
        Up to four segments, of any classification, see :func:`core.targets.picks.write_picks`; "" for none.
    months : {12, 6, 3}
        How long the last window is; it is held against the same months a year before, so that no season stands against another.
    share : float
        The chance of each customer of a pick to be held out.
    campaign : str
        Name of the list: another one holds others out.
    """

    classification: str = name("rfm_segment")
    picks: str = name("")
    months: int = choice(12, 12, 6, 3)
    share: float = number(0.1, 0.0, 0.5)
    campaign: str = name("")


@dataclass(frozen=True, eq=False)
class TargetsResult:
    """Segments side by side, and the customers of those that are picked.

    Parameters
    ----------
    segments : pandas.DataFrame
        key (see :func:`core.targets.picks.write_pick`), classification, segment, customers, customer_share, revenue, revenue_share;
        change_of, members_before (a year before), before (their revenue in that window), last (that of today's members in the last
        one), change, change_low, change_high, change_p, change_claim, growth, growth_low, growth_high (see
        :func:`core.targets.growth.change_table`); ltv (mean expected value; its interval is the spread of customers, not the
        model's error), ltv_low, ltv_high, ltv_total; margin, margin_share; reach, reach_low, reach_high, reach_n; stability,
        stability_low, stability_high, stability_n; spend, per_spend, per_spend_low, per_spend_high; market_share, market_index
        (100: as many as in the market), picked. One row a segment that somebody is in or that is picked: those of the
        classification, own segments, then picks of other classifications.
    channels : pandas.DataFrame
        key, channel, customers, share, low, high: who bought or was in touch through each in the last months.
    overlaps : pandas.DataFrame
        first, second (keys), customers, share_of_first, share_of_second: one row a pair of picks.
    customers : pandas.DataFrame
        customer (code), list (key of the first pick that has them), revenue, orders, last_order (days ago), expected (value),
        also_in (how many other picks have them), holdout; by pick, most revenue first.
    lists : pandas.DataFrame
        list, as_of, snapshot, share, segments: saved lists; none under a narrowed scope.
    effect : pandas.DataFrame
        See :func:`core.targets.effect.effects`.
    picks : tuple of str
        Keys.
    reach_basis, reach_attribute : str
        See :class:`core.targets.reach.Reach`.
    income : {"margin", "revenue"}
        What is set against spending, and what ``ltv`` is made of.
    market_source : str
    n : int
        Customers in view.
    notices : tuple of Notice
        ``growth_not_seen`` (seen, whole), ``change_not_known``, ``change_of_classes``, ``overlapping_picks`` (pairs,
        customers), ``no_value_model``, ``small_pick`` (n); of a classification or pick by a rule those of
        :func:`core.rules.notices.rule_notices`.
    """

    segments: pd.DataFrame
    channels: pd.DataFrame
    overlaps: pd.DataFrame
    customers: pd.DataFrame
    lists: pd.DataFrame
    effect: pd.DataFrame
    picks: tuple[str, ...]
    reach_basis: str
    reach_attribute: str
    income: str
    market_source: str
    n: int
    notices: tuple[Notice, ...]

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables by name."""
        names = ("segments", "channels", "overlaps", "customers", "lists", "effect")
        return {name: getattr(self, name) for name in names}


def run(dataset: Dataset, filters: Filters, params: TargetsParams) -> TargetsResult:
    """Lay segments side by side.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
    params : TargetsParams

    Returns
    -------
    TargetsResult

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    BadParameterError
        The data can't be classed so, or a pick can't be read or is no segment here.
    BadInputError
        A file of the data folder is not right: own segments, or saved lists.
    """
    picks = read_picks(params.picks)
    classifier = Classifier(dataset, filters)
    selection = classifier.selection
    windows = Windows.of(selection, params.months)
    classed = _classed(dataset, classifier, params.classification, picks, windows)
    reached = reach(dataset, selection, windows.when.ends[windows.LAST - 1])
    measured = _measured(dataset, selection, windows, reached)
    segments, source = _segments(dataset, classifier, classed, measured, params.classification, picks)
    masks = {write_pick(*pick): bearers(pick, classed[pick[0]].labels, classed[pick[0]].now) for pick in picks}
    overlaps = overlaps_of(masks)
    customers = customers_of(dataset, selection, masks, measured, params.campaign, params.share)
    saved = dataset.target_lists
    return TargetsResult(
        segments=segments,
        channels=_channels(classed, measured, segments),
        overlaps=overlaps,
        customers=customers,
        lists=pd.DataFrame(
            [(one.name, one.as_of, one.snapshot, one.share, len(one.segments)) for one in saved],
            columns=["list", "as_of", "snapshot", "share", "segments"],
        ),
        effect=effects(dataset, selection, saved),
        picks=tuple(masks),
        reach_basis=reached.basis,
        reach_attribute=reached.attribute,
        income="margin" if dataset.has_margin else "revenue",
        market_source=source,
        n=len(classifier.shown),
        notices=(
            *_notices(params.classification, classed, windows, measured, masks, overlaps),
            *_of_rules(dataset, classifier, (params.classification, *(pick[0] for pick in picks))),
        ),
    )


def _classed(
    dataset: Dataset, classifier: Classifier, classification: str, picks: tuple[Pick, ...], windows: Windows
) -> dict[str, Segments]:
    """All classifications that are looked at, as of now and of a year before."""
    names = dict.fromkeys((classification, *own(dataset), *(pick[0] for pick in picks)))
    made = {one: classifier.classify(one) for one in names}
    when = windows.when
    then: dict[str, NDArray[np.int64]] = {}
    movable = [one for one in names if can_move(dataset, one)]
    if when.in_view_at(windows.BEFORE).any():
        now = len(when.ends) - 1
        rulers = {one: ruler_for(dataset, when, now, one) for one in movable}
        for at in when.standings():
            if at.step == windows.BEFORE:
                then = {one: ruler.codes(at).astype(np.int64) for one, ruler in rulers.items()}
                break
    else:
        # Nobody had bought within the filter by then, such as in a region that opened since.
        then = {one: np.full_like(made[one].codes, -1, dtype=np.int64) for one in movable}
    return {
        one: Segments(one, found.labels, found.codes.astype(np.int64), then.get(one), change_of(dataset, one))
        for one, found in made.items()
    }


def _measured(dataset: Dataset, selection: Selection, windows: Windows, reached: Reach) -> Measures:
    history, spend = selection.history, dataset.spend()
    return Measures(
        revenue=selection.totals(history.revenue),
        margin=selection.totals(history.value("margin")) if dataset.has_margin else None,
        last=windows.revenue(windows.LAST),
        before=windows.revenue(windows.BEFORE),
        value=expected_value(dataset, selection.as_of),
        spent=None if spend is None else spend_a_customer(selection, spend),
        reached=reached.reached,
        reach_known=reached.known,
        channels=reached.channels,
        met=reached.met,
        growth_seen=windows.seen == windows.whole,
    )


def _segments(
    dataset: Dataset,
    classifier: Classifier,
    classed: dict[str, Segments],
    measured: Measures,
    classification: str,
    picks: tuple[Pick, ...],
) -> tuple[pd.DataFrame, str]:
    keys, parts, source = {write_pick(*pick) for pick in picks}, [], ""
    for one, segments in classed.items():
        table = segment_table(segments, measured)
        table, source_here = _beside_market(dataset, classifier, segments, table)
        source = source or source_here
        shown = table["key"].isin(keys)
        if one == classification or one.startswith(OWN):
            # Who is in none of one's own segments is no segment to aim at.
            inside = table["segment"] == IN if one.startswith((OWN, RULE)) else True
            shown |= (table["customers"] > 0) & inside
        parts.append(table[shown])
    found = pd.concat(parts, ignore_index=True)
    p = found["change_p"].mask(found["customers"] < SMALL_N).to_numpy(dtype=np.float64)
    claim = benjamini_hochberg(p) & ((found["change_low"] > 0) | (found["change_high"] < 0)).to_numpy()
    found.insert(found.columns.get_loc("change_p") + 1, "change_claim", claim)
    return found.assign(picked=found["key"].isin(keys)), source


def _channels(classed: dict[str, Segments], measured: Measures, segments: pd.DataFrame) -> pd.DataFrame:
    shown = set(segments["key"])
    tables = [
        channel_table(one, measured, np.array([write_pick(one.name, label) in shown for label in one.labels]))
        for one in classed.values()
    ]
    return pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)


def _beside_market(
    dataset: Dataset, classifier: Classifier, segments: Segments, table: pd.DataFrame
) -> tuple[pd.DataFrame, str]:
    """The segments' shares of the market, where its table names the attribute; of several sources the first."""
    market = dataset.table("market") if segments.name.startswith(ATTRIBUTE) else None
    if market is not None:
        # Shares are of those whose value is known.
        unknown = segments.labels.index(MISSING) if MISSING in segments.labels else -1
        codes = segments.now[classifier.shown]
        codes = np.where(codes == unknown, -1, codes)
        own_values = pd.DataFrame(
            {segments.name.removeprefix(ATTRIBUTE): pd.Categorical.from_codes(codes, list(segments.labels))}
        )
        found = beside_market(market, own_values)
        if len(found):
            source = str(found["source"].iloc[0])
            first = found[found["source"] == source].drop_duplicates("value").set_index("value")
            shares, index = (first[column].reindex(table["segment"]).to_numpy() for column in ("market_share", "index"))
            return table.assign(market_share=shares.astype(np.float64), market_index=index.astype(np.float64)), source
    return table.assign(market_share=np.nan, market_index=np.nan), ""


def _of_rules(dataset: Dataset, classifier: Classifier, names: tuple[str, ...]) -> tuple[Notice, ...]:
    """What to say of the segments by rules that are chosen or picked."""
    rules = (rule_of(dataset, one) for one in dict.fromkeys(names))
    found = (notice for rule in rules if rule is not None for notice in rule_notices(dataset, classifier, rule))
    return tuple(dict.fromkeys(found))


def _notices(
    classification: str,
    classed: dict[str, Segments],
    windows: Windows,
    measured: Measures,
    masks: dict[str, NDArray[np.bool_]],
    overlaps: pd.DataFrame,
) -> tuple[Notice, ...]:
    found = []
    if not measured.growth_seen:
        found.append(Notice.of("growth_not_seen", seen=windows.seen, whole=windows.whole))
    elif classed[classification].change_of == "today":
        found.append(Notice.of("change_not_known"))
    elif classed[classification].change_of == "class":
        found.append(Notice.of("change_of_classes"))
    if measured.value is None:
        found.append(Notice.of("no_value_model"))
    twice = int((np.sum(list(masks.values()), axis=0) > 1).sum()) if masks else 0
    if twice:
        found.append(Notice.of("overlapping_picks", pairs=int((overlaps["customers"] > 0).sum()), customers=twice))
    sizes = [int(mask.sum()) for mask in masks.values()]
    if sizes and min(sizes) < SMALL_N:
        found.append(Notice.of("small_pick", n=min(sizes)))
    return tuple(found)
