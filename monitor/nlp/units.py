"""Units of measure, as they are written behind a number, and the characters that make another word of them.

包 behind a number counts packs, but 9.9包邮 is “free delivery at 9.9”; 100天然 is no hundred days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Unit:
    """``factor`` of the canonical unit ``name``, with ``half`` a unit more (个半小时); no unit where a character of ``no_more`` follows."""

    name: str
    factor: Decimal
    half: bool = False
    no_more: str = ""


_ROWS: Final = (
    # canonical unit, factor, written (a slash, then the characters that must not follow)
    ("yuan", "1", "元/素旦宵气老首 块钱 块/肉布石砖姜地牌骨儿状糖木屏表面饼豆电头 圆/形润圈 rmb r"),
    ("yuan", "0.1", "毛钱 毛/巾病孩绒线衣豆肚笔发 角钱"),
    ("yuan", "0.01", "分钱"),
    ("dollar", "1", "美元 美金"),
    ("milligram", "1", "毫克 mg ㎎"),
    ("milligram", "0.001", "微克 μg ug"),
    ("gram", "1", "克/服隆制拉星里罗 g"),
    ("gram", "1000", "公斤 千克 kg ㎏"),
    ("gram", "500", "市斤 斤装 斤/斤"),
    ("gram", "50", "两/年天个三次岁口句头百千万只条面种人位"),
    ("gram", "1000000", "吨"),
    ("millilitre", "1", "毫升 ml ㎖"),
    ("millilitre", "1000", "升/级高降温值学旗起华职 l"),
    ("percent", "1", "% 个点/点 个百分点"),
    ("percent", "0.1", "‰"),
    ("percent", "10", "成/熟为就功本长立员都不新型分套品交语名绩份"),
    ("fold", "1", "倍/感"),
    ("discount", "1", "折/叠腾磨射纸页"),
    ("second", "1", "秒/杀 秒钟"),
    ("minute", "1", "分钟"),
    ("minute", "15", "刻钟"),
    ("hour", "1", "小时 个小时 个钟头 个钟 h"),
    ("day", "1", "天/然空生下才津山猫使鹅花气 日/用常本子化照系历语光式"),
    ("day", "7", "周/末边围期转折 个星期 星期 个礼拜 礼拜"),
    ("day", "30", "个月"),
    ("day", "365", "年/轻级龄糕货味会夜代终薪度份产间底初 周年 年间"),
    ("person", "1", "人/参民工体生气品间次均 位/置于 个人/性 名/牌称字单 口人"),
    ("mu", "1", "亩"),
    ("kilojoule", "1", "千焦 kj"),
    ("kilojoule", "0.001", "焦耳"),
    (
        "piece",
        "1",
        "单/品位独身价层纯元词调身 件/数 箱/包 盒/饭 袋 瓶/颈 个/半性头百 份/额 只/要有需能是剩卖差为限发做用收会想",
    ),
    (
        "piece",
        "1",
        "条/件款形码 包/邮括装含退换赔熟甜吃您你教过治送裹容租你回 台/风阶湾州 辆 枚 罐/头 桶 双/十11面层重 套/路",
    ),
    (
        "piece",
        "1",
        "张/家口嘴 组/织合成 提/供前升高货示醒取出交到 把/手握关这那它他我 颗 粒/度 片/面段 部/分位门队长署落件 款",
    ),
    ("piece", "1", "本/来身地人领质能事 朵 棵 株 头/发部皮像疼 副 根/本据"),
)
_HALF: Final = (("hour", "1", "小时 钟头 钟"), ("day", "30", "月"), ("day", "7", "星期 礼拜"))
"""Units behind 个半: 两个半小时 is two hours and a half."""

UNITS: Final[Mapping[str, Unit]] = MappingProxyType(
    {
        written.partition("/")[0]: Unit(name, Decimal(factor), no_more=written.partition("/")[2])
        for name, factor, words in _ROWS
        for written in words.split()
    }
    | {
        f"个半{written}": Unit(name, Decimal(factor), half=True)
        for name, factor, words in _HALF
        for written in words.split()
    }
)
"""Written unit → unit."""

NAMES: Final = frozenset(unit.name for unit in UNITS.values()) | {"number"}
"""The canonical units a rule may ask for; ``number`` is a numeral without a unit."""
