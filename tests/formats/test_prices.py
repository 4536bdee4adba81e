"""Price histories from JSON Lines, CSV and Excel: what is read, and what is told of what is none."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from formats.reading import Heard

from monitor.documents import CHINA, PriceObservation
from monitor.formats import read_paths
from monitor.formats.prices import COLUMNS, KINDS, Assumed, read_prices

ROOT = Path(__file__).parents[2]
DAY = datetime(2026, 11, 1, tzinfo=CHINA)


PLAIN = Assumed()


def read(path: Path, assumed: Assumed = PLAIN) -> tuple[list[PriceObservation], list[str]]:
    heard = Heard()
    found = list(read_prices(path, heard, assumed))
    return found, [error.removeprefix(f"{path}:").strip() for error in heard.errors]


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_json_lines_are_read_as_they_are_written(tmp_path: Path) -> None:
    lines = """
{"listing": "L-1", "at": "2026-11-01", "price": 39.9}
{"listing": "L-1", "at": "2026-11-01T10:00:00Z", "price": "39.90", "kind": "deal", "platform": "douyin", "stock": 3, "by": "api"}

{"listing": "L-1", "at": "2026-11-01 09:05", "price": 39.900000000000006, "currency": "USD"}
"""
    found, errors = read(written(tmp_path, "p.jsonl", lines))
    assert errors == []
    assert [
        (item.at.isoformat(), item.price, item.kind, item.platform, item.currency, item.stock) for item in found
    ] == [
        ("2026-11-01T00:00:00+08:00", Decimal("39.9"), "displayed", None, "CNY", None),
        ("2026-11-01T10:00:00+00:00", Decimal("39.9"), "deal", "douyin", "CNY", 3),
        ("2026-11-01T09:05:00+08:00", Decimal("39.9"), "displayed", None, "USD", None),
    ]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ('"price": -1', "price: `price` is no price: above 0, below 1,000,000,000,000"),
        ('"price": 0', "price: `price` is no price: above 0, below 1,000,000,000,000"),
        ('"price": "NaN"', "price: `price` is no price: above 0, below 1,000,000,000,000"),
        ('"price": "1e400"', "price: `price` is no price: above 0, below 1,000,000,000,000"),
        (
            '"price": 1e400',
            "holds a number that is too large (more than 4,300 digits, or beyond 1e308): write it as text",
        ),
        ('"price": "1e-400"', "price: `price` is no price: above 0, below 1,000,000,000,000"),
        ('"price": null', "price: Expected `decimal`, got `null`"),
        (
            '"at": "yesterday"',
            "at: not a time: yesterday; write 2026-11-20, 2026-11-20 20:00 or 2026-11-20T20:00:00+08:00",
        ),
        ('"at": "2026-02-30"', "at: not a time: 2026-02-30"),
        ('"at": "0001-01-01"', "at: `at` is no time of a sale: 1990 to 2199"),
        ('"at": 1764547200', "at: Expected `str`, got `int`"),
        ('"listing": ""', "listing: Expected `str` of length >= 1"),
        ('"listing": "L\\u0000"', "listing: contains the character NUL"),
        ('"kind": "gift"', "kind: Invalid enum value 'gift'"),
        ('"currency": "元"', "currency: Expected `str` matching regex '^[A-Z]{3}$'"),
        ('"stock": -3', "stock: Expected `int` >= 0"),
    ],
)
def test_a_line_that_is_no_price_is_told_with_its_field(tmp_path: Path, changes: str, told: str) -> None:
    good = '{"listing": "L-1", "at": "2026-11-01", "price": 1}\n'
    key = changes.partition(":")[0]
    bad = {'"listing"': '"at": "2026-11-01", "price": 1', '"at"': '"listing": "L", "price": 1'}
    rest = bad.get(key, '"listing": "L", "at": "2026-11-01"' + ("" if key == '"price"' else ', "price": 1'))
    found, errors = read(written(tmp_path, "p.jsonl", good + f"{{{rest}, {changes}}}\n" + good))
    assert errors == [f"2: {told}"]
    assert len(found) == 2, "the rest goes on"


def test_a_table_is_known_by_chinese_columns_too(tmp_path: Path) -> None:
    table = "商品编号;日期;成交价;库存;店铺\nL-1;2026/11/1 9:05;￥1,299.00元;5件;甲\n"
    (found,), errors = read(written(tmp_path, "p.csv", table.encode("gbk")), Assumed("taobao"))
    assert errors == []
    assert found == PriceObservation(
        "L-1", datetime(2026, 11, 1, 9, 5, tzinfo=CHINA), Decimal(1299), "deal", "taobao", stock=5
    )


def test_the_kind_of_a_row_comes_before_the_one_assumed(tmp_path: Path) -> None:
    table = "id,time,price,kind\nL,2026-11-01,1,划线价\nL,2026-11-02,1,\nL,2026-11-03,1,送的\n"
    found, errors = read(written(tmp_path, "p.csv", table), Assumed(kind="deal"))
    assert [item.kind for item in found] == ["reference", "deal"]
    assert [error.partition(";")[0] for error in errors] == ["4: kind: not a kind of price: 送的"]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("id,price\nL,1\n", "1: no column of at; one of these is needed: at、time、date"),
        ("id,date,price\n", "1: no price under the header"),
        ("id,date,price,售价\nL,2026-11-01,1,2\n", "1: two columns of price: take one of them away"),
        ("id,date,价格\nL,2026-11-01,面议\n", "2: 价格: not an amount of money: 面议"),
        ("id,date,价格\nL,,1\n", "2: date: is required"),
        ("id,date,价格\nL,昨天,1\n", "2: date: not a time: 昨天; write 2026-11-20"),
        ("id,date,价格,库存\nL,2026-11-01,1,很多\n", "2: 库存: not a whole number: 很多"),
        ('id,date,价格\nL,2026-11-01,"1\n', "2: no CSV"),
    ],
)
def test_a_table_that_has_no_prices_says_why(tmp_path: Path, table: str, told: str) -> None:
    found, errors = read(written(tmp_path, "p.csv", table))
    assert found == []
    assert errors[0].startswith(told)


def test_the_first_sheet_of_a_workbook_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["商品编号", "时间", "价格", "类型"],
        [70010137, datetime(2026, 11, 1, 8), 39.9, "成交"],  # noqa: DTZ001 (a sheet has no zones)
        [None, None, None, None],
        ["L-2", date(2026, 11, 2), "很贵", None],
        ["L-3", "2026-11-03", 5, None],
    ):
        book.active.append(row)
    path = tmp_path / "p.xlsx"
    book.save(path)
    found, errors = read(path)
    assert found == [
        PriceObservation("70010137", datetime(2026, 11, 1, 8, tzinfo=CHINA), Decimal("39.9"), "deal"),
        PriceObservation("L-3", datetime(2026, 11, 3, tzinfo=CHINA), Decimal(5)),
    ]
    assert errors == ["4: 价格: not an amount of money: 很贵"]


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"PK\x03\x04 broken", "is no workbook: the archive is broken"),
        (b"", "the file is empty"),
        (b"id,date,price", "1: no price under the header"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is not text but an old Excel or Word file"),
    ],
)
def test_what_is_no_workbook_is_told(tmp_path: Path, raw: bytes, told: str) -> None:
    found, errors = read(written(tmp_path, "p.xlsx", raw))
    assert found == []
    assert errors[0].startswith(told)


def test_a_workbook_that_unpacks_to_far_more_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "p.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<row></row>" * 2_000_000)
    found, errors = read(path)
    assert found == []
    assert "a zip bomb?" in errors[0]


def test_cells_of_a_workbook_that_hold_no_value_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (
        ["商品编号", "时间", "价格"],
        ["L", "2026-11-01", "=1+1"],
        [1234567890123456789, "2026-11-01", 1],
        ["L-3", "2026-11-03", 5],
    ):
        book.active.append(row)
    path = tmp_path / "p.xlsx"
    book.save(path)
    found, errors = read(path)
    assert [one.listing for one in found] == ["L-3"]
    assert [error.partition(",")[0] for error in errors] == [
        "2: 价格: a formula",
        "3: 商品编号: a number of more than 15 digits",
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert read(tmp_path / "none.csv") == ([], ["cannot be read: No such file or directory"])
    assert read(written(tmp_path, "p.csv", "\n"))[1] == ["the file is empty"]


def test_a_history_among_documents_is_passed_over(tmp_path: Path) -> None:
    path = written(tmp_path, "prices.jsonl", '{"listing": "L", "at": "2026-11-01", "price": 1}\n')
    heard = Heard()
    assert list(read_paths([tmp_path], on_error=heard)) == []
    assert heard.notes == [f"{path}: holds prices (give them with --prices), not documents: passed over"]


def test_the_sample_is_a_price_history() -> None:
    found, errors = read(ROOT / "samples" / "prices.csv")
    assert (len(found), errors) == (740, [])


def test_every_name_of_a_column_and_a_kind_is_documented() -> None:
    page = (ROOT / "docs" / "formats.md").read_text("utf-8").lower()
    names = {name for group in (*COLUMNS.values(), *KINDS.values()) for name in group}
    assert not {name for name in names if f"`{name}`" not in page}
