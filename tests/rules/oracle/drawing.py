"""Rules and documents for Hypothesis: rules made of a few words, and texts of the same words, written straight or in disguise."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

import yaml
from hypothesis import strategies as st

from monitor.documents import (
    Certificate,
    CertificateClaim,
    Document,
    Image,
    Listing,
    Price,
    Product,
    Segment,
    Seller,
    Transcript,
)

WORDS = (
    "最好",
    "有机",
    "治疗",
    "糖尿病",
    "免疫力",
    "改善睡眠",
    "增强免疫力",
    "微信",
    "全网",
    "最低",
    "国家级",
    "加",
    "吃",
    "vx",
    "100",
    "壮阳",
    "包治",
    "糖",
    "一",
    "第一",
    "ai",
    "5g",
    "未来",
    "\U00030edd面",
)
VOCABULARIES = {
    "goods": ["大米", "有机", {"text": "五常大米", "place": "五常", "product": "大米"}, "{红|白}糖", "苹果"],
    "sweet": ["糖", "甜味"],
    "cure": ["治疗", "治好", "包治", "$goods"],
}
DRAWN = {
    "治": "冶氵台", "疗": "疔疒了", "微": "徽彳攵", "免": "兔", "疫": "疲疒殳", "力": "カ", "血": "皿", "第": "笫弟苐", "一": "—-丨", "未": "末",
    "最": "最最撮日取", "有": "有有冇", "好": "女子", "机": "木几", "糖": "米唐溏", "病": "疒丙", "信": "亻言訫", "低": "底亻氐", "国": "囯", "级": "圾纟及",
    "0": "oО○", "1": "l", "加": "力口", "网": "冈", "吃": "口乞", "全": "仝", "家": "冢",
}  # fmt: skip
"""Character → what is written for it: some for one character, some one after the other."""
DISGUISES = {
    "最": "蕞朂嘴", "好": "恏郝", "有": "冇鸟又", "机": "機鸡基", "治": "冶智", "疗": "療廖", "糖": "醣塘", "病": "疒并", "免": "勉",
    "疫": "役亿一", "力": "利厉", "微": "薇威", "信": "亻心芯", "网": "網往", "低": "底氐", "国": "國囯", "家": "傢佳🏠", "级": "級吉",
    "阳": "羊🐑陽", "壮": "壯", "米": "咪", "元": "圆", "加": "➕茄", "心": "❤",
}  # fmt: skip
SPELLED = {
    "治": "zhi",
    "疗": "liao",
    "好": "hao",
    "最": "zui",
    "有": "you",
    "机": "ji",
    "微": "wei",
    "信": "xin",
    "阳": "yang",
}
INSERTED = "丶丨 |·*\u200b【】~🍎-、/\u3000.\ufe0f\U000e0101\U00030001\ue001"
MARKS = ("", "", "", "", "，", "。", "！", "?", "；", ":", "\n", " ", "…")
AMOUNTS = (
    "100元", "五十块", "￥99", "九成", "3天", "50%", "6万", "十几单", "2斤", "一", "50,001元", "五 万 元", "对折", "三 个半小时", "3w多", "百分之九十", "1,5", "99,",
    "九块九毛五分钱", "两个百分点", "12", "3 多 公 斤",
)  # fmt: skip
AROUND = (
    "不是",
    "没有",
    "不能",
    "吗",
    "最好先",
    "的",
    "别信",
    "他们说",
    "我们",
    "真的",
    "会",
    "机会",
    "吃饭",
    "a",
    "1",
    "政",
    "，",
    "好",
    "这款苹果啊",
    "今天上大米",
    "\U00030edd",
    "\U000f0001",
    ",",
)
GAPS = st.one_of(st.just(" .. "), st.integers(0, 40).map(lambda size: f" ..{size} "))

words = st.sampled_from(WORDS)
seconds = st.sampled_from([1, 4, 16, 60])
quantities = st.sampled_from(
    ["<yuan>", "<yuan > 50>", "<yuan <= 99>", "<percent>", "<day>", "<number>", "<piece>", "<gram >= 500>"]
)
vocabularies = st.sampled_from(["$goods", "$cure", "$sweet"])
alternatives = st.lists(st.one_of(words, words, vocabularies), min_size=1, max_size=3).map("|".join)
braces = st.one_of(
    alternatives.map(lambda some: f"{{{some}}}"),
    st.tuples(alternatives, words).map(lambda pair: f"{{{pair[0]}|}}{pair[1]}"),
    st.tuples(words, alternatives).map(lambda pair: f"{pair[0]}{{{pair[1]}|}}"),
)
joints = st.one_of(st.just(""), st.just(""), GAPS)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    """A pattern that mostly loads."""
    pieces = [draw(st.one_of(words, vocabularies, braces))]
    for _ in range(draw(st.integers(0, 3))):
        pieces += [draw(joints), draw(st.one_of(words, words, braces, vocabularies, quantities))]
    if not draw(st.integers(0, 4)):
        pieces = [draw(quantities), draw(joints), *pieces]
    return "".join(pieces)


many_patterns = st.lists(patterns(), min_size=1, max_size=3)
withins = st.sampled_from(["clause", "sentence", "field", "nearby"])
windows = st.fixed_dictionaries({"seconds": seconds})
moments = st.one_of(
    st.fixed_dictionaries({"after": seconds}),
    st.fixed_dictionaries({"before": seconds, "after": seconds}),
    st.fixed_dictionaries({"around": seconds}),
)
starts = st.fixed_dictionaries({"start": seconds})
scopes = st.one_of(st.sampled_from(["overlap", "clause", "sentence", "field", "document"]), moments, starts)


@st.composite
def matchers(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """A matcher of one or several patterns, or of parts that stand together."""
    matcher: dict[str, Any] = {"id": name}
    if draw(st.integers(0, 2)):
        matcher["text"] = draw(many_patterns)
    else:
        parts = st.one_of(many_patterns, quantities.map(lambda one: [one]), st.sampled_from([["吃"], ["加"]]))
        matcher["all"] = draw(st.permutations([draw(many_patterns), *draw(st.lists(parts, min_size=1, max_size=2))]))
    for key, values in (
        ("within", withins),
        ("boundaries", st.sampled_from(["both", "start", "end", "none"])),
        ("variants", st.sampled_from(["all", "all", "none"])),
        (
            "fields",
            st.sampled_from([["title"], ["attributes.产地", "speech"], ["images", "description"], ["attributes"]]),
        ),
    ):
        if not draw(st.integers(0, 2 if key != "fields" else 5)):
            matcher[key] = draw(values)
    if "all" in matcher and not draw(st.integers(0, 2)):
        matcher["within"] = draw(windows)
    return matcher


identifiers = st.fixed_dictionaries(
    {
        "type": st.sampled_from([["food-production"], ["organic", "gi"]]),
        "verdict": st.just(["well-formed", "malformed"]),
    }
)
facts = st.one_of(
    st.fixed_dictionaries({"text": patterns()}),
    st.fixed_dictionaries({"text": patterns(), "scope": starts}),
    st.fixed_dictionaries({"date": st.sampled_from([{"from": "2026-10-20"}, {"to": "2026-11-12"}])}),
    st.fixed_dictionaries(
        {
            "field": st.sampled_from(["registry.gi.region", "registry.organic.scope"]),
            "equals": st.just(["五常", "大米"]),
        }
    ),
    st.fixed_dictionaries(
        {"field": st.sampled_from(["registry.gi.region", "seller.type", "attributes.配料", "price"])}
    ),
    st.fixed_dictionaries({"field": st.just("seller.type"), "equals": st.just(["company", "cooperative"])}),
    st.fixed_dictionaries({"category": st.sampled_from(["food", "food.agri", "goods"])}),
    st.fixed_dictionaries({"field": st.just("attributes.*"), "has": many_patterns}),
    st.fixed_dictionaries({"certificate": st.sampled_from(["organic", "food-production"])}),
    st.fixed_dictionaries(
        {
            "nutrition": st.sampled_from(["无糖", ["低脂肪", "无糖"], "富含硒"]),
            "verdict": st.sampled_from(["met", "unmet"]),
        }
    ),
    st.fixed_dictionaries({"function": st.sampled_from(["current", "old", "registered", ["unregistered", "old"]])}),
    st.fixed_dictionaries(
        {"duty": st.sampled_from(["production-licence", "seven-day-return", "compliance-certificate"])}
    ),
)
conditions = st.one_of(
    facts,
    st.fixed_dictionaries({"text": many_patterns, "scope": scopes}),
    st.fixed_dictionaries({"text": patterns(), "scope": moments}),
    st.fixed_dictionaries(
        {"context": st.sampled_from(["negated", "questioned", "warned", "quoted", "advised", "refused"])}
    ),
    st.fixed_dictionaries({"speaker": st.sampled_from(["viewer", "host"])}),
    st.fixed_dictionaries({"field": st.sampled_from(["attributes.产地", "title"]), "lacks": many_patterns}),
    st.fixed_dictionaries({"field": st.just("attributes.产地"), "lacks": st.just("@place")}),
    st.fixed_dictionaries({"origin": st.sampled_from(["inside", "outside"])}),
    st.fixed_dictionaries({"field": st.just("attributes.品牌"), "named": st.just(True)}),
    st.fixed_dictionaries(
        {"field": st.just("price.current"), "under": st.one_of(st.just("said"), st.integers(1, 200))}
    ),
)
ranges = st.sampled_from(
    [
        {"kinds": ["listing"]},
        {"categories": ["food"]},
        {"categories": ["food.agri"], "unknown": False},
        {"except_categories": ["food.agri"], "unknown": False},
        {"except_categories": ["food"]},
    ]
)


@st.composite
def rules(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """A rule of one of the five shapes."""
    rule: dict[str, Any] = {
        "id": f"t.rule-{number}",
        "title": "规则",
        "category": "absolute",
        "severity": "medium",
        "basis": [{"law": "法"}],
        "message": "「{match}」",
        "remedy": "删除",
        "examples": {"flag": ["a", "b"], "pass": ["c", "d"]},
    }
    shape = draw(st.sampled_from(["claim"] * 6 + ["requires", "conflict", "repeat", "missing"]))
    if shape == "missing":
        rule["missing"] = {draw(st.sampled_from(["any", "all"])): draw(st.lists(facts, min_size=1, max_size=2))}
        rule["applies"] = draw(ranges) | {"when": draw(st.lists(facts, max_size=2))}
        return rule
    rule["match"] = {"any": [draw(matchers(name)) for name in ("one", "two")[: draw(st.integers(1, 2))]]}
    if not draw(st.integers(0, 7)):
        rule["match"]["any"].append({"id": "number", "identifier": draw(identifiers)})
    rule["unless"] = [draw(conditions) | {"id": f"c{place}"} for place in range(draw(st.integers(0, 2)))]
    if rule["unless"] and len(rule["match"]["any"]) > 1 and draw(st.booleans()):
        rule["unless"][0]["matchers"] = ["two"]
    if not draw(st.integers(0, 5)):
        rule["applies"] = draw(ranges)
    if shape == "repeat":
        rule["repeat"] = {"times": draw(st.integers(2, 3)), "within": draw(st.sampled_from([5, 20, 60]))}
    elif shape != "claim":
        rule[shape] = {draw(st.sampled_from(["any", "all"])): draw(st.lists(conditions, min_size=1, max_size=2))}
    return rule


@st.composite
def rulebooks(draw: st.DrawFn) -> str:
    """The text of a ``rules.yaml``."""
    book = {
        "rulebook": "test",
        "vocabulary": VOCABULARIES | ({"brands": ["最好吃", "全网有机"]} if draw(st.booleans()) else {}),
        "rules": [draw(rules(number)) for number in range(draw(st.integers(1, 3)))],
    }
    return yaml.safe_dump(book, allow_unicode=True, sort_keys=False)


@st.composite
def disguised(draw: st.DrawFn, word: str) -> str:
    """A word as it is written, or with one trick."""
    trick = draw(st.integers(0, 13))
    place = draw(st.integers(0, len(word) - 1))
    if trick == 0:
        others = DISGUISES.get(word[place], word[place])
        return word[:place] + draw(st.sampled_from(others)) + word[place + 1 :]
    if trick == 1:
        return word[:place] + SPELLED.get(word[place], word[place]) + word[place + 1 :]
    if trick == 2:
        return draw(st.text(INSERTED, min_size=1, max_size=2)).join(word)
    if trick == 3:
        return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in word)
    if trick == 4:
        return word[: place + 1] + draw(st.sampled_from([*INSERTED, "，"])) + word[place + 1 :]
    if trick == 5:
        return word.upper()
    if trick in {6, 7}:
        written = DRAWN.get(word[place], word[place] * draw(st.integers(2, 3)))
        size = draw(st.integers(1, 2))
        first = draw(st.integers(0, len(written) - 1))
        return word[:place] + written[first : first + size] + word[place + 1 :]
    return word


texts = st.lists(
    st.tuples(
        st.one_of(
            words.flatmap(disguised),
            words.flatmap(disguised),
            st.sampled_from(["大米", "五常大米", "红糖", "治好", "苹果"]).flatmap(disguised),
            st.sampled_from(["SC10133010800019", "123OP1200001", "AGI00012", "SC1013301080001"]),
            st.sampled_from(AMOUNTS),
            st.sampled_from(AROUND),
        ),
        st.sampled_from(MARKS),
    ),
    min_size=1,
    max_size=9,
).map(lambda pieces: "".join(word + mark for word, mark in pieces))


times = st.sampled_from([None, None, datetime(2026, 11, 1, tzinfo=UTC)])
sellers = st.sampled_from([None, None, Seller(name="五常大米合作社"), Seller(name="苹果有限公司")])
RECORDS = (
    Certificate("gi", "AGI00012", region="五常"),
    Certificate("organic", "123OP1200001", scope=("大米", "苹果")),
    Certificate("health-food", "国食健注G20210533", scope=("有助于改善睡眠",)),
)


@st.composite
def listings(draw: st.DrawFn, name: str = "L") -> Listing:
    """A listing of up to five fields."""
    attributes = st.dictionaries(
        st.sampled_from(["产地", "配料", "品牌", "营养成分", "保健功能"]),
        st.one_of(
            texts,
            st.sampled_from(
                ["五常", "最好吃", "吉林松原", "黑龙江", "每100g：糖0.2g，脂肪5g", "每份：糖9g", "增强免疫力"]
            ),
        ),
    )
    return Listing(
        id=name,
        title=draw(st.one_of(st.none(), texts, st.sampled_from(["五常大米 5斤", "红富士苹果"]))),
        description=draw(texts),
        category=draw(st.sampled_from([None, None, "food.agri.grain", "goods", "food.health", "food.prepacked.snack"])),
        attributes=draw(attributes),
        observed_at=draw(times),
        seller=draw(sellers),
        price=Price(current=draw(st.sampled_from([None, Decimal(9), Decimal(100)]))),
        certificates=draw(
            st.sampled_from(
                [
                    (),
                    (CertificateClaim("organic", "123OP1200001"),),
                    (CertificateClaim("gi", "AGI00012"),),
                    (CertificateClaim("health-food", "国食健注G20210533"),),
                ]
            )
        ),
        images=tuple(Image(text=text) for text in draw(st.lists(texts, max_size=1))),
    )


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """A stream in pieces, some as short as a character, with a listing shown or none."""
    said = draw(texts) + draw(texts)
    cuts = sorted({0, *draw(st.lists(st.integers(0, len(said)), max_size=8)), len(said)})
    step = draw(st.sampled_from([None, 1.0, 4.0, 15.0]))
    untimed = draw(st.sampled_from([0, 0, 2, 3]))
    confidence = draw(st.sampled_from([None, 0.9]))
    segments = tuple(
        Segment(
            said[first:last],
            start=None if step is None or (untimed and index % untimed == 0) else index * step,
            speaker=draw(st.sampled_from([None, "host", "viewer"])),
            confidence=confidence,
        )
        for index, (first, last) in enumerate(pairwise(cuts))
    )
    products = draw(st.lists(st.tuples(listings(), st.sampled_from([0.0, 4.0, 20.0])), max_size=2))
    return Transcript(
        id="T",
        segments=segments or (Segment(said),),
        started_at=draw(times),
        seller=draw(sellers),
        products=tuple(Product(listing, from_) for listing, from_ in products),
    )


documents: st.SearchStrategy[Document] = st.one_of(listings(), transcripts())
