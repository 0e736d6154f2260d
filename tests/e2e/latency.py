"""Measures glass-to-glass latency: from the camera's frame in the browser to the same frame returned by the server."""

from __future__ import annotations

import contextlib
import statistics
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import barcode
from browser import Visitor, visiting
from harness import Harness, start_stream, watch

BLOCKS, BLOCK_SECONDS = 4, 6

# Total milliseconds and number of frames of each stage in the browser.
_STAGES = """async () => {
  const peer = window.peers.find(peer => peer.connectionState === "connected"), stages = {};
  const add = (name, seconds, count) => { stages[name] = [seconds * 1000, count]; };
  for (const it of (await peer.getStats()).values()) {
    if (it.kind !== "video") continue;
    if (it.type === "outbound-rtp") add("browser encodes", it.totalEncodeTime, it.framesEncoded);
    if (it.type === "outbound-rtp") add("waits to be sent", it.totalPacketSendDelay, it.packetsSent);
    if (it.type !== "inbound-rtp") continue;
    add("browser's jitter buffer", it.jitterBufferDelay, it.jitterBufferEmittedCount);
    add("browser decodes", it.totalDecodeTime, it.framesDecoded);
  }
  return stages;
}"""
_BUFFER = """target => {
  for (const peer of window.peers) for (const receiver of peer.getReceivers()) receiver.jitterBufferTarget = target;
}"""


@dataclass(frozen=True)
class Variant:
    """A variant of the stream: frames processed or passed through, and the browser's jitter buffer default or short."""

    title: str
    pass_through: bool = False
    buffer_ms: int | None = None


@dataclass
class Measurements:
    """Delays of a variant, and milliseconds of each stage by block."""

    delays: list[float] = field(default_factory=list)
    stage_ms: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def latency(harness: Harness) -> None:
    """Measure all variants alternately on one connection; the first two seconds of a block are not used."""
    switch = harness.folder / "pass-through"
    switch.unlink(missing_ok=True)
    environment = {"POSE_DEMO_TESTS_PASS_THROUGH": str(switch)}
    with harness.browser(mark=barcode.draw) as browser, harness.server(**environment) as server:
        for model in harness.models or ("blazepose-full",):
            variants = (
                Variant(model),
                Variant("passed through", pass_through=True),
                Variant(f"{model}, jitterBufferTarget 0", buffer_ms=0),
            )
            with visiting(browser, server.url, path=f"/?model={model}&mirror=off") as visitor:
                start_stream(visitor)
                barcode.watch(visitor)
                measured = _alternately(visitor, variants, switch)
                visitor.stop()
            for variant in variants:
                _print(variant, measured[variant])


def _alternately(visitor: Visitor, variants: tuple[Variant, ...], switch: Path) -> dict[Variant, Measurements]:
    measured: dict[Variant, Measurements] = defaultdict(Measurements)
    for _ in range(BLOCKS):
        for variant in variants:
            _apply(visitor, variant, switch)
            visitor.page.wait_for_timeout(2000)
            _block(visitor, measured[variant], variant.pass_through)
    return measured


def _apply(visitor: Visitor, variant: Variant, switch: Path) -> None:
    if variant.pass_through:
        switch.touch()
    else:
        switch.unlink(missing_ok=True)
    visitor.widget.evaluate(_BUFFER, variant.buffer_ms)


def _block(visitor: Visitor, measured: Measurements, pass_through: bool) -> None:
    before = visitor.widget.evaluate(_STAGES)
    barcode.take(visitor)
    (medians,) = watch([visitor], BLOCK_SECONDS)
    measured.delays += barcode.delays(*barcode.take(visitor))
    for name, (total, count) in visitor.widget.evaluate(_STAGES).items():
        with contextlib.suppress(ZeroDivisionError):
            measured.stage_ms[name].append((total - before[name][0]) / (count - before[name][1]))
    for stage, ms in medians.stage_ms.items() if not pass_through else ():
        measured.stage_ms[f"server: {stage.lower()}"].append(ms)


def _print(variant: Variant, measured: Measurements) -> None:
    delays = sorted(measured.delays)
    if len(delays) < 2:
        print(f"{variant.title}: no number was returned")
        return
    p50, p95 = (delays[round(share * (len(delays) - 1))] for share in (0.5, 0.95))
    rate = len(delays) / (BLOCKS * BLOCK_SECONDS)
    print(f"{variant.title}: p50 {p50:.0f}, p95 {p95:.0f}, max {delays[-1]:.0f} ms ({rate:.1f} numbers per second)")
    stages = (f"{name} {statistics.median(ms):.1f}" for name, ms in measured.stage_ms.items())
    print(f"    including, ms per frame: {', '.join(stages)}")
