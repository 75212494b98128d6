from collections.abc import Callable
from typing import Any

import pytest

from api.composition import REGISTRY
from domain.customers.models import Account
from domain.kernel.command import Context
from domain.kernel.events import Event
from domain.kernel.ids import new_id
from domain.work_orders import events
from tests.support.company import Company
from tests.support.job import Job


@pytest.fixture
def make_job(company: Company) -> Callable[..., Job]:
    """Return how to note a job at a site of an own account in Vaduz, or at a given one."""

    def make(account: Account | None = None, **args: Any) -> Job:
        site = company.site(account or company.account())
        work_order_id, appointment_id = new_id(), new_id()
        given = {"id": work_order_id, "appointment_id": appointment_id, "site_id": site.id, "title": "Grinder stuck"}
        company.do("work_order.create", company.dispatcher, **given, **args)
        return Job(company=company, site=site, work_order_id=work_order_id, appointment_id=appointment_id)

    return make


@pytest.fixture
def job(make_job: Callable[..., Job]) -> Job:
    return make_job()


@pytest.fixture
def noted(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Every event of appointments from now on. What reacts to it in production does so as well."""
    happened: list[Event] = []

    def note(_ctx: Context, event: Event) -> None:
        happened.append(event)

    for event_type in (events.AppointmentDispatched, events.AppointmentWithdrawn, events.AppointmentDeclined):
        reactions = [*REGISTRY.reactions.get(event_type, []), note]
        monkeypatch.setitem(REGISTRY.reactions, event_type, reactions)
    return happened
