"""A real HTTP server on loopback that speaks `docs/sync-protocol.md`, small enough to be read at a glance.

The client is tested against it where a test must decide what the server does: pages of two changes, a restored backup,
a checksum that is wrong. What the real server does is tested in `test_against_server.py`.
"""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
Reply = tuple[int, Json, dict[str, str]]

ORG = "org"
OWN = "user:rep"


class Rejection(Exception):
    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.result = {"status": "rejected", "code": code, **more}


class LoopbackServer:
    """One organisation with one user and one device."""

    def __init__(self) -> None:
        self.docs: dict[tuple[str, str], Json] = {}
        self.entries: dict[tuple[str, str, str], tuple[int, str]] = {}  # (bucket, entity, id) -> (rev, op)
        self.rev = 0
        self.generation = 1
        self.granted = [ORG, OWN]
        self.page_size = 1000
        self.receipts: dict[str, Json] = {}
        self.new_receipts: list[Json] = []
        self.expected_seq = 1
        self.rules: dict[str, Callable[[Json], Json | None]] = {
            "visit.check_in": lambda args: self._visit(args, status="in_progress"),
            "visit.complete": lambda args: self._visit(args, status="completed", outcome=args["outcome"]),
            "order.place": self._place_order,
        }
        self.wrong_checksums: set[str] = set()
        self.scripted: dict[str, list[Reply]] = {}
        self.requests: list[tuple[str, Json]] = []
        self.access, self.refresh, self.previous_refresh = "", "", ""
        self.user_id = "rep"
        self.streams: list[queue.Queue[str | None]] = []
        self._tokens = 0
        self._lock = threading.RLock()

    # What a test does to the server

    def put(self, entity: str, id: str, *, bucket: str = OWN, **fields: Any) -> int:
        self.rev += 1
        self.docs[entity, id] = self.docs.get((entity, id), {"id": id}) | fields
        buckets = {b for (b, e, i), (_, op) in self.entries.items() if (e, i) == (entity, id) and op == "put"}
        for carrying in buckets | {bucket}:
            self.entries[carrying, entity, id] = (self.rev, "put")
        return self.rev

    def remove(self, entity: str, id: str, *, bucket: str = OWN) -> int:
        self.rev += 1
        self.entries[bucket, entity, id] = (self.rev, "remove")
        return self.rev

    def script(self, path: str, status: int, body: Json | None = None, **headers: str) -> None:
        """Answer the next request to `path` like this, without looking at it."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.scripted.setdefault(path, []).append((status, body or {}, named))

    def backup(self) -> Callable[[], None]:
        """Return a function that restores what the server is now."""
        kept = (dict(self.docs), dict(self.entries), self.rev, dict(self.receipts), self.expected_seq)

        def restore() -> None:
            self.docs, self.entries, self.rev, self.receipts, self.expected_seq = kept
            self.generation += 1

        return restore

    def sent(self, path: str) -> list[Json]:
        return [body for requested, body in self.requests if requested.partition("?")[0] == path]

    def of(self, entity: str) -> dict[str, Json]:
        return {id: doc for (kind, id), doc in self.docs.items() if kind == entity}

    def poke(self) -> None:
        for stream in self.streams:
            stream.put(f'event: poke\ndata: {{"rev": {self.rev}}}\n\n')

    # The protocol

    def answer(self, path: str, body: Json, token: str | None) -> Reply:
        with self._lock:
            self.requests.append((path, body))
            route = path.partition("?")[0]
            if self.scripted.get(route):
                return self.scripted[route].pop(0)
            if route == "/auth/login":
                return self._signed_in() if body["password"] == "right" else _problem(401, "auth.invalid")
            if route == "/auth/refresh":
                if body["refresh_token"] not in (self.refresh, self.previous_refresh):
                    return _problem(401, "auth.refresh_reused")
                return self._signed_in()
            if token != self.access:
                return _problem(401, "auth.token_expired")
            if route == "/auth/logout":
                self.access = self.refresh = "revoked"
                return 200, {}, {}
            return self._push(body) if route == "/sync/push" else self._pull(body, verify="verify=1" in path)

    def _signed_in(self) -> Reply:
        self._tokens += 1
        self.previous_refresh, self.refresh = self.refresh, f"refresh-{self._tokens}"
        self.access = f"access-{self._tokens}"
        user = {"id": self.user_id, "email": "rep1@demo.example"}
        device = {"id": "device", "next_seq": self.expected_seq}
        tokens = {"access_token": self.access, "refresh_token": self.refresh}
        return 200, tokens | {"user": user, "device": device, "organisation": {"currency": "CHF"}}, {}

    def _push(self, body: Json) -> Reply:
        results: list[Json] = []
        if body["mutations"][0]["seq"] > self.expected_seq:
            return _problem(409, "sync.sequence_gap", next_seq=self.expected_seq)
        for mutation in body["mutations"]:
            if stored := self.receipts.get(mutation["id"]):
                results.append(stored | {"status": "duplicate", "original_status": stored["status"]})
                self.expected_seq = max(self.expected_seq, mutation["seq"] + 1)
                continue
            result = self._apply(mutation)
            results.append(result)
            if result["status"] == "retry":
                break
            self.receipts[mutation["id"]] = result
            self.expected_seq = max(self.expected_seq, mutation["seq"] + 1)
        return 200, {"results": results, "next_seq": self.expected_seq}, {}

    def _apply(self, mutation: Json) -> Json:
        known = {"id": mutation["id"], "seq": mutation["seq"]}
        try:
            said = self.rules[mutation["name"]](mutation["args"])
        except Rejection as rejection:
            return known | rejection.result
        return known | {"status": "applied", "rev": self.rev} | (said or {})

    def _visit(self, args: Json, **fields: Any) -> None:
        self.put("visit", args["visit_id"], **fields)

    def _place_order(self, args: Json) -> Json:
        if any(self.docs["product", line["product_id"]]["status"] == "withdrawn" for line in args["lines"]):
            raise Rejection("orders.product_withdrawn", fields={"lines": ["The espresso is withdrawn."]})
        number = f"SO-{100001 + len(self.of('order'))}"
        self.put("order", args["id"], number=number, status="placed", lines=args["lines"])
        return {"refs": {"order": {"id": args["id"], "number": number}}}

    def _pull(self, body: Json, *, verify: bool) -> Reply:
        cursor = json.loads(body["cursor"] or "{}")
        at = cursor.get("at", {})
        reset = [b for b in at if b in self.granted and cursor["generation"] != self.generation]
        reset += body.get("repair", [])
        forget = [b for b in at if b not in self.granted]
        at = {b: 0 if b in reset else at.get(b, 0) for b in self.granted}
        checkpoint = cursor.get("checkpoint") or self.rev
        waiting = sorted(
            (rev, bucket, entity, id, op)
            for (bucket, entity, id), (rev, op) in self.entries.items()
            if bucket in at and at[bucket] < rev <= checkpoint
        )
        page, rest = waiting[: self.page_size], waiting[self.page_size :]
        at |= {bucket: max(at[bucket], rev) for rev, bucket, *_ in page}
        changed = {bucket for _, bucket, *_ in page}
        following = {"generation": self.generation, "at": at, "checkpoint": checkpoint if rest else None}
        receipts, self.new_receipts = self.new_receipts, []
        # A checksum says what the buckets are now: it is true of this round only if nothing was written since.
        comparable = [] if rest or checkpoint < self.rev else self.granted if verify else sorted(changed)
        answer = {
            "changes": [
                {
                    "bucket": bucket,
                    "rev": rev,
                    "op": op,
                    "entity": entity,
                    "id": id,
                    "doc": self.docs[entity, id] if op == "put" else None,
                }
                for rev, bucket, entity, id, op in page
            ],
            "forget": forget,
            "reset": reset,
            "cursor": json.dumps(following),
            "more": bool(rest),
            "checkpoint": checkpoint,
            "checksums": [self._checksum(bucket) for bucket in comparable],
            "progress": {"done": len(page), "total": len(waiting), "ready": not rest},
            "receipts": receipts,
        }
        return 200, answer, {}

    def _checksum(self, bucket: str) -> Json:
        held = [(id, rev) for (b, _, id), (rev, op) in self.entries.items() if b == bucket and op == "put"]
        total = sum(int(id[-8:], 16) ^ (rev * 2654435761) % 2**32 for id, rev in held) % 2**32
        return {"bucket": bucket, "count": len(held), "hash": total + (bucket in self.wrong_checksums)}


def _problem(status: int, code: str, **more: Any) -> Reply:
    return status, {"status": status, "code": code, "title": code, **more}, {}


def _handler(server: LoopbackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one piece: in two, TCP would hold the second back for 40 ms

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            token = (self.headers["Authorization"] or "").removeprefix("Bearer ") or None
            status, answer, headers = server.answer(self.path.removeprefix("/api/v1"), body, token)
            data = answer["html"].encode() if "html" in answer else json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            events: queue.Queue[str | None] = queue.Queue()
            server.requests.append((self.path.removeprefix("/api/v1"), {}))
            if server.scripted.get("/sync/live"):
                status, _, headers = server.scripted["/sync/live"].pop(0)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": "0"}.items():
                    self.send_header(name, value)
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(b": here\n\n")
            self.wfile.flush()
            server.streams.append(events)
            while event := events.get():
                self.wfile.write(event.encode())
                self.wfile.flush()
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def listening(server: LoopbackServer) -> Iterator[str]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(server))
    http.daemon_threads = True
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}"
    finally:
        for stream in server.streams:
            stream.put(None)
        http.shutdown()
        thread.join()
        http.server_close()
