"""The labelled cases and the examples of the rules are independent: no example is a fragment of a case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml

ROOT = Path(__file__).parents[2]
CASES = sorted(
    path
    for path in (ROOT / "tests" / "data").glob("*.jsonl")
    if path.name not in {"cases.jsonl", "hard_cases.jsonl", "holder_pairs.jsonl", "scope_pairs.jsonl"}
)
"""Cases that were written for this project without a look at the rules."""

LONGEST = 12
"""Chinese characters one after the other that may be the same: what the law wants said word by word is longer, see :data:`STATUTORY`."""

STATUTORY = re.compile(
    "不能代替药物|不是药物|有助于维持|过量饮酒|未成年人|特殊医学用途|自产农副产品|最理想的食品|婴儿|许可证|有效期|批准文号|种许字|注字|健注"
)
"""Words of statutes, registers and labels, which are the same wherever they stand."""


def texts(value: Any) -> Iterator[str]:
    """Every text in a document or an example."""
    if isinstance(value, str):
        yield "".join(re.findall(r"[\u4e00-\u9fff]", value))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in {"source", "because", "by"}:
                yield from texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


def runs(text: str) -> Iterator[str]:
    """Every run of so many characters of a text."""
    return (text[start : start + LONGEST] for start in range(len(text) - LONGEST + 1))


@cache
def said() -> dict[str, str]:
    """Runs of the labelled cases, and the case they stand in."""
    found: dict[str, str] = {}
    for path in CASES:
        for line in path.read_bytes().splitlines():
            case = msgspec.json.decode(line)
            for text in texts(case["document"]):
                found |= dict.fromkeys(runs(text), f"{path.name} {case['id']}")
    return found


@pytest.mark.parametrize(
    "pack", sorted((ROOT / "monitor" / "rules" / "packs").glob("*.yaml")), ids=lambda path: path.stem
)
def test_no_example_is_taken_from_a_labelled_case(pack: Path) -> None:
    taken = [
        (rule["id"], run, said()[run])
        for rule in yaml.load(pack.read_bytes(), yaml.CSafeLoader).get("rules") or ()
        for text in texts(rule.get("examples"))
        for run in runs(text)
        if run in said() and not STATUTORY.search(text)
    ]
    assert not taken
