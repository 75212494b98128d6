"""`fieldbook sync`: what support does about changes that phones handed in."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

    from api.runtime.organisations import OrganisationName
    from api.settings import Settings
    from domain.kernel.receipts import Receipt
    from sync.models import SyncFailure
    from sync.replay import Replayed

ORG = click.option("--org", metavar="SLUG", help="Only this organisation; otherwise all.")
INCIDENT = click.argument("incident", type=click.UUID)


@click.group()
def sync() -> None:
    """See to changes that phones handed in."""


@sync.group("failures")
def failures() -> None:
    """Changes that failed on our side, or came from a revoked device: kept, and not carried out."""


@failures.command("list")
@ORG
@click.option("--all", "every", is_flag=True, help="Those that were replayed or discarded, too.")
def list_(org: str | None, *, every: bool) -> None:
    """List what waits for support, device by device in the order in which it was captured."""
    from sync.failures import FailureState, list_failures

    states = list(FailureState) if every else [FailureState.OPEN]
    count = 0
    with _organisations(org) as (_, sessions, organisations):
        for organisation in organisations:
            with _session(sessions, organisation.id) as session:
                for failure, receipt in list_failures(session, states=states):
                    count += 1
                    state = "" if failure.state == FailureState.OPEN else f"  ({failure.state}: {failure.outcome})"
                    click.echo(
                        f"{failure.id}  {failure.failed_at:%Y-%m-%d %H:%M}  {organisation.slug:16} "
                        f"{_person(session, receipt):24} {receipt.name:24} {failure.error_type or failure.code}{state}"
                    )
    if not count:
        click.echo("Nothing waits for support." if not every else "Nothing ever failed.")


@failures.command("show")
@INCIDENT
@ORG
def show(incident: UUID, org: str | None) -> None:
    """Show one by its incident, or by the id of the change: who, what, when, and where it broke."""
    import orjson

    with _organisations(org) as (_, sessions, organisations), _found(sessions, organisations, incident) as found:
        session, organisation, failure, receipt = found
        args = orjson.dumps(receipt.args, option=orjson.OPT_INDENT_2).decode()
        for name, value in {
            "incident": failure.id,
            "change": receipt.id,
            "organisation": organisation.slug,
            "person": _person(session, receipt),
            "device": receipt.device_id,
            "captured": f"{receipt.occurred_at:%Y-%m-%d %H:%M:%S} UTC, app {failure.app_version or 'unknown'}",
            "failed": f"{failure.failed_at:%Y-%m-%d %H:%M:%S} UTC, {failure.code}",
            "state": failure.state if failure.outcome is None else f"{failure.state}: {failure.outcome}",
            "now": f"{receipt.status} {receipt.message or ''}".strip(),
            "command": receipt.name,
        }.items():
            click.echo(f"{name + ':':14}{value}")
        click.echo(f"args:\n{args}")
        if failure.traceback:
            click.echo(f"\n{failure.traceback.rstrip()}")


@failures.command("replay")
@click.argument("incidents", nargs=-1, type=click.UUID)
@click.option("--all", "every", is_flag=True, help="All that wait for support.")
@ORG
def replay(incidents: Sequence[UUID], org: str | None, *, every: bool) -> None:
    """Carry them out in the name of whoever captured them, once. Their phones learn it from their next pull."""
    from api.support import replay_failure
    from domain.kernel.errors import DomainError

    if bool(incidents) == every:
        raise click.UsageError("Name the incidents, or say --all.")
    unsettled = 0
    with _organisations(org) as (_, sessions, organisations):
        chosen = list(
            _every_open(sessions, organisations) if every else _each_found(sessions, organisations, incidents)
        )
        for number, (organisation, incident, label) in enumerate(chosen, start=1):
            try:
                outcome = _told(replay_failure(sessions, org_id=organisation.id, incident_id=incident))
            except DomainError as error:
                outcome = error.detail
            unsettled += outcome.startswith(("failed", "retry"))
            click.echo(f"{number} of {len(chosen)}: {label}: {outcome}")
    if not chosen:
        click.echo("Nothing waits for support.")
    if unsettled:
        raise click.ClickException(f"{unsettled} could not be carried out and wait for support still.")


@failures.command("discard")
@INCIDENT
@click.option("--reason", metavar="TEXT", help="A sentence for the person.")
@ORG
def discard(incident: UUID, reason: str | None, org: str | None) -> None:
    """Give up on one. The person is told that support did not carry it out."""
    from sync import failures

    with _organisations(org) as (_, sessions, organisations), _found(sessions, organisations, incident) as found:
        session, _, failure, receipt = found
        label = f"{receipt.name} of {_person(session, receipt)}"
        failures.discard(session, incident_id=failure.id, reason=reason)
        session.commit()
    click.echo(f"{label} is discarded; they are told so.")


@sync.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what the file holds.")
@click.option("--yes", is_flag=True, help="Do not ask whether the file comes from whom it says.")
def import_(file: Path, *, dry_run: bool, yes: bool) -> None:
    """Hand in the unsent work that a phone exported to FILE, as that person and phone. Safe to repeat."""
    from api.exports import UnreadableExport, load_export_key, open_export
    from api.support import UnknownSender, find_sender, import_export

    with _organisations(None) as (settings, sessions, organisations):
        try:
            key = load_export_key(settings.export_key_path)
            export = open_export(file.read_bytes(), key=key, server_id=_server_id(sessions))
            organisation = next((one for one in organisations if one.id == export["organisation_id"]), None)
            if organisation is None:
                raise UnreadableExport("The file comes from an organisation that is not on this server.")
            with _session(sessions, organisation.id) as session:
                user, device = find_sender(session, export)
        except (UnreadableExport, UnknownSender, ValueError) as error:
            raise click.ClickException(str(error)) from error
        click.echo(
            f"{len(export['mutations'])} changes of {user.name} ({', '.join(user.roles)}) of {organisation.name}, "
            f"exported on {device.name!r} at {export['exported_at']:%Y-%m-%d %H:%M} UTC"
        )
        if not dry_run and not yes:
            click.confirm("Did you get the file from them, and shall it be handed in as theirs?", abort=True)
        unfinished = len(export["mutations"])
        for imported in import_export(sessions, export, dry_run=dry_run):
            unfinished -= imported.status != "retry"
            mutation = imported.mutation
            outcome = f"{imported.status} {imported.message or ''}".rstrip()
            click.echo(f"  {mutation.occurred_at:%Y-%m-%d %H:%M}  {mutation.name:24} {outcome}")
    if unfinished:
        raise click.ClickException(f"The server was busy: {unfinished} are left. Import the file again.")
    if dry_run:
        click.echo("Dry run: nothing was changed.")


def _server_id(sessions: "sessionmaker[Session]") -> str:
    from sqlalchemy import text

    with sessions() as session:
        return str(session.execute(text("select id from server_identity")).scalar_one())


@contextmanager
def _organisations(slug: str | None) -> Iterator[tuple["Settings", "sessionmaker[Session]", list["OrganisationName"]]]:
    from api.cli.operator import operating
    from api.runtime.organisations import list_organisations
    from domain.attachments.limits import set_limits

    with operating() as (settings, sessions):
        set_limits(settings.attachment_limits)
        known = list_organisations(settings.migration_database_url)
        chosen = [one for one in known if slug in {None, one.slug}]
        if slug and not chosen:
            raise click.ClickException(f"There is no organisation {slug!r}.")
        yield settings, sessions, chosen


def _session(sessions: "sessionmaker[Session]", org_id: UUID) -> "Session":
    from domain.kernel.clock import utc_now
    from domain.kernel.session import open_session

    return open_session(sessions, org_id=org_id, now=utc_now())


Found = tuple["Session", "OrganisationName", "SyncFailure", "Receipt"]


@contextmanager
def _found(
    sessions: "sessionmaker[Session]", organisations: Sequence["OrganisationName"], named: UUID
) -> Iterator[Found]:
    from sync.failures import find_failure

    for organisation in organisations:
        with _session(sessions, organisation.id) as session:
            found = find_failure(session, named)
            if found is not None:
                yield session, organisation, *found
                return
    raise click.ClickException(f"Nothing is known of {named}. List them with: fieldbook sync failures list --all")


def _each_found(
    sessions: "sessionmaker[Session]", organisations: Sequence["OrganisationName"], named: Sequence[UUID]
) -> Iterator[tuple["OrganisationName", UUID, str]]:
    for one in named:
        with _found(sessions, organisations, one) as (session, organisation, failure, receipt):
            yield organisation, failure.id, f"{receipt.name} of {_person(session, receipt)}"


def _every_open(
    sessions: "sessionmaker[Session]", organisations: Sequence["OrganisationName"]
) -> Iterator[tuple["OrganisationName", UUID, str]]:
    from sync.failures import list_failures

    for organisation in organisations:
        with _session(sessions, organisation.id) as session:
            for failure, receipt in list_failures(session):
                yield organisation, failure.id, f"{receipt.name} of {_person(session, receipt)}"


def _person(session: "Session", receipt: "Receipt") -> str:
    from domain.people.models import User

    user = session.get(User, (receipt.org_id, receipt.actor_id)) if receipt.actor_id else None
    return user.name if user else "nobody any more"


def _told(outcome: "Replayed") -> str:
    return " ".join(filter(None, [outcome.status, f"({outcome.code})" if outcome.code else None, outcome.message]))
