"""A phone or a desk with the app in a real Chromium of its own, which can lose its signal, or be killed."""

import json
import os
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import BrowserContext, CDPSession, Geolocation, Locator, Page, Playwright, expect

from mobile_client.pwa.e2e.server import PASSWORD
from tests.support.push_service import BrowserSubscription

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
VADUZ: Geolocation = {"latitude": 47.1410, "longitude": 9.5209, "accuracy": 12}

# A browser here reaches no push service: it is given the subscription that it would have got from one.
SUBSCRIBED = """
const subscription = { toJSON: () => (%s), unsubscribe: async () => true };
let given = null;
PushManager.prototype.subscribe = async () => (given = subscription);
PushManager.prototype.getSubscription = async () => given;
"""

DELIVERIES = 3
"""A push service sends again what was not received."""

NOTIFICATIONS = """async (waitMs) => {
  const worker = await navigator.serviceWorker.ready;
  const late = AbortSignal.timeout(waitMs);
  let shown = [];
  while (shown.length === 0 && !late.aborted) {
    await new Promise(requestAnimationFrame);
    shown = await worker.getNotifications();
  }
  return shown.map(({ title, body, data }) => ({ title, body, data }));
}"""


STORED = """async (table) => {
  const { databaseName } = JSON.parse(localStorage.getItem("fieldbook.session"));
  const answered = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const database = await answered(indexedDB.open(databaseName));
  const rows = await answered(database.transaction(table).objectStore(table).getAll());
  database.close();
  return JSON.stringify(rows, (_, value) => (value instanceof Blob ? value.size : value));
}"""


class Device:
    """One installation of the app. What it stored stays in `folder` when its browser ends."""

    page: Page
    context: BrowserContext

    def __init__(self, playwright: Playwright, *, folder: Path, address: str, looks: dict[str, Any]) -> None:
        self.address = address
        self.errors: list[str] = []
        """What the app did not catch."""
        self._playwright = playwright
        self._folder = folder
        self._looks = looks
        self._has_signal = True

    def open(self) -> None:
        """Start the browser."""
        self.context = self._playwright.chromium.launch_persistent_context(
            self._folder,
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=FLAGS,
            base_url=self.address,
            locale="en-GB",
            geolocation=VADUZ,
            permissions=["geolocation", "notifications"],
            **self._looks,
        )
        self.context.set_offline(not self._has_signal)
        self.page = self.context.pages[0]
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open_again(self) -> None:
        """Start the browser again, at the app's first screen."""
        self.open()
        self.page.goto("/")

    def close(self) -> None:
        """End the browser."""
        self.context.close()

    def kill(self) -> None:
        """End the browser as a flat battery does, without a moment to write anything down."""
        main = next(each for each in psutil.process_iter(["cmdline"]) if self._is_its_browser(each))
        everything = [main, *main.children(recursive=True)]
        with self.context.expect_event("close"):
            for process in everything:
                process.kill()
        psutil.wait_procs(everything)

    def _is_its_browser(self, process: psutil.Process) -> bool:
        command = process.info["cmdline"] or []
        return f"--user-data-dir={self._folder}" in command and not any(word.startswith("--type=") for word in command)

    def sign_in(self, email: str) -> None:
        """Sign in and wait until everything is on the device, the app itself too."""
        self.page.goto("/")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.expect_synced(timeout_ms=120_000)
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def lose_signal(self) -> None:
        """Go off line."""
        self._has_signal = False
        self.context.set_offline(True)

    def find_signal(self) -> None:
        """Go on line."""
        self._has_signal = True
        self.context.set_offline(False)

    def expect_synced(self, *, timeout_ms: float | None = None) -> None:
        """Wait until nothing is left to send and a pull is done; the first one brings everything."""
        expect(self.sync_state).to_have_accessible_name(re.compile("^Sync: Synced"), timeout=timeout_ms)

    def set_clock(self, now: datetime) -> None:
        """Let the device's clock go on from `now`."""
        self.context.clock.set_system_time(now)

    def stored(self, table: str) -> list[dict[str, Any]]:
        """Return what the device holds in a table of its local database. Of a content only its size is told."""
        # As one text: thousands of rows, value by value, would take the browser's protocol half a minute.
        rows: list[dict[str, Any]] = json.loads(self.page.evaluate(STORED, table))
        return rows

    def swipe_left(self) -> None:
        """Pull what is in the middle of the screen to the left with a finger."""
        width, height = self.page.evaluate("[innerWidth, innerHeight]")
        session = self.context.new_cdp_session(self.page)

        def touch(kind: str, *places: float) -> None:
            points = [{"x": width * place, "y": height / 2} for place in places]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
            self.page.evaluate("new Promise(requestAnimationFrame)")

        touch("touchStart", 0.9)
        for step in range(1, 16):
            touch("touchMove", 0.9 - step * 0.05)
        touch("touchEnd")
        session.detach()

    @property
    def sync_state(self) -> Locator:
        """The line that says how this device stands to the server."""
        return self.page.get_by_role("link", name=re.compile("^Sync: "))

    def be_subscribed(self, subscription: BrowserSubscription) -> None:
        """Let the browser get this subscription when the person turns notifications on."""
        self.context.add_init_script(SUBSCRIBED % json.dumps(subscription.as_json()))

    def deliver_push(self, message: dict[str, Any]) -> None:
        """Hand a push's decrypted body to the service worker, as the browser does, until it shows a notification."""
        # While the worker is being installed the browser drops what is delivered.
        self.page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        session = self.context.new_cdp_session(self.page)
        registration = self._registration(session)
        for _ in range(DELIVERIES):
            session.send(
                "ServiceWorker.deliverPushMessage",
                {"origin": self.address, "registrationId": registration, "data": json.dumps(message)},
            )
            # On a busy machine it now and then drops one to a worker that it has to start first.
            if self.page.evaluate(NOTIFICATIONS, 10_000):
                break
        session.detach()

    def _registration(self, session: CDPSession) -> str:
        found: list[str] = []
        session.on(
            "ServiceWorker.workerRegistrationUpdated",
            lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
        )
        session.send("ServiceWorker.enable")
        while not found:
            self.page.evaluate("new Promise(requestAnimationFrame)")
        return found[0]

    def notifications(self) -> list[dict[str, Any]]:
        """Return the notifications that the device shows, as soon as there are some."""
        shown: list[dict[str, Any]] = self.page.evaluate(NOTIFICATIONS, 20_000)
        return shown

    def tap_notification(self) -> None:
        """Tap the notification: no protocol can, so its handler is called."""
        [worker] = self.context.service_workers
        worker.evaluate("self.registration.getNotifications().then(([shown]) => self.openNotification(shown))")
