"""A shipped pack with something changed in it loads and runs, or has problems: nothing else comes out, and it ends.

``python bench/fuzz.py rules`` looks for more, led by coverage.
"""

from __future__ import annotations

import contextlib
import copy
from datetime import date
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.documents import Listing
from monitor.errors import RuleError
from monitor.rules import load_rulebook
from monitor.rules.load import shipped_packs
from monitor.scanner import Scanner

PACKS = Path(__file__).parents[2] / "monitor" / "rules" / "packs"
LONGEST = 20
"""Seconds of processor time; a hang takes more."""
RULES: list[Any] = [
    rule
    for name in shipped_packs()
    for rule in yaml.safe_load((PACKS / f"{name}.yaml").read_text(encoding="utf-8")).get("rules", ())
]
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(),
    st.text(max_size=12),
    st.text(alphabet="${}|.<>\\最好有 1", max_size=12),
    st.sampled_from(
        ["<yuan > 5>", "{a|}", "$word", "$loop", "..6", "nearby", "overlap", "2026-13-40", [], {}, [[]], {"any": []}]
    ),
    st.lists(st.text(alphabet="最好$word{}|", max_size=8), max_size=3),
    st.dictionaries(
        st.sampled_from(["text", "all", "field", "has", "within", "any", "id"]), st.text(max_size=6), max_size=3
    ),
)


@st.composite
def changed(draw: st.DrawFn) -> str:
    """The text of a rulebook with one shipped rule in it, in which one to three values are others, or gone."""
    book = {
        "rulebook": "mutated",
        "vocabulary": {"word": ["最好", draw(st.text(min_size=1, max_size=8))], "loop": ["{$loop|好}"]},
        "rules": [copy.deepcopy(draw(st.sampled_from(RULES)))],
    }
    for _ in range(draw(st.integers(1, 3))):
        at: Any = book
        key: Any = "rules"
        while isinstance(at[key], dict | list) and at[key] and draw(st.integers(0, 5)):
            at = at[key]
            key = draw(st.sampled_from(list(at) if isinstance(at, dict) else range(len(at))))
        if draw(st.booleans()):
            at[key] = draw(VALUES)
        else:
            del at[key]
            if at is book:
                book["rules"] = []
    return yaml.safe_dump(book, allow_unicode=True)


@settings(max_examples=150)
@given(text=changed())
def test_a_changed_rule_loads_and_runs_or_has_problems(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "mutated.yaml"
    path.write_text(text, encoding="utf-8", errors="replace")
    start = process_time()
    with contextlib.suppress(RuleError):
        rulebook = load_rulebook(path)
        Scanner(rulebook).scan(Listing(id="1", description="全网最好的有机大米 100元"), date(2026, 11, 20))
    assert process_time() - start < LONGEST
