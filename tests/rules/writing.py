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


def write_rulebook(folder: Path, rules: str = RULE, *, head: str = "") -> Path:
    """Write a ``rules.yaml`` of these rules into a folder; ``head`` holds further keys."""
    path = folder / "rules.yaml"
    path.write_text(f"rulebook: test\n{head}rules:\n{rules}", encoding="utf-8")
    return path
