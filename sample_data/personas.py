"""The six planted personas: how each buys, what it likes, and what people or firms it is made of."""

from __future__ import annotations

from sample_data.persona import Basket, Habits, Persona, Portrait

# Weights of Monday to Sunday.
EVEN_WEEK = (1.0, 0.95, 0.95, 1.0, 1.1, 1.35, 1.0)
OFFICE_WEEK = (1.3, 1.4, 1.2, 1.15, 0.9, 0.03, 0.02)

OFFICE_RESTOCKER = Persona(
    "office_restocker",
    930,
    Habits(
        rate=11.0,
        spread=25.0,
        regularity=18.0,
        leave=(0.6, 70.0),
        already=0.50,
        months=(1.1, 1, 1, 1, 1, 1, 0.85, 0.75, 1.15, 1.05, 1.05, 0.9),
        week=OFFICE_WEEK,
        sale_pull=1.0,
        first_channel=(0.50, 0.34, 0.10, 0.06),
        channel=(0.22, 0.12, 0.02, 0.64),
    ),
    Basket(
        lines=2.4,
        pieces=3.8,
        tastes={
            "Office": 14,
            "Home": 0.25,
            "Kitchen": 0.3,
            "Garden": 0.05,
            "Coffee and tea ware": 3,
            "Christmas decorations": 0.1,
        },
        dear=-0.45,
        discounted=0.0,
        own_list=12,
    ),
    Portrait(
        firm_share=0.95,
        birth_year=(1976, 8),
        female=0.45,
        family=(0.3, 0.3, 0.3, 0.1),
        income=(0.05, 0.15, 0.3, 0.3, 0.2),
        occupation=(0, 0, 0.1, 0.1, 0, 0.8, 0, 0, 0),
        place=(0.62, 0.30, 0.08),
        industry=(0.48, 0.05, 0.12, 0.16, 0.07, 0.02, 0.10),
        size=(0.30, 0.45, 0.20, 0.05),
    ),
)

CITY_LOYAL = Persona(
    "city_loyal",
    2_700,
    Habits(
        rate=4.0,
        spread=5.0,
        regularity=2.0,
        leave=(0.7, 22.0),
        already=0.40,
        months=(0.9, 0.9, 0.95, 1, 1, 0.95, 0.85, 0.8, 1, 1.05, 1.25, 1.5),
        week=EVEN_WEEK,
        sale_pull=0.9,
        first_channel=(0.24, 0.62, 0.14, 0),
        channel=(0.14, 0.78, 0.08, 0),
    ),
    Basket(
        lines=1.8,
        pieces=0.35,
        tastes={
            "Kitchen": 3,
            "Home": 2,
            "Garden": 0.2,
            "Office": 0.3,
            "Coffee and tea ware": 3,
            "Garden machines": 0.1,
            "Outdoor play": 0.1,
            "Christmas decorations": 0.6,
        },
        dear=-0.15,
        discounted=0.05,
    ),
    Portrait(
        firm_share=0,
        birth_year=(1984, 7),
        female=0.52,
        family=(0.38, 0.46, 0.12, 0.04),
        income=(0.01, 0.05, 0.19, 0.43, 0.32),
        occupation=(0.12, 0.02, 0.46, 0.26, 0.05, 0.08, 0.01, 0, 0),
        place=(0.86, 0.11, 0.03),
        industry=(1,) * 7,
        size=(1,) * 4,
    ),
)

GARDEN_FAMILY = Persona(
    "garden_family",
    4_076,
    Habits(
        rate=4.0,
        spread=4.5,
        regularity=1.0,
        leave=(0.5, 26.0),
        already=0.35,
        months=(0.5, 0.7, 1.6, 2.4, 2.3, 1.4, 0.8, 0.6, 1.0, 1.0, 0.7, 0.8),
        week=EVEN_WEEK,
        sale_pull=1.0,
        first_channel=(0.20, 0.07, 0.73, 0),
        channel=(0.14, 0.05, 0.81, 0),
    ),
    Basket(
        lines=1.0,
        pieces=0.55,
        tastes={"Garden": 9, "Office": 0.15, "Home": 0.5, "Kitchen": 0.6, "Outdoor play": 2, "Seeds and bulbs": 1.5},
        dear=-0.55,
        discounted=0.10,
    ),
    Portrait(
        firm_share=0.05,
        birth_year=(1981, 6),
        female=0.58,
        family=(0.05, 0.15, 0.72, 0.08),
        income=(0.06, 0.25, 0.40, 0.22, 0.07),
        occupation=(0.36, 0.22, 0.08, 0.06, 0.14, 0.05, 0, 0.09, 0),
        place=(0.10, 0.45, 0.45),
        industry=(0.02, 0.10, 0.20, 0.02, 0.04, 0.60, 0.02),
        size=(0.80, 0.18, 0.02, 0),
    ),
)

BARGAIN_HUNTER = Persona(
    "bargain_hunter",
    4_250,
    Habits(
        rate=3.3,
        spread=3.0,
        regularity=1.0,
        leave=(0.6, 15.0),
        already=0.30,
        months=(1.2, 0.8, 0.9, 0.9, 0.9, 0.9, 1.3, 0.8, 0.9, 0.9, 1.3, 1.0),
        week=EVEN_WEEK,
        sale_pull=4.0,
        first_channel=(0.78, 0.10, 0.12, 0),
        channel=(0.86, 0.08, 0.06, 0),
    ),
    Basket(lines=1.55, pieces=0.6, tastes={"Office": 0.5, "Garden": 0.8}, dear=-0.75, discounted=0.92),
    Portrait(
        firm_share=0.03,
        birth_year=(1990, 11),
        female=0.60,
        family=(0.40, 0.22, 0.30, 0.08),
        income=(0.34, 0.40, 0.19, 0.06, 0.01),
        occupation=(0.34, 0.24, 0.02, 0.01, 0.06, 0.04, 0.20, 0.06, 0.03),
        place=(0.34, 0.46, 0.20),
        industry=(0.2, 0.2, 0.1, 0.1, 0.3, 0.1, 0),
        size=(0.95, 0.05, 0, 0),
    ),
)

SEASON_DECORATOR = Persona(
    "season_decorator",
    4_360,
    Habits(
        rate=1.9,
        spread=4.0,
        regularity=2.0,
        leave=(0.6, 22.0),
        already=0.35,
        months=(0.25, 0.25, 0.35, 0.4, 0.35, 0.3, 0.3, 0.35, 0.7, 1.6, 3.9, 3.3),
        week=EVEN_WEEK,
        sale_pull=1.0,
        first_channel=(0.78, 0.07, 0.14, 0.01),
        channel=(0.88, 0.05, 0.07, 0),
    ),
    Basket(
        lines=4.2,
        pieces=0.9,
        tastes={
            "Home": 6,
            "Garden": 0.2,
            "Office": 0.15,
            "Kitchen": 0.8,
            "Table linen": 3,
            "Christmas decorations": 3.0,
            "Candles and scents": 2,
            "Vases and ornaments": 2,
            "Small furniture": 0.3,
        },
        dear=-0.40,
        discounted=0.14,
    ),
    Portrait(
        firm_share=0.10,
        birth_year=(1964, 8),
        female=0.78,
        family=(0.12, 0.30, 0.10, 0.48),
        income=(0.08, 0.30, 0.36, 0.20, 0.06),
        occupation=(0.24, 0.08, 0.06, 0.05, 0.15, 0.05, 0, 0.12, 0.25),
        place=(0.25, 0.50, 0.25),
        industry=(0.06, 0.56, 0.06, 0.04, 0.26, 0.01, 0.01),
        size=(0.55, 0.35, 0.08, 0.02),
    ),
)

GIFT_BUYER = Persona(
    "gift_buyer",
    3_620,
    Habits(
        rate=0.9,
        spread=1.5,
        regularity=1.0,
        leave=(9.0, 1.5),
        already=0.10,
        months=(0.5, 0.8, 0.7, 0.9, 1.5, 1.0, 0.7, 0.7, 0.7, 0.8, 1.6, 3.4),
        week=EVEN_WEEK,
        sale_pull=1.0,
        first_channel=(0.66, 0.05, 0.28, 0.01),
        channel=(0.66, 0.05, 0.29, 0),
    ),
    Basket(
        lines=0.5,
        pieces=0.35,
        tastes={
            "Gift sets and wrapping": 14,
            "Glassware": 2.5,
            "Vases and ornaments": 3,
            "Candles and scents": 3,
            "Coffee and tea ware": 2,
            "Office": 0.05,
            "Garden": 0.2,
            "Small furniture": 0.1,
        },
        dear=-0.15,
        discounted=0.12,
    ),
    Portrait(
        firm_share=0.06,
        birth_year=(1979, 15),
        female=0.42,
        family=(0.36, 0.34, 0.18, 0.12),
        income=(0.15, 0.27, 0.30, 0.19, 0.09),
        occupation=(0.36, 0.13, 0.11, 0.08, 0.09, 0.06, 0.07, 0.02, 0.08),
        place=(0.45, 0.35, 0.20),
        industry=(0.40, 0.10, 0.05, 0.15, 0.15, 0.05, 0.10),
        size=(0.55, 0.30, 0.12, 0.03),
    ),
)

PERSONAS = (OFFICE_RESTOCKER, CITY_LOYAL, GARDEN_FAMILY, BARGAIN_HUNTER, SEASON_DECORATOR, GIFT_BUYER)

# Codes of the personas: their places in the tuple above.
RESTOCKER, CITY, GARDEN, BARGAIN, DECORATOR, GIFT = range(len(PERSONAS))
