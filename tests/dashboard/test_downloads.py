"""Downloads: names, and tables that no spreadsheet runs."""

import io
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import load_workbook

from core.access import AccessScope, Dataset, open_dataset
from dashboard import downloads
from tests.dashboard.conftest import Opened
from tests.helpers import make_log, publish_lines


class _View:
    """What a download needs of a view."""

    def __init__(self, data: Dataset) -> None:
        self.with_ids = data.with_ids


def test_names_of_downloads_can_not_be_guessed() -> None:
    names = {downloads.file_name("rfm") for _ in range(100)}
    assert len(names) == 100
    assert all(name.startswith("clientele-rfm-") and name.endswith(".csv") for name in names)
    assert downloads.file_name("rfm", "xlsx").endswith(".xlsx")


@pytest.fixture
def evil(tmp_path: Path) -> Dataset:
    """Customers whose ids a spreadsheet would run."""
    log = make_log(7)
    first = log["customer_id"].unique()[:2]
    log["customer_id"] = log["customer_id"].replace({first[0]: "=1+1", first[1]: "@cmd"})
    return open_dataset(publish_lines(log, tmp_path), AccessScope.everything())


def test_both_forms_hold_the_same_rows_with_ids_and_nothing_that_runs(evil: Dataset) -> None:
    codes = evil.customer_codes(["=1+1", "@cmd"])
    table = pd.DataFrame({"customer": codes, "segment": ["+lost", "new"], "revenue": [1.5, -2.25]})
    view = _View(evil)
    text = downloads._csv(view, table)  # type: ignore[arg-type]
    assert text.startswith(b"\xef\xbb\xbf")
    assert text.decode("utf-8-sig").splitlines() == [
        "customer_id,segment,revenue",
        "'=1+1,'+lost,1.5",
        "'@cmd,new,-2.25",
    ]
    sheet = load_workbook(io.BytesIO(downloads._xlsx(view, table, "rfm-flows"))).active  # type: ignore[arg-type]
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == ["customer_id", "segment", "revenue"]
    assert [row[2].value for row in rows[1:]] == [1.5, -2.25]
    assert "f" not in {cell.data_type for row in rows for cell in row}


@pytest.mark.parametrize("page", ["rfm", "movements", "crossing"])
def test_customers_can_be_had_in_both_forms(open_page: Opened, page: str) -> None:
    app = open_page(page)
    assert not app.exception
    labels = [one.label for one in app.get("download_button")]
    assert labels[-2:] == ["CSV", "Excel"]
