"""The composition root's parts: what the app is made of, each made once per process."""

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session, sessionmaker

import api.jobs
import domain.registry
import notifications.commands
import notifications.queue
import notifications.reactions
import notifications.synced
from api.settings import Settings
from api.storage.bucket import Bucket
from api.storage.folder import FolderStorage
from domain.attachments.limits import set_limits
from domain.attachments.storage import Storage
from domain.attachments.uploads import Lane
from domain.kernel.command import Registry
from domain.kernel.session import make_session_factory
from notifications.settings import PushSettings
from sync.change_log import writer
from sync.pull import current_revision

COMMANDS = (*domain.registry.COMMANDS, *notifications.commands.COMMANDS)
COMMAND = {command.name: command for command in COMMANDS}
REGISTRY = Registry(
    commands=COMMANDS,
    entities=(*domain.registry.ENTITIES, *notifications.synced.ENTITIES),
    reactions=(*domain.registry.REACTIONS, *notifications.reactions.REACTIONS, *api.jobs.REACTIONS),
    upcasts=domain.registry.UPCASTS,
)


def make_sessions(engine: Engine) -> sessionmaker[Session]:
    """Return the factory of sessions that write the change log."""
    return make_session_factory(engine, write_changes=writer(REGISTRY))


def read_server_id(engine: Engine) -> str:
    """Return the id of this database: a cursor of another one is worth nothing here."""
    with engine.connect() as connection:
        return str(connection.execute(text("select id from server_identity")).scalar_one())


def open_storage(settings: Settings) -> Storage:
    """Return where attachments' contents are kept. Nothing is connected before it is used."""
    place = settings.attachment_storage
    if isinstance(place, Bucket):
        from api.storage.s3 import BucketStorage

        return BucketStorage(place)
    return FolderStorage(place)


def open_lane(settings: Settings) -> Lane:
    """Return what uploads need, and say what this installation accepts."""
    set_limits(settings.attachment_limits)
    return Lane(storage=open_storage(settings), is_checked=settings.attachment_scan is not None)


def configure_notifications(settings: Settings, sessions: sessionmaker[Session]) -> None:
    """Hand the notification channels what they need to know."""
    notifications.queue.configure(
        sessions,
        PushSettings(
            vapid_key_path=settings.vapid_key_path,
            vapid_subject=settings.vapid_subject,
            fcm_credentials_path=settings.fcm_credentials_path,
            allow_loopback=settings.push_allow_loopback,
        ),
        current_revision=current_revision,
    )
