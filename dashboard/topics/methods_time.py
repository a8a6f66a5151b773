"""How retention and the time to the second purchase are made, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (*_retention(), *_second_purchase())


def _retention() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Cohort retention"),
            _(
                "A **cohort** is who bought for the first time in the same month (week, quarter). *On* month k is the "
                "share that bought in that very month; *on or after* the share that bought then or later, whose last "
                "three months are provisional, because some will still come. The average adds up customers over complete "
                "cells; it can rise, as only the oldest cohorts reach late months. The date *from* picks the cohorts "
                "that are shown and never cuts a first purchase off.\n\n"
                "**Net retention** (NRR) is a cohort’s money in a month over that of its first, with an interval from the "
                "spread over customers; it can be above 100 %. **Gross retention** (GRR) counts of nobody more than their "
                "first month brought, and so is at most 100 %. **Value** is the money a customer up to and with the "
                "month; averaged over cohorts it can fall, as the mix changes.\n\n"
                "The **forecast** is the share that a fitted purchase model expects to buy in each month: Pareto/NBD, "
                "else BG/NBD; with contracts the shifted beta-geometric model, of those still there. It is drawn over the "
                "observed months too, and left out where it misses their sum by more than a quarter. Its interval is "
                "that of the model’s parameters alone. It knows neither season nor growth.\n\n"
                "A **goal** is called met or missed only where the 95 % interval leaves it out."
            ),
        ),
        (
            _("Groups over time"),
            _(
                "Region, channel and category are those of a customer’s **first purchase** (where most of that day’s "
                "revenue was): nothing that came later can change them, so groups can be tested against each other. A "
                "**persona** or a **tier** is known only afterwards: who comes back often gets into another one by it. "
                "Such groups may be looked at, and nothing is claimed of them. Of more than 40 groups the largest are "
                "shown."
            ),
        ),
        (
            _("Loyalty in figures"),
            _(
                "**Retention rate**: of those who bought in the last complete month but one, who bought in the last. "
                "**Repeat purchase**: customers with two purchases or more ÷ buyers. **Product (category) again**: of all "
                "that customers bought, what the same customer bought in another order too. **Upsell**: of those who "
                "bought on two days or more, who brought more on a later day on average than on the first, or bought a "
                "new category then. **Conversion** and **contacts** need a table *touchpoints*; the **loyalty index** "
                "needs a table *survey* with answers to *recommend*, *buy_again* and *try_other*, from 1 to 5 or from 0 "
                "to 10, and is their mean from 0 to 100."
            ),
        ),
    )


def _second_purchase() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Second purchase"),
            _(
                "How long it takes from the first purchase to the second, by the method of **Kaplan and Meier**: who has "
                "not bought again counts for as long as known, up to the end of the window, and neither as never back "
                "nor as left out. Half are back on the first day by which the curve has reached a half; the interval "
                "holds the days whose own interval holds a half. Followed are those whose first purchase matches the "
                "filter; the second may be of any region or channel.\n\n"
                "Groups are compared by the **log-rank** test: all at once, then each against all others, after the "
                "correction over the groups. Groups of fewer than 30 customers are called neither sooner nor later."
            ),
        ),
    )
