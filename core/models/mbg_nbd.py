"""MBG/NBD: as BG/NBD, but a customer may drop out after the very first purchase too.

Batislam, Denizel & Filiztekin (2007), International Journal of Research in Marketing 24(3), 201-209; Hoppe & Wagner (2007), Marketing
JRM 3(2), 75-90, whose CBG/NBD is the same model.
"""

from dataclasses import dataclass
from typing import ClassVar

from core.models import beta_geometric
from core.models.beta_geometric import BetaGeometric
from core.models.estimation import Estimate, LogLikelihood, NoFit
from core.models.fitting import fit_states
from core.models.purchase_model import PurchaseFit
from core.models.states import States


@dataclass(frozen=True)
class MbgNbd(BetaGeometric):
    """The model at given parameters; who never came back may be gone."""

    NAME: ClassVar[str] = "mbg_nbd"
    CHANCES_OF_NEW: ClassVar[int] = 1


def fit(
    states: States, start: MbgNbd = MbgNbd(1.0, 6.0, 1.0, 2.0), near: Estimate | None = None
) -> PurchaseFit | NoFit:
    """Fit by maximum likelihood, see :func:`core.models.fitting.fit_states`."""
    return fit_states(states, start, log_likelihood, near)


def log_likelihood(states: States) -> LogLikelihood:
    """Log likelihood and gradient in the logarithms of r, alpha, a, b."""
    return beta_geometric.log_likelihood(states, MbgNbd.CHANCES_OF_NEW)
