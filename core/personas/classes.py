"""Personas as classes of customers, without their portraits."""

import numpy as np

from core import features
from core.access import Dataset
from core.classification import Classification
from core.filters import Filters
from core.personas.found import How
from core.personas.keeping import fitted_personas


def persona_classes(dataset: Dataset, filters: Filters) -> Classification:
    """The personas of the page at its default settings.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
        Only ``last`` decides who is what; the rest decides who is in view.

    Returns
    -------
    Classification
        -1 for those out of view or without a persona; no labels where there are no personas.

    Raises
    ------
    EmptyViewError
        Nobody bought within the filter.
    """
    selection = features.select(dataset.history, filters)
    shown = selection.shown
    fitted = fitted_personas(dataset, selection.as_of, How())
    codes = np.full(dataset.history.n_customers, -1, dtype=np.int16)
    codes[shown] = fitted.persona[np.searchsorted(fitted.behaviour.customer, shown)]
    return Classification("persona", tuple(persona.code for persona in fitted.personas), codes)
