"""The life of a visit: its kind, its next step, check-ins far away; surveys, observations and tasks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.organisation_isolation import isolate
from migrations.stored_documents import add_fields

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # With defaults in the database: older code goes on writing while a new release is brought out.
    op.add_column("organisations", sa.Column("far_away_m", sa.Integer(), server_default="500", nullable=False))
    op.add_column("visits", sa.Column("kind", sa.Text(), server_default="in_person", nullable=False))
    op.add_column("visits", sa.Column("next_step", sa.Text(), nullable=True))
    op.add_column("visits", sa.Column("follow_up_on", sa.Date(), nullable=True))
    op.add_column("visits", sa.Column("far_away", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    add_fields("organisation", {"far_away_m": 500})
    add_fields("visit", {"kind": "in_person", "next_step": None, "follow_up_on": None, "far_away": False})
    op.create_table(
        "surveys",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("account_classes", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("purposes", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_surveys")),
    )
    op.create_table(
        "survey_versions",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questions", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        _refers_to("survey_versions", "survey_id", "surveys", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_survey_versions")),
        sa.UniqueConstraint("org_id", "survey_id", "number", name=op.f("uq_survey_versions_org_id_survey_id_number")),
    )
    op.create_table(
        "survey_answers",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("survey_id", sa.Uuid(), nullable=False),
        sa.Column("survey_version", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("answers", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _refers_to("survey_answers", "account_id", "accounts"),
        _refers_to("survey_answers", "answered_by_id", "users"),
        _refers_to("survey_answers", "survey_id", "surveys"),
        _refers_to("survey_answers", "visit_id", "visits"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_survey_answers")),
    )
    op.create_index("ix_survey_answers_account", "survey_answers", ["org_id", "account_id"])
    op.create_index("ix_survey_answers_survey", "survey_answers", ["org_id", "survey_id", "occurred_at"])
    op.create_index("ix_survey_answers_visit", "survey_answers", ["org_id", "visit_id"])
    op.create_table(
        "observations",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("competitor", sa.Text(), nullable=True),
        sa.Column("price_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("facings", sa.Integer(), nullable=True),
        sa.Column("out_of_stock", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("observed_by_id", sa.Uuid(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _refers_to("observations", "account_id", "accounts"),
        _refers_to("observations", "observed_by_id", "users"),
        _refers_to("observations", "product_id", "products"),
        _refers_to("observations", "visit_id", "visits"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_observations")),
    )
    op.create_index("ix_observations_account", "observations", ["org_id", "account_id"])
    op.create_index("ix_observations_occurred", "observations", ["org_id", "occurred_at", "id"])
    op.create_index("ix_observations_visit", "observations", ["org_id", "visit_id"])
    op.create_table(
        "task_rules",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("due_in_days", sa.Integer(), nullable=False),
        sa.Column("assign_to", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_task_rules")),
    )
    op.create_table(
        "tasks",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("assignee_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _refers_to("tasks", "account_id", "accounts"),
        _refers_to("tasks", "assignee_id", "users"),
        _refers_to("tasks", "created_by_id", "users"),
        _refers_to("tasks", "done_by_id", "users"),
        _refers_to("tasks", "rule_id", "task_rules"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_account", "tasks", ["org_id", "account_id"])
    op.create_index("ix_tasks_assignee", "tasks", ["org_id", "assignee_id", "due_on"])
    op.create_index("ix_tasks_source", "tasks", ["org_id", "source_id"])
    isolate(["surveys", "survey_versions", "survey_answers", "observations", "task_rules", "tasks"])


def _refers_to(table: str, column: str, referred: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["org_id", column],
        [f"{referred}.org_id", f"{referred}.id"],
        name=op.f(f"fk_{table}_org_id_{column}"),
        ondelete=ondelete,
        initially="DEFERRED",
        deferrable=True,
    )
