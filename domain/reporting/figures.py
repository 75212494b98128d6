"""What came of the visits: coverage, call compliance, strike rate and the rest, by period and rep or territory.

One query, whatever is asked for. What each figure means stands in docs/figures.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ARRAY, Date, Text, Uuid, bindparam, text
from sqlalchemy.orm import Session

from domain.people.models import Organisation


class Per(StrEnum):
    """How long a row's period is. A week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    TOTAL = "total"


class By(StrEnum):
    """Of whom or what a row is."""

    REP = "rep"
    TERRITORY = "territory"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Question:
    """Figures from one day to another, both included, of the territories that one may see and of some reps, or all."""

    first: date
    last: date
    per: Per
    by: By
    territory_ids: Sequence[UUID]
    rep_ids: Sequence[UUID] | None = None


_PERIOD = {
    Per.DAY: "f.day",
    Per.WEEK: "date_trunc('week', f.day)::date",
    Per.MONTH: "date_trunc('month', f.day)::date",
    Per.TOTAL: "cast(:first as date)",
}
_GROUP = {By.REP: "f.rep_id", By.TERRITORY: "f.territory_id", By.ALL: "cast(null as uuid)"}
_ASSIGNED_TO = {By.REP: "o.owner_id", By.TERRITORY: "a.territory_id", By.ALL: "cast(null as uuid)"}

_QUERY = """
    with owners as (
        select * from unnest(:owned, :owners) as o(territory_id, owner_id)
    ), seen as (
        select v.id, v.account_id, v.rep_id, v.status, v.unplanned, a.territory_id, v.checked_in_at, v.completed_at,
               (v.planned_start_at at time zone :zone)::date as planned_on,
               (v.checked_in_at at time zone :zone)::date as made_on,
               radians(coalesce((v.checked_in_position->>'lat')::float8, s.latitude)) as lat,
               radians(coalesce((v.checked_in_position->>'lng')::float8, s.longitude)) as lng
          from visits v
          join accounts a on a.org_id = v.org_id and a.id = v.account_id
          join sites s on s.org_id = v.org_id and s.id = v.site_id
         where v.org_id = :org
           and (:reps is null or v.rep_id = any(:reps))
           and (v.planned_start_at >= :since and v.planned_start_at < :until
                or v.checked_in_at >= :since and v.checked_in_at < :until)
    ), way as (
        select s.*, lag(s.completed_at) over day as left_at, lag(s.lat) over day as lat_before,
               lag(s.lng) over day as lng_before
          from seen s where s.made_on is not null
        window day as (partition by s.rep_id, s.made_on order by s.checked_in_at, s.id)
    ), sold as (
        select o.visit_id, count(*) as orders, sum(o.total_minor) as value_minor, sum(l.lines) as lines
          from orders o
         cross join lateral (
               select count(*) as lines from order_lines l where l.org_id = o.org_id and l.order_id = o.id) l
         where o.org_id = :org and o.visit_id in (select id from way) and o.currency = :currency
           and o.status not in ('canceled', 'rejected')
         group by o.visit_id
    ), facts as (
        select planned_on as day, rep_id, territory_id, account_id, 1 as planned,
               (status = 'completed' and made_on = planned_on)::int as on_its_day, (status = 'missed')::int as missed,
               0 as made, 0 as with_order, 0 as orders, 0 as lines, 0 as value_minor, 0 as on_site_s, 0 as on_road_s,
               0 as km
          from seen
         where not unplanned and status <> 'canceled' and planned_on between :first and least(:last, :today)
         union all
        select w.made_on, w.rep_id, w.territory_id, w.account_id, 0, 0, 0,
               (w.status = 'completed')::int,
               (w.status = 'completed' and s.orders > 0)::int,
               coalesce(s.orders, 0), coalesce(s.lines, 0), coalesce(s.value_minor, 0),
               coalesce(extract(epoch from w.completed_at - w.checked_in_at), 0),
               greatest(coalesce(extract(epoch from w.checked_in_at - w.left_at), 0), 0),
               -- `least` passes nulls over, so that the sine has to.
               case when w.lat is null or w.lat_before is null then 0 else
                   :detour * 2 * 6371 * asin(least(1, sqrt(
                       power(sin((w.lat - w.lat_before) / 2), 2)
                       + cos(w.lat) * cos(w.lat_before) * power(sin((w.lng - w.lng_before) / 2), 2))))
               end
          from way w left join sold s on s.visit_id = w.id
         where w.made_on between :first and :last
    ), assigned as (
        select {assigned_to} as group_id, count(*) as accounts
          from accounts a left join owners o on o.territory_id = a.territory_id
         where a.org_id = :org and a.status = 'active' and a.territory_id = any(:territories)
           and (:reps is null or o.owner_id = any(:reps))
         group by 1
    ), figures as (
        select {period} as period_on, {group} as group_id,
               sum(planned) as planned, sum(on_its_day) as on_their_day, sum(missed) as missed, sum(made) as made,
               sum(with_order) as with_order, sum(orders) as orders, sum(lines) as lines,
               sum(value_minor) as value_minor, sum(on_site_s) as on_site_s, sum(on_road_s) as on_road_s, sum(km) as km,
               count(distinct a.id) filter (where made > 0 and a.status = 'active' and {counts}) as accounts_visited
          from facts f
          join accounts a on a.org_id = :org and a.id = f.account_id
          left join owners o on o.territory_id = f.territory_id
         where f.territory_id = any(:territories)
         group by 1, 2
    )
    select f.*, coalesce(n.accounts, 0) as accounts_assigned, coalesce(u.name, t.name) as name
      from figures f
      left join assigned n on n.group_id is not distinct from f.group_id
      left join users u on u.org_id = :org and u.id = f.group_id
      left join territories t on t.org_id = :org and t.id = f.group_id
     order by f.period_on, coalesce(u.name, t.name), f.group_id
"""


def read_figures(
    session: Session, *, organisation: Organisation, owners: Mapping[UUID, UUID], question: Question, today: date
) -> Iterator[dict[str, Any]]:
    """Yield a row per period and rep or territory in which something was planned or done.

    `owners` is who owns the accounts of each territory. Times are in minutes, money in minor units, `km` in kilometres;
    a rate whose denominator is nothing is None.
    """
    zone = ZoneInfo(organisation.time_zone)
    counts = "o.owner_id = f.rep_id" if question.by is By.REP else "(:reps is null or o.owner_id = any(:reps))"
    statement = text(
        _QUERY.format(
            period=_PERIOD[question.per],
            group=_GROUP[question.by],
            assigned_to=_ASSIGNED_TO[question.by],
            counts=counts,
        )
    ).bindparams(
        bindparam("owned", type_=ARRAY(Uuid())),
        bindparam("owners", type_=ARRAY(Uuid())),
        bindparam("territories", type_=ARRAY(Uuid())),
        bindparam("org", type_=Uuid()),
        bindparam("reps", type_=ARRAY(Uuid())),
        bindparam("zone", type_=Text()),
        bindparam("first", type_=Date()),
        bindparam("last", type_=Date()),
        bindparam("today", type_=Date()),
    )
    parameters = {
        "org": organisation.id,
        "owned": list(owners),
        "owners": list(owners.values()),
        "territories": list(question.territory_ids),
        "reps": None if question.rep_ids is None else list(question.rep_ids),
        "zone": organisation.time_zone,
        "currency": organisation.currency,
        "first": question.first,
        "last": question.last,
        "today": today,
        "since": datetime.combine(question.first, time(), zone),
        "until": datetime.combine(question.last + timedelta(days=1), time(), zone),
        "detour": organisation.detour_factor,
    }
    for row in session.execute(statement, parameters).mappings():
        yield _row(dict(row), question.by)


def _row(row: Mapping[str, Any], by: By) -> dict[str, Any]:
    made, orders = int(row["made"]), int(row["orders"])
    return {
        "period_on": row["period_on"],
        "rep_id": row["group_id"] if by is By.REP else None,
        "territory_id": row["group_id"] if by is By.TERRITORY else None,
        "name": row["name"],
        "planned": int(row["planned"]),
        "on_their_day": int(row["on_their_day"]),
        "missed": int(row["missed"]),
        "made": made,
        "with_order": int(row["with_order"]),
        "orders": orders,
        "lines": int(row["lines"]),
        "value_minor": int(row["value_minor"]),
        "accounts_visited": row["accounts_visited"],
        "accounts_assigned": row["accounts_assigned"],
        "on_site_min": round(row["on_site_s"] / 60),
        "on_road_min": round(row["on_road_s"] / 60),
        "km": round(float(row["km"]), 1),
        "coverage": _rate(row["accounts_visited"], row["accounts_assigned"]),
        "call_compliance": _rate(row["on_their_day"], row["planned"]),
        "strike_rate": _rate(row["with_order"], made),
        "lines_per_call": _rate(row["lines"], made),
        "drop_size_minor": round(row["value_minor"] / orders) if orders else None,
    }


def _rate(part: Any, whole: Any) -> float | None:
    return round(float(part) / float(whole), 4) if whole else None
