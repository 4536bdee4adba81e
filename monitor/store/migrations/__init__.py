"""Migrations of the database, run by :func:`monitor.store.migrate`. One file of ``versions`` takes it one step further."""
