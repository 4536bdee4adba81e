"""Certificate numbers: what is found in a text, what is wrong with it, what it tells, and that prose has none.

Numbers are invented, with right check digits; the two patents of the check and the four codes are public ones.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.documents import CertificateType
from monitor.registry.families import FAMILIES, OTHERS
from monitor.registry.families.cosmetic import CosmeticRegistration
from monitor.registry.families.credit_code import CreditCode
from monitor.registry.families.food_production import FoodProductionLicence
from monitor.registry.families.patent import Patent
from monitor.registry.identifier import Identifier, Malformed, WrongCheckDigit, written
from monitor.registry.numbers import find, is_pack_code, judge, normalise, sight

WELL_FORMED = [
    ("SC11414062390081", "food-production", "SC11414062390081", {"class": "茶叶及相关制品", "region": "山西"}),
    ("ＳＣ１１４ １４０６２３ ９００８１", "food-production", "SC11414062390081", {}),
    ("生产许可sc-114-140623-90081。", "food-production", "SC11414062390081", {}),
    ("SC一一四一四〇六二三九零零八幺", "food-production", "SC11414062390081", {}),
    ("SC幺幺四幺四洞六二三勾洞洞八幺", "food-production", "SC11414062390081", {"place": "山西省朔州市右玉县"}),
    ("S C 一一四 一四〇六二三 九零零八幺", "food-production", "SC11414062390081", {}),
    ("编号是SC幺幺四，幺四零六二三，九零零八幺，三二一上链接", "food-production", "SC11414062390081", {}),
    ("食品生產許可證編號：SC11414062390081", "food-production", "SC11414062390081", {}),
    ("SC11414O6239OO81", "food-production", "SC11414062390081", {}),
    ("SC11414062390081 2026年生产", "food-production", "SC11414062390081", {}),
    ("经营许可证JY13301060999991", "food-business", "JY13301060999991", {"business": "食品销售", "region": "浙江"}),
    ("JY13301060999991", "food-business", "JY13301060999991", {"place": "浙江省杭州市西湖区"}),
    ("JY11105050000003", "food-business", "JY11105050000003", {"region": "北京"}),
    ("YB13301060999991", "food-business", "YB13301060999991", {"business": "批发"}),
    ("0123OP2390001", "organic", "0123OP2390001", {"year": "2023", "body": "0123"}),
    ("8123OP2390001", "organic", "8123OP2390001", {"origin": "境外机构（等效互认）"}),
    ("098op260 0588", "organic", "098OP2600588", {}),
    ("证书是零九八OP二六零零一二七的", "organic", "098OP2600127", {}),
    ("0123OP2390001-2", "organic", "0123OP2390001-2", {}),
    ("F12OP2390001", "organic", "F12OP2390001", {}),
    ("有机码：12324123456789012", "organic", "12324123456789012", {"body": "123", "year": "2024"}),
    ("LB-15-2308159999A", "green-food", "LB-15-2308159999A", {"year": "2023", "region": "山东"}),
    ("LB152308159999A", "green-food", "LB-15-2308159999A", {}),
    ("企业信息码GF110105229999", "green-food", "GF110105229999", {"year": "2022", "region": "北京"}),
    ("农产品地理标志AGI09999", "gi", "AGI09999", {}),
    ("国家质检总局公告2003年第9999号", "gi", "公告2003年第9999号", {"year": "2003"}),
    ("原质检总局2003年第9999号公告批准保护", "gi", "公告2003年第9999号", {}),
    ("国家知识产权局公告（2020年第999号）", "gi", "公告2020年第999号", {}),
    ("地理标志产品 公告〔2010〕年第99号", "gi", "公告2010年第99号", {}),
    ("地理标志证明商标第9999999号", "gi", "9999999", {}),
    ("国食健注G20219999", "health-food", "国食健注G20219999", {"year": "2021", "origin": "国产"}),
    ("国食健注J20219999", "health-food", "国食健注J20219999", {"origin": "进口"}),
    ("食健备G201937009999", "health-food", "食健备G201937009999", {"year": "2019", "region": "山东"}),
    ("食健备J202100009999", "health-food", "食健备J202100009999", {"origin": "进口"}),
    ("国食健字G20109999", "health-food", "国食健字G20109999", {}),
    ("卫食健字（2001）第9999号", "health-food", "卫食健字(2001)第9999号", {"year": "2001"}),
    ("卫进食健字(1999)第0999号", "health-food", "卫进食健字(1999)第0999号", {"origin": "进口"}),
    ("卫食健进字（1999）第0999号", "health-food", "卫食健进字(1999)第0999号", {"year": "1999", "origin": "进口"}),
    ("国食注字YP20189999", "infant-formula", "国食注字YP20189999", {"year": "2018"}),
    ("国食注字 TY20209999", "special-medical-food", "国食注字TY20209999", {"year": "2020"}),
    ("国药准字H20039999", "drug", "国药准字H20039999", {"class": "化学药", "year": "2003"}),
    ("國藥準字H20039999", "drug", "国药准字H20039999", {}),
    ("国药准字HJ20219999", "drug", "国药准字HJ20219999", {"origin": "进口", "year": "2021"}),
    ("国药准字HC20219999", "drug", "国药准字HC20219999", {"origin": "港澳台"}),
    ("国药准字Z45029999", "drug", "国药准字Z45029999", {"region": "广西", "year": "2002"}),
    ("国药准字H10959999", "drug", "国药准字H10959999", {"year": "1995"}),
    ("进口药品注册证号H20139999", "drug", "H20139999", {"origin": "进口", "year": "2013"}),
    (
        "粤械注准20232079999",
        "device",
        "粤械注准20232079999",
        {"year": "2023", "class": "2", "region": "广东", "origin": "境内"},
    ),
    ("国械注进20213079999", "device", "国械注进20213079999", {}),
    ("粤穗械备20159999号", "device", "粤穗械备20159999号", {"year": "2015"}),
    ("国食药监械（准）字2013第3409999号", "device", "国食药监械(准)字2013第3409999号", {}),
    ("PD20189999", "pesticide", "PD20189999", {"class": "农药登记", "year": "2018"}),
    ("农药登记证号：PD20189999F990001", "pesticide", "PD20189999F990001", {}),
    ("PD86101-9", "pesticide", "PD86101-9", {}),
    ("卫生用WP20209999", "pesticide", "WP20209999", {}),
    ("A（京）农种许字（2020）第9999号", "seed", "A(京)农种许字(2020)第9999号", {"class": "A", "year": "2020"}),
    ("国审麦20189999", "seed", "国审麦20189999", {"year": "2018"}),
    ("GPD番茄(2020)119999", "seed", "GPD番茄(2020)119999", {}),
    ("豫农肥（2022）准字99999号", "fertilizer", "豫农肥(2022)准字99999号", {"year": "2022", "class": "准"}),
    ("微生物肥(2018)准字(9999)号", "fertilizer", "微生物肥(2018)准字(9999)号", {}),
    ("兽药生字160019999", "veterinary", "兽药生字160019999", {"region": "河南", "class": "兽用生物制品"}),
    ("兽药字160019999", "veterinary", "兽药字160019999", {"class": "兽药"}),
    ("鲁饲证（2020）01999", "feed", "鲁饲证(2020)01999", {}),
    ("CMA证书编号：230004129999", "test-report", "CMA230004129999", {"authority": "国家", "field": "农林牧渔"}),
    ("CNAS L9999", "test-report", "CNASL9999", {"class": "实验室"}),
    ("CNAS C999-M", "test-report", "CNASC999M", {"class": "认证机构"}),
    ("ZL201410026192.3", "patent", "ZL201410026192.3", {"year": "2014", "kind": "发明"}),
    ("zl 2014 1 0026192．3", "patent", "ZL201410026192.3", {}),
    ("专利号：201410026192.3", "patent", "ZL201410026192.3", {}),
    ("ZL95115608.X", "patent", "ZL95115608.X", {"year": "1995", "kind": "发明"}),
    ("商标注册证第99999999号", "trademark", "99999999", {}),
    ("CAQS-MTYX-20199999", "quality-product", "CAQS-MTYX-20199999", {"year": "2019"}),
    ("001GAP2499999", "gap", "001GAP2499999", {"year": "2024"}),
    ("001HACCP2399999", "haccp", "001HACCP2399999", {}),
    ("00123Q39999R0M", "iso", "00123Q39999R0M", {}),
    ("（浙）水野繁字（2024）999号", "wildlife-breeding", "(浙)水野繁字(2024)999号", {}),
]

WRONG = [
    ("SC1141406239008", "malformed", "有 13 位数字"),
    ("SC114140623900812", "malformed", "有 15 位数字"),
    ("SC11414062390085", "wrong-check-digit", "校验位应为 1"),
    ("SC12345678901234", "wrong-check-digit", "校验位应为 2"),
    ("QS1406 1401 0999", "malformed", "2018-10-01"),
    ("食品生产许可证编号：11414062390081", "malformed", "前面没有 SC"),
    ("生产许可证编号11414062390081", "malformed", "前面没有 SC"),
    ("JY1330106099999", "malformed", "JY 或 YB 加 14 位数字"),
    ("JY13301060999990", "wrong-check-digit", "校验位应为 1"),
    ("098OP26005", "malformed", "098OP26005"),
    ("有机码：1232412345678901", "malformed", "有 16 位数字"),
    ("LB-15-23081599", "malformed", "LB-"),
    ("GF1101052299", "malformed", "GF 加 12 位数字"),
    ("AGI999", "malformed", "AGI 加五位数字"),
    ("国食健注G2021999", "malformed", "有 7 位数字"),
    ("国食健字20109999", "malformed", "国食健注G"),
    ("国食注字YP2018999", "malformed", "YP"),
    ("国药准字Z9102", "malformed", "国药准字"),
    ("粤械注准2023207999", "malformed", "11 位数字"),
    ("PD2018999", "malformed", "PD"),
    ("A(京)农种许字(2020)第1号", "malformed", "农种许字"),
    ("CMA 23000412999", "malformed", "12 位数字"),
    ("ZL201410026192.4", "wrong-check-digit", "校验位应为 3"),
    ("ZL20141002619", "malformed", "ZL"),
    ("CAQS-MTYX-2019999", "malformed", "CAQS"),
]

PROSE = [
    "家人们三二一上链接，今天这个价格只有我们家有",
    "昨天摘了五千斤脐橙，分装四百箱，全部发顺丰",
    "客服电话13800138000，营业时间9:00-21:30，周末照常",
    "2026年11月20日生产，保质期12个月，净含量5kg×2袋",
    "订单号202611201234567890，快递单号SF1234567890123",
    "PD65W快充头，USB PD3.0协议，支持PD 20V",
    "AGI 2025大会上专家谈了人工智能",
    "GF老师说100LB的哑铃太重了",
    "我们有生产许可证也有经营许可证，检测报告都在详情页",
    "本品不是药品，没有国药准字，也没有蓝帽子",
    "商标已经申请了三年，专利也在申请",
    "ISO9001和HACCP都做了，GAP也在做",
    "CMA的报告，CNAS的实验室，OP的位置在店里",
    "市场监管总局公告2024年第5号，2024年第5号公告",
    "农业部公告第2468号发布，今年第3号仓库，公告栏2024",
    "条码6901234567892，规格型号SC-200，货号JY1688",
    "武汉市洪山区珞喻路1037号，邮编430074",
    "国审品种，农肥要少用，兽药残留合格，饲料是玉米豆粕",
    "有机码扫一扫就能查，绿色食品标志在左上角",
    "出版社ISBN 978-7-111-12345-6，定价59.80元",
]


def family_of(kind: str, number: str) -> type[Identifier]:
    return next(
        family for family in FAMILIES if family.kind == kind and re.fullmatch(family.form, family.canonical(number))
    )


@pytest.mark.parametrize(("text", "kind", "number", "tells"), WELL_FORMED, ids=[row[0] for row in WELL_FORMED])
def test_a_number_is_found_read_and_tells(text: str, kind: str, number: str, tells: dict[str, str]) -> None:
    (found,) = find(text)
    assert (found.type, found.number, found.verdict) == (kind, number, "well-formed")
    assert text[found.start : found.end] == found.raw
    assert tells.items() <= family_of(kind, number).parse(found.raw).tells.items()


@pytest.mark.parametrize(("text", "verdict", "reason"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_number_is_found_with_its_reason(text: str, verdict: str, reason: str) -> None:
    (found,) = find(text)
    assert found.verdict == verdict
    assert reason in found.reason
    assert found.reason_en


@pytest.mark.parametrize("text", PROSE)
def test_prose_has_no_numbers_of_certificates(text: str) -> None:
    assert find(text) == []


def test_numbers_are_found_in_order_where_they_stand() -> None:
    text = "𠮷有机证书０１２３ＯＰ2390001，SC11414062390081；SC11414062390085"
    found = find(text)
    assert [number.verdict for number in found] == ["well-formed", "well-formed", "wrong-check-digit"]
    assert [text[number.start : number.end] for number in found] == [number.raw for number in found]
    assert found[0].raw == "０１２３ＯＰ2390001"


@pytest.mark.parametrize(
    ("kind", "number", "verdict"),
    [
        ("food-production", "11414062390081", "malformed"),
        ("food-production", "SC11414062390085", "wrong-check-digit"),
        ("food-production", "办理中", "malformed"),
        ("organic", "123OP26", "well-formed"),
        ("organic", "无", "malformed"),
        ("green-food", "绿字第12号", "well-formed"),
        ("green-food", "GF1101052299", "malformed"),
        ("test-report", "2026-NY-0312", "well-formed"),
        ("compliance", "现场开具", "well-formed"),
        ("gap", "GAP-7", "well-formed"),
        ("health-food", "国食健注G2021999", "malformed"),
        ("patent", "ZL201410026192.4", "wrong-check-digit"),
    ],
)
def test_only_what_is_sure_is_wrong(kind: CertificateType, number: str, verdict: str) -> None:
    found, reason = judge(kind, number)
    assert found == verdict
    assert bool(reason.zh) == (verdict != "well-formed")


@pytest.mark.parametrize(
    ("kind", "left", "right"),
    [
        ("organic", "098op260 0588", "０９８ＯＰ2600588"),
        ("organic", "零九八OP二六零零一二七", "098OP2600127"),
        ("green-food", "LB152308159999A", "LB—15—2308159999a"),
        ("seed", "B（豫）农种许字（2022）第0104号", "B(豫)农种许字〔2022〕第0104号"),
        ("patent", "201410026192.3", "ZL 2014 1 0026192.3"),
        ("wildlife-breeding", "（浙）水野繁字（2024）037号", "(浙)水野繁字[2024]037号"),
        ("trademark", "第99999999号", "99999999"),
    ],
)
def test_one_number_has_one_normal_form(kind: CertificateType, left: str, right: str) -> None:
    assert normalise(kind, left) == normalise(kind, right)


def test_a_seed_licence_keeps_the_digit_of_its_place() -> None:
    assert normalise("seed", "C（黑哈五）农种许字（2016）第6001号") == "C(黑哈五)农种许字(2016)第6001号"


@pytest.mark.parametrize(
    ("kind", "number", "code"),
    [
        ("organic", "12324123456789012", True),
        ("organic", "0123OP2390001", False),
        ("green-food", "GF110105229999", True),
    ],
)
def test_codes_of_packs_are_no_certificates(kind: CertificateType, number: str, code: bool) -> None:
    assert is_pack_code(kind, number) is code


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("91110000802100433B", "企业"),
        ("91440300708461136T", "企业"),
        ("91350100M000100Y43", "企业"),
        ("91310112MA1GD5WP62", "企业"),
    ],
)
def test_a_credit_code_tells_its_body(code: str, body: str) -> None:
    found = CreditCode.parse(code)
    assert found.tells["body"] == body
    assert found.organisation_code_agrees


def test_a_credit_code_is_found_in_a_text() -> None:
    ((start, end, number, verdict, _),) = sight(CreditCode, "信用代码91110000802100433b（企业）")
    assert (start, end, number, verdict) == (0, 22, "91110000802100433B", "well-formed")
    assert CreditCode.parse("91310112MA1GD5WP62").tells["region"] == "上海"
    with pytest.raises(WrongCheckDigit, match="would be B"):
        CreditCode.parse("911100008021004335")


def test_a_cosmetic_is_recognised() -> None:
    ((_, _, number, verdict, _),) = sight(CosmeticRegistration, "备案编号粤G妆网备字2023999999")
    assert (number, verdict) == ("粤G妆网备字2023999999", "well-formed")


@given(digits=st.text("0123456789", min_size=13, max_size=13), place=st.integers(0, 13), slip=st.integers(1, 9))
def test_every_single_wrong_digit_of_a_licence_is_found(digits: str, place: int, slip: int) -> None:
    right = digits + FoodProductionLicence.check_digit("SC" + digits)
    wrong = right[:place] + str((int(right[place]) + slip) % 10) + right[place + 1 :]
    assert FoodProductionLicence.parse("SC" + right).number == "SC" + right
    with pytest.raises(WrongCheckDigit):
        FoodProductionLicence.parse("SC" + wrong)


@given(serial=st.text("0123456789", min_size=7, max_size=7), place=st.integers(5, 11), slip=st.integers(1, 9))
def test_every_single_wrong_digit_of_a_patent_is_found(serial: str, place: int, slip: int) -> None:
    digits = "20231" + serial
    check = Patent.check_digit(f"ZL{digits}.0")
    assert Patent.parse(f"ZL{digits}{check}").number == f"ZL{digits}.{check}"
    wrong = digits[:place] + str((int(digits[place]) + slip) % 10) + digits[place + 1 :]
    with pytest.raises(WrongCheckDigit):
        Patent.parse(f"ZL{wrong}.{check}")


@given(text=st.text(alphabet="SCQJYOPZLABGFDX 0123456789零一幺.-()（）字第号准国食健注械药PD", max_size=60))
def test_any_heap_of_signs_is_read_or_left(text: str) -> None:
    for found in find(text):
        assert text[found.start : found.end] == found.raw
        assert bool(found.reason) == (found.verdict != "well-formed")
    for family in FAMILIES:
        with suppress(Malformed, WrongCheckDigit):
            family.parse(text)


@pytest.mark.parametrize("family", [*FAMILIES, *OTHERS], ids=lambda family: family.__name__)
def test_a_family_finds_only_behind_its_anchors_and_is_documented(family: type[Identifier]) -> None:
    assert all(anchor == anchor.lower() for anchor in family.anchors)
    assert written(family.seen)
    page = (Path(__file__).parents[2] / "docs" / "certificates.md").read_text("utf-8")
    assert family.title.zh in page
