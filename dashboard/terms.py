"""The words for the codes that the core gives back: classes, segments, and what a reader must know about a result."""

from core.days import period_index, period_start
from core.results import Notice
from core.segments import SegmentRules
from dashboard.compare import Comparison
from dashboard.words import _, day, locale, month, ngettext, number, percent


def segment(code: str, rules: SegmentRules | None = None) -> str:
    """Name of an RFM segment: the company's own where ``rules`` have one."""
    known = {
        "champions": _("Champions"),
        "loyal": _("Loyal"),
        "potential_loyalist": _("Potential loyalist"),
        "new": _("New"),
        "promising": _("Promising"),
        "need_attention": _("Need attention"),
        "about_to_sleep": _("About to sleep"),
        "at_risk": _("At risk"),
        "cant_lose": _("Can’t lose"),
        "hibernating": _("Hibernating"),
        "lost": _("Lost"),
    }
    own = rules.title(code, locale()) if rules else ""
    return own or known.get(code, _as_words(code))


def segment_advice(code: str, rules: SegmentRules | None = None) -> str:
    """What to do with an RFM segment, in a sentence or two; "" for one of a company's own that says nothing of it."""
    known = {
        "champions": _("Show them new ranges first and ask for a review; they buy without a discount."),
        "loyal": _("Offer what goes with what they buy, and a reason to spend more at a time."),
        "potential_loyalist": _("Invite them to the loyalty scheme while they are warm."),
        "new": _("Help with the first order and make a second one easy within a month."),
        "promising": _("They come but spend little: show the next price level."),
        "need_attention": _("Give them a reason to come back before they fall to At risk."),
        "about_to_sleep": _("Remind them of what they bought; a small offer with an end date."),
        "at_risk": _("Write personally: they bought often and have gone quiet."),
        "cant_lose": _("Call them this month: your best buyers of old, silent now."),
        "hibernating": _("One good offer in season; no more than that."),
        "lost": _("Leave them out of paid campaigns."),
    }
    own = rules.advice_for(code, locale()) if rules else ""
    return own or known.get(code, "")


def segment_rule(code: str, rules: SegmentRules, groups: int = 3) -> str:
    """The cells of a segment in words: "recency high, frequency any, value low or middle"."""
    names = (_("recency"), _("frequency"), _("value"))
    rows = (
        ", ".join(f"{name} {marks}" for name, marks in zip(names, _levels(row, rules, groups), strict=True))
        for row in rules.rows(code, groups)
    )
    return "; ".join(rows)


def segment_levels(code: str, rules: SegmentRules, groups: int = 3) -> list[str]:
    """The same without the names of the axes, a text a row of the rule: "high, any, low or middle"."""
    return [", ".join(_levels(row, rules, groups)) for row in rules.rows(code, groups)]


def _levels(row: tuple[str, ...], rules: SegmentRules, groups: int) -> list[str]:
    """What a rule allows on each axis: levels, or scores where the rules go by them."""
    if rules.by_score(groups):
        words = {str(score): number(score) for score in range(1, groups + 1)}
    else:
        words = {"1": _("low"), "2": _("middle"), "3": _("high")}
    return [
        _("any") if set(allowed) == set(words) else _(" or ").join(words[mark] for mark in sorted(allowed))
        for allowed in row
    ]


def cell_advice(key: str) -> str:
    """What a cell of ABC-XYZ calls for, in a sentence."""
    return {
        "individual_offer": _("Personal offers and a contact of their own."),
        "seasonal_offer": _("They buy in bursts: seasonal and holiday offers, ahead of their months."),
        "grow": _("Keep service as it is, and suggest more."),
        "automate": _("Small and steady: serve them without effort, by standing orders and reminders."),
        "welcome": _("Too new to tell; help them to the next orders."),
        "win_back": _("Nothing bought, net of returns, in the periods measured: win them back or leave them out."),
        "check_returns": _("They bring nothing, or less: look at what came back and why."),
        "stop_promotion": _("Stop paying for promotion: their margin does not pay for the spend."),
        "always_in_stock": _("Keep them always in stock."),
        "seasonal_stock": _("Order ahead of their season, and no more after it."),
        "safety_stock": _("Hold some stock in reserve."),
        "on_demand": _("Order them in when asked for."),
        "watch": _("Too new to tell; watch the next periods."),
        "review_range": _("Nothing sold, net of returns, in the periods measured: take them out of the range?"),
    }[key]


def xyz(code: str) -> str:
    """What an XYZ class, or one of Syntetos and Boylan's, means."""
    return {
        "X": _("steady"),
        "Y": _("variable"),
        "Z": _("irregular"),
        "N": _("new"),
        "undefined": _("no net demand"),
        "smooth": _("often, even"),
        "erratic": _("often, uneven"),
        "intermittent": _("seldom, even"),
        "lumpy": _("seldom, uneven"),
    }[code]


def value(code: str) -> str:
    """What the money is."""
    return {"revenue": _("net revenue"), "margin": _("margin"), "orders": _("orders")}[code]


def tier(code: str) -> str:
    """Name of a value tier."""
    return {"vip": _("VIP"), "standard": _("Standard"), "economy": _("Economy")}[code]


def period(code: str) -> str:
    """A period's code as a date: ``2011-03`` is March 2011."""
    start = period_start(period_index(code), "quarter" if "Q" in code else "week" if code.count("-") == 2 else "month")
    if "Q" in code:
        return _("Q{quarter} {year}").format(quarter=(start.month + 2) // 3, year=start.year)
    return day(start) if code.count("-") == 2 else month(start)


def customers(n: int) -> str:
    """``1 customer``, ``4,338 customers``."""
    return ngettext("{n} customer", "{n} customers", n).format(n=number(n))


def products(n: int) -> str:
    """``1 product``, ``300 products``."""
    return ngettext("{n} product", "{n} products", n).format(n=number(n))


def counted(of: str, n: int) -> str:
    """So many ``"customers"`` or ``"products"``."""
    return products(n) if of == "products" else customers(n)


def against(compared: Comparison) -> str:
    """What a change is against: "since 20 Feb 2025", "against 1 Jan – 31 Mar 2025"."""
    if compared.filters.first is None:
        return _("since {day}").format(day=day(compared.filters.last))
    return _("against {span}").format(span=compared.span)


def _as_words(code: str) -> str:
    return code.replace("_", " ").capitalize()


def notice(found: Notice) -> str:
    """A notice as a sentence."""
    words = _notices()
    if found.code not in words:
        return _as_words(found.code) + "."
    return words[found.code].format(**{name: _written(name, value) for name, value in found.values})


def model(code: str) -> str:
    """What a model of purchases or of spend is called; the names are nobody's language."""
    names = {
        "bg_nbd": "BG/NBD",
        "mbg_nbd": "MBG/NBD",
        "pareto_nbd": "Pareto/NBD",
        "gamma_gamma": "Gamma-Gamma",
        "sbg": "sBG",
    }
    return {**names, "naive": _("each at its own rate"), "simple": _("simple figures")}.get(code, code)


def _written(name: str, value: float | str) -> str:
    """A notice's value in the reader's language, by what it is called."""
    if name == "cohort":
        return period(str(value))
    if name == "axis":
        return {"recency": _("recency"), "frequency": _("frequency"), "monetary": _("value")}[str(value)]
    if name == "model":
        return model(str(value))
    if isinstance(value, str):
        return value
    if name in ("share", "error"):
        return percent(value, 1)
    return number(value, 0 if float(value).is_integer() else 2)


def _notices() -> dict[str, str]:
    return {
        "empty_group": _("Ties leave group {group} of {axis} empty: equal values stay together."),
        "thin_cells": _("{cells} of {of} cells are pale: fewer than 5 customers are expected there, too few to tell."),
        "short_window": _(
            "The data show only {seen} of the {whole} days of the earlier window, so changes of money can’t be claimed."
        ),
        "short_span": _("The data show only {seen} of the {whole} days that the earlier classes are made of."),
        "sums_grow": _(
            "All orders to date make a class here, so sums only grow and customers rise by buying as ever. "
            "Choose a span of months to hold like against like."
        ),
        "without_product": _("Lines worth {revenue} name no product and are in no class."),
        "nobody_in_group": _("Nobody is in group {group} of {axis} at these cuts."),
        "one_class_swallows": _(
            "At these cuts {share} of those that have a class are {label}. Thirds of the variation seen tell them apart."
        ),
        "short_history": _(
            "Only {periods} complete periods are in view, and {needed} are needed to tell how steadily somebody buys."
        ),
        "first_cohort_mixed": _(
            "{cohort} holds whoever bought when the records begin, {size} customers; many of them are not new."
        ),
        "groups_are_outcomes": _(
            "These groups are known only afterwards: who comes back often gets into another one by it, so differences "
            "between them prove nothing."
        ),
        "small_groups_left_out": _("The {shown} largest groups are shown; {left_out} smaller ones are left out."),
        "began_elsewhere": _(
            "{followed} customers made their first purchase within this filter and are followed; {customers} more are in "
            "view by later purchases and are left out here."
        ),
        "too_few_repeat_buyers": _(
            "{repeat_buyers} customers have bought again, and {needed} are needed for {model}; the simple figures stand in."
        ),
        "no_convergence": _("{model} could not be fitted to these data; the simple figures stand in."),
        "no_mean": _("{model} gives no finite mean value here (q is not above 1); the simple figures stand in."),
        "not_determined": _(
            "The data do not pin down all parameters of {model}: the forecast stands, standard errors are left out."
        ),
        "contracts_resumed": _(
            "{share} of customers came back after a full period without an order: these data hardly look like contracts."
        ),
        "spend_correlated": _(
            "How often customers buy and how much go together here (correlation {correlation}); Gamma-Gamma takes them "
            "to be unrelated, so values of frequent buyers are less sure."
        ),
        "naive_rate_better": _(
            "In the last {weeks} weeks no model did better than supposing that each customer goes on as before."
        ),
        "winner_not_fitted": _(
            "{model} forecast the last quarter best, and could not be fitted to the whole history; the next best is shown."
        ),
        "forecast_off": _(
            "Over the last {weeks} weeks the forecast was off by {error}. It knows neither season nor growth: trust "
            "its ranking of customers more than its sum."
        ),
        "holdout_without_purchases": _(
            "Nobody bought in the {weeks} weeks held out, so the forecast can’t be checked."
        ),
        "holdout_too_short": _("The history is too short to hold a part of it out, so the forecast can’t be checked."),
        "no_holdout": _(
            "The history before the part held out has too few repeat buyers, so the forecast can’t be checked."
        ),
        "too_few_customers": _("{n} customers are too few to look for groups; {needed} are needed."),
        "nothing_tells_apart": _("Nothing tells the {n} customers apart by how they buy."),
        "unstable_personas": _(
            "The groups do not come back when customers are drawn anew (agreement {agreement}): do not act on them."
        ),
        "too_few_closed": _("{closed} closed deals are in view, and {needed} are needed to grade."),
        "unknown_outcomes": _("The outcome of {deals} deals is not understood: say below what its words mean."),
        "closed_before_opened": _("{deals} deals are closed before they were opened; their days are left out."),
        "repeated_deals": _("{rows} rows repeat a deal without saying when: of each deal the last value counts."),
        "too_few_a_deals": _(
            "{hits} closed deals are A’s, and {needed} of them and of others are needed to tell chances."
        ),
        "deals_no_better_than_chance": _(
            "What is known when a deal is opened does not tell A’s from others better than chance, so no chances are shown."
        ),
        "small_segment": _("Customers: {n}, too few to claim anything of them."),
        "small_rest": _("Customers to compare with: {n}, too few to claim anything."),
        "only_demographics": _(
            "This segment goes by sex, age and income alone: the commonest mistake. People of one age and income buy for "
            "different reasons; add what they do or what they look for."
        ),
        "survey_answered": _("{n} of {of} customers in view answered “{question}”."),
        "survey_unanswered": _(
            "Who did not answer meets neither a condition on an answer nor its opposite, and counts among all others."
        ),
        "growth_not_seen": _(
            "The data show only {seen} of the {whole} days of the earlier window, so growth can’t be told."
        ),
        "change_not_known": _(
            "Who belonged to these segments a year ago can’t be told, and today’s members are known to have bought since: how their "
            "revenue changed, and how stable they are, is not shown."
        ),
        "change_of_classes": _(
            "These classes are made of what was bought, so they change as customers come into them and leave: “can’t lose” gains "
            "when good customers fall silent. What is shown is the change of the class, in money, and no growth of its customers. A "
            "part of it is that customers are known for longer."
        ),
        "overlapping_picks": _(
            "{customers} customers are in more than one of the segments picked; each is on the list of the first."
        ),
        "no_value_model": _("No model of lifetime value can be fitted to these data, so expected value is not shown."),
        "small_pick": _("A segment picked has only {n} customers: too few to measure anything by."),
        "readiness_by_orders": _(
            "No contacts are known, so readiness is told by how recently and how often somebody bought. Give a table of "
            "touchpoints to see it as it is."
        ),
        "segments_by_today": _(
            "These segments can’t be made for an earlier day: today’s are used, which know something of what came of it."
        ),
        "unknown_name": _("Nobody is “{name}” in {field}: check how it is written."),
        "unknown_steps": _(
            "Nothing says what these names of steps mean: {names} ({touchpoints} touchpoints). They are left out until you do."
        ),
        "journey_too_short": _(
            "The contacts go back {longest} days, fewer than the {days} after which somebody is lost: choose fewer days."
        ),
        "personas_kept": _(
            "These are the groups of snapshot {snapshot}: groups found anew would divide customers alike, so they were placed "
            "in these, and new customers too."
        ),
        "personas_found_anew": _(
            "The groups of the snapshot before no longer fit and were found anew; one that overlaps an old one has its code."
        ),
        "mixed_audience": _(
            "People ({people}) and firms ({firms}) are both in the segment: the settings have a guide for either."
        ),
        "fewer_to_invite": _("Only {invited} of the {wanted} wanted may be invited."),
        "strata_below_least": _("{strata} classes get fewer than {least} invitations: there are not enough for all."),
        "kinds_apart": _(
            "People ({person}) and firms ({firm}) are grouped apart, and each compared with its own kind."
        ),
    }
