"""Title, icon and preview in the HTML of the page, as it is served: a messenger that shows a link runs no script."""

from __future__ import annotations

from html import escape
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pose_demo.messages import message
from pose_demo.ui import translation

TITLE = message("Pose demo: live pose estimation on a CPU")
DESCRIPTION = message(
    "See your skeleton live: MoveNet, MediaPipe Pose and YOLO on your webcam, without a GPU. Match poses, change the "
    "background, add effects. Nothing is kept unless you ask for it."
)
_PREVIEW_TEXT = message("A dancer with the skeleton that MoveNet Thunder detects")
PREVIEW_SIZE = (1200, 630)  # pixels, which messengers recommend
_PREVIEW, _ICON = "preview.jpg", "icon.png"
PICTURES = {name: Path(__file__).with_name(name) for name in (_PREVIEW, _ICON)}
_OTHERS = ("/component/", "/static/", "/media/", "/_stcore/")  # paths of what is not the page


class HtmlHead:
    """ASGI middleware that serves the pictures, and writes the tags into the HTML."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        is_page = request.method == "GET" and not any(part in request.url.path for part in _OTHERS)
        picture = PICTURES.get(request.url.path.rsplit("/", 1)[-1])
        if is_page and picture:
            await FileResponse(picture)(scope, receive, send)
        elif is_page:
            uncompressed = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
            page = _Page(_address(request), _language(request), send)
            await self.app({**scope, "headers": uncompressed}, receive, page.send)
        else:
            await self.app(scope, receive, send)


class _Page:
    """Holds an HTML response until it is complete, and sends it with the tags; passes others on."""

    def __init__(self, address: str, language: str, send: Send) -> None:
        self._address, self._language, self._send = address, language, send
        self._start: Message | None = None
        self._body = b""

    async def send(self, part: Message) -> None:
        if part["type"] == "http.response.start" and _is_html(part):
            self._start = part
        elif self._start is None:
            await self._send(part)
        else:
            self._body += part.get("body", b"")
            if not part.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        body = with_tags(self._body.decode(), self._address, self._language).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["content-length"] = str(len(body))
        headers.add_vary_header("Accept-Language")
        for name in ("etag", "last-modified"):  # of the file without the tags
            del headers[name]
        await self._send({**start, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _is_html(start: Message) -> bool:
    content_type = Headers(raw=start["headers"]).get("content-type", "")
    return bool(start["status"] == 200 and content_type.startswith("text/html"))


def _address(request: Request) -> str:
    """The address of the page as the visitor's browser knows it, with a slash at its end."""
    headers = request.headers
    scheme = headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    host = headers.get("x-forwarded-host", headers.get("host", "")).split(",")[0].strip()
    return f"{scheme}://{host}{request.url.path.rsplit('/', 1)[0]}/"


def _language(request: Request) -> str:
    """The language of the page: of the URL, else the first that the browser asks for, which its scripts see too."""
    preferred = request.headers.get("accept-language", "").split(",")[0]
    return translation.first_known(request.query_params.get(translation.LANGUAGE), preferred)


def with_tags(html: str, address: str, language: str = "en") -> str:
    """Streamlit's HTML in a language, with the title, the icon and the tags of the Open Graph protocol.

    Source: https://ogp.me
    """
    texts = translation.catalogue(language)
    title, description = TITLE.translated(texts), DESCRIPTION.translated(texts)
    replaced = {
        '<html lang="en">': f'<html lang="{language}">',
        "<title>Streamlit</title>": f"<title>{escape(title)}</title>",
        '<link rel="shortcut icon" href="./favicon.png" />': f'<link rel="icon" href="./{_ICON}" />',
    }
    for old, new in replaced.items():
        html = html.replace(old, new)
    width, height = PREVIEW_SIZE
    properties = {
        "og:type": "website",
        "og:title": title,
        "og:description": description,
        "og:locale": translation.LANGUAGES[language].locale,
        "og:url": address,
        "og:image": address + _PREVIEW,
        "og:image:width": str(width),
        "og:image:height": str(height),
        "og:image:alt": _PREVIEW_TEXT.translated(texts),
    }
    tags = [f'<meta property="{name}" content="{escape(text)}" />' for name, text in properties.items()]
    tags += [
        f'<meta name="description" content="{escape(description)}" />',
        '<meta name="twitter:card" content="summary_large_image" />',
    ]
    return html.replace("</title>", "\n    ".join(["</title>", *tags]), 1)
