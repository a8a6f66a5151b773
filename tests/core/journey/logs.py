"""Touchpoints for tests, and their rules in plain pandas."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.snapshot import snapshot_folder

NAMES = (
    "Leaflet sent",
    "Site visit",
    "Newsletter opened",
    "Products compared",
    "Basket filled",
    "Order placed",
    "Refund",
    "??",
)
LEVELS = {name: level for name, level in zip(NAMES, (0, 1, 1, 2, 3, 4, None, None), strict=True) if level is not None}
TOP = 4


def make_touchpoints(seed: int, rows: int = 600, leads: int = 25, hours: int = 24 * 500) -> pd.DataFrame:
    """Contacts of the customers of ``tests.helpers.make_log`` and of leads, many at the same hour, in no order."""
    rng = np.random.default_rng(seed)
    people = [*(f"c{place:03d}" for place in range(40)), *(f"lead{place}" for place in range(leads))]
    # Few hours of the day, so that much falls on one moment.
    hour = rng.integers(0, hours // 24, rows) * 24 + rng.choice([9, 9, 15, 23], rows)
    return pd.DataFrame(
        {
            "person_id": rng.choice(people, rows),
            "time": (pd.Timestamp("2021-11-17") + pd.to_timedelta(hour, unit="h")).astype("datetime64[us]"),
            "step": rng.choice(NAMES, rows, p=[0.1, 0.2, 0.1, 0.2, 0.15, 0.1, 0.1, 0.05]),
            "channel": rng.choice(np.array(["Web", "Mail", None], dtype=object), rows),
            "region": rng.choice(np.array(["North", "South", None], dtype=object), rows),
            "cost": pd.array(rng.choice(np.array([10_000, 25_000, None], dtype=object), rows), dtype="Int64"),
        }
    )


def give(data: Path, touchpoints: pd.DataFrame) -> Path:
    """Put a table of touchpoints into the newest snapshot of a data folder, and return the folder."""
    touchpoints.to_parquet(snapshot_folder(data) / "touchpoints.parquet", index=False)
    return data


def purchase_days(lines: pd.DataFrame) -> pd.DataFrame:
    """customer_id and day of the purchases among order lines."""
    known = lines.dropna(subset="customer_id").assign(region=lines["region"].fillna("-"))
    net = known.groupby(["customer_id", "order_id"]).agg(net=("amount", "sum"), day=("date", "min")).reset_index()
    return net.loc[net["net"] > 0, ["customer_id", "day"]]


def climbs(touchpoints: pd.DataFrame, bought: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """One row a climb, written out step by step: person, number, day of each level (d0 to d4), last, again, channel, back."""
    touched = touchpoints.assign(level=touchpoints["step"].map(LEVELS), contact=1).dropna(subset="level")
    touched["cost"] = touched["cost"].fillna(0).astype(float)
    touched = touched[touched["time"] < last + pd.Timedelta(days=1)].assign(
        day=lambda frame: frame["time"].dt.normalize()
    )
    orders = bought[bought["customer_id"].isin(touchpoints["person_id"]) & (bought["day"] <= last)]
    orders = orders.rename(columns={"customer_id": "person_id"}).assign(level=TOP, step="", contact=0, cost=0.0)
    orders["time"] = orders["day"] + pd.Timedelta(days=1) - pd.Timedelta(seconds=1)
    events = pd.concat([touched, orders])
    events[["channel", "region"]] = events[["channel", "region"]].fillna("~")
    # What falls on one moment is ranked by what it says; a missing label comes last.
    events = events.sort_values(["person_id", "time", "level", "step", "region", "channel"])
    events = events.reset_index(drop=True)
    purchases = events[events["level"] == TOP]
    events = events.drop(purchases.index[purchases.duplicated(["person_id", "day"])])
    done = (events["level"] == TOP).astype(int)
    events["number"] = done.groupby(events["person_id"]).cumsum() - done
    grouped = events.groupby(["person_id", "number"])
    found = grouped.agg(
        last=("day", "last"), entry=("level", "first"), touched=("contact", "sum"), cost=("cost", "sum")
    )
    for level in range(TOP + 1):
        found[f"d{level}"] = events[events["level"] >= level].groupby(["person_id", "number"])["day"].first()
    highest = grouped["level"].cummax()
    found["back"] = (events["level"] < highest).groupby([events["person_id"], events["number"]]).any()
    for name in ("channel", "region"):
        found[name] = grouped[name].first().replace("~", "(missing)")
    found = found.reset_index()
    found["again"] = found["person_id"].duplicated()
    days = dict.fromkeys(("last", *(f"d{level}" for level in range(TOP + 1))), "datetime64[s]")
    return found[found["entry"] < TOP].astype(days).reset_index(drop=True)


def funnel(followed: pd.DataFrame, last: pd.Timestamp, days: int) -> pd.DataFrame:
    """people, went_on, lost, still_on_the_way by level, of climbs of which each person has one."""
    silent = (last - followed["last"]).dt.days > days
    rows = []
    for level in range(TOP + 1):
        here = followed[f"d{level}"].notna()
        on = followed[f"d{level + 1}"].notna() if level < TOP else here
        rows.append(
            (here.sum(), (here & on).sum() * (level < TOP), (here & ~on & silent).sum(), (here & ~on & ~silent).sum())
        )
    return pd.DataFrame(rows, columns=["people", "went_on", "lost", "still_on_the_way"])
