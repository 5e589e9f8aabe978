"""A tiny HTTP server that answers a chat model's requests as a test says, one after the other."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers with the script's next line, the last one for ever."""

    server: Server

    def do_POST(self) -> None:
        """Answer one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(Asked(self.path, json.loads(body), _lower(self.headers)))
        script = self.server.script
        number = len(self.server.requests) - 1
        script[min(number, len(script) - 1)](self)

    def send(
        self, body: bytes, *, status: int = 200, length: int | None = None, retry_after: str = ""
    ) -> None:
        """Send a whole answer, or one that is shorter than it says."""
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length is None else length))
        if retry_after:
            self.send_header("Retry-After", retry_after)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is there
        """Say nothing."""


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


class Asked(NamedTuple):
    """A request that came."""

    path: str
    body: dict[str, Any]
    headers: dict[str, str]


class Server(ThreadingHTTPServer):
    """The server, and what it was asked."""

    daemon_threads = True

    def __init__(self, script: Sequence[Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script = script
        self.requests: list[Asked] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        """Where its API begins."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients leave when they have waited enough."""


@contextmanager
def serving(*script: Answer) -> Iterator[Server]:
    """Run a server for a while."""
    with Server(script) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.released.set()
            server.shutdown()
            thread.join()


def completion(text: str | None) -> bytes:
    """Write a chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}}
    usage = {"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": None}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


def says(text: str | None) -> Answer:
    """Answer with a text."""
    return lambda handler: handler.send(completion(text))


def sends(body: bytes) -> Answer:
    """Answer with any bytes."""
    return lambda handler: handler.send(body)


def fails(status: int, message: str = "no", *, retry_after: str = "") -> Answer:
    """Answer with an error."""
    body = json.dumps({"error": {"message": message}}).encode()
    return lambda handler: handler.send(body, status=status, retry_after=retry_after)


def breaks_off(handler: Handler) -> None:
    """Cut the connection in the middle of the body."""
    whole = completion("count")
    handler.send(whole[:20], length=len(whole))


def hangs(handler: Handler) -> None:
    """Never answer, until the test ends."""
    handler.server.released.wait(30)


def drips(handler: Handler) -> None:
    """Send drops of an answer for ever, as some servers do to keep a connection alive."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    _drip(handler, b"\n")


def drips_headers(handler: Handler) -> None:
    """Send one header after the other for ever."""
    handler.send_response(200)
    handler.flush_headers()
    _drip(handler, b"X: y\r\n")


def _drip(handler: Handler, drop: bytes) -> None:
    for _ in range(600):
        if handler.server.released.is_set():
            return
        handler.wfile.write(drop)
        handler.wfile.flush()
        time.sleep(0.05)
