"""Runs the migrations on the connection that `database.migrate` hands over."""

from alembic import context

from rumbo.fleet.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters a table by making it anew
)
context.run_migrations()
