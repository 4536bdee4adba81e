"""Numbers misread by a machine: set right where a check digit proves it, and never otherwise."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures.drawing import KINDS, Kind, credit_code, drawn

from monitor.registry.families.credit_code import CreditCode
from monitor.registry.families.food_production import FoodProductionLicence
from monitor.registry.misread import corrected
from monitor.registry.numbers import find, verdict_of

LOOKALIKES = {"0": "OoD", "1": "Il|", "2": "Z", "5": "S", "8": "B"}


@pytest.mark.parametrize(
    ("read", "right"),
    [
        pytest.param("许可证编号：SC1O1230l84O121O", "许可证编号：SC10123018401210", id="SC: O and l"),
        pytest.param("5C 10123018401210", "SC 10123018401210", id="SC: its own letter"),
        pytest.param("SC: 1012301B401210", "SC: 10123018401210", id="SC: B, behind a colon"),
        pytest.param("YB13l01O6OO18S58", "YB13101060018558", id="YB"),
        pytest.param("2L20221O0000001.6", "2L20221O0000001.6", id="ZL: the check digit does not prove it"),
        pytest.param("统一社会信用代码：9111OOOO8O21OO433B", "统一社会信用代码：91110000802100433B", id="code: O has no place in it"),
        pytest.param("911100008021004338", "91110000802100433B", id="code: 8 for B, proved by both checks"),
        pytest.param("9131O112MAIGD5WPG2", "91310112MA1GD5WP62", id="code: G for 6"),
        pytest.param("证书编号 1340P2600842", "证书编号 134OP2600842", id="organic: the form leaves one reading"),
        pytest.param("123OP12OOOO1", "123OP1200001", id="organic: digits of the serial"),
    ],
)  # fmt: skip
def test_a_misread_number_is_set_right(read: str, right: str) -> None:
    assert corrected(read)[0] == right


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("SC10123018401211", id="a wrong digit stays: which one is wrong nobody knows"),
        pytest.param("SC1O123018401211", id="the check digit does not pass"),
        pytest.param("SC101230184012", id="too short"),
        pytest.param("SCIENCE BOOK 2026", id="words"),
        pytest.param("型号 JYSB1234567890", id="a model"),
        pytest.param("订单 9131O112MAIGD5WPG3", id="no code"),
        pytest.param("有机大米 5kg 买1送1 SOS 100%", id="a title"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_nothing_proves_stays_as_it_was_read(text: str) -> None:
    assert corrected(text) == (text, ())


def test_a_correction_tells_what_was_read_and_where() -> None:
    text, (one,) = corrected("编号SC1O123018401210。")
    assert (one.read, one.number) == ("SC1O123018401210", "SC10123018401210")
    assert text[one.start : one.end] == one.number


@given(st.integers(0, 10_000), st.sampled_from(KINDS), st.data())
def test_letters_for_digits_are_always_set_right(seed: int, kind: Kind, data: st.DataObject) -> None:
    number = drawn(kind, seed).number
    behind = number.index("OP") + 2 if kind == "organic" else 2
    places = [place for place, sign in enumerate(number) if place >= behind and sign in LOOKALIKES]
    changed = data.draw(st.lists(st.sampled_from(places), unique=True, max_size=4)) if places else []
    signs = list(number)
    for place in changed:
        signs[place] = data.draw(st.sampled_from(LOOKALIKES[number[place]]))
    assert corrected(f"编号：{''.join(signs)} 号")[0] == f"编号：{number} 号"


@given(st.integers(0, 10_000), st.data())
def test_a_code_is_set_right_or_left_and_never_made_another(seed: int, data: st.DataObject) -> None:
    code = credit_code(random.Random(seed))  # noqa: S311 (a seed, no secret)
    swaps = {"8": "B", "B": "8", "0": "OQ", "1": "IL", "6": "G", "2": "Z", "5": "S"}
    places = [place for place, sign in enumerate(code) if sign in swaps and place > 1]
    signs = list(code)
    for place in data.draw(st.lists(st.sampled_from(places), unique=True, max_size=2)) if places else []:
        signs[place] = data.draw(st.sampled_from(swaps[code[place]]))
    read = "".join(signs)
    right = corrected(f"信用代码：{read}")[0].removeprefix("信用代码：")
    assert right in {code, read}


@given(st.text(alphabet="SC5JYZL0OI1l8B2 .：有机码证9MA\n", max_size=120))
def test_the_text_keeps_its_length_and_only_numbers_change(text: str) -> None:
    right, made = corrected(text)
    assert len(right) == len(text)
    spans = [(one.start, one.end) for one in made]
    assert spans == sorted(spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    outside = [place for place in range(len(text)) if not any(first <= place < last for first, last in spans)]
    assert all(right[place] == text[place] for place in outside)


def test_what_was_set_right_is_found() -> None:
    (number,) = find(corrected("SC1O1230l84O121O")[0])
    assert number.verdict == "well-formed"
    assert verdict_of(FoodProductionLicence, number.number)[0] == "well-formed"
    assert verdict_of(CreditCode, corrected("9131O112MAIGD5WPG2")[0])[0] == "well-formed"
