"""Two replicas of the page behind nginx with the configuration of ``deploy/``: a visitor stays with one of them."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import Server, Visitor, visiting, wait_for
from ports import free_port

from pose_demo import sample
from pose_demo.io.images import encode_image

SITE = Path(__file__).parents[2] / "deploy" / "nginx.conf"
PORTS = ("8501", "8502", "8080")  # of the two replicas and of nginx, in the file
MAIN = """pid {folder}/pid; error_log {folder}/error.txt; daemon off;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@contextlib.contextmanager
def _nginx(folder: Path, ports: list[int]) -> Iterator[None]:
    """The site of ``deploy/`` on other ports."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if not program:
        pytest.skip("needs nginx: apt-get install nginx-light")
    site = SITE.read_text(encoding="utf-8")
    for old, new in zip(PORTS, ports, strict=True):
        assert f":{old}" in site
        site = site.replace(f":{old}", f":{new}")
    (folder / "site.conf").write_text(site, encoding="utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), encoding="utf-8")
    with subprocess.Popen([program, "-e", folder / "error.txt", "-c", folder / "nginx.conf"]) as process:
        try:
            wait_for(lambda: _listens(ports[-1]), 15, "nginx")
            yield
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _stream_starts(server: Server) -> int:
    return server.log.read_text(errors="replace").count("stream started")


def _streams(visitor: Visitor, replicas: list[Server]) -> Server:
    """Start a stream; returns the replica that has it."""
    before = [_stream_starts(server) for server in replicas]
    visitor.stream(fps=1)
    started = [_stream_starts(server) - count for server, count in zip(replicas, before, strict=True)]
    assert sorted(started) == [0, 1]
    return replicas[started.index(1)]


def _upload_a_photo(visitor: Visitor) -> None:
    """It goes over HTTP, and is refused by a replica that does not have the session of the page."""
    visitor.source("Photo")
    visitor.page.get_by_text("Choose a photo").first.wait_for()
    visitor.idle()  # an upload while the page is drawn is lost
    photo = {"name": "me.png", "mimeType": "image/png", "buffer": encode_image(sample.frame(45).image)}
    visitor.page.locator("[data-testid=stMain] input[type=file]").first.set_input_files(photo)
    visitor.page.get_by_role("button", name="Remove").first.wait_for()
    wait_for(lambda: visitor.figures().get("Persons") == "1", 15, "the person")
    visitor.source("Webcam")


def test_a_visitor_stays_with_a_replica_and_goes_to_the_other_one_when_it_ends(chromium, tmp_path):
    replicas = [Server(tmp_path / f"{number}.txt", base="/pose") for number in range(2)]
    try:
        port = free_port()
        with _nginx(tmp_path, [*(server.port for server in replicas), port]):
            url = f"http://127.0.0.1:{port}/pose/"
            with visiting(chromium, url) as visitor, visiting(chromium, url) as other:
                first = _streams(visitor, replicas)
                visitor.page.reload()
                assert _streams(visitor, replicas) is first
                _upload_a_photo(visitor)
                _streams(other, replicas)
                first.close()
                visitor.page.get_by_text("the server was restarted").wait_for(timeout=60_000)
                assert _streams(visitor, replicas) is not first
                replicas[replicas.index(first)] = Server(tmp_path / "again.txt", port=first.port, base="/pose")
                visitor.page.wait_for_timeout(6000)  # nginx asks a replica again after 5 s
                _upload_a_photo(visitor)
                visitor.stream(fps=1)
                before = visitor.decoded()
                wait_for(lambda: visitor.decoded() > before + 10, 15, "further frames")
            assert not any(server.errors() for server in replicas)
    finally:
        for server in replicas:
            server.close()
