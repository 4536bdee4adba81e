"""The registry: certificates by number and by holder, and whether one of them supports a claim on a day.

Three answers: supported, unsupported, unknown. With no registry loaded a well-formed number supports; its form is judged all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

import msgspec

from monitor.documents import Certificate, CertificateType, Seller
from monitor.errors import RegistryError
from monitor.nlp.fold import fold_literal
from monitor.registry.holder import core_name, same_party
from monitor.registry.numbers import judge, normalise
from monitor.registry.products import covers

Reason = Literal[
    "none-named", "malformed", "wrong-check-digit", "not-found", "other-holder", "other-scope",
    "revoked", "suspended", "expired", "not-yet-valid", "ok", "not-checked",
]  # fmt: skip
_FURTHER: Final[tuple[Reason, ...]] = (
    "none-named", "malformed", "wrong-check-digit", "not-found", "other-holder",
    "other-scope", "revoked", "suspended", "expired", "not-yet-valid",
)  # fmt: skip
"""Failures from the one that says least to the one that says most."""
_MANY_GOODS: Final = frozenset({"food-production", "food-business"})
"""Licences of a place: they name the main class of goods and cover many, so their scope decides nothing."""

_WORDS: Final[Mapping[Reason, tuple[str, str]]] = {
    "none-named": ("没有出示证书编号", "no certificate number is shown"),
    "malformed": ("编号 {number} 格式不对", "number {number} is malformed"),
    "wrong-check-digit": ("编号 {number} 校验位不对", "number {number} has a wrong check digit"),
    "not-found": ("登记库中查不到编号 {number}", "number {number} is not in the registry"),
    "other-holder": (
        "编号 {number} 的持有人是{holder}，不是销售者",
        "number {number} is held by {holder}, not by the seller",
    ),
    "other-scope": ("编号 {number} 的范围是{scope}，不含本商品", "number {number} covers {scope}, not these goods"),
    "revoked": ("编号 {number} 已被撤销", "number {number} is revoked"),
    "suspended": ("编号 {number} 已被暂停", "number {number} is suspended"),
    "expired": ("编号 {number} 已于 {to} 到期", "number {number} ran out on {to}"),
    "not-yet-valid": ("编号 {number} 自 {start} 起才有效", "number {number} is valid from {start} only"),
    "ok": ("编号 {number} 有效，持有人{holder}", "number {number} is valid, held by {holder}"),
    "not-checked": (
        "编号 {number} 未载入登记库，仅核对格式",
        "number {number}: no registry loaded, only its form was checked",
    ),
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether a claim is supported, why, in words by language, and the record that decided."""

    outcome: Literal["supported", "unsupported", "unknown"]
    reason: Reason
    detail: Mapping[str, str]
    certificate: Certificate | None = None


class Registry:
    """Certificates of one load, looked up by (type, number) and by holder."""

    def __init__(self, certificates: Iterable[Certificate]) -> None:
        self._by_number: dict[tuple[CertificateType, str], list[Certificate]] = {}
        self._by_holder: dict[str, list[Certificate]] = {}
        for certificate in certificates:
            self._by_number.setdefault((certificate.type, key_of(certificate.type, certificate.number)), []).append(
                certificate
            )
            for key in _holder_keys(certificate.holder, certificate.holder_uscc):
                self._by_holder.setdefault(key, []).append(certificate)

    @classmethod
    def load(cls, path: Path) -> Registry:
        """A registry from JSON Lines.

        Raises:
            RegistryError: the file cannot be read, or lines of it break the contract: all of them, with line and field.
        """
        decoder = msgspec.json.Decoder(Certificate)
        certificates, problems = [], []
        try:
            with path.open("rb") as file:
                for number, line in enumerate(file, start=1):
                    if not line.strip():
                        continue
                    try:
                        certificates.append(decoder.decode(line.removeprefix(b"\xef\xbb\xbf")))
                    except (msgspec.DecodeError, UnicodeDecodeError) as error:
                        problems.append(f"{path}:{number}: {error}")
        except OSError as error:
            raise RegistryError(f"{path}: cannot be read: {error.strerror or error}") from error
        if problems:
            raise RegistryError("\n".join(problems))
        return cls(certificates)

    def by_number(self, kind: CertificateType, number: str) -> list[Certificate]:
        """The records of a number; none where it is not found."""
        return self._by_number.get((kind, key_of(kind, number)), [])

    def by_holder(self, name: str | None, uscc: str | None) -> list[Certificate]:
        """The records of a holder, by code and by name."""
        found = [certificate for key in _holder_keys(name, uscc) for certificate in self._by_holder.get(key, [])]
        return list(dict.fromkeys(found))


def assess(
    *,
    types: Sequence[CertificateType],
    named: Sequence[tuple[CertificateType, str]],
    seller: Seller | None,
    product: str | None,
    as_of: date,
    registry: Registry | None,
) -> Assessment:
    """Whether a certificate of one of ``types`` supports a claim about ``product`` sold by ``seller`` on ``as_of``.

    One number that passes is enough; otherwise the failure that says most is told. Without a number shown, a valid
    certificate that the registry holds for this seller and product supports as well.
    """
    numbers = [(kind, number) for kind, number in named if kind in types]
    seller = seller or Seller()
    if numbers:
        assessed = [_assess_number(kind, number, seller, product, as_of, registry) for kind, number in numbers]
    elif registry is not None and (seller.uscc or seller.name):
        held = [record for record in registry.by_holder(seller.name, seller.uscc) if record.type in types]
        assessed = [
            a for record in held if (a := _assess_record(record, seller, product, as_of)).outcome == "supported"
        ]
    else:
        assessed = []
    return max(assessed, key=_rank, default=_fails("none-named"))


def key_of(kind: CertificateType, number: str) -> str:
    """A number as it is compared."""
    return normalise(kind, number).replace("-", "").replace(".", "").strip()


def _rank(assessment: Assessment) -> int:
    return len(_FURTHER) if assessment.outcome == "supported" else _FURTHER.index(assessment.reason)


def _assess_number(
    kind: CertificateType, number: str, seller: Seller, product: str | None, as_of: date, registry: Registry | None
) -> Assessment:
    verdict, _ = judge(kind, number)
    if verdict != "well-formed":
        return _fails(verdict, number=number)
    if registry is None:
        return Assessment("supported", "not-checked", _detail("not-checked", number=number))
    records = registry.by_number(kind, number)
    if not records:
        return _fails("not-found", number=number)
    return max((_assess_record(record, seller, product, as_of) for record in records), key=_rank)


def _assess_record(record: Certificate, seller: Seller, product: str | None, as_of: date) -> Assessment:
    facts = {
        "number": record.number,
        "holder": record.holder or record.holder_uscc or "?",
        "scope": "、".join(record.scope),
        "to": str(record.valid_to),
        "start": str(record.valid_from),
    }
    reason = _failure(record, seller, product, as_of)
    if reason is None:
        return Assessment("supported", "ok", _detail("ok", **facts), record)
    return Assessment("unsupported", reason, _detail(reason, **facts), record)


def _failure(record: Certificate, seller: Seller, product: str | None, as_of: date) -> Reason | None:
    if record.status in {"revoked", "suspended"}:
        return record.status
    if record.valid_to is not None and as_of > record.valid_to:
        return "expired"
    if record.valid_from is not None and as_of < record.valid_from:
        return "not-yet-valid"
    if record.status == "expired":
        return "expired"
    if same_party(seller.name, seller.uscc, record.holder, record.holder_uscc) is False:
        return "other-holder"
    if product and record.scope and record.type not in _MANY_GOODS and covers(record.scope, product) is False:
        return "other-scope"
    return None


def _fails(reason: Reason, **facts: str) -> Assessment:
    return Assessment("unsupported", reason, _detail(reason, **facts))


def _detail(reason: Reason, **facts: str) -> dict[str, str]:
    zh, en = _WORDS[reason]
    return {"zh": zh.format(**facts), "en": en.format(**facts)}


def _holder_keys(name: str | None, uscc: str | None) -> list[str]:
    keys = [fold_literal(uscc)] if uscc else []
    return keys + ([f"={core_name(name)}"] if name else [])
