"""Reading plans: the map."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.customers.models import Account
from domain.geo.polygons import Point, hull
from domain.territory_plans.models import PlannedAccount, TerritoryPlan


def map_of(session: Session, plan: TerritoryPlan) -> dict[str, Any]:
    """Return a GeoJSON FeatureCollection: a hull around each territory before and after, and each account.

    A feature's `kind` is `before`, `after` or `account`.
    """
    query = (
        select(PlannedAccount, Account.name)
        .join(Account, (Account.org_id == PlannedAccount.org_id) & (Account.id == PlannedAccount.account_id))
        .where(PlannedAccount.org_id == plan.org_id, PlannedAccount.plan_id == plan.id)
        .order_by(PlannedAccount.account_id)
    )
    planned = [(account, name) for account, name in session.execute(query)]
    before: dict[UUID, list[Point]] = {}
    after: dict[UUID, list[Point]] = {}
    for account, _ in planned:
        place = (account.longitude, account.latitude)
        before.setdefault(account.from_territory_id, []).append(place)
        after.setdefault(account.to_territory_id, []).append(place)
    return {
        "type": "FeatureCollection",
        "features": [
            *_hulls("before", before),
            *_hulls("after", after),
            *(
                {
                    "type": "Feature",
                    "id": str(account.account_id),
                    "geometry": {"type": "Point", "coordinates": [account.longitude, account.latitude]},
                    "properties": {
                        "kind": "account",
                        "name": name,
                        "workload": account.workload,
                        "from_territory_id": str(account.from_territory_id),
                        "to_territory_id": str(account.to_territory_id),
                    },
                }
                for account, name in planned
            ),
        ],
    }


def _hulls(kind: str, places: dict[UUID, list[Point]]) -> Iterator[dict[str, Any]]:
    for territory_id, points in sorted(places.items()):
        ring = hull(points)
        if len(ring) > 3:
            yield {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [[list(point) for point in ring]]},
                "properties": {"kind": kind, "territory_id": str(territory_id)},
            }
