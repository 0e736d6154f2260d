"""Numbers in the fake camera's pictures, and when the browser shows each: at the camera, and come back from the server.

The number is a row of black and white blocks along the picture's top, large enough for any video codec:
white, the bits from the highest to the lowest, their parity, black.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from browser import Visitor

from pose_demo.types import Image

BITS = 9
CELLS = BITS + 3
_SHARE = 1 / 12  # of the picture's height
_CONTRAST = 80  # grey levels between white and black without which there is no barcode

# Notes [time, brightness of each block] whenever one of the two videos presents a frame; both by the page's clock.
_WATCH = f"""async () => {{
  const watch = (video, log) => {{
    const canvas = new OffscreenCanvas({CELLS}, 1), context = canvas.getContext("2d", {{willReadFrequently: true}});
    const look = (now, frame) => {{
      context.drawImage(video, 0, 0, video.videoWidth, video.videoHeight * {_SHARE}, 0, 0, {CELLS}, 1);
      const pixels = context.getImageData(0, 0, {CELLS}, 1).data;
      log.push([frame.presentationTime, ...pixels.filter((_, i) => i % 4 === 1)]);
      video.requestVideoFrameCallback(look);
    }};
    video.requestVideoFrameCallback(look);
  }};
  window.seen = {{camera: [], back: []}};
  const camera = document.createElement("video"), back = document.querySelector("video");
  const peer = window.peers.find(peer => peer.connectionState === "connected");
  camera.srcObject = new MediaStream([peer.getSenders().find(sender => sender.track?.kind === "video").track]);
  camera.muted = true;
  camera.style = "position: fixed; right: 0; bottom: 0; width: 32px";
  document.body.append(camera);
  await camera.play();
  watch(camera, window.seen.camera);
  watch(back, window.seen.back);
}}"""
_TAKE = "() => ({camera: window.seen.camera.splice(0), back: window.seen.back.splice(0)})"

Shown = tuple[float, int]  # milliseconds by the page's clock, number


def draw(picture: Image, number: int) -> None:
    """Write ``number``, below 2 ** BITS, into an RGB picture."""
    height, width = picture.shape[:2]
    bits = [number >> bit & 1 for bit in reversed(range(BITS))]
    for cell, white in enumerate([1, *bits, sum(bits) % 2, 0]):
        left, right = round(cell * width / CELLS), round((cell + 1) * width / CELLS)
        picture[: round(height * _SHARE), left:right] = 255 * white


def number(levels: list[float]) -> int | None:
    """The number behind the brightness of each block; None when they do not fit together."""
    white, black = levels[0], levels[-1]
    if white - black < _CONTRAST:
        return None
    *bits, parity = (int(level > (white + black) / 2) for level in levels[1:-1])
    if sum(bits) % 2 != parity:
        return None
    return int("".join(map(str, bits)), 2)


def watch(visitor: Visitor) -> None:
    """Begin to note what a streaming visitor's browser shows."""
    visitor.widget.evaluate(_WATCH)


def take(visitor: Visitor) -> tuple[list[Shown], list[Shown]]:
    """What camera and returned video showed since the last call."""
    seen = visitor.widget.evaluate(_TAKE)
    return _numbers(seen["camera"]), _numbers(seen["back"])


def _numbers(log: list[list[float]]) -> list[Shown]:
    return [(moment, found) for moment, *levels in log if (found := number(levels)) is not None]


def delays(camera: Iterable[Shown], back: Iterable[Shown]) -> Iterator[float]:
    """Milliseconds from the moment the camera shows a number to the moment it comes back, for each that does."""
    born: dict[int, float] = {}
    for moment, number, returned in sorted([(*shown, False) for shown in camera] + [(*shown, True) for shown in back]):
        if not returned:
            born[number] = moment
        elif number in born:  # a picture that is shown again is not new
            yield moment - born.pop(number)
