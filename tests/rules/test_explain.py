"""The trace of a flag in words, Chinese and English, against files kept beside. ``STEELYARD_REWRITE=1 pytest`` writes them anew."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import msgspec
import pytest
from rules.writing import write_rulebook

from monitor.documents import Certificate, decode_document
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

GOLDEN = Path(__file__).parent / "golden"
RULE = """\
  - id: t.organic
    title: {zh: 有机没有证书, en: Organic without a certificate}
    category: certification
    severity: high
    basis: [{law: 甲法, article: 5, in_force: {from: 2020-01-01}}]
    match: {text: 有机}
    unless:
      - {id: denied, context: negated}
      - {id: old, text: 转换期, scope: field, basis: {law: 乙法, in_force: {to: 2019-12-31}}}
    requires: {id: certificate, certificate: organic}
    message: {zh: "宣称「{match}」没有证书", en: "“{match}” without a certificate"}
    remedy: {zh: 出示证书, en: Show the certificate}
    examples:
      flag: [有机大米, 有机苹果]
      pass: [不是有机的, 普通苹果]
"""
DOCUMENT = {
    "kind": "transcript",
    "id": "T-1",
    "segments": [
        {"start": 3.0, "end": 5.0, "text": "这个米是有 机的", "confidence": 0.9},
        {"start": 5.0, "text": "说错了，普通米"},
    ],
    "products": [
        {
            "from": 0,
            "to": 60,
            "listing": {
                "kind": "listing",
                "id": "L-1",
                "title": "大米 5kg",
                "seller": {"name": "甲公司"},
                "certificates": [{"type": "organic", "number": "102OP2600419"}],
            },
        }
    ],
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_trace_reads_as_it_did(tmp_path: Path, language: str) -> None:
    record = Certificate(
        type="organic", number="102OP2600419", holder="甲公司", scope=("大米",), valid_to=date(2026, 5, 31)
    )
    scanner = Scanner(load_rulebook(write_rulebook(tmp_path, RULE)), Registry([record]), language=language)
    (flag,) = scanner.scan(decode_document(msgspec.json.encode(DOCUMENT)), date(2026, 11, 1)).flags
    text = "\n".join((flag.message, flag.severity, *flag.explanation, flag.remedy)) + "\n"
    path = GOLDEN / f"trace.{language}.txt"
    if os.environ.get("STEELYARD_REWRITE"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")
