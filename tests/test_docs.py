"""The manual is complete: every setting with its default, every command, and nothing that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from monitor.cli import app
from monitor.config import Settings

ROOT = Path(__file__).parent.parent
PAGES = [
    *sorted(page for page in (ROOT / "docs").rglob("*.md") if "reference" not in page.parts),  # `make docs` makes those
    *(ROOT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md")),
]
TEXT = {page.relative_to(ROOT).as_posix(): page.read_text("utf-8") for page in PAGES}
FOR_TESTS = {"STEELYARD_TEST_SERVERS", "STEELYARD_SCREENSHOTS"}


def commands(command: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command that can be typed: ``scan``, ``rules check``."""
    inside = getattr(command, "commands", None)
    if inside is None or getattr(command, "invoke_without_command", False):
        yield " ".join(path)
    for name, inner in (inside or {}).items():
        yield from commands(inner, (*path, name))


COMMANDS = sorted(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_setting_is_documented_with_its_default(name: str) -> None:
    default = Settings.model_fields[name].default
    shown = "none" if default is None else "empty" if default == "" else f"`{default}`"
    assert f"| `STEELYARD_{name.upper()}` | {shown} | " in TEXT["docs/settings.md"]


def test_no_page_names_a_setting_that_is_not_there() -> None:
    known = {f"STEELYARD_{name.upper()}" for name in Settings.model_fields} | FOR_TESTS
    named = {name for text in TEXT.values() for name in re.findall(r"STEELYARD_[A-Z_]*[A-Z]", text)}
    assert named <= known


@pytest.mark.parametrize("command", COMMANDS)
def test_command_is_documented(command: str) -> None:
    assert f"| `monitor {command}` | " in TEXT["docs/commands.md"]


def test_no_command_is_documented_that_is_not_there() -> None:
    assert sorted(re.findall(r"^\| `monitor ([a-z -]+)` \|", TEXT["docs/commands.md"], re.MULTILINE)) == COMMANDS


@pytest.mark.parametrize("page", TEXT)
def test_links_inside_the_project_lead_somewhere(page: str) -> None:
    targets = re.findall(r"\]\((?!https?://|mailto:|#)([^)#\s]+)[^)]*\)", TEXT[page])
    assert not [target for target in targets if not ((ROOT / page).parent / target).exists()]
