"""How the journey is made, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (
        (
            _("Journey: the ladder"),
            _(
                "Indifference, awareness, comparison, choice, purchase: the steps of Hunt’s ladder. What a file calls a step "
                "is laid on them by known words in several languages, by the company’s own list (journey.toml in the data "
                "folder, edited on the page), and by what the link says; what nobody knows is left out and named.\n\n"
                "A **climb** begins with a contact and ends with a purchase; after it a buyer is back on the first step. An "
                "order counts as a purchase at the end of its day, of several on one day the first, so what the contacts call "
                "a purchase is not counted again. Orders with no contact since the one before are no climb. Who is on a step "
                "has passed those below it; a step back takes nothing away. In view are the climbs whose *first* contact "
                "matches dates, region and channel; later steps may be of any. A person’s id that is a customer’s is that "
                "customer, a **target customer** once they have bought; all others are **potential customers**."
            ),
        ),
        (
            _("Journey: going on, lost, on the way"),
            _(
                "Who has not gone on is **lost** after so many days of silence (90, a setting), and until then **still on the "
                "way**. The share that goes on within those days is estimated by **Kaplan and Meier**: who is on the way "
                "counts for as long as known, neither as lost nor as left out. Its interval is Greenwood’s; where nobody or "
                "everybody went on, Wilson’s. A group differs (▲ ▼) from all others when the 95 % interval of the difference "
                "leaves out zero after Benjamini and Hochberg’s correction over the whole table, and both sides have 30 "
                "people. Classes that customers got into by what they bought may be looked at, and nothing is claimed of "
                "them.\n\n"
                "**Now**: on the highest step of a climb under way; on the purchase for those days after one; silent for "
                "longer, on the first step. What is said at a step comes from a survey (the step on the day of the answer) or "
                "from notes on contacts."
            ),
        ),
    )
