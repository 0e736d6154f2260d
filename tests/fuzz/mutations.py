"""Mutated files."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

# Values at which sizes, offsets and counts overflow.
_INTERESTING = [0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]


@st.composite
def mutated(draw: st.DrawFn, seeds: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The name of a valid file, and its bytes after up to eight mutations."""
    name = draw(st.sampled_from(sorted(seeds)))
    data = bytearray(seeds[name])
    for _ in range(draw(st.integers(0, 8))):
        data = _mutate(draw, data)
    return name, bytes(data)


def _mutate(draw: st.DrawFn, data: bytearray) -> bytearray:
    # Headers matter most, and they are at the start or at the end.
    limit = draw(st.sampled_from([64, 512, len(data)]))
    position = draw(st.integers(0, max(0, min(limit, len(data)) - 1)))
    if draw(st.booleans()):
        position = max(0, len(data) - 1 - position)
    length = draw(st.sampled_from([1, 2, 4, 8, 64, 1024]))
    match draw(st.sampled_from(["byte", "bit", "number", "cut", "delete", "repeat", "insert"])):
        case "byte":
            data[position : position + 1] = bytes([draw(st.integers(0, 255))])
        case "bit" if data:
            data[position] ^= 1 << draw(st.integers(0, 7))
        case "number":
            size, order = draw(st.sampled_from([1, 2, 4])), draw(st.sampled_from(["big", "little"]))
            value = draw(st.sampled_from(_INTERESTING)) & (1 << 8 * size) - 1
            data[position : position + size] = value.to_bytes(size, order)
        case "cut":
            del data[position:]
        case "delete":
            del data[position : position + length]
        case "repeat":
            data[position:position] = data[position : position + length] * draw(st.integers(1, 20))
        case "insert":
            data[position:position] = draw(st.binary(max_size=16))
    return data
