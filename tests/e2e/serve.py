"""Starts the page for browser tests: ``python tests/e2e/serve.py PORT [STREAMLIT OPTIONS]``.

aioice leaves out 127.0.0.1 on purpose; in a namespace that has nothing else it must not.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import aioice.ice
from streamlit.web import cli

APP = Path(__file__).parents[2] / "app.py"


def _pass_through(switch: Path) -> None:
    """While the file ``switch`` exists camera frames go back as they came: what a stream costs without any model."""
    from pose_demo.live.stream import Live

    process = Live.callback
    Live.callback = lambda live, frame: frame if switch.exists() else process(live, frame)


if __name__ == "__main__":
    # Without an address of its own the server finds no way to the browser, as behind a firewall.
    addresses = [] if os.environ.get("POSE_DEMO_TESTS_NO_WAY") else ["127.0.0.1"]
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: addresses
    sys.path.insert(0, str(APP.parent))
    if switch := os.environ.get("POSE_DEMO_TESTS_PASS_THROUGH"):
        _pass_through(Path(switch))
    sys.argv = ["streamlit", "run", str(APP), "--server.address", "127.0.0.1", "--server.port", *sys.argv[1:]]
    cli.main()
