"""Work orders and appointments of one branch: what was done in the last 90 days, what is planned, and what waits."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from api.demo import jobs
from api.demo.customers import Customers, Machine
from api.demo.jobs import Job
from api.demo.places import REGIONS
from api.demo.rows import LANGUAGE, TIME_ZONE, Batch, Maker, Numbers, Offer, Person, Row, at, deck
from notifications import texts

UNSCHEDULED = 15
_CLOSED_AFTER_DAYS = 7
_RESPONSE = {"low": 14, "normal": 7, "high": 2, "urgent": 1}
"""Priority → days until it is due."""


@dataclass(frozen=True, kw_only=True)
class Task:
    """A work order, and the case behind it."""

    work_order: Row
    region: str
    machine: Machine
    job: Job
    remedy: str
    parts: tuple[str, ...]
    plannable_at: datetime
    """When its next appointment can be made: with the work order, or after a failed attempt."""


def make_service(
    maker: Maker,
    *,
    technicians: list[Person],
    dispatcher: Person,
    territories: dict[str, Row],
    customers: Customers,
    offer: Offer,
    numbers: Numbers,
) -> Batch:
    """Return work orders, appointments, their steps, the parts used, and what the technicians were told."""
    return _Service(maker, dispatcher, territories, customers, offer).make(technicians, numbers)


class _Service:
    def __init__(
        self, maker: Maker, dispatcher: Person, territories: dict[str, Row], customers: Customers, offer: Offer
    ) -> None:
        self.maker = maker
        self.chance = maker.chance
        self.dispatcher_id = dispatcher.id
        self.territories = territories
        self.offer = offer
        self.next_machine = {
            (region, family): deck(
                maker.chance,
                [m for m in customers.machines if m.place.municipality.region == region and m.family == family],
            )
            for region in REGIONS
            for family in sorted({job.family for job in jobs.JOBS})
        }
        self.work_type_of = dict(zip(jobs.JOBS, offer.work_types, strict=True))
        self.work_orders: list[Row] = []
        self.appointments: list[Row] = []
        self.transitions: list[Row] = []
        self.parts: list[Row] = []
        self.notices: list[Row] = []

    def make(self, technicians: list[Person], numbers: Numbers) -> Batch:
        for technician, skills in zip(technicians, jobs.TECHNICIAN_SKILLS, strict=True):
            self._technician(technician, dict(skills))
        for number in range(UNSCHEDULED):
            self._unscheduled(number)
        self.work_orders.sort(key=lambda work_order: work_order["created_at"])
        for work_order in self.work_orders:
            work_order["number"] = numbers.take("WO")
        return {
            "work_orders": self.work_orders,
            "appointments": self.appointments,
            "appointment_parts": self.parts,
            "appointment_transitions": self.transitions,
            "notices": self.notices,
        }

    def _technician(self, technician: Person, skills: dict[int, int]) -> None:
        [region] = technician.territories
        able = [job for job in jobs.JOBS if all(skills.get(skill, 0) >= level for skill, level in job.skills)]
        # What could not be finished is tried again on the technician's next day.
        again: list[Task] = []
        for day in self.maker.workdays():
            for start_at, duration_min, task in list(self._day(day, region, able, again)):
                if day < self.maker.today:
                    again += self._past(technician, task, start_at, duration_min)
                else:
                    self._planned(technician, task, day, start_at, duration_min)

    def _day(self, day: date, region: str, able: list[Job], again: list[Task]) -> Iterator[tuple[datetime, int, Task]]:
        """Yield three to five jobs that leave time for lunch and to drive. Past days had one less."""
        start_at = at(day, 7, self.chance.choice((30, 45)))
        for _ in range(self.chance.randint(3, 5) - (day < self.maker.today)):
            if at(day, 11, 30) <= start_at < at(day, 13):
                start_at = at(day, 13)
            task = again.pop() if again else self._task(region, self.chance.choice(able), self._ordered_at(start_at))
            duration_min = task.job.duration_min
            yield start_at, duration_min, task
            start_at += timedelta(minutes=duration_min + self.chance.choice((20, 25, 30)))

    def _ordered_at(self, start_at: datetime) -> datetime:
        days = timedelta(days=self.chance.randint(2, 6))
        return min(start_at - days, self.maker.now - self.maker.minutes(2 * 24 * 60, 4 * 24 * 60))

    def _task(self, region: str, job: Job, ordered_at: datetime, *, priority: str | None = None) -> Task:
        machine: Machine = self.next_machine[region, job.family]()
        title, description, remedy, parts = self.chance.choice(job.cases)
        priority = priority or self.chance.choices(tuple(_RESPONSE), (15, 60, 20, 5))[0]
        work_type = self.work_type_of[job]
        work_order = self.maker.record(
            ordered_at,
            number=None,
            account_id=machine.place.account["id"],
            site_id=machine.place.site["id"],
            asset_id=machine.asset["id"],
            work_type_id=work_type["id"],
            title=title,
            description=description,
            priority=priority,
            status="scheduled",
            due_at=ordered_at + timedelta(days=_RESPONSE[priority]),
            duration_min=job.duration_min,
            skills=work_type["skills"],
            created_by_id=self.dispatcher_id,
            closed_at=None,
            canceled_at=None,
            cancel_reason=None,
        )
        self.work_orders.append(work_order)
        return Task(
            work_order=work_order,
            region=region,
            machine=machine,
            job=job,
            remedy=remedy,
            parts=parts,
            plannable_at=ordered_at,
        )

    def _appointment(self, task: Task) -> Row:
        appointment = self.maker.record(
            task.plannable_at,
            work_order_id=task.work_order["id"],
            account_id=task.work_order["account_id"],
            site_id=task.work_order["site_id"],
            area_id=self.territories[task.region]["id"],
            technician_id=None,
            status=None,
            starts_at=None,
            ends_at=None,
            duration_min=task.job.duration_min,
            dispatched_at=None,
            accepted_at=None,
            travel_started_at=None,
            started_at=None,
            finished_at=None,
            reason=None,
            notes=None,
        )
        self.appointments.append(appointment)
        self._step(appointment, "unscheduled", task.plannable_at, self.dispatcher_id)
        appointment["version"] = 1
        return appointment

    def _step(
        self, appointment: Row, status: str, occurred_at: datetime, actor_id: UUID, position: Row | None = None
    ) -> None:
        # A technician in a cellar is heard of later.
        offline = position is not None and self.maker.likely(0.2)
        delay = self.maker.minutes(5, 50) if offline else timedelta(seconds=self.chance.randint(1, 4))
        self.transitions.append(
            self.maker.row(
                occurred_at,
                appointment_id=appointment["id"],
                from_status=appointment["status"],
                to_status=status,
                occurred_at=occurred_at,
                recorded_at=min(occurred_at + delay, self.maker.now),
                actor_id=actor_id,
                position=position,
            )
        )
        appointment["status"] = status
        appointment["version"] += 1
        appointment["updated_at"] = min(occurred_at + delay, self.maker.now)

    def _assign(self, technician: Person, task: Task, start_at: datetime, duration_min: int) -> Row:
        appointment = self._appointment(task)
        appointment |= {
            "technician_id": technician.id,
            "starts_at": start_at,
            "ends_at": start_at + timedelta(minutes=duration_min),
        }
        self._step(appointment, "scheduled", task.plannable_at + self.maker.minutes(5, 90), self.dispatcher_id)
        return appointment

    def _dispatch(self, appointment: Row, dispatched_at: datetime, *, accepted: bool) -> None:
        dispatched_at = max(dispatched_at, appointment["updated_at"] + timedelta(minutes=1))
        appointment["dispatched_at"] = dispatched_at
        self._step(appointment, "dispatched", dispatched_at, self.dispatcher_id)
        if accepted:
            appointment["accepted_at"] = dispatched_at + self.maker.minutes(3, 45)
            self._step(appointment, "accepted", appointment["accepted_at"], appointment["technician_id"])

    def _past(self, technician: Person, task: Task, start_at: datetime, duration_min: int) -> list[Task]:
        """Add an appointment of a day that is over. Returns the task if somebody has to come again."""
        appointment = self._assign(technician, task, start_at, duration_min)
        work_order = task.work_order
        self._dispatch(appointment, start_at - self.maker.minutes(8 * 60, 14 * 60), accepted=True)
        fate = self.chance.random()
        if fate < 0.03:
            reason = self.chance.choice(jobs.JOB_CANCEL)
            canceled_at = start_at - self.maker.minutes(60, 240)
            appointment["reason"] = reason
            self._step(appointment, "canceled", canceled_at, self.dispatcher_id)
            work_order |= {
                "status": "canceled",
                "canceled_at": canceled_at,
                "cancel_reason": reason,
                "updated_at": canceled_at,
            }
            return []
        site = task.machine.place.site
        position = self.maker.phone_at(site["latitude"], site["longitude"])
        begun_at = start_at + self.maker.minutes(0, 8)
        appointment["travel_started_at"] = begun_at - self.maker.minutes(5, 10)
        self._step(appointment, "traveling", appointment["travel_started_at"], technician.id)
        if fate < 0.05:
            appointment["finished_at"] = begun_at + timedelta(minutes=10)
            appointment["notes"] = self.chance.choice(jobs.NO_SHOW)
            self._step(appointment, "no_show", appointment["finished_at"], technician.id, position)
            return [replace(task, plannable_at=appointment["finished_at"] + timedelta(minutes=30))]
        appointment["started_at"] = begun_at
        self._step(appointment, "in_progress", begun_at, technician.id, position)
        finished_at = begun_at + timedelta(minutes=duration_min - self.chance.randint(0, 15))
        appointment["finished_at"] = finished_at
        if fate < 0.08:
            appointment["reason"], appointment["notes"] = self.chance.choice(jobs.CANNOT_COMPLETE)
            self._step(appointment, "cannot_complete", finished_at, technician.id, position)
            return [replace(task, plannable_at=finished_at + timedelta(minutes=30))]
        appointment["notes"] = task.remedy
        self._use_parts(task, appointment)
        self._step(appointment, "completed", finished_at, technician.id, position)
        work_order |= {"status": "completed", "updated_at": finished_at, "version": 3}
        closed_at = finished_at + timedelta(days=_CLOSED_AFTER_DAYS)
        if closed_at < self.maker.now:
            work_order |= {"status": "closed", "closed_at": closed_at, "updated_at": closed_at, "version": 4}
        return []

    def _use_parts(self, task: Task, appointment: Row) -> None:
        for name in task.parts:
            part = self.offer.parts[name]
            self.parts.append(
                self.maker.row(
                    appointment["finished_at"],
                    appointment_id=appointment["id"],
                    product_id=part["id"],
                    sku=part["sku"],
                    name=name,
                    quantity=2 if name.startswith(("Group gasket", "Shower screen")) else 1,
                )
            )

    def _planned(self, technician: Person, task: Task, day: date, start_at: datetime, duration_min: int) -> None:
        """Add an appointment of today or later. Today's are dispatched, the first ones accepted."""
        appointment = self._assign(technician, task, start_at, duration_min)
        position_in_day = start_at - at(day, 0)
        if day == self.maker.today and position_in_day < timedelta(hours=15):
            dispatched_at = min(
                at(day - timedelta(days=1), 16, 30), self.maker.now - timedelta(hours=1)
            ) + self.maker.minutes(0, 12)
            self._dispatch(appointment, dispatched_at, accepted=position_in_day < timedelta(hours=11))
            self._tell(task, appointment)

    def _tell(self, task: Task, appointment: Row) -> None:
        """Leave the notice that a dispatched job brings; who accepted the job has read it."""
        work_order, site = task.work_order, task.machine.place.site
        address = site["address"]
        job = texts.Job(
            customer=task.machine.place.account["name"],
            place=f"{address['street']} {address['house_number']}, {address['postcode']} {address['city']}",
            title=work_order["title"],
            urgent=work_order["priority"] == "urgent",
            starts_at=appointment["starts_at"],
        )
        kind = texts.NoticeKind.DISPATCHED
        params = {
            "appointment_id": str(appointment["id"]),
            "work_order_id": str(work_order["id"]),
            "customer": job.customer,
            "place": job.place,
            "starts_at": appointment["starts_at"].isoformat().replace("+00:00", "Z"),
            "priority": work_order["priority"],
            "technician": None,
            "reason": None,
        }
        self.notices.append(
            self.maker.record(
                appointment["dispatched_at"],
                updated_at=appointment["accepted_at"],
                user_id=appointment["technician_id"],
                kind=str(kind),
                title=texts.title_of(kind, job=job, language=LANGUAGE),
                body=texts.body_of(job=job, language=LANGUAGE, time_zone=TIME_ZONE.key),
                params=params,
                link=f"/jobs/{appointment['id']}",
                tag=f"appointment:{appointment['id']}",
                read_at=appointment["accepted_at"],
            )
        )

    def _unscheduled(self, number: int) -> None:
        """Add a job that nobody has been given yet: the first ones are urgent and just came in."""
        priority = "urgent" if number < 3 else "high" if number < 7 else "normal" if number < 13 else "low"
        urgent = priority == "urgent"
        reported_at = self.maker.now - (self.maker.minutes(5, 150) if urgent else self.maker.minutes(180, 3 * 24 * 60))
        fitting = [job for job in jobs.JOBS if not urgent or job.name.endswith("repair")]
        region = REGIONS[0] if number % 3 < 2 else REGIONS[1]
        task = self._task(region, self.chance.choice(fitting), reported_at, priority=priority)
        task.work_order["status"] = "open"
        self._appointment(task)
