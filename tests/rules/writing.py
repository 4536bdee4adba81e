"""Rule files for tests: the smallest rule that loads, and changes to it."""

from __future__ import annotations

from pathlib import Path

RULE = """\
  - id: t.word
    title: 测试规则
    category: absolute
    severity: medium
    basis:
      - {law: 中华人民共和国广告法, article: 9(3), in_force: {from: 2015-09-01}}
    match: {text: 最好, boundaries: start}
    message: "「{match}」"
    remedy: 删除
    examples:
      flag: [这是最好的米, 最好吃]
      pass: [这米不错, 很好吃]
"""
FRAME = """\
  - id: t.rule
    title: {zh: 测试规则, en: Test rule}
    category: absolute
    severity: high
    message: {zh: "「{match}」", en: "“{match}”"}
    remedy: {zh: 改正, en: Correct it}
    examples: {flag: [甲, 乙], pass: [丙, 丁]}
"""


def write_rulebook(folder: Path, rules: str = RULE, *, head: str = "") -> Path:
    """Write a ``rules.yaml`` of these rules into a folder; ``head`` holds further keys."""
    path = folder / "rules.yaml"
    path.write_text(f"rulebook: test\n{head}rules:\n{rules}", encoding="utf-8")
    return path


def rule_of(body: str) -> str:
    """One rule whose match, exceptions and evidence are ``body``; it brings its own ``basis`` or is under 甲法."""
    if not any(line.startswith("basis:") for line in body.splitlines()):
        body += "\nbasis: [{law: 甲法, article: 9, in_force: {from: 2020-01-01}}]"
    return FRAME + "".join(f"    {line}\n" for line in body.splitlines())
