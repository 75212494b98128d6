"""Firebase Cloud Messaging, HTTP v1: to apps packaged for the stores."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import firebase_admin
from firebase_admin import credentials, exceptions, messaging
from google.auth.exceptions import GoogleAuthError
from requests.adapters import HTTPAdapter

from notifications.channels import Outcome, PushMessage, Target, Verdict
from notifications.retry_after import seconds_to_wait

TTL_S = 24 * 3600
PAYLOAD_LIMIT_BYTES = 1_800
"""FCM takes 4,096 bytes of data and notification together, and the text is in both."""

_WORTH_ANOTHER_TRY = (
    messaging.QuotaExceededError,
    exceptions.ResourceExhaustedError,
    exceptions.UnavailableError,
    exceptions.DeadlineExceededError,
    exceptions.InternalError,
    exceptions.AbortedError,
    # No answer that could be read, such as that of a proxy in between.
    exceptions.UnknownError,
)


class Fcm:
    """The channel to Android and iOS apps."""

    def __init__(self, *, credentials_path: Path, timeout_s: float) -> None:
        self._app = firebase_admin.initialize_app(
            credentials.Certificate(str(credentials_path)), {"httpTimeout": timeout_s}, name=f"fieldbook-{uuid4()}"
        )
        # By default the library tries five times and sleeps in between, for as long as the service says. Waiting is the
        # queue's work. The library has no setting for it.
        session = messaging._get_messaging_service(self._app)._client.session  # noqa: SLF001
        for prefix in ("https://fcm.googleapis.com", "https://", "http://"):
            session.mount(prefix, HTTPAdapter())

    def send(self, *, target: Target, message: PushMessage) -> Outcome:
        """Hand the message to FCM for one installation of the app."""
        try:
            messaging.send(_firebase_message(target, message), app=self._app)
        except (messaging.UnregisteredError, messaging.SenderIdMismatchError) as error:
            return Outcome(verdict=Verdict.GONE, reason=type(error).__name__)
        except _WORTH_ANOTHER_TRY as error:
            headers = error.http_response.headers if error.http_response is not None else {}
            wait_s = seconds_to_wait(headers.get("Retry-After"))
            return Outcome(verdict=Verdict.TRY_AGAIN, reason=type(error).__name__, retry_after_s=wait_s)
        except GoogleAuthError as error:
            return Outcome(verdict=Verdict.TRY_AGAIN, reason=type(error).__name__)
        except exceptions.FirebaseError as error:
            return Outcome(verdict=Verdict.REFUSED, reason=type(error).__name__)
        return Outcome(verdict=Verdict.SENT)


def _firebase_message(target: Target, message: PushMessage) -> messaging.Message:
    message = message.shortened(limit_bytes=PAYLOAD_LIMIT_BYTES)
    result = messaging.Message(
        # FCM takes texts only.
        data={name: "" if value is None else str(value) for name, value in message.as_dict().items()},
        notification=messaging.Notification(title=message.title, body=message.body),
        android=messaging.AndroidConfig(
            priority="high",
            ttl=timedelta(seconds=TTL_S),
            collapse_key=message.tag,
            notification=messaging.AndroidNotification(tag=message.tag),
        ),
        apns=messaging.APNSConfig(headers={"apns-priority": "10", "apns-collapse-id": message.tag[:64]}),
    )
    # A registration token has the form `<installation id>:<secret>`; newer apps register with the id alone.
    # The library deprecates the token as an argument of `Message`, while apps in the field still register with it.
    if ":" in target.endpoint:
        result.token = target.endpoint
    else:
        result.fid = target.endpoint
    return result
