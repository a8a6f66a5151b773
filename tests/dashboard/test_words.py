"""Words: the table of styles that the product promises, and catalogues that exist or do not."""

import datetime
import io
from decimal import Decimal

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from dashboard import words


@pytest.fixture(autouse=True)
def english():
    words.set_locale("en")
    yield
    words.set_locale("en")


def plain(text: str) -> str:
    """The text with its no-break spaces made visible as "~"."""
    assert " " not in text.replace(" to ", "")
    return text.replace(words.NBSP, "~")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1_236_000, "£1.24~M"),
        (8_311_000, "£8.31~M"),
        (5_200_000, "£5.20~M"),
        (374_120, "£374~k"),
        (61_480, "£61.5~k"),
        (3_070, "£3.07~k"),
        (767, "£767"),
        (84.21, "£84.2"),
        (84, "£84"),
        (9.5, "£9.50"),
        (0.5, "£0.50"),
        (0, "£0"),
        (0.001, "£0"),
        (-0.001, "£0"),
        (-205_000, "−£205~k"),
        (999.6, "£1.00~k"),
        (999_499, "£999~k"),
        (999_500, "£1.00~M"),
        (5_200_000_000, "£5.20~bn"),
        (Decimal("1236000"), "£1.24~M"),
        (None, "–"),
        (float("nan"), "–"),
        (float("inf"), "–"),
    ],
)
def test_money_has_three_significant_digits(value, written):
    assert plain(words.money(value, "GBP")) == written


def test_money_on_an_axis_drops_zeros_at_the_end():
    written = [plain(words.money(value, "EUR", trim=True)) for value in (0, 250_000, 1_000_000, 2_500, 10)]
    assert written == ["€0", "€250~k", "€1~M", "€2.5~k", "€10"]


def test_full_money_has_the_decimals_of_its_currency():
    assert words.money(279_489.02, "GBP", compact=False) == "279,489.02"
    assert words.money(-1234.5, "GBP", compact=False) == "−1,234.50"
    assert words.money(1234.5, "JPY", compact=False) == "1,234"
    assert words.symbol("GBP") == "£"


@pytest.mark.parametrize(
    ("share", "written"),
    [
        (0.27, "27~%"),
        (0.018, "1.8~%"),
        (0.00037, "0.0~%"),
        (0, "0~%"),
        (0.0996, "10~%"),
        (0.0994, "9.9~%"),
        (1, "100~%"),
        (-0.031, "−3.1~%"),
        (float("nan"), "–"),
        (None, "–"),
    ],
)
def test_percent_has_one_decimal_below_ten(share, written):
    assert plain(words.percent(share)) == written


def test_percent_takes_the_digits_it_is_given():
    assert plain(words.percent(0.1234, digits=1)) == "12.3~%"


def test_changes_carry_a_sign_in_text_and_an_ascii_minus_in_a_metric():
    assert plain(words.signed_percent(0.18)) == "+18~%"
    assert plain(words.signed_percent(-0.12)) == "−12~%"
    assert plain(words.signed_percent(-0.12, metric=True)) == "-12~%"
    assert words.signed_number(41) == "+41"
    assert words.signed_number(-12, metric=True) == "-12"
    assert plain(words.signed_money(-205_000, "GBP")) == "−£205~k"
    assert plain(words.signed_money(410_000, "GBP")) == "+£410~k"
    assert plain(words.signed_percent(0)) == "0~%"
    assert words.signed_number(None) == "–"


def test_ranges():
    assert words.number_range(3.1, 3.6) == "3.1–3.6"
    assert words.number_range(-6, -0.3) == "−6.0 to −0.3"
    assert plain(words.percent_range(0.20, 0.22)) == "20–22~%"
    assert plain(words.percent_range(0.015, 0.032)) == "1.5–3.2~%"
    assert words.percent_range(-0.06, -0.003).replace(words.NBSP, "~") == "−6.0~to~−0.3~%"
    assert plain(words.money_range(3.1e6, 3.6e6, "GBP")) == "£3.1–3.6~M"
    assert plain(words.money_range(900, 3_600, "GBP")) == "£900–£3.6~k"
    assert words.money_range(float("nan"), 1, "GBP") == "–"


def test_numbers_and_dates():
    assert words.number(541_909) == "541,909"
    assert words.number(-0.4) == "0"
    assert words.number(1234.56, 1) == "1,234.6"
    assert plain(words.short_number(20_400)) == "20.4~k"
    assert plain(words.short_number(20_000, trim=True)) == "20~k"
    assert plain(words.day(datetime.date(2011, 12, 9))) == "9~Dec~2011"
    assert plain(words.month(datetime.date(2011, 12, 9))) == "Dec~2011"
    assert words.short_month(datetime.date(2011, 9, 1)) == "Sep"
    assert words.day(None) == "–"


def test_a_language_without_a_catalogue_is_english():
    assert words.set_locale("xx") == "en"
    assert words.set_locale(None) == "en"
    assert words._("Champions") == "Champions"
    assert words.ngettext("{n} customer", "{n} customers", 2).format(n=2) == "2 customers"
    assert words._("") == ""


def test_a_catalogue_translates_words_and_number_styles(tmp_path, monkeypatch):
    catalogue = Catalog(locale="ru")
    catalogue.add("Customers", "Клиенты")
    catalogue.add("d MMM y", "d MMMM y г.")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.mo").write_bytes(compiled.getvalue())
    monkeypatch.setattr(words, "TRANSLATIONS", tmp_path)

    assert words.languages() == ("en", "ru")
    assert words.set_locale("ru-RU") == "ru"
    assert words._("Customers") == "Клиенты"
    assert words._("Regions") == "Regions"
    assert words.money(1_236_000, "GBP").replace(words.NBSP, " ") == "1,24 млн £"
    assert words.percent(0.018).replace(words.NBSP, " ") == "1,8 %"
    assert words.day(datetime.date(2011, 12, 9)).replace(words.NBSP, " ") == "9 декабря 2011 г."
