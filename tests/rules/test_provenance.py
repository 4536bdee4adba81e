"""The condition ``origin``: three answers, what decides, the message with both places, and the shipped rules that ask it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rules.writing import rule_of, write_rulebook

from monitor.documents import decode_document
from monitor.flags import ScanResult
from monitor.registry.places import name_of
from monitor.rules import load_rulebook
from monitor.rules.known import INDICATIONS, known_words
from monitor.rules.lint import lint
from monitor.rules.load import read_rulebook
from monitor.rules.provenance import codes_of
from monitor.scanner import Scanner

DAY = date(2026, 11, 20)
ROOT = Path(__file__).parents[2]
HEAD = (
    'vocabulary: {gi: [{text: 五常大米, place: ["230184"], product: 大米}, {text: 栖霞苹果, place: [山东省栖霞市]}]}\n'
)
OUTSIDE = "match: {text: $gi}\nconflict: {id: place, origin: outside}"


@pytest.fixture(scope="module")
def shipped() -> Scanner:
    """The rulebook that is shipped."""
    return Scanner(load_rulebook(ROOT / "rules.yaml"))


def listing(title: str, **more: Any) -> dict[str, Any]:
    """A listing as JSON."""
    return {"kind": "listing", "id": "L", "title": title, **more}


def scan(folder: Path, document: dict[str, Any], body: str = OUTSIDE, head: str = HEAD) -> ScanResult:
    """What one rule says of a document."""
    rulebook = load_rulebook(write_rulebook(folder, rule_of(body), head=head))
    return Scanner(rulebook).scan(decode_document(msgspec.json.encode(document)), DAY)


ANSWERS = [
    pytest.param({"attributes": {"产地": "吉林省松原市"}}, "outside", id="outside"),
    pytest.param({"attributes": {"产地": "黑龙江省哈尔滨市五常市"}}, "inside", id="inside"),
    pytest.param({"attributes": {"产地": "黑龙江省"}}, "unknown", id="a province that contains it"),
    pytest.param({"attributes": {"产地": "朝阳区"}}, "unknown", id="a name of several"),
    pytest.param({"attributes": {"产地": "见包装"}}, "unknown", id="no place"),
    pytest.param({"attributes": {"产地": "中国"}}, "unknown", id="the country"),
    pytest.param({"attributes": {"原产地": "泰国"}}, "outside", id="abroad"),
    pytest.param({}, "unknown", id="nothing told"),
    pytest.param({"attributes": {"发货地": "浙江省杭州市"}}, "unknown", id="sent from elsewhere"),
    pytest.param({"attributes": {"生产地址": "吉林省松原市"}}, "unknown", id="packed elsewhere"),
    pytest.param({"seller": {"name": "松原市甲乙米业有限公司"}}, "unknown", id="a seller elsewhere"),
    pytest.param({"seller": {"uscc": "91220702MA1GD5WP62"}}, "unknown", id="the code of a seller elsewhere"),
    pytest.param({"attributes": {"许可证": "SC10122018401210"}}, "unknown", id="the number of a licence of elsewhere"),
    pytest.param(
        {"attributes": {"产地": "五常市", "发货地": "浙江省杭州市"}}, "inside", id="sent from elsewhere, grown there"
    ),
    pytest.param({"attributes": {"产地": "五常市", "原产地": "中国"}}, "inside", id="the wider one tells nothing new"),
    pytest.param({"attributes": {"产地": "五常市", "产区": "吉林松原"}}, "outside", id="one contradiction decides"),
    pytest.param({"attributes": {"产地": "黑龙江五常、吉林松原"}}, "unknown", id="of both"),
    pytest.param({"description": "好米。产地：吉林松原"}, "outside", id="the label in the text"),
    pytest.param({"description": "配料：大米 产地：黑龙江五常"}, "inside", id="the label in the text, inside"),
    pytest.param({"description": "我们的五常大米产自吉林松原"}, "outside", id="a sentence that says so"),
    pytest.param({"description": "市面上的五常大米很多产自吉林松原"}, "unknown", id="a sentence about others"),
    pytest.param({"description": "我们的五常大米，产自吉林松原"}, "outside", id="behind a comma"),
    pytest.param({"description": "产自吉林松原的五常大米"}, "outside", id="before the name, in its clause"),
    pytest.param({"description": "产自吉林松原，可以煮五常大米粥"}, "unknown", id="before the name, in another clause"),
    pytest.param({"description": "五常大米产地：吉林松原"}, "outside", id="a label behind the name"),
    pytest.param({"description": "跟五常大米一样香，产自吉林松原"}, "unknown", id="a comparison"),
    pytest.param({"description": "我们的五常大米好。糯米产自吉林松原"}, "unknown", id="another sentence"),
]


@pytest.mark.parametrize(("more", "expected"), ANSWERS)
def test_three_answers(tmp_path: Path, more: dict[str, Any], expected: str) -> None:
    result = scan(tmp_path, listing("五常大米", **more))
    assert bool(result.flags) == (expected == "outside")
    assert expected == "outside" or bool(result.unknown) == (expected == "unknown")


@pytest.mark.parametrize(("place", "flags"), [("五常", 0), ("吉林松原", 1), ("黑龙江", 0)])
def test_inside_may_be_owed(tmp_path: Path, place: str, flags: int) -> None:
    body = "match: {text: $gi}\nrequires: {id: place, origin: inside}"
    assert len(scan(tmp_path, listing("五常大米", attributes={"产地": place}), body).flags) == flags


def test_a_place_may_be_written_as_a_name(tmp_path: Path) -> None:
    assert codes_of("山东省栖霞市") == codes_of("370686") == ("370686",)
    assert scan(tmp_path, listing("栖霞苹果", attributes={"产地": "陕西"})).flags
    assert not scan(tmp_path, listing("栖霞苹果", attributes={"产地": "烟台"})).flags


def test_the_message_names_both_places(tmp_path: Path) -> None:
    rules = rule_of(OUTSIDE).replace('{zh: "「{match}」", en: "“{match}”"}', '"「{match}」（{area}），产地「{other}」"')
    rulebook = load_rulebook(write_rulebook(tmp_path, rules, head=HEAD))
    document = decode_document(msgspec.json.encode(listing("五常大米", attributes={"产地": "吉林省松原市"})))
    (flag,) = Scanner(rulebook).scan(document, DAY).flags
    assert flag.message == "「五常大米」（黑龙江省哈尔滨市五常市），产地「吉林省松原市」"
    assert any("不在黑龙江省哈尔滨市五常市之内" in line for line in flag.explanation)


def test_both_places_are_evidence_also_in_a_stream(tmp_path: Path) -> None:
    shown = listing("大米", attributes={"产地": "吉林省松原市"})
    stream = {
        "kind": "transcript",
        "id": "T",
        "segments": [{"text": "这是正宗五常大米", "start": 0, "end": 5}],
        "products": [{"from": 0, "to": 9, "listing": shown}],
    }
    (flag,) = scan(tmp_path, stream).flags
    assert [(one.field, one.text) for one in flag.evidence] == [
        ("segments[0].text", "五常大米"),
        ("products[0].listing.attributes.产地", "吉林省松原市"),
    ]


def test_what_is_said_in_a_stream_is_evidence_with_its_time(tmp_path: Path) -> None:
    segments = [{"text": "咱家的五常大米产自吉林松原", "start": 7, "end": 9}]
    (flag,) = scan(tmp_path, {"kind": "transcript", "id": "T", "segments": segments}).flags
    assert [(one.text, one.start, one.end, one.at) for one in flag.evidence] == [
        ("五常大米", 3, 7, 7.0),
        ("吉林松原", 9, 13, 7.0),
    ]


def test_hints_are_told_and_do_not_decide(tmp_path: Path) -> None:
    (unknown,) = scan(tmp_path, listing("五常大米", attributes={"发货地": "浙江省杭州市"})).unknown
    assert "没有写产地" in unknown.reason
    assert "发货地 = 浙江省杭州市，不在黑龙江省哈尔滨市五常市之内" in unknown.reason


def test_a_place_in_the_title_is_a_hint(tmp_path: Path) -> None:
    result = scan(tmp_path, listing("吉林松原发 黑龙江五常大米"))
    assert result.flags == ()
    assert "title = 吉林松原，不在黑龙江省哈尔滨市五常市之内" in result.unknown[0].reason


@pytest.mark.parametrize("said", ["我们的苹果产自陕西，新疆的就是甜", "苹果产自山东，新疆的老铁也在吃"])
def test_a_region_in_a_sentence_may_be_that_of_others(shipped: Scanner, said: str) -> None:
    segments = [{"text": said, "start": 0, "end": 5}]
    document = decode_document(msgspec.json.encode({"kind": "transcript", "id": "T", "segments": segments}))
    assert [flag for flag in shipped.scan(document, DAY).flags if flag.rule == "cn.origin.gi-place"] == []


def test_an_ingredient_says_nothing_of_where_the_goods_come_from(tmp_path: Path) -> None:
    result = scan(tmp_path, listing("五常大米 米酒", attributes={"产地": "湖北省孝感市"}))
    assert (result.flags, ["商品不是大米" in one.reason for one in result.unknown]) == ((), [True])


LINT = [
    pytest.param("{text: 苹果, place: [山东省栖霞市]}", [], id="a place"),
    pytest.param("{text: 苹果, place: [栖霞]}", ["unknown-place"], id="a name of several"),
    pytest.param("{text: 苹果, place: [桃花源]}", ["unknown-place"], id="no place"),
    pytest.param('{text: 苹果, place: ["370600"]}', ["unknown-place"], id="a code with its zeros"),
    pytest.param("{text: 苹果, taste: [甜]}", ["unknown-fact"], id="no place at all"),
]


@pytest.mark.parametrize(("entry", "expected"), LINT)
def test_a_place_that_is_none_is_told(tmp_path: Path, entry: str, expected: list[str]) -> None:
    path = write_rulebook(tmp_path, rule_of(OUTSIDE), head=f"vocabulary: {{gi: [{entry}]}}\n")
    assert [problem.code for problem in lint(read_rulebook(path))] == expected


def test_the_names_of_the_registry_are_vocabularies() -> None:
    words = known_words(INDICATIONS)
    assert set(words) == {"gi", "gi-certain", "gi-generic", "gi-known"}
    texts = {name: {entry.text for entry in entries} for name, entries in words.items()}
    assert texts["gi-certain"] < texts["gi"] < texts["gi-known"]
    assert texts["gi-generic"].isdisjoint(texts["gi"])
    assert all(entry.fact("place") and entry.fact("product") for entry in words["gi-known"])


HONEST = [
    pytest.param("五常大米 5kg", {"产地": "黑龙江省"}, id="the province only"),
    pytest.param("五常大米 5kg", {"产地": "黑龙江省五常市民乐乡"}, id="down to the township"),
    pytest.param("东北大米 长粒香", {"产地": "吉林省松原市"}, id="no protected name"),
    pytest.param("稻花香大米", {"产地": "吉林省松原市"}, id="a variety"),
    pytest.param("大闸蟹 鲜活", {"产地": "江苏省泰州市兴化市"}, id="crab of any lake"),
    pytest.param("哈密瓜 新鲜", {"产地": "海南省乐东县"}, id="a melon of anywhere"),
    pytest.param("大佛龙井 绿茶", {"产地": "浙江省绍兴市新昌县"}, id="another Longjing"),
    pytest.param("龙井茶 绿茶", {"产地": "浙江省杭州市淳安县"}, id="Longjing of the wider area"),
    pytest.param("新会小青柑 普洱茶", {"产地": "广东省江门市新会区"}, id="tea in a peel"),
    pytest.param("烟台苹果醋", {"产地": "山东省青岛市"}, id="vinegar of apples"),
    pytest.param("和田大枣", {"产地": "新疆昆玉市"}, id="the corps"),
]


@pytest.mark.parametrize(("title", "attributes"), HONEST)
def test_honest_listings_are_not_flagged(shipped: Scanner, title: str, attributes: dict[str, str]) -> None:
    document = decode_document(msgspec.json.encode(listing(title, attributes=attributes)))
    assert [flag.rule for flag in shipped.scan(document, DAY).flags if flag.rule == "cn.origin.gi-place"] == []


def test_every_name_is_flagged_abroad_and_nowhere_inside(shipped: Scanner) -> None:
    for entry in known_words(INDICATIONS)["gi"]:
        name = entry.text[1:-1].split("|")[0]
        for place, count in (("法国", 1), (entry.fact("place")[0], 0)):
            told = place if count else name_of(place)
            document = decode_document(msgspec.json.encode(listing(name, category="food", attributes={"产地": told})))
            found = [one for one in shipped.scan(document, DAY).flags if one.rule == "cn.origin.gi-place"]
            assert len(found) == count, (name, told)
