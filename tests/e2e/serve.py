"""Starts the page for browser tests: ``python tests/e2e/serve.py PORT [STREAMLIT OPTIONS]``.

aioice leaves out 127.0.0.1 on purpose; in a namespace that has nothing else it must not.
"""

from __future__ import annotations

import sys
from pathlib import Path

import aioice.ice
from streamlit.web import cli

APP = Path(__file__).parents[2] / "app.py"

if __name__ == "__main__":
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]
    sys.path.insert(0, str(APP.parent))
    sys.argv = ["streamlit", "run", str(APP), "--server.address", "127.0.0.1", "--server.port", *sys.argv[1:]]
    cli.main()
