"""Writers: what each makes of a flag, and that it is safe to open."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import msgspec
import pytest
from formats.results import ABSENT, IN_SPEECH, IN_TITLE, LISTING, TRANSCRIPT, flag, result

from monitor.documents import Document, Listing, Product, field_text
from monitor.errors import InputError
from monitor.flags import CATEGORIES, SEVERITIES, Evidence, ScanResult, Unknown
from monitor.formats.labels import CATEGORY_LABELS, SEVERITY_LABELS
from monitor.formats.passage import Passage, passage, place, visible
from monitor.formats.write import make_writer
from monitor.formats.write_csv import COLUMNS, inert

UNKNOWN = (Unknown("cn.cert.organic", "certification", "登记簿没有回答"),)
RESULTS: list[tuple[ScanResult, Document]] = [
    (result(LISTING, flag(IN_TITLE), flag(ABSENT, severity="critical", category="licence")), LISTING),
    (result(TRANSCRIPT, flag(IN_SPEECH, severity="high"), unknown=UNKNOWN), TRANSCRIPT),
    (result(Listing("L-2", title="梨")), Listing("L-2", title="梨")),
]


def written(name: str, results: list[tuple[ScanResult, Document]] = RESULTS) -> bytes:
    stream = io.BytesIO()
    writer = make_writer(name, stream)
    for one, document in results:
        writer.write(one, document)
    writer.close()
    assert not stream.closed
    return stream.getvalue()


def test_jsonl_is_the_contract_one_line_a_document() -> None:
    lines = [json.loads(line) for line in written("jsonl").splitlines()]
    assert [(line["document"], line["kind"], len(line["flags"])) for line in lines] == [
        ("L-1", "listing", 2),
        ("T-1", "transcript", 1),
        ("L-2", "listing", 0),
    ]
    assert lines[1]["flags"][0] == {
        "rule": "cn.ad.absolute.superlative",
        "category": "absolute",
        "severity": "high",
        "score": 0.9,
        "message": "「最好」是对商品的绝对化用语",
        "basis": [{"law": "中华人民共和国广告法", "article": "9(3)"}, {"law": "产品质量法"}],
        "evidence": [
            {"field": "segments[1].text", "start": 4, "end": 6, "text": "最好", "match": "homophone", "at": 3725.0}
        ],
        "explanation": ["说了「最好」", "没有例外"],
        "remedy": "删除",
    }
    assert lines[1]["unknown"][0]["reason"] == "登记簿没有回答"


def test_csv_is_a_row_a_flag_that_spreadsheets_read() -> None:
    raw = written("csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["document"], row["类别"], row["at"]) for row in rows] == [
        ("L-1", "绝对化用语", ""),
        ("L-1", "许可与应当标明的事项", ""),
        ("T-1", "绝对化用语", "3725.0"),
    ]
    assert rows[2]["sentence"] == "这是全网最好吃的苹果"
    assert rows[2]["basis"] == "中华人民共和国广告法 9(3); 产品质量法"


FORMULAS = [
    pytest.param("=HYPERLINK(1)", True, id="equals"),
    pytest.param("+1", True, id="plus"),
    pytest.param("-1+cmd", True, id="minus"),
    pytest.param("@SUM", True, id="at"),
    pytest.param("  =1", True, id="after spaces"),
    pytest.param("\t=1", True, id="after a tab"),
    pytest.param("＝1", True, id="full width"),
    pytest.param("最好=好", False, id="inside"),
    pytest.param("", False, id="nothing"),
    pytest.param(-1.5, False, id="a number of ours"),
]


@pytest.mark.parametrize(("cell", "changed"), FORMULAS)
def test_no_cell_is_a_formula(cell: object, changed: bool) -> None:
    assert inert(cell) == (f"'{cell}" if changed else cell)


def test_a_formula_in_a_document_is_inert_in_the_file() -> None:
    evidence = Evidence("attributes.产地", 0, 4, "=1+1", "exact")
    (row,) = csv.DictReader(
        io.StringIO(written("csv", [(result(LISTING, flag(evidence)), LISTING)]).decode("utf-8-sig"))
    )
    assert (row["text"], row["sentence"]) == ("'=1+1", "'=1+1")


class _Page(HTMLParser):
    """Tags, marked words and addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.marked: list[str] = []
        self.addresses: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "action"}]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] == "mark":
            self.marked.append(data)
            self.tags.append("after")


def test_html_marks_the_words_and_names_law_and_remedy() -> None:
    page = written("html").decode()
    found = _Page(page)
    assert page.startswith("<!doctype html>")
    assert found.marked == ["最好", "最好"]
    assert "五常大米 &lt;b&gt;全网<mark>最好</mark>吃&lt;/b&gt;" in page
    for words in ("中华人民共和国广告法 9(3)；产品质量法", "删除", "没有例外", "01:02:05", "登记簿没有回答"):
        assert words in page
    assert found.tags.count("article") == 3
    assert "L-2" not in page
    assert '<option value="critical">危急 critical (1)</option>' in page


def test_html_needs_no_network_and_runs_nothing_of_a_document() -> None:
    attack = Listing(
        "</script><script>alert(1)</script>", title='"><img src=x onerror=alert(1)>', description="<script>"
    )
    hit = flag(Evidence("description", 0, 8, "<script>", "exact"), message="<iframe>", remedy="{{7*7}}")
    found = _Page(written("html", [(result(attack, hit, unknown=(Unknown("x", "price", "<b>"),)), attack)]).decode())
    assert found.addresses == []
    assert found.tags.count("script") == 1
    assert not {"img", "iframe", "link", "object"} & set(found.tags)
    assert "http://" not in written("html").decode()
    assert "https://" not in written("html").decode()


def test_the_table_groups_by_document_and_marks_the_words() -> None:
    text = written("table").decode()
    assert text.index("listing L-1  五常大米") < text.index("transcript T-1  老梁在田间")
    assert "【最好】" in text
    assert "01:02:05" in text
    assert "undecided: certification cn.cert.organic: 登记簿没有回答" in text
    assert "L-2" not in text


def test_the_table_does_not_pass_commands_to_the_terminal() -> None:
    attack = Listing("L\x1b[2J", title="\x1b]0;x\x07最好\u202eabc")
    hit = flag(Evidence("title", 5, 7, "最好", "exact"), message="\x9b31m")
    text = written("table", [(result(attack, hit), attack)]).decode()
    assert not set(text) & set("\x1b\x07\x9b\u202e")


def test_the_table_fits_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.cells import cell_len

    monkeypatch.setenv("COLUMNS", "60")
    assert max(cell_len(line) for line in written("table").decode().splitlines()) <= 60


def test_no_flag_no_row() -> None:
    clean = [RESULTS[2]]
    assert written("table", clean) == b""
    assert written("csv", clean).decode("utf-8-sig").strip() == ",".join(COLUMNS)
    assert json.loads(written("jsonl", clean))["flags"] == []


def test_a_format_that_is_none_is_refused() -> None:
    with pytest.raises(InputError, match="no such format: pdf; there are table, jsonl, csv, html"):
        make_writer("pdf", io.BytesIO())


def test_every_code_has_its_names() -> None:
    assert tuple(CATEGORY_LABELS) == CATEGORIES
    assert tuple(SEVERITY_LABELS) == SEVERITIES


INNER = msgspec.structs.replace(TRANSCRIPT, products=(Product(LISTING), Product("L-9")))
FIELDS = [
    pytest.param(LISTING, "title", LISTING.title, id="title"),
    pytest.param(LISTING, "attributes.产地", "=1+1", id="attribute"),
    pytest.param(LISTING, "images[0].text", None, id="no such image"),
    pytest.param(LISTING, "price", None, id="no text"),
    pytest.param(TRANSCRIPT, "segments[1].text", "这是全网最好吃的苹果", id="segment"),
    pytest.param(TRANSCRIPT, "segments[9].text", None, id="no such segment"),
    pytest.param(INNER, "products[0].listing.title", LISTING.title, id="a listing in a transcript"),
    pytest.param(INNER, "products[1].listing.title", None, id="a listing by its id"),
    pytest.param(TRANSCRIPT, "labels", None, id="not a text field"),
]


@pytest.mark.parametrize(("document", "field", "text"), FIELDS)
def test_the_text_of_a_field(document: Document, field: str, text: str | None) -> None:
    assert field_text(document, field) == text


LONG = Listing("L", title="x", description="第一句。" + "甲" * 50 + "最好" + "乙" * 50 + "。第三句。")
PASSAGES = [
    pytest.param(
        Evidence("description", 54, 56, "最好", "exact"),
        60,
        Passage("甲" * 50, "最好", "乙" * 50 + "。"),
        id="sentence",
    ),
    pytest.param(Evidence("description", 54, 56, "最好", "exact"), 3, Passage("…甲甲甲", "最好", "乙乙乙…"), id="cut"),
    pytest.param(Evidence("description", 0, 2, "第一", "exact"), 9, Passage("", "第一", "句。"), id="at the start"),
    pytest.param(Evidence("title", 5, 7, "没有", "exact"), 9, Passage("", "没有", ""), id="not where it says"),
    pytest.param(Evidence("title", 0, 0, "", "absent"), 9, Passage("", "", "x"), id="something that is not there"),
]


@pytest.mark.parametrize(("evidence", "around", "expected"), PASSAGES)
def test_the_words_in_their_sentence(evidence: Evidence, around: int, expected: Passage) -> None:
    assert passage(LONG, evidence, around) == expected


def test_what_commands_a_terminal_is_shown_as_a_sign() -> None:
    assert visible("a\x1b[0mb\r\u202ec\n") == "a␦[0mb␦␦c\n"
    assert place(IN_SPEECH) == "01:02:05"
    assert place(IN_TITLE) == "title"
