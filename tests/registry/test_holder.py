"""Whether seller and holder are one party."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from monitor.registry.holder import same_name, same_party
from monitor.registry.party import party

SAME = [
    ("坝上莜香(张家口)农业有限公司", "坝上莜香（张家口）农业有限公司", "brackets"),
    ("蘭州市百合農業有限公司", "兰州市百合农业有限公司", "traditional characters"),
    ("五常市 金福泉 水稻种植专业合作社", "五常市金福泉水稻种植专业合作社", "spaces"),
    ("ＡＢＣ食品有限公司", "abc食品有限公司", "width and case"),
    ("五常市金福泉水稻种植专业合作社", "五常市金福泉水稻种植农民专业合作社", "form of a cooperative"),
    ("日照市海元生物科技有限公司", "日照市海元生物科技有限责任公司", "form of a company"),
    ("黑龙江省五常市金福泉水稻种植专业合作社", "五常市金福泉水稻种植专业合作社", "province left out"),
    ("金福泉水稻种植专业合作社", "五常市金福泉水稻种植专业合作社", "region left out"),
    ("日照海元生物科技有限公司", "日照市海元生物科技有限公司", "region without its word"),
    ("黄山市休宁云谷茶叶专业合作社", "休宁县云谷茶叶农民专业合作社", "county with and without its word"),
    ("孝感市孝南区朋兴米酒有限公司", "孝感市朋兴米酒有限公司", "district left out"),
    ("蔚县壶流河杂粮", "蔚县壶流河杂粮种植专业合作社", "no legal form, a shorter line of business"),
    ("云谷茶业有限公司", "云谷茶叶有限公司", "two words for one business"),
    ("金福泉旗舰店", "五常市金福泉水稻种植专业合作社", "the shop of a cooperative"),
    ("李大姐土特产商行", "李大姐土特产店", "two words for a shop"),
    ("沂河源头人家山货铺子有限公司", "沂河源头人佳山货铺子有限公司", "one slip in a long name"),
]
OTHER = [
    ("五常市王家屯水稻种植专业合作社", "五常市李家屯水稻种植专业合作社", "another family's village"),
    ("北京东来顺食品有限公司", "北京西来顺食品有限公司", "another direction"),
    ("沂蒙老区东山人家山货有限公司", "沂蒙老区西山人家山货有限公司", "a direction in a long name"),
    ("寿光市云谷果蔬有限公司", "休宁县云谷果蔬有限公司", "another county"),
    ("云谷茶叶有限公司", "云谷水产有限公司", "another business"),
    ("王家屯农民专业合作社", "王家屯家庭农场", "a farm is no cooperative"),
    ("王家屯农民专业合作社", "王家屯农民专业合作社联合社", "a union is no cooperative"),
    ("奉节县朱衣河果业专业合作社", "奉节县草堂坪脐橙专业合作社", "another name"),
    ("新金福泉水稻专业合作社", "金福泉水稻专业合作社", "one character more"),
    ("有限公司", "合作社", "no name at all"),
    ("五常市", "五常市金福泉水稻种植专业合作社", "a region alone"),
]
ROWS = [(left, right, True, why) for left, right, why in SAME] + [
    (left, right, False, why) for left, right, why in OTHER
]


@pytest.mark.parametrize(("left", "right", "same", "why"), ROWS, ids=[row[3] for row in ROWS])
def test_names_agree_once_form_is_set_aside(left: str, right: str, same: bool, why: str) -> None:
    assert same_name(left, right) is same, why
    assert same_name(right, left) is same, why


@pytest.mark.parametrize(
    ("name", "uscc", "holder", "holder_uscc", "same"),
    [
        ("甲公司", "91310112MA1GD5WP62", "乙公司", "９１310112ma1gd5wp62", True),
        ("云谷茶叶公司", "91310112MA1GD5WP62", "云谷茶叶公司", "91110000802100433B", False),
        ("云谷茶叶公司", None, "云谷茶叶公司", "91110000802100433B", True),
        ("云谷茶叶公司", "办理中", "云谷茶叶公司", "91110000802100433B", True),
        (None, "91310112MA1GD5WP62", "云谷茶叶公司", None, None),
        (None, None, "云谷茶叶公司", "91110000802100433B", None),
        ("云谷茶叶公司", None, None, None, None),
    ],
    ids=["renamed", "two codes", "one code", "no code", "nothing in common", "unknown seller", "unknown holder"],
)
def test_two_codes_decide_alone(
    name: str | None, uscc: str | None, holder: str | None, holder_uscc: str | None, same: bool | None
) -> None:
    assert same_party(name, uscc, holder, holder_uscc) is same


def test_a_name_is_taken_apart() -> None:
    found = party("黑龙江省五常市金福泉水稻种植专业合作社")
    assert (found.region, found.proper, found.form) == (("黑龙江", "五常"), "金福泉", "cooperative")
    assert found.business == {"水稻", "种植"}


class Pair(msgspec.Struct):
    left: str
    right: str
    same: bool
    why: str


PAIRS = [
    msgspec.json.decode(line, type=Pair)
    for line in (Path(__file__).parents[1] / "data" / "holder_pairs.jsonl").read_bytes().splitlines()
]


def test_of_labelled_pairs_no_two_parties_are_taken_for_one_and_few_of_one_for_two() -> None:
    assert len(PAIRS) >= 300
    assert [pair for pair in PAIRS if not pair.same and same_name(pair.left, pair.right)] == []
    one = [pair for pair in PAIRS if pair.same]
    missed = [pair for pair in one if not same_name(pair.left, pair.right)]
    assert len(missed) <= 0.02 * len(one), missed


def test_likeness_has_no_direction_and_a_name_is_like_itself() -> None:
    assert [pair for pair in PAIRS if same_name(pair.left, pair.right) is not same_name(pair.right, pair.left)] == []
    named = [pair.left for pair in PAIRS if party(pair.left).proper or party(pair.left).region]
    assert [name for name in named if not same_name(name, name)] == []


@pytest.mark.parametrize(
    ("name", "region", "proper"),
    [
        ("张家口坝上莜香农业有限公司", ("张家口",), "坝上莜香"),
        ("坝上莜香（张家口）农业有限公司", ("张家口",), "坝上莜香"),
        ("恩施土家族苗族自治州玉露茶业有限公司", ("恩施",), "玉露"),
        ("长白县参宝堂人参有限公司", ("长白",), "参宝堂"),
        ("长白山参宝堂人参有限公司", (), "长白山参宝堂"),
        ("乾安县绿源农业有限公司", ("干安",), "绿源"),
        ("安溪县感德镇云岭茶叶专业合作社", ("安溪", "感德"), "云岭"),
        ("安溪县古镇茶叶专业合作社", ("安溪",), "古镇"),
        ("兴隆果业有限公司", (), "兴隆"),
        ("杭州龙坞茶业有限公司西湖分公司", ("杭州",), "龙坞"),
        ("云上茶园（个体工商户）", (), "云上茶园"),
        ("好吃（一号）食品有限公司", (), "好吃一号"),
        ("", (), ""),
        ("　（）", (), ""),
    ],
)
def test_places_stand_in_front_or_in_brackets(name: str, region: tuple[str, ...], proper: str) -> None:
    assert (party(name).region, party(name).proper) == (region, proper)
