"""Tests of ``monitor.store``, on SQLite and on PostgreSQL."""
