"""The protected names as data: complete, consistent, and with the known traps told apart."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest
import yaml

from monitor.errors import RegistryError
from monitor.registry.indications import Indication, indications, read_indications
from monitor.registry.origin import is_of_product
from monitor.registry.places import name_of, places_in, relation

BY_NAME = {word: one for one in indications() for word in (one.name, *one.also)}
RAW: dict[str, Any] = yaml.safe_load(
    resources.files("monitor.registry").joinpath("indications.yaml").read_text(encoding="utf-8")
)


def named(name: str) -> Indication:
    return BY_NAME[name]


def where(name: str, place: str) -> str:
    """Whether a place lies in the area of a name."""
    return relation(places_in(place), named(name).region)


def test_there_are_names_of_every_province_and_of_every_kind_of_goods() -> None:
    provinces = {code[:2] for one in indications() for code in one.region}
    assert len(indications()) >= 250
    assert provinces >= {
        *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65"),
    }


def test_every_name_names_its_product() -> None:
    assert [word for word, one in BY_NAME.items() if is_of_product(word, one.product) is False] == []


AREAS = [
    ("五常大米", "黑龙江省哈尔滨市五常市", "inside"),
    ("五常大米", "吉林省松原市", "outside"),
    ("五常大米", "黑龙江省", "unknown"),
    ("五常稻花香", "黑龙江省绥化市庆安县", "outside"),
    ("赣南脐橙", "江西省赣州市信丰县", "inside"),
    ("赣南脐橙", "江西赣南", "inside"),
    ("赣南脐橙", "湖南省郴州市", "outside"),
    ("赣南脐橙", "江西", "unknown"),
    ("西湖龙井", "浙江省杭州市西湖区", "inside"),
    ("西湖龙井", "浙江省绍兴市新昌县", "outside"),
    ("西湖龙井", "杭州", "unknown"),
    ("西湖龙井", "西湖区", "unknown"),
    ("龙井茶", "浙江省绍兴市新昌县", "inside"),
    ("龙井茶", "浙江省杭州市淳安县", "inside"),
    ("龙井茶", "四川省雅安市", "outside"),
    ("普洱茶", "云南省西双版纳州勐海县", "inside"),
    ("普洱茶", "云南省临沧市双江县", "inside"),
    ("普洱茶", "云南", "unknown"),
    ("普洱茶", "云南省昭通市", "outside"),
    ("普洱茶", "越南", "outside"),
    ("阳澄湖大闸蟹", "江苏省苏州市昆山市", "inside"),
    ("阳澄湖大闸蟹", "苏州工业园区", "inside"),
    ("阳澄湖大闸蟹", "江苏省泰州市兴化市", "outside"),
    ("库尔勒香梨", "新疆阿克苏地区阿瓦提县", "inside"),
    ("库尔勒香梨", "新疆铁门关市", "inside"),
    ("库尔勒香梨", "新疆兵团", "unknown"),
    ("库尔勒香梨", "河北省石家庄市", "outside"),
    ("郫县豆瓣", "四川成都郫县", "inside"),
    ("郫县豆瓣", "成都市", "unknown"),
    ("潜江小龙虾", "湖北荆州潜江", "unknown"),
    ("沁州黄", "山西沁县", "inside"),
    ("宁夏枸杞", "宁夏中宁", "inside"),
    ("中宁枸杞", "宁夏", "unknown"),
    ("和田玉枣", "新疆昆玉市", "inside"),
    ("六堡茶", "广西贺州", "inside"),
    ("梧州六堡茶", "广西贺州", "outside"),
]


@pytest.mark.parametrize(("name", "place", "expected"), AREAS, ids=[f"{n} {p}" for n, p, _ in AREAS])
def test_areas(name: str, place: str, expected: str) -> None:
    assert where(name, place) == expected


def test_every_place_inside_is_inside_and_another_province_is_outside() -> None:
    for one in indications():
        for code in one.region:
            assert relation(places_in(name_of(code)), one.region) == "inside", one.name
        own = {code[:2] for code in one.region}
        elsewhere = "广东省" if "44" not in own else "黑龙江省"
        assert relation(places_in(elsewhere), one.region) == "outside", one.name
        for province in own:
            assert relation(places_in(name_of(province)), one.region) != "outside", one.name


@pytest.mark.parametrize("word", ["稻花香", "大闸蟹", "小龙虾", "龙井", "红富士", "红美人", "丝苗米", "沙田柚"])
def test_varieties_are_no_protected_names(word: str) -> None:
    assert word not in BY_NAME
    assert word in {item["name"] for item in RAW["varieties"]}


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("哈密瓜", "generic"),
        ("正山小种", "generic"),
        ("普洱茶", "everyday"),
        ("柳州螺蛳粉", "everyday"),
        ("五常大米", "protected"),
    ],
)
def test_some_names_are_everyday_words(name: str, use: str) -> None:
    assert named(name).use == use


WRONG = [
    pytest.param({"regoin": ["23"]}, "unknown key 'regoin'", id="a key"),
    pytest.param({"region": None}, "`region` is missing", id="no area"),
    pytest.param({"region": ["230100"]}, "not a division of today", id="zeros at the end"),
    pytest.param({"region": []}, "not a division", id="an empty area"),
    pytest.param({"product": "五常"}, "is no name of products.yaml", id="goods nobody knows"),
    pytest.param({"sure": 4}, "`sure` is 1, 2 or 3", id="too sure"),
    pytest.param({"use": "common"}, "protected, everyday or generic", id="a use"),
    pytest.param({"source": ["hearsay"]}, "eu, pgi, agi, mark", id="a source"),
    pytest.param({"also": ["稻花香"]}, "the name of a variety", id="a variety"),
    pytest.param({"also": ["乙米"]}, "stands under 乙米 already", id="a word twice"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_what_is_wrong_is_told_with_the_name(change: dict[str, Any], message: str) -> None:
    good = {"name": "甲米", "region": ["230184"], "product": "大米", "sure": 3}
    made = {key: value for key, value in {**good, **change}.items() if value is not None}
    other = {**good, "name": "乙米"}
    with pytest.raises(RegistryError, match=message) as caught:
        read_indications({"names": [other, made], "varieties": [{"name": "稻花香"}]})
    assert "甲米" in str(caught.value)
