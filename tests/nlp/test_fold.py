"""What folding undoes, and that every bare character leads back to the text as given."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.nlp.fold import FIELD_BORDER, SEGMENT_BORDER, Texts, fold, fold_literal

UNDONE = [
    pytest.param("ＶＸ：ｓｈｏｅ８８", "vx:shoe88", id="width and case"),
    pytest.param("國宴專用", "国宴专用", id="traditional"),
    pytest.param("國 宴 專 用", "国宴专用", id="spaces"),
    pytest.param("免|疫·力", "免疫力", id="inserted symbols"),
    pytest.param("最\u200b好\u2060吃", "最好吃", id="zero width"),
    pytest.param("最🍎好", "最好", id="emoji"),
    pytest.param("【最】「好」", "最好", id="brackets"),
    pytest.param("销量第①，Ⓥ🅰🇨", "销量第1,vac", id="enclosed"),
    pytest.param("𝓥𝓧", "vx", id="mathematical letters"),
    pytest.param("39.9元", "39.9元", id="a decimal point stays"),
    pytest.param("最.好", "最好", id="a point inside a word goes"),
    pytest.param("吃了。好！真的；对：嗯？", "吃了。好!真的;对:嗯?", id="clause marks stay"),
]


@pytest.mark.parametrize(("text", "bare"), UNDONE)
def test_what_hides_a_word_is_undone(text: str, bare: str) -> None:
    assert fold(text).bare == bare


def test_a_segment_border_is_in_plain_and_not_in_bare() -> None:
    folded = fold(f"微{SEGMENT_BORDER}信{FIELD_BORDER}号")
    assert folded.bare == f"微信{FIELD_BORDER}号"
    assert folded.span(0, 2) == (0, 3)


def test_lone_surrogates_and_private_characters_match_nothing() -> None:
    assert fold("最\ud800好\ue123").plain == "最\ufffd好\ufffd"


@given(text=st.text(max_size=60))
def test_offsets_never_cross_and_lead_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.plain) == len(text)
    assert list(folded.offsets) == sorted(set(folded.offsets))
    assert folded.bare == "".join(folded.plain[place] for place in folded.offsets)


@given(text=st.text(alphabet=st.characters(exclude_categories=()) | st.sampled_from("最1.．·1🍎"), max_size=80))
def test_a_short_text_folds_alone_as_it_folds_with_others(text: str) -> None:
    assert fold(text) == Texts([text]).folded(0) == Texts(["前", text, "后"]).folded(1)


@given(text=st.text(alphabet="最好吃国宴專用ＶX 1.·|🍎，。", min_size=1, max_size=30), data=st.data())
def test_the_raw_slice_of_a_bare_span_folds_to_that_span(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    if not folded.bare:
        return
    start = data.draw(st.integers(0, len(folded.bare) - 1))
    end = data.draw(st.integers(start + 1, len(folded.bare)))
    first, last = folded.span(start, end)
    # a decimal point is one only between its digits: at the edge of a slice it is a mark like any other
    assert fold_literal(text[first:last]).strip(".") == folded.bare[start:end].strip(".")


@given(literal=st.text(max_size=12))
def test_a_literal_is_folded_as_a_text_is(literal: str) -> None:
    assert fold_literal(literal) == fold(literal).bare
