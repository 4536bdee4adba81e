"""``monitor rules …`` as people and continuous integration call it: what is printed where, and the exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from rules.writing import RULE, write_rulebook
from typer.testing import CliRunner, Result

from monitor.cli import app
from monitor.commands.rules.schema import write_schemas
from monitor.rules import load_rulebook
from monitor.rules.editors import text_of
from monitor.rules.examples import check as run_examples
from monitor.rules.lint import lint
from monitor.rules.load import read_rulebook

SHAPES = ("claim", "requires", "conflict", "repeat", "missing")
SECOND = (
    RULE.replace("t.word", "t.top")
    .replace("最好, boundaries: start", "顶级")
    .replace("flag: [这是最好的米, 最好吃]", "flag: [顶级大米, 这是顶级的]")
)
UNPROVEN = "    unless: [{id: advice, text: 最好先, scope: overlap}]\n"
REPEATED = "match: {text: '{最好|最 好}', boundaries: start}"
DOCUMENTS = [
    {"kind": "listing", "id": "L-1", "title": "最好的苹果", "description": "顶级 最好吃"},
    {"kind": "listing", "id": "L-2", "title": "这米不错"},
]


def rules(*arguments: object, stdin: str | None = None) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, arguments)], input=stdin, catch_exceptions=False)


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_rulebook(tmp_path, RULE + SECOND)
    corpus = "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in DOCUMENTS)
    (tmp_path / "corpus.jsonl").write_text(corpus, encoding="utf-8")
    return tmp_path


CHECKS = [
    pytest.param(RULE, [], 0, [], id="proven"),
    pytest.param(
        RULE.replace("match: {text: 最好, boundaries: start}", REPEATED),
        [],
        0,
        ["warning: repeated-phrase"],
        id="warning",
    ),
    pytest.param(
        RULE.replace("match: {text: 最好, boundaries: start}", REPEATED),
        ["--strict"],
        1,
        ["rules.yaml:9:19: warning: repeated-phrase"],
        id="strict",
    ),
    pytest.param(
        RULE.replace("    message", f"{UNPROVEN}    message"),
        [],
        1,
        ["rules.yaml:10:14: unproven t.word: unless[0]: no `pass` example needs exception 'advice'"],
        id="unproven",
    ),
    pytest.param(
        RULE.replace("最好吃]", "很好吃]"),
        [],
        1,
        ["rules.yaml:13:22: no-flag t.word: examples.flag[1]: is not flagged"],
        id="an example with its place",
    ),
    pytest.param(RULE, ["t.word"], 0, [], id="one rule"),
    pytest.param(RULE, ["t.wort"], 2, ["did you mean t.word"], id="no such rule"),
    pytest.param(RULE.replace("medium", "grave"), [], 2, ["rules.yaml:6:15: value"], id="does not load"),
]


@pytest.mark.parametrize(("text", "arguments", "code", "said"), CHECKS)
def test_check_tells_what_is_wrong_with_its_place(
    folder: Path, text: str, arguments: list[str], code: int, said: list[str]
) -> None:
    write_rulebook(folder, text)
    result = rules("check", *arguments)
    assert result.exit_code == code
    assert [part for part in said if part not in result.output] == []
    if not said:
        assert result.stdout == ""


def test_check_sums_up_by_code_and_says_where_to_read_on(folder: Path) -> None:
    write_rulebook(folder, RULE.replace("    message", f"{UNPROVEN}    message").replace("最好吃]", "很好吃]"))
    summary = rules("check").stderr
    assert "1 rules, 2 failures (" in summary
    assert "unproven 1" in summary
    assert "`monitor rules problem no-flag`" in summary
    assert rules("check", "-q").stderr == ""


def test_problem_prints_the_page_of_a_code(folder: Path) -> None:
    assert rules("problem", "unproven").stdout.startswith("# `unproven`\n")
    assert "| [`unproven`](unproven.md) |" in rules("problem").stdout
    unknown = rules("problem", "unprove")
    assert (unknown.exit_code, unknown.stderr) == (2, "no such code: unprove; did you mean unproven?\n")


@pytest.fixture
def composed(folder: Path) -> Path:
    """A pack with a shared exception and a vocabulary, and a rulebook that changes one field."""
    packs = folder / "packs"
    packs.mkdir()
    head = "pack: words\ntitle: 词\nvocabulary:\n  best: [最好, 最佳]\n"
    (packs / "words.yaml").write_text(head, "utf-8")
    rule = RULE.replace("match: {text: 最好,", "unless: {id: advice, text: 最好先}\n    match: {text: $best,")
    head = "pack: claims\ntitle: 词\nuses: [words]\nunless:\n  - {id: asked, context: questioned}\nrules:\n"
    (packs / "claims.yaml").write_text(head + rule, "utf-8")
    book = "rulebook: t\nextends: [claims]\noverride:\n  t.word: {severity: high}\n"
    (folder / "rules.yaml").write_text(book, "utf-8")
    return folder


def test_check_points_at_an_exception_that_a_pack_shares_for_nothing(composed: Path) -> None:
    result = rules("check")
    assert result.exit_code == 1
    assert (
        "packs/claims.yaml:5:3: unproven no `pass` example of this pack needs the shared exception 'asked'"
        in result.stdout
    )
    assert "packs/claims.yaml:13:13: unproven t.word: unless[0]" in result.stdout


def test_explain_says_where_every_part_comes_from(composed: Path) -> None:
    result = rules("explain", "t.word")
    assert result.exit_code == 0
    said = [
        "# pack claims, packs/claims.yaml:7",
        "severity: high  # rules.yaml:4; packs/claims.yaml:10 says medium",
        "status: in-force  # default",
        "- id: advice  # packs/claims.yaml:13",
        "- id: asked  # packs/claims.yaml:5, shared by pack claims",
        "# $best: 2 entries, packs/words.yaml:4",
        "# cost: 2 patterns, 3 phrases, 100.0% of the trie; 3 phrases no other rule looks for, 100.0%",
    ]
    assert [line for line in said if line not in result.stdout.splitlines()] == []
    merged = yaml.safe_load(result.stdout)
    assert [condition["id"] for condition in merged["unless"]] == ["advice", "asked"]
    assert merged["severity"] == "high"


def test_explain_measures_a_rule_on_a_corpus(folder: Path) -> None:
    result = rules("explain", "t.word", "--corpus", "corpus.jsonl")
    assert result.exit_code == 0
    assert "# measured on 2 documents: " in result.stdout
    assert "# 1 candidates, 2 matches: 2 flags, 0 excused, 0 unknown\n#   最好 ×2\n" in result.stdout
    assert "# cost: 1 patterns, 1 phrases, 50.0% of the trie" in result.stdout


def test_explain_of_no_rule_names_near_ones(folder: Path) -> None:
    result = rules("explain", "t.wordd")
    assert (result.exit_code, result.stderr) == (2, "no such rule: t.wordd; did you mean t.word?\n")


def test_profile_counts_what_each_rule_looked_at_and_found(folder: Path) -> None:
    found = {line["rule"]: line for line in lines(rules("profile", "corpus.jsonl", "--format", "jsonl"))}
    assert {rule: (line["candidates"], line["matches"], line["flags"]) for rule, line in found.items()} == {
        "t.word": (1, 2, 2),
        "t.top": (1, 1, 1),
    }
    assert 0 < sum(line["share"] for line in found.values()) < 1
    assert all(0 < line["seconds"] < 60 for line in found.values())


def test_profile_shows_the_costliest_first_and_the_rest_of_the_scan(folder: Path) -> None:
    result = rules("profile", "corpus.jsonl", "--top", "1")
    assert result.exit_code == 0
    heading, first, rest = result.stdout.splitlines()
    assert heading.split() == ["rule", "ms", "share", "candidates", "matches", "flags", "excused", "unknown"]
    assert first.startswith("t.")
    assert rest.startswith("(reading texts and finding phrases)")
    assert result.stderr.startswith("2 documents in ")


@pytest.mark.parametrize("limit", [1, 2])
def test_profile_reads_plain_lines_up_to_a_limit(folder: Path, limit: int) -> None:
    result = rules("profile", "-", "--lines", "--limit", limit, "--format", "jsonl", stdin="最好吃\n\n最好喝\n")
    assert {line["rule"]: line["flags"] for line in lines(result)}["t.word"] == limit


def test_profile_ends_with_2_where_documents_cannot_be_read(folder: Path) -> None:
    (folder / "corpus.jsonl").write_text('{"kind": "listing"}\n', "utf-8")
    result = rules("profile", "corpus.jsonl")
    assert (result.exit_code, "corpus.jsonl:1: id: is required" in result.stderr) == (2, True)
    assert result.stdout == ""
    assert result.stderr.endswith("nothing was measured: the corpus holds no documents that can be read\n")
    assert rules("profile", "nothing.txt", "--lines").exit_code == 2


def test_diff_of_the_same_rules_is_empty(folder: Path) -> None:
    result = rules("diff", "rules.yaml", "rules.yaml", "corpus.jsonl")
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == "2 documents: 0 appear, 0 vanish, 0 change their severity\n"


def test_diff_tells_what_appears_vanishes_and_changes(folder: Path) -> None:
    new = folder / "new.yaml"
    third = SECOND.replace("t.top", "t.apple").replace("顶级", "苹果")
    new.write_text(f"rulebook: n\nrules:\n{RULE.replace('medium', 'high')}{third}", "utf-8")
    result = rules("diff", "rules.yaml", new, "corpus.jsonl", "--format", "jsonl")
    assert result.exit_code == 1
    assert [
        (line["change"], line["rule"], line["text"], line["severity"], line.get("was")) for line in lines(result)
    ] == [
        ("appears", "t.apple", "苹果", "medium", None),
        ("vanishes", "t.top", "顶级", "medium", None),
        ("severity", "t.word", "最好", "high", "medium"),
        ("severity", "t.word", "最好", "high", "medium"),
    ]
    shown = rules("diff", "rules.yaml", new, "corpus.jsonl").stdout.splitlines()
    assert shown[:2] == ["t.apple: 1 appear", "  + medium   「苹果」  L-1 title"]
    assert shown[-3:-1] == ["t.word: 2 change their severity", "  ~ medium → high 「最好」  L-1 description"]


SHADOWS = [pytest.param([], 1, id="findings"), pytest.param(["--all"], 0, id="with shadow")]


@pytest.mark.parametrize(("arguments", "code"), SHADOWS)
def test_diff_counts_a_rule_in_shadow_as_finding_nothing(folder: Path, arguments: list[str], code: int) -> None:
    new = folder / "new.yaml"
    shadow = SECOND.replace("    basis", "    status: shadow\n    basis")
    new.write_text(f"rulebook: n\nrules:\n{RULE}{shadow}", "utf-8")
    assert rules("diff", "rules.yaml", new, "corpus.jsonl", *arguments).exit_code == code


def test_another_matcher_of_a_rule_makes_no_other_finding(folder: Path) -> None:
    new = folder / "new.yaml"
    new.write_text(f"rulebook: n\nrules:\n{RULE.replace('match: {text', 'match: {id: other, text')}{SECOND}", "utf-8")
    assert rules("diff", "rules.yaml", new, "corpus.jsonl").exit_code == 0


def test_diff_ends_with_2_where_a_rulebook_does_not_load(folder: Path) -> None:
    result = rules("diff", "rules.yaml", "absent.yaml", "corpus.jsonl")
    assert (result.exit_code, "absent.yaml:1:1: file cannot be read" in result.stderr) == (2, True)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_new_rule_loads_is_proven_and_has_no_warning(folder: Path, shape: str) -> None:
    result = rules("new", "local.fresh.rule", "--shape", shape)
    assert (result.exit_code, "local.fresh" in result.stderr) == (0, True)
    (folder / "rules.yaml").write_text("rulebook: t\nextends: [local.fresh]\n", "utf-8")
    reading = read_rulebook(Path("rules.yaml"))
    assert reading.rulebook.rules["local.fresh.rule"].shape == shape
    assert [*lint(reading), *run_examples(reading.rulebook)] == []


def test_a_new_pack_leads_to_its_schema(folder: Path) -> None:
    assert rules("new", "local.fresh.rule", "--pack", "mine").exit_code == 0
    first = (folder / "packs" / "mine.yaml").read_text("utf-8").splitlines()[0]
    schema = folder / "packs" / first.partition("$schema=")[2]
    assert schema.read_text("utf-8") == text_of("pack")


def test_a_new_rule_can_be_pasted(folder: Path) -> None:
    text = rules("new", "local.rule", "--stdout").stdout
    assert not (folder / "packs").exists()
    write_rulebook(folder, text)
    assert list(load_rulebook(Path("rules.yaml")).rules) == ["local.rule"]


REFUSED = [
    pytest.param(["t.word"], "rule t.word is there already: rules.yaml:3", id="taken"),
    pytest.param(["Local Rule"], "small letters", id="no name"),
    pytest.param(["x.y", "--pack", "../x"], "small letters", id="no name of a pack"),
    pytest.param(["x.y", "--pack", "cn.food"], "is a shipped pack", id="a shipped pack"),
    pytest.param(["there.rule"], "there.yaml is there already", id="a file that is there"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_new_overwrites_nothing(folder: Path, arguments: list[str], said: str) -> None:
    (folder / "packs").mkdir()
    kept = folder / "packs" / "there.yaml"
    kept.write_text("mine", "utf-8")
    result = rules("new", *arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)
    assert [path.name for path in (folder / "packs").iterdir()] == ["there.yaml"]
    assert kept.read_text("utf-8") == "mine"


def test_docs_writes_pages_and_removes_only_its_own(folder: Path) -> None:
    assert rules("docs", "--out", "pages").exit_code == 0
    (folder / "pages" / "zh" / "mine.md").write_text("mine", "utf-8")
    write_rulebook(folder, RULE)
    assert rules("docs", "--out", "pages", "--language", "zh").exit_code == 0
    names = {language: {page.name for page in (folder / "pages" / language).iterdir()} for language in ("zh", "en")}
    assert names == {"zh": {"index.md", "t.word.md", "mine.md"}, "en": {"index.md", "t.word.md", "t.top.md"}}


def test_schema_is_printed_or_written(folder: Path) -> None:
    assert rules("schema", "rulebook").stdout == text_of("rulebook")
    assert rules("schema", "--out", "editors").exit_code == 0
    write_schemas(folder / "again")
    for name in ("pack.json", "rulebook.json"):
        assert (folder / "editors" / name).read_bytes() == (folder / "again" / name).read_bytes()


def test_list_names_the_rules_of_a_code(folder: Path) -> None:
    assert "t.word" in rules("list", "--category", "absolute").stdout
    assert "t.word" not in rules("list", "--category", "price").stdout
    assert rules("list", "--category", "nothing").exit_code == 2
