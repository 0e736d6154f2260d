"""Live human pose estimation on a CPU: models, matching, backgrounds and effects in one pipeline.

The names below are imported when they are first used, so that ``import pose_demo`` loads no model runtime.
"""

from importlib import import_module

__version__ = "0.2.0"

_PUBLIC = {
    "Frame": "types",
    "InputError": "types",
    "Pipeline": "pipeline",
    "Plan": "plan",
    "Pose": "types",
    "Reference": "matching.reference",
    "Result": "pipeline",
    "Settings": "settings",
    "Uploads": "plan",
    "match": "matching.similarity",
    "prepare": "plan",
    "read_image": "io.images",
}

_MODULES = ("explore", "sample")

__all__ = ["__version__", *_PUBLIC, *_MODULES]


def __getattr__(name: str) -> object:
    """Import a public name (PEP 562)."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
