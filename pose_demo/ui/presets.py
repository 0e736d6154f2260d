"""Presets: named settings for common purposes. A preset sets its own sections of the settings and keeps the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from pose_demo.fields import specs
from pose_demo.settings import Settings

_SPECS = specs(Settings)


def _section(name: str) -> str:
    """The section of a setting, or the group that it belongs to."""
    return _SPECS[name].section or name.split(".")[0]


@dataclass(frozen=True)
class Preset:
    """Settings for a purpose.

    Attributes:
        sections: those that are set, by their titles or the names of groups; their other settings get their defaults.
        changes: settings that differ from their defaults.
    """

    sections: tuple[str, ...]
    changes: dict[str, object] = field(default_factory=dict)

    def applied(self, settings: Settings) -> Settings:
        """The settings with the sections of this preset replaced."""
        kept = {name: value for name, value in settings.to_dict().items() if _section(name) not in self.sections}
        return Settings.from_dict({**kept, **self.changes})


_DRAWN_SKELETON = {"skeleton": True, "keypoints": True}  # the preset before may have hidden it
PRESETS: dict[str, Preset] = {
    "Skeleton": Preset(("match", "dance", "background", "Effects", "Drawing")),
    "Match my pose": Preset(
        ("Model", "match", "dance"), {"model": "movenet-thunder", "match.reference": "star", **_DRAWN_SKELETON}
    ),
    "Office background": Preset(
        ("Model", "background", "Effects", "Drawing"),
        {"model": "blazepose-full", "background.mode": "blur", "skeleton": False, "keypoints": False},
    ),
    "Party": Preset(
        ("Model", "background", "Effects", "Drawing"),
        {
            "model": "blazepose-full",
            "background.mode": "gradient",
            "skeleton": False,
            "keypoints": False,
            "effects": [{"name": "trails"}, {"name": "glasses"}],
        },
    ),
    "Privacy": Preset(("Effects",), {"effects": [{"name": "skeleton-only"}], **_DRAWN_SKELETON}),
    "Dance along": Preset(("match", "dance"), {"dance.reference": "first-steps", **_DRAWN_SKELETON}),
}


def active(settings: Settings) -> str | None:
    """The first preset whose settings these are; None if they are those of none."""
    return next((name for name, preset in PRESETS.items() if preset.applied(settings) == settings), None)
