"""Tables of listings: headers in two languages, cells as people write them, and rows that are none."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from formats.reading import Heard, listings, read

from monitor.documents import CertificateClaim, Image, Listing, Price, Seller
from monitor.formats.csv import CHINA

TABLES = [
    pytest.param("id,title\nL-1,苹果\n", Listing("L-1", title="苹果"), id="English"),
    pytest.param("商品编号,商品名称,详情\nL-1,苹果,很甜\n", Listing("L-1", title="苹果", description="很甜"), id="Chinese"),
    pytest.param("ID；标题\nL-1；苹果".replace("；", ";"), Listing("L-1", title="苹果"), id="semicolons"),
    pytest.param("编号\t标题\nL-1\t苹果, 红的\n", Listing("L-1", title="苹果, 红的"), id="tabs"),
    pytest.param(
        'id,title,description\nL-1,苹果,"第一行\n第二行 ""好"""\n',
        Listing("L-1", title="苹果", description='第一行\n第二行 "好"'),
        id="quotes",
    ),
    pytest.param(
        "id,title,attributes.产地,配料\nL-1,米,黑龙江,大米\n",
        Listing("L-1", title="米", attributes={"产地": "黑龙江", "配料": "大米"}),
        id="attributes",
    ),
    pytest.param(
        'id,title,现价,原价,库存\nL-1,米,￥39.90,"1,299元",120件\n',
        Listing("L-1", title="米", price=Price(Decimal("39.90"), Decimal(1299), stock=120)),
        id="amounts as people write them",
    ),
    pytest.param(
        "id,title,店铺名称,统一社会信用代码\nL-1,米,某社,93230184MA18XXXXXX\n",
        Listing("L-1", title="米", seller=Seller(name="某社", uscc="93230184MA18XXXXXX")),
        id="the seller",
    ),
    pytest.param(
        "id,title,certificates,生产许可证编号,certificates.gi\nL-1,米,organic:134OP2600963；iso:A1,SC11414062300085,甲|乙\n",
        Listing(
            "L-1",
            title="米",
            certificates=(
                CertificateClaim("organic", "134OP2600963"),
                CertificateClaim("iso", "A1"),
                CertificateClaim("food-production", "SC11414062300085"),
                CertificateClaim("gi", "甲"),
                CertificateClaim("gi", "乙"),
            ),
        ),
        id="certificates",
    ),
    pytest.param(
        "id,title,采集时间\nL-1,米,2026/11/2 9:05\n",
        Listing("L-1", title="米", observed_at=datetime(2026, 11, 2, 9, 5, tzinfo=CHINA)),
        id="a time without a zone",
    ),
    pytest.param(
        "id,title,图片文字\nL-1,米,有机|纯天然\n",
        Listing("L-1", title="米", images=(Image(text="有机"), Image(text="纯天然"))),
        id="images",
    ),
    pytest.param("\n\nid,title,,\nL-1,米,,\n,,,\n", Listing("L-1", title="米"), id="blank rows and columns"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), TABLES)
def test_a_row_is_a_listing(text: str, expected: Listing) -> None:
    assert listings(text, "csv") == [expected]


ROWS = [
    pytest.param("L-2,梨,abc,1", "f:3: 价格: not an amount of money: abc", id="no amount"),
    pytest.param("L-2,梨,1,1.5", "f:3: 库存: not a whole number: 1.5", id="no whole number"),
    pytest.param(",梨,1,1", "f:3: id: is required", id="no id"),
    pytest.param("L-2,,1,1", "f:3: a listing needs `title` or `description`", id="no words"),
    pytest.param("L-2,梨,1,1,1", "f:3: 5 cells under 4 columns", id="too many cells"),
    pytest.param(
        'L-2,"梨,1,1', "f:3: no CSV: unexpected end of data; a quotation mark", id="a quotation mark left open"
    ),
    pytest.param('L-2,"梨"x,1,1', "f:3: no CSV: ',' expected after '\"'", id="words after a quotation mark"),
    pytest.param("L-2,a\0b,1,1", "f:3: title: contains the character NUL", id="NUL"),
    pytest.param("L-2," + "好" * 100_001 + ",1,1", "f:3: title: Expected `str", id="a text too long"),
    pytest.param("L-1,梨,1,1", "f:3: id: the id L-1 is taken by the document at f:2", id="an id twice"),
]


@pytest.mark.parametrize(("row", "told"), ROWS)
def test_a_row_that_is_none_is_told_with_line_and_column_and_the_rest_goes_on(row: str, told: str) -> None:
    items, heard = read(f"id,title,价格,库存\nL-1,米,1,1\n{row}\nL-3,枣,1,1\n", "csv")
    assert [item.envelope.document.id for item in items] == ["L-1", "L-3"]
    assert [item.line for item in items] == [2, 4]
    (error,) = heard.errors
    assert error.startswith(told)


TOLD = [
    pytest.param("a,b\n1,2\n", "f:1: no column of a title or a description", id="no words anywhere"),
    pytest.param(
        "listing_id,date,price\nL-1,2026-09-25,52.80\n",
        "f: holds prices (give them with --prices), not documents",
        id="prices",
    ),
    pytest.param("id,title\n", "f: no listing under the header", id="a header alone"),
]


@pytest.mark.parametrize(("text", "told"), TOLD)
def test_a_table_of_something_else_is_told_once(text: str, told: str) -> None:
    items, heard = read(text, "csv")
    assert items == []
    (error,) = heard.errors
    assert error.startswith(told)


def test_rows_without_ids_are_called_by_file_and_line() -> None:
    items, heard = read("标题\n米\n枣\n", "csv", name="x/shop.csv")
    assert [item.envelope.document.id for item in items] == ["shop-2", "shop-3"]
    assert heard == Heard(notes=["x/shop.csv: no column of ids: the listings are called shop-LINE"])
