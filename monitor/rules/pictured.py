"""What is printed on a picture, as facts a rule may ask for: certificates that are at odds with where they are shown.

A machine that reads pictures errs: what it was not sure of is held against nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import msgspec

from monitor.documents import Document, Image, Listing, picture_at
from monitor.flags import Evidence
from monitor.nlp.boxes import box_of, confidence_of
from monitor.nlp.layout import Layout, Span, listing_fields
from monitor.registry import find, may_stand_in
from monitor.registry.printed import Failure, Printed, Shown, failures, printed_in
from monitor.rules.compiled import CompiledCondition
from monitor.rules.situation import Answer, Situation, evidence_of

SURE: Final = 0.9
"""The confidence of a reader from which its words are held against somebody."""


SLIPS: Final = 2
"""Characters of a name that a reader may get wrong though it is sure: small print of rare place names."""


def printed_failures(layout: Layout, span: Span, shown: Shown) -> Iterator[Failure]:
    """In what the certificate whose number stands at ``span`` is at odds with where it is shown; places are of the joined text.

    Nothing where the number is not on a picture, or was not read surely.
    """
    part = layout.part_at(span[0])
    image = picture_at(layout.document, part.field)
    if image is None:
        return
    printed = _by_place(part.text).get(span[0] - part.start)
    if printed is None or is_doubtful(layout, span):
        return
    for failure in failures(printed, shown, slips=slips_in(image)):
        if confidence_of(image, failure.start, failure.end) >= SURE:
            yield Failure(failure.kind, failure.detail, failure.start + part.start, failure.end + part.start)


def slips_in(image: Image) -> int:
    """How many characters of a name may have been misread: none where no machine says how sure it was."""
    return SLIPS if any(line.confidence is not None for line in image.lines) else 0


@lru_cache(maxsize=256)
def _by_place(text: str) -> Mapping[int, Printed]:
    """What is printed, by where its number begins: a text made for it has thousands."""
    return {printed.number.start: printed for printed in printed_in(text)}


def is_doubtful(layout: Layout, span: Span) -> bool:
    """Whether a span was read off a picture by a machine that was not sure."""
    part = layout.part_at(span[0])
    image = picture_at(layout.document, part.field)
    return image is not None and confidence_of(image, span[0] - part.start, span[1] - part.start) < SURE


def declared_in(listing: Listing | None) -> tuple[tuple[str, str], ...]:
    """The certificates a page names outside its pictures: type and number."""
    if listing is None:
        return ()
    named: list[tuple[str, str]] = [(claim.type, claim.number) for claim in listing.certificates]
    for field, text in listing_fields(listing):
        if not field.startswith("images[") and may_stand_in(text.lower()):
            named += [(number.type, number.number) for number in find(text)]
    return tuple(dict.fromkeys(named))


def with_boxes(evidence: tuple[Evidence, ...], document: Document) -> tuple[Evidence, ...]:
    """The evidence, each piece that was read off a picture with its box, where the document says where its lines stand."""
    if not any("images[" in item.field for item in evidence):
        return evidence
    return tuple(_with_box(item, document) for item in evidence)


def _with_box(item: Evidence, document: Document) -> Evidence:
    image = picture_at(document, item.field)
    box = box_of(image, item.start, item.end) if image is not None and image.lines else None
    return item if box is None else msgspec.structs.replace(item, box=box)


def ask_printed(asked: CompiledCondition, situation: Situation) -> Answer:
    """Whether the certificate whose number is the claim is, by what is printed on its picture, at odds with where it is shown."""
    hit, facts = situation.hit, situation.facts
    shown = Shown(facts.seller, facts.product, facts.category, situation.day_seen, declared_in(facts.listing))
    for failure in printed_failures(situation.layout, hit.span if hit else (0, 0), shown):
        if failure.kind in asked.condition.printed:
            span = failure.start, failure.end
            return Answer(True, failure.detail, evidence_of(situation.layout, span, "conflict"))
    return Answer(False, asked.title)
