"""The list of pages against the files there are."""

from core.analyses import names
from dashboard.data_folder import ROOT
from dashboard.registry import PAGES


def test_each_page_has_its_file_and_each_file_its_page() -> None:
    assert {spec.key for spec in PAGES} == {path.stem for path in (ROOT / "pages").glob("*.py")}


def test_each_analysis_has_a_page_of_its_name() -> None:
    assert {spec.analysis for spec in PAGES if spec.analysis} == set(names())
    assert all(spec.analysis in ("", spec.key) for spec in PAGES)
