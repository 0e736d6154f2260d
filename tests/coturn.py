"""coturn, a TURN relay, on the loopback."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ports import free_port

SECRET = "a-secret-of-the-relay"


@dataclass(frozen=True)
class Relay:
    """A running relay.

    Attributes:
        log: what it prints.
    """

    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"turn:127.0.0.1:{self.port}"

    def allocations(self) -> int:
        """Number of relayed addresses handed out so far."""
        return self.log.read_text(errors="replace").count("ALLOCATE processed, success")


@contextlib.contextmanager
def relay(folder: Path, port: int = 0) -> Iterator[Relay]:
    """A relay with the shared `SECRET`, on a free port; the test skips where coturn is not installed."""
    program = shutil.which("turnserver")
    if not program:
        pytest.skip("needs coturn: apt-get install coturn")
    running = Relay(port or free_port(), folder / "coturn.txt")
    address = f"--listening-ip 127.0.0.1 --relay-ip 127.0.0.1 --listening-port {running.port} --allow-loopback-peers"
    secret = f"--use-auth-secret --static-auth-secret {SECRET} --realm pose_demo"
    files = f"--log-file stdout --simple-log --pidfile {folder / 'pid'} --userdb {folder / 'users'}"
    command = f"{program} -n -v --no-cli --no-tls --no-dtls {address} {secret} {files}".split()
    with running.log.open("wb") as log, subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT) as process:
        try:
            _wait_until_it_listens(running.port)
            yield running
        finally:
            process.terminate()


def _wait_until_it_listens(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("coturn does not listen after 10 s")
