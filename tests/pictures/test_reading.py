"""The reader that ships, on certificates and product pages that were drawn, and taken badly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from monitor.documents import Image
from monitor.nlp.boxes import box_of
from monitor.pictures import Reader, Sheet, load_reader, open_picture, read_words, sheet
from pictures.drawing import LEVELS, Badly, Kind, draw, drawn, product_page, taken

pytestmark = pytest.mark.ocr


@pytest.fixture(scope="module")
def reader() -> Reader:
    return load_reader()


def read(data: bytes, reader: Reader) -> Sheet:
    return sheet(read_words(open_picture(data), reader))


@pytest.mark.parametrize("badly", LEVELS[1:3], ids=["turned", "small, turned, noisy"])
@pytest.mark.parametrize("kind", ["organic", "production", "business"])
def test_a_certificate(kind: Kind, badly: Badly, reader: Reader) -> None:
    certificate = drawn(kind, 7)
    found = read(taken(draw(certificate), badly), reader)
    assert found.certificate
    numbers = {number.number: number for number in found.numbers}
    assert numbers.keys() == {certificate.number, certificate.code}
    assert {number.verdict for number in found.numbers} == {"well-formed"}
    assert (found.holder, found.holder_uscc) == (certificate.holder, certificate.code)
    assert f"{found.valid_to:%Y年%m月%d日}" == certificate.last
    assert set(certificate.products) <= set(found.products)


def test_a_patent(reader: Reader) -> None:
    certificate = drawn("patent", 7)
    found = read(taken(draw(certificate), LEVELS[1]), reader)
    assert [number.number for number in found.numbers] == [certificate.number]
    assert found.holder == certificate.holder


def test_a_number_has_the_box_it_is_drawn_in(reader: Reader) -> None:
    certificate = drawn("production", 3)
    page = draw(certificate)
    found = read(taken(page, Badly()), reader)
    (number,) = [number for number in found.numbers if number.number == certificate.number]
    assert number.box is not None
    x, y, width, height = number.box
    row = certificate.lines.index(f"许可证编号：{certificate.number}")
    assert 240 + 84 * row - 10 <= y <= 240 + 84 * row + 30
    assert 290 <= x <= 350  # behind six signs of 36 pixels that begin at 110
    assert 30 <= height <= 70
    assert x + width <= 760


def test_a_long_product_page_is_read_from_top_to_bottom(reader: Reader) -> None:
    lines = tuple(f"第{number}条 零添加 不催熟" for number in range(1, 31))
    found = read(taken(product_page(lines), Badly(quality=70)), reader)
    assert [line.replace(" ", "") for line in found.text.split("\n")] == [line.replace(" ", "") for line in lines]
    assert not found.certificate
    image = Image(text=found.text, lines=found.lines)
    last = box_of(image, found.lines[-1].start, found.lines[-1].end)
    assert last is not None
    assert 29 * 120 < last[1] < 30 * 120


def test_a_picture_without_words_is_read_and_empty(reader: Reader) -> None:
    assert read(taken(product_page(("",)), Badly()), reader).text == ""


def test_nothing_is_fetched() -> None:
    """The models are in the package: with every connection refused, reading works."""
    probe = """
import socket, sys
def refuse(*_): raise OSError("no network here")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
from monitor.pictures import load_reader, open_picture, read_words
print(read_words(open_picture(sys.stdin.buffer.read()), load_reader()).text)
print(*sorted({"torch", "paddle", "tensorflow"} & set(sys.modules)), "loaded")
"""
    data = taken(product_page(("有机大米",)), Badly())
    done = subprocess.run(
        [sys.executable, "-c", probe], input=data, capture_output=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert done.stdout.decode().splitlines() == ["有机大米", "loaded"]
