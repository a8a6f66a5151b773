"""What a market study says of everybody who buys home and garden goods, and of two competitors' customers."""

from __future__ import annotations

import pandas as pd

MARKET, RIVAL, SHOP = "Home goods panel 2025", "Hearthway", "Budgetto"

# Shares of the values of an attribute, by source; those of one source and attribute add up to 1.
SHARES: dict[str, dict[str, tuple[float, ...]]] = {
    "age: under 25, 25-34, 35-44, 45-54, 55-64, 65 and over": {
        MARKET: (0.09, 0.19, 0.19, 0.17, 0.18, 0.18),
        RIVAL: (0.04, 0.12, 0.19, 0.22, 0.24, 0.19),
        SHOP: (0.16, 0.29, 0.20, 0.14, 0.11, 0.10),
    },
    "sex: female, male": {MARKET: (0.55, 0.45), RIVAL: (0.63, 0.37), SHOP: (0.56, 0.44)},
    "family: single, couple, with children, children grown up": {
        MARKET: (0.26, 0.26, 0.29, 0.19),
        RIVAL: (0.17, 0.30, 0.28, 0.25),
        SHOP: (0.36, 0.22, 0.33, 0.09),
    },
    "income_band: under 25k, 25k to 40k, 40k to 60k, 60k to 90k, over 90k": {
        MARKET: (0.20, 0.29, 0.27, 0.17, 0.07),
        RIVAL: (0.07, 0.22, 0.34, 0.26, 0.11),
        SHOP: (0.38, 0.37, 0.19, 0.05, 0.01),
    },
    "place: city, town, village": {MARKET: (0.42, 0.36, 0.22), RIVAL: (0.30, 0.42, 0.28), SHOP: (0.48, 0.36, 0.16)},
    "industry: office services, hotels and restaurants, schools and childcare, health practices, retail shops, "
    "landscaping and building, public offices": {MARKET: (0.26, 0.17, 0.09, 0.13, 0.17, 0.14, 0.04)},
    "size: 1 to 9, 10 to 49, 50 to 249, 250 and more": {MARKET: (0.80, 0.15, 0.04, 0.01)},
}


def market_shares() -> pd.DataFrame:
    """``attribute``, ``value``, ``share`` (0 to 1), ``source``; a share that nobody measured has no row."""
    rows = []
    for heading, sources in SHARES.items():
        attribute, values = heading.split(": ")
        for source, shares in sources.items():
            rows += [(attribute, value, share, source) for value, share in zip(values.split(", "), shares, strict=True)]
    return pd.DataFrame(rows, columns=["attribute", "value", "share", "source"])
