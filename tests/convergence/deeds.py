"""What a person can do on a device without signal: every offline command, on whatever the device shows."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

from mobile_client import Create, Document, Effect, OrderLine, PartUsed, Patch, actions
from mobile_client.transport import Json
from mobile_client.values import wire_time
from tests.convergence.device import Device

Deed = Callable[[Device, int], None]
"""The number picks among what there is. Where there is nothing to do it on, nothing happens."""

_said = count(1)


def unique_text() -> str:
    """A text that nobody wrote before: what becomes of it can be followed."""
    return f"said {next(_said)}"


def one(device: Device, entity: str, n: int, **fields: str) -> Document | None:
    found = device.client.list_documents(entity=entity, **fields)
    return found[n % len(found)] if found else None


def create(device: Device, name: str, args: Json, *further: Effect, **shown: object) -> None:
    """Make a record, with all its arguments as its document."""
    doc = {"version": 0, **args, **shown}
    device.capture(name, args, Create(entity=name.partition(".")[0], id=str(args["id"]), doc=doc), *further)


def update(entity: str, field: str) -> Deed:
    def deed(device: Device, n: int) -> None:
        if doc := one(device, entity, n):
            changes = {field: unique_text()}
            patch = Patch(entity=entity, id=doc["id"], fields=changes)
            device.capture(f"{entity}.update", {f"{entity}_id": doc["id"], **changes}, patch)

    return deed


def contested(entity: str, field: str, *values: object) -> Deed:
    """A field of which the first value stays when two people change it."""

    def deed(device: Device, n: int) -> None:
        if doc := one(device, entity, n):
            changes = {field: values[n // 7 % len(values)]}
            patch = Patch(entity=entity, id=doc["id"], fields=changes)
            device.capture(f"{entity}.update", {f"{entity}_id": doc["id"], **changes}, patch)

    return deed


def new_account(device: Device, n: int) -> None:
    if territory := one(device, "territory", n):
        args = {"id": device.client.new_id(), "name": f"New {n}", "territory_id": territory["id"]}
        create(device, "account.create", args, number=None)


def new_site(device: Device, n: int) -> None:
    if account := one(device, "account", n):
        args = {"id": device.client.new_id(), "account_id": account["id"], "name": "Annexe"}
        create(device, "site.create", args)


def new_contact(device: Device, n: int) -> None:
    if account := one(device, "account", n):
        create(device, "contact.create", {"id": device.client.new_id(), "account_id": account["id"], "name": "Jo"})


def new_asset(device: Device, n: int) -> None:
    if site := one(device, "site", n):
        args = {"id": device.client.new_id(), "account_id": site["account_id"], "site_id": site["id"], "name": "Mill"}
        create(device, "asset.create", args)


def new_visit(device: Device, n: int) -> None:
    if site := one(device, "site", n):
        device.do(
            actions.plan_visit(
                id=device.client.new_id(),
                account_id=site["account_id"],
                site_id=site["id"],
                rep_id=device.user_id,
                planned_start_at=device.client.now() + timedelta(hours=n % 50),
                at=device.client.now(),
            )
        )


def step_of_visit(device: Device, n: int) -> None:
    if visit := one(device, "visit", n):
        at = device.client.now()
        device.do(
            (
                lambda: actions.confirm_visit(visit_id=visit["id"], at=at),
                lambda: actions.check_in(visit_id=visit["id"], at=at, position={"lat": 47.14, "lng": 9.52}),
                lambda: actions.complete_visit(visit_id=visit["id"], at=at, outcome="order"),
                lambda: actions.cancel_visit(visit_id=visit["id"], at=at, reason="Rain"),
            )[n // 3 % 4]()
        )


def new_answers(device: Device, n: int) -> None:
    survey, visit = one(device, "survey", n), one(device, "visit", n)
    if survey and visit and survey["versions"]:
        version = survey["versions"][n % len(survey["versions"])]
        args = {
            "id": device.client.new_id(),
            "survey_id": survey["id"],
            "survey_version": version["number"],
            "visit_id": visit["id"],
            # Every fifth one answers nothing of what must be answered.
            "answers": {question["id"]: unique_text() for question in version["questions"] if n % 5},
        }
        doc = {"version": 0, **args, "account_id": visit["account_id"], "answered_by_id": device.user_id}
        device.capture("survey.answer", args, Create(entity="survey_answer", id=args["id"], doc=doc))


def correct_answers(device: Device, n: int) -> None:
    if given := one(device, "survey_answer", n):
        changes = {"answers": dict.fromkeys(given["answers"], unique_text())}
        patch = Patch(entity="survey_answer", id=given["id"], fields=changes)
        device.capture("survey_answer.update", {"survey_answer_id": given["id"], **changes}, patch)


def new_observation(device: Device, n: int) -> None:
    if account := one(device, "account", n):
        seen = {"account_id": account["id"], "kind": "shelf", "product": "Tea", "facings": n % 9}
        create(device, "observation.add", {"id": device.client.new_id(), **seen}, observed_by_id=device.user_id)


def new_task(device: Device, n: int) -> None:
    account, colleague = one(device, "account", n), one(device, "user", n // 3)
    if account and colleague:
        args = {"account_id": account["id"], "assignee_id": colleague["id"], "title": "Call back"}
        create(
            device, "task.create", {"id": device.client.new_id(), **args}, created_by_id=device.user_id, done_at=None
        )


def step_of_task(device: Device, n: int) -> None:
    if task := one(device, "task", n):
        at = wire_time(device.client.now())
        name, fields = (
            ("task.complete", {"done_at": at, "done_by_id": device.user_id}),
            ("task.reopen", {"done_at": None, "done_by_id": None}),
        )[n // 3 % 2]
        device.capture(name, {"task_id": task["id"]}, Patch(entity="task", id=task["id"], fields=fields))


def give_task_away(device: Device, n: int) -> None:
    task, colleague = one(device, "task", n), one(device, "user", n // 3)
    if task and colleague:
        fields = {"assignee_id": colleague["id"]}
        patch = Patch(entity="task", id=task["id"], fields=fields)
        device.capture("task.reassign", {"task_id": task["id"], **fields}, patch)


def new_order(device: Device, n: int) -> None:
    account, product = one(device, "account", n), one(device, "product", n)
    price_list = one(device, "price_list", n)
    if account and product and price_list:
        prices = device.client.list_documents(entity="price", product_id=product["id"])
        line = OrderLine(
            id=device.client.new_id(),
            product=product,
            quantity=1 + n % 9,
            unit_price_minor=prices[0]["amount_minor"] if prices else 100,
        )
        device.do(
            actions.place_order(
                id=device.client.new_id(),
                account_id=account["id"],
                price_list=price_list,
                lines=[line],
                placed_by_id=device.user_id,
                at=device.client.now(),
            )
        )


def cancel_order(device: Device, n: int) -> None:
    if order := one(device, "order", n):
        device.do(actions.cancel_order(order_id=order["id"], at=device.client.now(), reason="Twice"))


def new_work_order(device: Device, n: int) -> None:
    if site := one(device, "site", n):
        args = {
            "id": device.client.new_id(),
            "appointment_id": device.client.new_id(),
            "site_id": site["id"],
            "title": "Leaks",
        }
        create(device, "work_order.create", args, account_id=site["account_id"], status="open")


def step_of_job(device: Device, n: int) -> None:
    if job := one(device, "appointment", n):
        id, at, product = job["id"], device.client.now(), one(device, "product", n)
        part = [PartUsed(id=device.client.new_id(), product=product, quantity=1)] if product else []
        following = device.client.new_id()
        steps: list[Callable[[], actions.Action]] = [
            lambda: actions.accept(appointment_id=id, at=at),
            lambda: actions.travel(appointment_id=id, at=at),
            lambda: actions.start(appointment_id=id, at=at),
            lambda: actions.pause(appointment_id=id, at=at, reason="Lunch"),
            lambda: actions.resume(appointment_id=id, at=at),
            lambda: actions.complete(appointment_id=id, at=at, notes="Done", parts=part),
            lambda: actions.complete_partially(
                appointment_id=id, next_appointment_id=following, at=at, reason="Part missing"
            ),
            lambda: actions.cannot_complete(appointment_id=id, at=at, reason="No water"),
            lambda: actions.no_show(appointment_id=id, at=at),
            lambda: actions.decline(appointment_id=id, at=at, reason="Ill"),
        ]
        device.do(steps[n // 3 % len(steps)]())


def read_notice(device: Device, n: int) -> None:
    if notice := one(device, "notice", n):
        device.do(actions.read_notice(notice_id=notice["id"], at=device.client.now()))


def settle_conflict(device: Device, n: int) -> None:
    if conflict := one(device, "conflict", n, status="open"):
        at = device.client.now()
        if n // 3 % 2:
            device.do(actions.restore_lost_value(conflict=conflict, at=at))
        else:
            device.do(actions.dismiss_conflict(conflict_id=conflict["id"], at=at))


def mend(device: Device, n: int) -> None:
    """Send something that was refused again, as it is: what was in its way may be gone."""
    if refused := [attention for attention in device.client.needs_attention() if attention.state == "rejected"]:
        attention = refused[n % len(refused)]
        device.capture(attention.name, attention.args, *attention.effects, replaces=attention.id)


def discard(device: Device, n: int) -> None:
    """Give up what was refused, or acknowledge what was merged."""
    if found := device.client.needs_attention():
        device.discard(found[n % len(found)].id)


DEEDS: dict[str, Deed] = {
    "account.create": new_account,
    "account.update": update("account", "notes"),
    "account.update class": contested("account", "account_class", "A", "B", "C"),
    "site.create": new_site,
    "site.update": update("site", "access_notes"),
    "contact.create": new_contact,
    "contact.update": update("contact", "job_title"),
    "asset.create": new_asset,
    "asset.update": update("asset", "notes"),
    "visit.plan": new_visit,
    "visit.update": update("visit", "notes"),
    "visit.update duration": contested("visit", "duration_min", 15, 30, 45),
    "visit step": step_of_visit,
    "survey.answer": new_answers,
    "survey_answer.update": correct_answers,
    "observation.add": new_observation,
    "observation.update": update("observation", "note"),
    "task.create": new_task,
    "task.update": update("task", "notes"),
    "task step": step_of_task,
    "task.reassign": give_task_away,
    "order.place": new_order,
    "order.cancel": cancel_order,
    "work_order.create": new_work_order,
    "work_order.update": update("work_order", "description"),
    "work_order.update priority": contested("work_order", "priority", "low", "high", "urgent"),
    "appointment step": step_of_job,
    "appointment.update": update("appointment", "notes"),
    "notice.read": read_notice,
    "conflict settled": settle_conflict,
    "mend": mend,
    "discard": discard,
}
