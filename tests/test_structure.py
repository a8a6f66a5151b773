"""The house rules that imports can show: one way from pages to the core, one gate to the data, one file with caches."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = sorted(path for part in ("core", "dashboard", "pages", "sample_data") for path in (ROOT / part).rglob("*.py"))
# What opens a snapshot's files. The modules that may are those that make it, guard it and describe it.
OPENERS = {"map_history", "snapshot_folder", "read_info"}
MAY_OPEN = {
    f"core/{name}.py"
    for name in (
        "access",
        "opened",
        "sold_lines",
        "comparison",
        "history",
        "importing/importer",
        "importing/increment",
        "manifest",
        "snapshot",
    )
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> Iterator[str]:
    """Full names of what a file imports, at its top or inside a function."""
    package = path.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) + "." if node.level else ""
            module = (base + (node.module or "")).rstrip(".")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def under(*parts: str) -> list[Path]:
    return [path for path in CODE if name_of(path).startswith(parts)]


@pytest.mark.parametrize("path", under("core/"), ids=name_of)
def test_core_knows_nothing_of_the_dashboard(path: Path) -> None:
    assert not roots(path) & {"dashboard", "pages", "sample_data", "streamlit", "plotly", "tests"}


@pytest.mark.parametrize("path", under("dashboard/"), ids=name_of)
def test_the_dashboard_knows_nothing_of_pages(path: Path) -> None:
    assert not roots(path) & {"pages", "tests", "sample_data"}


@pytest.mark.parametrize("path", under("pages/"), ids=name_of)
def test_pages_do_not_import_each_other(path: Path) -> None:
    assert not roots(path) & {"pages", "tests", "sample_data"}


@pytest.mark.parametrize("path", under("dashboard/charts/"), ids=name_of)
def test_charts_draw_what_they_are_given(path: Path) -> None:
    names = set(imported(path))
    assert "streamlit" not in roots(path)
    assert not {name for name in names if name.startswith(("core.access", "plotly.express"))}


@pytest.mark.parametrize("path", under("core/analyses/"), ids=name_of)
def test_no_analysis_imports_another(path: Path) -> None:
    others = {other.stem for other in under("core/analyses/") if not other.stem.startswith("_")} - {path.stem}
    assert not {name for name in imported(path) if name.startswith("core.analyses.") and name.split(".")[2] in others}


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_only_the_cache_caches(path: Path) -> None:
    if name_of(path) != "dashboard/cache.py":
        assert "st.cache_" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", CODE, ids=name_of)
def test_only_the_gate_opens_a_snapshot(path: Path) -> None:
    if name_of(path) not in MAY_OPEN:
        assert not {name.split(".")[-1] for name in imported(path)} & OPENERS


def test_only_the_session_makes_a_scope_in_the_dashboard() -> None:
    text = {name_of(path): path.read_text(encoding="utf-8") for path in under("dashboard/", "pages/")}
    assert {name for name, code in text.items() if "AccessScope." in code} == {"dashboard/session.py"}


def test_no_file_of_the_dashboard_is_named_like_a_standard_module() -> None:
    # Streamlit puts the folder of its script first on the path.
    import sys

    assert not {path.stem for path in (ROOT / "dashboard").glob("*.py")} & (
        sys.stdlib_module_names - {"__init__", "__main__"}
    )
