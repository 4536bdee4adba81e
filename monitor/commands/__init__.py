"""One file a command; each is mounted in :mod:`monitor.cli` and imports what it needs when it runs."""
