"""What is left of a deleted recording, and which recordings were found damaged.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

from app.db.tables import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tombstones",
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("recording_sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("deleted_by_kind", sa.String(length=16), nullable=False),
        sa.Column("deleted_by", sa.String(length=64), nullable=False),
        sa.Column("deleted_by_name", sa.String(length=200), nullable=False),
        sa.Column("deleted_at", Moment(), nullable=False),
        sa.Column("erased_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_tombstones_call_id_calls"),
        sa.PrimaryKeyConstraint("call_id", "recording_sha256", name="pk_tombstones"),
    )
    op.create_index("ix_tombstones_recording_sha256", "tombstones", ["recording_sha256"], unique=False)
    op.create_table(
        "damaged_recordings",
        sa.Column("recording_sha256", sa.String(length=64), nullable=False),
        sa.Column("found_sha256", sa.String(length=64), nullable=True),
        sa.Column("noticed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("recording_sha256", name="pk_damaged_recordings"),
    )


def downgrade() -> None:
    op.drop_table("damaged_recordings")
    op.drop_index("ix_tombstones_recording_sha256", table_name="tombstones")
    op.drop_table("tombstones")
