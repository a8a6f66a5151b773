"""The funnel of the journey: contacts and orders in one frame, cut by group-bys."""

import pandas as pd

TOP = 4


def funnel(
    touchpoints: pd.DataFrame, orders: pd.DataFrame, levels: dict[str, int], last: pd.Timestamp, days: int
) -> pd.DataFrame:
    """people, went_on, lost, still_on_the_way by step, of each person's climb before the first purchase.

    Parameters
    ----------
    touchpoints : pandas.DataFrame
        person_id, time, step.
    orders : pandas.DataFrame
        customer_id and day of purchases.
    levels : dict of str to int
        The step of each name; names that are not in it are no steps.
    last : pandas.Timestamp
    days : int
    """
    person = touchpoints["person_id"].astype("category")
    ids = pd.Index(person.cat.categories)
    events = pd.DataFrame(
        {"person": person.cat.codes, "time": touchpoints["time"], "level": touchpoints["step"].map(levels)}
    )
    events = events.dropna(subset="level")
    bought = orders.assign(person=ids.get_indexer(orders["customer_id"]))
    bought = bought[(bought["person"] >= 0) & (bought["day"] <= last)]
    ended = pd.DataFrame(
        {"person": bought["person"], "time": bought["day"] + pd.Timedelta("23:59:59"), "level": float(TOP)}
    )
    events = pd.concat([events, ended]).sort_values(["person", "time", "level"], kind="stable", ignore_index=True)
    events["day"] = events["time"].dt.normalize()
    done = events["level"] == TOP
    # The climb before the first purchase ends with it.
    first = events[done].groupby("person").head(1)
    end = pd.Series(first.index, index=first["person"]).reindex(events["person"]).to_numpy()
    events = events[~(events.index > end)]
    grouped = events.groupby("person")
    climbs = grouped.agg(entry=("level", "first"), last=("day", "last"), highest=("level", "max"))
    climbs = climbs[climbs["entry"] < TOP]
    silent = (last - climbs["last"]).dt.days > days
    rows = []
    for level in range(TOP + 1):
        here, on = climbs["highest"] >= level, climbs["highest"] > level
        stopped = here & ~on & (level < TOP)
        rows.append((here.sum(), on.sum(), (stopped & silent).sum(), (stopped & ~silent).sum()))
    return pd.DataFrame(rows, columns=["people", "went_on", "lost", "still_on_the_way"])
