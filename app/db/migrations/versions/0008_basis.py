"""What the current run of a call rests on, and indexes that spare the rows of runs.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

RECKONED_BY = [
    "basis",
    "started_at",
    "worst_severity",
    "duration",
    "outcome",
    "call_centre",
    "campaign",
    "canvasser_id",
    "id",
]


def upgrade() -> None:
    from app.runs.basis import fill

    # Not in a batch: SQLite would rebuild the table, and a rebuilt table has lost its guards.
    op.add_column("calls", sa.Column("basis", sa.String(length=16), nullable=True))
    with Session(op.get_bind()) as session:
        fill(session)
        session.flush()
    op.create_index("ix_calls_basis", "calls", RECKONED_BY)
    heard = sa.text("status = 'done' AND cause <> 'archive'")
    op.create_index("ix_runs_heard_id", "runs", ["id"], sqlite_where=heard, postgresql_where=heard)


def downgrade() -> None:
    op.drop_index("ix_runs_heard_id", table_name="runs")
    op.drop_index("ix_calls_basis", table_name="calls")
    op.drop_column("calls", "basis")
