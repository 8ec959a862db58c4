"""Calls that lie in several recordings, and the frozen content of published scripts.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from app.db.tables import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

VERSIONS = "approved_script_versions"
KEY = ["script_id", "version", "effective_from"]
GUARDS = {"UPDATE": f"{VERSIONS}_never_changed", "DELETE": f"{VERSIONS}_never_deleted"}


def upgrade() -> None:
    _split_calls()
    _lift_guards()
    with op.batch_alter_table(VERSIONS) as batch:
        batch.add_column(sa.Column("canonical", sa.Text(), nullable=True))
    _freeze()
    with op.batch_alter_table(VERSIONS) as batch:
        batch.alter_column("canonical", existing_type=sa.Text(), nullable=False)
        batch.drop_constraint(f"pk_{VERSIONS}", type_="primary")
        batch.create_primary_key(f"pk_{VERSIONS}", [*KEY, "published_at"])
    _put_guards_back()


def downgrade() -> None:
    _lift_guards()
    with op.batch_alter_table(VERSIONS) as batch:
        batch.drop_constraint(f"pk_{VERSIONS}", type_="primary")
        batch.create_primary_key(f"pk_{VERSIONS}", KEY)
        batch.drop_column("canonical")
    _put_guards_back()
    op.drop_column("calls", "sound_sha256")
    op.drop_table("call_parts")


def _split_calls() -> None:
    op.create_table(
        "call_parts",
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=True),
        sa.Column("recording_sha256", sa.String(length=64), nullable=False),
        sa.Column("recording_size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("recording_type", sa.String(length=100), nullable=False),
        sa.Column("raw", sa.JSON(), nullable=True),
        sa.Column("received_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_parts_call_id_calls"),
        sa.PrimaryKeyConstraint("call_id", "number", name="pk_call_parts"),
    )
    op.create_index("ix_call_parts_recording_sha256", "call_parts", ["recording_sha256"], unique=False)
    op.add_column("calls", sa.Column("sound_sha256", sa.String(length=64), nullable=True))


def _freeze() -> None:
    """Keep the canonical content of what was published so far, by the parser that gave it its version."""
    from app.approved_scripts.authoring import parse_script
    from app.approved_scripts.canonical import canonical_text

    connection = op.get_bind()
    columns = (*KEY, "content", "canonical")
    versions = sa.table(VERSIONS, *(sa.column(name) for name in columns))
    for row in connection.execute(sa.select(versions)).all():
        script = parse_script(row.content, source=f"{row.script_id} {row.version}")
        if script.version != row.version:
            raise RuntimeError(
                f"{row.script_id} {row.version} reads differently now: migrate it with version 0.2 first"
            )
        same = (versions.c.script_id == row.script_id, versions.c.version == row.version)
        connection.execute(sa.update(versions).where(*same).values(canonical=canonical_text(script)))


def _lift_guards() -> None:
    if _is_sqlite():
        for name in GUARDS.values():
            op.execute(f"DROP TRIGGER IF EXISTS {name}")
    else:
        op.execute(f"ALTER TABLE {VERSIONS} DISABLE TRIGGER USER")


def _put_guards_back() -> None:
    if not _is_sqlite():
        op.execute(f"ALTER TABLE {VERSIONS} ENABLE TRIGGER USER")
        return
    for event, name in GUARDS.items():
        never = "changed" if event == "UPDATE" else "deleted"
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {VERSIONS} "
            f"BEGIN SELECT RAISE(ABORT, '{VERSIONS} are never {never}'); END"
        )


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
