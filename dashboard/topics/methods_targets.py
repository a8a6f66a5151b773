"""How target segments are compared, listed and measured, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (
        (
            _("Targets"),
            _(
                "Segments of one classification and all of your own, side by side; picks of other classifications stay beside "
                "them. **Change** is the revenue of today’s members in the last months (12, a setting), less that of the members "
                "of a year ago in the same months then, both by the cuts of today. A season never stands against another. Its "
                "interval is the Poisson bootstrap’s, paired by customer; without all of both windows in the data there is none. "
                "**Growth** is the change as a share of the year before, and is given only where it says something of customers: "
                "where nobody comes into a segment by how much or how often they buy (attributes, answers, region, channel, and "
                "rules of nothing else), and where 30 or more of its members had bought. A class made of what was bought, such as "
                "“can’t lose”, gains as customers come into it: a share of what little it was says nothing, so it has its change "
                "in money and its customers of a year ago. Of segments that can’t be laid on another date, such as personas, it "
                "is not shown: today’s members are known to have bought since.\n\n"
                "**Ahead** is expected value as on the page of lifetime value, at its default settings. **Stability**: of the "
                "members of a year ago those in it still (Wilson). **Reach**: those who said yes where an attribute of consent, "
                "newsletter or subscription is given; else those who were in touch, where contacts are given, or bought through a "
                "known channel in the last months. **Met through** a channel are those who bought or were in touch there. **Per "
                "unit spent**: margin (revenue where costs are not known) over the marketing spend that falls on the segment; the "
                "spend of a channel is laid on its purchases alike. **Of the market** is given for segments by an attribute that "
                "the market’s table names; several sources: the first."
            ),
        ),
        (
            _("Briefs, lists and holdouts"),
            _(
                "A brief says only what is clear of chance in the segment’s profile and differs by a fifth or more (index 120) "
                "and two points; what is to be said to all of them also holds for a fifth of them. Its budget is a third of the "
                "expected value (three to one), for those who are written to; as much of that value would come anyway, it is the "
                "most to spend and not the gain.\n\n"
                "Whoever is in several picks is on the list of the first. Each customer is **held out** with the chance that is "
                "set (10 %), by a hash of their id, keyed with the names of list and segment: the same list holds out the same "
                "people each time. A saved list (*targets.toml* and the folder *targets* of the data folder) is measured as the "
                "data grow: net revenue a customer since the day it was saved, written to against held out, by the dates and "
                "filter of the page, with Welch’s interval (1947). It is claimed from 30 customers a side on, after Benjamini and "
                "Hochberg’s correction over all saved lists. Customers whom the data no longer know are left out on both sides."
            ),
        ),
    )
