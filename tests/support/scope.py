"""What a person's device should hold, asked of the business tables alone: no bucket, no change log, no code of ours."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

Key = tuple[str, str]
"""Entity and id, as a client names a document."""

_SCOPE = text("""
with recursive
me as (
    select * from users where org_id = :org and id = :person and active
),
today as (
    select (cast(:now as timestamptz) at time zone time_zone)::date as day from organisations where org_id = :org
),
mine as (
    select t.id, t.area_id from territories t, me, today
     where t.org_id = :org
       and (me.roles ? 'admin'
            or exists (select from memberships m
                        where m.org_id = :org and m.territory_id = t.id and m.user_id = me.id
                          and m.starts_on <= today.day and (m.ends_on is null or m.ends_on >= today.day)))
     union
    select below.id, below.area_id from territories below join mine on below.parent_id = mine.id
     where below.org_id = :org
),
customers as (
    select a.id from accounts a, me
     where a.org_id = :org
       and (a.territory_id in (select id from mine)
            or exists (select from visits v
                        where v.org_id = :org and v.account_id = a.id and v.rep_id = me.id
                          and v.status in ('planned', 'confirmed', 'in_progress'))
            or exists (select from appointments p
                        where p.org_id = :org and p.account_id = a.id and p.technician_id = me.id
                          and p.status in ('dispatched', 'accepted', 'traveling', 'in_progress', 'paused')))
),
aged as (
    select cast(:now as timestamptz) - interval '90 days' as before
)
select 'account' as entity, id from customers
union all
select 'site', id from sites where org_id = :org and account_id in (select id from customers)
union all
select 'contact', id from contacts where org_id = :org and account_id in (select id from customers)
union all
select 'asset', id from assets where org_id = :org and account_id in (select id from customers)
union all
select 'attachment', t.id from attachments t, aged
 where t.org_id = :org and t.account_id in (select id from customers) and t.occurred_at >= aged.before
union all
select 'visit', v.id from visits v, me, aged
 where v.org_id = :org and (v.rep_id = me.id or v.account_id in (select id from customers))
   and not coalesce(case v.status when 'missed' then v.planned_start_at
                                  else coalesce(v.completed_at, v.canceled_at) end < aged.before, false)
union all
select 'order', o.id from orders o, me, aged
 where o.org_id = :org and (o.placed_by_id = me.id or o.account_id in (select id from customers))
   and not coalesce(case o.status when 'placed' then o.placed_at
                                  when 'canceled' then o.canceled_at
                                  when 'shipped' then o.updated_at
                                  when 'invoiced' then o.updated_at
                                  when 'rejected' then o.updated_at end < aged.before, false)
union all
select 'work_order', w.id from work_orders w, aged
 where w.org_id = :org and w.account_id in (select id from customers)
   and not coalesce(case w.status when 'closed' then w.closed_at
                                  when 'canceled' then w.canceled_at
                                  when 'completed' then w.updated_at end < aged.before, false)
union all
select 'appointment', p.id from appointments p, me, aged
 where p.org_id = :org
   and ((p.technician_id = me.id and p.dispatched_at is not null)
        or (me.roles ?| array['dispatcher', 'manager', 'admin'] and p.area_id in (select area_id from mine)))
   and not coalesce(coalesce(p.finished_at, case p.status when 'canceled' then p.updated_at end) < aged.before, false)
union all
select 'notice', n.id from notices n, me
 where n.org_id = :org and n.user_id = me.id
   and coalesce(n.read_at, n.created_at + interval '60 days') >= cast(:now as timestamptz) - interval '30 days'
union all
select 'conflict', c.id from conflicts c, me, aged
 where c.org_id = :org and c.lost_by_id = me.id and (c.settled_at is null or c.settled_at >= aged.before)
union all
select 'organisation', o.id from organisations o, me where o.org_id = :org
union all
select 'user', u.id from users u, me where u.org_id = :org
union all
select 'skill', s.id from skills s, me where s.org_id = :org
union all
select 'territory', t.id from territories t, me where t.org_id = :org
union all
select 'product_category', c.id from product_categories c, me where c.org_id = :org
union all
select 'product', p.id from products p, me where p.org_id = :org
union all
select 'price_list', l.id from price_lists l, me where l.org_id = :org
union all
select 'price', p.id from prices p, me where p.org_id = :org
union all
select 'work_type', w.id from work_types w, me where w.org_id = :org
""")


def scope_of(session: Session, *, org_id: UUID, person_id: UUID, now: datetime) -> set[Key]:
    """Return the documents that a device of this person should hold at that moment. Someone inactive holds none."""
    rows = session.execute(_SCOPE, {"org": org_id, "person": person_id, "now": now})
    return {(row.entity, str(row.id)) for row in rows}
