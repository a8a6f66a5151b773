"""What a user reads: translated words, and numbers, money and dates written out.

The locale belongs to the session (a ``ContextVar``), so that every function here takes values only. Without a catalogue
for the locale everything falls back to English. Numbers follow one style: "£1.24 M", "27 %", "9 Dec 2011", with no-break
spaces, so that a figure is never torn from its unit.
"""

import gettext as _gettext
import math
from contextvars import ContextVar
from datetime import date as Date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.numbers import (
    format_compact_decimal,
    format_decimal,
    get_currency_precision,
    get_currency_symbol,
)

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"
NOTHING = EN_DASH
TRANSLATIONS = Path(__file__).parent / "translations"

Number = int | float | Decimal

_locale: ContextVar[str] = ContextVar("locale", default="en")


def set_locale(code: str | None) -> str:
    """Choose the language of this session; one without a catalogue, or an unknown code, chooses English.

    Returns
    -------
    str
        The code in force, one of `languages`.
    """
    chosen = (code or "en").replace("_", "-").split("-")[0].lower()
    chosen = chosen if chosen in languages() else "en"
    _locale.set(chosen)
    return chosen


def languages() -> tuple[str, ...]:
    """Codes of English and of every language that has a compiled catalogue."""
    found = sorted(path.parts[-3] for path in TRANSLATIONS.glob("*/LC_MESSAGES/messages.mo"))
    return ("en", *(code for code in found if code != "en"))


def locale() -> str:
    """Code of the language in force, such as ``"en"``."""
    return _locale.get()


@lru_cache
def _catalogue(code: str, folder: Path) -> _gettext.NullTranslations:
    return _gettext.translation("messages", folder, [code], fallback=True)


def _(text: str) -> str:
    """Translate `text`; the English text itself where there is no translation."""
    return _catalogue(locale(), TRANSLATIONS).gettext(text) if text else ""


_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>#$~:|"})


def plain(text: str) -> str:
    """Text as text: a region called ``<img>`` or ``**x**`` is shown as it is written."""
    return text.translate(_SPECIAL)


def ngettext(one: str, many: str, n: int) -> str:
    """Translate with the plural that `n` needs; ``{n}`` in the text is left for the caller to fill."""
    return _catalogue(locale(), TRANSLATIONS).ngettext(one, many, n)


def number(value: Number | None, digits: int = 0) -> str:
    """Full number with grouping: ``"4,338"``."""
    if value is None or _undefined(value):
        return NOTHING
    return _formatted(_unsigned_zero(value, digits), digits, locale())


@lru_cache(maxsize=8192)
def _formatted(value: Number, digits: int, code: str) -> str:
    # Babel takes a tenth of a millisecond a number, and a page writes the same ones at every run.
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return _minus(format_decimal(value, format=pattern, locale=code))


def short_number(value: Number | None, digits: int = 3, trim: bool = False) -> str:
    """Number of `digits` significant digits: ``"20.4 k"``; `trim` drops zeros at the end, for axis ticks (``"20 k"``)."""
    if value is None or _undefined(value):
        return NOTHING
    if locale() != "en":
        return _minus(_compact_elsewhere(float(value), digits))
    text, unit = _compact_english(abs(float(value)), digits, trim)
    return _sign(value, text) + text + (NBSP + unit if unit else "")


def money(value: Number | None, currency: str, compact: bool = True, digits: int = 3, trim: bool = False) -> str:
    """Money, short for charts and sentences (``"£1.24 M"``) or full, without symbol, for tables (``"279,489.02"``).

    Parameters
    ----------
    value : number or None
        In units of the currency; None and NaN give a dash.
    currency : str
        ISO code.
    compact : bool
        False writes every digit that the currency has.
    digits, trim
        As in `short_number`.
    """
    if value is None or _undefined(value):
        return NOTHING
    if not compact:
        return number(value, get_currency_precision(currency))
    text = short_number(_absolute(value), digits, trim)
    return _sign(value, text) + _with_symbol(text, currency)


def symbol(currency: str) -> str:
    """Symbol of a currency in this language: ``"£"``."""
    return get_currency_symbol(currency, locale=locale())


def percent(share: Number | None, digits: int | None = None) -> str:
    """Share of 1 as per cent: ``"27 %"``, below ten with one decimal (``"1.8 %"``), unless `digits` says otherwise."""
    if share is None or _undefined(share):
        return NOTHING
    return _percent_sign(number(float(share) * 100, _percent_digits(share) if digits is None else digits))


def signed_percent(change: Number | None, metric: bool = False, digits: int | None = None) -> str:
    """Change as ``"+18 %"`` or ``"−3.1 %"``; `metric` writes the ASCII minus that ``st.metric`` needs for its arrow."""
    return _signed(percent(_absolute(change), digits), change, metric)


def signed_number(change: Number | None, metric: bool = False, digits: int = 0) -> str:
    """Change as ``"+41"`` or ``"−12"``; `metric` as in `signed_percent`."""
    return _signed(number(_absolute(change), digits), change, metric)


def signed_money(change: Number | None, currency: str, metric: bool = False) -> str:
    """Change as ``"+£410 k"`` or ``"−£205 k"``; `metric` as in `signed_percent`."""
    return _signed(money(_absolute(change), currency), change, metric)


def number_range(low: Number | None, high: Number | None, digits: int = 1) -> str:
    """Interval: ``"3.1–3.6"``, with a negative end ``"−6.0 to −0.3"``."""
    if low is None or high is None or _undefined(low) or _undefined(high):
        return NOTHING
    return _join(number(low, digits), number(high, digits))


def percent_range(low: Number | None, high: Number | None, digits: int | None = None) -> str:
    """Interval of shares of 1: ``"20–22 %"``, ``"−6.0 to −0.3 %"``."""
    if low is None or high is None or _undefined(low) or _undefined(high):
        return NOTHING
    if digits is None:
        digits = max(_percent_digits(low), _percent_digits(high)) if abs(float(high)) < 0.1 else 0
    return _percent_sign(number_range(low * 100, high * 100, digits))


def money_range(low: Number | None, high: Number | None, currency: str) -> str:
    """Interval of money, two significant digits: ``"£3.1–3.6 M"``; ends of different size keep their own unit."""
    if low is None or high is None or _undefined(low) or _undefined(high):
        return NOTHING
    left, right = short_number(low, 2), short_number(high, 2)
    body, _space, unit = left.partition(NBSP)
    if low >= 0 and unit == right.partition(NBSP)[2]:
        return _with_symbol(body + EN_DASH + right, currency)
    return _join(money(low, currency, digits=2), money(high, currency, digits=2))


def day(value: Date | None) -> str:
    """Date: ``"9 Dec 2011"``."""
    # A date pattern of CLDR; a translation reorders it ("y年M月d日").
    return NOTHING if value is None else format_date(value, _("d MMM y"), locale=locale()).replace(" ", NBSP)


def month(value: Date | None) -> str:
    """Month: ``"Dec 2011"``."""
    return NOTHING if value is None else format_date(value, _("MMM y"), locale=locale()).replace(" ", NBSP)


def short_month(value: Date) -> str:
    """Month without its year, for axes: ``"Dec"``."""
    return format_date(value, "LLL", locale=locale())


def _undefined(value: Number) -> bool:
    return not math.isfinite(value)


def _absolute(value: Number | None) -> Number | None:
    return None if value is None else -value if value < 0 else value


def _unsigned_zero(value: Number, digits: int) -> Number:
    """0 where rounding leaves nothing, so that no "-0" is written."""
    return value if round(value, digits) else 0


def _minus(text: str) -> str:
    return text.replace("-", MINUS)


def _sign(value: Number, text: str) -> str:
    return MINUS if value < 0 and any(digit in text for digit in "123456789") else ""


def _signed(text: str, value: Number | None, metric: bool) -> str:
    if value is None or not any(digit in text for digit in "123456789"):
        return text
    return ("-" if metric else MINUS) + text if value < 0 else "+" + text


def _join(low: str, high: str) -> str:
    return f"{low}{EN_DASH}{high}" if not low.startswith(MINUS) else _("{low} to {high}").format(low=low, high=high)


def _percent_digits(share: Number) -> int:
    return 0 if share == 0 or round(abs(float(share)) * 100, 1) >= 10 else 1


def _percent_sign(text: str) -> str:
    return _("{number} %").format(number=text).replace(" ", NBSP)


def _compact_english(value: float, digits: int, trim: bool) -> tuple[str, str]:
    """Digits and unit of a value ≥ 0; 999.6 becomes 1.00 k, never 1000."""
    units = ("", _("k"), _("M"), _("bn"), _("tn"))
    step = 0 if value < 1 else min(math.floor(math.log10(value)) // 3, len(units) - 1)
    scaled = value / 1000**step
    decimals = _decimals(scaled, digits)
    if round(scaled, decimals) >= 1000 and step < len(units) - 1:
        step, scaled = step + 1, 1.0
        decimals = digits - 1
    text = format_decimal(scaled, format="#,##0" + ("." + "0" * decimals if decimals else ""), locale="en")
    whole = float(text.replace(",", "")) == int(float(text.replace(",", "")))
    if "." in text and (trim or (step == 0 and whole)):
        text = text.rstrip("0").rstrip(".")
    return text, units[step]


def _decimals(value: float, digits: int) -> int:
    """Decimals that leave `digits` significant digits, at most two below one."""
    if value < 1:
        return min(digits - 1, 2)
    decimals = max(digits - 1 - math.floor(math.log10(value)), 0)
    rounded = round(value, decimals)
    return max(digits - 1 - math.floor(math.log10(rounded)), 0)


def _compact_elsewhere(value: float, digits: int) -> str:
    """CLDR's own short form (Chinese counts in 万), with as many decimals as `digits` significant digits need."""
    whole = sum(character.isdigit() for character in format_compact_decimal(value, locale=locale()))
    return format_compact_decimal(value, locale=locale(), fraction_digits=max(digits - whole, 0))


def _with_symbol(text: str, currency: str) -> str:
    """Put the currency where the language has it: before the digits in English, after them in Russian."""
    pattern = Locale.parse(locale()).currency_formats["standard"].pattern.split(";")[0]
    return symbol(currency) + text if pattern.startswith("¤") else text + NBSP + symbol(currency)
