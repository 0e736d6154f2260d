"""A camera in the browser that shows the drawn dancer, a known time behind the teacher as the returned video shows him.

The position of the teacher is read from the progress bar of the displayed frames.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from browser import SPY, Visitor
from playwright.sync_api import Browser

from pose_demo import sample
from pose_demo.io.images import encode_jpeg
from pose_demo.sample import Choreography

FPS = 15
SIZE = 320, 240

# Times are milliseconds since 1970. Instead of the device, the page gets the stream of a canvas.
SCRIPT = (
    f"const FPS = {FPS};"
    + """
if (window === window.top) {
  const clock = () => performance.timeOrigin + performance.now();
  const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
  [canvas.width, canvas.height] = [320, 240];
  const strip = document.createElement("canvas"), pixels = strip.getContext("2d", { willReadFrequently: true });
  const dance = window.dance = { images: [], seconds: 1, delays: [], seen: [], origin: null, envelope: [] };

  dance.use = async (jpegs, seconds, delays) => {
    const blobs = jpegs.map(async jpeg => (await fetch("data:image/jpeg;base64," + jpeg)).blob());
    const images = await Promise.all(blobs.map(async blob => createImageBitmap(await blob)));
    for (const image of dance.images) image.close();
    Object.assign(dance, { images, seconds, delays });
  };

  setInterval(() => {
    const { images, origin, delays } = dance;
    if (!images.length) return;
    const time = origin === null ? 0 : (clock() - origin) / 1000;
    const late = delays.findLast(([from]) => time >= from)?.[1] ?? 0;
    const index = Math.round(FPS * (time - late));
    context.drawImage(images[Math.max(0, Math.min(images.length - 1, index))], 0, 0);
  }, 1000 / 30);

  navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(30);

  function progress(video) {
    const width = Math.min(video.videoWidth, Math.round(video.videoHeight * 4 / 3));
    [strip.width, strip.height] = [width, 1];
    pixels.drawImage(video, 0, video.videoHeight - 2, width, 1, 0, 0, width, 1);
    const { data } = pixels.getImageData(0, 0, width, 1);
    let last = 0;
    for (let x = 0; x < width; x++) if (data[4 * x + 2] - data[4 * x] > 70) last = x + 1;
    return last / width;
  }

  function displayed(video, time) {
    const at = progress(video);
    if (at < 0.004) {   // the count-in
      if (dance.seen.length > 60) dance.last = dance.seen;
      [dance.seen, dance.origin] = [[], null];
    }
    else if (at < 0.996) {
      dance.seen.push([time, at]);
      const origins = dance.seen.slice(-30).map(([when, share]) => when - 1000 * dance.seconds * share);
      dance.origin = origins.sort((a, b) => a - b)[origins.length >> 1];
    }
  }

  function watch(video) {
    const frame = document.querySelector("iframe[title*='webrtc_streamer']");
    const current = frame?.contentDocument?.querySelector("video");
    if (!current || current.watched) return;
    current.watched = true;
    const base = frame.contentWindow.performance.timeOrigin;
    const next = (now, { expectedDisplayTime }) => {
      displayed(current, base + expectedDisplayTime);
      current.requestVideoFrameCallback(next);
    };
    current.requestVideoFrameCallback(next);
  }
  setInterval(watch, 200);

  // Loudness of the returned sound in blocks of 5 ms.
  const meter = `registerProcessor("meter", class extends AudioWorkletProcessor {
    constructor() { super(); this.sum = this.count = 0; this.blocks = []; }
    process([[samples]]) {
      if (!samples) return true;
      for (let i = 0; i < samples.length; i++) {
        this.sum += samples[i] ** 2;
        if (++this.count < sampleRate / 200) continue;
        this.blocks.push([currentTime + i / sampleRate, Math.sqrt(this.sum / this.count)]);
        this.sum = this.count = 0;
      }
      if (this.blocks.length >= 20) {
        this.port.postMessage([Date.now() - 1000 * currentTime, this.blocks]);
        this.blocks = [];
      }
      return true;
    }
  });`;
  // A later display, as on a network that has become unsteady; milliseconds.
  dance.buffer = target => {
    const peers = document.querySelector("iframe[title*='webrtc_streamer']").contentWindow.peers;
    for (const receiver of peers.at(-1).getReceivers()) receiver.jitterBufferTarget = target;
  };

  dance.listen = async () => {
    const video = document.querySelector("iframe[title*='webrtc_streamer']").contentDocument.querySelector("video");
    const audio = new AudioContext();
    await audio.audioWorklet.addModule(URL.createObjectURL(new Blob([meter], { type: "text/javascript" })));
    const node = new AudioWorkletNode(audio, "meter");
    node.port.onmessage = ({ data: [start, blocks] }) => dance.envelope.push([start, blocks]);
    audio.createMediaStreamSource(video.srcObject).connect(node);
    node.connect(audio.destination);
    return [audio.state, audio.baseLatency, audio.outputLatency, video.muted, video.paused];
  };
}
"""
)


def jpegs(choreography: Choreography, seconds: float) -> list[str]:
    """Pictures of the drawn dancer from count 1 on, in base64."""
    dancer = sample.performances(choreography)
    images = (sample.performance_frame(dancer, index / FPS, size=SIZE).image for index in range(round(seconds * FPS)))
    return [encoded(image) for image in images]


def encoded(image: np.ndarray) -> str:
    """An RGB image as JPEG in base64."""
    return base64.b64encode(encode_jpeg(image, quality=95)).decode()


@dataclass(frozen=True)
class Seen:
    """What was displayed and heard of one take.

    Attributes:
        frames: ``(N, 2)`` milliseconds since 1970, and the share of the passage that the bar showed.
        sound: ``(M, 2)`` milliseconds since 1970, and loudness in blocks of 5 ms.
    """

    frames: np.ndarray
    sound: np.ndarray

    def origin(self, seconds: float) -> float:
        """When the start of the passage was displayed, in milliseconds since 1970."""
        return float(np.median(self.frames[:, 0] - 1000 * seconds * self.frames[:, 1]))

    def sound_lag_ms(self, choreography: Choreography, seconds: float) -> float:
        """Milliseconds by which the sound is later than the picture, by their position in the reference."""
        origin = self.origin(seconds)
        rate = 24_000
        music = choreography.sound(rate)[: round(seconds * rate)]
        wanted = np.sqrt((music[: len(music) // 120 * 120].reshape(-1, 120) ** 2).mean(axis=1))
        times = (self.sound[:, 0] - origin) / 1000
        lags = np.arange(-300, 301, 2.5)
        grid = 0.5 + 0.005 * np.arange(int((seconds - 1) / 0.005))
        reference = np.interp(grid, 0.005 * (np.arange(len(wanted)) + 1), wanted)
        values = [np.corrcoef(reference, np.interp(grid + lag / 1000, times, self.sound[:, 1]))[0, 1] for lag in lags]
        assert max(values) > 0.35, "this is not the music"
        return float(lags[int(np.argmax(values))])


@contextlib.contextmanager
def dancing(browser: Browser, url: str, path: str) -> Iterator[Visitor]:
    """A visitor with this camera."""
    context = browser.new_context(accept_downloads=True)
    context.add_init_script(SPY)
    context.add_init_script(SCRIPT)
    page = context.new_page()
    page.set_default_timeout(15_000)
    try:
        yield Visitor(browser, url, path=path, page=page)
    finally:
        context.close()


def seen(visitor: Visitor) -> Seen:
    """What was displayed and heard since the last count-in."""
    shown = "dance.seen.length > 60 ? dance.seen : dance.last ?? []"
    frames, envelope = visitor.page.evaluate(f"[{shown}, dance.envelope]")
    starts = np.array([start for start, _ in envelope])  # of the clock of the sound, which stops when it has a gap
    near = [float(np.median(starts[max(0, k - 10) : k + 11])) for k in range(len(starts))]
    parts = zip(near, (part for _, part in envelope), strict=True)
    blocks = [(start + 1000 * time, value) for start, part in parts for time, value in part]
    return Seen(np.array(frames, float).reshape(-1, 2), np.array(blocks, float).reshape(-1, 2))


def use(visitor: Visitor, pictures: Sequence[str], seconds: float, delays: Sequence[tuple[float, float]]) -> None:
    """Let the camera show a dance of some ``seconds``.

    Args:
        visitor: has a page with `SCRIPT`.
        pictures: see `jpegs`.
        seconds: length of the passage, for the position of the teacher.
        delays: (from, delay) in seconds: how far behind the teacher, as displayed, from a time of the dance on.
    """
    visitor.page.evaluate("([jpegs, ...rest]) => dance.use(jpegs, ...rest)", [pictures, seconds, [*map(list, delays)]])
