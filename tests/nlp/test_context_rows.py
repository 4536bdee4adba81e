"""Each context by rows: what stands in it and what only looks so, as written and as a recogniser gives it, without marks.

「…」 holds the claim.
"""

from __future__ import annotations

import re

import pytest

from monitor.documents import Segment, Transcript
from monitor.nlp.context import contexts, see
from monitor.nlp.layout import lay_out

HOLDS = {
    "negated": [
        "我可不敢说能「治病」",
        "家人们，这个真的不能「治病」，就是普通糖果",
        "它不是什么「国家级」产品，大家别误会",
        "说实话，它没有「降血糖」的作用",
        "我们不保证「百分百有效」，每个人体质不一样",
        "普通食品，不具有「增强免疫力」的功能",
        "「包治百病」是不可能的，别多想",
        "咱家从来不卖「野生」的，都是养殖",
    ],
    "questioned": [
        "有人问，能不能「治病」",
        "这个能「降血糖」吗？不能",
        "刚才有家人问我，是不是「有机」的",
        "老师，请问一下，这个「减肥」有没有用",
        "会不会「全网最低」，我也不知道",
        "有个宝妈问，孩子吃了能不能「长高」",
    ],
    "quoted": [
        "他们说这个能「治百病」",
        "网上传，喝这个能「抗癌」",
        "所谓的「国家级」，都是自己封的",
        "听说有商家号称「全网最低」",
        "「国家级、最高级」这些词，平台不让用",
        "「三天瘦十斤」这种话，你们听过吧",
    ],
    "warned": [
        "别信那些「治癌症」的",
        "大家要当心，有人打着「包治百病」的幌子",
        "不要相信「三天降压」，骗人的",
        "谨防「刷单返利」，都是骗子",
        "说能「根治糖尿病」的，都是骗人的",
        "「保证瘦十斤」这种，千万别信",
        "要是有人跟你说「包治」，别上当",
    ],
    "advised": [
        "「最好」先泡半小时",
        "开封以后，「最好」冷藏",
        "「最好」别空腹吃",
        "「最好」在三天内吃完",
        "收到货，「最好」当天拆开看看",
        "「最好」提前一天解冻",
        "「最好」用凉水洗",
    ],
    "aspiration": [
        "我们追求「最好」的品质",
        "努力做到「最好」，是我们的目标",
        "我们一直致力于做「最好」的米",
        "希望给大家「最好」的体验",
        "秉承「质量第一」，服务至上",
        "争取把「最优」的价格给到大家",
        "「质量第一」是我们的宗旨",
    ],
    "self-compared": [
        "我们家里面，这款是「最甜」的",
        "要说糖度，这四个里头「最甜」的是黄金",
        "本店「最大」的一款，力气小的别拍",
        "这三款里，它「最辣」",
        "今年「最好」的一批，就这些了",
        "同系列中「最轻」的那款",
    ],
    "ordinal": [
        "「第一」次来的朋友点个关注",
        "「第一」步，先洗干净",
        "今天是活动「最后」一天",
        "恭喜你，是今天「第一」个下单的",
        "「第一」批货，明天到",
        "「第一」季，讲的是种植",
        "你是「第一」位",
    ],
    "conditional": [
        "如果能「治好」，我也想吃",
        "要是「全网最低」，我早卖光了",
        "假如它「包治百病」，还要医院干嘛",
        "万一「无效」，你找我",
        "哪怕是「国家级」的，也得检测",
        "倘若真能「根治」，我给你磕头",
    ],
    "historical": [
        "以前我们有「有机」证，今年到期了",
        "我们过去是「全网最低」，现在不是了",
        "之前做过「零添加」，后来停了",
        "我早年代理过「国宴」酒，后来不干了",
        "我们曾经是「销量第一」，那是十年前",
        "「有机」证到期了，没有续",
    ],
    "corrected": [
        "这是「最好」的米/哎不对，说错了，是不错的米",
        "「全网最低」，不对，口误，是今天的活动价",
        "「有机」的/更正一下，是绿色食品",
        "「纯天然」，啊我讲错了，不能这么说",
        "能「治病」/这话不对，我收回",
        "「国家级」的/纠正一下，是省级的",
    ],
}
DOES_NOT_HOLD = {
    "negated": [
        "不是不能「治病」，是要坚持",
        "不得不说，这是「最好」的",
        "没有一个不是「有机」的",
        "不仅「治病」，还养生",
        "不打农药的「有机」大米",
        "不信你试试，「全网最低」",
        "没有比这「更便宜」的了",
        "别人家没有，我们「全网最低」",
    ],
    "questioned": [
        "难道不是「最好」的吗？",
        "能不能「降血糖」？能啊，一定能",
        "谁不知道我们「全网最低」？",
        "「全网最低」，还用问吗？",
        "「治病」，知道吗？",
        "你说是不是「最好」的？",
    ],
    "quoted": [
        "老顾客都说好，这是「最好」的",
        "专家说，这个能「治病」",
        "客户说吃了能「降血糖」",
        "我跟大家说，「全网最低」",
        "他们说贵，但我们是「全网最低」",
        "患者亲口说的，「治好」了",
    ],
    "warned": [
        "小心手，别扎着，这个「治病」",
        "不用去医院，这个能「治病」",
        "别买别家的，买我家，「全网最低」",
        "千万别错过，「全网最低」",
        "少去医院，多喝这个，能「治病」",
        "别去超市了，我们「全网最低」",
        "不用小心，「百分百有效」",
    ],
    "advised": [
        "这是「最好」的米",
        "「最好」吃",
        "我们家「最好」",
        "「最好」的品质",
        "卖得「最好」",
        "「最好」最便宜",
    ],
    "aspiration": [
        "我们已经做到「最好」",
        "经过努力，已经是「最好」的了",
        "我们就是「最好」的",
        "为了大家，我们做到了「最好」",
        "你要的「最好」，在这里",
        "这是「最好」的",
    ],
    "self-compared": [
        "我们家是全网「最甜」的",
        "本店全国「最低」价",
        "我家的米，行业里「最好」",
        "这款是市面上「最甜」的",
        "我们家「最甜」，没有之一",
        "这几款，全球「最好」",
    ],
    "ordinal": [
        "销量「第一」的大米",
        "全国「第一」品牌",
        "口感「第一」",
        "我们是行业「第一」",
        "「第一」名的品质",
        "品质「第一」",
    ],
    "conditional": [
        "如果不信就去查，这是「全网最低」",
        "如果你胖，那就喝它，保证「瘦十斤」",
        "要是有高血压，坚持喝，一定能「治好」",
        "不管怎样，这是「最好」的",
        "如果血糖高，喝这个就能「降血糖」",
        "这是「国家级」的，如果喜欢就拍",
    ],
    "historical": [
        "以前贵，现在「全网最低」",
        "从以前到现在，一直「销量第一」",
        "至今「销量第一」",
        "以前没有，如今「有机」认证了",
        "过去三年，到现在还是「销量第一」",
        "之前卖得贵，今天「全网最低」",
    ],
    "corrected": [
        "「全网最低」，没错",
        "「最好」的米，对不对",
        "「有机」的，我没说错吧",
        "不对比不知道，「全网最低」",
        "我说错了吗？「全网最低」",
        "「治病」，我敢说",
    ],
}
_MARKS = re.compile("[，。！？；：、]")


def rows(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    """Every row, and every row once more without its marks."""
    written = [(context, text) for context, texts in table.items() for text in texts]
    heard = [(context, _MARKS.sub("", text)) for context, text in written if _MARKS.search(text)]
    return written + heard


def stands_in(context: str, text: str) -> bool:
    """Whether the claim of a row stands in a context."""
    segments = tuple(Segment(text=line) for line in text.replace("「", "").replace("」", "").split("/"))
    start, end = text.index("「"), text.index("」") - 1
    return see(context, lay_out(Transcript(id="T", segments=segments)), (start, end)) is not None


@pytest.mark.parametrize(("context", "text"), rows(HOLDS), ids=[f"{c}: {t}" for c, t in rows(HOLDS)])
def test_a_claim_stands_in_its_context(context: str, text: str) -> None:
    assert stands_in(context, text)


@pytest.mark.parametrize(("context", "text"), rows(DOES_NOT_HOLD), ids=[f"{c}: {t}" for c, t in rows(DOES_NOT_HOLD)])
def test_what_only_looks_so_is_a_claim(context: str, text: str) -> None:
    assert not stands_in(context, text)


def test_the_contexts_of_the_language_are_all_here() -> None:
    assert set(HOLDS) == set(DOES_NOT_HOLD) == set(contexts()) - {"refused", "cautioned"}
    assert all(len(texts) >= 6 for table in (HOLDS, DOES_NOT_HOLD) for texts in table.values())
