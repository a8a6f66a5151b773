"""How ABC-XYZ, RFM, crossings and movements are made, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (*_abc_xyz(), *_rfm(), *_two_classes())


def _abc_xyz() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("ABC-XYZ"),
            _(
                "**ABC** goes by cumulative share of value, largest first: a customer is A as long as those before it "
                "hold less than 80 %, B below 95 %, C after that. Revenues of 80, 15 and 5 are A, B and C; one giant is "
                "A. Who brings nothing or less is *not positive*. Products are classed in the same way, by what was sold "
                "of them, whoever bought it; lines that name no product are in no class, and the page says how much they "
                "are worth.\n\n"
                "**XYZ** goes by how much a customer’s monthly total varies: the standard deviation over the mean. X up "
                "to 10 %, Y up to 25 %, Z above. 90 and 110 in turn over 12 months is 10.44 %, so Y. The last 12 "
                "complete months count (or 52 weeks, 8 quarters, or as many as are set), from the customer’s first, and "
                "months without an order count as zero. Fewer than six complete months: *new*. A mean of zero or less "
                "(nothing bought in those months, or more returned): *quiet*.\n\n"
                "Most consumers buy too seldom to be steady by these cuts: orders that come at random vary by 1 over the "
                "root of their number, so X needs about 100 orders a month. When one class holds over 90 % the page says "
                "so and offers **thirds** of the variation seen, and the split of **Syntetos and Boylan**: how long "
                "between orders (1.32 periods) against how uneven the orders are (squared variation 0.49). **Without the "
                "season** asks instead how far each month is from the same month a year before: the root of the mean "
                "squared difference over the mean, with the same cuts. Who buys every December and never else is then "
                "steady. It takes two years of history."
            ),
        ),
        (
            _("ABC-XYZ: how firm, how far, at what cost"),
            _(
                "*At the edge* are those who change class when what the limits leave over (20 %, 5 %) or the cuts of "
                "variation move by a tenth. **How firm the classes are** moves one setting at a time, up and down, and "
                "counts who changes class.\n\n"
                "**To better ABC** is how much more value reaches the smallest one of the next better class, **room "
                "below** how much can be lost without falling below the smallest of one’s own; limits are taken as they "
                "stand. **To better XYZ** is how many percentage points the variation lies above the next better "
                "class.\n\n"
                "**Total demand of groups** is the variation of the sum over a class, region, channel or category: "
                "customers who buy in turns can make a steady whole.\n\n"
                "**Side by side** shows each side’s share of every cell, and the difference. A difference with ° after "
                "it could be chance: its 95 % interval, paired by customer, holds zero, or does so after the correction "
                "over the cells.\n\n"
                "**Spend** of a channel is laid on that channel’s purchases within the dates, each the same. *Stop "
                "paying for promotion* is only said of a cell of 30 customers or more whose margin is below its spend by "
                "more than chance, and not of the new, whose value is still to come."
            ),
        ),
    )


def _rfm() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("RFM"),
            _(
                "**Recency** is days since the last purchase, **frequency** the number of purchases, **value** the total "
                "net revenue (or margin, or the mean of a purchase). On each axis a score is one more than the whole "
                "part of *groups × the share of customers that are strictly worse*: groups of equal size, as far as ties "
                "allow. Or the span from the smallest to the largest value is cut into pieces of **equal width**, or at "
                "**own** values, of which each is the last of its group. Recency can go by **fixed days** whatever the "
                "others do: new up to 30 days, recent up to 90, old after that (with four groups old begins anew at 180 "
                "days, with five at 365 too). Three groups make a cube of 27 cells, four 64, five 125; the cuts stand "
                "under it, and a group that nobody is in is named.\n\n"
                "**Named segments** are fixed sets of cells; each cell is in exactly one. Their rules go by low, middle "
                "and high: with four groups the outer ones are low and high, with five the outer two on either side. A "
                "file *segments.toml* in the data folder replaces names, rules and advice by a company’s own.\n\n"
                "**Days, orders and money to better** are the least that leads to a better group by these cuts, all else "
                "as it is."
            ),
        ),
        (
            _("RFM: changes since an earlier time"),
            _(
                "Both times are cut by the *earlier* time’s cuts, so that a change is one of customers and not of cuts; "
                "the figures say from what to what by those cuts, which can differ from the size of the segment now, by "
                "today’s. Money is what those in the segment have brought in each time’s window. A change is claimed of "
                "segments of 30 customers at one time at least, where its 95 % interval, paired by customer, leaves out "
                "zero after the correction over all segments."
            ),
        ),
    )


def _two_classes() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Crossing"),
            _(
                "Two ways to class the same customers, against each other; each analysis with its usual settings. A "
                "customer’s region or channel is where most of their matching purchases were (then most revenue, then "
                "the first by name). **Expected** is how many a cell would hold if the one class said nothing about the "
                "other; the colour is the adjusted standardised residual of Haberman, beyond 2 either way more than "
                "chance alone. A cell is only called larger or smaller where that stands after the correction over all "
                "cells, and where at least 5 customers are expected. The **link** is Cramér’s V without its bias: 0 for "
                "no link, 1 for a perfect one."
            ),
        ),
        (
            _("Movements"),
            _(
                "Customers are classed at two dates, of orders up to each date alone, both by the cuts of the *earlier* "
                "one: a change is one of customers, never of cuts. Over the whole history sums only grow, so that "
                "whoever buys as ever rises; classes made of the last 12 or 24 months hold like against like. Who has no "
                "purchase up to a date is in no class then.\n\n"
                "**The bridge** goes from the revenue of the window that ends with the earlier date to that of the "
                "equally long one after it. Each order is in one step: *new* customers, *returned* ones, those who "
                "bought *more*, *the same* or *less*, those who *stopped*, returns without a purchase, and orders "
                "without a customer. The steps add up to the cent.\n\n"
                "Intervals of changes are 95 % ones, paired by customer; over time each month is held against the one "
                "before it, and marked where the change stands after the correction over all classes and months."
            ),
        ),
    )
