"""Triggers that refuse a change, in the words of either database."""

from alembic import op

FUNCTION = "canvass_monitor_refuse"


def create_function() -> None:
    """What the triggers of PostgreSQL call; SQLite needs nothing."""
    if _is_postgres():
        op.execute(
            f"CREATE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )


def drop_function() -> None:
    """Take it away, after all that call it."""
    if _is_postgres():
        op.execute(f"DROP FUNCTION {FUNCTION}()")


def refuse(table: str, *, event: str, name: str, message: str, when: str | None = None) -> None:
    """Refuse a change of rows with an integrity error.

    Args:
        table: Whose rows.
        event: ``UPDATE``, ``UPDATE OF a, b`` or ``DELETE``.
        name: Of the trigger.
        message: What the error says.
        when: Only of rows of which this is true; ``OLD`` and ``NEW`` can be named.
    """
    condition = f" WHEN ({when})" if when else ""
    if _is_postgres():
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW{condition}"
            f" EXECUTE FUNCTION {FUNCTION}('{message}')"
        )
    else:
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table}{condition} BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def refuse_truncation(table: str, *, message: str) -> None:
    """Refuse to empty a table at one stroke, which no trigger of rows sees; SQLite knows no such stroke."""
    if _is_postgres():
        op.execute(
            f"CREATE TRIGGER {table}_never_truncated BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
            f" EXECUTE FUNCTION {FUNCTION}('{message}')"
        )


def _is_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"
