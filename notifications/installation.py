"""What the composition root hands over, once per process, before anything is sent or asked for."""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session, sessionmaker

from notifications.settings import PushSettings
from notifications.vapid import VapidKeys, load_or_create_vapid_keys


@dataclass(frozen=True, kw_only=True)
class Installation:
    """The surroundings of this process."""

    sessions: sessionmaker[Session]
    settings: PushSettings
    current_revision: Callable[[Session], int]
    """The revision of the session's organisation: a push tells the phone up to where to pull."""
    vapid_keys: VapidKeys = field(repr=False)


_installed: list[Installation] = []


def configure(
    sessions: sessionmaker[Session],
    settings: PushSettings,
    *,
    current_revision: Callable[[Session], int] = lambda _session: 0,
) -> None:
    """Set up this process; a later call replaces an earlier one. Makes the VAPID key when there is none.

    Without `current_revision` a push says revision 0: pull, whatever you have.

    Raises:
        ValueError: the VAPID key's file holds something else.
    """
    keys = load_or_create_vapid_keys(settings.vapid_key_path)
    _installed[:] = [
        Installation(sessions=sessions, settings=settings, current_revision=current_revision, vapid_keys=keys)
    ]


def installation() -> Installation:
    """Return what `configure` was given.

    Raises:
        RuntimeError: it was not called yet.
    """
    if not _installed:
        raise RuntimeError("notifications.queue.configure() comes first")
    return _installed[0]


def vapid_public_key() -> str:
    """Return the key with which a browser subscribes (`applicationServerKey`)."""
    return installation().vapid_keys.public_key
