"""How interviews are prepared and how notes are kept, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (
        (
            _("Interviews"),
            _(
                "**The guide** has 13 to 18 open questions; firms have their own. Some are always asked. Others the data raise: "
                "where most of those who said something did otherwise (the whole 95 % interval lies below one half), what sets "
                "the segment apart beyond chance and can be asked about (two at most, against others of the same kind), "
                "attributes that are not known of more than 20 % though of others they are, and questions that fewer than 30 of "
                "the segment have answered. Ethnicity and religion are never asked for.\n\n"
                "**Invitations** are shared among the classes of another classification in proportion to how many of the segment "
                "are in each, none below a minimum as far as there are people and invitations; what is left of the whole numbers "
                "goes by the largest remainder. Within a class the lot decides, a hash of the customer’s id keyed with the "
                "segment and the name of the round: the same people each time, whoever else joins. Left out are those who said no"
                " to being written to, who are held out of a saved list of targets, and who answered a survey in the last months "
                "(6, a setting).\n\n"
                "**Answers needed** are for a share of one half within the margin of error at 95 %, with the correction for a "
                "finite population (Cochran 1977). Where small classes were lifted to the minimum, weigh answers by share in the "
                "segment over share of the invited.\n\n"
                "**The answer sheet** has the columns of a survey and is imported as one. Choices are coded with the answers that"
                " it lists; what begins with *told_* is kept in their own words."
            ),
        ),
        (
            _("Notes"),
            _(
                "A table of notes has *note*, and *segment* or *step*; *date* and *author* help. A segment is written as in a "
                "link, `rfm_segment=champions`, or by its name alone: then the note is on every segment of that name. Steps are "
                "criteria, customers, competitors, differences, segments, size, choice, brief, again. Who sees a part of the "
                "company sees no notes."
            ),
        ),
    )
