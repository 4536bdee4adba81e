"""Check digits against plain arithmetic written for this test, against public numbers, and against every slip that is promised to be found.

The families ask python-stdnum for modulus 31, MOD 11,10 and modulus 10; what is here is written from the standards and shares nothing
with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.registry.families.barcode import Barcode
from monitor.registry.families.credit_code import CreditCode, organisation_check
from monitor.registry.families.food_business import FoodBusinessLicence
from monitor.registry.families.food_production import FoodProductionLicence
from monitor.registry.families.patent import Patent
from monitor.registry.identifier import Identifier, Malformed, WrongCheckDigit

CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DIGITS = "0123456789"

CREDIT_CODES = ["91110000802100433B", "91440300708461136T", "91350100M000100Y43", "91310112MA1GD5WP62"]
LICENCES = [
    "SC11464010500015", "SC11333019700024", "SC11837048101233", "SC11834020305037", "SC12636098200051", "SC11532139200465",
    "SC12434017430075", "SC11432010400101", "SC12444190004599", "SC12744040400094", "SC11435078200021", "SC10123018401210",
]  # fmt: skip
FILING = "YB13101060018558"
PATENTS = ["ZL201410026192.3", "ZL95115608.X"]
INVENTED = ["SC12345678901234", "SC10600000000000"]


def modulus_31(first: str) -> str:
    """GB 32100: weights are the powers of three."""
    total = sum(CODE.index(character) * pow(3, place, 31) for place, character in enumerate(first))
    return CODE[-total % 31]


def modulus_11_of_letters(first: str) -> str:
    """GB 11714: a digit is itself, A is ten and Z thirty-five."""
    total = sum(int(character, 36) * weight for character, weight in zip(first, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    rest = (11 - total % 11) % 11
    return "X" if rest == 10 else str(rest)


def mod_11_10(first: str) -> str:
    """ISO 7064: a product carried from digit to digit, modulus 11 and modulus 10 in turn."""
    product = 10
    for digit in first:
        total = (product + int(digit)) % 10 or 10
        product = 2 * total % 11
    return str((11 - product) % 10)


def modulus_11(first: str) -> str:
    """ZC 0006: weights 2 to 9, then from 2 again."""
    rest = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(first)) % 11
    return "X" if rest == 10 else str(rest)


def modulus_10(first: str) -> str:
    """EAN-13: 1 and 3 in turn."""
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(first)) % 10)


def licence(digits: str) -> str:
    return f"SC{digits}{mod_11_10(digits)}"


def business(digits: str) -> str:
    return f"JY{digits}{mod_11_10(digits)}"


def patent(digits: str) -> str:
    return f"ZL2023{'1238'[int(digits[0]) % 4]}{digits[1:8]}." + modulus_11(
        f"2023{'1238'[int(digits[0]) % 4]}{digits[1:8]}"
    )


def barcode(digits: str) -> str:
    return digits[:12] + modulus_10(digits[:12])


def credit_code(digits: str) -> str:
    body = f"93{digits[:6]}MA{digits[6:12]}"
    body += modulus_11_of_letters(body[8:16])
    return body + modulus_31(body)


def wrong(number: str, alphabet: str) -> Iterator[str]:
    """Every number with one other character where a digit or letter of the number proper stands."""
    for place, character in enumerate(number):
        if character in alphabet:
            yield from (number[:place] + other + number[place + 1 :] for other in alphabet if other != character)


def swapped(number: str) -> Iterator[str]:
    """Every number with two different neighbours exchanged; the point before a check digit is stepped over."""
    bare = number.replace(".", "")
    for place, (one, other) in enumerate(pairwise(bare)):
        if one != other:
            slip = bare[:place] + other + one + bare[place + 2 :]
            yield slip[:-1] + "." + slip[-1] if "." in number else slip


def rejects(family: type[Identifier], number: str) -> bool:
    try:
        family.parse(number)
    except (Malformed, WrongCheckDigit):
        return True
    return False


FAMILIES: list[tuple[type[Identifier], Callable[[str], str], str]] = [
    (CreditCode, credit_code, CODE),
    (FoodProductionLicence, licence, DIGITS),
    (FoodBusinessLicence, business, DIGITS),
    (Patent, patent, DIGITS + "X"),
    (Barcode, barcode, DIGITS),
]
IDS = [family.__name__ for family, _, _ in FAMILIES]


@pytest.mark.parametrize(("family", "made", "alphabet"), FAMILIES, ids=IDS)
@given(digits=st.text(DIGITS, min_size=13, max_size=13))
def test_a_number_made_by_plain_arithmetic_passes_and_each_wrong_character_in_it_fails(
    family: type[Identifier], made: Callable[[str], str], alphabet: str, digits: str
) -> None:
    number = made(digits)
    assert family.parse(number).number == number
    start = number.find("ZL") + 2 if "ZL" in number else 2 if number[:2] in {"SC", "JY"} else 0
    passed = [slip for slip in wrong(number[start:], alphabet) if not rejects(family, number[:start] + slip)]
    assert passed == []


@pytest.mark.parametrize("family_made", [(CreditCode, credit_code), (Patent, patent)], ids=["modulus 31", "modulus 11"])
@given(digits=st.text(DIGITS, min_size=13, max_size=13))
def test_a_prime_modulus_finds_every_swap_of_neighbours(
    family_made: tuple[type[Identifier], Callable[[str], str]], digits: str
) -> None:
    family, made = family_made
    number = made(digits)
    assert [slip for slip in swapped(number) if not rejects(family, slip)] == []


@given(digits=st.text(DIGITS, min_size=13, max_size=13))
def test_mod_11_10_misses_a_swap_only_where_the_standard_cannot_see_it(digits: str) -> None:
    number = licence(digits)[2:]
    for slip in swapped(number):
        assert rejects(FoodProductionLicence, f"SC{slip}") is (mod_11_10(slip[:-1]) != slip[-1])


def test_mod_11_10_finds_at_least_97_of_100_swaps() -> None:
    """Each state of the product with each pair of digits: 10 × 90 cases, the same after both orders in two of a hundred."""

    def after(product: int, digit: int) -> int:
        return 2 * ((product + digit) % 10 or 10) % 11

    cases = [(p, a, b) for p in range(1, 11) for a in range(10) for b in range(10) if a != b]
    missed = [(p, a, b) for p, a, b in cases if after(after(p, a), b) == after(after(p, b), a)]
    assert len(missed) / len(cases) <= 0.03


@given(digits=st.text(DIGITS, min_size=12, max_size=12))
def test_modulus_10_misses_only_swaps_of_digits_five_apart(digits: str) -> None:
    number = barcode(digits)
    for place, (one, other) in enumerate(pairwise(number)):
        if one != other:
            slip = number[:place] + other + one + number[place + 2 :]
            assert rejects(Barcode, slip) is (abs(int(one) - int(other)) != 5)


@given(code=st.text(CODE, min_size=8, max_size=8))
def test_the_organisation_code_is_checked_by_plain_arithmetic(code: str) -> None:
    assert organisation_check(code) == modulus_11_of_letters(code)


@given(digits=st.text(DIGITS, min_size=8, max_size=8), place=st.integers(0, 7), slip=st.integers(1, 9))
def test_of_an_organisation_code_of_digits_each_wrong_one_is_found(digits: str, place: int, slip: int) -> None:
    other = digits[:place] + str((int(digits[place]) + slip) % 10) + digits[place + 1 :]
    assert organisation_check(other) != organisation_check(digits)


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_public_credit_codes_pass_both_checks(code: str) -> None:
    assert CreditCode.parse(code).number == code == code[:17] + modulus_31(code[:17])
    assert code[16] == modulus_11_of_letters(code[8:16])
    assert CreditCode.parse(code).doubts == ()


@pytest.mark.parametrize("number", LICENCES)
def test_public_licences_pass(number: str) -> None:
    assert FoodProductionLicence.parse(number).number == number == number[:-1] + mod_11_10(number[2:-1])


def test_a_public_filing_and_public_patents_pass() -> None:
    assert FoodBusinessLicence.parse(FILING).number == FILING[:-1] + mod_11_10(FILING[2:-1])
    for number in PATENTS:
        assert Patent.parse(number).number == number[:-1] + modulus_11(number[2:-2])


@pytest.mark.parametrize("number", INVENTED)
def test_well_known_placeholders_fail_and_the_right_digit_is_told(number: str) -> None:
    with pytest.raises(WrongCheckDigit, match="would be 2"):
        FoodProductionLicence.parse(number)


def test_a_code_whose_inner_check_fails_is_odd_and_not_wrong() -> None:
    body = "93230184MA1CQ5H71"
    code = CreditCode.parse(body + modulus_31(body))
    assert modulus_11_of_letters(body[8:16]) != body[16]
    assert [doubt.en for doubt in code.doubts] == [
        "the organisation code MA1CQ5H71 inside fails its own check (GB 11714)"
    ]
