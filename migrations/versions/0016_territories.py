"""One member of a territory owns its accounts on a day; what becomes of new accounts; workload from call plans."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # The code before this migration writes no values.
    op.add_column("memberships", sa.Column("owner", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("territories", sa.Column("new_accounts", sa.Text(), server_default="by_hand", nullable=False))
    op.add_column(
        "territory_plans", sa.Column("by_call_plans", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("territory_plans", sa.Column("workload_in", sa.Text(), server_default="points", nullable=False))
    connection = op.get_bind()
    connection.execute(sa.text("select set_config('app.operator', 'on', true)"))
    for org_id in connection.scalars(sa.text("select id from organisations")).all():
        connection.execute(sa.text("select set_config('app.org_id', :org, true)"), {"org": str(org_id)})
        _choose_owners(connection, org_id)
        _tell_devices(connection, org_id)
    # What refers to something else is looked at now: a table with checks to come cannot be changed.
    op.execute("set constraints all immediate")
    # Without an extension: a range of one id overlaps with itself only.
    op.execute("create type uuidrange as range (subtype = uuid)")
    op.execute(
        """alter table memberships add constraint ex_memberships_owner exclude using gist (
               uuidrange(org_id, org_id, '[]') with &&,
               uuidrange(territory_id, territory_id, '[]') with &&,
               daterange(starts_on, ends_on, '[]') with &&
           ) where (owner) deferrable initially deferred"""
    )
    op.create_check_constraint(op.f("ck_memberships_owner"), "memberships", "not owner or role = 'rep'")


class Period(NamedTuple):
    """From a day to a day, both included."""

    first: date
    last: date


def _choose_owners(connection: sa.Connection, org_id: UUID) -> None:
    """Let the rep own the accounts who did by the former rule: of those who work here, the one for the longest time.

    Who follows them owns the accounts from then on: such a membership is divided.
    """
    reps = connection.execute(
        sa.text(
            """select m.id, m.territory_id, m.user_id, m.starts_on, m.ends_on
                 from memberships m join users u on u.org_id = m.org_id and u.id = m.user_id
                where m.org_id = :org and m.role = 'rep' order by u.active desc, m.starts_on, m.id"""
        ),
        {"org": org_id},
    ).all()
    taken: dict[UUID, list[Period]] = {}
    for rep in reps:
        whole = Period(rep.starts_on, rep.ends_on or date.max)
        pieces = _pieces(whole, sorted(taken.setdefault(rep.territory_id, [])))
        for number, (owner, run) in enumerate(groupby(pieces, key=lambda piece: piece[1])):
            same = [piece for piece, _ in run]
            piece = Period(same[0].first, same[-1].last)
            values = {
                "org": org_id,
                "id": uuid4() if number else rep.id,
                "territory": rep.territory_id,
                "user": rep.user_id,
                "starts_on": piece.first,
                "ends_on": None if piece.last == date.max else piece.last,
                "owner": owner,
            }
            connection.execute(_WRITE_PIECE, values)
            if owner:
                taken[rep.territory_id].append(piece)


_WRITE_PIECE = sa.text(
    """insert into memberships (org_id, id, territory_id, user_id, role, starts_on, ends_on, owner)
       values (:org, :id, :territory, :user, 'rep', :starts_on, :ends_on, :owner)
       on conflict (org_id, id) do update set
           starts_on = excluded.starts_on, ends_on = excluded.ends_on, owner = excluded.owner"""
)


def _pieces(whole: Period, taken: list[Period]) -> Iterator[tuple[Period, bool]]:
    """Divide a period into what others have and what is left, which is marked."""
    first = whole.first
    for theirs in taken:
        if theirs.last < first or theirs.first > whole.last:
            continue
        if first < theirs.first:
            yield Period(first, theirs.first - timedelta(days=1)), True
            first = theirs.first
        last = min(theirs.last, whole.last)
        yield Period(first, last), False
        if last == whole.last:
            return
        first = last + timedelta(days=1)
    yield Period(first, whole.last), True


def _tell_devices(connection: sa.Connection, org_id: UUID) -> None:
    """Write who owns what into the documents of territories, and let each device fetch everything anew."""
    connection.execute(
        sa.text(
            """update sync_documents d
                  set doc = (d.doc::jsonb || jsonb_build_object('new_accounts', 'by_hand', 'members', coalesce(
                          (select jsonb_agg(jsonb_build_object('id', m.id, 'user_id', m.user_id, 'role', m.role,
                                      'starts_on', m.starts_on, 'ends_on', m.ends_on, 'owner', m.owner) order by m.id)
                             from memberships m where m.org_id = d.org_id and m.territory_id = d.id), '[]')))::text
                where d.org_id = :org and d.entity = 'territory'"""
        ),
        {"org": org_id},
    )
    connection.execute(
        sa.text(
            """update sync_documents
                  set doc = (doc::jsonb || '{"by_call_plans": false, "workload_in": "points"}')::text
                where org_id = :org and entity = 'territory_plan'"""
        ),
        {"org": org_id},
    )
    connection.execute(
        sa.text("update sync_counters set rev = rev + 1, floor = rev + 1 where org_id = :org"), {"org": org_id}
    )
