"""Alembic's folder; `app.db.migrate` runs it."""
