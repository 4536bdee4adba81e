"""The manual names every column, ending and format there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.commands.scan import Format
from monitor.formats import FORMATS
from monitor.formats.csv import CERTIFICATES, COLUMNS

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("names", [*COLUMNS.values(), *CERTIFICATES.values()], ids=[*COLUMNS, *CERTIFICATES])
def test_every_name_of_a_column_is_documented(names: tuple[str, ...]) -> None:
    assert [name for name in names if f"`{name}`" not in PAGE.replace("SC", "sc")] == []


def test_every_format_is_documented() -> None:
    assert [name for name in FORMATS if f"`.{name}`" not in PAGE] == []
    assert [name for name in Format.__args__ if f"| `{name}` |" not in PAGE] == []
