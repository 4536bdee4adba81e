"""Flags on pictures: the box, the doubt of the reader, and what is printed against what the page says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from monitor.documents import Image, Listing, PictureLine, Product, Segment, Seller, Transcript
from monitor.flags import Flag
from monitor.rules import load_rulebook
from monitor.scanner import Scanner

DAY = date(2026, 11, 20)
LINES = (
    "食品生产许可证",
    "生产者名称：湖南某某食品有限公司",
    "许可证编号：SC10123018401210",
    "有效期至 2025年06月30日",
)
Scan = Callable[..., list[Flag]]


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(load_rulebook(Path(__file__).parents[2] / "rules.yaml"), language="en", trace=True)


@pytest.fixture(scope="module")
def scan(scanner: Scanner) -> Scan:
    return lambda listing: list(scanner.scan(listing, DAY).flags)


def picture(*lines: str, confidence: float | None = 0.99) -> Image:
    text, placed = "", []
    for index, line in enumerate(lines):
        start = len(text) + bool(text)
        text = f"{text}\n{line}" if text else line
        placed.append(PictureLine(start, len(text), (10, 40 * index, 20 * len(line), 30), confidence))
    return Image(url="a.jpg", text=text, lines=tuple(placed))


def listing(*images: Image, **given: Any) -> Listing:
    return Listing("L-1", **({"title": "香菇酱"} | given), images=images)


def test_a_flag_on_a_picture_has_the_box_of_its_words(scan: Scan) -> None:
    document = listing(picture(*LINES))
    (flag,) = [flag for flag in scan(document) if flag.rule == "cn.picture.licence.expired"]
    number, day = flag.evidence
    assert (number.text, day.text) == ("SC10123018401210", "2025年06月30日")
    assert all(document.images[0].text[item.start : item.end] == item.text for item in flag.evidence)  # type: ignore[index]
    assert number.box is not None
    assert number.box[1::2] == (80, 30)
    assert number.box[0] > 10
    assert day.box is not None
    assert day.box[1] == 120


def test_words_given_without_places_are_judged_without_boxes(scan: Scan) -> None:
    (flag,) = [flag for flag in scan(listing(Image(text="\n".join(LINES)))) if flag.rule.endswith("licence.expired")]
    assert [item.box for item in flag.evidence] == [None, None]


def test_what_the_reader_was_not_sure_of_is_held_against_nobody(scan: Scan) -> None:
    assert not [flag for flag in scan(listing(picture(*LINES, confidence=0.8))) if flag.rule.startswith("cn.picture")]


@pytest.mark.parametrize(("confidence", "severity"), [(0.99, "high"), (0.8, "info"), (None, "high")])
def test_a_wrong_check_digit_that_was_read_without_certainty_is_for_information(
    scan: Scan, confidence: float | None, severity: str
) -> None:
    document = listing(picture("许可证编号：SC10123018401211", confidence=confidence))
    (flag,) = [flag for flag in scan(document) if flag.rule == "cn.food.licence.number"]
    assert flag.severity == severity
    assert ("capped" in {step.kind for step in flag.trace}) is (severity == "info")


def test_an_honest_certificate_raises_nothing(scan: Scan) -> None:
    page = picture("有机产品认证证书", "证书编号：134OP2600842", "认证委托人：五常市稻香农民专业合作社", "产品名称：大米",
                   "认证依据：GB/T 19630-2019 有机产品 生产、加工、标识与管理体系要求", "有效期：2026年03月12日至2027年03月11日",
                   "认证机构：华东有机认证中心")  # fmt: skip
    seller = Seller(name="五常市稻香农民专业合作社")
    assert scan(listing(page, title="大米 5kg", category="food.agri.grain", seller=seller)) == []


def test_a_shop_without_a_legal_form_is_not_held_to_be_another_party(scan: Scan) -> None:
    page = picture("有机产品认证证书", "证书编号：134OP2600842", "认证委托人：五常市稻香农民专业合作社")
    seller = Seller(name="小李粮铺")
    assert not [f for f in scan(listing(page, title="大米", seller=seller)) if f.rule.startswith("cn.picture")]


def test_the_holder_of_a_production_licence_may_be_the_producer(scan: Scan) -> None:
    page = picture(*LINES[:3], "有效期至 2028年06月30日")
    assert not [
        f for f in scan(listing(page, seller=Seller(name="上海李四商贸有限公司"))) if f.rule.startswith("cn.pict")
    ]


def test_pictures_that_nobody_read_are_told(scanner: Scanner) -> None:
    document = listing(Image(url="a.jpg"), Image(text=""), Image(url="b.jpg", unread="the file is empty"))
    told = [(item.field, item.reason) for item in scanner.scan(document, DAY).unread]
    assert told == [("images[0]", "not read"), ("images[2]", "the file is empty")]
    stream = Transcript("T-1", (Segment("好"),), products=(Product(document),))
    assert [item.field for item in scanner.scan(stream, DAY).unread] == [
        "products[0].listing.images[0]",
        "products[0].listing.images[2]",
    ]


@pytest.mark.parametrize(
    ("holder", "confidence", "flagged"),
    [
        pytest.param("眉县清源农民专业合作社", 0.97, False, id="its own"),
        pytest.param("周县清源农民专业合作社", 0.97, False, id="a machine may misread a place"),
        pytest.param("周县清源农民专业合作社", None, True, id="who gives the words answers for them"),
        pytest.param("五常市稻香农民专业合作社", 0.97, True, id="another party"),
    ],
)
def test_a_misread_name_is_no_other_party(scan: Scan, holder: str, confidence: float | None, flagged: bool) -> None:
    page = picture("有机产品认证证书", "证书编号：134OP2600842", f"认证委托人：{holder}", confidence=confidence)
    seller = Seller(name="眉县清源农民专业合作社")
    rules = {flag.rule for flag in scan(listing(page, title="大米", seller=seller))}
    assert ("cn.picture.certificate.holder" in rules) is flagged
