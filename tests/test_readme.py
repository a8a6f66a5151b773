"""What the README says is true."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.__main__ import _parser
from core.analyses import names
from core.ingest import parse_mapping
from core.segments import parse_rules

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python -m core (.+)$", README.replace("\\\n", " "), flags=re.MULTILINE)
MAPPING = "adventureworks.toml"


def section(title: str) -> str:
    """The text under a heading of the third level."""
    return re.split(r"^##", README.partition(f"\n### {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def blocks(text: str, language: str) -> list[str]:
    """The contents of the fenced blocks of a language, "" for none."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    return [content for name, content in found if name == language]


def block(text: str, language: str) -> str:
    return blocks(text, language)[0]


def run_as_shown(title: str, folder: Path) -> None:
    """Run the command of a worked example in its folder, and compare what it prints."""
    shown = section(title)
    command = block(shown, "").replace("\\\n", " ")
    program, *arguments = shlex.split(command)
    assert program == "python"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CLIENTELE_DATA": str(folder / "data"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == block(shown, "text")


def test_a_semicolon_file_in_cp1251_gives_what_is_shown(tmp_path):
    text = block(section("A semicolon file with decimal commas"), "csv")
    assert "\u00a0" in text
    (tmp_path / "prodazhi.csv").write_bytes(text.encode("cp1251"))
    run_as_shown("A semicolon file with decimal commas", tmp_path)


def test_a_workbook_with_titles_and_totals_gives_what_is_shown(tmp_path):
    lines = re.findall(r"^\|(.*)\|$", section("A workbook with title rows and totals"), flags=re.MULTILINE)
    book = openpyxl.Workbook()
    for line in lines[2:]:
        book.active.append([_cell(cell.strip()) for cell in line.split("|")])
    book.save(tmp_path / "invoices.xlsx")
    run_as_shown("A workbook with title rows and totals", tmp_path)


def _cell(text: str) -> Any:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else text or None


def test_online_retail_gives_what_is_shown(real_data, tmp_path):
    shutil.copy(real_data / "online_retail.csv.gz", tmp_path)
    run_as_shown("Online Retail", tmp_path)


def test_adventureworks_gives_what_is_shown(real_data, tmp_path):
    for path in (real_data / "adventureworks").glob("*.csv.gz"):
        shutil.copy(path, tmp_path)
    (tmp_path / MAPPING).write_text(block(section("AdventureWorks"), "toml"), encoding="utf-8")
    run_as_shown("AdventureWorks", tmp_path)


def test_a_pipeline_of_deals_gives_what_is_shown(real_data, tmp_path):
    for name in ("Opportunities", "Accounts"):
        shutil.copy(real_data / "regional_opportunities" / f"{name}.csv.gz", tmp_path)
    (tmp_path / "pipeline.toml").write_text(block(section("A pipeline of deals"), "toml"), encoding="utf-8")
    run_as_shown("A pipeline of deals", tmp_path)


def test_the_worked_example_is_the_mapping_that_the_tests_import_with():
    assert block(section("AdventureWorks"), "toml") == (ROOT / "tests" / "core" / "ingest" / MAPPING).read_text(
        encoding="utf-8"
    )


SEGMENTS = block(section("Segments of your own"), "toml")


@pytest.mark.parametrize("text", [text for text in blocks(README, "toml") if text != SEGMENTS])
def test_each_mapping_is_one_that_is_taken(text):
    parse_mapping(tomllib.loads(text))


def test_the_segments_of_the_example_are_taken():
    rules = parse_rules(SEGMENTS.encode())
    assert [rules.title(name) for name in rules.names] == ["Regulars", "Strayed", "The others"]


def test_the_question_of_the_command_line_is_the_one_shown(tmp_path):
    (tmp_path / "orders.csv").write_text("order_id,customer_id,date,amount\n1,a,01/02/2025,10\n2,b,03/04/2025,5\n")
    done = subprocess.run(
        [sys.executable, "-m", "core", "import", str(tmp_path / "orders.csv"), "--data", str(tmp_path / "data")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 2
    assert done.stderr == block(README, "text")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_one_that_the_command_line_takes(command):
    options = _parser().parse_args(shlex.split(command, comments=True))
    assert callable(options.command)
    if hasattr(options, "name") and options.command.__name__ == "_analyse":
        assert options.name in names()


def test_there_are_commands_to_check():
    assert len(COMMANDS) >= 15


@pytest.mark.parametrize("link", re.findall(r"\]\((?!https?:)([^)#]+)\)", README))
def test_each_link_leads_somewhere(link):
    assert (ROOT / link).exists()


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)|`make (\w+)`", README, flags=re.MULTILINE))
def test_each_make_target_is_there(target):
    assert re.search(rf"^{''.join(target)}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
