"""The HTML that is served before any script runs."""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser
from pathlib import Path

import pytest
import streamlit

from pose_demo.io.images import read_image
from pose_demo.ui.html_head import DESCRIPTION, PICTURES, PREVIEW_SIZE, TITLE, HtmlHead

INDEX = Path(streamlit.__file__).with_name("static") / "index.html"


def _served(path="/", body=None, content_type=b"text/html; charset=utf-8", status=200, **headers):
    """What the middleware answers in front of an app: the app's request headers, the status, the headers, the body."""
    seen, sent = {}, []

    async def app(scope, receive, send):
        seen.update(dict(scope["headers"]))
        chunks = (INDEX.read_bytes() if body is None else body,) if body != b"" else ()
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", content_type)]})
        for chunk in chunks:
            half = len(chunk) // 2
            await send({"type": "http.response.body", "body": chunk[:half], "more_body": True})
            await send({"type": "http.response.body", "body": chunk[half:]})

    async def send(message):
        sent.append(message)

    async def receive():  # the visitor stays
        await asyncio.Event().wait()

    given = {"host": "pose.test", "accept-encoding": "gzip", **headers}
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": b"",
        "server": ("127.0.0.1", 80),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
    }
    asyncio.run(HtmlHead(app)(scope, receive, send))
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return seen, sent[0]["status"], answered, b"".join(message.get("body", b"") for message in sent[1:])


class _Tags(HTMLParser):
    """The properties of the meta tags, the title and the icon."""

    def __init__(self, html):
        super().__init__()
        self.meta, self.icon, self.title, self._in_title = {}, "", "", False
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "meta":
            self.meta[given.get("property") or given.get("name")] = given.get("content")
        if tag == "link" and given.get("rel") == "icon":
            self.icon = given["href"]
        self._in_title = tag == "title"

    def handle_data(self, data):
        if self._in_title:
            self.title, self._in_title = data, False


def test_streamlits_page_gets_title_icon_and_preview():
    seen, status, headers, body = _served()
    tags = _Tags(body.decode())
    assert status == 200 and int(headers["content-length"]) == len(body) and b"accept-encoding" not in seen
    assert tags.title == TITLE and tags.icon == "./icon.png"
    assert tags.meta["og:title"] == TITLE and tags.meta["description"] == tags.meta["og:description"] == DESCRIPTION
    assert tags.meta["og:image"] == "http://pose.test/preview.jpg" and tags.meta["og:url"] == "http://pose.test/"


def test_addresses_are_those_of_the_visitor_behind_a_proxy():
    _, _, _, body = _served("/pose/", x_forwarded_proto="https", x_forwarded_host="demo.test")
    assert _Tags(body.decode()).meta["og:image"] == "https://demo.test/pose/preview.jpg"


def test_a_host_with_html_is_escaped():
    _, _, _, body = _served(host='"><script>alert(1)</script>')
    assert b"<script>alert" not in body and _Tags(body.decode()).meta["og:url"].startswith('http://"><script>')


@pytest.mark.parametrize(
    ("path", "content_type", "status"),
    [
        ("/component/widget/index.html", b"text/html", 200),
        ("/static/js/index.js", b"text/javascript", 200),
        ("/media/report.html", b"text/html", 200),
        ("/component/widget/icon.png", b"text/html", 200),
        ("/_stcore/health", b"text/plain", 200),
        ("/missing", b"text/html", 404),
    ],
)
def test_everything_else_is_passed_on(path, content_type, status):
    _, answered, _, body = _served(path, b"<title>Streamlit</title>", content_type, status)
    assert (answered, body) == (status, b"<title>Streamlit</title>")


@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_are_served_under_any_base_path(name):
    _, status, headers, body = _served(f"/pose/{name}")
    assert status == 200 and headers["content-type"] in ("image/jpeg", "image/png")
    image = read_image(body)
    assert name != "preview.jpg" or image.shape[1::-1] == PREVIEW_SIZE
