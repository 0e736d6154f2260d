"""Starts the page for browser tests: ``python tests/e2e/serve.py PORT [STREAMLIT OPTIONS]``.

aioice skips 127.0.0.1 on purpose, which is the only address in the namespace of the tests.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import aioice.ice
from streamlit.web import cli

APP = Path(__file__).parents[2] / "app.py"


def _report_connections(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook that writes an error to the log for whatever this process sends to another machine."""
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1][0] if isinstance(arguments[1], tuple) else ""  # otherwise a socket of Unix
    elif event == "socket.getaddrinfo":
        address = arguments[0]
    else:
        return
    if address not in (None, "", "localhost", "127.0.0.1", "::1", b"127.0.0.1"):
        print(f"ERROR: {event} to another machine: {address}", file=sys.stderr, flush=True)


def _pass_through(switch: Path) -> None:
    """Return camera frames unprocessed while the file ``switch`` exists: the baseline of a stream without a model."""
    from pose_demo.live.stream import LiveStream

    process = LiveStream.callback
    LiveStream.callback = lambda stream, frame: frame if switch.exists() else process(stream, frame)


def _count_connections(counter: Path) -> None:
    """Write the number of WebRTC connections that the server holds to a file, ten times a second."""
    _wait_for_the_first_page()
    from streamlit_webrtc.webrtc import _live_workers

    while True:
        counter.with_suffix(".new").write_text(str(len(_live_workers)))
        counter.with_suffix(".new").replace(counter)
        time.sleep(0.1)


def _write_dances(path: Path) -> None:
    """Write phase, timing and form of each frame of a take as a line of JSON."""
    from pose_demo.dance.matcher import DanceMatcher

    update = DanceMatcher.update

    def written(*arguments: Any, **named: Any) -> Any:
        state = update(*arguments, **named)
        if state.take:
            found = state.evaluation
            row = (state.moment.phase, state.moment.danced, found.timing_ms, found.form, found.reason)
            with path.open("a") as file:
                file.write(json.dumps(row) + "\n")
        return state

    DanceMatcher.update = written


def _be_impatient() -> None:
    """Shorten the delays after which a page counts as gone, a seat as free, and a connection as failed."""
    _wait_for_the_first_page()
    from pose_demo.live import seats
    from pose_demo.ui import session
    from pose_demo.ui.sources import webcam

    session._RELEASE_DELAY_S, session._CAMERA_DELAY_S, session._SILENT_S = 6.0, 3.0, 1.0
    webcam._CONNECT_TIMEOUT_S, seats.LEASE_S = 3.0, 4.0


def _wait_for_the_first_page() -> None:
    """Wait for its imports, which must not precede Streamlit's start."""
    while "pose_demo.ui.sources.webcam" not in sys.modules:
        time.sleep(0.1)


if __name__ == "__main__":
    sys.addaudithook(_report_connections)
    # Without an address the server cannot connect to the browser, as behind a firewall.
    addresses = [] if os.environ.get("POSE_DEMO_TESTS_BLOCKED") else ["127.0.0.1"]
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: addresses
    sys.path.insert(0, str(APP.parent))
    if switch := os.environ.get("POSE_DEMO_TESTS_PASS_THROUGH"):
        _pass_through(Path(switch))
    if counter := os.environ.get("POSE_DEMO_TESTS_CONNECTIONS"):
        threading.Thread(target=_count_connections, args=(Path(counter),), daemon=True).start()
    if dances := os.environ.get("POSE_DEMO_TESTS_DANCE"):
        _write_dances(Path(dances))
    if os.environ.get("POSE_DEMO_TESTS_IMPATIENT"):
        threading.Thread(target=_be_impatient, daemon=True).start()
    sys.argv = ["streamlit", "run", str(APP), "--server.address", "127.0.0.1", "--server.port", *sys.argv[1:]]
    cli.main()
