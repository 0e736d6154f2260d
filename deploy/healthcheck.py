"""Exit code 0 if the page answers on this machine: the health check of the container, which has no curl."""

import os
import urllib.request

port = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
base = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
parts = (f"http://127.0.0.1:{port}", base, "_stcore/health")
with urllib.request.urlopen("/".join(filter(None, parts)), timeout=4) as answer:
    if answer.status != 200:
        raise SystemExit(f"the page answered {answer.status}")
