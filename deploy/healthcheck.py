"""Exit code 0 if the page answers on this machine: the health check of the container, which has no curl."""

import os
import urllib.request

port = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
base = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
address = "/".join(part for part in (f"http://127.0.0.1:{port}", base, "_stcore/health") if part)
with urllib.request.urlopen(address, timeout=4) as answer:
    if answer.status != 200:
        raise SystemExit(f"{address} answered {answer.status}")
