"""Find the model and the settings that suit given footage: compare, sweep, tune, calibrate.

The names below are imported when they are first used.
"""

from importlib import import_module

_PUBLIC = {
    "Candidate": "tuning.result",
    "Clip": "footage.clip",
    "MEASURES": "replay.measures",
    "Span": "footage.clip",
    "SweepResult": "sweep",
    "SweepSpec": "spec",
    "TuneOptions": "tuning.options",
    "TuneResult": "tuning.result",
    "open_clip": "footage.clip",
    "run_sweep": "api",
    "run_tuning": "api",
    "write_results": "report.files",
}

__all__ = list(_PUBLIC)


def __getattr__(name: str) -> object:
    """Import a public name (PEP 562)."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
