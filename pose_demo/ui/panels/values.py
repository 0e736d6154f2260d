"""Values of settings in words, for lists of differences."""

from __future__ import annotations

from pose_demo.estimators import MODELS
from pose_demo.fields import NONE, Spec, Value
from pose_demo.ui.translation import tr


def text(spec: Spec, value: Value) -> str:
    """The value of an option in the visitor's language."""
    if isinstance(value, bool):
        return tr("on") if value else tr("off")
    if spec.kind == "choices" and isinstance(value, tuple):
        return ",".join(map(tr, value)) or tr(NONE)
    written = spec.to_text(value)
    return MODELS[written].title if written in MODELS else tr(written or NONE)
