"""What the reader must know of a forecast of lifetime value."""

import numpy as np

from core.analyses._ltv_contracts import MOST_RETURNED
from core.analyses._ltv_fits import Basis
from core.models.contest import AUTO
from core.models.estimation import MIN_REPEAT_BUYERS, NoFit
from core.models.gamma_gamma import GammaGammaFit
from core.models.holdout import Holdout
from core.models.purchase_model import PurchaseFit
from core.models.sbg import SbgFit
from core.results import Notice

# Gamma-Gamma takes frequency and value to be unrelated; beyond this correlation the reader is told.
HIGH_CORRELATION = 0.3
# A forecast that missed the held-out purchases by more than this share is not to be leant on.
FAR_OFF = 0.25


def fits(found: Basis) -> list[PurchaseFit | GammaGammaFit | SbgFit | NoFit]:
    """All that was tried."""
    fits = (found.purchases, found.spend, None if found.contracts is None else found.contracts.fit)
    return [fit for fit in fits if fit is not None]


def notices(found: Basis, check: Holdout | NoFit | None) -> tuple[Notice, ...]:
    """Codes with their numbers, of the models, the holdout and the contest."""
    told = []
    for fit in fits(found):
        if isinstance(fit, NoFit):
            needed = MIN_REPEAT_BUYERS
            told.append(Notice.of(fit.reason, model=fit.model, repeat_buyers=fit.repeat_buyers, needed=needed))
        elif not fit.estimate.determined:
            told.append(Notice.of("not_determined", model=fit.estimate.model))
    if isinstance(found.spend, GammaGammaFit) and abs(found.spend.correlation) > HIGH_CORRELATION:
        told.append(Notice.of("spend_correlated", correlation=found.spend.correlation))
    if found.contracts is not None and found.contracts.contracts.returned > MOST_RETURNED:
        told.append(Notice.of("contracts_resumed", share=found.contracts.contracts.returned))
    if found.purchases is None:
        return tuple(told)
    if check is None:
        told.append(Notice.of("holdout_too_short"))
    elif isinstance(check, Holdout) and np.isnan(check.error):
        told.append(Notice.of("holdout_without_purchases", weeks=check.weeks))
    elif isinstance(check, Holdout) and abs(check.error) > FAR_OFF and check.error_low * check.error_high > 0:
        told.append(Notice.of("forecast_off", error=check.error, weeks=check.weeks))
    elif isinstance(check, NoFit) and not isinstance(found.purchases, NoFit):
        told.append(Notice.of("no_holdout", reason=check.reason, repeat_buyers=check.repeat_buyers))
    if found.contest is not None and found.contest.naive_is_better:
        told.append(Notice.of("naive_rate_better", weeks=found.contest.past.weeks))
    winner = None if found.contest is None else found.contest.winner
    if winner is not None and found.params.model == AUTO and winner.model != found.purchase_model:
        told.append(Notice.of("winner_not_fitted", model=winner.model))
    return tuple(told)
