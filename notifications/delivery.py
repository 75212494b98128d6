"""Sends one notice to one device. Safe to repeat."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, sessionmaker

from domain.kernel.session import open_session
from notifications.channels import Channel, ChannelName, Outcome, PushMessage, Target, Verdict
from notifications.installation import Installation
from notifications.models import Notice, PushSubscription
from notifications.subscriptions import list_subscriptions

MOOT_AFTER = timedelta(hours=24)

PUSHES = Counter("fieldbook_pushes", "Pushes to devices, by what the push service said.", ["channel", "verdict"])

_log = structlog.get_logger(__name__)


class PushNotDelivered(Exception):
    """The push service did not take the message now. Worth another try."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.reason)
        self.retry_after_s = outcome.retry_after_s


@dataclass(frozen=True, kw_only=True)
class _Parcel:
    channel: ChannelName
    target: Target
    message: PushMessage


class Delivery:
    """Takes notices to devices, over the channels that this installation has."""

    def __init__(
        self,
        *,
        sessions: sessionmaker[Session],
        channels: Mapping[ChannelName, Channel],
        current_revision: Callable[[Session], int],
    ) -> None:
        self._sessions = sessions
        self._channels = channels
        self._current_revision = current_revision

    def deliver(self, *, org_id: UUID, notice_id: UUID, subscription_id: UUID, now: datetime) -> None:
        """Send the notice to the device, unless that has become pointless.

        Raises:
            PushNotDelivered: the service could not take it now.
        """
        # 1. Read what to send. No transaction stays open while we wait for the network.
        with open_session(self._sessions, org_id=org_id, now=now) as session:
            parcel = self._parcel(session, org_id, notice_id, subscription_id, now)
        if parcel is None:
            return
        # 2. Send.
        outcome = self._channels[parcel.channel].send(target=parcel.target, message=parcel.message)
        _log.info(
            "push",
            verdict=outcome.verdict.value,
            reason=outcome.reason,
            kind=parcel.message.kind,
            channel=parcel.channel.value,
            org_id=str(org_id),
            subscription_id=str(subscription_id),
        )
        PUSHES.labels(parcel.channel.value, outcome.verdict.value).inc()
        # 3. Remember what came of it.
        with open_session(self._sessions, org_id=org_id, now=now) as session:
            subscription = session.get(PushSubscription, (org_id, subscription_id), with_for_update=True)
            # The device may have subscribed anew meanwhile: this answer says nothing about the new address.
            if subscription is not None and subscription.endpoint == parcel.target.endpoint:
                _note(session, subscription, outcome.verdict, now)
                session.commit()
        if outcome.verdict is Verdict.TRY_AGAIN:
            raise PushNotDelivered(outcome)

    def _parcel(
        self, session: Session, org_id: UUID, notice_id: UUID, subscription_id: UUID, now: datetime
    ) -> _Parcel | None:
        """Return what to send, or None when the person has read it, knows better, or has gone from the device."""
        notice = session.get(Notice, (org_id, notice_id))
        if notice is None or notice.read_at is not None or notice.created_at < now - MOOT_AFTER:
            return None
        if _is_superseded(session, notice):
            return None
        reachable = {row.id: row for row in list_subscriptions(session, org_id=org_id, user_id=notice.user_id)}
        subscription = reachable.get(subscription_id)
        if subscription is None or subscription.channel not in self._channels:
            return None
        return _Parcel(
            channel=ChannelName(subscription.channel),
            target=Target(endpoint=subscription.endpoint, p256dh=subscription.p256dh, auth=subscription.auth),
            message=PushMessage(
                kind=notice.kind,
                title=notice.title,
                body=notice.body,
                link=notice.link,
                tag=notice.tag,
                rev=self._current_revision(session),
            ),
        )


def _is_superseded(session: Session, notice: Notice) -> bool:
    """Tell whether the person was told something newer about the same thing, which a late push would hide."""
    newer = exists().where(
        Notice.org_id == notice.org_id,
        Notice.user_id == notice.user_id,
        Notice.tag == notice.tag,
        Notice.id > notice.id,
    )
    return bool(session.scalar(select(newer)))


def _note(session: Session, subscription: PushSubscription, verdict: Verdict, now: datetime) -> None:
    match verdict:
        case Verdict.SENT:
            subscription.failures, subscription.last_success_at = 0, now
        case Verdict.GONE:
            session.delete(subscription)
        case Verdict.TRY_AGAIN | Verdict.REFUSED:
            subscription.failures += 1


def open_channels(here: Installation) -> dict[ChannelName, Channel]:
    """Return the channels that this installation has."""
    # The libraries are large, and only workers need them.
    from notifications.channels.web_push import WebPush

    settings = here.settings
    channels: dict[ChannelName, Channel] = {
        ChannelName.WEB: WebPush(
            keys=here.vapid_keys,
            subject=settings.vapid_subject,
            timeout_s=settings.timeout_s,
            allow_loopback=settings.allow_loopback,
        )
    }
    if settings.fcm_credentials_path is not None:
        from notifications.channels.fcm import Fcm

        channels[ChannelName.FCM] = Fcm(credentials_path=settings.fcm_credentials_path, timeout_s=settings.timeout_s)
    return channels
