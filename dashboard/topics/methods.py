"""How each number is made, in words."""

from dashboard.topics import (
    methods_deals,
    methods_interviews,
    methods_journey,
    methods_ltv,
    methods_path,
    methods_people,
    methods_profiles,
    methods_targets,
    methods_time,
    methods_value,
)
from dashboard.words import _

Text = tuple[str, str]


def rules() -> tuple[Text, ...]:
    """Headings and texts of what holds everywhere."""
    return (
        (
            _("Orders, purchases, credits"),
            _(
                "An **order** is all lines with one order number of one customer. It is a **purchase** when it brings "
                "more than nothing. Everything else is a **credit**: a return, a cancellation, an adjustment, an order "
                "of zero. A credit moves revenue on its own day, and never how often or when somebody bought. (The "
                "mapping can make orders of exactly zero count as purchases.)"
            ),
        ),
        (
            _("Who is in view, and when"),
            _(
                "In view are the customers with a purchase that matches the filter; revenue is that of matching orders, "
                "returns taken off. Everything is seen from the end of the window: the date *to*, else the last order in "
                "the data, never today. Filters never change who a customer is: the first purchase is found before any "
                "filter."
            ),
        ),
        (
            _("Classes of the whole company, or within the filter"),
            _(
                "Filter by region and a class can mean two things. *Whole company*: classes are made from all regions "
                "and channels, and you see those of them that bought here. *Within the filter*: classes are made anew "
                "from what matches. The grey line under each title says which. Dates always narrow both."
            ),
        ),
        (
            _("What is not known"),
            _(
                "A cell that can't have been observed is empty, never zero. One whose month is not over is hatched. "
                "Orders without a customer count in revenue and in nothing else; the overview shows how much that is. "
                "Equal values always get equal classes, so groups need not be of exactly equal size."
            ),
        ),
        (
            _("Intervals and claims"),
            _(
                "Shares of customers have Wilson’s 95 % interval; totals and ratios one from the spread over customers. "
                "“Rose” or “fell” is only said when the 95 % interval of the difference leaves out zero, after Benjamini "
                "and Hochberg’s correction over the figures of the page; else it says *no clear change*. Numbers from "
                "fewer than 30 customers are greyed."
            ),
        ),
        (
            _("Comparing with an earlier time"),
            _(
                "Pages that compare hold the filter’s dates against the period before, as long and just before it, or "
                "against the same dates a year ago; without a first date only the end of the window moves. A change is "
                "paired by customer: what somebody does at both times is not counted as if two people had done it. Its "
                "interval is the customers’ spread: each is taken as drawn once, the resamples of a Poisson bootstrap, "
                "in closed form."
            ),
        ),
    )


def analyses() -> tuple[Text, ...]:
    """Headings and texts of the analyses."""
    return (
        *methods_value.texts(),
        *methods_ltv.texts(),
        *methods_time.texts(),
        *methods_journey.texts(),
        *methods_path.texts(),
        *methods_people.texts(),
        *methods_profiles.texts(),
        *methods_interviews.texts(),
        *methods_targets.texts(),
        *methods_deals.texts(),
    )


def sources() -> str:
    """The literature."""
    return _(
        "Fader, Hardie & Lee (2005), Marketing Science 24(2) · Fader & Hardie, notes 004, 019, 024, 025 · Syntetos, "
        "Boylan & Croston (2005), J. Operational Research Society 56 · Ord, Fildes & Kourentzes (2017), Principles of "
        "Business Forecasting · Beach & Davidson (1983), Review of Economic Studies 50 · Haberman (1973), Biometrics 29 "
        "· Bergsma (2013), J. Korean Statistical Society 42 · Cochran (1954), Biometrics 10 · Hanley & MacGibbon (2006), "
        "Computer Methods and Programs in Biomedicine 83 · Hennig (2007), Computational Statistics & Data Analysis 52 · "
        "Dolnicar, Grün & Leisch (2018), Market Segmentation Analysis · Wilson (1927), J. American Statistical "
        "Association 22 · Kaplan & Meier (1958), J. American Statistical Association 53 · Mantel (1966), Cancer "
        "Chemotherapy Reports 50 · Brookmeyer & Crowley (1982), Biometrics 38 · Benjamini & Hochberg (1995), J. Royal "
        "Statistical Society B 57"
        " · Bross (1958), Biometrics 14 · Bonoma & Shapiro (1983), Segmenting the Industrial Market · Miller & "
        "Siegmund (1982), Biometrics 38 · DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44 · Platt (1999), "
        "Advances in Large Margin Classifiers · Athey & Imbens (2016), PNAS 113 · Cochran (1977), Sampling Techniques · "
        "Bitran & Hax (1981), Management Science 27"
    )
