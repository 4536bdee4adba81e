"""Certificate numbers in running text: found, normalised, and judged by their form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from monitor.documents import CertificateType
from monitor.nlp.fold import fold
from monitor.registry import identifier
from monitor.registry.families import FAMILIES
from monitor.registry.identifier import CERTAIN, Identifier, Malformed, Wording, WrongCheckDigit, written

_ANCHORS: Final = tuple(dict.fromkeys(anchor for family in FAMILIES for anchor in family.anchors))
Verdict = Literal["well-formed", "malformed", "wrong-check-digit"]

_WITHOUT_FORM: Final = frozenset({"compliance"})
"""Types whose certificates bear no number of any form: whatever is written there is one."""


@dataclass(frozen=True, slots=True)
class Found:
    """A number found in a text.

    ``start`` and ``end`` are code points of the text as given, half open; ``number`` is as officially printed; ``reason`` says in
    Chinese (``reason_en`` in English) what is wrong with it; ``certainty`` is that of its family, 1 to 3.
    """

    type: CertificateType
    start: int
    end: int
    raw: str
    number: str
    verdict: Verdict
    reason: str
    certainty: int
    reason_en: str = ""


def may_stand_in(plain: str) -> bool:
    """Whether anything in a plain view could be the lead of a number: a quick look before :func:`find`."""
    return any(anchor in plain for anchor in _ANCHORS)


def find(text: str, plain: str | None = None) -> list[Found]:
    """Every number that is plainly meant as one of a known family, in order; ordinary prose has none.

    ``plain`` is the plain view of the text, where it is at hand.
    """
    plain = fold(text).plain if plain is None else plain
    found = [number for family in FAMILIES for number in _sights(family, text, plain)]
    return sorted(found, key=lambda number: (number.start, -number.end))


def sight(
    family: type[Identifier], text: str, plain: str | None = None
) -> list[tuple[int, int, str, Verdict, Wording]]:
    """Numbers of one family, also one without a certificate type: span, number, verdict and reason."""
    return list(_sighted(family, text, fold(text).plain if plain is None else plain))


def judge(kind: CertificateType, number: str) -> tuple[Verdict, Wording]:
    """The verdict on a number given for a type, and why.

    A type with several forms accepts each of them. Where a form is not sure, or other forms exist, only what is no number at all
    (nothing, 办理中) is malformed.
    """
    if not any(character.isdigit() for character in normalise(kind, number)) and kind not in _WITHOUT_FORM:
        return "malformed", Wording(f"「{number}」不是编号", f"“{number}” is no number")
    families = [family for family in FAMILIES if family.kind == kind]
    meant = [family for family in families if written(family.seen).fullmatch(fold(number).plain.strip())] or families
    verdicts = [verdict_of(family, number) for family in meant]
    sure = all(family.certainty == CERTAIN and (family.closed or meant is not families) for family in meant)
    right = next((verdict for verdict in verdicts if verdict[0] == "well-formed"), None)
    if right is not None or not sure or not verdicts:
        return "well-formed", Wording("", "")
    return next((verdict for verdict in verdicts if verdict[0] == "wrong-check-digit"), verdicts[0])


def verdict_of(family: type[Identifier], number: str) -> tuple[Verdict, Wording]:
    """The verdict of one family on a number, and why."""
    try:
        family.parse(number)
    except Malformed as error:
        return "malformed", error.reason
    except WrongCheckDigit as error:
        return "wrong-check-digit", error.reason
    return "well-formed", Wording("", "")


def normalise(kind: CertificateType, number: str) -> str:
    """A number as it is looked up: the same for every way of writing it, with its lead or without."""
    for family in FAMILIES:
        if family.kind == kind and re.fullmatch(family.form, family.canonical(number)):
            return family.canonical(number)
    return identifier.normalise(number)


def is_pack_code(kind: CertificateType, number: str) -> bool:
    """Whether this is a code printed on packs, by which no registry of certificates is kept."""
    return any(
        family.kind == kind and not family.looked_up and re.fullmatch(family.form, family.canonical(number))
        for family in FAMILIES
    )


def _sights(family: type[Identifier], text: str, plain: str) -> Iterator[Found]:
    if family.kind is None:
        return
    for start, end, number, verdict, reason in _sighted(family, text, plain):
        raw = text[start:end]
        yield Found(family.kind, start, end, raw, number, verdict, reason.zh, family.certainty, reason.en)


def _sighted(family: type[Identifier], text: str, plain: str) -> Iterator[tuple[int, int, str, Verdict, Wording]]:
    if not any(anchor in plain for anchor in family.anchors):
        return
    for match in written(family.seen).finditer(plain):
        raw = text[slice(*match.span())]
        verdict, reason = verdict_of(family, raw)
        yield *match.span(), family.canonical(raw), verdict, reason
