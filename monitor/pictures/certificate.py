"""What a picture says as a certificate: its numbers with the verdict on their form, holder, days, products; and where each stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from monitor.documents import Box, Image, PictureLine
from monitor.nlp.boxes import box_of, confidence_of
from monitor.pictures.words import Words
from monitor.registry.families.credit_code import CreditCode
from monitor.registry.numbers import Verdict, find, sight
from monitor.registry.printed import face_of, is_certificate


class NumberRead(Struct, frozen=True, omit_defaults=True):
    """A number on the picture: ``text[start:end]``, in the box. ``read`` is what was seen there before its check digit set it right."""

    type: str
    number: str
    verdict: Verdict
    start: int
    end: int
    confidence: float
    box: Box | None = None
    reason: str = ""
    read: str | None = None


class Sheet(Struct, frozen=True, omit_defaults=True):
    """A picture's words, its numbers and, where it is a certificate, what it says of itself."""

    text: str
    lines: tuple[PictureLine, ...]
    certificate: bool
    numbers: tuple[NumberRead, ...] = ()
    holder: str | None = None
    holder_uscc: str | None = None
    products: tuple[str, ...] = ()
    issuer: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


def sheet(words: Words) -> Sheet:
    """What the words of a picture say."""
    numbers = tuple(sorted(_numbers(words), key=lambda number: number.start))
    if not is_certificate(words.text):
        return Sheet(words.text, words.lines, certificate=False, numbers=numbers)
    face = face_of(words.text)
    return Sheet(
        text=words.text,
        lines=words.lines,
        certificate=True,
        numbers=numbers,
        holder=face.holder.text if face.holder else None,
        holder_uscc=face.holder_uscc.text if face.holder_uscc else None,
        products=face.scope,
        issuer=face.issuer.text if face.issuer else None,
        valid_from=face.valid.first,
        valid_to=face.valid.last,
    )


def _numbers(words: Words) -> Iterator[NumberRead]:
    for found in find(words.text):
        yield _number(words, found.type, found.number, found.verdict, (found.start, found.end), found.reason_en)
    for start, end, number, verdict, wording in sight(CreditCode, words.text):
        yield _number(words, "credit-code", number, verdict, (start, end), wording.en)


def _number(words: Words, kind: str, number: str, verdict: Verdict, span: tuple[int, int], reason: str) -> NumberRead:
    image = Image(text=words.text, lines=words.lines)
    was = next((one.read for one in words.corrections if one.start < span[1] and span[0] < one.end), None)
    return NumberRead(
        type=kind,
        number=number,
        verdict=verdict,
        start=span[0],
        end=span[1],
        confidence=confidence_of(image, *span),
        box=box_of(image, *span),
        reason=reason,
        read=was,
    )
