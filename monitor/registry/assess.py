"""Whether a certificate supports a claim on a day: by the form of its number, and by what registries answer.

With no registry loaded, or none that keeps certificates of the type, a well-formed number supports; its form is judged all the same.
Where a registry does not answer, that is told: nothing is held against the seller, and nothing counts as supported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from monitor.documents import Certificate, CertificateType, Seller
from monitor.registry.holder import same_party
from monitor.registry.numbers import is_pack_code, judge
from monitor.registry.scope import Coverage, coverage
from monitor.registry.source import Lookup, Reply, Source, ask_holder, ask_number

Reason = Literal[
    "none-named", "malformed", "wrong-check-digit", "not-found", "not-yet-valid", "expired", "suspended", "revoked",
    "other-holder", "other-scope", "unanswered", "ok", "not-checked",
]  # fmt: skip
_ORDER: Final[tuple[Reason, ...]] = (
    "none-named", "malformed", "wrong-check-digit", "not-found", "revoked", "suspended", "expired", "not-yet-valid",
    "other-holder", "other-scope", "unanswered", "not-checked", "ok",
)  # fmt: skip
"""Answers in the order in which they are reached: of several numbers the one that came furthest is told.

One that could not be looked up comes before every failure: it may be the one that supports.
"""

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
    "unanswered": (
        "{registry}没有答复（{why}），{sought}未能核对",
        "{registry} did not answer ({why}): {sought} could not be looked up",
    ),
    "ok": ("编号 {number} 有效，持有人{holder}{doubt}", "number {number} is valid, held by {holder}{doubt}"),
    "not-checked": (
        "编号 {number} 格式正确；没有载入登记库，未核对",
        "number {number} is well-formed; no registry is loaded, so it was not looked up",
    ),
}


@dataclass(frozen=True, slots=True)
class Assessment:
    """Whether a claim is supported, why, in words by language (``zh``, ``en``), the record that decided, and what was looked up."""

    outcome: Literal["supported", "unsupported", "unknown"]
    reason: Reason
    detail: Mapping[str, str]
    certificate: Certificate | None = None
    lookups: tuple[Lookup, ...] = ()


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
    registry: Source | None,
) -> Assessment:
    """Whether a certificate of one of ``types`` supports a claim about ``product`` sold by ``seller`` on ``as_of``.

    ``named`` are the numbers shown, of any type. One number that passes is enough; otherwise the failure that came furthest is told,
    unless a registry did not answer: then the outcome is ``unknown``.
    With a registry, and no number shown but codes of packs, a valid certificate held by this seller for this product supports as well.
    """
    claim = Claim(seller or Seller(), product, category, as_of)
    numbers = [(kind, number) for kind, number in named if kind in types]
    assessed = [_assess_number(kind, number, claim, registry) for kind, number in numbers]
    codes_only = all(is_pack_code(kind, number) for kind, number in numbers)
    if registry is not None and codes_only and not any(one.outcome == "supported" for one in assessed):
        held = _assess_held(types, claim, registry)
        if held.outcome != "unsupported" or not assessed:
            return _best([*assessed, held], held)
        assessed = [replace(one, lookups=one.lookups + held.lookups) for one in assessed[:1]] + assessed[1:]
    return _best(assessed, _fails("none-named"))


def _best(assessed: Sequence[Assessment], default: Assessment) -> Assessment:
    """The one that came furthest, with everything that was looked up for all of them."""
    best = max(assessed, key=lambda one: _ORDER.index(one.reason), default=default)
    lookups = tuple(dict.fromkeys(lookup for one in assessed for lookup in one.lookups))
    return replace(best, lookups=lookups) if lookups else best


def _assess_number(kind: CertificateType, number: str, claim: Claim, registry: Source | None) -> Assessment:
    verdict, why = judge(kind, number)
    if verdict != "well-formed":
        return _fails(verdict, number=number, why=why)
    if registry is None or not registry.keeps(kind):
        return Assessment("supported", "not-checked", _detail("not-checked", number=number))
    reply = ask_number(registry, kind, number)
    if reply.outcome == "unknown":
        return _untold(reply, (f"编号 {number}", f"number {number}"))
    if reply.records:
        assessed = [_assess_record(record, claim) for record in reply.records]
        best = max(assessed, key=lambda one: _ORDER.index(one.reason))
        return replace(best, lookups=reply.lookups)
    held, more = _as_conversion(kind, number, registry)
    return replace(_fails("not-found", number=number, held=held), lookups=reply.lookups + more)


def _as_conversion(kind: CertificateType, number: str, registry: Source) -> tuple[tuple[str, str], tuple[Lookup, ...]]:
    """A number shown as organic that the registry holds for land in conversion is worth saying."""
    if kind == "organic" and registry.keeps("organic-conversion"):
        reply = ask_number(registry, "organic-conversion", number)
        if reply.records:
            return ("，该编号是有机转换认证", "; it is one of conversion to organic"), reply.lookups
    return ("", ""), ()


def _assess_held(types: Sequence[CertificateType], claim: Claim, registry: Source) -> Assessment:
    """The seller's own certificates: one that is valid and covers the product supports; else the best of them is told."""
    seller = claim.seller
    if not (seller.name or seller.uscc) or not any(registry.keeps(kind) for kind in types):
        return _fails("none-named")
    reply = ask_holder(registry, seller.name, seller.uscc)
    assessed = [_assess_record(record, claim) for record in reply.records if record.type in types]
    best = max(assessed, key=lambda one: _ORDER.index(one.reason), default=None)
    if best is not None and best.outcome == "supported":
        return replace(best, lookups=reply.lookups)
    if reply.outcome == "unknown":
        return _untold(reply, ("销售者名下的证书", "the seller's own certificates"))
    if best is None:
        return replace(_fails("none-named"), lookups=reply.lookups)
    held = (f"；销售者名下：{best.detail['zh']}", f"; of the seller's own: {best.detail['en']}")
    return replace(_fails("none-named", held=held), lookups=reply.lookups)


def _untold(reply: Reply, sought: tuple[str, str]) -> Assessment:
    """A registry did not answer."""
    silent = [one for one in reply.lookups if one.outcome == "unknown"]
    names = (
        "、".join(dict.fromkeys(one.registry for one in silent)),
        ", ".join(dict.fromkeys(one.registry for one in silent)),
    )
    why = next((one.reason for one in silent if one.reason), "")
    detail = _detail("unanswered", registry=names, why=(why or "没有说明原因", why or "no reason given"), sought=sought)
    return Assessment("unknown", "unanswered", detail, lookups=reply.lookups)


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


def _fails(reason: Reason, **facts: str | tuple[str, str]) -> Assessment:
    return Assessment("unsupported", reason, _detail(reason, **facts))


def _detail(reason: Reason, **facts: str | tuple[str, str]) -> dict[str, str]:
    """The wording of a reason by language; a fact that differs by language is a pair."""
    wordings = {}
    for place, language in enumerate(("zh", "en")):
        said = {name: fact if isinstance(fact, str) else fact[place] for name, fact in facts.items()}
        wordings[language] = _WORDS[reason][place].format_map({"held": "", "doubt": "", **said})
    return wordings
