"""The registry: certificates by number and by holder, and whether one of them supports a claim on a day.

With no registry loaded a well-formed number supports; its form is judged all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final, Literal

import msgspec

from monitor.documents import Certificate, CertificateType, Seller
from monitor.errors import InputError, RegistryError
from monitor.registry.holder import key_of_code, same_party
from monitor.registry.holder_index import HolderIndex
from monitor.registry.numbers import is_pack_code, judge, normalise
from monitor.registry.scope import Coverage, coverage

Reason = Literal[
    "none-named", "malformed", "wrong-check-digit", "not-found", "not-yet-valid", "expired", "suspended", "revoked",
    "other-holder", "other-scope", "ok", "not-checked",
]  # fmt: skip
_ORDER: Final[tuple[Reason, ...]] = (
    "none-named", "malformed", "wrong-check-digit", "not-found", "revoked", "suspended", "expired", "not-yet-valid",
    "other-holder", "other-scope", "not-checked", "ok",
)  # fmt: skip
"""Answers in the order in which they are reached: of several numbers the one that came furthest is told."""

_WORDS: Final[Mapping[Reason, tuple[str, str]]] = {
    "none-named": ("没有出示证书编号{held}", "no certificate number is shown{held}"),
    "malformed": ("编号 {number} 格式不对：{why}", "number {number} is malformed: {why}"),
    "wrong-check-digit": ("编号 {number} 校验位不对：{why}", "number {number} has a wrong check digit: {why}"),
    "not-found": ("登记库中查不到编号 {number}{held}", "number {number} is not in the registry{held}"),
    "not-yet-valid": ("编号 {number} 自 {start} 起才有效", "number {number} is valid from {start} only"),
    "expired": ("编号 {number} 已到期（有效期至 {to}）", "number {number} has run out (valid to {to})"),
    "suspended": ("编号 {number} 已被暂停", "number {number} is suspended"),
    "revoked": ("编号 {number} 已被撤销", "number {number} is revoked"),
    "other-holder": (
        "编号 {number} 的持有人是{holder}，不是销售者{seller}",
        "number {number} is held by {holder}, not by the seller {seller}",
    ),
    "other-scope": ("编号 {number} 的范围是{scope}，不含本商品", "number {number} covers {scope}, not these goods"),
    "ok": ("编号 {number} 有效，持有人{holder}{doubt}", "number {number} is valid, held by {holder}{doubt}"),
    "not-checked": (
        "编号 {number} 格式正确；没有载入登记库，未核对",
        "number {number} is well-formed; no registry is loaded, so it was not looked up",
    ),
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether a claim is supported, why, in words by language (``zh``, ``en``), and the record that decided."""

    outcome: Literal["supported", "unsupported", "unknown"]
    reason: Reason
    detail: Mapping[str, str]
    certificate: Certificate | None = None


class Registry:
    """Certificates of one load, looked up by (type, number) and by holder."""

    def __init__(self, certificates: Iterable[Certificate]) -> None:
        self._by_number: dict[tuple[CertificateType, str], list[Certificate]] = {}
        self._by_code: dict[str, list[Certificate]] = {}
        self._by_name: dict[str, list[Certificate]] = {}
        for certificate in certificates:
            number = normalise(certificate.type, certificate.number)
            self._by_number.setdefault((certificate.type, number), []).append(certificate)
            if code := key_of_code(certificate.holder_uscc):
                self._by_code.setdefault(code, []).append(certificate)
            if certificate.holder:
                self._by_name.setdefault(certificate.holder, []).append(certificate)

    @classmethod
    def load(cls, path: Path) -> Registry:
        """A registry from JSON Lines.

        Raises:
            RegistryError: the file cannot be read, or lines of it break the contract: all of them, one a line, with file and line.
        """
        certificates, problems = [], []
        try:
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    try:
                        certificates += _read(line, str(path), number)
                    except InputError as error:
                        problems.append(error)
        except OSError as error:
            raise RegistryError(f"{path}: cannot be read: {error.strerror or error}") from error
        if problems:
            raise RegistryError("\n".join(map(str, problems)))
        return cls(certificates)

    @cached_property
    def _holders(self) -> HolderIndex:
        return HolderIndex(self._by_name)

    def by_number(self, kind: CertificateType, number: str) -> list[Certificate]:
        """The records of a number; none where it is not found."""
        return self._by_number.get((kind, normalise(kind, number)), [])

    def by_holder(self, name: str | None, uscc: str | None) -> list[Certificate]:
        """The records of a holder, by code and by name; two different codes are two holders."""
        found = list(self._by_code.get(key_of_code(uscc) or "", []))
        found += [record for like in self._holders.find(name) for record in self._by_name[like]] if name else []
        return [
            record
            for record in dict.fromkeys(found)
            if same_party(name, uscc, record.holder, record.holder_uscc) is not False
        ]


@dataclass(frozen=True, slots=True)
class Claim:
    """What is to be supported: goods, sold by somebody, on a day."""

    seller: Seller
    product: str | None
    category: str | None
    day: date


def assess(
    *,
    types: Sequence[CertificateType],
    named: Sequence[tuple[CertificateType, str]],
    seller: Seller | None,
    product: str | None,
    category: str | None = None,
    as_of: date,
    registry: Registry | None,
) -> Assessment:
    """Whether a certificate of one of ``types`` supports a claim about ``product`` sold by ``seller`` on ``as_of``.

    ``named`` are the numbers shown, of any type. One number that passes is enough; otherwise the failure that came furthest is told.
    With a registry, and no number shown but codes of packs, a valid certificate held by this seller for this product supports as well.
    """
    claim = Claim(seller or Seller(), product, category, as_of)
    numbers = [(kind, number) for kind, number in named if kind in types]
    assessed = [_assess_number(kind, number, claim, registry) for kind, number in numbers]
    codes_only = all(is_pack_code(kind, number) for kind, number in numbers)
    if registry is not None and codes_only and not any(one.outcome == "supported" for one in assessed):
        held = _assess_held(types, claim, registry)
        if held.outcome == "supported" or not assessed:
            return held
    return max(assessed, key=lambda one: _ORDER.index(one.reason), default=_fails("none-named"))


def _assess_number(kind: CertificateType, number: str, claim: Claim, registry: Registry | None) -> Assessment:
    verdict, why = judge(kind, number)
    if verdict != "well-formed":
        return _fails(verdict, number=number, why=why)
    if registry is None:
        return Assessment("supported", "not-checked", _detail("not-checked", number=number))
    records = registry.by_number(kind, number)
    if not records:
        return _fails("not-found", number=number, held=_as_conversion(kind, number, registry))
    return max((_assess_record(record, claim) for record in records), key=lambda one: _ORDER.index(one.reason))


def _as_conversion(kind: CertificateType, number: str, registry: Registry) -> tuple[str, str]:
    """A number shown as organic that the registry holds for land in conversion is worth saying."""
    if kind == "organic" and registry.by_number("organic-conversion", number):
        return "，该编号是有机转换认证", "; it is one of conversion to organic"
    return "", ""


def _assess_held(types: Sequence[CertificateType], claim: Claim, registry: Registry) -> Assessment:
    """The seller's own certificates: one that is valid and covers the product supports; else the best of them is told."""
    records = [record for record in registry.by_holder(claim.seller.name, claim.seller.uscc) if record.type in types]
    assessed = [_assess_record(record, claim) for record in records]
    best = max(assessed, key=lambda one: _ORDER.index(one.reason), default=None)
    if best is None:
        return _fails("none-named")
    if best.outcome == "supported":
        return best
    return _fails(
        "none-named", held=(f"；销售者名下：{best.detail['zh']}", f"; of the seller's own: {best.detail['en']}")
    )


def _assess_record(record: Certificate, claim: Claim) -> Assessment:
    reason, covered = _failure(record, claim)
    facts: dict[str, str | tuple[str, str]] = {
        "number": record.number,
        "holder": record.holder or record.holder_uscc or "—",
        "seller": claim.seller.name or claim.seller.uscc or "—",
        "scope": "、".join(record.scope),
        "to": str(record.valid_to or "—"),
        "start": str(record.valid_from),
        "doubt": ("（范围是否含本商品不能确定）", " (whether it covers these goods cannot be told)")
        if covered.verdict == "cannot-tell" and record.scope and claim.product
        else ("", ""),
    }
    if reason is None:
        return Assessment("supported", "ok", _detail("ok", **facts), record)
    return Assessment("unsupported", reason, _detail(reason, **facts), record)


_UNTOLD: Final = Coverage("cannot-tell", "")


def _failure(record: Certificate, claim: Claim) -> tuple[Reason | None, Coverage]:
    """The first test a record fails, in the order of the contract: in date, not withdrawn, held by the seller, covering the product."""
    reason = _out_of_force(record, claim.day)
    if reason is not None:
        return reason, _UNTOLD
    seller = claim.seller
    if same_party(seller.name, seller.uscc, record.holder, record.holder_uscc) is False:
        return "other-holder", _UNTOLD
    if not claim.product or not record.scope:
        return None, _UNTOLD
    covered = coverage(record.scope, claim.product, kind=record.type, category=claim.category)
    return ("other-scope" if covered.verdict == "does-not" else None), covered


def _out_of_force(record: Certificate, day: date) -> Reason | None:
    """Dates decide over a status: one that has expired since was in force on a day before, and ``valid`` outlives no date."""
    if record.status in {"revoked", "suspended"}:
        return record.status
    ran_out = record.status == "expired" if record.valid_to is None else day > record.valid_to
    if ran_out:
        return "expired"
    if record.valid_from is not None and day < record.valid_from:
        return "not-yet-valid"
    return None


def _read(line: bytes, source: str, number: int) -> list[Certificate]:
    """The record of a line, none of an empty one."""
    text = line.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        return []
    try:
        return [_DECODER.decode(text)]
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `$")
        raise InputError(reason, source=source, line=number, field=path.rstrip("`").lstrip(".") or None) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not JSON in UTF-8: {error}", source=source, line=number) from error


_DECODER: Final[msgspec.json.Decoder[Certificate]] = msgspec.json.Decoder(Certificate)


def _fails(reason: Reason, **facts: str | tuple[str, str]) -> Assessment:
    return Assessment("unsupported", reason, _detail(reason, **facts))


def _detail(reason: Reason, **facts: str | tuple[str, str]) -> dict[str, str]:
    """The wording of a reason by language; a fact that differs by language is a pair."""
    wordings = {}
    for place, language in enumerate(("zh", "en")):
        said = {name: fact if isinstance(fact, str) else fact[place] for name, fact in facts.items()}
        wordings[language] = _WORDS[reason][place].format_map({"held": "", "doubt": "", **said})
    return wordings
