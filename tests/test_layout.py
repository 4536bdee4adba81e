"""The house stands as it was drawn: who imports whom, what starts quickly, how long things are."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for room in ("monitor", "dashboard") for path in (ROOT / room).rglob("*.py"))
IDS = [path.relative_to(ROOT).as_posix() for path in MODULES]

_EVERYTHING = {"*"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "documents": {"errors"},
    "trace": set(),
    "flags": {"errors", "trace"},
    "config": {"errors"},
    "logs": set(),
    "marking": {"documents", "flags", "errors"},
    "formats": {"documents", "flags", "trace", "marking", "errors"},
    "nlp": {"documents", "errors"},
    "registry": {"nlp", "documents", "errors"},  # names and numbers are compared folded
    "goods": {"nlp", "documents", "errors"},
    "pictures": {"nlp", "registry", "documents", "errors"},
    "claims": {"nlp", "documents", "errors"},
    "training": {"claims", "rules", "flags", "nlp", "documents", "errors"},
    "rules": {"claims", "nlp", "documents", "flags", "trace", "registry", "goods", "errors"},
    "scanner": {"nlp", "rules", "registry", "documents", "flags", "errors"},
    "live": {"scanner", "nlp", "rules", "documents", "flags", "errors"},
    "pipeline": {"scanner", "rules", "registry", "documents", "flags", "marking", "bootstrap", "errors"},
    "metrics": {"store", "logs", "errors"},
    "store": {"documents", "flags", "registry", "errors"},
    "cases": {"store", "documents", "flags", "errors"},
    "workers": {
        "scanner",
        "live",
        "store",
        "cases",
        "documents",
        "flags",
        "config",
        "bootstrap",
        "formats",
        "rules",
        "logs",
        "metrics",
        "errors",
    },
    "api": {"cases", "store", "scanner", "rules", "formats", "documents", "flags", "logs", "metrics", "errors"},
    "bootstrap": _EVERYTHING,
    "commands": _EVERYTHING,
    "cli": _EVERYTHING,
    "__main__": _EVERYTHING,
    "dashboard": {"cases", "bootstrap", "config", "pictures", "documents", "flags", "trace", "marking", "errors"},
    "monitor": set(),
}
"""Room → the rooms of ``monitor`` it may import, besides itself. ``monitor`` is ``monitor/__init__.py``."""

NO_ROOMS = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}
LONGEST_MODULE = 400
LONGEST_FUNCTION = 50


def room(path: Path) -> str:
    """The room a file belongs to: ``monitor/rules/load.py`` → ``rules``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts[0] == "dashboard":
        return "dashboard"
    return "monitor" if parts[1] == "__init__" else parts[1]


def imported(tree: ast.AST, package: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import, also those inside functions and under ``TYPE_CHECKING``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            before = package[: len(package) - node.level + 1] if node.level else ()
            name = ".".join((*before, *([node.module] if node.module else [])))
            if name == "monitor":
                yield from ((node.lineno, f"monitor.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, name


def rooms_imported(path: Path, source: str) -> Iterator[tuple[int, str]]:
    """Line and room of every import of this project's own modules."""
    for line, name in imported(ast.parse(source), path.relative_to(ROOT).parent.parts):
        first, _, rest = name.partition(".")
        if first == "dashboard":
            yield line, "dashboard"
        elif first == "monitor" and not rest.startswith("__"):
            yield line, rest.partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_imports_only_what_its_room_may(path: Path) -> None:
    here = room(path)
    allowed = MAY_IMPORT[here] | {here}
    if allowed >= _EVERYTHING:
        allowed |= set(MAY_IMPORT) - {"dashboard"}
    strangers = [
        f"line {line}: {name}" for line, name in rooms_imported(path, path.read_text("utf-8")) if name not in allowed
    ]
    assert not strangers, f"{here} may import {sorted(allowed - {here}) or 'nothing of ours'}"


def test_the_documented_table_is_the_enforced_one() -> None:
    documented: dict[str, set[str]] = {"monitor": set()}
    for line in (ROOT / "docs/architecture.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        for place in re.findall(r"`(?:monitor/)?(\w+)(?:/|\.py)`", cells[0]) if len(cells) == 3 else []:
            everything = cells[2].startswith("everything")
            documented[place] = _EVERYTHING if everything else set(cells[2].split(", ")) - {"–"}
    assert documented == MAY_IMPORT


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("import monitor.store.tables", ["store"]),
        ("from monitor import scanner, flags", ["scanner", "flags"]),
        ("from monitor import __version__", []),
        ("from ..workers import app", ["workers"]),
        ("from .load import x", ["rules"]),
        ("def f():\n    from monitor.api import app", ["api"]),
        ("import monitoring, json", []),
        ("import dashboard.app", ["dashboard"]),
    ],
)
def test_every_spelling_of_an_import_is_seen(line: str, found: list[str]) -> None:
    assert [name for _, name in rooms_imported(ROOT / "monitor/rules/some.py", line)] == found


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_module_says_what_it_is_and_stays_short(path: Path) -> None:
    source = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(source)), "a module begins with what it promises"
    assert len(source.splitlines()) <= LONGEST_MODULE, "ask what two things live in it"


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_functions_stay_short(path: Path) -> None:
    functions = [
        node
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = {f"{node.name}, line {node.lineno}": length(node) for node in functions if length(node) > LONGEST_FUNCTION}
    assert not long


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from ``def`` to the end, without the docstring: the help of a command may be long."""
    first = function.body[0]
    says = ast.get_docstring(function) is not None
    return (function.end_lineno or 0) - function.lineno + 1 - ((first.end_lineno or 0) - first.lineno + 1) * says


@pytest.mark.parametrize("path", MODULES, ids=IDS)
def test_rooms_have_names_that_say_something(path: Path) -> None:
    assert not NO_ROOMS & {part.lower() for part in path.relative_to(ROOT).with_suffix("").parts}


@pytest.mark.parametrize(
    ("module", "forbidden"),
    [
        ("monitor", {"spacy", "sqlalchemy", "celery", "streamlit", "numpy", "litestar", "pydantic", "msgspec"}),
        ("monitor.cli", {"spacy", "sqlalchemy", "celery", "streamlit", "litestar", "numpy"}),
        ("monitor.live", {"spacy", "sqlalchemy", "celery", "streamlit", "litestar"}),
        ("monitor.scanner", {"spacy", "sqlalchemy", "celery", "streamlit", "litestar"}),
    ],
)
def test_importing_loads_nothing_heavy(module: str, forbidden: set[str]) -> None:
    probe = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.split()
    assert module in loaded
    assert not forbidden & set(loaded)
