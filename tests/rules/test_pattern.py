"""What patterns mean, and the errors of those that mean nothing."""

from __future__ import annotations

import pytest

from monitor.rules.pattern import Literals, PatternError, Quantity, parse
from monitor.rules.schema import Entry

WORDS = {
    "disease": (Entry(text="糖尿病"), Entry(text="高血{压|脂}")),
    "more": (Entry(text="$disease"), Entry(text="三高")),
    "self": (Entry(text="$self"),),
}


def _phrases(pattern: str) -> list[set[str] | Quantity]:
    return [set(step.what.phrases) if isinstance(step.what, Literals) else step.what for step in parse(pattern, WORDS)]


MEANS = [
    pytest.param("全网最{低|好}", [{"全网最低", "全网最好"}], id="alternatives"),
    pytest.param("治好{了|}我", [{"治好了我", "治好我"}], id="an optional part"),
    pytest.param("{a|b{c|d}}", [{"a", "bc", "bd"}], id="nested braces"),
    pytest.param("$disease", [{"糖尿病", "高血压", "高血脂"}], id="a vocabulary"),
    pytest.param("$more", [{"糖尿病", "高血压", "高血脂", "三高"}], id="a vocabulary in a vocabulary"),
    pytest.param("治 ..6 $disease", [{"治"}, {"糖尿病", "高血压", "高血脂"}], id="a gap"),
    pytest.param("國宴 專用", [{"国宴专用"}], id="literals are folded"),
    pytest.param(r"降\$5", [{"降$5"}], id="escaped"),
    pytest.param(r"\{a\}", [{"a"}], id="what folding takes out of texts it takes out of patterns"),
]


@pytest.mark.parametrize(("pattern", "phrases"), MEANS)
def test_a_pattern_means(pattern: str, phrases: list[set[str]]) -> None:
    assert _phrases(pattern) == phrases


def test_gaps_belong_to_the_step_after_them() -> None:
    assert [step.gap for step in parse("甲 ..3 乙 .. 丙", WORDS)] == [0, 3, 12]


def test_a_quantity_has_a_unit_and_a_bound() -> None:
    _, quantity = _phrases("抽 ..5 <yuan >= 50000.5>")
    assert isinstance(quantity, Quantity)
    assert (quantity.unit, quantity.op, str(quantity.bound)) == ("yuan", ">=", "50000.5")


WRONG = [
    pytest.param("{a|b", "pattern", "not closed", id="open brace"),
    pytest.param("a|b", "pattern", "outside of braces", id="bar outside"),
    pytest.param("$nothing", "vocabulary", "unknown vocabulary \\$nothing", id="unknown vocabulary"),
    pytest.param("$self", "vocabulary", "contains itself", id="a vocabulary that contains itself"),
    pytest.param("..3 甲", "pattern", "before it", id="gap at the start"),
    pytest.param("甲 ..3", "pattern", "after it", id="gap at the end"),
    pytest.param("甲 ..99 乙", "gap", "longer than 40", id="a gap too long"),
    pytest.param("<yuan > 5>", "pattern", "at least one phrase", id="a quantity alone"),
    pytest.param("甲 <yuan >> 乙", "pattern", "bound without a number", id="a bound without a number"),
    pytest.param("甲 <5> 乙", "pattern", "is no quantity", id="no unit"),
    pytest.param("{甲..3乙|丙}", "pattern", "inside braces", id="a gap inside braces"),
    pytest.param("{a|}", "dead-literal", "optional", id="all optional"),
]


@pytest.mark.parametrize(("pattern", "code", "message"), WRONG)
def test_a_pattern_that_means_nothing_says_why(pattern: str, code: str, message: str) -> None:
    with pytest.raises(PatternError, match=message) as caught:
        parse(pattern, WORDS)
    assert caught.value.code == code
