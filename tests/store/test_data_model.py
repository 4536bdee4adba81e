"""``docs/data-model.md`` names every table and column."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.cases import COMPLAINT_STATUSES, OUTCOMES
from monitor.store.priority import WEIGHTS
from monitor.store.tables import WRITTEN_ONCE, DocumentRow

PAGE = (Path(__file__).parents[2] / "docs" / "data-model.md").read_text("utf-8")
TABLES = DocumentRow.metadata.tables


def described(table: str) -> str:
    """What the page says of a table: from its name in bold to the next."""
    found = re.search(rf"^\*\*`{table}`\*\*(.*?)(?=^\*\*`|^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"{table} is not described"
    return found[1]


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_described_with_all_its_columns(table: str) -> None:
    named = set(re.findall(r"`(\w+)`", described(table)))
    assert not set(TABLES[table].columns.keys()) - named


def test_no_table_is_described_that_is_not_there() -> None:
    assert set(re.findall(r"^\*\*`(\w+)`\*\*", PAGE, re.MULTILINE)) == set(TABLES)


def test_the_words_and_figures_are_those_of_the_code() -> None:
    assert ", ".join(f"`{outcome}`" for outcome in OUTCOMES) in PAGE
    assert ", ".join(f"`{status}`" for status in COMPLAINT_STATUSES) in PAGE
    assert ", ".join(f"{severity} {weight:g}" for severity, weight in WEIGHTS.items()) in PAGE
    once = [f"`{table}`" for table in WRITTEN_ONCE]
    assert f"{', '.join(once[:-1])} and {once[-1]}" in PAGE
