"""The databases of these tests."""

from __future__ import annotations

from store.databases import database, empty_url, migrated_file, migrated_server, new_database

__all__ = ["database", "empty_url", "migrated_file", "migrated_server", "new_database"]
