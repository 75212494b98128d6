"""What a person's device should hold, asked of the business tables alone: no bucket, no change log, no code of ours."""

from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

Key = tuple[str, str]
"""Entity and id, as a client names a document."""

SCOPE = """
with recursive
me as (select * from users where org_id = %(org)s and id = %(person)s and active),
today as (
    select (%(now)s::timestamptz at time zone time_zone)::date as day from organisations where org_id = %(org)s
),
territory as (
    select t.id, t.area_id from territories t, me
     where t.org_id = %(org)s and me.roles ? 'admin'
    union
    select t.id, t.area_id
      from today, territories t join memberships m on m.org_id = t.org_id and m.territory_id = t.id
     where t.org_id = %(org)s and m.user_id = %(person)s
       and m.starts_on <= today.day and (m.ends_on is null or m.ends_on >= today.day)
    union
    select t.id, t.area_id from territories t join territory above on t.parent_id = above.id where t.org_id = %(org)s
),
account as (
    select a.id from accounts a where a.org_id = %(org)s and a.territory_id in (select id from territory)
    union
    select v.account_id from visits v
     where v.org_id = %(org)s and v.rep_id = %(person)s and v.status in ('planned', 'confirmed', 'in_progress')
    union
    select p.account_id from appointments p
     where p.org_id = %(org)s and p.technician_id = %(person)s
       and p.status in ('dispatched', 'accepted', 'traveling', 'in_progress', 'paused')
    union
    select t.account_id from tasks t
     where t.org_id = %(org)s and t.assignee_id = %(person)s and t.done_at is null and t.account_id is not null
),
dispatcher as (select from me where me.roles ?| array['dispatcher', 'manager', 'admin']),
closed as (
    select id, case when status = 'missed' then planned_start_at else coalesce(completed_at, canceled_at) end as at
      from visits where org_id = %(org)s
    union all
    select id, case when canceled_at is not null then canceled_at
                    when status = 'placed' then placed_at
                    when status in ('shipped', 'invoiced', 'rejected') then updated_at end
      from orders where org_id = %(org)s
    union all
    select id, closed_at from quotes where org_id = %(org)s
    union all
    select id, (ends_on + 1)::timestamp at time zone 'UTC' from agreements where org_id = %(org)s
    union all
    select id, coalesce(closed_at, canceled_at, case when status = 'completed' then updated_at end)
      from work_orders where org_id = %(org)s
    union all
    select id, case when status = 'canceled' then updated_at else finished_at end
      from appointments where org_id = %(org)s
    union all
    select id, case when status in ('failed', 'in_effect', 'discarded') then updated_at end
      from territory_plans where org_id = %(org)s
    union all
    select id, settled_at from conflicts where org_id = %(org)s
    union all
    select id, occurred_at from attachments where org_id = %(org)s
    union all
    select id, occurred_at from survey_answers where org_id = %(org)s
    union all
    select id, occurred_at from observations where org_id = %(org)s
    union all
    select id, done_at from tasks where org_id = %(org)s
    union all
    select id, case when read_at is null then created_at else read_at - interval '60 days' end
      from notices where org_id = %(org)s
),
old as (select id from closed where at < %(now)s::timestamptz - interval '90 days' and not %(with_old)s::boolean)
select held.* from (
              select 'organisation' as entity, id, version from organisations where org_id = %(org)s
    union all select 'user', id, version from users where org_id = %(org)s
    union all select 'skill', id, version from skills where org_id = %(org)s
    union all select 'territory', id, version from territories where org_id = %(org)s
    union all select 'product_category', id, version from product_categories where org_id = %(org)s
    union all select 'product', id, version from products where org_id = %(org)s
    union all select 'price_list', id, version from price_lists where org_id = %(org)s
    union all select 'price', id, version from prices where org_id = %(org)s
    union all select 'work_type', id, version from work_types where org_id = %(org)s
    union all select 'account', id, version from accounts where org_id = %(org)s and id in (select id from account)
    union all select 'site', id, version from sites where org_id = %(org)s and account_id in (select id from account)
    union all select 'contact', id, version from contacts
               where org_id = %(org)s and account_id in (select id from account)
    union all select 'asset', id, version from assets where org_id = %(org)s and account_id in (select id from account)
    union all select 'attachment', id, version from attachments
               where org_id = %(org)s and account_id in (select id from account)
    union all select 'visit', id, version from visits
               where org_id = %(org)s and (rep_id = %(person)s or account_id in (select id from account))
    union all select 'survey', id, version from surveys where org_id = %(org)s
    union all select 'task_rule', id, version from task_rules where org_id = %(org)s
    union all select 'survey_answer', id, version from survey_answers
               where org_id = %(org)s and (answered_by_id = %(person)s or account_id in (select id from account))
    union all select 'observation', id, version from observations
               where org_id = %(org)s and (observed_by_id = %(person)s or account_id in (select id from account))
    union all select 'task', id, version from tasks
               where org_id = %(org)s
                 and (%(person)s in (assignee_id, created_by_id) or account_id in (select id from account))
    union all select 'order', id, version from orders
               where org_id = %(org)s and (placed_by_id = %(person)s or account_id in (select id from account))
    union all select 'quote', id, version from quotes
               where org_id = %(org)s and (written_by_id = %(person)s or account_id in (select id from account))
    union all select 'agreement', id, version from agreements
               where org_id = %(org)s and account_id in (select id from account)
    union all select 'work_order', id, version from work_orders
               where org_id = %(org)s and account_id in (select id from account)
    union all select 'appointment', id, version from appointments
               where org_id = %(org)s
                 and (technician_id = %(person)s and dispatched_at is not null
                      or exists (select from dispatcher) and area_id in (select area_id from territory))
    union all select 'territory_plan', id, version from territory_plans
               where org_id = %(org)s and exists (select from dispatcher) and area_id in (select area_id from territory)
    union all select 'conflict', id, version from conflicts
               where org_id = %(org)s and coalesce(lost_by_id, kept_by_id) = %(person)s
    union all select 'notice', id, version from notices where org_id = %(org)s and user_id = %(person)s
) held
where exists (select from me) and held.id not in (select id from old)
"""


def scope_of(
    connection: psycopg.Connection[Any], *, org_id: UUID, person_id: UUID, now: datetime, with_old: bool = False
) -> dict[Key, int]:
    """Return the documents that a device of this person should hold at that moment, with their versions.

    Someone inactive holds none. `with_old` adds what is past its time and may not have been taken away yet.
    """
    parameters = {"org": org_id, "person": person_id, "now": now, "with_old": with_old}
    return {(entity, str(id)): version for entity, id, version in connection.execute(SCOPE, parameters)}
