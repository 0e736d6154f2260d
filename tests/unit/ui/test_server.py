"""What the server does once."""

from __future__ import annotations

import asyncio
import errno
import tempfile
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser

from pose_demo.io import temporary
from pose_demo.ui import server


def _upload(content: bytes) -> bytes:
    """What the web server receives of an uploaded file."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'

    async def stream():
        yield head + content + b"\r\n--x--\r\n"

    async def receive() -> bytes:
        form = await MultiPartParser(Headers({"content-type": "multipart/form-data; boundary=x"}), stream()).parse()
        return await form["file"].read()

    with ThreadPoolExecutor(1) as thread:  # after a browser test this one has an event loop
        return thread.submit(asyncio.run, receive()).result()


@pytest.fixture
def no_place(monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    temporary._locked_folder_in.cache_clear()
    monkeypatch.setattr(tempfile, "mkdtemp", fail)
    monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile.rollover", fail)
    monkeypatch.setattr(MultiPartParser, "spool_max_size", MultiPartParser.spool_max_size)
    yield


def test_uploads_arrive_where_nothing_can_be_stored(no_place):
    photo = b"x" * 3_000_000
    with pytest.raises(OSError, match="Read-only"):
        _upload(photo)
    server._start()
    assert _upload(photo) == photo


def test_elsewhere_uploads_are_received_as_before(monkeypatch):
    before = MultiPartParser.spool_max_size
    server._start()
    assert MultiPartParser.spool_max_size == before
