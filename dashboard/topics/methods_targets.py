"""How target segments are compared, listed and measured, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (
        (
            _("Targets"),
            _(
                "Segments of one classification and all of your own, side by side; picks of other classifications stay beside them. "
                "**Growth** is the revenue of today’s members in the last months (12, a setting) against that of the members of the "
                "earlier date in the months before: both by the cuts of today, so that a segment grows by its members and by what "
                "they spend. Segments that can’t be laid on another date are followed with today’s members, and the page says so. "
                "Its interval is the Poisson bootstrap’s, paired by customer, with the months before taken as given; without all "
                "of both windows in the data there is no growth.\n\n"
                "**Ahead** is expected value as on the page of lifetime value, at its default settings. **Stability**: of the members "
                "of the earlier date those in it still (Wilson). **Reach**: those who said yes where an attribute of consent, "
                "newsletter or subscription is given; else those who bought through a known channel in the last months. **Per unit "
                "spent**: margin (revenue where costs are not known) over the marketing spend that falls on the segment; the spend "
                "of a channel is laid on its purchases alike. **Of the market** is given for segments by an attribute that the "
                "market’s table names; several sources: the first."
            ),
        ),
        (
            _("Briefs, lists and holdouts"),
            _(
                "A brief says only what is clear of chance in the segment’s profile. Its budget is a third of the expected value "
                "(three to one), for those who are written to.\n\n"
                "Whoever is in several picks is on the list of the first. Each customer is **held out** with the chance that is set "
                "(10 %), by a hash of their id, keyed with the names of list and segment: the same list holds out the same people "
                "each time. A saved list (*targets.toml* and the folder *targets* of the data folder) is measured as the data grow: "
                "net revenue a customer since the day it was saved, written to against held out, by the dates and filter of the page, "
                "with Welch’s interval (1947). It is claimed from 30 customers a side on, after Benjamini and Hochberg’s correction "
                "over all saved lists. Customers whom the data no longer know are left out on both sides."
            ),
        ),
    )
