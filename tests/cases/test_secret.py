"""The secret of the house: given, or made once and readable by its owner only."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from monitor.cases import Secret, open_secret
from monitor.errors import ConfigurationError


def test_it_is_made_once_and_private(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    first, second = open_secret("", folder), open_secret("", folder)
    assert second.decrypt(first.encrypt(b"x")) == b"x"
    assert first.hash_receipt("1") == second.hash_receipt("1")
    assert (folder / "secret.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["secret.key"]


def test_several_who_make_it_at_once_have_the_same(tmp_path: Path) -> None:
    hashes: set[str] = set()
    together = threading.Barrier(8)

    def make() -> None:
        together.wait()
        hashes.add(open_secret("", tmp_path).hash_receipt("1"))

    makers = [threading.Thread(target=make) for _ in range(8)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(hashes) == 1


def test_the_one_of_the_settings_comes_first(tmp_path: Path) -> None:
    given = open_secret("given in the settings", tmp_path)
    assert given.hash_receipt("1") == Secret("given in the settings").hash_receipt("1")
    assert not list(tmp_path.iterdir())


def test_encrypting_twice_gives_two_texts() -> None:
    secret = Secret("given in the settings")
    assert secret.encrypt(b"x") != secret.encrypt(b"x")


def test_a_short_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="STEELYARD_SECRET: at least 16"):
        open_secret("short", tmp_path)


def test_one_that_cannot_be_made_says_where(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, not a folder")
    with pytest.raises(ConfigurationError, match=r"secret\.key: the secret key cannot be read or made"):
        open_secret("", tmp_path / "data")
