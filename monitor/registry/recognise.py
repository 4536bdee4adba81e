"""What a number is: every family that a text may mean, the verdict of its form, and what the number tells by itself.

For people who ask about one number. A number without its lead (有机码, SC) is offered as each family it may be; for documents see
:mod:`monitor.registry.numbers`, which takes only what is plainly meant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from monitor.nlp.fold import fold
from monitor.registry.families import FAMILIES, OTHERS
from monitor.registry.families.geographical_indication import IndicationAnnouncement, IndicationMark
from monitor.registry.families.mark import Trademark
from monitor.registry.families.pesticide import PesticideRegistration, PesticideTrace
from monitor.registry.identifier import Identifier, Malformed, Wording, WrongCheckDigit
from monitor.registry.numbers import Verdict, sight

_WEAK: Final = (Trademark, IndicationMark, IndicationAnnouncement)
"""Families whose numbers, without the words in front, may be anything."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """A number and what can be said of it.

    ``start`` and ``end`` are code points of the text as given, half open; ``sure`` is False where the text does not say which family is
    meant. ``reason`` says what is wrong with it, ``tells`` what it says by itself, ``doubts`` what is odd about it.
    """

    family: type[Identifier]
    start: int
    end: int
    number: str
    verdict: Verdict
    reason: Wording
    tells: Mapping[str, str]
    doubts: tuple[Wording, ...] = ()
    sure: bool = True


def recognise(text: str) -> list[Recognised]:
    """The numbers in a text, in order; where none is plainly meant, what the whole text may be. Nothing in it is looked up."""
    plain = fold(text).plain
    found = [
        _read(family, start, end, number, verdict, reason)
        for family in (*FAMILIES, *OTHERS)
        for start, end, number, verdict, reason in sight(family, text, plain)
    ]
    found = [one for one in found if not any(_inside(one, other) for other in found)]
    return _compared(sorted(found, key=lambda one: one.start)) or _guessed(text)


def _read(family: type[Identifier], start: int, end: int, number: str, verdict: Verdict, reason: Wording) -> Recognised:
    if verdict != "well-formed":
        return Recognised(family, start, end, number, verdict, reason, {})
    known = family(number)
    return Recognised(family, start, end, number, verdict, reason, known.tells, known.doubts)


def _inside(one: Recognised, other: Recognised) -> bool:
    """A malformed reading of what another family reads in full is none."""
    within = other.start <= one.start and one.end <= other.end
    return within and one.verdict == "malformed" and other.verdict != "malformed"


def _guessed(text: str) -> list[Recognised]:
    """Each family that the whole text has the form of; a wrong check digit alone is no sign that it was meant."""
    bare, start = text.strip(), len(text) - len(text.lstrip())
    found: list[Recognised] = []
    for family in (*FAMILIES, *OTHERS):
        if family in _WEAK:
            continue
        for written in dict.fromkeys((bare, family.lead + bare)):
            try:
                number = family.parse(written)
            except (Malformed, WrongCheckDigit):
                continue
            found.append(
                replace(
                    _read(family, start, start + len(bare), number.number, "well-formed", Wording("", "")), sure=False
                )
            )
            break
    return found


def _compared(found: Sequence[Recognised]) -> list[Recognised]:
    """A trace code that belongs to none of the registrations beside it is odd."""
    registrations = [one.number for one in found if one.family is PesticideRegistration and one.tells]
    return [
        replace(one, doubts=(*one.doubts, _strange(registrations)))
        if registrations and one.tells and one.family is PesticideTrace and not _belongs(one.number, registrations)
        else one
        for one in found
    ]


def _belongs(trace: str, registrations: Sequence[str]) -> bool:
    return any(PesticideTrace(trace).belongs_to(registration) for registration in registrations)


def _strange(registrations: Sequence[str]) -> Wording:
    named = "、".join(registrations)
    return Wording(f"追溯码第 2–7 位与登记证号 {named} 不符", f"digits 2 to 7 are not those of {named}")
