"""The settings of the grades of deals."""

from dataclasses import dataclass

from core.deals.grades import Rules
from core.params import name, number


@dataclass(frozen=True)
class DealsParams:
    """Settings of the grades.

    Parameters
    ----------
    much_effort : int
        Per cent: an effort score above is much. 50 is the usual effort of closed deals.
    good_terms : int
        Per cent: a terms score from here on is good.
    most_changes : int
        More changes asked for make a won deal a B.
    loss_margin : int
        Per cent of the amount: a won deal whose margin is not above is a C.
    large : int
        Per cent: an amount larger than this share of closed deals' is large.
    weight_days, weight_contacts, weight_changes : int
        Of the parts of effort.
    weight_margin, weight_discount, weight_amount : int
        Of the parts of terms.
    outcomes, reasons, levels : str
        What words mean beside the lists of :mod:`core.deals.words`: ``word=meaning|word=meaning``.
    leave_out : str
        Attributes not to look at, with "|" between them.
    by : str
        The attribute by which cycle times are told apart; "" for none.
    """

    much_effort: int = number(50, 1, 99)
    good_terms: int = number(50, 1, 99)
    most_changes: int = number(0, 0, 99)
    loss_margin: int = number(0, -100, 100)
    large: int = number(75, 0, 100)
    weight_days: int = number(1, 0, 9)
    weight_contacts: int = number(1, 0, 9)
    weight_changes: int = number(1, 0, 9)
    weight_margin: int = number(1, 0, 9)
    weight_discount: int = number(1, 0, 9)
    weight_amount: int = number(0, 0, 9)
    outcomes: str = name("")
    reasons: str = name("")
    levels: str = name("")
    leave_out: str = name("")
    by: str = name("")

    def rules(self) -> Rules:
        """The settings as :mod:`core.deals.grades` takes them."""
        weights = {
            "days": self.weight_days,
            "contacts": self.weight_contacts,
            "changes": self.weight_changes,
            "margin_share": self.weight_margin,
            "discount_share": self.weight_discount,
            "amount": self.weight_amount,
        }
        return Rules(
            self.much_effort / 100,
            self.good_terms / 100,
            self.most_changes,
            self.loss_margin / 100,
            self.large / 100,
            tuple((part, float(weight)) for part, weight in weights.items()),
        )
