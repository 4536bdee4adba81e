"""The key of the house: it encrypts complainants' data, and hashes receipts so that the database alone cannot be searched."""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from secrets import token_urlsafe
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from monitor.errors import ConfigurationError

KEY_FILE: Final = "secret.key"

SHORTEST: Final = 16
"""Characters of a secret."""


class Secret:
    """Two keys derived from one secret. Lose it, and contacts can no longer be read nor receipts found."""

    def __init__(self, text: str) -> None:
        """Take the secret.

        Raises:
            ConfigurationError: it is too short to be one.
        """
        if len(text) < SHORTEST:
            raise ConfigurationError(f"STEELYARD_SECRET: at least {SHORTEST} characters, best 40 random ones")
        self._receipts = _derive(text, b"steelyard receipts")
        self._fernet = Fernet(urlsafe_b64encode(_derive(text, b"steelyard contacts")))

    def hash_receipt(self, receipt: str) -> str:
        """HMAC-SHA-256 of a receipt, hexadecimal: the same receipt gives the same hash."""
        return hmac.new(self._receipts, receipt.encode(), sha256).hexdigest()

    def encrypt(self, plain: bytes) -> bytes:
        """A Fernet token: another one each time."""
        return self._fernet.encrypt(plain)

    def decrypt(self, token: bytes) -> bytes:
        """What was encrypted.

        Raises:
            ConfigurationError: the token was made with another secret.
        """
        try:
            return self._fernet.decrypt(token)
        except InvalidToken as error:
            raise ConfigurationError("STEELYARD_SECRET: not the secret this was encrypted with") from error


def open_secret(text: str, folder: Path) -> Secret:
    """The secret of the settings; where it is empty, that of ``folder/secret.key``, made once and readable by its owner only.

    Raises:
        ConfigurationError: the secret is too short, or its file cannot be read or made.
    """
    return Secret(text or _read_or_make(folder / KEY_FILE))


def _read_or_make(path: Path) -> str:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _make(path)
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: the secret key cannot be read or made: {error}") from error


def _make(path: Path) -> None:
    """Written aside and linked into place: of two processes one wins, and nobody reads half a key."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.{token_urlsafe(6)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def _derive(text: str, purpose: bytes) -> bytes:
    return hmac.new(text.encode("utf-8", "surrogatepass"), purpose, sha256).digest()
