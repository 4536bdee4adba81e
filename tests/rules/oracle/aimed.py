"""Patterns for Hypothesis, with texts that nearly or just fit them: as much lies between as a gap allows, or one character more.

Most of what is drawn here is found, so that a screen that drops too much is seen at once.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import yaml
from hypothesis import strategies as st
from rules.oracle.drawing import DISGUISES, disguised

from monitor.documents import Document, Image, Listing, Segment, Transcript

WORDS = (
    "最好", "有机", "治疗", "糖尿病", "微信", "全网最低", "免疫力", "国家级", "五常大米", "糖", "加", "vx", "5g", "ai助手", "壮阳", "第一", "一", "包治百病",
    "\U00030edd面",
)  # fmt: skip
AMOUNTS = {
    "<yuan>": ("100元", "五十块", "￥99", "¥ 8", "五 万 元", "九块九毛五分钱", "50,001元", "六万多块钱"),
    "<yuan > 50>": ("100元", "三十块", "￥99.5"),
    "<hour>": ("三个半小时", "3 多 个 半 小 时", "3h"),
    "<percent>": ("九成", "50%", "百分之九十", "2 个 百 分 点", "百分百"),
    "<discount>": ("对折", "八折"),
    "<number>": ("12", "3w多件", "百万"),
    "<bare>": ("399", "3w", "五万两千八"),
    "<gram>": ("2斤", "3 多 公 斤", "五斤半"),
}
FILLING = (
    "的",
    "啊",
    "很",
    "的",
    "啊",
    "很",
    "a",
    "，",
    ",",
    "1,500",
    "·",
    " ",
    "🍎",
    "\U000f0001",
    "一",
    "。",
    "\n",
    "得",
)
GAPS = (0, 0, 1, 2, 3, 6, 12, 40)
SEVERAL = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True)

Aim = tuple[str, list[tuple[str, ...]], list[int]]
"""A pattern, the ways to write each of its steps, and the gap before each."""


@st.composite
def aims(draw: st.DrawFn) -> Aim:
    """A pattern of words and quantities."""
    steps: list[tuple[str, tuple[str, ...]]] = []
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.integers(0, 2)):
            some = tuple(draw(SEVERAL))
            steps.append(("{" + "|".join(some) + "}", some))
        else:
            amount = draw(st.sampled_from(sorted(AMOUNTS)))
            steps.append((amount, AMOUNTS[amount]))
    if all(text.startswith("<") for text, _ in steps):
        steps[draw(st.integers(0, len(steps) - 1))] = ("最好", ("最好",))
    gaps = [0, *(draw(st.sampled_from(GAPS)) for _ in steps[1:])]
    pattern = " ".join(f"..{gap} {text}" if gap else text for gap, (text, _) in zip(gaps, steps, strict=True))
    return pattern, [ways for _, ways in steps], gaps


def sounding(word: str) -> st.SearchStrategy[str]:
    """A word with one character that sounds alike, where one is known."""
    ways = [
        word[:place] + other + word[place + 1 :]
        for place, character in enumerate(word)
        for other in DISGUISES.get(character, ())
    ]
    return st.sampled_from([word, *ways])


@st.composite
def written(draw: st.DrawFn, aim: Aim) -> str:
    """A text for a pattern."""
    text = ""
    for ways, gap in zip(aim[1], aim[2], strict=True):
        size = draw(st.sampled_from([0, 0, max(0, gap - 1), gap, gap, gap + 1]))
        text += "".join(draw(st.lists(st.sampled_from(FILLING), min_size=min(size, 3), max_size=min(size, 3))))
        text += (
            draw(st.sampled_from(["的" * (size - 3), "啊1,500斤".rjust(size - 3, "的")]))
            if size > 6
            else "的" * (size - 3)
        )
        way = draw(st.sampled_from(ways))
        text += (
            way
            if any(character in "0123456789多元块" for character in way)
            else draw(st.one_of(disguised(way), sounding(way)))
        )
    return text


@st.composite
def books(draw: st.DrawFn) -> tuple[str, list[list[Aim]]]:
    """A rulebook of plain claims, and the patterns of each matcher, part by part."""
    rules, every = [], []
    for number in range(draw(st.integers(1, 4))):
        parts = draw(st.lists(aims(), min_size=1, max_size=draw(st.sampled_from([1, 1, 1, 3]))))
        matcher: dict[str, Any] = {"within": draw(st.sampled_from(["clause", "clause", "sentence", "field", "nearby"]))}
        if len(parts) > 1:
            matcher["all"] = [pattern for pattern, *_ in parts]
        else:
            matcher["text"] = parts[0][0]
        matcher["boundaries"] = draw(st.sampled_from(["none", "none", "both"]))
        every.append(parts)
        rules.append(
            {
                "id": f"t.rule-{number}",
                "title": "规则",
                "category": "absolute",
                "severity": "medium",
                "basis": [{"law": "法"}],
                "match": matcher,
                "message": "「{match}」",
                "remedy": "删除",
                "examples": {"flag": ["a", "b"], "pass": ["c", "d"]},
            }
        )
    return yaml.safe_dump({"rulebook": "test", "rules": rules}, allow_unicode=True), every


@st.composite
def targets(draw: st.DrawFn) -> tuple[str, list[Document]]:
    """A rulebook, and some documents written for it."""
    book, every = draw(books())
    texts = st.sampled_from(every).flatmap(lambda parts: st.tuples(*(written(aim) for aim in parts)).map("就".join))
    listings = st.tuples(texts, texts, texts).map(_listing)
    documents = st.one_of(listings, st.tuples(texts, texts).flatmap(_streams))
    return book, draw(st.lists(documents, min_size=2, max_size=4))


def _listing(texts: tuple[str, str, str]) -> Document:
    return Listing(id="L", title=texts[0], description=texts[1], images=(Image(text=texts[2]),))


def _streams(texts: tuple[str, str]) -> st.SearchStrategy[Document]:
    said = "".join(texts)
    cuts = st.lists(st.integers(0, len(said)), max_size=3).map(lambda some: sorted({0, *some, len(said)}))
    return st.builds(
        lambda places, sure: Transcript(
            id="T",
            segments=tuple(Segment(said[first:last], confidence=sure) for first, last in pairwise(places)),
        ),
        cuts,
        st.sampled_from([None, 0.9]),
    )
