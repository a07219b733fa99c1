"""For tests: a receiver on the loopback that checks signatures with the library of whoever receives."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


@dataclass
class Receiver:
    """What has come to the receiver, and what it answers: a status, or each of several in turn."""

    url: str = ""
    secret: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    headers: dict[str, str] = field(default_factory=dict)
    took: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def ids(self) -> list[str]:
        """The identities of what has come, in order."""
        return [headers["webhook-id"] for headers, _body in self.took]

    def told(self, secret: str = "") -> list[Any]:
        """What has come and is signed by the secret; what is not raises."""
        return [Webhook(secret or self.secret).verify(body, headers) for headers, body in self.took]

    def is_signed_by(self, secret: str, number: int = -1) -> bool:
        """Whether one of those that came is signed by a secret."""
        headers, body = self.took[number]
        try:
            Webhook(secret).verify(body, headers)
        except WebhookVerificationError:
            return False
        return True


@contextmanager
def listening() -> Iterator[Receiver]:
    """A receiver that runs until the block ends."""
    receiver = Receiver()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.took.append(({name.lower(): value for name, value in self.headers.items()}, body))
            number = min(len(receiver.took), len(receiver.answers))
            self.send_response(receiver.answers[number - 1])
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_about: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
