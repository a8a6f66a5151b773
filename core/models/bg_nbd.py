"""BG/NBD: how many purchases a customer will make, who may silently drop out after any repeat purchase.

Fader, Hardie & Lee (2005), Marketing Science 24(2), 275-284. A customer buys at a rate drawn from Gamma(r, alpha), and after
each repeat purchase is gone with a probability drawn from Beta(a, b). So who never came back is certainly alive.
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
class BgNbd(BetaGeometric):
    """The model at given parameters (equations 6, 9 and 10 of the paper)."""

    NAME: ClassVar[str] = "bg_nbd"
    CHANCES_OF_NEW: ClassVar[int] = 0


def fit(states: States, start: BgNbd = BgNbd(1.0, 4.0, 1.0, 2.0), near: Estimate | None = None) -> PurchaseFit | NoFit:
    """Fit by maximum likelihood, see :func:`core.models.fitting.fit_states`."""
    return fit_states(states, start, log_likelihood, near)


def log_likelihood(states: States) -> LogLikelihood:
    """Log likelihood and gradient in the logarithms of r, alpha, a, b (equation 6)."""
    return beta_geometric.log_likelihood(states, BgNbd.CHANCES_OF_NEW)
