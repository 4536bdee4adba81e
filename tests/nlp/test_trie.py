"""The trie against a search for each phrase by itself."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from monitor.nlp.trie import Trie

ALPHABET = "最好吃有机ab\U00020000"
PHRASES = st.lists(st.text(alphabet=ALPHABET, min_size=1, max_size=5), max_size=40, unique=True)


def _found(phrases: list[str], text: str) -> list[tuple[int, int, int]]:
    hits = Trie(phrases).find(np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32))
    return sorted(zip(hits.phrases.tolist(), hits.starts.tolist(), hits.ends.tolist(), strict=True))


def _one_by_one(phrases: list[str], text: str) -> list[tuple[int, int, int]]:
    return sorted(
        (number, start, start + len(phrase))
        for number, phrase in enumerate(phrases)
        for start in range(len(text))
        if text.startswith(phrase, start)
    )


@given(phrases=PHRASES, text=st.text(alphabet=ALPHABET + " 。😀\U00030000", max_size=80))
def test_every_occurrence_of_every_phrase_is_found(phrases: list[str], text: str) -> None:
    assert _found(phrases, text) == _one_by_one(phrases, text)


def test_many_phrases_share_one_table() -> None:
    phrases = [f"{a}{b}{c}" for a in "甲乙丙丁戊己庚辛" for b in "子丑寅卯辰巳午未" for c in "金木水火土日月星"]
    text = "甲子金乙丑木" * 20 + "辛未星"
    assert _found(phrases, text) == _one_by_one(phrases, text)


def test_of_equal_phrases_the_first_is_found() -> None:
    assert _found(["有机", "有机"], "有机") == [(0, 0, 2)]


def test_no_phrases_and_no_text() -> None:
    assert _found([], "有机") == _found(["有机"], "") == []
