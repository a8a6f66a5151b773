"""How personas, portraits, likeness and the survey are made, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (
        (
            _("Personas"),
            _(
                "Customers are compared by how they buy: how recently, how often, how much, for how long, how regularly, how "
                "broadly, at what discount, over which channels, in which seasons, which categories. Who they are describes a "
                "group; it only forms one where you choose so, and ethnicity and religion never do.\n\n"
                "Groups are found by a **Gaussian mixture** with one common covariance (McLachlan and Peel 2000), or by k-means. "
                "The mixture learns which differences are noise within every group, such as how long ago an only order was. Shares "
                "and discounts of customers with few orders are drawn towards those of all: one order makes no habit.\n\n"
                "The **number of groups** is the finest that comes back when customers are drawn anew 16 times. Each group’s "
                "**stability** is the overlap with itself over those draws (Hennig 2007): from 0.75 valid, from 0.6 doubtful, below "
                "not to be acted on. Groups are *natural* when they also stand apart more than those cut from one cloud of the same "
                "spread, *made, but stable* when not, *unstable* when they do not come back (Dolnicar, Grün and Leisch 2018).\n\n"
                "**From snapshot to snapshot** groups stay: customers are placed in those of the snapshot before, new ones too, as "
                "long as groups found anew would divide them alike (adjusted Rand index from 0.8). Else the new ones stand, and one "
                "that overlaps an old one keeps its code."
            ),
        ),
        (
            _("Portraits"),
            _(
                "An **index** compares a group with the rest of its kind: 100 is equal, 200 double. A sentence is written only of "
                "rows with 30 customers and more on both sides whose 95 % interval leaves out 100; shares of customers must stand "
                "after Benjamini and Hochberg’s correction too. Each of these rows is in the table *What backs each sentence*. "
                "“Mostly” is said from half of a group on, and nothing is said of what sets nobody apart.\n\n"
                "**The core** are active customers in the best third by value and by orders, at least two of these, and not "
                "dissatisfied where they were asked. Active is who bought within the time that three quarters of customers leave "
                "between orders at most. **The target** are the other active ones. **The near-target** are those who have gone silent "
                "and are at least as like the core as the middle one of them. **Those who never ordered** and are as like the core "
                "as its middle customer have a portrait too, of what they told and what is known of them, beside customers; no "
                "purchase stands behind it, so it says *hypothesis*, and it gives way to data when they buy. "
                "They were chosen by what is known of them: that they are like the core in it is no finding.\n\n"
                "A card has at most four sentences, those that tell most (how far from the rest, and of shares how large) and that "
                "its chart does not tell; all others are behind *More about them*. A best time has at least an even share of the "
                "orders. For a group that is not to be acted on nothing is advised.\n\n"
                "**Likeness** adds up the odds of what is known of somebody in the core against the others (naive Bayes), and is "
                "given as the share of the core that is less like it. The page says how often it tells a customer of the core from "
                "another one, judged on customers that the odds were not made from; where that is no better than chance nobody is "
                "ranked."
            ),
        ),
        (
            _("Survey and market"),
            _(
                "A **survey** is a table of customer, date, question and answer; the questionnaire on the page of personas lists "
                "the questions that are understood. Of several answers of a customer the latest counts. Those who answered are "
                "compared with those who did not, so that you see who is over-represented. *Said, and did* holds answers against "
                "orders: the channel named against the one of most orders, the habit of buying at a discount against the mean "
                "discount (from 10 % on mostly, up to 0.5 % never), the wish to buy again against a purchase within 180 days.\n\n"
                "A table of the **market** gives shares of an attribute’s values there or among a competitor’s customers; a "
                "difference is claimed after a z test against that share, corrected as above."
            ),
        ),
    )
