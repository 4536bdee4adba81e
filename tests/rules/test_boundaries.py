"""Words that only hold a listed one are no claims: 有机 in 有机会, 治好 in 政治好, 最后一天 and 第一次 as order in time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from monitor.documents import Document, Listing, Segment, Transcript
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

ROOT = Path(__file__).parents[2]
CARRIERS = {
    "有机会": [
        "有机会来我们果园玩",
        "以后有机会再给大家讲",
        "大家都有机会抢到",
        "没有机会了吗？还有机会",
        "新来的家人也有机会领福袋",
        "有 机会一起去看看",
        "你有机会试试",
        "这里什么都有机器在后面",
        "有机率抽到",
        "这批货里有机灵的小螃蟹",
        "一有机会就上新",
    ],
    "政治好": [
        "他政治好，历史差",
        "我儿子政治好得很",
        "那时候学政治好难",
        "老师说政治好好背就行",
        "政治好的同学教教我",
        "把政治好好学一学",
        "搞政治好累",
    ],
    "最后一天": [
        "昨天是采摘的最后一天",
        "今天是我实习的最后一天",
        "活动最后一天大家辛苦了",
        "假期最后一天在家收拾东西",
        "展会的最后一天人很多",
        "八月的最后一天下雨了",
        "最后一天我们去了县城",
    ],
    "第一次": [
        "第一次来的朋友点个关注",
        "第一次使用前请清洗",
        "我第一次直播有点紧张",
        "第一次吃这种果子",
        "第一次煮要多放点水",
        "第一次下单的宝宝看这里",
        "这是我第一次来新疆",
        "第 一 次用先开盖晾一晾",
    ],
}
ROWS = [(word, text) for word, texts in CARRIERS.items() for text in texts]


@pytest.fixture(scope="module")
def shipped() -> Scanner:
    return Scanner(load_rulebook(ROOT / "rules.yaml"))


@pytest.mark.parametrize(("word", "text"), ROWS, ids=[f"{word}: {text}" for word, text in ROWS])
def test_it_is_no_claim_written_or_spoken(shipped: Scanner, word: str, text: str) -> None:
    heard = "".join(character for character in text if character not in "，？")
    documents: list[Document] = [
        Listing(id="L", title="红富士苹果 5斤", description=text),
        Transcript(id="T", segments=(Segment(text=text, start=0.0),)),
        Transcript(id="T", segments=(Segment(text=f"家人们{heard}啊", start=0.0, confidence=0.8),)),
    ]
    for document in documents:
        assert shipped.scan(document, date(2026, 11, 1)).flags == ()


def test_the_words_themselves_are_claims(shipped: Scanner) -> None:
    for text in ("这是有机苹果", "能把高血压治好", "我们销量第一"):
        document = Listing(id="L", title="红富士苹果 5斤", description=text)
        assert shipped.scan(document, date(2026, 11, 1)).flags, text
