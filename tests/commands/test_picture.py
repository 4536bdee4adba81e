"""``monitor picture``, and the pictures of ``monitor scan`` and ``monitor ingest``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pictures.drawing import LEVELS, Drawn, draw, drawn, taken
from PIL import Image
from typer.testing import CliRunner

from monitor.bootstrap import prepare_database
from monitor.cli import app
from monitor.config import Settings
from monitor.pictures import NoReader, rapid
from monitor.store.contents import documents_called, get_content

DAY = "2026-11-20"
RULES = Path(__file__).parents[2] / "rules.yaml"


class Run:
    """One call of the command."""

    def __init__(self, *arguments: object, code: int | None = None, **environment: str) -> None:
        done = CliRunner().invoke(app, [*map(str, arguments)], env=environment, catch_exceptions=False)
        self.code, self.out, self.error = done.exit_code, done.stdout, done.stderr.replace("\n", " ")
        assert code is None or code == self.code, self.error

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a listing whose pictures lie beside it: a certificate, none, and one on a server."""
    certificate = drawn("organic", 5)
    (tmp_path / "certificate.jpg").write_bytes(taken(draw(certificate), LEVELS[1]))
    images = [{"url": "certificate.jpg"}, {"url": "none.jpg"}, {"url": "https://img.example.cn/1.jpg"}]
    document = {"kind": "listing", "id": "L-1", "title": "红薯粉条", "images": images, "observed_at": f"{DAY}T10:00:00+08:00",
                "seller": {"name": "哈尔滨北粮农业有限公司"}}  # fmt: skip
    (tmp_path / "shop.jsonl").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return tmp_path


@pytest.fixture
def unable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is not installed."""
    monkeypatch.setattr(rapid.importlib.util, "find_spec", lambda _: None)


@pytest.fixture
def certificate() -> Drawn:
    return drawn("organic", 5)


@pytest.mark.ocr
def test_what_was_read_is_printed(shop: Path, certificate: Drawn) -> None:
    done = Run("picture", shop / "certificate.jpg", code=0)
    assert f"number    organic {certificate.number} (well-formed) at " in done.out
    assert f"holder    {certificate.holder} {certificate.code}" in done.out
    assert "有机产品认证证书" in done.out


@pytest.mark.ocr
def test_json_is_one_line_a_picture(shop: Path, certificate: Drawn) -> None:
    (shop / "bad.png").write_bytes(b"no picture")
    good, bad = Run("picture", shop / "certificate.jpg", shop / "bad.png", "--format", "json", code=2).lines
    assert good["holder"] == certificate.holder
    assert good["numbers"][0]["number"] == certificate.number
    assert len(good["numbers"][0]["box"]) == 4
    assert [good["text"][line["start"] : line["end"]] for line in good["lines"]] == good["text"].split("\n")
    assert bad == {"file": str(shop / "bad.png"), "unread": "not a picture in JPEG, PNG, WEBP, GIF or BMP"}


@pytest.mark.usefixtures("unable")
def test_without_the_extra_it_says_what_to_install(tmp_path: Path) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    done = Run("picture", tmp_path / "a.png", code=2)
    assert done.out == ""
    assert "unread: no reader of pictures is installed: pip install 'steelyard[ocr]'" in done.error


@pytest.mark.ocr
def test_a_scan_judges_what_is_printed_on_pictures(shop: Path, certificate: Drawn) -> None:
    done = Run("scan", shop / "shop.jsonl", "--pictures", shop, "--rules", RULES, "--format", "jsonl", code=1)
    (line,) = done.lines
    flags = {flag["rule"]: flag for flag in line["flags"]}
    assert {"cn.picture.certificate.product", "cn.picture.certificate.holder"} <= flags.keys()
    number, holder = flags["cn.picture.certificate.holder"]["evidence"]
    assert (number["field"], number["text"]) == ("images[0].text", certificate.number)
    assert holder["text"] == certificate.holder
    assert all(len(item["box"]) == 4 for item in (number, holder))
    assert [item["field"] for item in line["unread"]] == ["images[1]", "images[2]"]
    assert "shop.jsonl:1: L-1: images[1]: unread: no such file in the folder of pictures" in done.error
    assert "nothing is fetched from the network" in done.error
    assert "2 pictures unread" in done.error


def test_a_scan_that_was_not_asked_to_read_pictures_says_how_many_there_are(shop: Path) -> None:
    done = Run("scan", shop / "shop.jsonl", "--rules", RULES, "--format", "jsonl")
    assert [item["reason"] for item in done.lines[0]["unread"]] == ["not read"] * 3
    assert "3 pictures unread" in done.error
    assert "--pictures FOLDER reads the pictures of listings" in done.error


@pytest.mark.usefixtures("unable")
def test_a_scan_without_the_extra_tells_each_picture_as_unread(shop: Path) -> None:
    done = Run("scan", shop / "shop.jsonl", "--pictures", shop, "--rules", RULES, "--format", "jsonl")
    assert "pip install 'steelyard[ocr]'" in done.lines[0]["unread"][0]["reason"]
    assert "L-1: images[0]: unread: no reader of pictures is installed" in done.error


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--pictures", "nowhere"], "nowhere: no folder of pictures"),
        (["--fetch-pictures"], "--fetch-pictures goes with --pictures FOLDER"),
    ],
)
def test_options_that_cannot_be(shop: Path, options: list[str], reason: str) -> None:
    assert reason in Run("scan", shop / "shop.jsonl", "--rules", RULES, *options, code=2).error


@pytest.mark.ocr
def test_ingest_keeps_the_words_of_pictures(shop: Path, certificate: Drawn) -> None:
    data, settings = shop / "data", {"STEELYARD_DATA": str(shop / "data"), "STEELYARD_PICTURES": str(shop)}
    prepare_database(Settings(data=data, _env_file=None)).close()
    Run("ingest", shop / "shop.jsonl", code=0, **settings)
    assert "1 unchanged" in Run("ingest", shop / "shop.jsonl", code=0, **settings).error
    database = prepare_database(Settings(data=data, _env_file=None))
    with database.read() as session:
        (key,) = documents_called(session, "L-1")
        document = get_content(session, key.document).document
    database.close()
    images = document.images  # type: ignore[union-attr]  # it is a listing
    assert certificate.number in (images[0].text or "")
    assert len(images[0].lines) >= 8
    assert images[1].unread == "no such file in the folder of pictures or next to the document"


def test_ingest_without_the_setting_reads_no_pictures(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(NoReader, "read", lambda *_: pytest.fail("asked to read"))
    data = shop / "data"
    prepare_database(Settings(data=data, _env_file=None)).close()
    assert "1 new" in Run("ingest", shop / "shop.jsonl", code=0, STEELYARD_DATA=str(data)).error
