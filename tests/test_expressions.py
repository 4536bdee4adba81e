"""Every regular expression of the package is linear enough: no repeat without bound inside another, and none beside one of the like.

A rule has no regular expressions; these run over documents, file formats and pattern texts. The parse tree of each is looked at, so that
a new one is looked at too: constants of modules, those made by cached functions, and literals given to ``re`` where they are used.
"""

from __future__ import annotations

import ast
import importlib
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants
    import sre_parse

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    path
    for room in ("monitor", "dashboard")
    for path in (ROOT / room).rglob("*.py")
    if path.stem != "env"  # alembic's, which runs only inside a migration
)
MANY = 1000
"""A repeat that may go on longer than this has no bound."""
REPEATS = {sre_constants.MAX_REPEAT, sre_constants.MIN_REPEAT, sre_constants.POSSESSIVE_REPEAT}


def nested(pattern: str, flags: int = 0) -> list[str]:
    """What is wrong with a pattern: a repeat without bound in a repeat that is followed by nothing that ends it."""
    return list(_walk(sre_parse.parse(pattern, flags), inside=False))


def _walk(tree: Any, *, inside: bool) -> Iterator[str]:
    for operator, argument in tree:
        if operator in REPEATS:
            _, most, body = argument
            endless = most > MANY
            if endless and inside:
                yield f"a repeat without bound inside another: {body}"
            yield from _walk(body, inside=inside or (endless and not _is_headed(body)))
        else:
            for part in _parts(argument):
                yield from _walk(part, inside=inside)


def _is_headed(body: Any) -> bool:
    """Whether each round of a repeat begins with a character that the inner repeats cannot eat: then there is one way to read it."""
    first, last = _first(body), _last_set(body)
    return first is not None and last is not None and not first & last


def _first(body: Any) -> set[int] | None:
    """The characters (below 0x10000) that a body must begin with; None where that is not one set."""
    return _set(*body[0]) if len(body) else None


def _last_set(body: Any) -> set[int] | None:
    found: set[int] = set()
    for operator, argument in body:
        if operator in REPEATS:
            inner = _set(*argument[2][0]) if len(argument[2]) == 1 else None
            if inner is None:
                return None
            found |= inner
    return found


def _set(operator: Any, argument: Any) -> set[int] | None:
    if operator is sre_constants.LITERAL:
        return {argument}
    if operator is sre_constants.NOT_LITERAL:
        return set(range(0x10000)) - {argument}
    if operator is sre_constants.IN:
        compiled = re.compile("[" + "".join(map(_shown, argument)) + "]")
        return {code for code in range(0x10000) if compiled.match(chr(code))}
    return None


def _shown(item: Any) -> str:
    operator, argument = item
    if operator is sre_constants.NEGATE:
        return "^"
    if operator is sre_constants.RANGE:
        return f"\\U{argument[0]:08x}-\\U{argument[1]:08x}"
    if operator is sre_constants.LITERAL:
        return f"\\U{argument:08x}"
    return {"CATEGORY_DIGIT": r"\d", "CATEGORY_SPACE": r"\s", "CATEGORY_WORD": r"\w", "CATEGORY_NOT_DIGIT": r"\D",
            "CATEGORY_NOT_SPACE": r"\S", "CATEGORY_NOT_WORD": r"\W"}[str(argument)]  # fmt: skip


def _parts(argument: Any) -> Iterator[Any]:
    if isinstance(argument, sre_parse.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for item in argument:
            yield from _parts(item)


@pytest.mark.parametrize(
    ("pattern", "bad"),
    [
        (r"(a+)+b", True),
        (r"(?:a*b?)*c", True),
        (r"(\w+\s*)+$", True),
        (r"((?:x|y+)*z)*", True),
        (r"[^,]+(?:,[^,]+)*", False),
        (r"(?:a{1,20}){1,20}", False),
        (r"\s*[;|]\s*", False),
        (r"(?:-[a-z]+)*", False),
    ],
)
def test_what_can_run_away_is_seen(pattern: str, bad: bool) -> None:
    assert bool(nested(pattern)) is bad


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _written(path: Path) -> Iterator[str]:
    """Literals given to functions of ``re``."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            first = node.args[0] if node.args else None
            if node.func.value.id == "re" and isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


@pytest.mark.parametrize("path", MODULES, ids=[_name(path) for path in MODULES])
def test_no_expression_can_run_away(path: Path) -> None:
    found = set(_written(path))
    if not path.stem.startswith("__"):
        for value in vars(importlib.import_module(_name(path))).values():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found.add(value.pattern)
    assert {pattern: wrong for pattern in found if (wrong := nested(pattern))} == {}


def test_nor_can_those_that_are_made() -> None:
    from monitor.nlp.context import contexts
    from monitor.nlp.numbers import _pattern
    from monitor.nlp.numerals import NUMERAL
    from monitor.registry.numbers import FAMILIES

    made = [_pattern().pattern, NUMERAL, *(family.form for family in FAMILIES)]
    made += [cue.pattern.pattern for context in contexts().values() for cue in context.cues]
    assert {pattern: wrong for pattern in made if (wrong := nested(pattern))} == {}
