"""What is heard may prove and is never held against anybody; what the claim is about, by title, attributes and speech."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rules.writing import rule_of, write_rulebook

from monitor.documents import Certificate, decode_document
from monitor.flags import ScanResult
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 20)
SELLER = {"name": "五常市金福泉水稻种植专业合作社"}
RULE = rule_of('match: {text: "有机{大米|绿茶|}"}\nrequires: {id: proof, certificate: [organic, food-production]}')
RIGHT = "编号幺三四OP二六零零二幺五"
WRONG = "编号幺三四OP二六零零二幺六"
BADLY_READ = "编号SC一一四一四〇六二三九零零八五"


def record(**changes: Any) -> Certificate:
    row = {
        "type": "organic",
        "number": "134OP2600215",
        "holder": SELLER["name"],
        "scope": ["大米"],
        "valid_to": "2027-01-19",
    }
    return msgspec.convert(row | changes, Certificate)


def judged(
    folder: Path,
    said: Sequence[str],
    *records: Certificate,
    seller: dict[str, str] | None = SELLER,
    listing: dict[str, Any] | None = None,
) -> ScanResult:
    scanner = Scanner(load_rulebook(write_rulebook(folder, RULE)), Registry(records) if records else None)
    document: dict[str, Any] = {"kind": "transcript", "id": "T", "segments": [{"text": text} for text in said]}
    if seller:
        document["seller"] = seller
    if listing:
        document["products"] = [{"listing": {"kind": "listing", "id": "L", **listing}}]
    return scanner.scan(decode_document(msgspec.json.encode(document)), DAY)


HEARD = [
    ([RIGHT], [record()], SELLER, "supported", "read rightly"),
    ([WRONG], [record()], SELLER, "supported", "one digit wrong, but the seller holds one"),
    ([WRONG], [record(holder="乙合作社")], SELLER, "flag", "the seller holds none"),
    ([WRONG], [record()], None, "unknown", "one digit wrong, and nobody knows who sells"),
    ([RIGHT], [record(status="revoked")], SELLER, "flag", "read rightly and revoked"),
    ([BADLY_READ], [], SELLER, "unknown", "a wrong check digit heard, no registry"),
    ([], [], SELLER, "flag", "no number at all"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "records", "seller", "outcome", "why"), HEARD, ids=[row[4] for row in HEARD])
def test_a_wrong_digit_that_is_heard_is_held_against_nobody(
    tmp_path: Path, said: list[str], records: list[Certificate], seller: dict[str, str] | None, outcome: str, why: str
) -> None:
    result = judged(tmp_path, ["我们这个大米是有机的", *said], *records, seller=seller)
    found = "flag" if result.flags else "unknown" if result.unknown else "supported"
    assert found == outcome, why


def test_a_wrong_digit_that_is_written_is_held_against_the_page(tmp_path: Path) -> None:
    page = {"title": "大米", "certificates": [{"type": "organic", "number": "134OP2600216"}]}
    assert judged(tmp_path, ["是有机的", WRONG], record(), seller=None, listing=page).flags
    assert not judged(tmp_path, ["是有机的", RIGHT], record(), seller=None, listing=page).flags


SPEECH = [
    (["有机大米"], None, False, "the claim names what the scope covers"),
    (["有机绿茶"], None, True, "the claim names something else"),
    (["来看这个绿茶啊", "也是有机的"], None, True, "introduced before"),
    (["这个大米啊", "看二号的绿茶", "有机绿茶"], None, False, "in doubt about which, nothing is said"),
    (["是有机的，比那个红茶好"], None, False, "another thing beside the claim is no claim about it"),
    (["是有机的"], {"title": "福利款 一号", "attributes": {"品名": "绿茶"}}, True, "an attribute names it"),
    (["是有机的"], {"title": "福利款 一号", "attributes": {"品种": "稻花香"}}, False, "an attribute names it"),
    (["有机绿茶"], {"title": "福利款 一号"}, True, "the page names nothing, the claim does"),
    (["有机绿茶"], {"title": "五常大米"}, False, "the page decides where it names the goods"),
]


@pytest.mark.parametrize(
    ("said", "listing", "flagged", "why"), SPEECH, ids=[f"{row[3]} {row[0][-1]}" for row in SPEECH]
)
def test_a_scope_is_held_against_what_is_named(
    tmp_path: Path, said: list[str], listing: dict[str, Any] | None, flagged: bool, why: str
) -> None:
    assert bool(judged(tmp_path, said, record(), listing=listing).flags) is flagged, why


@pytest.mark.parametrize(
    ("kind", "text", "severity"),
    [
        ("food-production", "SC1141406239008", "high"),
        ("organic", "098OP26005", "info"),
        ("green-food", "LB-15-23081599", "info"),
        ("gi", "AGI9999", "info"),
        ("feed", "鲁饲证（2020）0199", "info"),
    ],
)
def test_a_form_that_is_not_sure_is_information_at_most(tmp_path: Path, kind: str, text: str, severity: str) -> None:
    rules = rule_of(f"match: {{identifier: {{type: {kind}}}}}")
    scanner = Scanner(load_rulebook(write_rulebook(tmp_path, rules)))
    raw = msgspec.json.encode({"kind": "listing", "id": "L", "title": text})
    (flag,) = scanner.scan(decode_document(raw), DAY).flags
    assert flag.severity == severity
