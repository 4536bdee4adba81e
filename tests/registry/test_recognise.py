"""What a number is, asked by a person: every family, also those no registry is kept of, and numbers without their lead."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.registry.families.advertising import AdvertisementApproval
from monitor.registry.recognise import Recognised, recognise

KNOWN = [
    ("91310112MA1GD5WP62", "统一社会信用代码", "91310112MA1GD5WP62",
     {"body": "企业", "place": "上海市闵行区", "organisation": "MA1GD5WP-6"}),
    ("统一社会信用代码：九幺三幺零幺幺二MA1GD5WP62", "统一社会信用代码", "91310112MA1GD5WP62", {}),
    ("统一社会信用代码：九幺幺幺零零零零八零二幺零零四三三B", "统一社会信用代码", "91110000802100433B", {"region": "北京"}),
    ("粤G妆网备字2023999999", "化妆品注册证编号或备案编号", "粤G妆网备字2023999999",
     {"class": "普通化妆品", "origin": "国产", "region": "广东"}),
    ("国妆特进字J20219999", "化妆品注册证编号或备案编号", "国妆特进字J20219999", {"class": "特殊化妆品", "origin": "进口"}),
    ("粤食健广审（文）第270531-09999号", "广告批准文号", "粤食健广审(文)第270531-09999号",
     {"class": "保健食品", "medium": "图文", "region": "广东", "until": "2027-05-31"}),
    ("京药广审视第27053109999", "广告批准文号", "京药广审(视)第270531-09999号", {"class": "药品", "medium": "视频"}),
    ("农药追溯码：1189999 1 110 000000000000000000001", "农药追溯码", "11899991110000000000000000000001", {"registration": "PD20189999"}),
    ("农药经许（赣）36072220001", "农药经营许可证编号", "农药经许(赣)36072220001", {"place": "江西省赣州市信丰县"}),
    ("苏卫消证字（2021）第9999号", "消毒产品生产企业卫生许可证号", "(苏)卫消证字(2021)第9999号", {"year": "2021", "region": "江苏"}),
    ("条码：690 1234 567892", "商品条码", "6901234567892", {"member": "中国"}),
    ("EAN-13: 4012345678901", "商品条码", "4012345678901", {}),
]  # fmt: skip

GUESSED = [
    ("6901234567892", ["商品条码"]),
    ("12324123456789012", ["有机码"]),
    ("11414062390081", ["食品生产许可证编号", "食品经营许可证编号"]),
    (" 201410026192.3 ", ["专利号"]),
    ("1234567", []),
    ("6901234567893", []),
    ("不是编号", []),
    ("", []),
]

WRONG = [
    ("条码6901234567893", "wrong-check-digit", "校验位应为 2"),
    ("粤药广审(文)第2705号", "malformed", "广审"),
    ("追溯码1189999111000000000000000000000", "malformed", "32 位"),
    ("农药经许(赣)360722", "malformed", "农药经许"),
    ("信用代码9131011MA1GD5WP62", "malformed", "18 位"),
    ("SC11414062390085", "wrong-check-digit", "校验位应为 1"),
]


def only(text: str) -> Recognised:
    (found,) = recognise(text)
    return found


@pytest.mark.parametrize(("text", "title", "number", "tells"), KNOWN, ids=[row[0] for row in KNOWN])
def test_what_a_number_is_and_tells(text: str, title: str, number: str, tells: dict[str, str]) -> None:
    found = only(text)
    assert (found.family.title.zh, found.number, found.verdict, found.sure) == (title, number, "well-formed", True)
    assert tells.items() <= found.tells.items()


@pytest.mark.parametrize(("text", "titles"), GUESSED, ids=[row[0] for row in GUESSED])
def test_a_number_without_its_lead_is_offered_as_what_it_may_be(text: str, titles: list[str]) -> None:
    found = recognise(text)
    assert [one.family.title.zh for one in found] == titles
    assert not any(one.sure for one in found)
    assert all(text[one.start : one.end] == text.strip() for one in found)


@pytest.mark.parametrize(("text", "verdict", "reason"), WRONG, ids=[row[0] for row in WRONG])
def test_what_is_wrong_is_told(text: str, verdict: str, reason: str) -> None:
    found = only(text)
    assert (found.verdict, dict(found.tells)) == (verdict, {})
    assert reason in found.reason.zh


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("SC19999999999999", "no province has the code 99"),
        ("SC19999999999999", "the catalogue has no class 199"),
        ("JY19999999999999", "no province has the code 99"),
        ("粤药广审(文)第279931-09999号", "is no day"),
        ("追溯码11812341110000000000000000000001，登记证号PD20189999", "not those of PD20189999"),
    ],
)
def test_what_is_odd_is_told_and_is_not_wrong(text: str, doubt: str) -> None:
    first = recognise(text)[0]
    assert first.verdict == "well-formed"
    assert any(doubt in odd.en for odd in first.doubts)


def test_a_trace_code_that_belongs_to_its_registration_is_not_odd() -> None:
    trace, registration = recognise("追溯码11899991110000000000000000000001，登记证号PD20189999")
    assert (trace.doubts, registration.number) == ((), "PD20189999")


def test_an_approval_ends_on_its_day() -> None:
    assert AdvertisementApproval.parse("粤药广审(文)第270531-09999号").ends == date(2027, 5, 31)
    assert AdvertisementApproval.parse("粤药广审(文)第270532-09999号").ends is None


@given(
    text=st.text(
        alphabet="SCQJYOPZLABGFDX 0123456789零一幺洞.-,，()（）字第号准国食健注广审药PD追溯码公告年", max_size=60
    )
)
def test_any_heap_of_signs_is_read_or_left(text: str) -> None:
    for found in recognise(text):
        assert 0 <= found.start < found.end <= len(text)
        assert bool(found.reason.zh) == (found.verdict != "well-formed")
