"""What notices say, in the recipient's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo


class NoticeKind(StrEnum):
    """What a notice is about."""

    DISPATCHED = "appointment.dispatched"
    WITHDRAWN = "appointment.withdrawn"
    DECLINED = "appointment.declined"
    VISIT_LATE = "visit.late"
    VISITS_MISSED = "visits.missed"
    TASK_GIVEN = "task.given"
    BOOK_HANDED_OVER = "book.handed_over"


@dataclass(frozen=True, kw_only=True)
class Language:
    """The texts of one language. A body joins what is known of the job."""

    titles: Mapping[NoticeKind, str]
    urgent_titles: Mapping[NoticeKind, str]
    visit_late: str
    visit_missed: str
    visits_missed: str
    task: str
    task_from: str
    due: str
    book: str
    visit_along: str
    visits_along: str
    task_along: str
    tasks_along: str
    nothing_along: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str


_ENGLISH = Language(
    titles={
        NoticeKind.DISPATCHED: "New job",
        NoticeKind.WITHDRAWN: "Job withdrawn",
        NoticeKind.DECLINED: "Job declined by {technician}",
    },
    urgent_titles={
        NoticeKind.DISPATCHED: "New urgent job",
        NoticeKind.WITHDRAWN: "Urgent job withdrawn",
        NoticeKind.DECLINED: "Urgent job declined by {technician}",
    },
    visit_late="{rep} has not begun a visit",
    visit_missed="A visit was missed",
    visits_missed="{count} visits were missed",
    task="New task",
    task_from="New task from {giver}",
    due="Due {day}",
    book="Customers of {giver} are yours from {day}",
    visit_along="1 planned visit",
    visits_along="{count} planned visits",
    task_along="1 open task",
    tasks_along="{count} open tasks",
    nothing_along="No planned visits, no open tasks",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    day="{weekday} {day} {month}",
)

_GERMAN = Language(
    titles={
        NoticeKind.DISPATCHED: "Neuer Auftrag",
        NoticeKind.WITHDRAWN: "Auftrag zurückgezogen",
        NoticeKind.DECLINED: "Auftrag abgelehnt von {technician}",
    },
    urgent_titles={
        NoticeKind.DISPATCHED: "Neuer dringender Auftrag",
        NoticeKind.WITHDRAWN: "Dringender Auftrag zurückgezogen",
        NoticeKind.DECLINED: "Dringender Auftrag abgelehnt von {technician}",
    },
    visit_late="{rep} hat einen Besuch nicht begonnen",
    visit_missed="Ein Besuch wurde versäumt",
    visits_missed="{count} Besuche wurden versäumt",
    task="Neue Aufgabe",
    task_from="Neue Aufgabe von {giver}",
    due="Fällig {day}",
    book="Ab {day} haben Sie Kunden von {giver}",
    visit_along="1 geplanter Besuch",
    visits_along="{count} geplante Besuche",
    task_along="1 offene Aufgabe",
    tasks_along="{count} offene Aufgaben",
    nothing_along="Keine geplanten Besuche, keine offenen Aufgaben",
    weekdays=("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"),
    months=("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    day="{weekday} {day}. {month}",
)

_LANGUAGES = {"en": _ENGLISH, "de": _GERMAN}


def _language(code: str) -> Language:
    return _LANGUAGES.get(code.partition("-")[0].lower(), _ENGLISH)


@dataclass(frozen=True, kw_only=True)
class Job:
    """What a person is told about an appointment."""

    customer: str
    place: str
    """The street and the town, as far as they are known."""
    title: str
    urgent: bool
    starts_at: datetime | None
    reason: str | None = None
    technician: str = ""


def title_of(kind: NoticeKind, *, job: Job, language: str) -> str:
    """Return the headline."""
    texts = _language(language)
    return (texts.urgent_titles if job.urgent else texts.titles)[kind].format(technician=job.technician)


def body_of(*, job: Job, language: str, time_zone: str) -> str:
    """Return who, where and when, a line each. Times are those of the organisation's clocks."""
    moment = date_and_time(job.starts_at, language=language, time_zone=time_zone) if job.starts_at else None
    lines = [job.customer, job.place, " · ".join(part for part in (moment, job.title) if part), job.reason]
    return "\n".join(line for line in lines if line)


def visit_late_title(*, rep: str, language: str) -> str:
    """Return the headline for a visit that should have begun."""
    return _language(language).visit_late.format(rep=rep)


def visits_missed_title(*, count: int, language: str) -> str:
    """Return the headline for what was missed on a day."""
    texts = _language(language)
    return texts.visit_missed if count == 1 else texts.visits_missed.format(count=count)


def task_title(*, giver: str | None, language: str) -> str:
    """Return the headline for a task, with the name of the person who gave it."""
    texts = _language(language)
    return texts.task_from.format(giver=giver) if giver else texts.task


def task_body(*, title: str, customer: str | None, due_on: date | None, language: str) -> str:
    """Return what is to be done, at whose, by when, a line each."""
    texts = _language(language)
    due = due_on and texts.due.format(day=_day(due_on, texts))
    return "\n".join(line for line in (title, customer, due) if line)


def book_title(*, giver: str, starts_on: date, language: str) -> str:
    """Return the headline for customers who are handed over, with the name of the person who had them."""
    texts = _language(language)
    return texts.book.format(giver=giver, day=_day(starts_on, texts))


def book_body(*, visits: int, tasks: int, language: str) -> str:
    """Return how much goes along with the customers, a line each."""
    texts = _language(language)
    counted = ((visits, texts.visit_along, texts.visits_along), (tasks, texts.task_along, texts.tasks_along))
    lines = [(one if count == 1 else many).format(count=count) for count, one, many in counted if count]
    return "\n".join(lines) or texts.nothing_along


def date_and_time(moment: datetime, *, language: str, time_zone: str) -> str:
    """Return the moment as people in `time_zone` say it, such as `Mon 23 Nov, 14:30`."""
    local, texts = moment.astimezone(ZoneInfo(time_zone)), _language(language)
    return f"{_day(local, texts)}, {local:%H:%M}"


def _day(day: date, texts: Language) -> str:
    return texts.day.format(weekday=texts.weekdays[day.weekday()], day=day.day, month=texts.months[day.month - 1])
