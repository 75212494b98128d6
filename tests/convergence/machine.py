"""The state machine: Hypothesis chooses what happens, `World` says what must hold."""

import functools
import tempfile
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from domain.kernel.ids import new_id
from tests.convergence.deeds import DEEDS, unique_text
from tests.convergence.device import Device
from tests.convergence.network import FAULTS
from tests.convergence.server import Server
from tests.convergence.world import LOCKS, World

NUMBER = st.integers(0, 1000)
DEVICE = st.integers(0, 6)
Work = list[tuple[str, int]]
WORK = st.lists(st.tuples(st.sampled_from(sorted(DEEDS)), NUMBER), min_size=1, max_size=8)
LINE = st.lists(st.sampled_from([None, *FAULTS]), min_size=2, max_size=6)
"""What the next requests of a device meet."""
ROLES = (["rep"], ["technician"], ["rep", "technician"], ["dispatcher"], ["technician", "dispatcher"], ["manager"])
MOST_DAYS = 150
"""What is older than 180 days is forgotten, receipts included: the ledger could not be held against them."""


def step(**choices: Any) -> Callable[[Callable[..., None]], Any]:
    """Make a method a rule.

    Its steps are written down: ids and times differ from run to run, so what failed once may not fail again. After a
    failure nothing more happens, and nothing decides whether a rule may run: what Hypothesis chooses must not depend on
    what happens.
    """

    def decorate(method: Callable[..., None]) -> Any:
        @functools.wraps(method)
        def written_down(self: "ConvergenceMachine", **chosen: Any) -> None:
            if self.failure is None:
                said = ", ".join(f"{name}={value!r}" for name, value in chosen.items())
                self.story.append(f"{method.__name__}({said})")
                self.keep_failure(lambda: method(self, **chosen))

        return rule(**choices)(written_down)

    return decorate


class ConvergenceMachine(RuleBasedStateMachine):
    """`server` is set by who runs it; `totals` and `faults` count over all runs; `failed` has the steps of those."""

    server: Server
    totals: ClassVar[Counter[str]] = Counter()
    faults: ClassVar[Counter[str]] = Counter()
    failed: ClassVar[list[list[str]]] = []

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory(prefix="convergence-")
        self.backup: str | None = None
        self.days = 0
        self.restores = 0
        self.quiet_at = 0
        self.story: list[str] = []
        self.failure: Exception | None = None
        self.world: Any = None

    @initialize()
    def found(self) -> None:
        self.keep_failure(self._begin)

    def teardown(self) -> None:
        if self.world is not None:
            if self.failure is None:
                self.keep_failure(self.world.settle)
            self.world.close()
            self.totals.update(self.world.did)
            self.faults.update(self.world.struck)
        self._folder.cleanup()
        if self.failure is not None:
            raise self.failure

    def keep_failure(self, work: Callable[[], None]) -> None:
        """Do it; a failure is raised at the end."""
        try:
            work()
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is raised at the end
            self.failure = failure
            self.failed.append([*self.story, repr(failure)])

    def _begin(self) -> None:
        self.server.advance(timedelta(0))
        self.server.break_down(is_on=False)
        self.world = World(server=self.server, folder=Path(self._folder.name))

    # Work, off line and on line

    @step(which=DEVICE, deeds=WORK)
    def work(self, which: int, deeds: Work) -> None:
        self.world.check_own_writes(self._worked(which, deeds))

    @step(which=DEVICE, deeds=WORK, faults=LINE)
    def sync(self, which: int, deeds: Work, faults: list[str | None]) -> None:
        device = self._worked(which, deeds)
        self.world.sync(device, faults)
        self.world.did["sync"] += 1
        self.world.check_own_writes(device)

    @step(which=DEVICE, deeds=WORK, faults=LINE)
    def push_only(self, which: int, deeds: Work, faults: list[str | None]) -> None:
        device = self._worked(which, deeds)
        self.world.sync(device, faults, push_only=True)
        self.world.did["push"] += 1
        self.world.check_own_writes(device)

    @step(which=st.lists(DEVICE, min_size=2, max_size=4, unique=True), deeds=WORK)
    def sync_together(self, which: list[int], deeds: Work) -> None:
        self.world.together([self._worked(index, deeds) for index in which])
        self.world.did["sync, several at once"] += len(which)

    @step(order=st.lists(NUMBER, max_size=5))
    def late_messages_arrive(self, order: list[int]) -> None:
        self.world.struck["arrived late, in another order"] += len(self.world.late)
        self.world.deliver_late(order)

    @step()
    def it_becomes_quiet(self) -> None:
        if len(self.story) > self.quiet_at + 15:
            self.world.settle()
            self.quiet_at = len(self.story)

    # In the office

    @step(n=NUMBER)
    def an_account_moves(self, n: int) -> None:
        accounts, territories = self.world.ids("accounts"), self.world.ids("territories")
        account_id, territory_id = accounts[n % len(accounts)], territories[n // 7 % len(territories)]
        self._office("account.move", account_id=account_id, territory_id=territory_id)

    @step(n=NUMBER)
    def a_job_is_given_to_somebody(self, n: int) -> None:
        jobs = self.world.ids("appointments", "status not in ('completed', 'partially_completed')")
        technicians = (self.world.technician, self.world.other_technician)
        appointment_id, at = jobs[n % len(jobs)], self.server.now() + timedelta(hours=n)
        self._office("appointment.unassign", appointment_id=appointment_id)
        technician_id = technicians[n // 3 % 2].id
        self._office("appointment.assign", appointment_id=appointment_id, technician_id=technician_id, starts_at=at)
        if n % 4:
            self._office("appointment.dispatch", appointment_id=appointment_id)

    @step(n=NUMBER)
    def the_office_edits(self, n: int) -> None:
        entity, field = (("account", "notes"), ("site", "access_notes"), ("contact", "job_title"))[n % 3]
        ids = self.world.ids(f"{entity}s")
        self.world.office_edit(entity, ids[n // 3 % len(ids)], field, unique_text())
        self.world.did["office edits"] += 1

    @step(n=NUMBER, starts=st.integers(-2, 2), days=st.one_of(st.none(), st.integers(0, 3)))
    def somebody_joins_a_territory(self, n: int, starts: int, days: int | None) -> None:
        people, territories = self._people(), self.world.ids("territories")
        begins = self.server.now().date() + timedelta(days=starts)
        ends = None if days is None else begins + timedelta(days=days)
        self._office(
            "membership.add",
            id=new_id(),
            territory_id=territories[n % len(territories)],
            user_id=people[n // 5 % len(people)],
            role="rep",
            starts_on=begins,
            ends_on=ends,
        )

    @step(n=NUMBER, ends=st.integers(-1, 1))
    def somebody_leaves_a_territory(self, n: int, ends: int) -> None:
        memberships = self.world.ids("memberships")
        ends_on = self.server.now().date() + timedelta(days=ends)
        self._office("membership.end", membership_id=memberships[n % len(memberships)], ends_on=ends_on)

    @step(n=NUMBER, starts=st.integers(0, 2))
    def somebody_else_owns_the_customers(self, n: int, starts: int) -> None:
        people, territories = self._people(), self.world.ids("territories")
        self._office(
            "territory.change_owner",
            territory_id=territories[n % len(territories)],
            user_id=people[n // 5 % len(people)],
            starts_on=self.server.now().date() + timedelta(days=starts),
        )

    @step(n=NUMBER, roles=st.sampled_from(ROLES))
    def somebody_gets_another_role(self, n: int, roles: list[str]) -> None:
        people = self._people()
        self._office("user.update", user_id=people[n % len(people)], roles=roles)

    @step(n=NUMBER)
    def the_catalogue_changes(self, n: int) -> None:
        product_id = self.world.products[n % 2].id
        if n % 3:
            price_list_id = self.world.company.price_list_id
            self._office("price.set", price_list_id=price_list_id, product_id=product_id, amount_minor=2000 + n)
        else:
            self._office("product.withdraw", product_id=product_id)

    # Faults

    @step(which=DEVICE, deeds=WORK, statement=st.integers(1, 400))
    def a_device_is_killed(self, which: int, deeds: Work, statement: int) -> None:
        device = self._worked(which, deeds)
        before = device.openings
        with device.killed_at(statement):
            self.world.attempt(device, device.client.sync)
        self.world.struck["device killed mid-apply"] += device.openings - before
        self.world.check_own_writes(device)

    @step(which=DEVICE, statement=st.integers(1, 30), name=st.sampled_from(sorted(DEEDS.keys() - {"mend", "discard"})))
    def a_device_is_killed_while_somebody_types(self, which: int, statement: int, name: str) -> None:
        device = self.world.devices[which]
        before = device.openings
        with device.killed_at(statement):
            DEEDS[name](device, statement)
        self.world.struck["device killed mid-capture"] += device.openings - before

    @step(which=DEVICE)
    def a_device_is_revoked(self, which: int) -> None:
        self.world.revoke(self.world.devices[which])
        self.world.struck["device revoked"] += 1

    @step(which=DEVICE, n=NUMBER)
    def something_of_ours_breaks(self, which: int, n: int) -> None:
        device = self._worked(which, [("asset.create", n), ("account.update", n)])
        self.server.break_down(is_on=True)
        self.world.sync(device)
        self.world.struck["something of ours broke"] += 1

    @step()
    def support_replays_what_failed(self) -> None:
        self.world.support_replays()

    @step(which=DEVICE, hours=st.sampled_from([-100, -26, -1, 1, 26, 100]))
    def a_clock_jumps(self, which: int, hours: int) -> None:
        self.world.devices[which].skew = timedelta(hours=hours)
        self.world.struck["clock jumped"] += 1

    @step(which=DEVICE)
    def a_device_is_copied(self, which: int) -> None:
        self.world.devices[which].copy()

    @step(which=DEVICE)
    def a_device_is_restored(self, which: int) -> None:
        device = self.world.devices[which]
        if device.saved is not None:
            device.put_back()
            self.world.struck["device restored from an old copy"] += 1

    @step(which=DEVICE, deeds=WORK, lock=st.sampled_from(sorted(LOCKS)))
    def the_workers_are_killed(self, which: int, deeds: Work, lock: str) -> None:
        self.world.held(self._worked(which, deeds), lock, self.server.kill_workers)
        self.world.struck["workers killed with SIGKILL"] += 1

    @step(which=DEVICE, deeds=WORK, lock=st.sampled_from(sorted(LOCKS)))
    def the_database_connections_are_cut(self, which: int, deeds: Work, lock: str) -> None:
        self.world.held(self._worked(which, deeds), lock, self.server.cut_connections)
        self.world.struck["database connections cut"] += 1

    @step(which=DEVICE)
    def two_lock_each_other_out(self, which: int) -> None:
        device = self.world.devices[which]
        accounts = sorted(account["id"] for account in device.shown("account"))[:2]
        if len(accounts) == 2:
            for n in (0, 1):
                DEEDS["account.update"](device, n)
            self.world.deadlock(device, *accounts)
            self.world.struck["deadlock"] += 1

    @step(which=st.lists(DEVICE, min_size=3, max_size=4, unique=True), deeds=WORK)
    def transactions_cannot_be_serialised(self, which: list[int], deeds: Work) -> None:
        devices = [self._worked(index, deeds) for index in which]
        with self.server.repeatable_read():
            self.world.together(devices)
        self.world.struck["serialisation failures provoked"] += 1

    @step(days=st.sampled_from([1, 1, 1, 2, 100]))
    def days_pass(self, days: int) -> None:
        if self.days + days <= MOST_DAYS:
            self.days += days
            self.server.advance(timedelta(days=days))
            self.world.did["days"] += days

    @step()
    def the_server_is_backed_up(self) -> None:
        if self.restores == 0:
            self.backup = self.world.back_up_server()

    @step()
    def the_server_is_restored(self) -> None:
        if self.backup is not None and self.restores == 0:
            self.world.restore_server(self.backup)
            self.restores += 1
            self.world.struck["server restored from an older backup"] += 1

    def _worked(self, which: int, deeds: Work) -> Device:
        """Return the device, on which its person did this first."""
        device = self.world.devices[which]
        for name, n in deeds:
            DEEDS[name](device, n)
            self.world.did[name] += 1
        return device

    def _office(self, name: str, /, **args: Any) -> None:
        self.world.did[name] += self.world.office(name, **args)

    def _people(self) -> list[str]:
        return sorted({device.user_id for device in self.world.devices})
