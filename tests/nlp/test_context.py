"""One table for each context: what stands in it, and what only looks so."""

from __future__ import annotations

import pytest

from monitor.documents import Segment, Transcript
from monitor.nlp.context import contexts, see
from monitor.nlp.layout import lay_out

HOLDS = [
    ("negated", "我可不敢说能治病", "治病"),
    ("negated", "这个不治病", "治病"),
    ("negated", "不是有机的，就是普通种植", "有机"),
    ("negated", "它不能降血糖", "降血糖"),
    ("refused", "我不敢跟你说这是最好的", "最好"),
    ("questioned", "有人问这个是不是/有机的", "有机"),
    ("questioned", "喝了能减肥吗？不能", "减肥"),
    ("quoted", "网上说这个能治百病", "治百病"),
    ("warned", "包治百病的那种膏药，家里老人千万看住了", "包治百病"),
    ("warned", "别信那些治癌症的", "治癌症"),
    ("cautioned", "糖尿病患者请遵医嘱", "糖尿病"),
    ("advised", "最好先泡半小时", "最好"),
    ("aspiration", "我们追求最好的品质", "最好"),
    ("self-compared", "要说糖度，这四个里头最甜的是维纳斯黄金", "最甜"),
    ("ordinal", "恭喜你是今天第一个下单的", "第一"),
    ("conditional", "如果能治好我也想吃", "治好"),
    ("historical", "以前我们有有机证，今年到期了", "有机"),
    ("corrected", "这是最好的米/哎不对，说错了，是不错的米", "最好"),
]
DOES_NOT_HOLD = [
    ("negated", "不是不能治病", "治病"),
    ("negated", "不打农药的有机大米", "有机"),
    ("negated", "不仅治病，还养生", "治病"),
    ("questioned", "难道不是最好的吗", "最好"),
    ("questioned", "能不能降血糖？能啊，一定能", "降血糖"),
    ("self-compared", "我们家是全网最甜的", "最甜"),
    ("ordinal", "销量第一的大米", "第一"),
]


def _stands_in(context: str, text: str, words: str) -> bool:
    document = Transcript(id="T", segments=tuple(Segment(text=line) for line in text.split("/")))
    layout = lay_out(document)
    start = layout.text.find(words)
    if start < 0:
        return False
    return see(context, layout, (start, start + len(words))) is not None


@pytest.mark.parametrize(("context", "text", "words"), HOLDS, ids=[f"{c}: {t}" for c, t, _ in HOLDS])
def test_a_claim_stands_in_its_context(context: str, text: str, words: str) -> None:
    assert _stands_in(context, text, words)


@pytest.mark.parametrize(("context", "text", "words"), DOES_NOT_HOLD, ids=[f"{c}: {t}" for c, t, _ in DOES_NOT_HOLD])
def test_what_only_looks_so_does_not(context: str, text: str, words: str) -> None:
    assert not _stands_in(context, text, words)


def test_every_context_is_tried_here() -> None:
    assert set(contexts()) == {context for context, _, _ in HOLDS}
