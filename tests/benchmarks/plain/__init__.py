"""The same answers in plain pandas: the lines are read once, every answer is made of group-bys over them.

This is kind to pandas: ids are integers or categoricals, months and whether an order is a purchase stand ready in a column, and each
customer's first purchase is known.
"""

from tests.benchmarks.plain.abc_xyz import abc_xyz, abc_xyz_of_products
from tests.benchmarks.plain.cohorts import cohorts
from tests.benchmarks.plain.crossing import crossing
from tests.benchmarks.plain.log import Log, Tables, read
from tests.benchmarks.plain.movements import movements
from tests.benchmarks.plain.overview import overview
from tests.benchmarks.plain.rfm import rfm

__all__ = [
    "Log",
    "Tables",
    "abc_xyz",
    "abc_xyz_of_products",
    "cohorts",
    "crossing",
    "movements",
    "overview",
    "read",
    "rfm",
]
