"""How deals are graded, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (
        (
            _("Deals graded A to X"),
            _(
                "**Effort** is the mean of a deal’s places among closed deals by days, contacts and changes asked "
                "for: the share that took less, ties counted half. **Terms** are the same by margin and, the other "
                "way round, discount. Parts that the data lack are left out; weights and limits are "
                "settings.\n\n**A**: won with little effort, no changes and on good terms. **B**: won with much "
                "effort, after changes, or on worse terms. **C**: much effort and no sale, or a sale without profit. "
                "**D**: lost for want of money. **X**: a large one lost because it needs what is not sold. Lost "
                "early for another reason is a **quick no**. What the data can’t tell - an early loss without a "
                "reason, a win without a cycle or terms - is **not gradable**, and not guessed. Under 20 closed "
                "deals nothing is graded.\n\nWhat outcomes and reasons mean is looked up in lists of words in "
                "several languages; the page shows each word with what it was taken for, and lets you change it. "
                "Region and channel are the deal’s own, the dates those of opening. Everything is seen from the date "
                "*to*, else the last day on which something happened to a deal: a deal that closed later counts as "
                "open. The **share of the effort** on B and C is the weighted mean of their shares of all days, "
                "contacts and changes of closed deals; its interval is clustered by account."
            ),
        ),
        (
            _("Deals: price, cycle, criteria"),
            _(
                "The **threshold price** is the one that best parts deals won more often below it from those above; "
                "it is shown only where chance alone would seldom part them so well (Miller and Siegmund’s test for "
                "the best of many cuts), with an interval from 200 resamples of accounts. The **cycle** is estimated "
                "by Kaplan and Meier: an open deal counts for as long as it is known.\n\n**Criteria** are the leaves "
                "of a decision tree three questions deep, grown on half of the accounts; their shares and intervals "
                "are those of the other half. **Indices** compare a value of an attribute with all others (100 is "
                "equal); shown are those that stand after Benjamini and Hochberg’s correction, with 30 deals on "
                "either side.\n\n**Levels** go from the outside in, after Bonoma and Shapiro: firm, operations, way "
                "of buying, situation, people. Each is judged by how often it ranks an A before another deal that "
                "the model had not seen, alone and with those before it; an attribute’s level is found by its name "
                "and can be changed."
            ),
        ),
        (
            _("Deals: the chance of an A"),
            _(
                "A logistic regression on what is known when a deal is opened - attributes of the account and the "
                "deal, amount, earlier wins - with shrunken coefficients (a normal prior of 1 on the scale of log "
                "odds), calibrated by Platt’s method on deals held out. Shown are the area under the curve over five "
                "folds by account, with DeLong’s interval, the same on the newest fifth of deals, and predicted "
                "against actual shares. The chance at opening is then turned into that at the deal’s age, by the "
                "shares of A’s and of others that took longer; a deal that has taken too much effort already has "
                "none. Where the model does no better than chance, no chances are shown.\n\n**Press on**: the whole "
                "interval lies above the usual share of A’s. **Say no**: much effort was spent, and an A was "
                "unlikely from the beginning (the interval lies below half of the usual share) or the deal is older "
                "than nine in ten won deals were."
            ),
        ),
    )
