"""How profiles and own segments are made, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (
        (
            _("Profiles"),
            _(
                "A segment of any kind beside all other customers in view, or beside another segment. Attributes stand on the "
                "axis that their name tells: Kotler’s (place, demographic, behaviour, psychographic), the socio-economic one, "
                "what sets firms apart, perceived value from a survey; what the name does not tell is under *other*. Numbers are "
                "in four bands of equally many customers, as far as ties allow.\n\n"
                "**Share** is of the customers of whom it is known; of orders for month, weekday, region and channel; of order "
                "lines for categories and the time of day. The **index** is the share over that of the rest: 100 is equal, 200 "
                "double. Its 95 % interval is the log-adjusted one of a ratio of shares (Walter 1975); for orders and lines it "
                "comes from the spread over customers, so that one who orders often does not count as many. **V** is Cramér’s: "
                "the strength of the attribute as a whole, with Pearson’s chi-square test; for orders and lines that of the value "
                "furthest off, after Bonferroni. All p are adjusted by Benjamini and Hochberg.\n\n"
                "*Clear* are differences with an adjusted p below 0.05, an interval that leaves out 100, and 30 customers on both "
                "sides; only of those is anything said. What a segment was formed by (recency of Champions) is shown, but not "
                "tested: that it differs is no finding. What tells most comes first: each value’s part of Jeffreys’ divergence, "
                "times the share of the segment of whom it is known."
            ),
        ),
        (
            _("The five W and the Khramatrix"),
            _(
                "**What, who, why, when, where** (Sherrington), as seen and as an offer: each answer is made of the clear "
                "differences on that question, at most three. Categories are shares of order lines, so that whoever buys more "
                "does not seem to buy more of everything.\n\n"
                "The **Khramatrix** lays segments across readiness, the five steps of Hunt’s ladder. People are those who stand "
                "there now. The share below is of those who stood there some days ago (90, a setting), by the cuts of that day: how "
                "many have bought since, with Wilson’s interval on hover. Without touchpoints readiness is told by thirds of "
                "recency and frequency: long ago and seldom is *indifference*, recent and often *purchase*."
            ),
        ),
        (
            _("Own segments"),
            _(
                "A rule asks what is known of customers: orders, revenue, margin, order_value, days_since_last_order, "
                "days_since_first_order, age, categories *bought*, any attribute, any class (rfm_segment, abc, region …), the latest "
                "answer to any question of the survey (motive, recommend …), another *own* segment. Conditions are joined by *and*, "
                "*or*, *not* and brackets; *and* binds tighter. Behaviour is that of the orders that classes are made of. A "
                "comparison with something unknown does not hold, be it = or !=; *not* turns a condition round and holds for the "
                "unknown too, answers apart: who never answered a question meets neither a condition on it nor its opposite (*is "
                "unknown* finds them), and the page says how many answered. *bought* counts categories among the 40 with most "
                "lines.\n\n"
                "Steps are the conditions joined by the outermost *and*: each count is of those who meet it and all before it. Rules "
                "saved by name stand in *own_segments.toml* of the data folder, one line each: "
                '`"Big and recent" = "revenue >= 1000 and days_since_last_order <= 90"`. A rule can be laid on another date when '
                "it asks nothing that is only known of today: attributes, answers, categories, margin, personas."
            ),
        ),
    )
