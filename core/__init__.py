"""Clientele's core, as a notebook imports it."""

from core.access import AccessScope, Dataset, open_dataset
from core.filters import Filters

__all__ = ["AccessScope", "Dataset", "Filters", "open_dataset"]
