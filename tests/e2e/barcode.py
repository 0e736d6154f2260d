"""Frame numbers in the images of the fake camera, and when the browser shows them in the camera's and returned video.

A number is a row of black and white blocks at the top of the image, large enough for any video codec: white, the bits
from the highest to the lowest, their parity, black.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from browser import Visitor

from pose_demo.types import Image

BITS = 9
CELLS = BITS + 3
_SHARE = 1 / 12  # of the image height
_CONTRAST = 80  # minimum difference of white and black, in gray levels

# Logs [time, brightness of each block] of each presented frame of both videos, by the clock of the page.
_WATCH = f"""async () => {{
  const watch = (video, log) => {{
    const canvas = new OffscreenCanvas({CELLS}, 1), context = canvas.getContext("2d", {{willReadFrequently: true}});
    const read = (now, frame) => {{
      context.drawImage(video, 0, 0, video.videoWidth, video.videoHeight * {_SHARE}, 0, 0, {CELLS}, 1);
      const pixels = context.getImageData(0, 0, {CELLS}, 1).data;
      log.push([frame.presentationTime, ...pixels.filter((_, i) => i % 4 === 1)]);
      video.requestVideoFrameCallback(read);
    }};
    video.requestVideoFrameCallback(read);
  }};
  window.seen = {{camera: [], returned: []}};
  const camera = document.createElement("video"), returned = document.querySelector("video");
  const peer = window.peers.find(peer => peer.connectionState === "connected");
  camera.srcObject = new MediaStream([peer.getSenders().find(sender => sender.track?.kind === "video").track]);
  camera.muted = true;
  camera.style = "position: fixed; right: 0; bottom: 0; width: 32px";
  document.body.append(camera);
  await camera.play();
  watch(camera, window.seen.camera);
  watch(returned, window.seen.returned);
}}"""
_TAKE = "() => ({camera: window.seen.camera.splice(0), returned: window.seen.returned.splice(0)})"

Shown = tuple[float, int]  # milliseconds by the clock of the page, number


def draw(image: Image, number: int) -> None:
    """Draw ``number``, below 2 ** BITS, into an RGB image."""
    height, width = image.shape[:2]
    bits = [number >> bit & 1 for bit in reversed(range(BITS))]
    for cell, white in enumerate([1, *bits, sum(bits) % 2, 0]):
        left, right = round(cell * width / CELLS), round((cell + 1) * width / CELLS)
        image[: round(height * _SHARE), left:right] = 255 * white


def number(levels: list[float]) -> int | None:
    """The number, from the brightness of each block; None if the parity or contrast is wrong."""
    white, black = levels[0], levels[-1]
    if white - black < _CONTRAST:
        return None
    *bits, parity = (int(level > (white + black) / 2) for level in levels[1:-1])
    if sum(bits) % 2 != parity:
        return None
    return int("".join(map(str, bits)), 2)


def watch(visitor: Visitor) -> None:
    """Start to log the numbers that a streaming visitor's browser shows."""
    visitor.widget.evaluate(_WATCH)


def take(visitor: Visitor) -> tuple[list[Shown], list[Shown]]:
    """The numbers in the camera's and the returned video since the last call."""
    seen = visitor.widget.evaluate(_TAKE)
    return _numbers(seen["camera"]), _numbers(seen["returned"])


def _numbers(log: list[list[float]]) -> list[Shown]:
    return [(time, found) for time, *levels in log if (found := number(levels)) is not None]


def delays(camera: Iterable[Shown], returned: Iterable[Shown]) -> Iterator[float]:
    """Milliseconds from a number in the camera's video to the same number in the returned video."""
    start: dict[int, float] = {}
    events = [(*shown, False) for shown in camera] + [(*shown, True) for shown in returned]
    for time, number, is_returned in sorted(events):
        if not is_returned:
            start[number] = time
        elif number in start:  # only the first presentation counts
            yield time - start.pop(number)
