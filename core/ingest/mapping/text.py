"""A mapping as the text of its TOML file."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import tomli_w

from core.ingest.mapping.leaving import plain_leave_out
from core.ingest.mapping.model import Block, Mapping_, Spec
from core.ingest.mapping.settings import Settings


def to_toml(mapping: Mapping_, about: Mapping[str, Any] | None = None) -> str:
    """A mapping as the text of a TOML file, which reads back as the same mapping.

    Parameters
    ----------
    mapping : Mapping_
    about : mapping, optional
        Values of ``[shape]``.

    Returns
    -------
    str
    """
    usual = Settings()
    settings = {
        setting.name: getattr(mapping.settings, setting.name)
        for setting in fields(Settings)
        if getattr(mapping.settings, setting.name) != getattr(usual, setting.name)
    }
    rates: dict[str, Any] = {}
    if mapping.rates is not None:
        rates = {code: format(rate, "f") for code, rate in mapping.rates.fixed}
        if mapping.rates.file is not None:
            rates = {key: getattr(mapping.rates, key) for key in ("file", "date", "currency", "rate")}
    parts = (("shape", dict(about or {})), ("settings", settings), ("rules", dict(mapping.rules)), ("rates", rates))
    texts = [_section(f"[{name}]", part) for name, part in parts if part]
    for table in dict.fromkeys(block.table for block in mapping.blocks if block.table):
        blocks = [_block(block) for block in mapping.blocks if block.table == table]
        head = f"[{table}]" if len(blocks) == 1 else f"[[{table}]]"
        texts += [_section(head, block) for block in blocks]
    return "\n".join(texts)


def _section(head: str, values: Mapping[str, Any]) -> str:
    # Small tables stand in a line each, so that the fields keep their order.
    return "".join(f"{line}\n" for line in (head, *(f"{_key(key)} = {_value(value)}" for key, value in values.items())))


def _key(key: str) -> str:
    return tomli_w.dumps({key: 0}).removesuffix(" = 0\n")


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return tomli_w.dumps({"x": value}).removeprefix("x = ").removesuffix("\n")


def _block(block: Block) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if block.files:
        values["file"] = block.files[0] if len(block.files) == 1 else list(block.files)
    if block.sheet is not None:
        values["sheet"] = block.sheet
    values |= {field: _spec(spec) for field, spec in block.specs}
    values |= dict.fromkeys(sorted(block.absent), False)
    if block.attributes is not None:
        values["attributes"] = list(block.attributes)
    if block.leave_out:
        values["leave_out"] = plain_leave_out(block.leave_out)
    return values


def _spec(spec: Spec) -> str | dict[str, Any]:
    usual = Spec()
    values: dict[str, Any] = {
        part.name: getattr(spec, part.name)
        for part in fields(Spec)
        if getattr(spec, part.name) != getattr(usual, part.name)
    }
    if set(values) == {"column"}:
        return str(values["column"])
    if "when" in values:
        values["when"] = dict(values["when"])
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
