"""Call plans, working time, and what visits know of the call cycle."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.organisation_isolation import isolate
from migrations.stored_documents import add_fields

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("organisations", sa.Column("subdivision", sa.Text(), nullable=True))
    add_fields("organisation", {"subdivision": None})
    _working_time()
    _call_plans()
    _visits()
    _runs_and_feeds()


def _working_time() -> None:
    op.create_table(
        "working_weeks",
        *_record(
            sa.Column("user_id", sa.Uuid(), nullable=False),
            sa.Column("shifts", postgresql.JSONB(none_as_null=True), nullable=False),
        ),
        _refers_to("working_weeks", "users", "user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_working_weeks")),
        sa.UniqueConstraint("org_id", "user_id", name=op.f("uq_working_weeks_org_id_user_id")),
    )
    op.create_table(
        "absences",
        *_record(
            sa.Column("user_id", sa.Uuid(), nullable=False),
            sa.Column("starts_on", sa.Date(), nullable=False),
            sa.Column("ends_on", sa.Date(), nullable=False),
            sa.Column("withdrawn", sa.Boolean(), nullable=False),
        ),
        _refers_to("absences", "users", "user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_absences")),
    )
    op.create_index("ix_absences_user", "absences", ["org_id", "user_id", "starts_on"])
    isolate(["working_weeks", "absences"])


def _call_plans() -> None:
    op.create_table(
        "call_plans",
        *_record(
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("account_id", sa.Uuid(), nullable=True),
            sa.Column("site_id", sa.Uuid(), nullable=True),
            sa.Column("account_class", sa.Text(), nullable=True),
            sa.Column("sales_from_minor", sa.BigInteger(), nullable=True),
            sa.Column("sales_below_minor", sa.BigInteger(), nullable=True),
            sa.Column("every_weeks", sa.Integer(), nullable=True),
            sa.Column("per_month", sa.Integer(), nullable=True),
            sa.Column("weekdays", postgresql.JSONB(none_as_null=True), nullable=False),
            sa.Column("time_from", sa.Text(), nullable=True),
            sa.Column("time_to", sa.Text(), nullable=True),
            sa.Column("duration_min", sa.Integer(), nullable=False),
            sa.Column("purpose", sa.Text(), nullable=True),
            sa.Column("rep_id", sa.Uuid(), nullable=True),
            sa.Column("starts_on", sa.Date(), nullable=False),
            sa.Column("ends_on", sa.Date(), nullable=True),
            sa.Column("enabled", sa.Boolean(), nullable=False),
        ),
        _refers_to("call_plans", "accounts", "account_id"),
        _refers_to("call_plans", "sites", "site_id"),
        _refers_to("call_plans", "users", "rep_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_call_plans")),
    )
    op.create_index("ix_call_plans_account", "call_plans", ["org_id", "account_id"])
    op.create_index("ix_call_plans_name", "call_plans", ["org_id", "name", "id"])
    isolate(["call_plans"])


def _visits() -> None:
    op.add_column("visits", sa.Column("call_plan_id", sa.Uuid(), nullable=True))
    op.add_column("visits", sa.Column("call_period_on", sa.Date(), nullable=True))
    # The code before this migration writes no value.
    op.add_column("visits", sa.Column("generated", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_foreign_key(
        op.f("fk_visits_org_id_call_plan_id"),
        "visits",
        "call_plans",
        ["org_id", "call_plan_id"],
        ["org_id", "id"],
        deferrable=True,
        initially="DEFERRED",
    )
    # A visit of the cycle that nobody has touched is the only one of its period: two runs cannot make it twice.
    op.create_index(
        "uq_visits_generated",
        "visits",
        ["org_id", "call_plan_id", "account_id", "call_period_on"],
        unique=True,
        postgresql_where=sa.text("generated and status = 'planned'"),
    )
    op.create_index("ix_visits_call_plan", "visits", ["org_id", "call_plan_id"])
    op.create_index(
        "ix_visits_waiting",
        "visits",
        ["org_id", "planned_start_at"],
        postgresql_where=sa.text("status in ('planned', 'confirmed')"),
    )
    add_fields("visit", {"call_plan_id": None, "call_period_on": None, "generated": False})


def _runs_and_feeds() -> None:
    counts = [
        sa.Column(name, sa.Integer(), nullable=False) for name in ("total", "done", "planned", "moved", "withdrawn")
    ]
    op.create_table(
        "cycle_runs",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        *counts,
        sa.Column("unplaced", postgresql.JSONB(none_as_null=True), nullable=False),
        _refers_to("cycle_runs", "users", "requested_by_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_cycle_runs")),
    )
    op.create_index("ix_cycle_runs_requested", "cycle_runs", ["org_id", "requested_at", "id"])
    op.create_table(
        "calendar_feeds",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        _refers_to("calendar_feeds", "users", "id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_calendar_feeds")),
    )
    isolate(["cycle_runs", "calendar_feeds"])


def _record(*columns: sa.Column[Any]) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def _refers_to(table: str, other: str, column: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["org_id", column],
        [f"{other}.org_id", f"{other}.id"],
        name=op.f(f"fk_{table}_org_id_{column}"),
        ondelete=ondelete,
        deferrable=True,
        initially="DEFERRED",
    )
