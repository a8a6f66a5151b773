"""What is kept between runs is never older than the company's segments."""

from pathlib import Path

import pytest

from core.analyses.rfm import RfmParams, RfmResult
from core.errors import BadInputError
from core.filters import Filters
from core.scope import AccessScope
from core.segments import digest
from dashboard import cache
from tests.helpers import make_log, publish_lines

ONE = '[segments.all]\nrules = [{ r = "123", f = "123", m = "123" }]\n'


def ask(data: Path) -> RfmResult:
    found = cache.result(str(data), 1, AccessScope.everything(), "rfm", Filters(), RfmParams(), digest(data))
    assert isinstance(found, RfmResult)
    return found


def test_edited_segments_show_at_once_and_those_of_before_come_back(tmp_path: Path) -> None:
    data, file = publish_lines(make_log(5, customers=12, orders=60), tmp_path), tmp_path / "segments.toml"
    shipped = ask(data)
    assert ask(data) is shipped
    assert len(shipped.rules.names) == 11
    file.write_text(ONE)
    assert ask(data).rules.names == ("all",)
    file.write_text(ONE.replace("m = ", "v = "))
    for _ in range(2):
        with pytest.raises(BadInputError, match=r"\[segments\.all\] rules"):
            ask(data)
    file.write_text(ONE.replace("all", "each"))
    assert ask(data).rules.names == ("each",)
    file.unlink()
    assert ask(data) is shipped
