"""The air between a phone and the server, where an answer can get lost after the server did what was asked."""

import random
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import urlsplit

# They speak of one connection, not of the message.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """How good the line is: seconds from a request to its answer, and the share of answers that are lost."""

    latency_s: float = 0
    lost: float = 0


class Radio:
    """Passes requests on to `server`. Use as a context manager."""

    def __init__(self, server: str) -> None:
        self.requests: list[tuple[str, str]] = []
        """Method and path of each, in the order in which they came."""
        self.lost: list[tuple[str, str]] = []
        """Those that the server carried out and whose answer did not arrive."""
        self.line = Line()
        self._chance = random.Random(0)
        self._to_lose: list[str] = []
        self._target = urlsplit(server)
        self._listener = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._listener.daemon_threads = True
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._listener.shutdown()
        self._listener.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        """Where the phone finds the server."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    def lose_next_answer(self, path: str) -> None:
        """Let the next request to `path` through, and cut its answer off in the middle."""
        self._to_lose.append(path)

    def count(self, method: str, path: str) -> int:
        """Return how often this was asked."""
        return self.requests.count((method, path))

    def _connect(self) -> HTTPConnection:
        assert self._target.hostname
        return HTTPConnection(self._target.hostname, self._target.port)

    def _loses(self, method: str, path: str) -> bool:
        if path in self._to_lose:
            self._to_lose.remove(path)
        elif self._chance.random() >= self.line.lost:
            return False
        self.lost.append((method, path))
        return True


def _handler_of(radio: Radio) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        # HTTP/1.0: the end of the connection is the end of the answer, also of a stream.

        def handle_request(self) -> None:
            radio.requests.append((self.command, self.path))
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            time.sleep(radio.line.latency_s)
            server = radio._connect()
            try:
                headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
                server.request(self.command, self.path, body or None, headers)
                answer = server.getresponse()
                if radio._loses(self.command, self.path):
                    self.answer_half(answer)
                else:
                    self.answer(answer)
            except ConnectionError:
                pass  # the browser went away
            finally:
                server.close()

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request

        def answer(self, answer: HTTPResponse) -> None:
            self.start(answer)
            while part := answer.read1(65536):
                self.wfile.write(part)
                self.wfile.flush()

        def answer_half(self, answer: HTTPResponse) -> None:
            if answer.length is None:
                return  # a stream, which has no half
            body = answer.read()
            if body:
                self.start(answer)
                self.wfile.write(body[: len(body) // 2])

        def start(self, answer: HTTPResponse) -> None:
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing: a test's output is its failures."""

    return Handler
