"""What Alembic runs: the migrations, on the connection that :func:`monitor.store.schema.migrate` gives."""

from __future__ import annotations

from alembic import context

from monitor.store.tables import DocumentRow

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=DocumentRow.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
)
with context.begin_transaction():
    context.run_migrations()
