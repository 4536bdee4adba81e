"""Every code of a problem has its page, and what a page calls wrong is told with its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rules.writing import RULE

from monitor.errors import RuleError
from monitor.rules.examples import check
from monitor.rules.lint import lint
from monitor.rules.load import read_rulebook

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "rules" / "problems"
PAGES = {page.stem: page.read_text("utf-8") for page in sorted(FOLDER.glob("*.md")) if page.stem != "index"}
CODE_AT = {"report": 1, "problem": 1, "_twice": 2, "Problem": 3, "PatternError": 1, "Failure": 1}
"""Function that makes a problem → the argument that is its code."""
HEAD = {"extends", "override", "vocabulary", "rules"}
"""Keys of ``rules.yaml``; every other key of an example is one of a rule."""


def codes() -> Iterator[str]:
    """Every code written in the rule engine."""
    for module in sorted((ROOT / "monitor" / "rules").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = CODE_AT.get(name)
            if place is None or len(node.args) <= place:
                continue
            code = node.args[place]
            if isinstance(code, ast.Constant) and isinstance(code.value, str):
                yield code.value


def rulebook(wrong: str) -> str:
    """The smallest rulebook with the lines of an example in the place of its own."""
    keys = set(re.findall(r"^([a-z_]+):", wrong, re.MULTILINE))
    if keys & HEAD:
        return f"rulebook: test\n{wrong}" + ("" if "rules" in keys else f"rules:\n{RULE}")
    parts = re.findall(r"^    ([a-z_]+):(.*?)(?=^    [a-z_]+:|\Z)", RULE, re.MULTILINE | re.DOTALL)
    kept = "".join(f"    {key}:{rest}" for key, rest in parts if key not in keys)
    lines = "".join(f"    {line}\n" for line in wrong.splitlines())
    return f"rulebook: test\nrules:\n  - id: t.word\n{kept}{lines}"


def told(path: Path) -> set[str]:
    """The codes of everything that is wrong with a rulebook."""
    try:
        reading = read_rulebook(path)
    except RuleError as error:
        return {problem.code for problem in error.problems}
    return {problem.code for problem in lint(reading)} | {failure.code for failure in check(reading.rulebook)}


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    used = {*codes(), "pattern"}  # the code of a PatternError that names none
    assert {"duplicate-rule", "file", "unproven", "unknown-context", "no-day", "repeated-matcher"} <= used
    assert used == set(PAGES)


def test_the_index_lists_every_page_and_the_rule_that_examples_change() -> None:
    index = (FOLDER / "index.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| \[`([a-z-]+)`\]\(\1\.md\) \|", index, re.MULTILINE)) == sorted(PAGES)


@pytest.mark.parametrize("code", [code for code, page in PAGES.items() if "## Wrong" in page])
def test_what_a_page_calls_wrong_is_told_with_its_code(code: str, tmp_path: Path) -> None:
    (wrong,) = re.findall(r"```yaml\n(.*?)```", PAGES[code], re.DOTALL)
    path = tmp_path / "rules.yaml"
    path.write_text(rulebook(wrong), "utf-8")
    assert code in told(path)


def test_the_rule_that_examples_change_has_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(rulebook(""), "utf-8")
    assert told(path) == set()


@pytest.mark.parametrize("code", PAGES)
def test_a_page_says_how_grave_it_is_and_what_to_do(code: str) -> None:
    page = PAGES[code]
    assert page.startswith(f"# `{code}`\n\n")
    assert re.search(r"^(Error|Warning|Failure)", page, re.MULTILINE)
    assert len(page.split("## What to do\n\n")[1].strip()) > 10
