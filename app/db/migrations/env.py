"""Alembic's entry: the connection comes from `app.db.migrate`."""

from alembic import context

from app.db.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
