"""How the parameters of a sweep and their values are displayed."""

from __future__ import annotations

from pose_demo.estimators import MODELS
from pose_demo.explore.spec import MAX_THREADS, THREADS
from pose_demo.fields import Spec
from pose_demo.ui.state import SPECS
from pose_demo.ui.translation import tr
from pose_demo.ui.widgets import translated_name

PARAMETERS: dict[str, Spec] = {
    **SPECS,
    THREADS: Spec(
        "integer", "Threads", "CPU threads of each network; the page chooses them itself.", "", 1, MAX_THREADS, 1
    ),
}


def label(name: str) -> str:
    """The displayed name of a parameter."""
    return tr(PARAMETERS[name].label)


def label_in_text(name: str) -> str:
    """The displayed name of a parameter within a sentence."""
    text = label(name)
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def value_text(value: object) -> str:
    """A value for people."""
    if isinstance(value, bool):
        return tr("on") if value else tr("off")
    if isinstance(value, str):
        return MODELS[value].title if value in MODELS else translated_name(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
