"""How each number is made, in words: the page that a reader opens when a number surprises."""

import streamlit as st

from dashboard.words import _


def rules() -> tuple[tuple[str, str], ...]:
    """Headings and texts of what holds everywhere."""
    return (
        (
            _("Orders, purchases, credits"),
            _(
                "An **order** is all lines with one order number of one customer. It is a **purchase** when it brings more than "
                "nothing. Everything else is a **credit**: a return, a cancellation, an adjustment, an order of zero. A credit moves "
                "revenue on its own day, and never how often or when somebody bought. (The mapping can make orders of exactly zero "
                "count as purchases.)"
            ),
        ),
        (
            _("Who is in view, and when"),
            _(
                "In view are the customers with a purchase that matches the filter; revenue is that of matching orders, returns taken "
                "off. Everything is seen from the end of the window: the date *to*, else the last order in the data, "
                "never today. "
                "Filters never change who a customer is: the first purchase is found before any filter."
            ),
        ),
        (
            _("Classes of the whole company, or within the filter"),
            _(
                "Filter by region and a class can mean two things. *Whole company*: classes are made from all regions and channels, "
                "and you see those of them that bought here. *Within the filter*: classes are made anew from what matches. The grey "
                "line under each title says which. Dates always narrow both."
            ),
        ),
        (
            _("What is not known"),
            _(
                "A cell that can't have been observed is empty, never zero. One whose month is not over is hatched. Orders without a "
                "customer count in revenue and in nothing else; the overview shows how much that is. Equal values always get equal "
                "classes, so groups need not be of exactly equal size."
            ),
        ),
        (
            _("Intervals and claims"),
            _(
                "Shares of customers have Wilson’s 95 % interval; totals and ratios one from the spread over customers. “Rose” or "
                "“fell” is only said when the 95 % interval of the difference leaves out zero, after Benjamini and Hochberg’s correction "
                "over the figures of the page; else it says *no clear change*. Numbers from fewer than 30 customers are greyed."
            ),
        ),
    )


def analyses() -> tuple[tuple[str, str], ...]:
    """Headings and texts of the analyses."""
    return (
        (
            _("ABC-XYZ"),
            _(
                "**ABC** goes by cumulative share of value, largest first: a customer is A as long as those before it hold less than "
                "80 %, B below 95 %, C after that. Revenues of 80, 15 and 5 are A, B and C; one giant is A. Who brings nothing or less "
                "is *not positive*.\n\n"
                "**XYZ** goes by how much a customer’s monthly total varies: the standard deviation over the mean. X up to 10 %, Y up "
                "to 25 %, Z above. 90 and 110 in turn over 12 months is 10.44 %, so Y. The last 12 complete months count, from the "
                "customer’s first, and months without an order count as zero. Fewer than six complete months: *new*. A mean of zero or "
                "less (nothing bought in those months, or more returned): *quiet*.\n\n"
                "Most consumers buy too seldom to be steady by these cuts: orders that come at random vary by 1 over the root of their "
                "number, so X needs about 100 orders a month. When one class holds over 90 % the page says so and offers **thirds** of "
                "the variation seen, and the split of **Syntetos and Boylan**: how long between orders (1.32 periods) against how "
                "uneven the orders are (squared variation 0.49).\n\n"
                "*At the edge* are those who change class when what the limits leave over (20 %, 5 %) or the cuts of variation move by "
                "a tenth."
            ),
        ),
        (
            _("RFM"),
            _(
                "**Recency** is days since the last purchase, **frequency** the number of purchases, **value** the total net revenue "
                "(or margin, or the mean of a purchase). On each axis a score is one more than the whole part of *groups × the share "
                "of customers that are strictly worse*. Three groups make a cube of 27 cells; the cuts stand under it. The eleven "
                "named segments are fixed sets of cells; hover a bar for its rule. With four or five groups the lower third of scores "
                "counts as low, the upper third as high."
            ),
        ),
        (
            _("Lifetime value"),
            _(
                "Two **simple figures** first: mean order value × orders a month × months, and revenue divided by buyers.\n\n"
                "The **forecast** is the BG/NBD model of Fader, Hardie and Lee (2005) for how many more purchases somebody makes, and "
                "their Gamma-Gamma model for what a purchase is worth. Both are fitted by maximum likelihood to all customers up to the "
                "end of the window, in days: repeat purchase days, time of the last one, time since the first. Future months are "
                "discounted. Where the files have costs it is margin; else it is called discounted revenue.\n\n"
                "The interval of a customer is where its *own* value will lie in nine cases of ten. The page refits the model without "
                "the last quarter of the history and shows how far it was off there. With fewer than 50 repeat buyers only the simple "
                "figures are shown."
            ),
        ),
        (
            _("Cohort retention"),
            _(
                "A **cohort** is who bought for the first time in the same month (week, quarter). *On* month k is the share that "
                "bought in that very month; *on or after* the share that bought then or later, whose last three months are "
                "provisional, because some will still come. Revenue retention is the cohort’s revenue in a month over that of its "
                "first. The average adds up customers over complete cells; it can rise, as only the oldest cohorts reach late months. "
                "The date *from* picks the cohorts that are shown and never cuts a first purchase off."
            ),
        ),
        (
            _("Personas"),
            _(
                "K-means over how customers buy: how recently, how often, how much, for how long, how regularly, how broadly, at what "
                "discount, over which channels. Who they are (age, place, industry) never forms a group; it describes it. The number "
                "of groups is the one that comes back most reliably when customers are drawn anew. Each group’s **stability** is the "
                "overlap with itself over those draws: from 0.75 valid, from 0.6 doubtful, below not to be acted on. An **index** "
                "compares a group with everybody else: 100 is equal, 200 double."
            ),
        ),
    )


def sources() -> str:
    """The literature."""
    return _(
        "Fader, Hardie & Lee (2005), Marketing Science 24(2) · Fader & Hardie, notes 004, 019, 024, 025 · Syntetos, Boylan & Croston "
        "(2005), J. Operational Research Society 56 · Hennig (2007), Computational Statistics & Data Analysis 52 · Dolnicar, Grün & "
        "Leisch (2018), Market Segmentation Analysis · Wilson (1927), J. American Statistical Association 22 · Benjamini & Hochberg "
        "(1995), J. Royal Statistical Society B 57"
    )


st.title(_("How the numbers are made"), anchor=False)
for title, text in rules():
    st.subheader(title, anchor=False)
    st.markdown(text)
for title, text in analyses():
    st.subheader(title, anchor=False)
    st.markdown(text)
st.caption(sources())
