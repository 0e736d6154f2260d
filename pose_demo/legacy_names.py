"""Names that settings had in earlier versions, so that old links, settings files and commands still work."""

from __future__ import annotations

from collections.abc import Mapping

# Old name -> current name.
SETTINGS: dict[str, str] = {
    "box_overlap": "nms_iou_threshold",
    "names": "keypoint_names",
    "readout": "show_fps",
    "hold.on": "frame_rate.adapt",
    "hold.fps": "frame_rate.target",
    "hold.lighter": "frame_rate.lighter_model",
    "smooth.cutoff": "smooth.min_cutoff",
    "smooth.watch": "smooth.plot",
    "background.behind": "background.mode",
    "background.source": "background.mask_source",
    "background.softness": "background.feather",
    "background.steadiness": "background.temporal_smoothing",
    "background.colour": "background.color",
}
EFFECTS: dict[str, str] = {"colours": "color-space"}

# (Current name of the effect, old name of its option) -> current name of the option.
EFFECT_OPTIONS: dict[tuple[str, str], str] = {
    ("skeleton-only", "colour"): "color",
    ("pixelate", "nobody"): "no_detection",
    ("trails", "joints"): "keypoints",
    ("side-by-side", "place"): "position",
}

# (Current name, old value) -> current value; options of effects as effect.option.
VALUES: dict[tuple[str, object], str] = {
    ("detector", "off"): "none",
    ("smooth.plot", "off"): "none",
    ("background.mode", "colour"): "color",
    ("background.mode", "picture"): "image",
    ("color-space.space", "grey"): "gray",
}


def setting_name(name: str) -> str:
    """The current name of a setting; unknown names are returned unchanged."""
    return SETTINGS.get(name, name)


def effect_name(name: str) -> str:
    """The current name of an effect; unknown names are returned unchanged."""
    return EFFECTS.get(name, name)


def translate_settings(given: Mapping[str, object]) -> dict[str, object]:
    """Settings under their current names, with current values; a setting given under both names keeps the current."""
    renamed = {setting_name(name): value for name, value in given.items() if name in SETTINGS}
    current = renamed | {name: value for name, value in given.items() if name not in SETTINGS}
    return {name: _current_value(name, value) for name, value in current.items()}


def translate_effect(effect: str, options: Mapping[str, object]) -> dict[str, object]:
    """The options of an effect (under its current name) under their current names, with current values."""
    renamed = {EFFECT_OPTIONS.get((effect, option), option): value for option, value in options.items()}
    return {option: _current_value(f"{effect}.{option}", value) for option, value in renamed.items()}


def _current_value(name: str, value: object) -> object:
    return VALUES.get((name, value), value) if isinstance(value, str) else value
