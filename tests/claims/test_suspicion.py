"""What the model suspects where nothing was flagged: told with the result, and no finding."""

from __future__ import annotations

import json
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from rules.writing import rule_of, write_rulebook

from monitor.documents import Listing
from monitor.flags import ScanResult
from monitor.formats.write_jsonl import JsonlWriter
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

SAID = "五星好评截图发客服，返三块钱红包"
MODEL = "{id: model, model: inducement, over: OVER}"


def _scanned(folder: Path, match: str, text: str) -> ScanResult:
    rulebook = load_rulebook(
        write_rulebook(folder, rule_of(f"match: {match}").replace("category: absolute", "category: inducement"))
    )
    return Scanner(rulebook).scan(Listing("L1", description=text), date(2026, 11, 20))


def test_a_sentence_under_the_bound_is_suspected(tmp_path: Path) -> None:
    result = _scanned(tmp_path, MODEL.replace("OVER", "0.99999"), SAID)
    assert result.flags == ()
    assert result.suspicion is not None
    assert result.suspicion.code == "inducement"
    assert 0.3 <= result.suspicion.probability < 1
    stream = BytesIO()
    JsonlWriter(stream).write(result, Listing("L1", description=SAID))
    line = json.loads(stream.getvalue())
    assert line["suspicion"] == {"code": "inducement", "probability": result.suspicion.probability}


@pytest.mark.parametrize(
    ("match", "text"),
    [
        pytest.param(MODEL.replace("OVER", "0.3"), SAID, id="flagged"),
        pytest.param(MODEL.replace("OVER", "0.99999"), "这箱苹果五斤，包邮", id="unlikely"),
        pytest.param("{text: 返三块钱}", SAID, id="no rule asks the model"),
        pytest.param(MODEL.replace("OVER", "0.99999"), "。", id="nothing said"),
    ],
)
def test_else_nothing_is_suspected(tmp_path: Path, match: str, text: str) -> None:
    assert _scanned(tmp_path, match, text).suspicion is None
