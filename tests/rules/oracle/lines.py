"""Ordinary lines by a seed: sentences of the samples and of the labelled cases, and what shops write, from a small grammar."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from monitor.documents import Listing, decode_envelope
from monitor.formats.read import read_paths

ROOT = Path(__file__).parents[3]

_GRAMMAR: dict[str, list[str]] = {
    "line": ["<goods><fact>", "<goods><fact>，<fact>", "<who><does>，<fact>。", "<ask>？<answer>。", "<term>。<term>。", "<goods> <amount> <pack>"],
    "goods": [
        "红富士苹果", "五常大米", "土鸡蛋", "农家蜂蜜", "手工粉条", "三合钢菜刀", "纯棉毛巾", "不锈钢锅", "儿童水杯",
        "苦荞茶", "牛肉干", "洗衣液", "羊毛围巾",
        "桂味荔枝", "有机蔬菜礼盒", "中老年奶粉", "雪山泉水", "竹炭牙刷", "电热毯", "种子", "尿素化肥",
    ],
    "fact": [
        "口感<taste>", "净重<amount>", "今天<act>", "<time>发货", "保质期<number>个月", "比上次买的<taste>", "<who>都说<taste>", "包装<taste>，没有破损",
        "适合<who>", "不含<thing>", "放冰箱能放<number>天", "价格<amount>", "产自<place>", "第<number>次回购了", "就是有点<taste>",
    ],
    "taste": ["很好", "还行", "一般", "最甜的时候是下午", "脆甜", "不错", "偏咸", "细腻", "挺好吃", "没有想象中好", "比较软"],
    "who": ["老人", "孩子", "我家里人", "客服", "卖家", "朋友", "邻居阿姨", "我妈", "大家", "主播"],
    "does": ["说可以退", "回复很慢", "推荐我买的", "给我加了<amount>", "最好提前一天打电话", "让我等<number>天", "送了一小包<thing>", "帮我换了一个"],
    "act": ["到货", "下单", "拆开", "试吃", "包邮", "特价", "做活动", "领券"],
    "ask": ["这个能<verb>吗", "有没有<thing>", "治疗感冒有用吗", "是不是<place>的", "多久能到", "能不能便宜点", "这是<goods>吗"],
    "verb": ["退换", "冷冻", "微波炉加热", "机洗", "给孕妇吃", "开发票", "放心吃"],
    "answer": ["不能", "可以的", "以页面为准", "没有这种功效", "请看详情", "<number>天左右", "是的，<place>产的", "最好问一下医生"],
    "term": ["坏果<number>小时内拍照包赔", "满<amount>减<number>元", "偏远地区加运费<amount>", "拍下后<time>发出", "不支持<verb>", "第<number>件半价", "库存还有<number>件"],
    "thing": ["添加糖", "防腐剂", "说明书", "合格证", "赠品", "发票", "香精", "微信群", "检测报告"],
    "place": ["陕西洛川", "黑龙江", "云南山里", "我们村", "内蒙古", "国内", "福建安溪"],
    "pack": ["礼盒装", "家庭装", "独立小包", "试吃装", "新鲜现摘", "全国包邮"],
    "time": ["当天", "两天内", "<number>小时内", "明天上午", "周末"],
    "amount": ["<number>元", "<number>斤", "<number>克", "<number>毫升", "￥<number>.9", "<number>块九", "百分之<number>", "<number>%"],
    "number": ["一", "两", "三", "十", "十五", "半", "3", "5", "12", "24", "48", "99", "500", "几", "三五"],
}  # fmt: skip


@cache
def _sentences() -> tuple[str, ...]:
    """Every sentence and attribute of the samples and the labelled cases, a line each."""
    documents = [item.envelope.document for item in read_paths([ROOT / "samples"], on_error=lambda _: None)]
    for name in ("cases", "hard_cases"):
        lines = (ROOT / "tests" / "data" / f"{name}.jsonl").read_bytes().splitlines()
        documents += [decode_envelope(line).document for line in lines]
    texts = [
        text
        for document in documents
        for text in (
            (document.title, document.description, *document.attributes.values())
            if isinstance(document, Listing)
            else (segment.text for segment in document.segments)
        )
        if text
    ]
    return tuple(dict.fromkeys(one for text in texts for one in re.findall(r"[^。！？\n]{2,200}[。！？]?", text)))


def ordinary_lines(count: int, chance: random.Random) -> Iterator[str]:
    """So many lines: one in four as it stands in a document, one in four made of two halves, the rest from the grammar."""
    sentences = _sentences()
    for number in range(count):
        if number % 4 == 0:
            yield chance.choice(sentences)
        elif number % 4 == 1:
            left, right = chance.choice(sentences), chance.choice(sentences)
            yield left[: len(left) // 2] + right[len(right) // 2 :]
        else:
            yield _say("line", chance)


def _say(name: str, chance: random.Random) -> str:
    return re.sub(r"<(\w+)>", lambda part: _say(part[1], chance), chance.choice(_GRAMMAR[name]))
