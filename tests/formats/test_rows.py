"""Tables row by row: CSV in Chinese encodings, workbooks with all that stands in them, JSON Lines; and what is no table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from formats.workbooks import rewritten, workbook

from monitor.errors import InputError
from monitor.formats import xlsx
from monitor.formats.item import Refusal, Source
from monitor.formats.rows import Row, read_rows

TABLE = "编号,名称\n1,甲\n2,乙\n"
SHEET = "xl/worksheets/sheet1.xml"


def needs(names: Sequence[str]) -> bool:
    return {"编号", "名称"} <= {name.strip() for name in names}


def read(path: Path) -> tuple[list[Row], list[InputError]]:
    told: list[InputError] = []
    source = Source(path.name, path.stem, told.append)
    return list(read_rows(path, source, lambda name: name in {"编号", "名称"}, needs)), told


def cells(path: Path) -> list[dict[str, Any]]:
    return [row.cells for row in read(path)[0]]


BOTH = [{"编号": "1", "名称": "甲"}, {"编号": "2", "名称": "乙"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_any_encoding_and_with_any_mark(tmp_path: Path, encoding: str, mark: str) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(TABLE.replace(",", mark).encode(encoding))
    assert cells(path) == BOTH


@pytest.mark.parametrize("above", ["2026年汇总\n", "2026年汇总,,\n制表：某局,\n\n", ""])
def test_headings_may_stand_below_a_title(tmp_path: Path, above: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(above + TABLE, "utf-8")
    rows, _ = read(path)
    assert [row.cells for row in rows] == BOTH
    assert rows[0].line == above.count("\n") + 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is empty"),
        ("a,b\n1,2\n", "headings that are needed"),
        ("x\n" * 40 + TABLE, "headings that are needed"),
        ('[{"编号": 1}]', "JSON array"),
        ("%PDF-1.4", "a PDF file"),
    ],
)
def test_what_is_no_table_is_told(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(Refusal, match=reason):
        read(path)


def test_a_broken_row_is_given_with_its_line_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('编号,名称\n1,甲\n3,"丙\n2,乙\n4,丁,多,了\n', "utf-8")
    rows, _ = read(path)
    good = [row.cells for row in rows if row.problem is None]
    assert good == BOTH
    bad = {row.line: (row.problem, row.cells) for row in rows if row.problem is not None}
    assert "quotation mark" in bad[3][0][1]  # type: ignore[index]
    assert bad[3][1] == {"": '3,"丙'}
    assert bad[5] == (("", "4 cells under 2 columns"), {"编号": "4", "名称": "丁", "": ["多", "了"]})


def test_digits_kept_as_text_by_a_spreadsheet_are_read_and_formulas_are_not(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('编号,名称\n"=""0123""",甲\n\'0124,乙\n=1+1,丙\n"=HYPERLINK(""http://x"")",丁\n', "utf-8")
    rows, _ = read(path)
    assert [row.cells["编号"] for row in rows[:2]] == ["0123", "0124"]
    assert [list(row.bad) for row in rows] == [[], [], ["编号"], ["编号"]]


def test_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("编号,名称,名称,\n1,甲,乙,丙\n", "utf-8")
    assert cells(path) == [{"编号": "1", "名称": "甲", "名称 (3)": "乙", "(4)": "丙"}]


def test_json_lines_and_corrected_rejects(tmp_path: Path) -> None:
    path = tmp_path / "table.jsonl"
    path.write_text(
        '{"number": 17, "scope": ["甲", 2], "x": null, "y": true}\n\n[1]\n'
        '{"file": "a", "row": 3, "field": "x", "reason": "no", "record": {"number": "18"}}\n',
        "utf-8",
    )
    rows, _ = read(path)
    assert [row.cells for row in rows if not row.problem] == [
        {"number": "17", "scope": ["甲", "2"], "y": "true"},
        {"number": "18"},
    ]
    assert [(row.line, row.cells) for row in rows if row.problem] == [(3, {"": "[1]"})]


def test_a_workbook_gives_text_days_and_numbers_as_they_are_shown(tmp_path: Path) -> None:
    rows = [
        ["2026年汇总"],
        [],
        ["编号", "名称", "日期", "时间", "数", "是"],
        ["1", "甲", date(2025, 6, 1), datetime(2025, 6, 1, 12, 30), 12.0, True],  # noqa: DTZ001 (Excel knows no zones)
        [2, " 乙 ", None, None, 1.5, None],
        [None, None],
    ]
    read_back, _ = read(workbook(tmp_path / "a.xlsx", ("表", rows)))
    assert [(row.line, row.sheet) for row in read_back] == [(4, "表"), (5, "表")]
    assert read_back[0].cells == {
        "编号": "1",
        "名称": "甲",
        "日期": "2025-06-01",
        "时间": "2025-06-01T12:30:00",
        "数": "12",
        "是": "true",
    }
    assert read_back[1].cells == {"编号": "2", "名称": " 乙 ", "数": "1.5"}


def test_each_sheet_has_headings_of_its_own_and_one_without_is_told(tmp_path: Path) -> None:
    sheets = [
        ("一", [["编号", "名称"], [1, "甲"]]),
        ("说明", [["请勿修改"]]),
        ("二", [["名称", "编号"], ["乙", 2], ["丙", 3]]),
    ]
    rows, told = read(workbook(tmp_path / "a.xlsx", *sheets))
    assert [(row.sheet, row.cells["编号"]) for row in rows] == [("一", "1"), ("二", "2"), ("二", "3")]
    assert [(error.note, error.reason.split(":")[0]) for error in told] == [(True, "sheet 说明")]


def test_formulas_errors_and_numbers_that_lost_digits_are_no_values(tmp_path: Path) -> None:
    rows = [["编号", "名称"], ["=A1+1", "甲"], [12345678901234567, "乙"], ["#N/A", "丙"]]
    found, _ = read(workbook(tmp_path / "a.xlsx", ("表", rows)))
    reasons = [row.bad.get("编号", "") for row in found]
    assert "a formula" in reasons[0]
    assert "more than 15 digits" in reasons[1]
    assert "an error of the spreadsheet" in reasons[2]
    assert [row.cells["编号"][:13] for row in found] == ["=A1+1", "1234567890123", "#N/A"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = workbook(tmp_path / "a.xlsx", ("表", [["编号", "名称"], [1, "甲"]]))
    rewritten(made, SHEET, lambda content: content + b" " * 20_000_000)
    with pytest.raises(Refusal, match="a zip bomb"):
        read(made)
    monkeypatch.setattr(xlsx, "RATIO_LIMIT", 10**6)
    monkeypatch.setattr(xlsx, "SHEET_LIMIT", 10**6)
    with pytest.raises(Refusal, match=r"unpacks to 20,000,\d+ bytes, the most is 1,000,000"):
        read(made)


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml", "xl/media/picture.png"])
def test_every_part_has_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr(xlsx, "PART_LIMIT", 100_000)
    monkeypatch.setattr(xlsx, "STRINGS_LIMIT", 200_000)
    made = workbook(tmp_path / "a.xlsx", ("表", [["编号", "名称"], [1, "甲"]]))
    with pytest.raises(Refusal, match=r"the most is [12]00,000"):
        read(rewritten(made, part, lambda content: content + b" " * 300_000))


def test_entities_that_multiply_are_no_danger(tmp_path: Path) -> None:
    layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{layers}]>'.encode()

    def change(content: bytes) -> bytes:
        bare = re.sub(rb"^<\?xml[^>]*\?>", b"", content)
        return head + bare.replace(b"<sheetData>", b"<sheetData><row r='9'><c r='A9' t='str'><v>&l11;</v></c></row>")

    made = rewritten(workbook(tmp_path / "a.xlsx", ("表", [["编号", "名称"], [1, "甲"]])), SHEET, change)
    with pytest.raises(Refusal, match="cannot be read"):
        read(made)


def test_a_sheet_that_says_it_is_endless_ends(tmp_path: Path) -> None:
    made = workbook(tmp_path / "a.xlsx", ("表", [["编号", "名称"], [1, "甲"]]))

    def change(content: bytes) -> bytes:
        far = b'<row r="99999999999"><c r="A99999999999" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
        content = content.replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
        return content.replace(b"</sheetData>", far)

    assert cells(rewritten(made, SHEET, change)) == [{"编号": "1", "名称": "甲"}]


def test_a_cell_far_to_the_right_is_refused(tmp_path: Path) -> None:
    made = workbook(tmp_path / "a.xlsx", ("表", [["编号", "名称"], [1, "甲"]]))
    with pytest.raises(Refusal, match="a cell beyond column 1,000 in row 2"):
        read(rewritten(made, SHEET, lambda content: content.replace(b'r="B2"', b'r="XFD2"')))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda raw: raw[:200], "the archive is broken"),
        (lambda raw: raw[:4] + b" nonsense", "the archive is broken"),
        (lambda raw: b"\xd0\xcf\x11\xe0" + raw, "an old Excel"),
    ],
)
def test_a_workbook_that_is_none_is_told(tmp_path: Path, change: Any, reason: str) -> None:
    path = workbook(tmp_path / "a.xlsx", ("表", [["编号", "名称"], [1, "甲"]]))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(Refusal, match=reason):
        read(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "[Content_Types].xml"])
def test_a_part_that_is_broken_is_told(tmp_path: Path, part: str) -> None:
    made = workbook(tmp_path / "a.xlsx", ("表", [["编号", "名称"], [1, "甲"]]))
    with pytest.raises(Refusal, match="cannot be read"):
        read(rewritten(made, part, lambda content: content[: len(content) // 2]))
