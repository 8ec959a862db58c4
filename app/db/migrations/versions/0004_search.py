"""Full text over transcripts, and indexes of the lists.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.orm import Session

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

LISTED_BY = (
    "script_id",
    "script_version",
    "canvasser_id",
    "campaign",
    "disposition",
    "reached",
    "reason",
    "worst_severity",
    "review",
    "dialled_ends",
)
INDEXES = {
    "ix_calls_review_queue": ["review", "queue_rank", "queue_doubt", "started_at", "id"],
    "ix_calls_outcome_queue": ["outcome", "queue_rank", "queue_doubt", "started_at", "id"],
    "ix_calls_call_centre_outcome_reason": ["call_centre", "outcome", "reason"],
    "ix_calls_call_centre_review": ["call_centre", "review"],
    "ix_calls_script_id_outcome": ["script_id", "outcome"],
    "ix_calls_script_id_review": ["script_id", "review"],
    "ix_calls_started_at_id": ["started_at", "id"],
    "ix_calls_recording_sha256": ["recording_sha256"],
    "ix_calls_external_id": ["external_id"],
    "ix_calls_dialled_digest": ["dialled_digest"],
    **{f"ix_calls_{column}_id": [column, "id"] for column in LISTED_BY},
}
REPLACED = {
    "ix_calls_review_queue_rank": ["review", "queue_rank"],
    "ix_calls_started_at": ["started_at"],
    "ix_calls_campaign": ["campaign"],
}
"""The new indexes begin with the same columns."""

COLUMNS = {"dialled_ends": 3, "disposition": 200, "script_version": 80, "reached": 16}


def upgrade() -> None:
    # Not in a batch: SQLite would rebuild the table, and a rebuilt table has lost its guards.
    for name, length in COLUMNS.items():
        op.add_column("calls", sa.Column(name, sa.String(length=length), nullable=True))
    calls = sa.table("calls", sa.column("details", sa.JSON), *(sa.column(name, sa.String) for name in COLUMNS))
    op.execute(
        calls.update().values(
            disposition=calls.c.details["disposition"].as_string(),
            dialled_ends=calls.c.details["dialled_number_ends"].as_string(),
        )
    )
    for name in REPLACED:
        op.drop_index(name, table_name="calls")
    for name, columns in INDEXES.items():
        op.create_index(name, "calls", columns)
    _create_tables()
    _fill()


def _create_tables() -> None:
    from app.search.words import CREATE

    op.create_table(
        "call_texts",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_texts_call_id_calls")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_call_texts_run_id_runs")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_call_texts")),
        sa.UniqueConstraint("call_id", name=op.f("uq_call_texts_call_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "call_tags",
        sa.Column("tag", sa.String(length=300), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_tags_call_id_calls")),
        sa.PrimaryKeyConstraint("tag", "call_id", name=op.f("pk_call_tags")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_call_tags_call_id", "call_tags", ["call_id"])
    for statement in CREATE[op.get_bind().dialect.name]:
        op.execute(statement)


def _fill() -> None:
    """Enter what was judged before, in the order in which it came in."""
    from app.search.rebuild import fill

    with Session(op.get_bind()) as session:
        fill(session)
        session.flush()
    op.execute(
        "INSERT INTO call_tags (tag, call_id, confidence) SELECT DISTINCT 'verdict/' || verdict, call_id, 1.0"
        " FROM decisions WHERE NOT EXISTS (SELECT 1 FROM decisions AS later WHERE later.call_id = decisions.call_id"
        " AND coalesce(later.finding_id, '') = coalesce(decisions.finding_id, '')"
        " AND later.decided_at > decisions.decided_at)"
    )


def downgrade() -> None:
    op.drop_table("call_words")
    op.drop_table("call_tags")
    op.drop_table("call_texts")
    for name in INDEXES:
        op.drop_index(name, table_name="calls")
    for name, columns in REPLACED.items():
        op.create_index(name, "calls", columns)
    for name in COLUMNS:
        op.drop_column("calls", name)
