"""The core stands on its own: no Streamlit, no Plotly, nothing of the dashboard; one gate to the data."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "core"
MODULES = sorted(CORE.rglob("*.py"))
FORBIDDEN = {"streamlit", "plotly", "dashboard", "pages", "tests", "sample_data"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(CORE)))
def test_nothing_of_the_dashboard_is_imported(path: Path) -> None:
    assert not {name.partition(".")[0] for name in imports(path)} & FORBIDDEN


@pytest.mark.parametrize("path", sorted((CORE / "analyses").glob("[!_]*.py")), ids=lambda path: path.stem)
def test_no_analysis_imports_another(path: Path) -> None:
    others = {f"core.analyses.{other.stem}" for other in (CORE / "analyses").glob("[!_]*.py")} - {
        f"core.analyses.{path.stem}"
    }
    assert not imports(path) & others


def test_only_rulers_take_parts_of_several_analyses() -> None:
    """What lays one analysis beside another does so by ``core.classifications``, which has them from there."""
    parts = {f"core.analyses.{path.stem}" for path in (CORE / "analyses").glob("*.py")} - {"core.analyses.__init__"}
    users = {path.relative_to(CORE).parts[0] for path in MODULES if imports(path) & parts}
    assert users == {"analyses", "rulers"}


def test_errors_import_nothing_of_the_project() -> None:
    assert not any(name.startswith("core") for name in imports(CORE / "errors.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(CORE)))
def test_no_folder_is_taken_for_a_column(path: Path) -> None:
    """DuckDB reads ``.../amount=7/orders.parquet`` with a column ``amount`` of sevens, unless it is told not to."""
    for line in path.read_text(encoding="utf-8").splitlines():
        assert "read_parquet(" not in line or "hive_partitioning" in line, line


def test_only_the_gate_maps_a_history() -> None:
    """Which is core.access, and what its dataset is put together from."""
    parts = {"opened.py": "core.opened", "given_tables.py": "core.given_tables", "sold_lines.py": "core.sold_lines"}
    users = {path.name for path in MODULES if "core.history.map_history" in imports(path)}
    assert users == {"opened.py", "sold_lines.py"}
    for module in parts.values():
        users = {path.name for path in MODULES if any(name.startswith(module + ".") for name in imports(path))}
        assert users <= {*parts, "access.py"}


def test_importing_the_core_loads_neither_streamlit_nor_plotly() -> None:
    code = (
        "import core.__main__, sys; from core import analyses; [analyses.load(name) for name in analyses.names()]; "
        "print([name for name in ('streamlit', 'plotly') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=CORE.parent, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
