"""Tests of ``monitor.cases``, on SQLite and on PostgreSQL."""
