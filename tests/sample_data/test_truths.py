import numpy as np
import pandas as pd
import pytest

END = pd.Timestamp("2026-02-20")


def year_before(end):
    return pd.Timestamp(end) - pd.DateOffset(years=1)


def share_that_came_back(purchases, buyers, end):
    """By home region: of those who bought in the year before the one up to `end`, who bought in that one."""
    start, middle = year_before(year_before(end)), year_before(end)
    before = purchases[(purchases.day > start) & (purchases.day <= middle)].customer_id.unique()
    after = purchases[(purchases.day > middle) & (purchases.day <= end)].customer_id.unique()
    back = pd.Series(before, index=before).isin(after)
    return back.groupby(buyers.first_region.reindex(before)).mean()


@pytest.fixture(scope="module")
def retained(purchases, buyers):
    """Buyers of a year or longer, and whether they bought in the second half of their first year."""
    old = buyers[buyers["first"] <= END - pd.Timedelta(days=365)]
    age = (purchases.day - purchases.customer_id.map(buyers["first"])).dt.days
    back = purchases.customer_id[age.between(181, 365)].unique()
    return old.assign(retained=old.index.isin(back))


def test_six_personas_differ_in_how_they_buy(buyers, purchases, orders, lines, truth):
    by = buyers.groupby("persona")
    assert len(by) == 6
    often = by.purchases.mean()
    assert often.idxmax() == "office_restocker"
    assert often.drop("office_restocker").idxmax() == "city_loyal"
    assert often["gift_buyer"] < 1.2
    month = purchases.day.dt.month
    persona = purchases.customer_id.map(truth.persona)
    winter, spring = (month.isin(some).groupby(persona).mean() for some in ((11, 12), (3, 4, 5, 6)))
    assert winter["season_decorator"] > 0.5 > 0.4 > winter.drop("season_decorator").max()
    assert spring["garden_family"] > 0.5 > 0.4 > spring.drop("garden_family").max()
    sums = orders.groupby(orders.customer_id.map(truth.persona))[["discount", "amount"]].sum()
    reduced = sums.discount / sums.sum(axis=1)
    assert reduced["bargain_hunter"] > 5 * reduced.drop("bargain_hunter").max()


def test_six_personas_differ_in_where_and_what_they_buy(purchases, lines, products, truth):
    channel = pd.crosstab(purchases.customer_id.map(truth.persona), purchases.channel, normalize="index")
    assert channel["App"].idxmax() == "city_loyal"
    assert channel["Store"].idxmax() == "garden_family"
    assert channel["Field sales"].idxmax() == "office_restocker"
    assert (channel.loc[["bargain_hunter", "season_decorator"], "Web"] > 0.75).all()
    bought = lines[lines.amount > 0]
    category = bought.product_id.map(products.category)
    share = pd.crosstab(bought.customer_id.map(truth.persona), category, normalize="index")
    favourites = {
        "Gift sets and wrapping": "gift_buyer",
        "Christmas decorations": "season_decorator",
        "Filing and folders": "office_restocker",
        "Outdoor play": "garden_family",
        "Coffee and tea ware": "city_loyal",
    }
    assert share[list(favourites)].idxmax().to_dict() == favourites


def test_personas_are_made_of_different_people(buyers):
    people = buyers[buyers.type == "person"].groupby("persona")
    assert people.birth_year.median().idxmin() == "season_decorator"
    assert people.birth_year.median().idxmax() == "bargain_hunter"
    assert people.sex.apply(lambda sex: (sex == "female").mean()).idxmax() == "season_decorator"
    assert people.family.apply(lambda family: (family == "with children").mean())["garden_family"] > 0.6
    place = people.place.apply(lambda place: (place == "city").mean())
    assert place["city_loyal"] > 0.8 > 0.2 > place["garden_family"]
    earns = people.income_band.apply(lambda band: band.dropna().isin(["60k to 90k", "over 90k"]).mean())
    assert earns["city_loyal"] > 0.7 > 0.1 > earns["bargain_hunter"]
    assert buyers[buyers.persona == "office_restocker"].type.eq("firm").mean() > 0.9


def test_the_loyal_keep_coming(buyers):
    loyal = buyers[buyers.group == "loyal"]
    assert len(loyal) > 800
    assert ((END - loyal["last"]).dt.days <= 90).mean() > 0.9
    assert loyal.purchases.median() > 4 * buyers.purchases.median()
    assert loyal.revenue.sum() / buyers.revenue.sum() > 0.2


def test_the_lapsing_were_good_and_fell_silent(buyers):
    lapsing = buyers[buyers.group == "lapsing"]
    assert len(lapsing) > 450
    assert ((END - lapsing["last"]).dt.days >= 245).all()
    assert ((END - lapsing["last"]).dt.days <= 400).mean() > 0.9
    assert lapsing.purchases.median() >= 2 * buyers.purchases.median()
    assert lapsing.revenue.median() > 3 * buyers.revenue.median()


def test_the_lapsing_are_in_the_worst_third_of_recency_and_the_best_of_frequency_and_money(buyers):
    recency = (END - buyers["last"]).dt.days
    old = (-recency).rank(method="min").sub(1).mul(3).floordiv(len(buyers)) == 0
    often, much = (
        buyers[name].rank(method="min").sub(1).mul(3).floordiv(len(buyers)) for name in ("purchases", "revenue")
    )
    lapsing = buyers.group == "lapsing"
    assert (old & (often == 2) & (much == 2))[lapsing].mean() > 0.7
    assert (old & (often >= 1) & (much >= 1))[lapsing].mean() > 0.95


def test_the_rising_bought_little_until_a_year_before_the_end_and_much_since(buyers, purchases):
    rising = buyers.index[buyers.group == "rising"]
    assert len(rising) > 300
    own = purchases[purchases.customer_id.isin(rising)]
    before, after = (
        own[some].groupby("customer_id").size().reindex(rising, fill_value=0)
        for some in (own.day <= year_before(END), own.day > year_before(END))
    )
    assert (before >= 1).all()
    assert before.median() <= 2
    assert (before <= 4).mean() > 0.9
    assert after.median() >= 8
    assert (after >= 3 * before).mean() > 0.75


def test_the_rising_are_among_the_champions_and_the_loyal_now_and_were_not_a_year_before(purchases, buyers):
    rising = buyers.index[buyers.group == "rising"]
    best = []
    for end in (year_before(END), END):
        bought = purchases[purchases.day <= end].groupby("customer_id")
        late, often = (
            values.rank(method="min").sub(1).mul(3).floordiv(len(values))
            for values in (bought.day.max().map(pd.Timestamp.toordinal), bought.size())
        )
        best.append(((late >= 1) & (often == 2)).reindex(rising).mean())
    assert best[0] < 0.05
    assert best[1] > 0.85


def test_one_region_loses_its_customers(purchases, buyers):
    last, previous = (share_that_came_back(purchases, buyers, end) for end in (END, year_before(END)))
    others = last.drop("East")
    assert last.idxmin() == "East"
    assert last["East"] < others.min() - 0.25
    assert others.max() - others.min() < 0.05
    assert last["East"] < previous["East"] - 0.2


def test_active_customers_of_one_region_fall(purchases):
    quarter = pd.Timedelta(days=91)
    now, then = (
        purchases[(purchases.day > end - quarter) & (purchases.day <= end)].groupby("region").customer_id.nunique()
        for end in (END, year_before(END))
    )
    assert now["East"] / then["East"] < 0.55
    assert ((now / then).drop("East") > 1).all()


def test_one_channel_brings_better_customers(retained, buyers):
    share = retained.groupby("first_channel").retained.mean()
    assert share.idxmax() == "App"
    assert share["App"] > share.drop("App").max() + 0.1
    value = retained.groupby("first_channel").revenue.mean()
    assert value.idxmax() == buyers.groupby("first_channel").revenue.mean().idxmax() == "App"


@pytest.mark.parametrize("kind", ["person", "firm"])
def test_the_channel_is_better_among_people_and_among_firms(retained, kind):
    groups = retained[retained.type == kind].groupby("first_channel")
    assert groups.retained.mean().idxmax() == "App"
    assert groups.revenue.mean().idxmax() == "App"


def test_few_bring_most_of_the_revenue(buyers):
    revenue = buyers.revenue.sort_values(ascending=False)
    assert 0.65 < revenue.head(len(revenue) // 5).sum() / revenue.sum() < 0.85


def test_firms_are_few_and_bring_nearly_half(buyers, purchases):
    firm = buyers.type == "firm"
    assert firm.mean() == pytest.approx(0.10, abs=0.02)
    assert buyers.revenue[firm].sum() / buyers.revenue.sum() == pytest.approx(0.46, abs=0.05)
    order = purchases.groupby(purchases.customer_id.map(buyers.type)).amount.mean()
    assert order["firm"] > 2 * order["person"]


def test_standing_orders_make_steady_customers(orders, buyers):
    months = pd.period_range("2025-02", "2026-01", freq="M")
    monthly = orders.pivot_table(
        index="customer_id", columns=orders.date.dt.to_period("M"), values="amount", aggfunc="sum", fill_value=0
    )[months]
    variation = monthly.std(axis=1) / monthly.mean(axis=1)
    standing = variation[buyers.index[buyers.group == "standing"]]
    assert len(standing) == 40
    assert (standing <= 0.10).sum() >= 10
    assert ((standing > 0.10) & (standing <= 0.25)).sum() >= 15
    rest = variation.drop(standing.index)[monthly.sum(axis=1) > 0]
    assert (rest > 0.25).mean() > 0.99


def monthly(lines, key):
    """Totals by month of two years, February 2024 to January 2025 and February 2025 to January 2026."""
    month = lines.date.dt.to_period("M")
    totals = lines.pivot_table(index=key, columns=month, values="amount", aggfunc="sum", fill_value=0)
    return totals.loc[:, "2024-02":"2025-01"], totals.loc[:, "2025-02":"2026-01"]


def plain_and_seasonal(lines, key):
    """Coefficient of variation, and that of the errors when each month is forecast as the same one of the year before."""
    before, last = monthly(lines, key)
    mean = last.mean(axis=1)
    errors = last.to_numpy() - before.to_numpy()
    return last.std(axis=1) / mean, np.sqrt((errors**2).mean(axis=1)) / mean


def test_firms_with_yearly_orders_vary_by_month_and_hardly_from_year_to_year(lines, truth, customers):
    yearly = truth.index[truth.group == "yearly"]
    assert len(yearly) == 24
    assert (customers.type[yearly] == "firm").all()
    plain, seasonal = (
        values[yearly] for values in plain_and_seasonal(lines.dropna(subset="customer_id"), "customer_id")
    )
    assert plain.min() > 0.7
    assert (seasonal <= 0.25).sum() >= 22


def test_soil_and_plant_feed_is_steady_from_year_to_year_only(lines, products):
    plain, seasonal = plain_and_seasonal(lines, "product_id")
    soil = products.index[products.category == "Soil and plant feed"]
    assert len(soil) == 7
    assert plain[soil].min() > 0.5
    assert seasonal[soil].max() <= 0.25


def test_office_goods_are_steady_and_garden_and_season_goods_are_not(lines, products):
    plain = plain_and_seasonal(lines, "product_id")[0]
    number = products.index.str[1:4].astype(int)
    office = pd.Series(number >= 132, products.index)
    steady = plain.index[plain <= 0.10]
    assert len(steady) >= 10
    assert office[steady].all()
    assert (plain[office] <= 0.25).mean() > 0.6
    garden = pd.Series((number >= 122) & (number <= 131), products.index)
    assert plain[garden].min() > 0.25
    assert plain[products.index[products.category == "Christmas decorations"]].min() > 1.5


def test_some_dear_goods_are_not_sold_in_every_month(lines, products):
    last = monthly(lines[lines.amount > 0], "product_id")[1]
    rare = last.index[(last > 0).sum(axis=1) <= 9]
    assert {"Lawn mower, cordless", "Artificial tree"} <= set(products["product"][rare])
    office = products.index.str[1:4].astype(int) >= 132
    assert (last.loc[products.index[office]] > 0).all(axis=1).mean() > 0.95


def test_the_web_costs_more_than_its_share_of_the_margin_and_nothing_else_does(lines, spend):
    margin = (lines.amount - lines.cost).groupby(lines.channel).sum()
    cost = spend.groupby("channel").spend.sum()
    share = cost / margin
    assert share["Web"] > 0.45
    assert share.drop("Web").max() < 0.09
    assert cost["Web"] / cost.sum() > 0.8 > 0.5 > margin["Web"] / margin.sum()


def test_customers_of_class_c_are_bought_with_more_spend_than_they_bring_margin(lines, spend):
    known = lines.dropna(subset="customer_id").assign(margin=lines.amount - lines.cost)
    revenue = known.groupby("customer_id").amount.sum().sort_values(ascending=False)
    before = (revenue.cumsum() - revenue) / revenue.clip(lower=0).sum()
    classes = pd.cut(before, [-np.inf, 0.8, 0.95, np.inf], right=False, labels=["A", "B", "C"])
    margin = known.groupby(known.customer_id.map(classes), observed=True).margin.sum()
    orders = known[known.amount > 0].drop_duplicates("order_id")
    each = orders.channel.map(spend.groupby("channel").spend.sum() / orders.channel.value_counts())
    cost = each.astype(float).groupby(orders.customer_id.map(classes), observed=True).sum()
    more = cost / cost.sum() / (margin / margin.sum())
    assert more["C"] > 2 > 1 > more["A"]
    assert cost["C"] / margin["C"] > 0.9 > 0.2 > cost["A"] / margin["A"]


def test_seasons_and_weekdays(lines):
    month = lines.groupby(lines.date.dt.to_period("M")).amount.sum()["2024-01":"2025-12"]
    mean = month.groupby(month.index.month).mean() / month.mean()
    assert mean.idxmax() == 11
    assert (mean[[11, 12]] > 1.2).all()
    assert mean[4] > mean[2]
    assert mean.idxmin() in (2, 8)
    garden = lines[lines.product_id.between("P12201", "P13108")]
    assert garden.date.dt.month.isin([3, 4, 5, 6]).mean() > 0.5
    assert not lines[lines.channel == "Store"].date.dt.day_of_week.eq(6).any()
    assert not lines[lines.channel == "Field sales"].date.dt.day_of_week.gt(4).any()
