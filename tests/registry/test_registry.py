"""Whether a certificate supports a claim: each way to fail, each way to pass, by the contract of documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from monitor.documents import Certificate, CertificateType, Seller
from monitor.errors import RegistryError
from monitor.registry import Assessment, Registry, assess

DAY = date(2026, 11, 20)
SELLER = Seller(name="五常市金福泉水稻种植专业合作社", uscc="93230184MA1CQ5H700")
NUMBER = "098OP2690001"
SC = "SC11414062390081"


def certificate(**changes: Any) -> Certificate:
    row = {
        "type": "organic",
        "number": NUMBER,
        "holder": "五常市金福泉水稻种植专业合作社",
        "holder_uscc": "93230184MA1CQ5H700",
        "scope": ["大米"],
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
    }
    return msgspec.convert({name: value for name, value in (row | changes).items() if value is not None}, Certificate)


def judged(
    *records: Certificate,
    named: Sequence[tuple[CertificateType, str]] = (("organic", NUMBER),),
    seller: Seller | None = SELLER,
    product: str | None = "五常大米 5kg",
    day: date = DAY,
    types: Sequence[CertificateType] = ("organic",),
    loaded: bool = True,
) -> Assessment:
    registry = Registry(records) if loaded else None
    return assess(types=types, named=named, seller=seller, product=product, as_of=day, registry=registry)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "ok"),
        ({"number": "098op 2690001"}, "ok"),
        ({"valid_to": "2026-11-20"}, "ok"),
        ({"valid_from": "2026-11-20"}, "ok"),
        ({"valid_to": "2026-11-19"}, "expired"),
        ({"valid_to": "2026-11-19", "status": "valid"}, "expired"),
        ({"status": "expired"}, "ok"),
        ({"status": "expired", "valid_to": None}, "expired"),
        ({"valid_to": None}, "ok"),
        ({"valid_from": "2026-11-21"}, "not-yet-valid"),
        ({"status": "suspended"}, "suspended"),
        ({"status": "revoked", "valid_to": "2025-01-01"}, "revoked"),
        ({"holder_uscc": "91110000802100433B"}, "other-holder"),
        ({"holder": "五常市李家屯水稻专业合作社", "holder_uscc": None}, "other-holder"),
        ({"holder": "改了名的合作社"}, "ok"),
        ({"scope": ["猕猴桃（鲜果）"]}, "other-scope"),
        ({"scope": []}, "ok"),
        ({"number": "098OP2690002"}, "not-found"),
        ({"type": "organic-conversion"}, "not-found"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else value,
)
def test_a_named_number_is_looked_up(changes: dict[str, Any], reason: str) -> None:
    found = judged(certificate(**changes))
    assert (found.reason, found.outcome) == (reason, "supported" if reason == "ok" else "unsupported")
    assert set(found.detail) == {"zh", "en"}
    assert "098OP269000" in found.detail["zh"].upper().replace(" ", "")


@pytest.mark.parametrize(
    ("named", "loaded", "reason"),
    [
        ([], False, "none-named"),
        ([("gap", "001GAP2499999")], False, "none-named"),
        ([("organic", NUMBER)], False, "not-checked"),
        ([("organic", "办理中")], False, "malformed"),
        ([("organic", "098OP26")], False, "not-checked"),
    ],
    ids=["nothing", "another type", "a number", "no number", "an unsure form"],
)
def test_without_a_registry_only_the_form_is_judged(
    named: list[tuple[CertificateType, str]], loaded: bool, reason: str
) -> None:
    found = judged(named=named, loaded=loaded)
    assert found.reason == reason
    assert found.outcome == ("supported" if reason == "not-checked" else "unsupported")


@pytest.mark.parametrize(
    ("number", "reason"), [(SC[:-1], "malformed"), (SC[:-1] + "5", "wrong-check-digit")], ids=["short", "check digit"]
)
def test_a_sure_form_is_judged_and_the_reason_told(number: str, reason: str) -> None:
    found = judged(types=["food-production"], named=[("food-production", number)], loaded=False)
    assert (found.outcome, found.reason) == ("unsupported", reason)
    assert number in found.detail["zh"]


@pytest.mark.parametrize(
    ("seller", "reason"),
    [
        (None, "ok"),
        (Seller(id="S-1"), "ok"),
        (Seller(name="别的公司"), "other-holder"),
        (Seller(uscc="91110000802100433B"), "other-holder"),
        (Seller(name="金福泉水稻合作社"), "ok"),
    ],
    ids=["unknown", "only an id", "another name", "another code", "a shorter name"],
)
def test_a_seller_of_whom_nothing_is_known_is_not_tested(seller: Seller | None, reason: str) -> None:
    assert judged(certificate(), seller=seller).reason == reason


def test_an_unknown_product_is_not_tested() -> None:
    assert judged(certificate(scope=["猕猴桃"]), product=None).reason == "ok"


def test_doubt_about_the_scope_is_told() -> None:
    found = judged(certificate(scope=["稻花香（认证基地）"]), product="大米 5kg")
    assert found.reason == "ok"
    assert "不能确定" in found.detail["zh"]


@pytest.mark.parametrize(
    ("records", "outcome", "words"),
    [
        ([certificate()], "supported", NUMBER),
        ([certificate(valid_to="2026-11-19")], "unsupported", "到期"),
        ([certificate(scope=["猕猴桃"])], "unsupported", "不含本商品"),
        ([certificate(holder="别的公司", holder_uscc="91110000802100433B")], "unsupported", "没有出示"),
        ([], "unsupported", "没有出示"),
    ],
    ids=["valid", "expired", "other goods", "another's", "none"],
)
def test_with_no_number_named_the_sellers_own_are_looked_for(
    records: list[Certificate], outcome: str, words: str
) -> None:
    found = judged(*records, named=[])
    assert found.outcome == outcome
    assert found.reason == ("ok" if outcome == "supported" else "none-named")
    assert words in found.detail["zh"]


def test_the_sellers_own_are_found_by_name_too() -> None:
    assert judged(certificate(), named=[], seller=Seller(name="黑龙江省五常市金福泉水稻合作社")).reason == "ok"


def test_a_code_on_packs_is_not_looked_up_but_the_seller_is() -> None:
    named: list[tuple[CertificateType, str]] = [("organic", "12324123456789012")]
    assert judged(certificate(), named=named).reason == "ok"
    assert judged(certificate(valid_to="2026-11-19"), named=named).reason == "not-found"


def test_one_number_that_passes_is_enough_else_the_furthest_is_told() -> None:
    rows = [certificate(number="098OP2690002", status="revoked"), certificate(number="098OP2690003", scope=["猕猴桃"])]
    named: list[tuple[CertificateType, str]] = [("organic", f"098OP269000{last}") for last in (4, 2, 3)]
    assert judged(*rows, named=named).reason == "other-scope"
    assert judged(*rows, certificate(), named=[*named, ("organic", NUMBER)]).reason == "ok"


def test_conversion_shown_as_organic_is_told() -> None:
    assert "转换" in judged(certificate(type="organic-conversion")).detail["zh"]


def test_a_registry_is_read_with_every_broken_line(tmp_path: Path) -> None:
    path = tmp_path / "certificates.jsonl"
    good = msgspec.json.encode(certificate())
    path.write_bytes(
        b"\xef\xbb\xbf" + good + b"\n\n" + good.replace(b'"organic"', b'"magic"') + b"\n{broken\n\xff\xfe\n"
    )
    with pytest.raises(RegistryError) as caught:
        Registry.load(path)
    first, second, third = str(caught.value).splitlines()
    assert first == f"{path}:3: type: Invalid enum value 'magic'"
    assert second.startswith(f"{path}:4: not JSON")
    assert third.startswith(f"{path}:5: not JSON")
    path.write_bytes(good)
    assert Registry.load(path).by_number("organic", NUMBER.lower()).records == (certificate(),)


def test_a_registry_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="cannot be read: No such file"):
        Registry.load(tmp_path / "none.jsonl")
