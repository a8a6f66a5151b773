"""What names of steps mean: known words in several languages, a company's own file, and the link."""

from pathlib import Path

import pytest

from core.errors import BadInputError, BadParameterError
from core.journey.steps import StepRules, digest, parse_rules, read_names, rules_in, save, write_names

KNOWN = {
    "indifference": ("Leaflet sent", "ad_shown", "Показ рекламы", "曝光", "Безразличие"),
    "awareness": (
        "page_view",
        "session_start",
        "Newsletter opened",
        "Визит на сайт",
        "访问网站",
        "Seitenaufruf",
        "Lead created",
    ),
    "comparison": (
        "view_item",
        "Products compared",
        "Просмотр товара",
        "对比",
        "Produktvergleich / Vergleich",
        "Fiche produit",
    ),
    "choice": (
        "add_to_cart",
        "AddToCart",
        "begin_checkout",
        "Offer requested",
        "Добавление в корзину",
        "加入购物车",
        "Devis",
    ),
    "purchase": ("purchase", "Order placed", "Заказ оформлен", "成交", "Bestellung", "Compra", "DealWon"),
    "ignored": ("refund", "Order cancelled", "Возврат заказа", "remove_from_cart", "退款", "user_engagement"),
    "unknown": ("Lucky draw", "x7", "???", "购", ""),
}


@pytest.mark.parametrize(("step", "name"), [(step, name) for step, names in KNOWN.items() for name in names])
def test_names_are_known_by_words(step: str, name: str) -> None:
    assert StepRules({}).meaning(name)[0] == step


def test_ones_own_names_go_before_known_words_whatever_their_capitals() -> None:
    rules = StepRules({}).changed({"Refund": "awareness", "lucky-draw": "choice"})
    assert rules.meaning("REFUND") == ("awareness", "own")
    assert rules.meaning("Lucky Draw") == ("choice", "own")
    assert rules.codes(("refund", "Lucky draw", "nobody knows", "return")) == [1, 3, -1, -1]


def test_names_in_a_link_come_back_whatever_is_in_them() -> None:
    names = {"a:b, c": "choice", "100 % &": "ignored", "Визит": "awareness"}
    assert read_names(write_names(names)) == names
    assert read_names("") == {}


@pytest.mark.parametrize("text", ["cart", "cart:bought", ":choice", "cart:choice,"])
def test_a_link_that_names_no_step_is_refused(text: str) -> None:
    with pytest.raises(BadParameterError, match="setting 'steps' does not take"):
        read_names(text)


def test_what_is_saved_is_in_force(tmp_path: Path) -> None:
    assert (rules_in(tmp_path).own, digest(tmp_path)) == ({}, "")
    save(tmp_path, StepRules({}).changed({'say "cheese"': "choice", "Лид": "ignored"}))
    rules = rules_in(tmp_path)
    assert rules.meaning("Say 'Cheese'") == ("choice", "own")
    assert rules.meaning("лид") == ("ignored", "own")
    assert digest(tmp_path) == rules.digest != ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("steps = [", "journey.toml: is not a TOML file"),
        ("[names]\n", "expected one table, [steps], found names"),
        (
            '[steps]\nlove = ["x"]\n',
            "[steps] love: can't be used as it stands; expected one of indifference, awareness",
        ),
        ('[steps]\nchoice = "x"\n', 'expected a list of names such as ["price list"], found x'),
        (
            '[steps]\nchoice = ["A b"]\nawareness = ["a_B"]\n',
            "expected each name in one step, found 'a_B' in 'choice' too",
        ),
    ],
)
def test_a_file_that_is_wrong_says_where(text: str, words: str) -> None:
    with pytest.raises(BadInputError) as raised:
        parse_rules(text.encode())
    assert words in str(raised.value)
