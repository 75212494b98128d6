"""A company, its devices and its server: what can happen to them, and what must be true when it is quiet again."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import errors
from psycopg.rows import namedtuple_row

from api.composition import REGISTRY
from api.support import replay_failure
from domain.kernel.command import execute
from domain.kernel.errors import DomainError
from domain.kernel.ids import new_id
from domain.kernel.session import open_session
from domain.people.models import User
from domain.people.permissions import Role
from domain.people.sign_in import revoke_device
from mobile_client import Client, DeviceRevoked, Document, HttpTransport, Response, SignInNeeded, Temporary
from mobile_client.transport import Json
from sync import retention
from tests.convergence import oracle
from tests.convergence.device import Captured, Device
from tests.convergence.network import Late, Watch
from tests.convergence.server import Server, wait_for
from tests.support.company import PASSWORD, Company, wire
from tests.support.scope import Key, scope_of

LOCKS = {
    "the counter": "select from sync_counters where org_id = %(org)s for update",
    "the receipt": (
        "insert into receipts (org_id, id, door, name, args, digest, status, occurred_at, recorded_at, rev)"
        " select %(org)s, %(mutation)s::uuid, 'push', '', '{}', '', 'applied', now(), now(), 0"
        " where %(mutation)s::uuid is not null on conflict do nothing"
    ),
    "the device": "select from sync_devices where org_id = %(org)s for update",
    "the entries": "lock table sync_entries in access exclusive mode",
}
"""Where a request can be held up, so that something can happen to it there."""
TABLES = {
    "account": "accounts",
    "site": "sites",
    "contact": "contacts",
    "asset": "assets",
    "visit": "visits",
    "order": "orders",
    "work_order": "work_orders",
    "appointment": "appointments",
    "survey_answer": "survey_answers",
    "observation": "observations",
    "task": "tasks",
}
CHANGED_BY_THEIR_OWN_COMMANDS_ONLY = ("site", "contact", "asset", "visit", "order")
PASSES = 12


class Violation(AssertionError):
    """Something that the protocol promises does not hold."""


class World:
    """Everything that a run consists of. `did` counts operations, `struck` faults."""

    def __init__(self, *, server: Server, folder: Path, client: type[Client] = Client) -> None:
        self.server, self.folder = server, folder
        self.did: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()
        self.late: list[Late] = []
        self.company = Company.found(server.sessions)
        self.office_edits: dict[str, tuple[str, str, str, str]] = {}
        """What the office wrote: command id → entity, id, field, value."""
        self.repairs: list[str] = []
        self._outcomes: dict[str, str] = {}
        self._refused: set[str] = set()
        """What was refused at some time: its device may have been told so, and shows it no more then."""
        self._alone = True
        """Nothing else happens while a request is answered, so that its scope can be looked at."""
        self._pool = ThreadPoolExecutor(4)
        self._eye: psycopg.Connection[Any] | None = None
        self.rep, self.technician = self.company.rep, self.company.technician
        self.other_rep = self.company.person(Role.REP, territory_id=self.company.other_area_id)
        self.other_technician = self.company.person(Role.TECHNICIAN, territory_id=self.company.other_area_id)
        self._furnish()
        people = {
            "rep": self.rep,
            "tablet": self.rep,
            "other rep": self.other_rep,
            "technician": self.technician,
            "other technician": self.other_technician,
            "dispatcher": self.company.dispatcher,
            "manager": self.company.manager,
        }
        self.devices = [self._device(name, person, client) for name, person in people.items()]

    def close(self) -> None:
        self._pool.shutdown()
        self._stop_looking()
        for device in self.devices:
            device.close()

    def _furnish(self) -> None:
        company = self.company
        self.products = [company.product(sku=sku, name=sku) for sku in ("ESP-1", "DEC-1")]
        self.territories = [company.territory_id, company.other_territory_id]
        survey, questions = new_id(), [{"id": str(new_id()), "text": "All well?", "kind": "text", "required": True}]
        self.office("survey.create", id=survey, name="Fridge check")
        for version in (questions, [{**questions[0], "text": "All cold?"}]):
            self.office("survey.publish", survey_id=survey, questions=version)
        for trigger, whose in (("visit_completed", "doer"), ("work_order_completed", "account_rep")):
            rule = {"trigger": trigger, "title": "Call back", "assign_to": whose}
            self.office("task_rule.create", id=new_id(), **rule)
        for number, territory in enumerate([company.territory_id, company.territory_id, company.other_territory_id]):
            account_id, site_id = new_id(), new_id()
            self.office("account.create", id=account_id, name=f"Customer {number}", territory_id=territory)
            self.office("site.create", id=site_id, account_id=account_id, name="Main house")
            self.office("contact.create", id=new_id(), account_id=account_id, name="Mira Beck")
            self.office("asset.create", id=new_id(), account_id=account_id, site_id=site_id, name="Barista 300")
            rep = self.rep if number < 2 else self.other_rep
            at = self.server.now() + timedelta(hours=number + 1)
            visit = {"account_id": account_id, "site_id": site_id, "rep_id": rep.id, "planned_start_at": at}
            self.office("visit.plan", id=new_id(), **visit)
            job = new_id()
            self.office("work_order.create", id=new_id(), appointment_id=job, site_id=site_id, title="Leaks")
            technician = self.technician if number < 2 else self.other_technician
            self.office("appointment.assign", appointment_id=job, technician_id=technician.id, starts_at=at)
            self.office("appointment.dispatch", appointment_id=job)

    def _device(self, name: str, person: User, client: type[Client]) -> Device:
        device = Device(
            name=name.replace(" ", "-"),
            email=person.email,
            user_id=str(person.id),
            folder=self.folder,
            address=self.server.address,
            present=self.server.now,
            late=self.late,
            watch=self._watch,
            kind=client,
        )
        self._sign_in(device)
        device.client.sync()
        return device

    # What happens in the office

    def office(self, name: str, /, **args: Any) -> bool:
        """Carry out a command; tells whether it was not refused."""
        now = self.server.now()
        command_id = new_id()
        with self.company.context(now=now, command_id=command_id) as ctx:
            try:
                execute(REGISTRY.commands[name], wire(args), ctx)
            except DomainError:
                return False
            ctx.session.commit()
        return True

    def office_edit(self, entity: str, id: str, field: str, value: str) -> None:
        """Change a field from another door, without any device."""
        now = self.server.now()
        with self.company.context(now=now, command_id=(command_id := new_id())) as ctx:
            execute(REGISTRY.commands[f"{entity}.update"], {f"{entity}_id": id, field: value}, ctx)
            ctx.session.commit()
        self.office_edits[str(command_id)] = (entity, id, field, value)

    def ids(self, table: str, where: str = "true") -> list[str]:
        """The ids of this company's rows, the oldest first."""
        with self._looking() as connection:
            rows = connection.execute(
                f"select id::text from {table} where org_id = %s and {where} order by id", [self.company.org_id]
            )
            return [id for (id,) in rows]

    def retain(self) -> None:
        """Carry out what the worker does every hour."""
        now = self.server.now()
        retention.carry_out(
            org_ids=[self.company.org_id],
            open_session=lambda org_id: open_session(self.server.sessions, org_id=org_id, now=now),
            now=now,
        )

    # What happens to a device

    def attempt(self, device: Device, work: Callable[[], object]) -> bool:
        """Let the device try; a person at hand signs in again when asked. Tells whether it got through."""
        try:
            work()
        except Temporary:
            return False
        except DeviceRevoked:
            self._after_wipe(device)
            return False
        except SignInNeeded:
            with suppress(Temporary):
                self._sign_in(device)
            return False
        return True

    def sync(self, device: Device, faults: Iterable[str | None] = (), *, push_only: bool = False) -> None:
        """Sync once over a line that fails as it is told to."""
        planned = list(faults)
        device.network.expect(planned)
        self.attempt(device, device.client.push if push_only else device.client.sync)
        self.struck.update(fault for fault in planned[: len(planned) - len(device.network.plan)] if fault)
        device.network.expect([])

    def deliver_late(self, order: Sequence[int] = ()) -> None:
        """Let what was under way arrive, in this order."""
        while self.late:
            pick = order[len(self.late) % len(order)] if order else 0
            self.late.pop(pick % len(self.late))()

    def revoke(self, device: Device) -> None:
        """An admin takes the device out of use."""
        with self.company.session(now=self.server.now()) as session:
            revoke_device(
                session,
                org_id=self.company.org_id,
                device_id=UUID(device.client.store.setting("device_id")),
                user_id=self.company.admin.id,
                of_anybody=True,
                now=self.server.now(),
            )
            session.commit()

    def support_replays(self) -> None:
        """What broke is mended, and support carries out what had failed."""
        self.server.break_down(is_on=False)
        for incident in self.ids("sync_failures", "code = 'sync.failed' and state = 'open'"):
            replay_failure(self.server.sessions, org_id=self.company.org_id, incident_id=UUID(incident))
            self.did["failures replayed"] += 1

    def _sign_in(self, device: Device) -> None:
        device.client.sign_in(email=device.email, password=PASSWORD, organisation=self.company.slug)

    def _after_wipe(self, device: Device) -> None:
        if device.client.user is not None or device.outbox():
            raise Violation(f"{device.name} was revoked and still holds something")
        handed_in = self._receipts(device)
        for id, captured in device.ledger.items():
            if not captured.given_up and captured.excused is None and id not in handed_in:
                raise Violation(f"I1: {captured.name} {id} was lost when {device.name} was wiped")
            captured.excused = captured.excused or "it was handed in by a revoked device"
        device.promised = 0

    # What happens to the server

    def held(self, device: Device, lock: str, strike: Callable[[], None]) -> None:
        """While the device syncs, hold its request up at a lock, and let something strike it there."""
        with self.server.connect() as connection, self._not_alone():
            waiting = [id for id, state in device.outbox().items() if state == "pending"]
            connection.execute(LOCKS[lock], {"org": self.company.org_id, "mutation": waiting[0] if waiting else None})
            syncing = self._pool.submit(self.attempt, device, device.client.sync)
            with suppress(TimeoutError):  # it had nothing to ask for there
                wait_for(lambda: syncing.done() or self.server.waits_for_a_lock(), "the lock", at_most_s=10)
            strike()
            connection.rollback()
            syncing.result()

    def deadlock(self, device: Device, first: str, second: str) -> None:
        """Somebody locks two accounts in the other order than the device's push does."""
        lock = "select from accounts where org_id = %s and id = %s for update"
        with self.server.connect() as connection, self._not_alone(), suppress(errors.DeadlockDetected):
            connection.execute(lock, [self.company.org_id, second])
            syncing = self._pool.submit(self.attempt, device, device.client.sync)
            try:
                with suppress(TimeoutError):
                    wait_for(lambda: syncing.done() or self.server.waits_for_a_lock(), "the lock", at_most_s=10)
                connection.execute(lock, [self.company.org_id, first])
            finally:
                connection.rollback()
                syncing.result()

    def together(self, devices: Sequence[Device]) -> None:
        """Several devices sync at the same time."""
        with self._not_alone():
            running: list[Future[bool]] = [
                self._pool.submit(self.attempt, device, device.client.sync) for device in devices
            ]
            for future in running:
                future.result()

    def back_up_server(self) -> str:
        """Make a backup of the server and return its name."""
        self._stop_looking()
        return self.server.backup()

    def restore_server(self, backup: str) -> None:
        """Put an older backup of the server back."""
        self._stop_looking()
        self.server.restore(backup)
        with self._looking() as connection:
            kept = {id for (id,) in connection.execute("select id::text from receipts")}
        self._outcomes = {id: status for id, status in self._outcomes.items() if id in kept}
        self.office_edits = {id: edit for id, edit in self.office_edits.items() if id in kept}
        for device in self.devices:
            outbox = device.outbox()
            device.promised = 0
            for id, captured in device.ledger.items():
                # What was merged is only there to be read.
                if outbox.get(id) in {None, "merged"}:
                    captured.done_before_restore = True
                    if id not in kept:
                        captured.excused = captured.excused or "the server was restored from an older backup"

    @contextmanager
    def _not_alone(self) -> Iterator[None]:
        self._alone = False
        try:
            yield
        finally:
            self._alone = True

    # What must hold at any time

    def check_own_writes(self, device: Device) -> None:
        """I6: what a person did is shown until the device was led to the revision with it."""
        receipts = self._receipts(device)

        def refused(captured: Captured) -> bool:
            return captured.id in self._refused or receipts.get(captured.id, ("", 0))[0] in {"rejected", "failed"}

        def in_force(captured: Captured) -> bool:
            if captured.given_up or captured.excused or captured.done_before_restore or refused(captured):
                return False
            status, rev = receipts.get(captured.id, ("unanswered", 0))
            return status == "unanswered" or (status in {"applied", "merged"} and rev > device.promised)

        for missing in device.shown_effects(in_force=in_force, refused=refused):
            raise Violation(f"I6: {device.name}: {missing}")

    def _watch(self, device: Device) -> Watch:
        def look(path: str, body: Json, response: Response) -> None:
            if response.status >= 500 and self._alone:
                raise Violation(f"{path} was answered {response.status} {response.body}")
            if response.status != 200:
                return
            if path.startswith("/sync/push"):
                self._look_at_results(response.body["results"])
            if path.startswith("/sync/pull"):
                self._look_at_page(device, body, response.body)

        return look

    def _look_at_results(self, results: list[Json]) -> None:
        for result in results:
            status = result["original_status"] if result["status"] == "duplicate" else result["status"]
            if status == "retry" or result["code"] == "sync.id_reused":
                continue
            if status in {"rejected", "failed"}:
                self._refused.add(result["id"])
            first = self._outcomes.setdefault(result["id"], status)
            if first not in {status, "failed"}:
                raise Violation(f"I2: {result['id']} was {first} and is now {status}")
            self.did[f"answered {status}"] += result["status"] != "duplicate"

    def _look_at_page(self, device: Device, body: Json, page: Json) -> None:
        if body.get("repair"):
            self.repairs.append(f"{device.name}: {body['repair']}")
        if not page["more"]:
            device.promised = max(device.promised, page["checkpoint"])
        if self._alone:
            may_see = self._scope(device.user_id, with_old=True)
            for change in page["changes"]:
                if change["op"] == "put" and (change["entity"], change["id"]) not in may_see:
                    said = f"{change['entity']} {change['id']} in {change['bucket']}"
                    raise Violation(f"I4: {device.name} was sent {said}")

    # What must hold when it is quiet

    def settle(self) -> None:
        """Let everything come to rest, and check every invariant."""
        self.server.break_down(is_on=False)
        self.deliver_late()
        self.retain()
        self._let_all_sync()
        for device in self.devices:
            self._check_holds_its_scope(device)
            device.client.pull(verify=True)
            self._check_ledger(device)
            self.check_own_writes(device)
        self._check_effects()
        with self._looking() as connection:
            if broken := oracle.broken_sums(connection, org_id=self.company.org_id):
                raise Violation(f"I3: kept checksums are wrong: {broken}")
        if self.repairs:
            raise Violation(f"I3: a bucket had to be repaired: {self.repairs}")
        self.did["quiet points"] += 1

    def _let_all_sync(self) -> None:
        for _ in range(PASSES):
            quiet = [self._syncs_without_news(device) for device in self.devices]
            if all(quiet):
                return
        unsent = {device.name: device.outbox() for device in self.devices if "pending" in device.outbox().values()}
        raise Violation(f"I7: it does not come to rest; unsent: {unsent}")

    def _syncs_without_news(self, device: Device) -> bool:
        changes: list[int] = []
        through = self.attempt(device, device.client.push) and self.attempt(
            device, lambda: changes.append(device.client.pull())
        )
        return through and changes == [0] and not {"pending", "applied"} & set(device.outbox().values())

    def _check_holds_its_scope(self, device: Device) -> None:
        pulled = device.client.pulled_documents()
        holds = {key: doc["version"] for key, doc in pulled.items()}
        must_hold = self._scope(device.user_id, with_old=False)
        if holds != must_hold:
            missing = sorted(must_hold.items() - holds.items())
            too_much = sorted(holds.items() - must_hold.items())
            raise Violation(f"I3: {device.name} lacks {missing} and has {too_much}")
        fresh = Client(path=":memory:", transport=HttpTransport(self.server.address), clock=self.server.now)
        try:
            kept = ("access_token", "refresh_token", "user", "device_id")
            fresh.store.save(**{name: device.client.store.setting(name) for name in kept})
            fresh.pull(verify=True)
            if fresh.pulled_documents() != pulled:
                raise Violation(f"I3: {device.name} differs from a fresh first sync: {_difference(fresh, pulled)}")
        finally:
            fresh.close()
        self._check_screen(device, pulled)

    def _check_screen(self, device: Device, pulled: dict[tuple[str, str], Document]) -> None:
        """Nothing but what the server has, and what only this device has because it was refused, is shown."""
        rows = device.client.store.rows("select entity, id, base, effective from document")
        for entity, id, base, effective in rows:
            if base is not None and base != effective:
                raise Violation(f"I6: {device.name} still shows something else than {entity} {id}: {effective}")
        made_here = {(entity, id) for entity, id, base, _ in rows if base is None}
        outbox = device.outbox()
        refused = {
            key
            for id, captured in device.ledger.items()
            if outbox.get(id) in {"rejected", "failed"}
            for key in captured.creates
        }
        if not made_here <= refused - pulled.keys():
            raise Violation(f"{device.name} shows what nobody has: {made_here - refused}")

    def _check_ledger(self, device: Device) -> None:
        """I1, I2: each mutation ended as an effect, exactly once, or as a refusal that can be seen."""
        outbox, receipts = device.outbox(), self._receipts(device)
        exist, made_by_others = self._existing(), self._made_by_applied()
        for id, captured in device.ledger.items():
            state, (status, _) = outbox.get(id), receipts.get(id, (None, 0))
            applied = status in {"applied", "merged"}
            said = f"{device.name}: {captured.name} {id} is {state} on the device and {status} on the server"
            if applied and not exist.issuperset(captured.creates):
                raise Violation(f"I1: {said}, and its record is not there")
            # What was mended makes the same record as what was refused.
            if not applied and exist.intersection(captured.creates) - made_by_others:
                raise Violation(f"I2: {said}, and its record is there")
            if applied and state in {"rejected", "failed"}:
                raise Violation(f"I2: {said}")
            if state is None and not (applied or captured.given_up or captured.excused):
                raise Violation(f"I1: {said}: it vanished")
        if unknown := outbox.keys() - device.ledger.keys():
            raise Violation(f"{device.name} sends what nobody did: {unknown}")

    def _check_effects(self) -> None:
        """I1, I2: the last value written to each field is there, and no record was written more often than asked."""
        query = """
            select r.id::text, r.name, r.rev, coalesce(r.seq, 0) as seq, r.fields, r.args,
                   c.entity, c.record_id::text, c.field, c.lost_value
              from receipts r
              left join conflicts c on c.org_id = r.org_id and c.id = (r.args ->> 'conflict_id')::uuid
             where r.org_id = %s and r.status in ('applied', 'merged')
        """
        with self._looking() as connection:
            applied = connection.cursor(row_factory=namedtuple_row).execute(query, [self.company.org_id]).fetchall()
            self._check_last_values(connection, applied)
            self._check_write_counts(connection, applied)

    def _check_last_values(self, connection: psycopg.Connection[Any], applied: Sequence[Any]) -> None:
        written = {id: [edit] for id, edit in self.office_edits.items()}
        for device in self.devices:
            written |= {id: list(_unique_edits(captured)) for id, captured in device.ledger.items()}
        values: dict[tuple[str, str, str], list[tuple[int, int, str]]] = defaultdict(list)
        for row in applied:
            edits = written.get(row.id, [])
            if row.name == "conflict.restore" and _is_unique(row.lost_value):
                edits = [(row.entity, row.record_id, row.field, row.lost_value)]
            for entity, record, field, value in edits:
                if field not in (row.fields or {}):
                    values[entity, record, field].append((row.rev, row.seq, value))
        for (entity, record, field), said in values.items():
            query = f"select {field} from {TABLES[entity]} where org_id = %s and id = %s"
            found = connection.execute(query, [self.company.org_id, record]).fetchone()
            _, _, last = max(said, key=lambda value: value[:2])
            if found != (last,):
                raise Violation(f"I2: {field} of {entity} {record} is {found}, written last was {last}: {sorted(said)}")

    def _check_write_counts(self, connection: psycopg.Connection[Any], applied: Sequence[Any]) -> None:
        writes: Counter[tuple[str, str]] = Counter()
        for row in applied:
            if row.record_id:
                writes[row.entity, row.record_id] += 1
            for entity in CHANGED_BY_THEIR_OWN_COMMANDS_ONLY:
                writes[entity, row.args.get(f"{entity}_id", row.args.get("id"))] += 1
        for entity in CHANGED_BY_THEIR_OWN_COMMANDS_ONLY:
            query = f"select id::text, version from {TABLES[entity]} where org_id = %s"
            for id, version in connection.execute(query, [self.company.org_id]):
                # An order's number may be written after the order.
                asked = writes[entity, id] + (entity == "order")
                if version > asked:
                    raise Violation(f"I2: {entity} {id} was written {version} times for {asked} commands")

    def _scope(self, user_id: str, *, with_old: bool) -> dict[Key, int]:
        with self._looking() as connection:
            return scope_of(
                connection,
                org_id=self.company.org_id,
                person_id=UUID(user_id),
                now=self.server.now(),
                with_old=with_old,
            )

    def _receipts(self, device: Device) -> dict[str, tuple[str, int]]:
        with self._looking() as connection:
            rows = connection.execute(
                "select id::text, status, rev from receipts where org_id = %s and id = any(%s::uuid[])",
                [self.company.org_id, list(device.ledger)],
            )
            return {id: (status, rev) for id, status, rev in rows}

    def _made_by_applied(self) -> set[tuple[str, str]]:
        """The records that a mutation made that the server says it has applied."""
        return {
            key
            for device in self.devices
            for id, (status, _) in self._receipts(device).items()
            if status in {"applied", "merged"}
            for key in device.ledger[id].creates
        }

    def _existing(self) -> set[tuple[str, str]]:
        return {(entity, id) for entity, table in TABLES.items() for id in self.ids(table)}

    def _looking(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        """A connection that sees everything; one for all looks."""
        if self._eye is None or self._eye.closed:
            self._eye = self.server.connect(autocommit=True)
        return nullcontext(self._eye)

    def _stop_looking(self) -> None:
        if self._eye is not None:
            self._eye.close()


def _unique_edits(captured: Captured) -> Iterator[tuple[str, str, str, str]]:
    """Yield the fields to which a mutation gave a text that no other gives: entity, id, field, value."""
    entity, _, verb = captured.name.partition(".")
    if verb == "update":
        for field, value in captured.args.items():
            if _is_unique(value):
                yield entity, captured.args[f"{entity}_id"], field, value


def _is_unique(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("said ")


def _difference(fresh: Client, pulled: dict[tuple[str, str], Document]) -> Any:
    new = fresh.pulled_documents()
    either = new.keys() | pulled.keys()
    return {key: (new.get(key), pulled.get(key)) for key in either if new.get(key) != pulled.get(key)}
