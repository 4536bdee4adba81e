"""Certificate numbers in running text: found, normalised, and judged by their form."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from monitor.documents import CertificateType
from monitor.nlp.fold import fold
from monitor.registry.families import FAMILIES
from monitor.registry.identifier import Family, Found, Malformed, Verdict, WrongCheckDigit, normalise, spoken

_DIGITS: Final = 5
"""No number of any family has fewer digits in a row; a text without so many has none."""


def find(text: str) -> list[Found]:
    """Every number that is plainly meant as one of a known family, in order; ordinary prose has none."""
    plain = fold(text).plain.upper()
    if not re.search(rf"[\d零〇一二三四五六七八九幺 ]{{{_DIGITS}}}", plain):
        return []
    found = [_judge(family, text, match.span()) for family, pattern in _leads() for match in pattern.finditer(plain)]
    return sorted(found, key=lambda number: (number.start, number.end))


def judge_number(kind: CertificateType, number: str) -> Verdict:
    """The verdict on a number given for a type; a type without a known form, or an unsure one, has only well-formed numbers."""
    families = [family for family in FAMILIES if family.type == kind]
    if not families or any(family.certainty < 3 for family in families):  # noqa: PLR2004 (three: verified)
        return "well-formed"
    verdicts = [_verdict(family, number)[0] for family in families]
    return min(verdicts, key=("well-formed", "wrong-check-digit", "malformed").index)


@cache
def _leads() -> tuple[tuple[Family, re.Pattern[str]], ...]:
    return tuple((family, re.compile(family.lead)) for family in FAMILIES)


def _judge(family: Family, text: str, span: tuple[int, int]) -> Found:
    raw = text[span[0] : span[1]]
    number = (
        re.sub(r"[,，:：.]", "", spoken(raw))
        if family.type in {"organic", "food-production", "food-business"}
        else normalise(raw)
    )
    number = _dashed(number) if family.type == "green-food" else number
    verdict, reason = _verdict(family, number)
    return Found(family.type, span[0], span[1], raw, number, verdict, reason, family.certainty)


def _verdict(family: Family, number: str) -> tuple[Verdict, str]:
    try:
        family.parse(number)
    except Malformed as error:
        return "malformed", f"应为 {error.expected}"
    except WrongCheckDigit as error:
        return "wrong-check-digit", f"校验位应为 {error.expected}"
    return "well-formed", ""


def _dashed(number: str) -> str:
    """LB15… with or without its dashes."""
    bare = number.replace("-", "")
    return f"LB-{bare[2:4]}-{bare[4:]}" if bare.startswith("LB") else number
