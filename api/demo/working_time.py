"""When the people of a branch work, and when they are away."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from api.demo.rows import COUNTRY, Batch, Maker, Person, Row
from domain.people.permissions import Role
from domain.working_time.rules import WEEKDAYS, Span, is_holiday, shifts_on

OFFICE_HOURS: Sequence[Span] = ((8 * 60, 12 * 60), (13 * 60, 17 * 60))
_HOURS = {
    Role.REP: (("08:00", "12:00"), ("13:00", "17:30")),
    Role.TECHNICIAN: (("07:30", "12:00"), ("13:00", "17:30")),
    Role.DISPATCHER: (("07:00", "12:00"), ("13:00", "16:30")),
    Role.MANAGER: (("08:00", "12:00"), ("13:00", "17:00")),
}


class WorkingTime:
    """When the people of a branch work: the rows, and what they come to on a day."""

    def __init__(self, maker: Maker, staff: Mapping[Role, list[Person]]) -> None:
        self._maker = maker
        self.weeks = [self._week(role, person) for role, group in staff.items() for person in group]
        self.absences = list(self._absences(staff))
        self._shifts = {week["user_id"]: week["shifts"] for week in self.weeks}
        self._absences_of: dict[UUID, list[Row]] = {}
        for absence in self.absences:
            self._absences_of.setdefault(absence["user_id"], []).append(absence)

    def rows(self) -> Batch:
        """Return the rows by table."""
        return {"working_weeks": self.weeks, "absences": self.absences}

    def is_away(self, user_id: UUID, day: date) -> bool:
        """Tell whether a person is absent on a day."""
        return any(one["starts_on"] <= day <= one["ends_on"] for one in self._absences_of.get(user_id, ()))

    def on(self, user_id: UUID, day: date) -> Sequence[Span]:
        """Return when a person works on a day, in minutes from midnight: nothing if not at all."""
        if is_holiday(day, country=COUNTRY, subdivision=None) or self.is_away(user_id, day):
            return ()
        return shifts_on(day, shifts=self._shifts[user_id])

    def _week(self, role: Role, person: Person) -> Row:
        shifts = [
            {"weekday": str(day), "starts": starts, "ends": ends}
            for day in WEEKDAYS[:5]
            for starts, ends in _HOURS[role]
        ]
        return self._maker.record(person.user["created_at"], user_id=person.id, shifts=shifts)

    def _absences(self, staff: Mapping[Role, list[Person]]) -> list[Row]:
        """Every second rep has had holidays and one was ill; further ones are booked for the weeks after the next."""
        monday = self._maker.today - timedelta(days=self._maker.today.weekday())
        rows = []
        for number, rep in enumerate(staff[Role.REP]):
            if number % 2 == 0:
                begins_on = monday - timedelta(weeks=4 + number)
                rows.append(self._absence(rep, begins_on, days=5, told_days_before=40))
        ill = staff[Role.REP][1]
        rows.append(self._absence(ill, monday - timedelta(days=5), days=2, told_days_before=0))
        for number, person in enumerate((staff[Role.REP][3], staff[Role.TECHNICIAN][2], staff[Role.TECHNICIAN][6])):
            rows.append(self._absence(person, monday + timedelta(weeks=3 + number), days=12, told_days_before=60))
        return rows

    def _absence(self, person: Person, begins_on: date, *, days: int, told_days_before: int) -> Row:
        maker = self._maker
        told_at = min(
            maker.now - timedelta(days=1), maker.now - timedelta(days=(maker.today - begins_on).days + told_days_before)
        )
        return maker.record(
            told_at,
            user_id=person.id,
            starts_on=begins_on,
            ends_on=begins_on + timedelta(days=days - 1),
            withdrawn=False,
        )
