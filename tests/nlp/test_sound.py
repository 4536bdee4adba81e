"""What sounds like a phrase and is it in disguise, and what only sounds like it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.nlp.fold import Texts, fold
from monitor.nlp.segment import Words
from monitor.nlp.sound import is_disguised, sound, sounds_of

WORDS = Words()

DISGUISED = [
    pytest.param("加我微新啊", "微信", True, id="mis-heard, one character"),
    pytest.param("蕞好吃", "最好吃", False, id="a rare character for a common one"),
    pytest.param("增强免疫利", "免疫力", True, id="mis-heard, three characters"),
    pytest.param("增强免一力", "免疫力", True, id="mis-heard over a word border"),
    pytest.param("这是bao治的", "包治", False, id="pinyin in the middle"),
    pytest.param("可以zhi liao", "治疗", False, id="pinyin with a space"),
    pytest.param("补shèn固", "补肾", False, id="pinyin with tone marks"),
    pytest.param("加薇❤聊", "微信", False, id="an emoji for a syllable"),
    pytest.param("➕V❤聊", "微信", False, id="a letter and an emoji"),
    pytest.param("加vx拿货", "微信", False, id="letters alone"),
    pytest.param("全dy最低", "全抖音", False, id="well-known initials after Han"),
    pytest.param("走zfb转账", "支付宝", False, id="three initials"),
    pytest.param("JD自营", "京东", False, id="initials in capitals"),
    pytest.param("x ue糖高", "血糖", False, id="pinyin with a space inside"),
    pytest.param("补肾壮🐑", "壮阳", False, id="an emoji for its sound"),
    pytest.param("cháng江yě生鱼", "长江野生", False, id="two syllables of four"),
]
INNOCENT = [
    pytest.param("嘴好的人", "最好", True, id="嘴好"),
    pytest.param("这里有鸡有鸭", "有机", True, id="有鸡"),
    pytest.param("里面有鸡肉", "有机", True, id="有鸡肉"),
    pytest.param("源于深邃的思考", "深睡", False, id="a word of its own, though one character is rare"),
    pytest.param("濮阳萱萱一笑", "扶阳", False, id="a place"),
    pytest.param("大小不匀", "不孕", False, id="不匀"),
    pytest.param("我跟媳妇回村", "回春", True, id="回村"),
    pytest.param("加V领打底衫", "微信", False, id="a neckline"),
    pytest.param("2TB硬盘", "淘宝", False, id="terabytes"),
    pytest.param("studying", "抖音", False, id="initials inside a word"),
    pytest.param("you can buy it", "有看", False, id="English"),
    pytest.param("微信", "微信", True, id="the phrase itself"),
]


def _heard(text: str, phrase: str, *, heard: bool) -> bool:
    view = sound(Texts([text]))
    symbols = view.symbols.tobytes().decode("utf-32-le")
    for way in sounds_of(phrase):
        start = symbols.find(way)
        if start >= 0:
            span = view.span(start, start + len(way))
            return is_disguised(fold(text).plain, span, phrase, WORDS, (0, len(text)), heard=heard)
    return False


@pytest.mark.parametrize(("text", "phrase", "heard"), DISGUISED)
def test_a_disguise_is_seen_through(text: str, phrase: str, heard: bool) -> None:
    assert _heard(text, phrase, heard=heard)


@pytest.mark.parametrize(("text", "phrase", "heard"), INNOCENT)
def test_what_only_sounds_alike_is_let_be(text: str, phrase: str, heard: bool) -> None:
    assert not _heard(text, phrase, heard=heard)


@given(text=st.text(alphabet="最好微信吃zhiaoe🐑❤ 1,。·ü", max_size=30))
def test_symbols_lead_back_to_the_text_in_order(text: str) -> None:
    view = sound(Texts([text]))
    assert len(view.symbols) == len(view.starts) == len(view.ends) == len(view.spelled)
    spans = list(zip(view.starts, view.ends, strict=True))
    assert spans.pop() == (len(text), len(text) + 1)  # the border behind the text
    assert all(0 <= first < last <= len(text) for first, last in spans)
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
