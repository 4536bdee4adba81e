"""Proof: whether a certificate supports what is claimed, by what is shown and by what is heard.

A recogniser of speech drops and changes digits, so a number that is heard may prove something and is never held against anybody: where
it is malformed or not found, the claim is judged as if it had not been read out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from monitor.documents import CertificateType, Seller
from monitor.nlp.layout import Layout
from monitor.registry import Assessment, Source, assess
from monitor.registry.named_goods import names_goods
from monitor.rules.facts import Facts
from monitor.rules.match import Found

MISHEARD: Final = {
    "zh": "口播的编号可能听错，不作为依据",
    "en": "the number read out may be misheard; it decides nothing",
}
"""What is said where only such a number speaks against a claim."""
_MISHEARD: Final = frozenset(("malformed", "wrong-check-digit", "not-found"))
"""Reasons that one wrong digit is enough for."""


def proof(
    types: Sequence[CertificateType],
    facts: Facts,
    *,
    hit: Found | None,
    layout: Layout,
    day: date,
    registry: Source | None,
) -> Assessment | None:
    """Whether a certificate of one of ``types`` supports the claim ``hit`` on ``day``; None where only a number that may be misheard speaks
    against it."""

    def assessed(named: Sequence[tuple[CertificateType, str]]) -> Assessment:
        return assess(
            types=types,
            named=named,
            seller=facts.seller or Seller(),
            product=_goods_meant(facts, hit, layout),
            category=facts.category,
            as_of=day,
            registry=registry,
        )

    with_heard = assessed(facts.named_certificates)
    if with_heard.outcome == "supported" or with_heard.reason not in _MISHEARD:
        return with_heard
    heard = [number for number in facts.heard_certificates if number[0] in types]
    if not heard:
        return with_heard
    shown = assessed(facts.written_certificates)
    if shown.outcome == "supported":
        return shown
    seller = facts.seller
    known = registry is not None and seller is not None and bool(seller.name or seller.uscc)
    return with_heard if known or any(kind in types for kind, _ in facts.written_certificates) else None


def _goods_meant(facts: Facts, hit: Found | None, layout: Layout) -> str | None:
    """What the claim is about: what the listing is called; in speech, where that says nothing, what is named with the claim, or before.

    Everything that is named beside the claim counts with it, so that a scope that covers any of it covers the claim.
    """
    if names_goods(facts.product) or hit is None:
        return facts.product
    part = layout.part_at(hit.span[0])
    if part.segment is None:
        return facts.product
    claimed = layout.text[slice(*hit.span)]
    introduced = facts.introduced.name if facts.introduced else ""
    if not introduced and not names_goods(claimed):
        return facts.product
    return " ".join(filter(None, (claimed, introduced, part.text, facts.product)))
