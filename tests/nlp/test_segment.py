"""Phrases that cut a word in two, and those that only stand inside a longer one."""

from __future__ import annotations

import pytest

from monitor.nlp.segment import Boundaries, Words, pipeline

CUT = [
    pytest.param("我们有机会再来", "有机", "both", id="有|机会"),
    pytest.param("政治好", "治好", "both", id="政治|好"),
    pytest.param("这是最好吃的", "最好", "both", id="最|好吃, both ends checked"),
]
WHOLE = [
    pytest.param("我们家有机大米", "有机", "both", id="有机"),
    pytest.param("这是最好吃的", "最好", "start", id="最|好吃, the start checked"),
    pytest.param("这里高血糖", "血糖", "both", id="a word that holds the whole phrase"),
    pytest.param("国 宴 专 用", "国 宴 专 用", "both", id="longer than words are"),
    pytest.param("我们有机会再来", "有机", "none", id="not asked"),
]


def _cut(sentence: str, phrase: str, boundaries: Boundaries) -> bool:
    start = sentence.index(phrase)
    return Words().cut_by(sentence, start, start + len(phrase), boundaries) is not None


@pytest.mark.parametrize(("sentence", "phrase", "boundaries"), CUT)
def test_a_word_is_cut(sentence: str, phrase: str, boundaries: Boundaries) -> None:
    assert _cut(sentence, phrase, boundaries)


@pytest.mark.parametrize(("sentence", "phrase", "boundaries"), WHOLE)
def test_no_word_is_cut(sentence: str, phrase: str, boundaries: Boundaries) -> None:
    assert not _cut(sentence, phrase, boundaries)


def test_the_pipeline_keeps_every_character() -> None:
    text = "家人们，这是全网最好吃的ABC苹果 39.9元。"
    assert "".join(token.text for token in pipeline()(text)) == text
