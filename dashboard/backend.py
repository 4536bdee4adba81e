"""What every page asks: settings, clock, database, secret and scanner, each opened once in a process."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Protocol

import streamlit as st

from monitor.bootstrap import load_scanner, open_database, open_secret
from monitor.cases import Database, Secret
from monitor.config import Settings, read_settings
from monitor.documents import Document
from monitor.flags import ScanResult
from monitor.pictures import Places


class Scanner(Protocol):
    """What is asked of :class:`monitor.scanner.Scanner`."""

    @property
    def rulebook(self) -> Any:
        """The rules by id, and how they are called."""

    def scan(self, document: Document, as_of: date) -> ScanResult:
        """Every flag in one document."""


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


def database() -> Database:
    """The database of the settings.

    Raises:
        ConfigurationError: it cannot be opened, or has tables of another version.
    """
    settings = read_settings()
    return _database(settings.database_url, settings)


def places() -> Places:
    """Where pictures lie; nothing is fetched."""
    return Places(read_settings().pictures)


def secret() -> Secret:
    """What encrypts complainants' contacts."""
    settings = read_settings()
    return _secret(settings.data.as_posix(), settings)


def day_of_law() -> date:
    """The day whose law applies to what has no day of its own."""
    return read_settings().as_of or now().astimezone().date()


def scan(document: Document, language: str) -> ScanResult:
    """What the rules find in a document; nothing is stored.

    Raises:
        RuleError, RegistryError: the rulebook or the registry cannot be loaded.
    """
    return _scanner_of(language).scan(document, day_of_law())


def rule_title(rule: str, language: str) -> str | None:
    """What the rulebook calls a rule; None where it has no such rule.

    Raises:
        RuleError, RegistryError: the rulebook or the registry cannot be loaded.
    """
    found = _scanner_of("zh").rulebook.rules.get(rule)
    return None if found is None else found.title.say(language)


def _scanner_of(language: str) -> Scanner:
    settings = read_settings()
    return _scanner(f"{settings.rules}|{settings.registry}", language, settings)


@st.cache_resource(show_spinner=False, on_release=Database.close)
def _database(url: str, _settings: Settings) -> Database:
    del url  # what tells one database from another
    return open_database(_settings)


@st.cache_resource(show_spinner=False)
def _secret(folder: str, _settings: Settings) -> Secret:
    del folder
    return open_secret(_settings)


@st.cache_resource(show_spinner=False, max_entries=4)
def _scanner(files: str, language: str, _settings: Settings) -> Scanner:
    del files
    return load_scanner(_settings, language=language)
