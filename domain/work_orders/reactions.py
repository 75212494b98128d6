"""What work orders do when something happens elsewhere."""

from sqlalchemy import select

from domain.customers.events import AccountMoved
from domain.kernel.command import Context
from domain.territories.models import Territory
from domain.work_orders.models import Appointment


def follow_account(ctx: Context, moved: AccountMoved) -> None:
    """Hand the account's appointments to the dispatchers of its new area."""
    area_id = ctx.get(Territory, moved.territory_id).area_id
    query = select(Appointment).where(
        Appointment.org_id == ctx.org_id, Appointment.account_id == moved.account_id, Appointment.area_id != area_id
    )
    for appointment in ctx.session.scalars(query):
        appointment.area_id = area_id


REACTIONS = ((AccountMoved, follow_account),)
