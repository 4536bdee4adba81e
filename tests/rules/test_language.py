"""What the language must be able to say: a need, a small rule, documents it flags and documents it passes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rules.writing import rule_of, write_rulebook

from monitor.documents import Certificate, decode_document
from monitor.errors import RuleError
from monitor.flags import ScanResult
from monitor.registry import Registry
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 1)
VOCABULARY = """\
vocabulary:
  disease: [肺结节, 关节疼痛, 高血压]
  effect: [改善, 缓解, 根治]
  gi: [{text: 五常大米, place: [五常]}, {text: 阳山水蜜桃, place: [无锡, 惠山]}]
"""
REGISTRY = Registry(
    [
        Certificate(
            type="organic", number="102OP2600419", holder="甲公司", scope=("苹果",), valid_to=date(2026, 12, 31)
        ),
        Certificate(type="gi", number="第3652号", holder="甲公司", region="吉林省松原市", valid_to=date(2030, 1, 1)),
    ]
)


def listing(text: str = "好货", **more: Any) -> dict[str, Any]:
    """A listing with this description."""
    return {"id": "L", "kind": "listing", "description": text, **more}


def stream(*said: tuple[float | None, str], **more: Any) -> dict[str, Any]:
    """A stream: (second, words)."""
    segments = [{"text": text} | ({} if at is None else {"start": at}) for at, text in said]
    return {"id": "T", "kind": "transcript", "segments": segments, **more}


def shown(start: float, to: float, **goods: Any) -> dict[str, Any]:
    """A product shown for so many seconds."""
    return {"from": start, "to": to, "listing": {"id": f"P{start:g}", "kind": "listing", **goods}}


def scan(tmp_path: Path, body: str, document: dict[str, Any], *, day: date = DAY) -> ScanResult:
    """What a rule with this body says of a document."""
    rulebook = load_rulebook(write_rulebook(tmp_path, rule_of(body), head=VOCABULARY))
    return Scanner(rulebook, REGISTRY).scan(decode_document(msgspec.json.encode(document)), day)


PRIZE = "match: {all: [抽奖, <yuan > 50000>], within: clause}"
TOGETHER = "match: {all: [抽奖, <yuan > 50000>], within: {seconds: 30}}"
WITHIN_AFTER = "match: {text: 保健食品}\nrequires: {text: 不能代替药物, scope: {after: 300}}"
WITHIN_AROUND = "match: {text: 保健食品}\nrequires: {text: 不能代替药物, scope: {around: 60}}"
EXCUSED_BEFORE = "match: {text: 全网最低}\nunless: [{id: drama, text: 接下来演小品, scope: {before: 60}}]"
AT_START = "applies: {kinds: transcript}\nmissing: {text: 我是数字人, scope: {start: 60}}"
FOR_HEALTH = (
    "applies: {kinds: transcript, categories: food.health, unknown: false}\n"
    "missing: {text: 不能代替药物, scope: {start: 120}}"
)
NEEDS: dict[str, tuple[str, Sequence[dict[str, Any]], Sequence[dict[str, Any]]]] = {
    "a phrase with alternatives": (
        'match: {text: "全网最{低|好|优}"}',
        [listing("全网最低"), listing("全网最优")],
        [listing("全网最新")],
    ),
    "a vocabulary": ("match: {text: $disease}", [listing("肺结节的朋友")], [listing("肺部保养")]),
    "an ordered sequence with a gap": (
        'match: {text: "$effect ..6 $disease"}',
        [listing("改善肺结节"), listing("缓解你多年的关节疼痛")],
        [listing("肺结节改善"), listing("改善，肺结节"), listing("改善睡眠和气色以及多年的肺结节")],
    ),
    "co-occurrence in a clause": (
        PRIZE,
        [listing("6万元的大奖来抽奖"), listing("抽奖送6万元")],
        [listing("抽奖啦，库存值6万元"), listing("抽奖送3元")],
    ),
    "co-occurrence in a sentence": (
        "match: {all: [抽奖, <yuan > 50000>], within: sentence}",
        [listing("抽奖啦，头奖6万元")],
        [listing("抽奖啦。货值6万元")],
    ),
    "co-occurrence within seconds": (
        TOGETHER,
        [
            stream((10, "来抽奖了"), (25, "家人们"), (40, "头奖是六万元")),
            stream((10, "头奖六万元"), (20, "大家好"), (30, "开始抽奖")),
            listing("抽奖啦。头奖6万元"),
            stream((None, "抽奖，头奖六万元")),
        ],
        [
            stream((10, "来抽奖了"), (41, "这车货值六万元")),
            listing("抽奖啦", title="价值6万元的车"),
            stream((None, "抽奖了"), (None, "货值六万元")),
        ],
    ),
    "a count over time": (
        "match: {text: 最后十单}\nrepeat: {times: 3, within: 600}",
        [stream((0, "最后十单"), (200, "最后十单"), (600, "最后十单"))],
        [stream((0, "最后十单"), (200, "最后十单"), (601, "最后十单"))],
    ),
    "an exception that is local": (
        'match: {text: 最好, boundaries: start}\nunless: [{id: advice, text: "最好{提前|先|别}", scope: overlap}]',
        [listing("最好吃，最好先尝"), listing("先说最好的")],
        [listing("最好提前一天解冻")],
    ),
    "an exception in a clause": (
        "match: {text: 全网最低}\nunless: [{id: past, text: 去年}]",
        [listing("去年不是，今年全网最低")],
        [listing("去年全网最低")],
    ),
    "an exception for one matcher": (
        "match: {any: [{id: low, text: 全网最低}, {id: best, text: 全网最好}]}\nunless: [{id: past, text: 去年, matchers: low}]",
        [listing("去年全网最好")],
        [listing("去年全网最低")],
    ),
    "an exception said before": (
        EXCUSED_BEFORE,
        [stream((0, "接下来演小品"), (61, "全网最低")), stream((0, "全网最低"), (5, "接下来演小品"))],
        [stream((0, "接下来演小品"), (60, "全网最低"))],
    ),
    "a context": (
        "match: {text: 治病}\nunless: [{context: [negated, refused]}]",
        [listing("这个能治病")],
        [listing("我可不敢说能治病")],
    ),
    "the kind of document": (
        "applies: {kinds: transcript}\nmatch: {text: 全网最低}",
        [stream((0, "全网最低"))],
        [listing("全网最低")],
    ),
    "a field": (
        "match: {text: 全网最低, fields: [title, attributes.卖点]}",
        [listing(title="全网最低"), listing(attributes={"卖点": "全网最低"})],
        [listing("全网最低"), stream((0, "全网最低"))],
    ),
    "speech, not the listing": (
        "match: {text: 全网最低, fields: [speech]}",
        [stream((0, "全网最低"))],
        [listing("全网最低")],
    ),
    "a category, declared or inferred": (
        "applies: {categories: food, except_categories: food.health, unknown: false}\nmatch: {text: 增强免疫力}",
        [
            listing("增强免疫力", category="food.agri.honey"),
            listing("增强免疫力", title="土蜂蜜 500g"),
            listing("这款土蜂蜜，增强免疫力"),
            stream((0, "今天给大家带来的是土蜂蜜，"), (9, "增强免疫力")),
            stream((0, "增强免疫力"), products=[shown(0, 9, title="土蜂蜜 500g")]),
        ],
        [
            listing("增强免疫力", category="food.health"),
            listing("增强免疫力", title="护手霜"),
            listing("增强免疫力"),
            stream((0, "我爱喝土蜂蜜"), (9, "增强免疫力")),
            stream((0, "这个土蜂蜜啊"), *[(n, "下一位") for n in range(1, 21)], (21, "增强免疫力")),
            stream((0, "这个土蜂蜜啊"), (9, "增强免疫力"), products=[shown(0, 99, title="手机壳")]),
        ],
    ),
    "the platform": (
        "applies: {when: {field: platform, equals: [douyin, kuaishou]}}\nmatch: {text: 加我微信}",
        [listing("加我微信", platform="douyin"), stream((0, "加我微信"), platform="kuaishou")],
        [listing("加我微信", platform="wechat"), listing("加我微信")],
    ),
    "the type of the seller": (
        "applies: {when: {field: seller.type, equals: company}}\nmatch: {text: 自产自销}",
        [
            listing("自产自销", seller={"uscc": "91330106MA2B1234X5"}),
            stream((0, "自产自销"), seller={"name": "甲乙农业有限公司"}),
        ],
        [
            listing("自产自销", seller={"uscc": "93330106MA2B1234X5", "name": "甲乙有限公司"}),
            listing("自产自销", seller={"name": "甲乙果蔬专业合作社"}),
            listing("自产自销", seller={"name": "甲乙旗舰店"}),
            listing("自产自销"),
        ],
    ),
    "the type of the host": (
        'applies: {when: {field: synthetic_host, equals: "true"}}\nmatch: {text: 我亲自吃过}',
        [stream((0, "我亲自吃过"), synthetic_host=True)],
        [stream((0, "我亲自吃过"), synthetic_host=False), stream((0, "我亲自吃过"))],
    ),
    "who speaks": (
        "match: {text: 全网最低}\nunless: [{id: viewer, speaker: viewer}]",
        [{**stream(), "segments": [{"text": "全网最低", "speaker": "host"}]}],
        [{**stream(), "segments": [{"text": "全网最低", "speaker": "viewer"}]}],
    ),
    "the date of the document": (
        "applies: {when: {date: {from: 2026-10-20, to: 2026-11-12}}}\nmatch: {text: 先涨后降}",
        [listing("先涨后降", observed_at="2026-10-20T00:00:00Z"), listing("先涨后降")],
        [
            listing("先涨后降", observed_at="2026-11-13T00:00:00Z"),
            stream((0, "先涨后降"), started_at="2026-09-01T20:00:00Z"),
        ],
    ),
    "evidence: a certificate": (
        "match: {text: 有机}\nrequires: {certificate: organic}",
        [
            listing("有机苹果"),
            listing(
                "好",
                title="有机苹果",
                seller={"name": "乙公司"},
                certificates=[{"type": "organic", "number": "102OP2600419"}],
            ),
            listing(
                "好",
                title="有机绿茶",
                seller={"name": "甲公司"},
                certificates=[{"type": "organic", "number": "102OP2600419"}],
            ),
        ],
        [
            listing(
                "好",
                title="有机苹果",
                seller={"name": "甲公司"},
                certificates=[{"type": "organic", "number": "102OP2600419"}],
            )
        ],
    ),
    "evidence: a field": (
        "match: {text: 实验证明}\nrequires: {field: attributes.检测报告}",
        [listing("实验证明有用")],
        [listing("实验证明有用", attributes={"检测报告": "CMA 210417110233"})],
    ),
    "evidence: a sentence": (
        'match: {text: 销量第一}\nrequires: {text: "{数据来源|据统计}", scope: sentence}',
        [listing("销量第一。数据来源：后台")],
        [listing("销量第一，数据来源后台")],
    ),
    "evidence: all of it": (
        "match: {text: 销量第一}\nrequires: {all: [{text: 数据来源, scope: field}, {field: attributes.统计期间}]}",
        [listing("销量第一，数据来源后台"), listing("销量第一", attributes={"统计期间": "2025"})],
        [listing("销量第一，数据来源后台", attributes={"统计期间": "2025"})],
    ),
    "a sentence within minutes after a trigger": (
        WITHIN_AFTER,
        [
            stream((0, "本品不能代替药物"), (9, "我们是保健食品"), (310, "本品不能代替药物")),
            listing("我们是保健食品"),
            stream((None, "我们是保健食品"), (None, "明天见")),
        ],
        [
            stream((0, "我们是保健食品"), (300, "本品不能代替药物")),
            listing("我们是保健食品", attributes={"提示": "本品不能代替药物"}),
        ],
    ),
    "a sentence within a minute before or after": (
        WITHIN_AROUND,
        [stream((0, "本品不能代替药物"), (61, "我们是保健食品"))],
        [
            stream((0, "本品不能代替药物"), (60, "我们是保健食品")),
            stream((0, "我们是保健食品"), (60, "本品不能代替药物")),
        ],
    ),
    "a field that must be there": (
        "applies: {kinds: listing, categories: food}\nmissing: {field: attributes.保质期}",
        [listing(category="food.prepacked")],
        [listing(category="food.prepacked", attributes={"保质期": "12个月"}), listing(category="goods")],
    ),
    "a sentence that must be there": (
        "applies: {categories: food.health, unknown: false}\nmissing: {text: 本品不能代替药物, scope: document}",
        [listing(category="food.health")],
        [listing("本品不能代替药物", category="food.health"), listing(title="苹果 5斤")],
    ),
    "a sentence in the first minute of the stream": (
        AT_START,
        [stream((5, "大家好"), (66, "我是数字人")), stream((5, "大家好"))],
        [stream((5, "大家好"), (65, "我是数字人")), listing()],
    ),
    "a sentence within minutes of the product shown": (
        FOR_HEALTH,
        [
            stream(
                (0, "不能代替药物"),
                (200, "上鱼油"),
                (330, "不能代替药物"),
                products=[
                    shown(0, 199, category="food.agri.fruit", title="苹果"),
                    shown(200, 900, category="food.health", title="鱼油"),
                ],
            )
        ],
        [
            stream(
                (0, "大家好"),
                (200, "上鱼油"),
                (320, "不能代替药物"),
                products=[shown(200, 900, category="food.health", title="鱼油")],
            ),
            stream((0, "大家好"), products=[shown(0, 900, category="food.agri.fruit", title="苹果")]),
        ],
    ),
    "words against a field": (
        "match: {text: 无糖}\nconflict: {field: attributes.配料, has: 白砂糖}",
        [
            listing("无糖", attributes={"配料": "面粉、白砂糖"}),
            stream((0, "无糖的啊"), products=[shown(0, 9, title="饼干", attributes={"配料": "白砂糖"})]),
        ],
        [listing("无糖", attributes={"配料": "面粉、赤藓糖醇"})],
    ),
    "words against the fact of their own entry": (
        'match: {text: $gi}\nconflict: {field: attributes.产地, lacks: "@place"}',
        [listing("五常大米", attributes={"产地": "吉林"}), listing("阳山水蜜桃", attributes={"产地": "五常"})],
        [
            listing("五常大米", attributes={"产地": "黑龙江五常"}),
            listing("阳山水蜜桃", attributes={"产地": "无锡惠山"}),
        ],
    ),
    "words against words said at another time": (
        "match: {text: 无糖}\nconflict: {text: 加了白砂糖, scope: {around: 600}}",
        [stream((0, "无糖的"), (500, "里面加了白砂糖"))],
        [stream((0, "无糖的"), (700, "里面加了白砂糖"))],
    ),
    "words against the registry": (
        'match: {text: $gi}\nconflict: {field: registry.gi.region, lacks: "@place"}',
        [
            listing("五常大米", certificates=[{"type": "gi", "number": "第3652号"}]),
            stream(
                (0, "五常大米"),
                products=[shown(0, 9, title="大米", certificates=[{"type": "gi", "number": "第3652号"}])],
            ),
        ],
        [listing("好大米", certificates=[{"type": "gi", "number": "第3652号"}])],
    ),
    "a price said against the field": (
        'match: {text: "原价 ..4 <number>"}\nconflict: {field: price.reference, under: said}',
        [listing("原价999", price={"current": 99, "reference": 599})],
        [listing("原价999", price={"current": 99, "reference": 999})],
    ),
    "a nutrition table": (
        "match: {text: 低糖}\nconflict: {nutrient: {name: [糖]}, over: 5}",
        [listing("低糖。营养成分表（每100g）：糖31.5g")],
        [listing("低糖。营养成分表（每100g）：糖4.6g")],
    ),
    "the nutrition standard of the day": (
        "match: {text: 低糖}\nconflict: {nutrition: 低糖, verdict: unmet}",
        [listing("低糖。营养成分表（每份20克）：糖1.2g")],
        [listing("低糖。营养成分表（每份20克）：糖1.0g")],
    ),
    "a function that is not the registered one": (
        "match: {text: 改善睡眠}\nconflict: {function: unregistered}",
        [listing("改善睡眠", category="food.health", attributes={"保健功能": "有助于增强免疫力"})],
        [listing("改善睡眠", category="food.health", attributes={"保健功能": "有助于改善睡眠"})],
    ),
    "a duty of goods, with its exemptions": (
        "match: {text: 概不退货}\nrequires: {duty: seven-day-return}",
        [listing("概不退货", category="goods")],
        [listing("概不退货", category="goods", title="定制茶盘"), listing("概不退货", category="food.agri.fruit")],
    ),
}
ROWS = [
    pytest.param(body, document, flags, id=f"{need}: {'flag' if flags else 'pass'} {index}")
    for need, (body, flagging, passing) in NEEDS.items()
    for flags, documents in ((True, flagging), (False, passing))
    for index, document in enumerate(documents, start=1)
]


@pytest.mark.parametrize(("body", "document", "flags"), ROWS)
def test_the_language_says_it(tmp_path: Path, body: str, document: dict[str, Any], flags: bool) -> None:
    result = scan(tmp_path, body, document)
    assert bool(result.flags) is flags
    assert not result.unknown


def test_the_law_in_force_on_the_day(tmp_path: Path) -> None:
    body = "match: {text: 全网最低}\nbasis: [{law: 新法, in_force: {from: 2027-03-16}}]"
    assert not scan(tmp_path, body, listing("全网最低"), day=date(2027, 3, 15)).flags
    assert scan(tmp_path, body, listing("全网最低"), day=date(2027, 3, 16)).flags


UNKNOWN = [
    pytest.param(WITHIN_AFTER, stream((None, "我们是保健食品"), (None, "不能代替药物")), id="said, with no time"),
    pytest.param(NEEDS["words against a field"][0], listing("无糖"), id="no such field"),
    pytest.param(NEEDS["words against the registry"][0], listing("五常大米"), id="no record"),
    pytest.param(
        "match: {text: 有机}\nrequires: {category: food.agri}", listing("有机"), id="the category cannot be told"
    ),
]


@pytest.mark.parametrize(("body", "document"), UNKNOWN)
def test_what_cannot_be_told_is_neither_flag_nor_pass(tmp_path: Path, body: str, document: dict[str, Any]) -> None:
    result = scan(tmp_path, body, document)
    assert not result.flags
    assert len(result.unknown) == 1


def test_what_is_said_together_is_shown_part_by_part(tmp_path: Path) -> None:
    said = stream((10, "来抽奖了，都别走"), (25, "家人们"), (40, "头奖是六万元"))
    (flag,) = scan(tmp_path, TOGETHER, said).flags
    assert [(e.field, e.text, e.at) for e in flag.evidence] == [
        ("segments[0].text", "抽奖", 10.0),
        ("segments[2].text", "六万元", 40.0),
    ]
    assert flag.message == "「抽奖…六万元」"


def test_a_denial_of_either_part_excuses_what_is_said_together(tmp_path: Path) -> None:
    body = TOGETHER + "\nunless: [{id: denied, context: negated}]"
    assert scan(tmp_path, body, stream((10, "来抽奖了"), (40, "头奖六万元"))).flags
    assert not scan(tmp_path, body, stream((10, "来抽奖了"), (40, "不是六万元"))).flags


def test_each_product_shown_owes_for_itself(tmp_path: Path) -> None:
    goods = [shown(0, 9, category="food.health", title="鱼油"), shown(10, 99, category="food.health", title="钙片")]
    result = scan(tmp_path, FOR_HEALTH, stream((0, "上鱼油"), (10, "上钙片"), products=goods))
    assert [flag.evidence[0].text for flag in result.flags] == ["上鱼油", "上钙片"]
    result = scan(tmp_path, AT_START, stream((0, "上鱼油"), (10, "上钙片"), products=goods))
    assert len(result.flags) == 1


ABOVE = [
    "6万",
    "六万元",
    "60000块",
    "5.5万",
    "五万五",
    "五到六万",
    "5万5千块",
    "￥50,001",
    "６００００元",
    "陆万元",
    "六 万 元",
    "十几万",
    "0.6亿",
    "五万零一块",
    "5.8w",
]
NOT_ABOVE = [
    "5万",
    "五万元",
    "49999块",
    "四万九",
    "三到五万",
    "5万斤",
    "50001斤",
    "六万人",
    "￥50,000",
    "六千元",
    "第六万位",
]
RATE = "match: {all: [治愈率, <percent >= 90>]}"
BOUNDS = [
    *(("match: {all: [头奖, [<yuan > 50000>, <bare > 50000>]]}", f"头奖{amount}", True) for amount in ABOVE),
    *(("match: {all: [头奖, [<yuan > 50000>, <bare > 50000>]]}", f"头奖{amount}", False) for amount in NOT_ABOVE),
    *(("match: {all: [打折, <discount < 5>]}", f"打折{amount}", True) for amount in ["三折", "3折", "4.5折", "四五折", "45折", "２折"]),
    *(("match: {all: [打折, <discount < 5>]}", f"打折{amount}", False) for amount in ["五折", "八折", "85折", "对折", "七到八折", "3件"]),
    *((RATE, f"治愈率{amount}", True) for amount in ["99%", "百分之九十九", "９９％", "百分百", "九成", "90%到95%", "百分之九十"]),
    *((RATE, f"治愈率{amount}", False) for amount in ["89%", "百分之八十九", "八成", "900人"]),
    *(("match: {all: [瘦, <gram >= 5000>]}", f"瘦{amount}", True) for amount in ["10斤", "十斤", "5公斤", "20到30斤", "10kg", "二十来斤"]),
    *(("match: {all: [瘦, <gram >= 5000>]}", f"瘦{amount}", False) for amount in ["9斤", "九斤半", "三到五斤", "4公斤"]),
    *(("match: {all: [见效, <day <= 7>]}", f"{amount}见效", True) for amount in ["3天", "三天", "一周", "七天", "三五天"]),
    *(("match: {all: [见效, <day <= 7>]}", f"{amount}见效", False) for amount in ["8天", "两周", "一个月", "半个月"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "text", "flags"), BOUNDS, ids=[f"{t} {'flag' if f else 'pass'}" for _, t, f in BOUNDS]
)
def test_a_number_counts_however_it_is_written(tmp_path: Path, body: str, text: str, flags: bool) -> None:
    assert bool(scan(tmp_path, body, listing(text)).flags) is flags


SLIPS = [
    pytest.param(["全网最低，不对，说错了"], "medium", id="in one breath"),
    pytest.param(["全网最低不对说错了"], "medium", id="without marks"),
    pytest.param(["全网最低", "哎口误，更正一下"], "medium", id="in the next segment"),
    pytest.param(["全网最低", "大家好", "更正一下，刚才说的不准确"], "medium", id="a segment later"),
    pytest.param(["全网最低", "没错，你没听错"], "high", id="confirmed"),
    pytest.param(["说错了，不是九块九", *["大家好"] * 9, "全网最低"], "high", id="a slip before it"),
    pytest.param(["全网最低", *["欢迎新来的家人们点点关注"] * 9, "说错了"], "high", id="long after it"),
]


@pytest.mark.parametrize(("said", "severity"), SLIPS)
def test_a_correction_on_air_lowers_the_severity(tmp_path: Path, said: list[str], severity: str) -> None:
    document = stream(*((5.0 * index, text) for index, text in enumerate(said)))
    (flag,) = scan(tmp_path, "match: {text: 全网最低}", document).flags
    assert flag.severity == severity


WRONG = [
    pytest.param("match: {text: 抽奖, within: {seconds: 30}}", "goes with `all`", id="seconds without all"),
    pytest.param("match: {all: [抽奖, 大奖], within: {minutes: 3}}", "unknown key `minutes`", id="no seconds"),
    pytest.param("match: {all: [抽奖, 大奖], within: {seconds: 0}}", "greater than 0", id="no length"),
    pytest.param("match: {all: [抽奖, 大奖], within: page}", "'clause'", id="no such place"),
    pytest.param(
        "match: {text: 抽奖}\nunless: [{text: 公证, scope: {after: 9, start: 9}}]", "give `after`", id="two windows"
    ),
    pytest.param("match: {text: 抽奖}\nunless: [{text: 公证, scope: page}]", "'clause'", id="no such scope"),
    pytest.param(
        "match: {text: 抽奖}\nunless: [{context: negated, scope: {after: 9}}]",
        "goes with `text`",
        id="a context in time",
    ),
    pytest.param("missing: {text: 公证, scope: {after: 9}}", "no trigger", id="after nothing"),
    pytest.param(
        "match: {text: 抽奖}\nunless: [{field: registry.gi.place, has: 甲乙}]",
        "registry.TYPE.FIELD",
        id="no such record",
    ),
    pytest.param("match: {text: 抽奖}\nunless: [{text: 公证, equals: a}]", "go with `field`", id="equals of a text"),
]


@pytest.mark.parametrize(("body", "said"), WRONG)
def test_what_makes_no_sense_does_not_load(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(RuleError) as caught:
        scan(tmp_path, body, listing())
    assert said in str(caught.value)
