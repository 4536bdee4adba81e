"""Training on a small set: the same bytes twice, nothing held out is learnt, thresholds that keep their promise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from rules.writing import write_rulebook
from typer.testing import CliRunner

from monitor.claims import ClaimModel
from monitor.cli import app
from monitor.documents import Listing
from monitor.errors import InputError
from monitor.rules import load_rulebook
from monitor.training.data import Case, Labelled, read_cases, read_pairs
from monitor.training.fit import write_model
from monitor.training.folds import left_out, threshold
from monitor.training.train import gather, measure, table, train

RULE = """
  - id: t.ill
    title: 测试
    category: medical
    severity: high
    basis: [{law: 甲法}]
    match: {text: "治好 ..6 $ill"}
    message: "「{match}」"
    remedy: 改正
    examples:
      flag: [{text: 治好糖尿病}, {text: 喝了它。治好你的高血压, at: 治好}]
      pass: [苹果很甜, 糖尿病人问医生]
"""


def _line(number: int, text: str, **more: object) -> str:
    document = {"kind": "listing", "id": f"L{number}", "title": text}
    return json.dumps({"id": f"C{number}", "document": document, **more}, ensure_ascii=False)


@pytest.fixture
def given(tmp_path: Path) -> tuple[Path, Path]:
    rulebook = write_rulebook(tmp_path, RULE, head="vocabulary: {ill: [糖尿病, 高血压]}\n")
    ill = [
        _line(n, f"{what}喝了{n}天就好了。包邮", expect=["medical"], evidence={"medical": [f"{what}喝了{n}天就好了"]})
        for n, what in enumerate(["糖尿病", "高血压"] * 15)
    ]
    well = [_line(100 + n, f"苹果{n}斤包邮，脆甜多汁", expect=[]) for n in range(30)]
    out = [_line(200, "糖尿病", expect=["medical"], part="held-out", evidence={"medical": ["糖尿病"]}), '{"a": 1}']
    path = tmp_path / "cases.jsonl"
    path.write_text("\n".join([*ill, *well, *out]), encoding="utf-8")
    return rulebook, path


def test_passages_and_their_labels(given: tuple[Path, Path]) -> None:
    material = gather(load_rulebook(given[0]), [given[1]])
    assert [case.id for case in material.cases if case.id == "C200"] == []
    said, shipping = material.cases[0].passages
    assert (said.yes, said.open_) == ({"medical"}, frozenset())
    assert (shipping.yes, shipping.open_) == (frozenset(), {"medical"})
    assert [(one.text, bool(one.yes)) for one in material.others] == [
        ("治好糖尿病", True),
        ("喝了它", False),
        ("治好你的高血压", True),
        ("苹果很甜", False),
        ("糖尿病人问医生", False),
    ]
    assert material.concepts == {"ill": ["糖尿病", "高血压"]}


def test_the_same_data_give_the_same_bytes(given: tuple[Path, Path], tmp_path: Path) -> None:
    material = gather(load_rulebook(given[0]), [given[1]])
    figures, told = measure(material)
    assert told["C0"]["medical"] > told["C100"]["medical"]
    assert figures[0].precise is not None
    assert "| medical | 32 | 30 |" in "\n".join(table(figures))
    for name in ("one", "two"):
        write_model(train(material, figures), tmp_path / name)
    files = sorted(file.relative_to(tmp_path / "one") for file in (tmp_path / "one").rglob("*") if file.is_file())
    assert len(files) >= 6
    for file in files:
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes(), file


def test_a_line_that_is_no_labelled_document_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_text('{"id": "1", "expect": [], "document": {"kind": "listing"}}', encoding="utf-8")
    with pytest.raises(InputError, match=r"cases.jsonl:1: not a labelled document"):
        list(read_cases([path]))


def test_minimal_pairs_are_claims_with_a_lawful_twin(tmp_path: Path) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text("medical\t喝了血压就下来了\t量血压找医生\n\t这是苹果\n", encoding="utf-8")
    claim, twin, lawful = read_pairs([path])
    assert (claim.expect, twin.expect, lawful.expect) == ({"medical"}, frozenset(), frozenset())
    assert claim.group == twin.group != lawful.group
    assert len({claim.id, twin.id, lawful.id}) == 3
    assert [one.passages[0].yes for one in (claim, twin)] == [{"medical"}, frozenset()]


@pytest.mark.parametrize(
    "line", ["medical\t喝了就好", "cure\t甲\t乙", "medical", "medical\t甲\t乙\t丙", "medical\t甲\t"]
)
def test_a_line_that_is_no_pair_is_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "pairs.tsv"
    path.write_text(f"\t这是苹果\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"pairs.tsv:2: not a minimal pair"):
        list(read_pairs([path]))


def test_a_pair_is_left_out_together(given: tuple[Path, Path]) -> None:
    path = given[1].with_name("pairs.tsv")
    path.write_text("medical\t绝无仅有的话\t绝无仅有的事\n", encoding="utf-8")
    material = gather(load_rulebook(given[0]), [given[1], path])
    seen: list[set[str]] = []

    def fitted(known: Sequence[Labelled]) -> ClaimModel:
        seen.append({one.text for one in known if "绝无仅有" in one.text})
        return train(material, [])

    told = left_out((*material.cases, *material.pairs), material.others, fitted)
    assert sorted(map(len, seen)) == [0, 2, 2, 2, 2]
    assert {"pairs.tsv:1:0", "pairs.tsv:1:1"} <= set(told)


def test_the_command_needs_labelled_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["train"])
    assert done.exit_code == 2
    assert "checkout" in done.output


def _case(name: str, expect: str = "", accept: str = "") -> Case:
    return Case(name, Listing(name, title=name), frozenset(expect.split()), frozenset(accept.split()), ())


def test_a_threshold_is_precise_and_finds_something() -> None:
    cases = [*(_case(str(n), "a") for n in range(5)), _case("5", accept="a"), _case("6"), _case("7", "a"), _case("8")]
    told = {str(n): {"a": (40 - n) / 40} for n in range(9)}
    found = threshold("a", cases, told)
    assert found is not None
    assert (found.over, found.right, found.wrong) == (0.8625, 5, 0)
    assert threshold("a", cases[3:], told) is None
    assert threshold("a", cases[6:], told) is None
