"""Readiness: customers by the step of the ladder that they stand on, for whatever crosses or profiles them."""

import numpy as np

from core import features
from core.access import Dataset
from core.classification import Classification
from core.filters import Filters
from core.journey.climbs import find_climbs, last_known
from core.journey.log import contact_log
from core.journey.standing import SILENT, standing
from core.journey.steps import PURCHASE, STEPS

NAME = "step"


def readiness(dataset: Dataset, filters: Filters) -> Classification | None:
    """Class the customers in view by the step that they stand on at the end of the filter's dates.

    Parameters
    ----------
    dataset : Dataset
    filters : Filters
        Of whatever region and channel the touchpoints are; filters never change who a customer is.

    Returns
    -------
    Classification or None
        ``step`` with the labels :data:`core.journey.steps.STEPS`. A customer without touchpoints stands on the purchase for as long
        as others do after one, and then on the first step. None without touchpoints, or when no name of a step is known.
    """
    log = contact_log(dataset)
    if log is None:
        return None
    step_of = dataset.step_rules.codes(log.names)
    as_of = last_known(dataset, log, filters)
    events, climbs = find_climbs(dataset, log, step_of, as_of)
    if len(events.steps) < 2:
        return None
    found = standing(events, climbs, as_of)
    history = dataset.history
    last = features.last_purchase(history, features.rows_in_window(history, None, as_of)).astype(np.int64)
    codes = np.where((last > 0) & (as_of - last <= SILENT), PURCHASE, 0).astype(np.int16)
    customer = log.customer[found.person]
    known = customer >= 0
    codes[customer[known]] = found.step[known]
    codes[~features.select(history, filters).in_view] = -1
    return Classification(NAME, STEPS, codes)
