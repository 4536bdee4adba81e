"""What check digits find: the share of single wrong characters and of swapped neighbours that each algorithm rejects.

    python bench/check_digits.py [--numbers N] [--seed SEED]

For N made numbers of each family, every wrong character at every place (of the characters that may stand there) and every swap of two
different neighbours is tried. What no longer has the form of the family is not counted: the form finds that by itself.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from monitor.registry.families.barcode import Barcode
from monitor.registry.families.credit_code import CreditCode, organisation_check
from monitor.registry.families.food_business import FoodBusinessLicence
from monitor.registry.families.food_production import FoodProductionLicence
from monitor.registry.families.patent import Patent
from monitor.registry.identifier import Identifier

_DIGITS: Final = "0123456789"
_CODE: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class _Scheme(NamedTuple):
    """``body`` makes the part that is checked, ``check`` its check character, ``right`` judges both together."""

    name: str
    body: Callable[[random.Random], str]
    check: Callable[[str], str]
    right: Callable[[str], bool]
    form: str
    alphabet: str


def _of(
    family: type[Identifier], before: str = "", between: str = ""
) -> tuple[Callable[[str], str], Callable[[str], bool]]:
    """How a family checks; ``before`` and ``between`` stand in front of the body, and of the check character."""

    def check(body: str) -> str:
        return family.check_digit(f"{before}{body}{between}0") or ""

    return check, lambda number: check(number[:-1]) == number[-1]


def _digits(count: int) -> Callable[[random.Random], str]:
    return lambda chance: "".join(chance.choices(_DIGITS, k=count))


def _schemes() -> list[_Scheme]:
    return [
        _Scheme("credit code: GB 32100, modulus 31", _credit_body, *_of(CreditCode), CreditCode.form, _CODE),
        _Scheme(
            "organisation code inside it: GB 11714, modulus 11",
            lambda chance: _credit_body(chance)[8:16],
            organisation_check,
            lambda code: organisation_check(code[:-1]) == code[-1],
            r"[0-9A-HJ-NP-RTUW-Y]{8}[0-9X]",
            _CODE,
        ),
        _Scheme("SC: ISO 7064 MOD 11,10", _digits(13), *_of(FoodProductionLicence, "SC"), r"\d{14}", _DIGITS),
        _Scheme("JY, YB: ISO 7064 MOD 11,10", _digits(13), *_of(FoodBusinessLicence, "JY"), r"\d{14}", _DIGITS),
        _Scheme("patent, 12 digits: modulus 11", _digits(12), *_of(Patent, "ZL", "."), r"\d{12}[\dX]", _DIGITS + "X"),
        _Scheme("patent, 8 digits: modulus 11", _digits(8), *_of(Patent, "ZL", "."), r"\d{8}[\dX]", _DIGITS + "X"),
        _Scheme("EAN-13: modulus 10, weights 1 and 3", _digits(12), *_of(Barcode), r"\d{13}", _DIGITS),
    ]


def _credit_body(chance: random.Random) -> str:
    """17 characters as they are given: kind of body, place, and an organisation code of digits or, since 2015, letters too."""
    kind = chance.choice(("91", "92", "93"))
    code = "MA" + "".join(chance.choices(_CODE, k=6)) if chance.random() < 0.5 else _digits(8)(chance)  # noqa: PLR2004 (half)
    return f"{kind}{_digits(6)(chance)}{code}{organisation_check(code)}"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--numbers", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    print("| check | single wrong characters | found | swapped neighbours | found |\n|---|---|---|---|---|")
    for scheme in _schemes():
        chance = random.Random(asked.seed)  # noqa: S311 (made numbers)
        tried = {_wrong: [0, 0], _swapped: [0, 0]}
        for _ in range(asked.numbers):
            body = scheme.body(chance)
            number = body + scheme.check(body)
            if not scheme.right(number):
                raise SystemExit(f"{scheme.name}: {number} fails its own check")
            for slips, counts in tried.items():
                for slip in slips(number, scheme):
                    counts[0] += 1
                    counts[1] += not scheme.right(slip)
        cells = [f"{all_:,} | {found / all_:.2%}" for all_, found in tried.values()]
        print(f"| {scheme.name} | {' | '.join(cells)} |")


def _wrong(number: str, scheme: _Scheme) -> Iterator[str]:
    for place, character in enumerate(number):
        for other in scheme.alphabet:
            slip = number[:place] + other + number[place + 1 :]
            if other != character and re.fullmatch(scheme.form, slip):
                yield slip


def _swapped(number: str, scheme: _Scheme) -> Iterator[str]:
    for place, (one, other) in enumerate(pairwise(number)):
        slip = number[:place] + other + one + number[place + 2 :]
        if one != other and re.fullmatch(scheme.form, slip):
            yield slip


if __name__ == "__main__":
    main()
