"""Measures glass to glass: from the camera's frame in the browser to the same frame come back from the server."""

from __future__ import annotations

import contextlib
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import barcode
from browser import Visitor, visiting
from harness import Lab, streaming, watch

BLOCKS, BLOCK_SECONDS = 4, 6

# What the browser says of its own share: the totals of a stream, and of how many frames.
_SHARES = """async () => {
  const peer = window.peers.find(peer => peer.connectionState === "connected"), shares = {};
  const add = (name, seconds, count) => { shares[name] = [seconds * 1000, count]; };
  for (const it of (await peer.getStats()).values()) {
    if (it.kind !== "video") continue;
    if (it.type === "outbound-rtp") add("browser encodes", it.totalEncodeTime, it.framesEncoded);
    if (it.type === "outbound-rtp") add("waits to be sent", it.totalPacketSendDelay, it.packetsSent);
    if (it.type !== "inbound-rtp") continue;
    add("browser's jitter buffer", it.jitterBufferDelay, it.jitterBufferEmittedCount);
    add("browser decodes", it.totalDecodeTime, it.framesDecoded);
  }
  return shares;
}"""
_BUFFER = """target => {
  for (const peer of window.peers) for (const receiver of peer.getReceivers()) receiver.jitterBufferTarget = target;
}"""


@dataclass(frozen=True)
class Contender:
    """One way to treat the stream: frames passed through or processed, the browser's buffer as it likes or short."""

    title: str
    passing: bool = False
    buffer_ms: int | None = None


@dataclass
class Measured:
    """What was seen of a contender: delays, and milliseconds of each share, block by block."""

    delays: list[float] = field(default_factory=list)
    shares: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def latency(lab: Lab) -> None:
    """Contenders take turns on the same connection; each block's first moments do not count."""
    passing = lab.folder / "pass-through"
    passing.unlink(missing_ok=True)
    with lab.browser(mark=barcode.draw) as browser, lab.server(POSE_DEMO_TESTS_PASS_THROUGH=str(passing)) as server:
        for model in lab.models or ("blazepose-full",):
            contenders = (
                Contender(model),
                Contender("passed through", passing=True),
                Contender(f"{model}, jitterBufferTarget 0", buffer_ms=0),
            )
            with visiting(browser, server.url, path=f"/?model={model}&mirror=off") as visitor:
                streaming(visitor)
                barcode.watch(visitor)
                measured = _in_turn(visitor, contenders, passing)
                visitor.stop()
            for contender in contenders:
                _say(contender, measured[contender])


def _in_turn(visitor: Visitor, contenders: tuple[Contender, ...], passing: Path) -> dict[Contender, Measured]:
    measured: dict[Contender, Measured] = defaultdict(Measured)
    for _ in range(BLOCKS):
        for contender in contenders:
            _switch(visitor, contender, passing)
            visitor.page.wait_for_timeout(2000)
            _block(visitor, measured[contender], contender.passing)
    return measured


def _switch(visitor: Visitor, contender: Contender, passing: Path) -> None:
    if contender.passing:
        passing.touch()
    else:
        passing.unlink(missing_ok=True)
    visitor.widget.evaluate(_BUFFER, contender.buffer_ms)


def _block(visitor: Visitor, measured: Measured, passing: bool) -> None:
    before = visitor.widget.evaluate(_SHARES)
    barcode.take(visitor)
    (seen,) = watch([visitor], BLOCK_SECONDS)
    measured.delays += barcode.delays(*barcode.take(visitor))
    for name, (total, count) in visitor.widget.evaluate(_SHARES).items():
        with contextlib.suppress(ZeroDivisionError):
            measured.shares[name].append((total - before[name][0]) / (count - before[name][1]))
    for stage, ms in seen.stages.items() if not passing else ():
        measured.shares[f"server's {stage.lower()}"].append(ms)


def _say(contender: Contender, measured: Measured) -> None:
    delays = sorted(measured.delays)
    if len(delays) < 2:
        print(f"{contender.title}: no number came back")
        return
    p50, p95 = (delays[round(share * (len(delays) - 1))] for share in (0.5, 0.95))
    each = len(delays) / (BLOCKS * BLOCK_SECONDS)
    print(f"{contender.title}: p50 {p50:.0f}, p95 {p95:.0f}, worst {delays[-1]:.0f} ms ({each:.1f} numbers a second)")
    shares = (f"{name} {statistics.median(ms):.1f}" for name, ms in measured.shares.items())
    print(f"    of it, ms a frame: {', '.join(shares)}")
