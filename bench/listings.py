"""Listings for measurements: as long and as varied as real ones, made from a seed."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stdnum.iso7064 import mod_11_10

_GOODS = [
    ("红富士苹果", "food.agri.fruit", "陕西省洛川县", "脆甜多汁，个头均匀，坏果包赔，24小时内拍照联系平台客服。"),
    ("五常大米", "food.agri.grain", "黑龙江省五常市", "当季新米，真空包装，蒸出来一粒一粒的，建议冷水浸泡二十分钟。"),
    ("农家红薯粉条", "food.prepacked.noodle", "河南省禹州市", "自然晾晒，冷水泡半小时再下锅，火锅炖菜都行。"),
    ("土鸡蛋", "food.agri.egg", "湖北省恩施市", "散养，三十枚装，蛋托加纸箱，破损包补。"),
    ("苦荞茶", "food.prepacked.drink", "四川省凉山州", "独立小袋，开水冲泡，麦香味，喝不完密封放阴凉处。"),
    ("百花蜂蜜", "food.agri.honey", "云南省罗平县", "春季采收，低温会结晶，属正常现象，不影响食用。"),
    ("牛肉干", "food.prepacked.snack", "内蒙古锡林浩特市", "七成干，有嚼劲，孜然和原味两种，开袋后一周内吃完。"),
    ("三合钢菜刀", "goods", "广东省阳江市", "刃口薄，切片不费力，洗完擦干，不要剁骨头。"),
]
_CLAIMS = [
    "全网最好吃，没有之一。",
    "有机种植，人工除草。",
    "降血糖降血压，老人放心喝。",
    "原价999，今天只要99。",
    "最后十单，错过不再有。",
    "加微信下单更便宜。",
    "特价商品概不退换。",
    "国家领导人都喝的茶。",
]
_SHARE = 0.15
"""Of the listings, how many make a claim: about what the samples have."""


def make_listing(number: int, chance: random.Random) -> dict[str, Any]:
    """One listing; about one in seven makes a claim that the rules know."""
    name, category, origin, words = chance.choice(_GOODS)
    price = chance.randint(990, 19900) / 100
    details = chance.sample(
        ["顺丰发货。", "新疆西藏加运费。", "支持开发票。", "下单备注口味。", "现货，拍下三天内发。"], 3
    )
    claim = [chance.choice(_CLAIMS)] if chance.random() < _SHARE else []
    attributes = {"产地": origin, "净含量": f"{chance.randint(1, 10) * 500}g", "配料": name}
    if category.startswith("food.prepacked"):
        digits = f"1{chance.randint(1, 31):02}{chance.randint(0, 9_999_999_999):010}"
        attributes["生产许可证编号"] = f"SC{digits}{mod_11_10.calc_check_digit(digits)}"
    certificates = [{"type": "gi", "number": f"AGI{chance.randint(0, 9999):05}"}] if name == "五常大米" else []
    return {
        "kind": "listing",
        "id": f"L-{number:07}",
        "platform": chance.choice(["kuaishou", "douyin", "wechat-channels", "pinduoduo"]),
        "url": f"https://shop.example.cn/item/{number}",
        "observed_at": "2026-11-20T10:11:00+08:00",
        "title": f"{name} {origin[-3:]} {chance.randint(1, 10)}斤装 {chance.choice(['新鲜', '包邮', '家庭装', '礼盒'])}",
        "description": "".join([words, *claim, *details]),
        "category": category,
        "attributes": attributes,
        "certificates": certificates,
        "price": {"current": f"{price:.2f}", "currency": "CNY", "stock": chance.randint(1, 5000)},
        "seller": {"id": f"S-{chance.randint(1, 9999)}", "name": f"{origin}某某农产品专业合作社"},
    }


def write_listings(path: Path, count: int, seed: int = 2026) -> None:
    """JSON Lines of ``count`` listings; the same seed gives the same file."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_lines(count, random.Random(seed)))  # noqa: S311 (no secret)


def _lines(count: int, chance: random.Random) -> Iterator[str]:
    for number in range(count):
        yield json.dumps(make_listing(number, chance), ensure_ascii=False) + "\n"
