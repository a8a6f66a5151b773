"""Generate the sample data: ``python -m sample_data.generate [--out DIR] [--seed N]``.

The same seed gives the same tables. Hidden causes are drawn first (customers), then orders, lines, and what comes
back; each stage has random numbers of its own, so that a change to one leaves the others as they were.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sample_data.attributes import draw_attributes
from sample_data.catalogue import Catalogue, build_catalogue
from sample_data.credits import Credits, draw_credits
from sample_data.customers import GROUPS, NEVER_BOUGHT, Customers, draw_customers
from sample_data.deals import draw_deals
from sample_data.lines import Lines, draw_lines
from sample_data.market import market_shares
from sample_data.notes import written_notes
from sample_data.orders import Orders, draw_orders
from sample_data.persona import CHANNELS, REGIONS
from sample_data.personas import PERSONAS
from sample_data.seasons import DAYS, YEAR, dates
from sample_data.spend import draw_spend
from sample_data.survey import draw_survey
from sample_data.touchpoints import draw_touchpoints
from sample_data.write import write_tables

SEED = 20260220
FIRST_ORDER, FIRST_CUSTOMER = 100_001, 10_001
STAGES = (
    "catalogue",
    "customers",
    "attributes",
    "orders",
    "lines",
    "credits",
    "numbers",
    "never",
    "spend",
    "survey",
    "deals",
    "touchpoints",
)


def generate(seed: int = SEED) -> dict[str, pd.DataFrame]:
    """All tables of the sample.

    Parameters
    ----------
    seed : int
        Seed of every random number.

    Returns
    -------
    dict of str to DataFrame
        ``order_lines``, ``customers``, ``products``, ``spend``, ``survey``, ``market``, ``notes``,
        ``deals``, ``deal_stages``, ``touchpoints`` and ``truth/customers``; money is integer cents.
    """
    rng = {stage: np.random.default_rng([seed, place]) for place, stage in enumerate(STAGES)}
    catalogue = build_catalogue(rng["catalogue"])
    customers = draw_customers(rng["customers"])
    attributes = draw_attributes(rng["attributes"], customers)
    orders = draw_orders(rng["orders"], customers)
    lines = draw_lines(rng["lines"], customers, catalogue, orders)
    credits = draw_credits(rng["credits"], customers, catalogue, orders, lines)
    ids, spare = _customer_ids(rng["numbers"], len(customers), orders)
    deals, stages = draw_deals(rng["deals"], customers, attributes, ids)
    never = _never_bought(rng["never"], attributes)
    table = pd.concat([attributes, never], ignore_index=True)
    table.insert(0, "customer_id", np.concatenate([ids, spare]))
    return {
        "order_lines": _order_lines(catalogue, orders, lines, credits, ids),
        "customers": table.sort_values("customer_id", ignore_index=True),
        "products": _products(catalogue),
        "spend": draw_spend(rng["spend"]),
        "survey": draw_survey(rng["survey"], customers, attributes, orders, ids),
        "market": market_shares(),
        "notes": written_notes(),
        "deals": deals,
        "deal_stages": stages,
        "touchpoints": draw_touchpoints(rng["touchpoints"], customers, orders, ids),
        "truth/customers": _truth(customers, ids),
    }


def _customer_ids(rng: np.random.Generator, n: int, orders: Orders) -> tuple[np.ndarray, np.ndarray]:
    """Ids in the order of signing up, shortly before the first order; and ids of those who never bought."""
    first = np.full(n, DAYS)
    np.minimum.at(first, orders.customer[orders.customer >= 0], orders.day[orders.customer >= 0])
    signed = np.concatenate([first - rng.exponential(4, n), rng.uniform(0, DAYS, NEVER_BOUGHT)])
    number = np.empty(len(signed), dtype=int)
    number[np.argsort(signed)] = np.arange(len(signed))
    ids = np.char.add("K", (FIRST_CUSTOMER + number).astype(str))
    return ids[:n], ids[n:]


def _never_bought(rng: np.random.Generator, attributes: pd.DataFrame) -> pd.DataFrame:
    """Attributes of customers that signed up and never bought: those of ordinary people among the buyers."""
    people = np.flatnonzero((attributes["type"] == "person").to_numpy())
    return attributes.iloc[rng.choice(people, NEVER_BOUGHT, replace=False)]


def _order_lines(catalogue: Catalogue, orders: Orders, lines: Lines, credits: Credits, ids: np.ndarray) -> pd.DataFrame:
    """Purchases and credits in one table, sorted by time and order; money in cents."""
    origin = np.concatenate([lines.order, credits.origin])
    kind = np.concatenate([np.full(len(lines), ""), credits.kind])
    product = np.concatenate([lines.product, credits.lines.product])
    quantity = np.concatenate([lines.quantity, credits.lines.quantity])
    discount = np.concatenate([lines.discount, credits.lines.discount])
    day = np.concatenate([orders.day[lines.order], credits.day])
    hour = np.where(kind == "C", np.maximum(orders.hour[origin], 9), orders.hour[origin])
    owner = orders.customer[origin]
    order_id = np.char.add(kind, (FIRST_ORDER + origin).astype(str))
    frame = pd.DataFrame(
        {
            "order_id": order_id,
            "customer_id": pd.Series(ids[owner], dtype="str").where(owner >= 0),
            "date": dates()[day].astype("datetime64[s]") + hour * np.timedelta64(3600, "s"),
            "product_id": catalogue.product_id[product],
            "quantity": quantity,
            "amount": quantity * catalogue.price[product] - discount,
            "discount": discount,
            "cost": quantity * catalogue.cost[product],
            "region": np.array(REGIONS)[orders.region[origin]],
            "channel": np.array(CHANNELS)[orders.channel[origin]],
        }
    )
    return frame.iloc[np.lexsort((quantity, product, kind, origin, hour, day))].reset_index(drop=True)


def _products(catalogue: Catalogue) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "product_id": catalogue.product_id,
            "product": catalogue.name,
            "category": catalogue.category,
            "list_price": catalogue.price,
            "unit_cost": catalogue.cost,
        }
    )


def _truth(customers: Customers, ids: np.ndarray) -> pd.DataFrame:
    """What was planted, a row a customer that buys."""
    frame = pd.DataFrame(
        {
            "customer_id": ids,
            "persona": np.array([persona.key for persona in PERSONAS])[customers.persona],
            "group": np.array(GROUPS)[customers.group],
            "home_region": np.array(REGIONS)[customers.region],
            "first_channel": np.array(CHANNELS)[customers.first_channel],
            "orders_a_year": np.round(customers.rate * YEAR, 1),
            "leave_chance": np.round(customers.leave, 3),
        }
    )
    return frame.sort_values("customer_id", ignore_index=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the tables into a folder (this one unless told otherwise)."""
    parser = argparse.ArgumentParser(prog="python -m sample_data.generate", description="Generate the sample data.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder for the files")
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the random numbers (default %(default)s)")
    options = parser.parse_args(arguments)
    write_tables(generate(options.seed), options.out)


if __name__ == "__main__":
    main()
