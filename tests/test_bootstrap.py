"""Real objects from settings, and the settings as a child process is given them."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.bootstrap import environment, open_database, open_registry, prepare_database, starting_rules
from monitor.config import Settings, read_settings
from monitor.documents import CertificateType
from monitor.errors import ConfigurationError
from monitor.registry import Chain, Registry, Reply
from monitor.rules import load_rulebook
from monitor.store.certificates import StoredRegistry


@pytest.mark.parametrize(
    ("name", "value"),
    [("STEELYARD_LEASE", "inf"), ("STEELYARD_LEASE", "100000"), ("STEELYARD_API_PORT", "x")],
)
def test_a_wrong_setting_is_told_by_its_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        read_settings()


def test_a_settings_file_in_another_encoding_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_bytes("STEELYARD_DATA=数据".encode("gb18030"))
    with pytest.raises(ConfigurationError, match="save the file as UTF-8"):
        read_settings()


def settings(folder: Path, **given: object) -> Settings:
    return Settings(_env_file=None, **({"data": folder / "data"} | given))


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({}, id="defaults"),
        pytest.param(
            {
                "database": "postgresql://m:p%40ss@db/m",
                "broker": "redis://queue/1",
                "registry": "db,certificates.jsonl",
                "as_of": date(2026, 11, 20),
                "lease": 2.5,
                "secret": "a secret of the house",
                "language": "en",
            },
            id="everything set",
        ),
    ],
)
def test_a_child_process_reads_the_settings_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, object]
) -> None:
    monkeypatch.chdir(tmp_path)
    wanted = settings(tmp_path, **given)
    for name, value in environment(wanted).items():
        monkeypatch.setenv(name, value)
    assert read_settings() == wanted


def test_tables_of_another_version_are_refused_until_they_are_brought_up_to_date(tmp_path: Path) -> None:
    ours = settings(tmp_path)
    database = open_database(ours)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'another'"))
    database.close()
    with pytest.raises(ConfigurationError, match=r"tables of version another, this program wants .*: `monitor init`"):
        open_database(ours)


def test_preparing_twice_is_preparing_once(tmp_path: Path) -> None:
    for _ in range(2):
        prepare_database(settings(tmp_path)).close()
    open_database(settings(tmp_path)).close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////proc/nowhere/x.sqlite", "sqlite:////proc/nowhere/x.sqlite cannot be opened"),
        ("postgresql://m:hidden@127.0.0.1:9/m", "postgresql.*m:\\*\\*\\*@127.0.0.1:9/m cannot be opened"),
        ("x", "not a database URL"),
    ],
    ids=["no such folder", "nobody there", "no URL"],
)
def test_a_database_that_cannot_be_opened_is_a_setting_that_is_wrong(tmp_path: Path, url: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=f"STEELYARD_DATABASE: .*{said}") as caught:
        open_database(settings(tmp_path, database=url))
    assert "hidden" not in str(caught.value)


def test_the_rules_to_begin_with_load(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(starting_rules().read_text("utf-8"), "utf-8")
    assert load_rulebook(path).rules


CERTIFICATE = '{"type": "organic", "number": "098OP2690001", "holder": "甲公司"}\n'


def test_registries_are_named_by_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "c.jsonl"
    file.write_text(CERTIFICATE, "utf-8")
    os.utime(file, (0, datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp()))
    assert open_registry(settings(tmp_path)) is None  # there is no database
    assert not (tmp_path / "data").exists()
    assert open_registry(settings(tmp_path, registry="off")) is None
    loaded = open_registry(settings(tmp_path, registry=str(file)))
    assert loaded is not None
    assert (loaded.name, loaded.dated) == ("c.jsonl", date(2026, 6, 1))
    prepare_database(settings(tmp_path)).close()
    assert isinstance(open_registry(settings(tmp_path)), StoredRegistry)
    chained = open_registry(settings(tmp_path, registry=f"{file}, db"))
    assert isinstance(chained, Chain)
    assert [type(source) for source in chained.sources] == [Registry, StoredRegistry]


@pytest.mark.parametrize(
    ("registry", "error", "said"),
    [
        ("db", ConfigurationError, "`monitor registry import FILE…` brings them in"),
        ("nowhere.jsonl", ConfigurationError, "nowhere.jsonl: no such file, and no installed service"),
        ("db,off", ConfigurationError, "`off` stands by itself"),
    ],
)
def test_a_registry_that_is_not_there_is_told(tmp_path: Path, registry: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        open_registry(settings(tmp_path, registry=registry))


def test_a_package_can_bring_a_service_whose_answers_are_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Service(Registry):
        def by_number(self, kind: CertificateType, number: str) -> Reply:
            asked.append(number)
            return super().by_number(kind, number)

    class Point:
        def load(self) -> Callable[[Settings], Service]:
            return lambda given: Service([], name=f"service of {given.language}")

    def points(*, group: str, name: str) -> list[Point]:
        return [Point()] if (group, name) == ("steelyard.registries", "official") else []

    monkeypatch.setattr("monitor.bootstrap.entry_points", points)
    prepare_database(settings(tmp_path)).close()
    source = open_registry(settings(tmp_path, registry="official"))
    assert source is not None
    assert source.name == "service of zh"
    assert [source.by_number("organic", "098OP2690001").outcome for _ in range(3)] == ["not-found"] * 3
    assert asked == ["098OP2690001"]
