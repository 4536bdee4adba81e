"""Certificates as they are printed: what their labels say, and in what they are at odds with where they are shown."""

from __future__ import annotations

import time
from datetime import date
from typing import Any

import pytest

from monitor.documents import Seller
from monitor.registry.printed import Face, Shown, face_of, failures, is_certificate, printed_in

DAY = date(2026, 11, 20)
ORGANIC = """\
有机产品认证证书
证书编号：134OP2600842
认证委托人：五常市稻香农民专业合作社
统一社会信用代码：91110000802100433B
生产/加工企业名称：别家米业有限公司
产品名称：大米、小米
有效期：2026年03月12日至2027年03月11日
认证机构：华东有机认证中心"""
BUSINESS = """\
食品经营许可证
（副本）
经营者名称：北京某某商贸有限公司
社会信用代码（身份证号码）：91110000802100433B 许可证编号：JY11105051234560
法定代表人（负责人）：张三 发证机关：北京市朝阳区市场监督管理局
有效期至 2026年03月12日"""


def shown(**given: Any) -> Shown:
    return Shown(**({"seller": None, "product": None, "category": None, "day": DAY} | given))


def kinds(text: str, **given: Any) -> list[str]:
    return [failure.kind for printed in printed_in(text) for failure in failures(printed, shown(**given))]


def test_the_labels_of_an_organic_certificate() -> None:
    (printed,) = printed_in(ORGANIC)
    record = printed.record
    assert (record.type, record.number) == ("organic", "134OP2600842")
    assert (record.holder, record.holder_uscc) == ("五常市稻香农民专业合作社", "91110000802100433B")
    assert (record.scope, record.issuer) == (("大米", "小米"), "华东有机认证中心")
    assert (record.valid_from, record.valid_to) == (date(2026, 3, 12), date(2027, 3, 11))


def test_two_columns_and_labels_with_brackets() -> None:
    (printed,) = printed_in(BUSINESS)
    record = printed.record
    assert (record.number, record.holder) == ("JY11105051234560", "北京某某商贸有限公司")
    assert (record.holder_uscc, record.issuer) == ("91110000802100433B", "北京市朝阳区市场监督管理局")
    assert (record.valid_from, record.valid_to) == (None, date(2026, 3, 12))


def test_every_value_stands_where_it_says() -> None:
    for text in (ORGANIC, BUSINESS):
        face = face_of(text)
        for passage in (face.holder, face.holder_uscc, face.products, face.issuer):
            assert passage is None or text[passage.start : passage.end] == passage.text
        assert face.valid.last_at is not None
        assert text[slice(*face.valid.last_at)].endswith("日")


@pytest.mark.parametrize(
    ("line", "products"),
    [
        pytest.param("产品名称：大米", ("大米",), id="on the line"),
        pytest.param("产品名称\n大米", ("大米",), id="on the next line"),
        pytest.param("产 品 名 称：大米，绿豆", ("大米", "绿豆"), id="spaced out"),
        pytest.param(
            "产品名称：大米、绿\n豆\n地址：五常", ("大米", "绿", "豆", "绿豆"), id="over two lines, both readings"
        ),
        pytest.param("产品名称：大米等（详见附件）", (), id="more of them elsewhere"),
        pytest.param("产品名称：", (), id="nothing"),
        pytest.param("本店产品名称很多 大米", (), id="in a sentence"),
    ],
)
def test_products(line: str, products: tuple[str, ...]) -> None:
    assert face_of(f"有机产品认证证书\n{line}").scope == products


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        pytest.param("有效期至2027年3月1日", None, date(2027, 3, 1), id="until"),
        pytest.param("有效期限：2026-03-12 至 2027-03-11", date(2026, 3, 12), date(2027, 3, 11), id="dashes"),
        pytest.param("有效期：2026.03.12—2027.03.11", date(2026, 3, 12), date(2027, 3, 11), id="points"),
        pytest.param(
            "有效期 自2026年03月12日至2027年03月11日", date(2026, 3, 12), date(2027, 3, 11), id="from and until"
        ),
        pytest.param("有效期自2026年3月12日起", date(2026, 3, 12), None, id="from alone"),
        pytest.param("有效期至二〇二七年十一月二十三日", None, date(2027, 11, 23), id="in words"),
        pytest.param("有效期：长期", None, None, id="without end"),
        pytest.param("有效期：三年", None, None, id="years"),
        pytest.param("有效期至2027年02月30日", None, None, id="no such day"),
        pytest.param("有效期：2027年03月12日至2026年03月11日", None, None, id="ends before it begins"),
        pytest.param("发证日期：2026年03月12日", None, None, id="the day of issue"),
    ],
)
def test_days(line: str, first: date | None, last: date | None) -> None:
    valid = face_of(f"有机产品认证证书\n{line}").valid
    assert (valid.first, valid.last) == (first, last)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (ORGANIC, True),
        (BUSINESS, True),
        ("营业执照\n名称：某某有限公司", True),
        ("农产品地理标志登记证书\n登记证书持有人：某某协会", True),
        ("有机大米 5kg\n有机产品认证证书编号134OP2600842", False),
        ("我们有有机产品认证证书\n放心购买", False),
        ("资质证书展示\n厂房实拍", False),
        ("有机产品认证证书\n食品生产许可证\n证书编号：134OP2600842", False),
        ("", False),
    ],
)
def test_a_certificate_is_known_by_one_title(text: str, is_one: bool) -> None:
    assert is_certificate(text) is is_one


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("香菇酱\n生产许可证编号：SC10123018401210\n有效期至 2026年06月30日", id="a pack: its day is that of the goods"),
        pytest.param(ORGANIC + "\n证书编号：123OP2500001", id="two numbers"),
        pytest.param("食品生产许可证\n" + ORGANIC, id="two titles"),
    ],
)  # fmt: skip
def test_what_is_no_single_certificate_says_its_number_alone(text: str) -> None:
    printed = printed_in(text)
    assert printed
    assert {one.face for one in printed} == {Face()}


@pytest.mark.parametrize(
    ("text", "given", "found"),
    [
        pytest.param(ORGANIC, {}, [], id="nothing known, nothing held against it"),
        pytest.param(ORGANIC, {"product": "五常大米 5kg", "seller": Seller(name="五常市稻香农民专业合作社")}, [], id="its own"),
        pytest.param(ORGANIC, {"day": date(2027, 3, 11)}, [], id="on its last day"),
        pytest.param(ORGANIC, {"day": date(2027, 3, 12)}, ["expired"], id="the day after"),
        pytest.param(ORGANIC, {"day": date(2026, 3, 11)}, ["not-yet-valid"], id="before its first"),
        pytest.param(ORGANIC, {"seller": Seller(name="哈尔滨北粮农业有限公司")}, ["other-holder"], id="another's by name"),
        pytest.param(ORGANIC, {"seller": Seller(name="稻香合作社", uscc="91310112MA1GD5WP62")}, ["other-holder"], id="another's by code"),
        pytest.param(ORGANIC, {"seller": Seller(name="王家铺", uscc="91110000802100433B")}, [], id="the code decides"),
        pytest.param(ORGANIC, {"product": "红富士苹果 5斤"}, ["other-scope"], id="other goods"),
        pytest.param(ORGANIC, {"product": "神秘好物"}, [], id="goods that nobody knows"),
        pytest.param(ORGANIC, {"declared": [("organic", "134OP2500117")]}, ["undeclared"], id="another number"),
        pytest.param(ORGANIC, {"declared": [("organic", "134OP2600842-2")]}, [], id="a part of it"),
        pytest.param(ORGANIC, {"declared": [("organic", "134OP2600843")]}, [], id="a slip of one sign"),
        pytest.param(ORGANIC, {"declared": [("organic", "123OP2500001"), ("organic", "134OP2600842")]}, [], id="one of several"),
        pytest.param(ORGANIC, {"declared": [("food-production", "SC10123018401210")]}, [], id="a number of another kind"),
        pytest.param(BUSINESS, {"seller": Seller(name="上海李四食品有限公司")}, ["expired", "other-holder"], id="two faults, both told"),
    ],
)  # fmt: skip
def test_failures(text: str, given: dict[str, Any], found: list[str]) -> None:
    assert kinds(text, **given) == found


def test_a_failure_stands_on_the_words_that_show_it() -> None:
    (printed,) = printed_in(ORGANIC)
    given = shown(day=date(2028, 1, 1), seller=Seller(name="哈尔滨北粮农业有限公司"), product="苹果")
    words = {one.kind: ORGANIC[one.start : one.end] for one in failures(printed, given)}
    assert words == {
        "expired": "2027年03月11日",
        "other-holder": "五常市稻香农民专业合作社",
        "other-scope": "大米、小米",
    }


def test_the_wording_is_that_of_the_assessment() -> None:
    (printed,) = printed_in(ORGANIC)
    (failure,) = failures(printed, shown(day=date(2028, 1, 1)))
    assert failure.detail["en"] == "number 134OP2600842 has run out (valid to 2027-03-11)"


@pytest.mark.parametrize(
    "piece",
    [
        "地址",
        "产品名称：",
        "有效期至2026年1月1日\n",
        "证书编号：134OP2600842\n",
        "产品名称\n大米\n",
        "认证委托人：某",
        "产品名称：\n",
    ],
)
def test_a_text_made_to_be_slow_is_not(piece: str) -> None:
    """Sixteen times the text takes about sixteen times the time: a quadratic way would take 256 times."""
    seconds = []
    for count in (2_000, 32_000):
        text = "有机产品认证证书\n" + (piece * count)[:count]
        tries = []
        for _ in range(3):
            begun = time.process_time()
            face_of(text)
            tries.append(time.process_time() - begun)
        seconds.append(min(tries))
    assert seconds[1] < 100 * seconds[0]
