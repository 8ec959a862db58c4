"""Archives and their candidates.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

from app.db.tables import Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Not in a batch: SQLite would rebuild the tables, and a rebuilt table has lost its guards.
    op.add_column("calls", sa.Column("campaign", sa.String(length=200), nullable=True))
    op.add_column("runs", sa.Column("archive_id", sa.String(length=64), nullable=True))
    op.add_column("runs", sa.Column("engine", sa.String(length=200), nullable=True))
    op.add_column("runs", sa.Column("hearing_key", sa.String(length=64), nullable=True))
    op.add_column("runs", sa.Column("shares_channel", sa.Boolean(), nullable=True))
    _take_campaigns_out_of_the_details()
    op.create_index("ix_calls_campaign", "calls", ["campaign"])
    op.create_index("ix_runs_archive_id", "runs", ["archive_id"])
    _create_archives()
    _create_archive_calls()
    _index_archive_calls()
    _create_archive_changes()


def _take_campaigns_out_of_the_details() -> None:
    calls = sa.table("calls", sa.column("campaign", sa.String), sa.column("details", sa.JSON))
    op.execute(calls.update().values(campaign=calls.c.details["campaign"].as_string()))


def _create_archives() -> None:
    op.create_table(
        "archives",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("selection", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("chunk_size", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_by_name", sa.String(length=200), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.CheckConstraint("status IN ('running', 'paused', 'cancelled', 'finished')", name=op.f("ck_archives_status")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archives")),
    )
    op.create_index("ix_archives_created_at", "archives", ["created_at"])
    op.create_table(
        "archive_promotions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("archive_id", sa.String(length=64), nullable=False),
        sa.Column("selection", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("promoted_by", sa.String(length=64), nullable=False),
        sa.Column("promoted_by_name", sa.String(length=200), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("finished_at", Moment(), nullable=True),
        _to("archive_promotions", "archive_id", "archives"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_promotions")),
    )
    op.create_index("ix_archive_promotions_archive_id", "archive_promotions", ["archive_id"])


def _create_archive_calls() -> None:
    op.create_table(
        "archive_calls",
        sa.Column("archive_id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("chunk", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("base_run_id", sa.String(length=64), nullable=True),
        sa.Column("run_id", sa.String(length=64), nullable=True),
        sa.Column("stage", sa.String(length=16), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("outcome_before", sa.String(length=16), nullable=True),
        sa.Column("outcome_after", sa.String(length=16), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("promotion_id", sa.String(length=64), nullable=True),
        sa.Column("promoted", sa.String(length=16), nullable=True),
        sa.CheckConstraint("status IN ('waiting', 'done')", name=op.f("ck_archive_calls_status")),
        sa.CheckConstraint(
            "stage IN ('nothing', 'text', 'findings', 'hearing', 'failed')", name=op.f("ck_archive_calls_stage")
        ),
        sa.CheckConstraint("promoted IN ('promoted', 'skipped')", name=op.f("ck_archive_calls_promoted")),
        _to("archive_calls", "archive_id", "archives"),
        _to("archive_calls", "base_run_id", "runs"),
        _to("archive_calls", "call_id", "calls"),
        _to("archive_calls", "promotion_id", "archive_promotions"),
        _to("archive_calls", "run_id", "runs"),
        sa.PrimaryKeyConstraint("archive_id", "call_id", name=op.f("pk_archive_calls")),
    )


def _index_archive_calls() -> None:
    op.create_index("ix_archive_calls_position", "archive_calls", ["archive_id", "position"], unique=True)
    op.create_index("ix_archive_calls_chunk", "archive_calls", ["archive_id", "status", "chunk"])
    op.create_index("ix_archive_calls_finished", "archive_calls", ["archive_id", "finished_at"])
    counted = ["archive_id", "status", "stage", "seconds", "changes", "unchanged"]
    op.create_index("ix_archive_calls_counts", "archive_calls", counted)
    changed = sa.text("changes > 0")
    op.create_index(
        "ix_archive_calls_changed",
        "archive_calls",
        ["archive_id", "position"],
        sqlite_where=changed,
        postgresql_where=changed,
    )
    op.create_index("ix_archive_calls_promotion", "archive_calls", ["promotion_id", "promoted", "position"])
    op.create_index("ix_archive_calls_stage", "archive_calls", ["stage", "finished_at"])
    op.create_index("ix_archive_calls_call_id", "archive_calls", ["call_id"])


def _create_archive_changes() -> None:
    op.create_table(
        "archive_changes",
        sa.Column("archive_id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("severity", sa.String(length=16), nullable=True),
        sa.Column("before_id", sa.String(length=80), nullable=True),
        sa.Column("after_id", sa.String(length=80), nullable=True),
        sa.Column("fields", sa.JSON(), nullable=False),
        _to("archive_changes", "archive_id", "archives"),
        _to("archive_changes", "call_id", "calls"),
        sa.PrimaryKeyConstraint("archive_id", "call_id", "number", name=op.f("pk_archive_changes")),
    )
    op.create_index("ix_archive_changes_kind_cause", "archive_changes", ["archive_id", "kind", "cause", "code"])


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"))


def downgrade() -> None:
    for table in ("archive_changes", "archive_calls", "archive_promotions", "archives"):
        op.drop_table(table)
    op.drop_index("ix_runs_archive_id", table_name="runs")
    op.drop_index("ix_calls_campaign", table_name="calls")
    op.drop_column("runs", "shares_channel")
    op.drop_column("runs", "hearing_key")
    op.drop_column("runs", "engine")
    op.drop_column("runs", "archive_id")
    op.drop_column("calls", "campaign")
