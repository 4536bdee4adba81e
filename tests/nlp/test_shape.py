"""What is written with other characters than a phrase and is it, and what ordinary words look like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.documents import Listing
from monitor.nlp.fold import fold
from monitor.nlp.glyphs import Shapes, alike, glyphs, shapes_of, strokes
from monitor.nlp.layout import lay_out
from monitor.nlp.segment import Words
from monitor.nlp.shape import Shape, is_redrawn, shape

WORDS = Words()

REDRAWN = [
    pytest.param("木又威机构认证", "权威", "木又威", id="split, and no part of it is rare"),
    pytest.param("弓虽身健体", "强身", "弓虽身", id="弓虽"),
    pytest.param("祛痘米青华", "精华", "米青华", id="米青"),
    pytest.param("氵台疗三高", "治疗", "氵台疗", id="split, a component"),
    pytest.param("⺡台好高血压", "治好", "⺡台好", id="a radical's own code point"),
    pytest.param("疒了效显著", "疗效", "疒了效", id="疒"),
    pytest.param("抗疒品山产品", "抗癌", "抗疒品山", id="three components"),
    pytest.param("天天亻言用好", "信用", "亻言用", id="亻言"),
    pytest.param("氵咸月巴", "减肥", "氵咸月巴", id="two characters split"),
    pytest.param("氵 台·疗", "治疗", "氵 台·疗", id="split, and broken up"),
    pytest.param("イ言用好", "信用", "イ言用", id="kana for a component"),
    pytest.param("壮⻖日神器", "壮阳", "壮⻖日", id="⻖日"),
    pytest.param("壮ß日神器", "壮阳", "壮ß日", id="ß for 阝"),
    pytest.param("彳山兀攵信聊", "微信", "彳山兀攵信", id="four components"),
    pytest.param("加我徽信聊", "微信", "徽信", id="徽"),
    pytest.param("增强兔疫力", "免疫力", "兔疫力", id="兔"),
    pytest.param("增强免疲力", "免疫力", "免疲力", id="疲"),
    pytest.param("冶疗失眠", "治疗", "冶疗", id="冶"),
    pytest.param("洽疗失眠", "治疗", "洽疗", id="洽"),
    pytest.param("冶疔失眠", "治疗", "冶疔", id="two look-alikes"),
    pytest.param("降皿糖茶", "降血糖", "降皿糖", id="皿"),
    pytest.param("效果最隹", "最佳", "最隹", id="隹"),
    pytest.param("面向末来的产品", "未来", "末来", id="末 for 未"),
    pytest.param("曰取好的米", "最好", "曰取好", id="split, with a look-alike component"),
    pytest.param("囯家级产品", "国家级", "囯家级", id="a rare variant"),
    pytest.param("囯家圾产品", "国家级", "囯家圾", id="a rare variant and a look-alike"),
    pytest.param("薬效好", "药效", "薬效", id="Japan's simplified characters"),
    pytest.param("增强免疫カ", "免疫力", "免疫カ", id="kana"),
    pytest.param("第—品牌", "第一", "第—", id="a dash"),
    pytest.param("全国唯ー指定", "唯一", "唯ー", id="kana's long mark"),
    pytest.param("第ㄧ名", "第一", "第ㄧ", id="bopomofo"),
    pytest.param("加νх聊", "vx", "νх", id="Greek and Cyrillic"),
    pytest.param("1oo%有效", "100%", "1oo%", id="letters for noughts"),
    pytest.param("l00%有效", "100%", "l00%", id="a letter for one"),
    pytest.param("○糖饮料", "0糖", "○糖", id="a ring"),
    pytest.param("O糖饮料", "0糖", "O糖", id="a letter O"),
    pytest.param("加微丶信", "微信", "微丶信", id="a stroke between"),
    pytest.param("增强免疫疫力", "免疫力", "免疫疫力", id="a character twice"),
    pytest.param("增强免疫疫疫疫力", "免疫力", "免疫疫疫疫力", id="a character four times"),
]
INNOCENT = [
    pytest.param("周末来了", "未来", id="周末 explains 末来"),
    pytest.param("水土特产店", "士特", id="土特产"),
    pytest.param("未来可期", "末来", id="未来 is right"),
    pytest.param("已经发货了", "己经", id="已经 is right"),
    pytest.param("政氵台好", "治好", id="政治好 split"),
    pytest.param("女子吃饭", "好吃", id="女子 is a word"),
    pytest.param("日月潭的米", "明潭", id="日月 is a word"),
    pytest.param("这块木又硬又重", "权硬", id="words that stand alone"),
    pytest.param("人口普查", "入口", id="人口"),
    pytest.param("保健健康两不误", "保健康", id="a word ends as the next begins"),
    pytest.param("中国国家地理", "中国家", id="中国|国家"),
    pytest.param("含糖糖尿病人忌口", "含糖尿病", id="含糖|糖尿病"),
    pytest.param("妈妈爱吃", "爱妈吃", id="妈妈"),
    pytest.param("天天特价", "天特价", id="天天"),
    pytest.param("没有 有了", "没有了", id="a pause between"),
    pytest.param("低カロリー食品", "低力", id="a word in kana"),
    pytest.param("вода", "во", id="a word in Cyrillic"),
    pytest.param("款式-流行", "一流", id="a dash before a word"),
    pytest.param("10-20斤", "10一", id="a range"),
    pytest.param("酷睿i5处理器", "15", id="a model"),
    pytest.param("容量32L", "321", id="litres"),
    pytest.param("口干舌燥", "千舌", id="a saying"),
    pytest.param("微信", "微信", id="the phrase itself"),
    pytest.param("治治疗", "治疗", id="found as written"),
]


def _view(text: str, shapes: Shapes) -> Shape | None:
    folded = fold(text)
    places = {folded.place(start) for start in _starts(folded.bare, shapes.signs)}
    return shape(folded, shapes, places | set(_starts(folded.plain, shapes.signs)))


def _starts(text: str, signs: Sequence[str]) -> Iterator[int]:
    yield from (place for place in range(len(text)) for sign in signs if text.startswith(sign, place))


def _found(text: str, phrase: str) -> str | None:
    layout = lay_out(Listing(id="L", description=text))
    view = _view(text, shapes_of([phrase]))
    start = view.symbols.find(phrase) if view else -1
    if view is None or start < 0:
        return None
    span = view.span(start, start + len(phrase))
    place = (start, start + len(phrase))
    proven = is_redrawn(layout.folded.plain, view, place, phrase, WORDS, layout.surroundings(span))
    return text[span[0] : span[1]] if proven else None


@pytest.mark.parametrize(("text", "phrase", "surface"), REDRAWN)
def test_a_trick_of_writing_is_seen_through(text: str, phrase: str, surface: str) -> None:
    assert _found(text, phrase) == surface


@pytest.mark.parametrize(("text", "phrase"), INNOCENT)
def test_ordinary_words_are_let_be(text: str, phrase: str) -> None:
    assert _found(text, phrase) is None


PHRASES = shapes_of(["免疫力", "治疗", "第一", "微信", "权威", "100%", "vx", "最好"])


@given(text=st.text(alphabet="免兔疫力カ治氵台冶疗第—ー微丶信木又威1lo0%νx最曰取好的, ，。·🐑", max_size=120))
def test_symbols_lead_back_to_the_text_in_order(text: str) -> None:
    view = _view(text, PHRASES)
    if view is not None:
        assert len(view.symbols) == len(view.starts) == len(view.ends) == len(view.how)
        spans = list(zip(view.starts, view.ends, strict=True))
        assert all(0 <= first < last <= len(text) for first, last in spans)
        assert all(left[1] <= right[0] for left, right in pairwise(spans))


def test_only_what_lies_near_a_sign_is_drawn() -> None:
    view = _view("很" * 500 + "第—名" + "很" * 500 + "冶疗" + "很" * 500, PHRASES)
    assert view is not None
    assert len(view.symbols) < 200
    assert {view.symbols[view.symbols.index(word) :][:2] for word in ("第一", "治疗")} == {"第一", "治疗"}


@pytest.mark.parametrize("text", ["今天的米很新鲜，周末发货", "10-20斤，女子穿", "you can buy 2L of it"])
def test_ordinary_text_has_no_view(text: str) -> None:
    assert _view(text, PHRASES) is None


def test_the_facts_are_about_folded_characters() -> None:
    facts = {*alike(), *"".join(alike().values()), *glyphs().values(), *strokes()}
    assert {fact for fact in facts if fold(fact).plain != fact} == set()
    assert not strokes() & glyphs().keys()
