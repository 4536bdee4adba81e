"""Places in a text: full and short names, names of several places, names of the past, what is inside of what."""

from __future__ import annotations

import pytest

from monitor.nlp.fold import fold
from monitor.registry.places import ABROAD, WHOLE, gazetteer, is_code, name_of, places_in, relation

PLACES = [
    pytest.param("五常", ["230184"], id="short"),
    pytest.param("五常市", ["230184"], id="in full"),
    pytest.param("黑龙江五常", ["230184"], id="with the province, short"),
    pytest.param("黑龙江省哈尔滨市五常市", ["230184"], id="the whole way down"),
    pytest.param("黑龙江 五常", ["230184"], id="spaced"),
    pytest.param("五常（黑龙江）", ["230184"], id="the province behind it"),
    pytest.param("沁县", ["140430"], id="a county of one character needs its last word"),
    pytest.param("沁", [], id="without it there is none"),
    pytest.param("北京市朝阳区", ["110105"], id="a name of several, decided by the province"),
    pytest.param("吉林朝阳区", ["220104"], id="decided by a short name"),
    pytest.param("南京栖霞区", ["320113"], id="decided by the prefecture"),
    pytest.param("烟台市栖霞", ["370686"], id="decided by another prefecture"),
    pytest.param("江苏省南京市鼓楼区", ["320106"], id="two of a name in one province"),
    pytest.param("朝阳 北票", ["211381"], id="decided by a county in it"),
    pytest.param("青海海南", ["6325"], id="a prefecture that is called as a province"),
    pytest.param("海南州", ["6325"], id="told by its last word"),
    pytest.param("海南", ["46"], id="by itself it is the province"),
    pytest.param("海南龙华", ["460106"], id="and decides what is in it"),
    pytest.param("吉林", ["22"], id="the province before its city"),
    pytest.param("吉林市", ["2202"], id="the city by its last word"),
    pytest.param("长沙", ["4301"], id="a county inside the city of its name"),
    pytest.param("长沙县", ["430121"], id="the county by its last word"),
    pytest.param("云南省西双版纳州勐海县", ["532822"], id="a prefecture by its usual name"),
    pytest.param("新疆巴州若羌", ["652824"], id="a prefecture by two characters"),
    pytest.param("甘肃东乡", ["622926"], id="an autonomous county"),
    pytest.param("章丘市", ["370114"], id="a city that is a district today"),
    pytest.param("郫县", ["510117"], id="a county whose stem changed"),
    pytest.param("四川达县", ["511703"], id="another"),
    pytest.param("新疆生产建设兵团第一师阿拉尔市", ["659002"], id="a city of the corps"),
    pytest.param("新疆兵团", ["65"], id="the corps"),
    pytest.param("阳澄湖", ["3205"], id="water"),
    pytest.param("赣南", ["3607"], id="land"),
    pytest.param("东北五常", ["230184"], id="land around a county"),
    pytest.param("內蒙古", ["15"], id="traditional characters are folded before"),
    pytest.param("山东 陕西", ["37", "61"], id="two provinces"),
    pytest.param("黑龙江五常、吉林松原", ["230184", "2207"], id="two counties"),
    pytest.param("吉林省五常市", ["22", "230184"], id="a county that is not there: both"),
    pytest.param("湖北荆州潜江", ["4210", "429005"], id="a county that once was there: both"),
    pytest.param("黑龙江省五常市民乐乡", ["230184"], id="a township called as a county elsewhere"),
    pytest.param("黑龙江省五常市龙凤山镇", ["230184"], id="a town that begins with a district"),
    pytest.param("上海市南京路", ["31"], id="a street"),
    pytest.param("内蒙古河套平原", ["15"], id="a plain that is no county"),
    pytest.param("五常市龙凤山稻米专业合作社", ["230184"], id="a cooperative is not 合作"),
    pytest.param("泰国", [ABROAD], id="abroad"),
    pytest.param("中国", [WHOLE], id="China"),
    pytest.param("见包装", [], id="no place"),
    pytest.param("", [], id="nothing"),
]


@pytest.mark.parametrize(("text", "codes"), PLACES)
def test_places(text: str, codes: list[str]) -> None:
    found = places_in(fold(text).plain)
    assert [code for place in found for code in place.codes] == codes
    assert not any(place.doubtful for place in found)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("朝阳区", {"110105", "220104"}),
        ("朝阳", {"110105", "2113", "220104"}),
        ("西湖区", {"330106", "360103"}),
        ("栖霞", {"320113", "370686"}),
        ("甘南", {"230225", "6230"}),
    ],
)
def test_a_name_of_several_places_is_doubtful(text: str, codes: set[str]) -> None:
    (place,) = places_in(text)
    assert (set(place.codes), place.doubtful) == (codes, True)


@pytest.mark.parametrize(
    ("text", "area", "expected"),
    [
        ("黑龙江省哈尔滨市五常市", ["230184"], "inside"),
        ("吉林省松原市", ["230184"], "outside"),
        ("黑龙江", ["230184"], "unknown"),
        ("哈尔滨", ["230184"], "unknown"),
        ("黑龙江省绥化市", ["230184"], "outside"),
        ("吉林", ["230184"], "outside"),
        ("朝阳区", ["230184"], "unknown"),
        ("朝阳", ["2113"], "unknown"),
        ("朝阳区", ["11", "22"], "inside"),
        ("东北", ["230184"], "unknown"),
        ("东北", ["44"], "outside"),
        ("东北", ["21", "22", "23", "15"], "inside"),
        ("泰国", ["53"], "outside"),
        ("中国", ["53"], "unknown"),
        ("黑龙江五常、吉林松原", ["230184"], "unknown"),
        ("湖南、广西、江西", ["44"], "outside"),
        ("吉林省五常市", ["230184"], "unknown"),
        ("湖北荆州潜江", ["429005"], "unknown"),
        ("江西赣州信丰", ["3607"], "inside"),
        ("见包装", ["44"], "unknown"),
        ("五常", [], "unknown"),
    ],
)
def test_three_answers(text: str, area: list[str], expected: str) -> None:
    assert relation(places_in(text), area) == expected


COUNTIES = [code for code in gazetteer().whole_names if len(code) == len("230184")]


def test_every_county_is_read_from_its_name_in_full() -> None:
    assert len(COUNTIES) > 2800
    assert [name_of(code) for code in COUNTIES if relation(places_in(name_of(code)), [code]) != "inside"] == []


def test_no_county_is_read_as_lying_elsewhere_when_province_and_short_name_are_given() -> None:
    def forms(code: str) -> tuple[str, ...]:
        province, county = name_of(code[:2]), gazetteer().whole_names[code]
        return province + county, f"{province} {county}", name_of(code[:4]) + county, province[:-1] + county

    told = [(code, text) for code in COUNTIES for text in forms(code)]
    assert [(code, text) for code, text in told if relation(places_in(text), [code]) == "outside"] == []


def test_other_names_lead_to_divisions_of_today() -> None:
    known = gazetteer()
    codes = {code for name in known.areas for code in known.names[name]} - {ABROAD, WHOLE}
    assert [code for code in codes if not is_code(code)] == []


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert places_in("一" * 200 + "五常") == ()
    assert len(places_in("五常、" * 66)) == 1  # one place, told often, and in no time


def test_an_unknown_code_has_no_name() -> None:
    assert (name_of("999999"), name_of("230184"), is_code("2301"), is_code("230100")) == (
        "",
        "黑龙江省哈尔滨市五常市",
        True,
        False,
    )
