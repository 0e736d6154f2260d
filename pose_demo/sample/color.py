"""RGB colors and their shading."""

from __future__ import annotations

from functools import lru_cache

Color = tuple[int, int, int]  # RGB, 0 to 255

# Brightness of the nested layers of a shaded shape, from the dark edge to the lit center.
_LAYER_BRIGHTNESS = (0.68, 0.82, 0.91, 0.98, 1.03, 1.07, 1.1)


@lru_cache(maxsize=256)
def shading_ramp(color: Color) -> tuple[Color, ...]:
    """Colors of the layers of a shaded shape, from the edge to the center."""
    return tuple(adjust_brightness(color, factor) for factor in _LAYER_BRIGHTNESS)


@lru_cache(maxsize=512)
def adjust_brightness(color: Color, factor: float) -> Color:
    """Darken (factor below 1, with a blue tint as in shadows) or lighten (above 1, towards white) a color."""
    red, green, blue = (min(255, round(c * factor + (255 - c) * max(0.0, factor - 1) * 0.5)) for c in color)
    return red, green, min(255, round(blue + 30 * max(0.0, 1 - factor)))


def multiply(color: Color, factor: float) -> Color:
    """Multiply every channel by ``factor``, clipped to 0 to 255."""
    red, green, blue = (int(min(255, max(0, c * factor))) for c in color)
    return red, green, blue


def mix(first: Color, second: Color, weight: float) -> Color:
    """Interpolate linearly between two colors; ``weight`` 0 is the first, 1 the second."""
    red, green, blue = (round(a * (1 - weight) + b * weight) for a, b in zip(first, second, strict=True))
    return red, green, blue
