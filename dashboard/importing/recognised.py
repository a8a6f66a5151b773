"""What was recognised: table, sheet, how each file was read, and what each column means, with selects to correct it."""

from functools import partial

import streamlit as st

from core.ingest.mapping import correcting
from core.ingest.mapping.files import Kept, ready, saved
from core.ingest.mapping.model import Mapping_
from core.ingest.recognise import ColumnGuess, Recognised
from core.schema import TABLES
from dashboard import layout
from dashboard.data_folder import own_folder
from dashboard.importing import edit, steps, widgets
from dashboard.importing.draft import Draft
from dashboard.topics import importing
from dashboard.words import _, ngettext, number

HIDDEN = ("format", "mapping", "encoding_guess")
# What is not used and goes beyond this stands on further pages.
PAGE = 30
ENCODINGS = ("utf-8", "utf-16", "cp1251", "cp1252", "latin-1", "cp1250", "cp866", "koi8-r", "gb18030", "shift_jis")
SIGNS = {
    "delimiter": (",", ";", "\t", "|"),
    "decimal": (".", ","),
    "thousands": (",", ".", " ", "'"),
}
CURRENCIES = ("EUR", "USD", "GBP", "RUB", "CNY", "CHF", "JPY", "PLN", "SEK", "CZK", "TRY", "INR", "BRL", "KZT", "UAH")


def draw(one: Draft) -> None:
    """A card a file, and what holds for all of them."""
    for place, found in enumerate(one.found):
        with layout.cards(1).cell():
            _file(one, found, place)
    if one.found:
        with st.expander(_("How all files are read")):
            _settings(one)


def _settings(one: Draft) -> None:
    """Selects for what was found out, or can't be."""
    settings = one.mapping.settings
    offered: dict[str, tuple[str, ...]] = {"encoding": ENCODINGS, **SIGNS, "currency": CURRENCIES}
    grid = st.grid(columns=3, min_column_width=220, gap=layout.GAP)
    for name, options in offered.items():
        value = getattr(settings, name)
        known = ["auto", *dict.fromkeys([*options, *([value] if value is not None else [])])]
        with grid.cell():
            widgets.select(
                importing.how(name),
                known,
                "auto" if value is None else value,
                lambda text: _("found out") if text == "auto" else importing.sign(text),
                f"import/setting/{name}",
                partial(_set, one, name),
            )
    with grid.cell():
        words = {"credit": _("credits"), "purchase": _("purchases")}
        widgets.select(
            _("Orders of zero are"),
            list(words),
            settings.zero_orders,
            words.__getitem__,
            "import/setting/zero_orders",
            partial(_set, one, "zero_orders"),
        )


def _set(one: Draft, name: str, value: str) -> None:
    _look_again(one, correcting.set_setting(one.mapping, name, None if value == "auto" else value))


def _file(one: Draft, found: Recognised, place: int) -> None:
    with layout.block(found.file, _summary(found)) as corner, corner:
        if found.file in one.names:
            st.button(
                _("Leave out"),
                key=f"import/drop/{place}/{found.file}",
                type="tertiary",
                icon=":material/close:",
                on_click=steps.drop,
                args=(one, found.file),
                help=_("This file is not imported."),
            )
    for problem in found.problems:
        st.warning(layout.plain(importing.problem(problem)), icon=":material/error:")
    if not found.columns:
        # It could not be read, or a question has to be answered first.
        return
    grid = st.grid(columns=3, min_column_width=220, gap=layout.GAP)
    with grid.cell():
        _table(one, found, place)
    if found.table:
        with grid.cell():
            _read_as(one, found, place)
    if len(found.sheets) > 1:
        with grid.cell():
            _sheet(one, found, place)
    _columns(one, found, place)


def _summary(found: Recognised) -> str:
    words = ngettext("{n} row", "{n} rows", found.rows) if found.whole else _("more than {n} rows")
    pieces = [words.format(n=number(found.rows))] if found.rows else []
    if found.mapping:
        pieces.append(_("read as: {mapping}").format(mapping=found.mapping))
    pieces += [f"{importing.how(code)}: {importing.value(value)}" for code, value in found.how if code not in HIDDEN]
    return " · ".join(pieces)


def _table(one: Draft, found: Recognised, place: int) -> None:
    widgets.select(
        _("What is in {file}?").format(file=layout.plain(found.file)),
        list(TABLES) if found.table else ["", *TABLES],
        found.table,
        lambda name: importing.table(name) if name else _("Choose"),
        f"import/table/{place}",
        lambda table: _look_again(one, correcting.set_table(one.mapping, edit.block_of(found), table)),
    )


def _read_as(one: Draft, found: Recognised, place: int) -> None:
    """A list of the mappings that were kept and that come with the product."""
    kept = {one_.title: one_ for one_ in (*ready(), *saved(own_folder()))}
    value = one.read_as.get(found.file, found.mapping)
    widgets.select(
        _("Read as"),
        list(dict.fromkeys(["", value, *kept])),
        value,
        lambda title: title or _("its columns say"),
        f"import/as/{place}",
        lambda title: _take_for(one, found, title, kept.get(title)),
        help=_("Exports of well-known programs, and files like those that were imported before."),
    )


def _take_for(one: Draft, found: Recognised, title: str, kept: Kept | None) -> None:
    one.read_as[found.file] = title
    headers = [guess.header for guess in found.columns]
    _look_again(one, correcting.take_for(one.mapping, edit.block_of(found), headers, kept))


def _sheet(one: Draft, found: Recognised, place: int) -> None:
    chosen = dict(found.how).get("sheet", "")
    widgets.select(
        _("Sheet"),
        list(found.sheets) if chosen in found.sheets else ["", *found.sheets],
        chosen if chosen in found.sheets else "",
        lambda sheet: sheet or _("Choose"),
        f"import/sheet/{place}",
        lambda sheet: _look_again(one, correcting.set_sheet(one.mapping, edit.block_of(found), sheet)),
    )


def _look_again(one: Draft, mapping: Mapping_) -> None:
    one.mapping = mapping
    steps.recognise(one)


def _columns(one: Draft, found: Recognised, place: int) -> None:
    if not found.table:
        for guess in found.columns[:PAGE]:
            layout.grey(f"{guess.header}: {' · '.join(guess.examples)}")
        return
    used = [guess for guess in found.columns if guess.field]
    order = {name: at for at, name in enumerate(TABLES[found.table].names)}
    used.sort(key=lambda guess: order.get(guess.field, len(order)))
    rest = [guess for guess in found.columns if not guess.field]
    layout.heading(_("Columns and what they mean"))
    _grid(one, found, used, place)
    if not rest:
        return
    words = (
        ngettext("{n} column is kept as an attribute", "{n} columns are kept as attributes", len(rest))
        if TABLES[found.table].attributes
        else ngettext("{n} column is not used", "{n} columns are not used", len(rest))
    )
    with st.expander(words.format(n=number(len(rest))), expanded=len(rest) <= 6):
        first = 0
        if len(rest) > PAGE:
            page = st.pagination(-(-len(rest) // PAGE), key=f"import/page/{place}") or 1
            first = (page - 1) * PAGE
        _grid(one, found, rest[first : first + PAGE], place)


def _grid(one: Draft, found: Recognised, guesses: list[ColumnGuess], place: int) -> None:
    grid = st.grid(columns=4, min_column_width=200, gap=layout.GAP)
    at = {guess.header: index for index, guess in enumerate(found.columns)}
    for guess in guesses:
        with grid.cell(), st.container(gap="xxsmall"):
            _column(one, found, guess, f"import/column/{place}/{at[guess.header]}")


def _column(one: Draft, found: Recognised, guess: ColumnGuess, key: str) -> None:
    nothing = _("attribute") if TABLES[found.table].attributes else _("not used")
    fields = list(dict.fromkeys([guess.field, *guess.alternatives, *edit.fields_of(found.table), ""]))
    widgets.select(
        layout.plain(guess.header),
        fields,
        guess.field,
        lambda field: importing.field(field) if field else nothing,
        key,
        lambda field: _assign(one, found, guess.header, field),
    )
    layout.grey(" · ".join(guess.examples) or _("empty"))


def _assign(one: Draft, found: Recognised, header: str, field: str) -> None:
    one.mapping = correcting.assign_column(one.mapping, edit.block_of(found), header, field)
    steps.recognise(one)
