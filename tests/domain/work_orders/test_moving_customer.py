"""A job that is noted while its customer is handed to another area comes to the dispatchers of the new one."""

from threading import Thread

from sqlalchemy import text

from api.composition import REGISTRY
from domain.kernel.command import execute
from domain.kernel.ids import new_id
from domain.work_orders.models import Appointment
from tests.support.company import Company, wire


def somebody_waits(company: Company) -> bool:
    with company.session() as session:
        waiting = text("select exists (select from pg_stat_activity where wait_event_type = 'Lock')")
        return bool(session.execute(waiting).scalar_one())


def test_a_job_noted_while_its_customer_moves_goes_to_the_new_area(company: Company) -> None:
    account = company.account()
    site, appointment_id = company.site(account), new_id()
    job = {"id": new_id(), "appointment_id": appointment_id, "site_id": site.id, "title": "Leaks"}
    moving = Thread(
        target=company.do,
        args=("account.move",),
        kwargs={"account_id": account.id, "territory_id": company.other_territory_id},
    )
    with company.context() as ctx:
        execute(REGISTRY.commands["work_order.create"], wire(job), ctx)
        ctx.session.flush()
        moving.start()
        while moving.is_alive() and not somebody_waits(company):
            pass
        ctx.session.commit()
    moving.join()
    assert company.read(Appointment, appointment_id).area_id == company.other_area_id
