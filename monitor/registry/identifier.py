"""Identifiers: the number of a certificate or licence, one class a family of numbers.

A wrong form or check digit proves that a number is mistyped or invented; a right one proves nothing: only a registry can.
``certainty`` says how sure the form is: 3 verified on real numbers or read in a source, 2 several secondary sources, 1 hearsay.

How numbers look in running text is written with three signs of our own, see :func:`written`: ``~`` stands for what people put between a
lead and its number, ``<sc>`` for letters that may be spelt one by one (S C), ``#{14}`` for fourteen digits in any spelling, also read
aloud (幺三四, with 洞 for nought, 拐 for seven, 勾 for nine) and with a letter O for a zero.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, Final, NamedTuple, Self

from monitor.documents import CertificateType
from monitor.nlp.fold import fold

CERTAIN: Final = 3
"""The certainty from which a wrong form is a finding."""
_READ_ALOUD: Final = "零〇洞一幺二三四五六七拐八九勾"
NUMERALS: Final = f"0123456789o{_READ_ALOUD} \t-,、"
"""Every number has three of these in a row, in folded text."""
ALONE: Final = rf"(?<![a-z0-9{_READ_ALOUD}])"
"""No letter and no digit stands in front."""
_DIGIT: Final = rf"(?:[\do]|[{_READ_ALOUD}])"
_BETWEEN: Final = rf"(?:[\do][ \t\-]?|[{_READ_ALOUD}][ \t\-,、]?)"
"""A digit that others follow: who reads a number aloud makes pauses, and a recogniser writes commas there."""
_ENDS: Final = rf"(?:(?<=[\do])(?!\d)|(?<=[{_READ_ALOUD}])(?![{_READ_ALOUD}]))"
_SPOKEN: Final = str.maketrans(_READ_ALOUD, "000112345677899")
_DASHES: Final = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_BRACKETS: Final = str.maketrans("〔〕[]【】「」", "()()()()")


class Wording(NamedTuple):
    """One sentence in Chinese and in English."""

    zh: str
    en: str


class Malformed(ValueError):
    """Not a number of this family; ``reason`` says what it would look like, and what is there instead."""

    def __init__(self, number: str, reason: Wording) -> None:
        super().__init__(f"{number!r}: {reason.en}")
        self.reason = reason


class WrongCheckDigit(ValueError):
    """The right form with the wrong check digit; ``expected`` is the right one, so that a reader can see a typing error."""

    def __init__(self, number: str, expected: str) -> None:
        super().__init__(f"{number!r}: the check digit would be {expected}")
        self.expected = expected
        self.reason = Wording(
            f"校验位应为 {expected}，写的是 {number[-1]}", f"the check digit would be {expected}, not {number[-1]}"
        )


@dataclass(frozen=True)
class Identifier:
    """A well-formed number of one family, as it is written on a label."""

    number: str

    kind: ClassVar[CertificateType | None] = None
    """The type of certificate it names; None where the contract has none (a credit code)."""
    title: ClassVar[Wording]
    """What the number is called."""
    expected: ClassVar[Wording]
    """What it looks like."""
    form: ClassVar[str]
    """The whole number as a regular expression, normalised."""
    seen: ClassVar[str]
    """Where it is plainly meant, in running text, in the spelling of :func:`written`; also numbers too short or too long."""
    lead: ClassVar[str] = ""
    """The letters in front, where people leave them out: 14 digits with the right check digit may be an SC number."""
    anchors: ClassVar[tuple[str, ...]]
    """A text without one of these, in small letters, has no such number."""
    certainty: ClassVar[int] = CERTAIN
    closed: ClassVar[bool] = True
    """Whether every number of ``kind`` has a form of these families: an unknown form is then a wrong one."""
    looked_up: ClassVar[bool] = True
    """Whether a registry of certificates is kept by this number; a code printed on a pack is not."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read one number, however it is spaced and spelled.

        Raises:
            Malformed: it does not have the form of this family.
            WrongCheckDigit: it does, but its check digit is wrong.
        """
        number = cls.canonical(text)
        if re.fullmatch(cls.form, number) is None:
            raise Malformed(text, cls.mistake(number))
        expected = cls.check_digit(number)
        if expected is not None and expected != number[-1]:
            raise WrongCheckDigit(number, expected)
        return cls(number)

    @classmethod
    def canonical(cls, text: str) -> str:
        """The number as it is printed officially: normalised, without what people put between its parts."""
        return re.sub(r"[,、.:·\-]", "", normalise(text))

    @classmethod
    def mistake(cls, number: str) -> Wording:
        """What is wrong with a malformed number."""
        count = sum(character.isdigit() for character in number)
        return Wording(
            f"应为 {cls.expected.zh}；写的是 {number}，有 {count} 位数字",
            f"expected {cls.expected.en}; found {number} with {count} digit{'s' * (count != 1)}",
        )

    @classmethod
    def check_digit(cls, number: str) -> str | None:
        """The check digit that the rest of a well-formed number asks for; None where the family has none."""
        del number
        return None

    @property
    def tells(self) -> dict[str, str]:
        """What the number says by itself, such as ``year``, ``region`` and ``class``; nothing where it says nothing sure."""
        return {}

    @property
    def doubts(self) -> tuple[Wording, ...]:
        """What is odd about a well-formed number: worth a look, never a finding."""
        return ()


def normalise(number: str) -> str:
    """A number as it is compared: width, case, traditional characters, spaces, brackets, dashes, digits read aloud and a letter
    O among digits made one."""
    plain = number if number.isascii() else fold(number).plain
    plain = re.sub(r"\s+", "", _DASHES.sub("-", plain.upper()).translate(_BRACKETS))
    plain = re.sub(rf"(?<=[{_READ_ALOUD}])[,、](?=[{_READ_ALOUD}])", "", plain)
    plain = re.sub(rf"[{_READ_ALOUD}]{{3,}}|(?<=\d)[{_READ_ALOUD}]+|[{_READ_ALOUD}]+(?=\d)", _in_digits, plain)
    return re.sub(r"O(?=O*\d)|(?<=\d)O+(?![A-Z])", lambda match: "0" * len(match[0]), plain)


def spelt(letters: str) -> tuple[str, str]:
    """The anchors of ``<letters>``: together, and one by one."""
    return letters, " ".join(letters)


@cache
def written(seen: str) -> re.Pattern[str]:
    """The regular expression for ``seen``, over folded text (small letters, half width, simplified characters)."""
    pattern = seen.replace("~", r"[ \t:.,·\-]{0,3}")
    pattern = re.sub(r"<([a-z]{2,})>", lambda match: " ?".join(match[1]), pattern)
    pattern = re.sub(r"#\{(\d+)(?:,(\d+))?\}", _digits, pattern)
    return re.compile(pattern, re.IGNORECASE)


def _digits(match: re.Match[str]) -> str:
    least = int(match[1]) - 1
    most = int(match[2]) - 1 if match[2] else least
    return rf"{_BETWEEN}{{{least},{most}}}{_DIGIT}{_ENDS}"


def _in_digits(match: re.Match[str]) -> str:
    return match[0].translate(_SPOKEN)
