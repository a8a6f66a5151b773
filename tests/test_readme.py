"""What the README says is true."""

import re
import shlex
from pathlib import Path

import pytest

from core.__main__ import _parser
from core.analyses import names

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python -m core (.+)$", README.replace("\\\n", " "), flags=re.MULTILINE)


def test_the_worked_example_is_the_mapping_that_the_tests_import_with():
    shown = re.search(r"```toml\n(.*?)```", README, flags=re.DOTALL)
    assert shown is not None
    assert shown.group(1) == (ROOT / "tests" / "core" / "ingest" / "adventureworks.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_is_one_that_the_command_line_takes(command):
    options = _parser().parse_args(shlex.split(command, comments=True))
    assert callable(options.command)
    if hasattr(options, "name"):
        assert options.name in names()


def test_there_are_commands_to_check():
    assert len(COMMANDS) >= 7


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_each_link_leads_somewhere(link):
    assert (ROOT / link).exists()


@pytest.mark.parametrize("target", re.findall(r"^make (\w+)|`make (\w+)`", README, flags=re.MULTILINE))
def test_each_make_target_is_there(target):
    assert re.search(rf"^{''.join(target)}:", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
