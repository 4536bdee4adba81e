"""The form in which words are marked: tokens that end where marks do, and spans that may overlap."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.documents import Listing, Segment, Transcript
from monitor.flags import Basis, Evidence, Flag
from monitor.marking import Mark, mark, mark_flags, pieces

DAY = date(2026, 11, 20)


def _flag(*evidence: Evidence) -> Flag:
    return Flag("cn.some.rule", "price", "low", 1.0, "", (Basis("法"),), evidence, (), "")


@given(
    text=st.text(max_size=20),
    marks=st.lists(
        st.builds(Mark, st.integers(-2, 22), st.integers(-2, 22), st.sampled_from("ab"), st.just("r")), max_size=6
    ),
)
def test_tokens_and_code_points_say_the_same(text: str, marks: list[Mark]) -> None:
    marked = mark(text, marks, "title")
    assert "".join(marked["tokens"]) == marked["text"] == text
    assert {(span["start"], span["end"]) for span in marked["spans"]} == {
        one[:2] for one in marks if 0 <= one.start < one.end <= len(text)
    }
    for span in marked["spans"]:
        assert "".join(marked["tokens"][span["start_token"] : span["end_token"]]) == text[span["start"] : span["end"]]
    assert [token for token, _ in pieces(marked)] == marked["tokens"]


def test_pieces_know_every_mark_they_are_in() -> None:
    assert list(pieces(mark("abcd", [Mark(0, 3, "x"), Mark(1, 4, "y")]))) == [
        ("a", ("x",)),
        ("bc", ("x", "y")),
        ("d", ("y",)),
    ]


def test_the_words_of_one_field() -> None:
    flags = [
        _flag(Evidence("title", 0, 2, "原价", "exact"), Evidence("description", 0, 2, "今天", "exact")),
        _flag(Evidence("title", 0, 4, "原价大米", "absent")),
    ]
    listing = Listing("L", title="原价大米", description="今天到")
    assert mark_flags(listing, "title", flags, "商品") == {
        "text": "原价大米",
        "tokens": ["原价", "大米"],
        "spans": [{"start": 0, "end": 2, "start_token": 0, "end_token": 1, "label": "price", "kb_id": "cn.some.rule"}],
        "title": "商品",
    }


def test_a_field_that_is_not_there() -> None:
    with pytest.raises(ValueError, match=r"segments\[1\]"):
        mark_flags(Transcript("T", (Segment("好"),)), "segments[1].text", [])
