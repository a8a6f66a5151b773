"""How lifetime value is made, in words."""

from dashboard.words import _


def texts() -> tuple[tuple[str, str], ...]:
    """Headings and texts."""
    return (*_forecast(), *_groups(), *_contracts())


def _forecast() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Lifetime value"),
            _(
                "Two **simple figures** first: mean order value × orders a month × months, and revenue divided by "
                "buyers.\n\n"
                "The **forecast** is a model of how many more purchases somebody makes - Pareto/NBD (Schmittlein, "
                "Morrison and Colombo 1987), BG/NBD (Fader, Hardie and Lee 2005) or MBG/NBD (Batislam, Denizel and "
                "Filiztekin 2007), whichever forecast your own last quarter best - and the Gamma-Gamma model for what "
                "a purchase is worth. They are fitted by maximum "
                "likelihood to all customers up to the end of the window, in days: repeat purchase days, time of the "
                "last one, time since the first. Future months are discounted. Where the files have costs it is margin; "
                "else it is called discounted revenue.\n\n"
                "The interval of a customer is where its *own* value will lie in nine cases of ten. The page refits the "
                "model without the last quarter of the history and shows how far it was off there. With fewer than 50 "
                "repeat buyers only the simple figures are shown.\n\n"
                "**How right we were** fits the model anew to what was known 3, 6 and 12 months ago, forecasts up to the "
                "end of the window, and holds that against what came. Which of the models it is, is today’s choice. The "
                "models know neither season nor growth: what came can lie outside the interval for that alone."
            ),
        ),
    )


def _groups() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Lifetime value: groups, cost, what if"),
            _(
                "**Groups** go by what was known at the first purchase. Each has a model of its own, drawn towards that "
                "of all customers as far as its own data leave it open (empirical Bayes), so that a small group gets no "
                "wild forecast; the box at a bar says how far. A group is called worth more only where its interval lies "
                "above those of all others.\n\n"
                "**CAC** is the spending on a channel by the customers whose first purchase was there on the days that "
                "the table *spend* covers; **LTV** is the mean of what they have brought and are expected to bring. The "
                "month of *payback* is the first by whose end they had brought their cost, of those who have come so "
                "far. *Spend up to* is the lower end of the interval of LTV. The verdict is *scale* where the whole "
                "interval of LTV : CAC lies above 3, *stop* below 1, *fix* between them, and else *unclear*; with fewer "
                "than 30 customers always. Spending is not known by region, so that there is none under a filter of "
                "regions.\n\n"
                "**What if** forecasts the same customers twice, as they are and with one thing changed from the end of "
                "the window on: *retention* lowers the rate at which they drop out, *frequency* raises that at which "
                "they buy, *order value* what a purchase brings. Who is still a customer stays the same. The interval "
                "is that of the model’s parameters alone."
            ),
        ),
    )


def _contracts() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("Lifetime value under contract"),
            _(
                "Only where the settings say that customers are under contract. A contract begins with a purchase and "
                "runs as long as every calendar month (quarter, year) has one; after a full one without a purchase the "
                "customer has left, and a later purchase begins a new contract. Where more than one customer in twenty "
                "comes back like that, the page says that these hardly are contracts. The period that is not over ends "
                "none; contracts that ran when the records begin count from there.\n\n"
                "The curve of those still there is Kaplan and Meier’s, the model the **shifted beta-geometric** (Fader and "
                "Hardie 2007): at each renewal a customer leaves with a probability of its own, drawn from a beta "
                "distribution. Value is what a period of the latest contract has brought by the discounted number of "
                "renewals to be expected within the horizon, the next in full (Fader and Hardie 2010); who has left is "
                "worth nothing. Tiers are cut among those still under contract."
            ),
        ),
    )
