"""``monitor number``: what is printed, and the exit code."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner, Result

from monitor.cli import app


def number(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, ["number", *arguments], input=stdin, catch_exceptions=False)


def test_a_number_is_told_with_its_verdict_and_what_it_says() -> None:
    done = number("SC11414062390081")
    assert (done.exit_code, done.stdout.splitlines()) == (
        0,
        [
            "SC11414062390081  食品生产许可证编号  ★★★",
            "  格式正确",
            "  类别: 茶叶及相关制品",
            "  省份: 山西",
            "  地区: 山西省朔州市右玉县",
        ],
    )
    assert "以登记系统的查询为准" in done.stderr


def test_in_english_a_wrong_one_is_told_with_the_reason() -> None:
    done = number("SC11414062390085", "--language", "en")
    assert (done.exit_code, done.stdout.splitlines()) == (
        1,
        [
            "SC11414062390085  food production licence  ★★★",
            "  wrong check digit: the check digit would be 1, not 5",
        ],
    )
    assert done.stderr == ""


def test_doubts_and_guesses_are_told_as_such() -> None:
    assert "  存疑: 没有代码为 99 的省份" in number("SC19999999999999").stdout
    assert number("6901234567892").stdout.startswith("6901234567892  可能是 商品条码")


def test_json_has_a_line_a_number() -> None:
    done = number("生产许可证SC11414062390081，PD2018999", "--format", "json", "--language", "en")
    first, second = map(json.loads, done.stdout.splitlines())
    assert first == {
        "number": "SC11414062390081", "name": "food production licence", "type": "food-production", "start": 5, "end": 21,
        "verdict": "well-formed", "reason": "", "doubts": [], "certainty": 3, "sure": True,
        "tells": {"class": "茶叶及相关制品", "region": "山西", "place": "山西省朔州市右玉县"},
    }  # fmt: skip
    assert (second["type"], second["verdict"]) == ("pesticide", "malformed")
    assert "PD" in second["reason"]
    assert (done.exit_code, done.stderr) == (1, "")


def test_lines_of_standard_input_are_texts() -> None:
    done = number("-", "--format", "json", stdin="91310112MA1GD5WP62\n\n有机码12324123456789012\n")
    assert [json.loads(line)["number"] for line in done.stdout.splitlines()] == [
        "91310112MA1GD5WP62",
        "12324123456789012",
    ]
    assert done.exit_code == 0


@pytest.mark.parametrize("text", ["今天三二一上链接", ""])
def test_a_text_without_a_number_is_told(text: str) -> None:
    done = number(text)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "没有认出编号" in done.stderr


def test_nothing_to_read_is_told() -> None:
    done = number("-", stdin="\n")
    assert done.exit_code == 2
    assert "没有认出编号" in done.stderr
