"""The first tables.

Revision: 0001, after None
"""

import sqlalchemy as sa
from alembic import op

from app.db.migrations import guards
from app.db.tables import Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NEVER_CHANGED = ("audit_entries", "approved_script_versions", "decisions", "findings")
NEVER_DELETED = ("audit_entries", "approved_script_versions", "decisions")
FINDINGS_OF_A_RUN = (
    "call_id",
    "cause",
    "script_id",
    "script_version",
    "status",
    "created_at",
    "started_at",
    "finished_at",
    "outcome",
    "reason",
    "duration",
    "ruleset",
    "profile",
    "software",
    "models",
    "result",
)


def upgrade() -> None:
    _create_tables()
    guards.create_function()
    _create_guards()


def _create_guards() -> None:
    for table in NEVER_CHANGED:
        guards.refuse(table, event="UPDATE", name=f"{table}_never_changed", message=f"{table} are never changed")
    for table in NEVER_DELETED:
        message = f"{table} are never deleted"
        guards.refuse(table, event="DELETE", name=f"{table}_never_deleted", message=message)
        guards.refuse_truncation(table, message=message)
    guards.refuse(
        "runs",
        event=f"UPDATE OF {', '.join(FINDINGS_OF_A_RUN)}",
        name="runs_done_never_changed",
        message="a run that is done is never changed",
        when="OLD.status = 'done'",
    )


def _create_tables() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Moment(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.CheckConstraint("role IN ('officer', 'administrator')", name=op.f("ck_accounts_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("username", name=op.f("uq_accounts_username")),
    )
    op.create_table(
        "approved_script_versions",
        sa.Column("script_id", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("effective_from", Moment(), nullable=False),
        sa.Column("title", sa.String(length=500), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published_at", Moment(), nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("script_id", "version", "effective_from", name=op.f("pk_approved_script_versions")),
    )
    with op.batch_alter_table("approved_script_versions", schema=None) as batch_op:
        batch_op.create_index("ix_approved_script_versions_effective", ["script_id", "effective_from"], unique=False)

    op.create_table(
        "audit_entries",
        sa.Column("sequence", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entries")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entries_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_entries_subject", ["subject"], unique=False)

    op.create_table(
        "call_centres",
        sa.Column("id", sa.String(length=100), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_centres")),
    )
    op.create_table(
        "derived_sounds",
        sa.Column("recording_sha256", sa.String(length=64), nullable=False),
        sa.Column("playback_key", sa.String(length=200), nullable=True),
        sa.Column("peaks", sa.JSON(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("recording_sha256", name=op.f("pk_derived_sounds")),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call_centre", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("secret_sha256", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=True),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["call_centre"], ["call_centres.id"], name=op.f("fk_api_keys_call_centre_call_centres")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
    )
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.create_index("ix_api_keys_call_centre", ["call_centre"], unique=False)

    op.create_table(
        "calls",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call_centre", sa.String(length=100), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("script_id", sa.String(length=200), nullable=False),
        sa.Column("started_at", Moment(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("canvasser_id", sa.String(length=200), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("metadata_digest", sa.String(length=64), nullable=False),
        sa.Column("dialled_digest", sa.String(length=64), nullable=True),
        sa.Column("recording_sha256", sa.String(length=64), nullable=False),
        sa.Column("recording_size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("recording_type", sa.String(length=100), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("duration", sa.Float(), nullable=True),
        sa.Column("worst_severity", sa.String(length=16), nullable=True),
        sa.Column("top_confidence", sa.Float(), nullable=True),
        sa.Column("finding_count", sa.Integer(), nullable=False),
        sa.Column("queue_rank", sa.Integer(), nullable=False),
        sa.Column("queue_doubt", sa.Float(), nullable=False),
        sa.Column("review", sa.String(length=16), nullable=True),
        sa.CheckConstraint("review IN ('open', 'decided')", name=op.f("ck_calls_review")),
        sa.CheckConstraint("status IN ('queued', 'running', 'done')", name=op.f("ck_calls_status")),
        sa.ForeignKeyConstraint(["call_centre"], ["call_centres.id"], name=op.f("fk_calls_call_centre_call_centres")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
        sa.UniqueConstraint("call_centre", "external_id", name=op.f("uq_calls_call_centre_external_id")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index("ix_calls_call_centre_id", ["call_centre", "id"], unique=False)
        batch_op.create_index("ix_calls_outcome_id", ["outcome", "id"], unique=False)
        batch_op.create_index("ix_calls_queue", ["queue_rank", "queue_doubt", "started_at", "id"], unique=False)
        batch_op.create_index("ix_calls_review_queue_rank", ["review", "queue_rank"], unique=False)
        batch_op.create_index("ix_calls_started_at", ["started_at"], unique=False)

    op.create_table(
        "sessions",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("expires_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_sessions_account_id_accounts")),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_sessions")),
    )
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.create_index("ix_sessions_account_id", ["account_id"], unique=False)

    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("script_id", sa.String(length=200), nullable=False),
        sa.Column("script_version", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("started_at", Moment(), nullable=True),
        sa.Column("finished_at", Moment(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("duration", sa.Float(), nullable=True),
        sa.Column("ruleset", sa.String(length=80), nullable=True),
        sa.Column("profile", sa.String(length=32), nullable=True),
        sa.Column("software", sa.String(length=32), nullable=True),
        sa.Column("models", sa.JSON(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.CheckConstraint("cause IN ('upload', 'request', 'archive')", name=op.f("ck_runs_cause")),
        sa.CheckConstraint("status IN ('queued', 'running', 'done')", name=op.f("ck_runs_status")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_runs_call_id_calls")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.create_index("ix_runs_call_id_created_at", ["call_id", "created_at"], unique=False)
        batch_op.create_index(
            "uq_runs_current",
            ["call_id"],
            unique=True,
            sqlite_where=sa.text("is_current"),
            postgresql_where=sa.text("is_current"),
        )

    op.create_table(
        "decisions",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("finding_id", sa.String(length=80), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=False),
        sa.Column("decided_by_name", sa.String(length=200), nullable=False),
        sa.Column("decided_at", Moment(), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('confirmed', 'dismissed', 'excused', 'undetermined')", name=op.f("ck_decisions_verdict")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_decisions_call_id_calls")),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_decisions_run_id_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.create_index("ix_decisions_call_id_decided_at", ["call_id", "decided_at"], unique=False)

    op.create_table(
        "findings",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("finding_id", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=True),
        sa.Column("line", sa.String(length=200), nullable=True),
        sa.Column("utterance", sa.Integer(), nullable=True),
        sa.Column("start", sa.Float(), nullable=True),
        sa.Column("end", sa.Float(), nullable=True),
        sa.Column("quote", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_findings_run_id_runs")),
        sa.PrimaryKeyConstraint("run_id", "finding_id", name=op.f("pk_findings")),
    )
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.create_index("ix_findings_code_run_id", ["code", "run_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("findings", schema=None) as batch_op:
        batch_op.drop_index("ix_findings_code_run_id")

    op.drop_table("findings")
    with op.batch_alter_table("decisions", schema=None) as batch_op:
        batch_op.drop_index("ix_decisions_call_id_decided_at")

    op.drop_table("decisions")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_runs_current", sqlite_where=sa.text("is_current"), postgresql_where=sa.text("is_current")
        )
        batch_op.drop_index("ix_runs_call_id_created_at")

    op.drop_table("runs")
    with op.batch_alter_table("sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_sessions_account_id")

    op.drop_table("sessions")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_index("ix_calls_started_at")
        batch_op.drop_index("ix_calls_review_queue_rank")
        batch_op.drop_index("ix_calls_queue")
        batch_op.drop_index("ix_calls_outcome_id")
        batch_op.drop_index("ix_calls_call_centre_id")

    op.drop_table("calls")
    with op.batch_alter_table("api_keys", schema=None) as batch_op:
        batch_op.drop_index("ix_api_keys_call_centre")

    op.drop_table("api_keys")
    op.drop_table("derived_sounds")
    op.drop_table("call_centres")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_subject")
        batch_op.drop_index("ix_audit_entries_at")

    op.drop_table("audit_entries")
    with op.batch_alter_table("approved_script_versions", schema=None) as batch_op:
        batch_op.drop_index("ix_approved_script_versions_effective")

    op.drop_table("approved_script_versions")
    op.drop_table("accounts")
    guards.drop_function()
