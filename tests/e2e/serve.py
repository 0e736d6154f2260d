"""Starts the page for browser tests: ``python tests/e2e/serve.py PORT [STREAMLIT OPTIONS]``.

aioice skips 127.0.0.1 on purpose, which is the only address in the namespace of the tests.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import aioice.ice
from streamlit.web import cli

APP = Path(__file__).parents[2] / "app.py"


def _pass_through(switch: Path) -> None:
    """Return camera frames unprocessed while the file ``switch`` exists: the baseline of a stream without a model."""
    from pose_demo.live.stream import LiveStream

    process = LiveStream.callback
    LiveStream.callback = lambda stream, frame: frame if switch.exists() else process(stream, frame)


if __name__ == "__main__":
    # Without an address the server cannot connect to the browser, as behind a firewall.
    addresses = [] if os.environ.get("POSE_DEMO_TESTS_BLOCKED") else ["127.0.0.1"]
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: addresses
    sys.path.insert(0, str(APP.parent))
    if switch := os.environ.get("POSE_DEMO_TESTS_PASS_THROUGH"):
        _pass_through(Path(switch))
    sys.argv = ["streamlit", "run", str(APP), "--server.address", "127.0.0.1", "--server.port", *sys.argv[1:]]
    cli.main()
