"""A row becomes a certificate by the names of its columns, or is told with its column and the reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from monitor.registry.columns import FIELDS, HEADINGS, STATUSES, TYPES
from monitor.registry.records import Rejected, fields_of, mapping_of, record_of

ROW = {
    "证书编号": "098OP2690001",
    "获证组织名称": "甲公司",
    "统一社会信用代码": "93230184MA1CQ5H700",
    "认证范围": "大米、稻谷",
    "有效期起": "2026/1/1",
    "有效期止": "2026年12月31日",
    "证书状态": "有效",
    "备注": "x",
}


def record(row: dict[str, Any], kind: Any = "organic", *pairs: str) -> Any:
    return record_of(row, fields_of(row, mapping_of(pairs)), kind)


def test_the_usual_chinese_headings_are_known() -> None:
    made = record(ROW)
    assert (made.type, made.number, made.holder, made.holder_uscc) == (
        "organic",
        "098OP2690001",
        "甲公司",
        "93230184MA1CQ5H700",
    )
    assert (made.scope, made.status) == (("大米", "稻谷"), "valid")
    assert (made.valid_from, made.valid_to) == (date(2026, 1, 1), date(2026, 12, 31))


def test_so_are_those_in_traditional_characters() -> None:
    made = record(
        {"證書編號": "098OP2690001", "企業名稱": "甲公司", "類型": "有機產品認證證書", "證書狀態": "有效"}, None
    )
    assert (made.type, made.number, made.holder, made.status) == ("organic", "098OP2690001", "甲公司", "valid")


def test_so_are_english_ones_and_the_contract_itself() -> None:
    row = {"Certificate No": "098OP2690001", "Company": "A", "Expiry Date": "2026-12-31", "Status": "Suspended"}
    made = record(row)
    assert (made.holder, made.valid_to, made.status) == ("A", date(2026, 12, 31), "suspended")
    assert record({"type": "gi", "number": "AGI02001", "scope": ["大米", "小麦"]}, None).scope == ("大米", "小麦")


def test_no_heading_stands_for_two_fields() -> None:
    names = [name for said in HEADINGS.values() for name in said.split()]
    assert len(names) == len(set(names))
    assert set(HEADINGS) == set(FIELDS)


def test_a_mapping_comes_first_and_alone_for_its_field() -> None:
    row = {"登记号": "AGI02001", "编号": "17", "登记人": "某协会", "企业名称": "别家"}
    made = record(row, "gi", "登记号=number", "登记人 = holder")
    assert (made.number, made.holder) == ("AGI02001", "某协会")


@pytest.mark.parametrize(
    ("pair", "said"),
    [("x", "write COLUMN=FIELD"), ("=number", "write COLUMN=FIELD"), ("x=magic", "fields are type, number")],
)
def test_a_mapping_that_is_none_is_told(pair: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        mapping_of([pair])


def test_of_two_columns_for_one_field_the_first_that_holds_anything_counts() -> None:
    assert record({"编号": "098OP2690001", "企业名称": "—", "申请人": "乙公司"}).holder == "乙公司"


def test_a_period_in_one_cell() -> None:
    made = record({"编号": "098OP2690001", "有效期": "2024-01-01至长期"})
    assert (made.valid_from, made.valid_to) == (date(2024, 1, 1), None)


@pytest.mark.parametrize(
    ("said", "kind"),
    [("有机产品认证证书", "organic"), ("有机转换", "organic-conversion"), ("food_production", "food-production")],
)
def test_a_type_in_the_row_comes_before_that_of_the_file(said: str, kind: str) -> None:
    assert record({"类型": said, "编号": "1234"}, "gi").type == kind


def test_a_type_that_is_not_known_takes_that_of_the_file() -> None:
    assert record({"类型": "企业", "编号": "AGI02001"}, "gi").type == "gi"


REJECTED = [
    ({"企业名称": "甲"}, "organic", "number", "no number"),
    ({"证书编号": "—"}, "organic", "证书编号", "no number"),
    ({"证书编号": "办理中"}, "organic", "证书编号", "is no number"),
    ({"证书编号": "1.23457E+17"}, "organic", "证书编号", "lost its digits"),
    ({"证书编号": "=1+1"}, "organic", "证书编号", "a formula"),
    ({"证书编号": "098OP2690001"}, None, "type", "--type"),
    ({"证书编号": "098OP2690001", "类型": "驾照"}, None, "类型", "no type of certificate"),
    ({"证书编号": "098OP2690001", "证书状态": "怪"}, "organic", "证书状态", "no status"),
    ({"证书编号": "098OP2690001", "有效期至": "2026-13-01"}, "organic", "有效期至", "no day"),
    (
        {"证书编号": "098OP2690001", "有效期起": "2026-02-01", "有效期至": "2026-01-01"},
        "organic",
        "有效期至",
        "before it begins",
    ),
    ({"证书编号": "098OP2690001", "有效期": "2026-02-01至2026-01-01"}, "organic", "有效期", "before it begins"),
    ({"证书编号": "098OP2690001", "企业名称": "甲" * 501}, "organic", "企业名称", "length <= 500"),
    ({"证书编号": "098OP2690001", "认证范围": ["米" * 501]}, "organic", "认证范围", "length <= 500"),
    ({"证书编号": ["098OP2690001", "x"]}, "organic", "证书编号", "a list"),
]


@pytest.mark.parametrize(("row", "kind", "field", "said"), REJECTED)
def test_a_row_that_cannot_be_taken_says_where_and_why(row: dict[str, Any], kind: Any, field: str, said: str) -> None:
    with pytest.raises(Rejected) as caught:
        record(row, kind)
    assert caught.value.field == field
    assert said in caught.value.reason


def test_every_word_for_a_type_and_a_status_is_read() -> None:
    for said, kind in TYPES.items():
        assert record({"类型": said, "编号": "1234"}, None).type == kind
    for said, status in STATUSES.items():
        assert record({"编号": "1234", "状态": said}).status == status
