"""The container image, as far as it can be checked without an engine, and its health check."""

from __future__ import annotations

import http.server
import os
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pose_demo.estimators import NETWORKS

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_every_copied_file_exists_and_is_part_of_the_build_context():
    sources = [name for line in re.findall(r"^COPY (.+)", DOCKERFILE, re.MULTILINE) for name in line.split()[:-1]]
    assert {"app.py", "pose_demo", "requirements.lock"} <= set(sources)
    assert [name for name in sources if not (ROOT / name).exists()] == []
    assert IGNORED[1] == "*" and {f"!{name}" for name in sources} <= set(IGNORED)


def test_the_image_does_not_run_as_root_and_installs_with_checksums():
    (user,) = re.findall(r"^USER (\d+):\d+$", DOCKERFILE, re.MULTILINE)
    assert int(user) > 0
    assert "--require-hashes -r requirements.lock" in DOCKERFILE


def test_the_models_of_the_image_exist_and_include_the_default():
    (names,) = re.findall(r'^ARG MODELS="(.*)"$', DOCKERFILE, re.MULTILINE)
    assert {"movenet-lightning"} <= set(names.split()) <= set(NETWORKS)


@pytest.fixture
def server():
    """A web server with a health page at /_stcore/health, and below /pose."""

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path in ("/_stcore/health", "/pose/_stcore/health") else 404)
            self.end_headers()

        def log_message(self, *arguments): ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("base", "healthy"), [("", True), ("/pose/", True), ("elsewhere", False)])
def test_health_check(server, base, healthy):
    port = str(server.server_address[1])
    environment = os.environ | {"STREAMLIT_SERVER_PORT": port, "STREAMLIT_SERVER_BASE_URL_PATH": base}
    command = [sys.executable, ROOT / "deploy" / "healthcheck.py"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=30)
    assert (done.returncode == 0) == healthy
