"""Identifiers: the number of a certificate or licence, as a family of numbers with one form.

A wrong form or check digit proves that a number is mistyped or invented; a right one proves nothing: only a registry can.
``certainty`` says how sure the form is: 3 verified on real numbers or read in a source, 2 several secondary sources, 1 hearsay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from monitor.documents import CertificateType

Verdict = Literal["well-formed", "malformed", "wrong-check-digit"]

_SPOKEN: Final = str.maketrans("零〇一二三四五六七八九幺", "001234567891")
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212—–－﹣]")


class Malformed(ValueError):
    """Not a number of this family; ``expected`` says what it would look like."""

    def __init__(self, number: str, *, expected: str) -> None:
        super().__init__(f"{number!r} is not {expected}")
        self.expected = expected


class WrongCheckDigit(ValueError):
    """The right form with the wrong check digit; ``expected`` is the right one, so that a reader can see a typing error."""

    def __init__(self, number: str, *, expected: str) -> None:
        super().__init__(f"{number!r}: the check digit would be {expected}")
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Found:
    """A number found in a text: half-open span of code points, the number as looked up, and what is to be said of it."""

    type: CertificateType
    start: int
    end: int
    raw: str
    number: str
    verdict: Verdict
    reason: str
    certainty: int


@dataclass(frozen=True)
class Family:
    """One form of number: ``form`` is the whole number, normalised; ``lead`` finds candidates in a normalised text."""

    type: CertificateType
    name: str
    form: str
    lead: str
    expected: str
    certainty: int = 3
    check: Callable[[str], str | None] | None = None
    """Gives the expected check digit where the number's own is wrong."""
    fields: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """What the number tells: name → (first, last) of the digits in it."""

    def parse(self, number: str) -> str:
        """The number, normalised.

        Raises:
            Malformed: it does not have the form of this family.
            WrongCheckDigit: it does, but its check digit is wrong.
        """
        normal = normalise(number)
        if not re.fullmatch(self.form, normal):
            raise Malformed(number, expected=self.expected)
        expected = self.check(normal) if self.check else None
        if expected is not None:
            raise WrongCheckDigit(number, expected=expected)
        return normal

    def tells(self, number: str) -> dict[str, str]:
        """What a well-formed number tells, such as year and county."""
        normal = normalise(number)
        return {name: normal[first:last] for name, (first, last) in self.fields.items()}


def normalise(number: str) -> str:
    """A number as it is compared: width, case, spaces, brackets, dashes and spoken digits made one."""
    plain = unicodedata.normalize("NFKC", number).upper()
    plain = _DASHES.sub("-", plain).replace("〔", "(").replace("〕", ")").replace("[", "(").replace("]", ")")
    return re.sub(r"\s+", "", plain)


def spoken(number: str) -> str:
    """A number read aloud, in digits: 幺三四 is 134."""
    return normalise(number).translate(_SPOKEN)


def mod_11_10(digits: str) -> str:
    """The check digit of ISO 7064 MOD 11,10 (GB/T 17710) over a string of digits."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = (2 * total) % 11
    return str((11 - product) % 10)


def checked_mod_11_10(first: int) -> Callable[[str], str | None]:
    """A check for numbers whose digits start at ``first`` and end with a MOD 11,10 check digit."""

    def check(number: str) -> str | None:
        expected = mod_11_10(number[first:-1])
        return None if number[-1] == expected else expected

    return check
