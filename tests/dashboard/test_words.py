"""The catalogue is whole: both languages say everything, every code has a name, and no page says a word past it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from dashboard.drafts import CATEGORIES as GOODS
from dashboard.public.complain import PLATFORMS
from dashboard.words import LANGUAGES, Words, catalogue
from monitor.cases import COMPLAINT_STATUSES, OUTCOMES
from monitor.documents import CertificateType
from monitor.flags import CATEGORIES, SEVERITIES, MatchKind
from monitor.formats.labels import CATEGORY_LABELS, SEVERITY_LABELS

DASHBOARD = Path(__file__).parents[2] / "dashboard"
SOURCES = sorted(DASHBOARD.rglob("*.py"))
HAN = re.compile("[\u3400-\u9fff]")
NAMED = {"公平秤 Steelyard", "中文"}
"""Names, which are the same in every language."""

CODES = {
    "category": CATEGORIES,
    "severity": SEVERITIES,
    "outcome": OUTCOMES,
    "status": COMPLAINT_STATUSES,
    "match": get_args(MatchKind),
    "certificate": get_args(CertificateType),
    "goods": GOODS,
    "platform": PLATFORMS,
}


def places(wording: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(wording) if name is not None}


@pytest.mark.parametrize("key", catalogue())
def test_both_languages_say_it(key: str) -> None:
    wordings = catalogue()[key]
    assert len(wordings) == len(LANGUAGES)
    assert all(said.strip() for said in wordings)
    chinese, english = wordings
    assert places(chinese) == places(english)
    assert not HAN.search(english)
    assert HAN.search(chinese) or chinese == english or not re.search(r"\w", re.sub(r"\{.*?\}", "", chinese))


@pytest.mark.parametrize(("section", "name"), [(section, name) for section, names in CODES.items() for name in names])
def test_every_code_has_a_name(section: str, name: str) -> None:
    assert f"{section}.{name}" in catalogue()


def test_codes_are_called_as_in_the_reports() -> None:
    labels = {f"category.{name}": said for name, said in CATEGORY_LABELS.items()}
    labels |= {f"severity.{name}": said for name, said in SEVERITY_LABELS.items()}
    assert {key: catalogue()[key] for key in labels} == labels


def asked() -> Iterator[str]:
    """What the sources ask the catalogue for; ``*`` stands for what they fill in."""
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.fullmatch(r"[a-z]+\.[a-z-]+", node.value)
            ):
                yield node.value
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Attribute) and node.func.attr == "one_of":
                yield f"{node.args[0].value}.*" if isinstance(node.args[0], ast.Constant) else "*"
            elif isinstance(node.func, ast.Name) and node.func.id == "say":
                yield from _pattern(node.args[0])


def _pattern(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant):
        yield str(argument.value)
    elif isinstance(argument, ast.JoinedStr):
        yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in argument.values)  # type: ignore[misc]
    elif isinstance(argument, ast.IfExp):
        yield from _pattern(argument.body)
        yield from _pattern(argument.orelse)


ASKED = sorted(set(asked()) - {"*"})


@pytest.mark.parametrize(
    "pattern", [pattern for pattern in ASKED if pattern.split(".")[0] in {key.split(".")[0] for key in catalogue()}]
)
def test_what_is_asked_for_is_there(pattern: str) -> None:
    found = re.compile(re.escape(pattern).replace(r"\*", ".+"))
    assert [key for key in catalogue() if found.fullmatch(key)]


def test_nothing_is_there_that_nobody_asks_for() -> None:
    wanted = re.compile("|".join(re.escape(pattern).replace(r"\*", ".+") for pattern in ASKED))
    sections = {f"{section}." for section in CODES}
    assert not [key for key in catalogue() if not wanted.fullmatch(key) and not key.startswith(tuple(sections))]


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.relative_to(DASHBOARD).as_posix())
def test_no_page_says_a_word_past_the_catalogue(source: Path) -> None:
    tree = ast.parse(source.read_text("utf-8"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    assert not [text for text in texts if HAN.search(text) and text not in NAMED]
    shown = [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"st", "left", "right", "place", "column"}
        and node.func.attr
        not in {"set_page_config", "container", "form", "get_option", "cache_resource", "Page", "page_link"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]
    assert not shown


def test_a_wording_is_filled_in() -> None:
    assert Words("en")("review.flag", flag=3) == "Flag 3"
    with pytest.raises(KeyError):
        Words("en")("review.nowhere")
    with pytest.raises(KeyError):
        Words("zh")("review.flag", other=3)


@pytest.mark.parametrize(
    ("section", "name", "said"),
    [
        ("severity", "high", "严重"),
        ("severity", "unheard-of", "unheard-of"),
        ("platform", "我的平台", "我的平台"),
        ("platform", "", ""),
    ],
)
def test_what_has_no_name_keeps_its_own(section: str, name: str, said: str) -> None:
    assert Words("zh").one_of(section, name) == said
