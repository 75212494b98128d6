"""The operator's door: sessions and commands of an organisation, given on the command line by the system itself."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import click
from sqlalchemy.orm import Session, sessionmaker

from api.cli.environment import database, read_settings
from api.composition import COMMAND, REGISTRY, make_sessions
from api.runtime import migrations
from api.runtime.database import make_engine
from api.runtime.organisations import find_organisation, list_organisations
from api.runtime.timeouts import NO_STATEMENT_TIMEOUT
from api.settings import Settings
from domain.kernel.clock import utc_now
from domain.kernel.command import Actor, Context, Door, execute
from domain.kernel.errors import DomainError
from domain.kernel.ids import new_id
from domain.kernel.session import open_session
from sync.scope import Everything


@contextmanager
def operating() -> Iterator[tuple[Settings, sessionmaker[Session]]]:
    """Have a database of the right version, and a factory of its sessions.

    Raises:
        click.ClickException: there is none.
    """
    settings = read_settings()
    with database(settings):
        migrations.upgrade(settings.migration_database_url)
        engine = make_engine(
            settings.database_url, role=settings.app_role_to_set, pool_size=1, timeouts=NO_STATEMENT_TIMEOUT
        )
        try:
            yield settings, make_sessions(engine)
        except DomainError as error:
            raise click.ClickException(sentence(error)) from error
        finally:
            engine.dispose()


@contextmanager
def organisation_session(slug: str | None) -> Iterator[Session]:
    """Open a session of the organisation; without a slug, of the only one.

    Raises:
        click.ClickException: there is no such organisation, or more than one to choose from.
    """
    with (
        operating() as (settings, sessions),
        open_session(sessions, org_id=organisation_id(settings, slug), now=utc_now()) as session,
    ):
        yield session


def organisation_id(settings: Settings, slug: str | None) -> UUID:
    """Return the id of the organisation; without a slug, of the only one.

    Raises:
        click.ClickException: there is no such organisation, or more than one to choose from.
    """
    chosen = find_organisation(settings.migration_database_url, slug) if slug else None
    if chosen is None:
        known = list_organisations(settings.migration_database_url)
        if slug or len(known) != 1:
            names = ", ".join(one.slug for one in known) or "none: make one with `fieldbook org create`"
            raise click.ClickException(f"Say which organisation with --org. There are: {names}.")
        chosen = known[0]
    return chosen.id


def carry_out(session: Session, command: str, /, **args: Any) -> None:
    """Carry out a command as the system, and commit."""
    perform_all(session, [(command, args)])


def perform_all(session: Session, commands: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Carry out commands as the system, all of them or none."""
    for command, args in commands:
        execute(COMMAND[command], args, _context(session))
    session.commit()


def _context(session: Session) -> Context:
    now = session.info["now"]
    return Context(
        session=session,
        registry=REGISTRY,
        org_id=session.info["org_id"],
        actor=Actor(user_id=None),
        scope=Everything(),
        now=now,
        occurred_at=now,
        command_id=new_id(),
        door=Door.CLI,
    )


def sentence(error: DomainError) -> str:
    """Return what a refusal says, field by field where it names some."""
    fields = "; ".join(f"{name}: {' '.join(map(str, messages))}" for name, messages in (error.fields or {}).items())
    return f"{error.detail} {fields}".strip()
