"""``monitor init`` and ``monitor ingest``: what they leave behind, and what they say."""

from __future__ import annotations

import json
import re
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from monitor.bootstrap import open_database
from monitor.cli import app
from monitor.config import Settings
from monitor.rules.editors import text_of
from monitor.store import lease_batch, load_work, schema_version, work_counts
from monitor.store.schema import latest_version

LISTING = {"kind": "listing", "id": "L-1", "platform": "douyin", "title": "苹果", "extra": {"kept": True}}
STREAM = {
    "kind": "transcript",
    "id": "T-1",
    "platform": "douyin",
    "segments": [{"start": 1, "text": "上链接"}],
    "products": [{"from": 0, "to": 60, "listing": "L-1"}],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of the command."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, given: bytes = b"") -> Result:
    return CliRunner().invoke(app, list(arguments), input=given, catch_exceptions=False)


def said(result: Result) -> str:
    """What a run said, without the id it ends with."""
    before, found, after = result.stderr.rpartition("; run ingest-")
    assert found, result.stderr
    assert re.fullmatch(r"[0-9a-f]{12}\n", after), after
    return before


def write(path: Path, *documents: object) -> Path:
    """JSON Lines; a string is a line as it is."""
    lines = [
        document if isinstance(document, str) else json.dumps(document, ensure_ascii=False) for document in documents
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def kept() -> list[dict[str, Any]]:
    """The content of everything that waits to be scanned."""
    database = open_database(Settings(_env_file=None))
    with database.write() as session:
        lease = lease_batch(session, 100, 60, datetime.now(UTC))
        work = load_work(session, lease.token, lease.ids)
        session.rollback()
    database.close()
    return [json.loads(item.raw) for item in work]


def test_documents_are_kept_with_their_work_as_they_were_given(folder: Path) -> None:
    result = run("ingest", str(write(folder / "in.jsonl", LISTING)))
    assert (result.exit_code, said(result)) == (0, "1 new, 0 revised, 0 unchanged, 0 errors")
    assert kept() == [LISTING]


def test_the_same_again_is_unchanged_and_another_content_a_revision(folder: Path) -> None:
    other = LISTING | {"id": "L-2"}
    run("ingest", str(write(folder / "in.jsonl", LISTING, other)))
    write(folder / "in.jsonl", LISTING, other | {"title": "有机苹果"})
    assert said(run("ingest", "in.jsonl")) == "0 new, 1 revised, 1 unchanged, 0 errors"


def test_a_stream_is_kept_with_the_listings_it_names(folder: Path) -> None:
    write(folder / "a-stream.jsonl", STREAM)
    write(folder / "b-listings.jsonl", LISTING)
    run("ingest", ".")
    (stream,) = [document for document in kept() if document["kind"] == "transcript"]
    assert stream["products"] == [{"from": 0, "to": 60, "listing": LISTING}]


def test_what_cannot_be_read_is_told_and_the_rest_is_kept(folder: Path) -> None:
    write(folder / "in.jsonl", LISTING, '{"kind": "listing", "id": "L-2"}', LISTING | {"id": "L-3"})
    result = run("ingest", "in.jsonl", "nowhere.jsonl")
    assert result.exit_code == 2
    assert "error: in.jsonl:2: a listing needs `title` or `description`" in result.stderr
    assert "error: nowhere.jsonl: " in result.stderr
    assert said(result).endswith("2 new, 0 revised, 0 unchanged, 2 errors")
    assert [document["id"] for document in kept()] == ["L-1", "L-3"]


def test_standard_input_is_read() -> None:
    result = run("ingest", "-", "--quiet", given=json.dumps(LISTING).encode())
    assert (result.exit_code, result.stderr, len(kept())) == (0, "", 1)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STEELYARD_DATABASE", "mysql://db/x", "error: STEELYARD_DATABASE: mysql is not one of sqlite, postgresql"),
        ("STEELYARD_DATABASE", "sqlite:///in.jsonl", "error: STEELYARD_DATABASE: sqlite:///in.jsonl cannot be opened"),
        ("STEELYARD_BATCH", "none", "error: STEELYARD_BATCH: "),
    ],
)
def test_a_wrong_setting_is_told_by_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    result = run("ingest", str(write(folder / "in.jsonl", LISTING)))
    assert result.exit_code == 2
    assert result.stderr.startswith(said)


def test_init_makes_what_is_missing_and_keeps_what_is_there(folder: Path) -> None:
    (folder / "rules.yaml").write_text("rulebook: mine\n")
    assert run("init").exit_code == 0
    key = (folder / "data/secret.key").read_text()
    again = run("init")
    assert (again.exit_code, again.stderr.count(": was there")) == (0, 2)
    assert (folder / "data/secret.key").read_text() == key
    assert stat.S_IMODE((folder / "data/secret.key").stat().st_mode) == 0o600
    assert (folder / "rules.yaml").read_text() == "rulebook: mine\n"
    database = open_database(Settings(_env_file=None))
    assert schema_version(database.engine) == latest_version()
    with database.read() as session:
        assert work_counts(session).done == 0
    database.close()


def test_init_puts_the_schema_of_rules_beside_a_rulebook_it_writes(folder: Path) -> None:
    (folder / "rules.yaml").unlink(missing_ok=True)
    assert run("init").exit_code == 0
    first = (folder / "rules.yaml").read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schema/rulebook.json"
    assert (folder / "schema" / "rulebook.json").read_text("utf-8") == text_of("rulebook")


def test_init_puts_no_schema_beside_a_rulebook_that_was_there(folder: Path) -> None:
    (folder / "rules.yaml").write_text("rulebook: mine\n")
    assert run("init").exit_code == 0
    assert not (folder / "schema").exists()


def test_init_writes_every_setting_commented_out(folder: Path) -> None:
    (folder / "rules.yaml").touch()
    run("init")
    lines = (folder / ".env").read_text().splitlines()
    assert all(line.startswith("# ") or not line for line in lines)
    assert {line.partition("=")[0] for line in lines if "=" in line} == {
        f"# STEELYARD_{name.upper()}" for name in Settings.model_fields
    }
    assert Settings(_env_file=folder / ".env") == Settings(_env_file=None)
