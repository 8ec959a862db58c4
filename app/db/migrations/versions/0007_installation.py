"""What all processes of an installation must agree on; a finished run is never deleted.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

from app.db.migrations import guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "installation",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_installation")),
    )
    guards.refuse(
        "runs",
        event="DELETE",
        name="runs_done_never_deleted",
        message="a run that is done is never deleted",
        when="OLD.status = 'done'",
    )


def downgrade() -> None:
    on_table = " ON runs" if op.get_bind().dialect.name == "postgresql" else ""
    op.execute(f"DROP TRIGGER runs_done_never_deleted{on_table}")
    op.drop_table("installation")
