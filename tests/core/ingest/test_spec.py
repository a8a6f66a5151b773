"""What a field of a mapping can't be, with the exact words."""

from pathlib import Path
from typing import Any

import pytest

from core.errors import BadInputError
from core.ingest.mapping.spec import parse_spec
from core.ingest.readers.encoding import Text

COLUMN = "wrong kind of value; expected the header of a column, found ''"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", f"here: {COLUMN}"),
        ({"column": "", "floor_divide": 1000}, f"here: {COLUMN}"),
        ({"first_of": ["a", ""]}, f"here: {COLUMN}"),
        ({"join": [""]}, f"here: {COLUMN}"),
        *(
            (
                {"column": "a", "format": text},
                f"here format: wrong kind of value; expected a date format, such as \"%d/%m/%Y\", found '{text}'",
            )
            for text in ("%", "%d.%", "%q", "")
        ),
    ],
)
def test_no_header_and_no_format(value: Any, sentence: str) -> None:
    with pytest.raises(BadInputError) as raised:
        parse_spec(value, "here")
    assert str(raised.value) == sentence


@pytest.mark.parametrize("text", ["%d/%m/%Y", "%Y%m%d", "%-d.%-m.%y %H:%M:%S", "100 %% %Y"])
def test_formats_that_can_be_read(text: str) -> None:
    assert parse_spec({"column": "a", "format": text}, "here").format == text


def test_utf_16_without_the_mark_that_its_name_asks_for(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes("a,b\n1,2\n".encode("utf-16-le"))
    with pytest.raises(
        BadInputError, match=r"^orders\.csv: is not in utf-16; found UTF-16 stream does not start with BOM$"
    ):
        list(Text(path, "utf-16", lambda _: None).blocks())
