"""Numbers misread by a machine: O for 0, I and l for 1, B for 8, S for 5, Z for 2, corrected where a check digit proves it.

A letter where only a digit may stand is that digit, if the check digit of the whole then is right; so is a letter of a credit code
that its alphabet does not have (I O S V Z). Where both may stand (8 and B in a credit code) the one reading is taken that passes both
checks of the code, if there is one only. An organic certificate has no check digit, but its form leaves one reading of OP read as 0P.
A digit is never made another digit: among a dozen candidates one in ten passes by luck.
Characters are replaced one for one, so that every place in the text stays what it was.

Sources: the forms of the families (:mod:`monitor.registry.families`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final

from monitor.registry.families.credit_code import CreditCode
from monitor.registry.families.food_business import FoodBusinessLicence
from monitor.registry.families.food_production import FoodProductionLicence
from monitor.registry.families.organic import OrganicCertificate
from monitor.registry.families.patent import Patent
from monitor.registry.identifier import Identifier
from monitor.registry.numbers import verdict_of

_DIGITS: Final = {
    **dict.fromkeys("OoQDＯ", "0"),
    **dict.fromkeys("Il|i!丨", "1"),
    **dict.fromkeys("Zz", "2"),
    **dict.fromkeys("Ss", "5"),
    **dict.fromkeys("B", "8"),
}
_LETTERS: Final = "".join(_DIGITS)
_D: Final = rf"[0-9{re.escape(_LETTERS)}]"
_GAP: Final = r"[ \t:：.\-]{0,3}"
_FREE: Final = r"(?<![A-Za-z0-9])"
_STOP: Final = r"(?![A-Za-z0-9|!])"
_ALSO: Final = {
    "8": "B",
    "B": "8",
    "0": "DQ",
    "D": "0",
    "Q": "0",
    "1": "LT",
    "L": "1",
    "T": "1",
    "6": "G",
    "G": "6",
    "2": "",
    "5": "",
}
_NOT_IN_CODES: Final = str.maketrans("IOSZ", "1052")
_REGION: Final = range(2, 8)
_MOST_CHANGES: Final = 2


@dataclass(frozen=True, slots=True)
class Correction:
    """``text[start:end]`` was read as ``read`` and is ``number``, as the check digit proves; both of one length."""

    start: int
    end: int
    read: str
    number: str


def corrected(text: str) -> tuple[str, tuple[Correction, ...]]:
    """The text with its misread numbers set right, and what was corrected, in order."""
    made: list[Correction] = []
    for correction in sorted(_corrections(text), key=lambda one: one.start):
        if not made or made[-1].end <= correction.start:
            made.append(correction)
    for one in made:
        text = text[: one.start] + one.number + text[one.end :]
    return text, tuple(made)


def _corrections(text: str) -> Iterator[Correction]:
    for seen, lead, family in _LED:
        for match in seen.finditer(text):
            body = match["body"]
            right = "".join(_DIGITS.get(character, character) for character in body)
            number = lead(match["lead"]) + match["gap"] + right
            yield from _proven(match, number, family)
    for match in _ORGANIC.finditer(text):
        digits = str.maketrans(_DIGITS)
        number = match["body"].translate(digits) + match["gap"] + "OP" + match["serial"].translate(digits)
        yield from _proven(match, number, OrganicCertificate)
    for match in _CODE.finditer(text):
        code = _code(match["code"])
        if code is not None and code != match["code"]:
            yield Correction(*match.span("code"), match["code"], code)


def _proven(match: re.Match[str], number: str, family: type[Identifier]) -> Iterator[Correction]:
    read = match[0]
    if number != read and verdict_of(family, number)[0] == "well-formed":
        yield Correction(*match.span(), read, number)


def _code(read: str) -> str | None:
    """The one credit code that was meant; None where none passes, or more than one."""
    plain = read.upper().translate(_NOT_IN_CODES)
    for count in range(_MOST_CHANGES + 1):
        passing = {code for code in _readings(plain, count) if _passes(code, sure=count == 0)}
        if passing:
            return passing.pop() if len(passing) == 1 else None
    return None


def _readings(code: str, changes: int) -> Iterator[str]:
    """The code with so many characters taken for what looks like them; in the digits of the region letters are digits."""
    region = "".join(_DIGITS.get(character, character) for character in code[_REGION.start : _REGION.stop])
    code = code[: _REGION.start] + region + code[_REGION.stop :]
    places = [place for place, character in enumerate(code) if place not in _REGION and _ALSO.get(character)]
    for chosen in combinations(places, changes):
        for others in product(*(_ALSO[code[place]] for place in chosen)):
            letters = list(code)
            for place, other in zip(chosen, others, strict=True):
                letters[place] = other
            yield "".join(letters)


def _passes(code: str, *, sure: bool) -> bool:
    if verdict_of(CreditCode, code)[0] != "well-formed":
        return False
    return sure or CreditCode(code).organisation_code_agrees


def _fixed(lead: str) -> str:
    """The letters of a lead, one for one: 5C is SC, 2L and ZI are ZL."""
    first, second = lead[0].upper(), lead[1].upper()
    if second in "C(":
        return "SC"
    if first in "Z2":
        return "ZL"
    return "JY" if first in "JI1" else "YB"


_LED: Final = (
    (
        re.compile(rf"{_FREE}(?P<lead>[S5s][C(c])(?P<gap>{_GAP})(?P<body>{_D}{{14}}){_STOP}"),
        _fixed,
        FoodProductionLicence,
    ),
    (
        re.compile(rf"{_FREE}(?P<lead>[JI1j][YVy]|[YVy][B8b])(?P<gap>{_GAP})(?P<body>{_D}{{14}}){_STOP}"),
        _fixed,
        FoodBusinessLicence,
    ),
    (
        re.compile(rf"{_FREE}(?P<lead>[Z2z][LI1l|])(?P<gap>{_GAP})(?P<body>{_D}{{12}}[.．·]?(?:{_D}|[Xx])){_STOP}"),
        _fixed,
        Patent,
    ),
)  # fmt: skip
_ORGANIC: Final = re.compile(rf"{_FREE}(?P<body>{_D}{{3,4}})(?P<gap>[ ]?)[O0oQD]P(?P<serial>{_D}{{7}}){_STOP}")
_CODE: Final = re.compile(
    rf"(?:信用代码[^\n]{{0,14}}?[:：]?\s*|{_FREE})(?P<code>[159N][1-3I|l]{_D}{{6}}[0-9A-Za-z]{{10}}){_STOP}"
)
