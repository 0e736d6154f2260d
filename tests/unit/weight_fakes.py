"""A small weight file and a web server for the tests of weights."""

import http.server
import threading
from collections.abc import Callable

from pose_demo.weights import WeightFile

DATA = b"a small network" * 1000

AddWeight = Callable[..., WeightFile]


class Server(http.server.ThreadingHTTPServer):
    """A web server on this machine.

    Attributes:
        files: content by path.
        requests: requested paths.
        stall_after: bytes of a response that are sent before it stalls; None to send all.
        gate: responses are sent while it is set; stalled ones continue when it is set again.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _RequestHandler)
        self.files: dict[str, bytes] = {}
        self.requests: list[str] = []
        self.stall_after: int | None = None
        self.gate = threading.Event()
        self.gate.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"


class _RequestHandler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.requests.append(self.path)
        self.server.gate.wait(20)
        data = self.server.files.get(self.path.lstrip("/"))
        if data is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data[: self.server.stall_after])
        if self.server.stall_after is not None:
            self.server.gate.clear()
            self.server.gate.wait(20)

    def log_message(self, *_: object) -> None:
        pass
