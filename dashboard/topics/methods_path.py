"""How the path to target segments is kept and what changed since is told, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (
        (
            _("Path"),
            _(
                "Nine steps: criteria, customers, competitors, differences, segments, size, choice, brief, and a date to look again. "
                "What the data say to each is computed anew on every visit; what was decided stands in *path.toml* of the data "
                "folder, which may be written by hand too. It is of the whole company: filters change what is shown, and steps are "
                "ticked without them.\n\n"
                "A step is **to check** when it was done on older data and a figure that it rested on has since moved by more than a "
                "tenth: the number of customers, attributes, clear differences, segments, sources or lists, or revenue. The choice is "
                "to check when a chosen segment is there no more, or when the customers or the revenue of one have moved by more than "
                "a tenth, and clear of chance where that can be told. **Due** is the date to look again once the data reach it; "
                "today’s date plays no part.\n\n"
                "**Differences** are those of attributes and answers between the segments of the classification chosen: Cramér’s V, "
                "Pearson’s chi-square, of segments with 30 customers or more, after Benjamini and Hochberg’s correction over all "
                "attributes. What made the segments is not tested."
            ),
        ),
        (
            _("What changed since the choice"),
            _(
                "Each chosen segment at the day of the choice and now, **both by the cuts of the earlier day**: a change is one of "
                "customers, never of cuts. Revenue is that of twelve months, of the members of each day; growth, told of segments by "
                "attribute, answer, region or channel alone, sets it against the twelve months before and those who were members "
                "then. Value ahead is that of the models fitted at each day. "
                "Intervals are paired by customer: the Poisson bootstrap’s for customers and revenue, linearised ones for shares, "
                "means and growth; a change is claimed from 30 customers at both days on, after the correction over all of them. "
                "Segments by an attribute are followed by what their customers are known to be today. Of personas, and of what else "
                "can’t be laid on another day, only the numbers that were written down then stand beside those of now: nothing is "
                "claimed of them, and who came and who left can’t be told. Years that the data don’t hold whole stay blank."
            ),
        ),
    )
