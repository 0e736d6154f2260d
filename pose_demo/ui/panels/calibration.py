"""The result of a calibration: histogram, threshold, errors, and a button to use it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pose_demo.explore.calibration.threshold import Calibration, ErrorRate, LabeledScore, calibrate, evaluate
from pose_demo.messages import message
from pose_demo.types import InputError
from pose_demo.ui import state
from pose_demo.ui.errors import plain
from pose_demo.ui.translation import tr

_POOR = 0.5  # sum of both error rates; 1 is chance
_HELP = message(
    "Of the frames with this label. In brackets: the 95 % confidence interval (Wilson). Frames within half a second "
    "show nearly the same pose, so they count as one independent sample."
)


def show_result(samples: Sequence[LabeledScore], present: float, key: str, *, narrow: bool = False) -> None:
    """Show what separates the labels best.

    Args:
        samples: labeled scores of footage or of the live stream.
        present: the threshold in use.
        key: prefix of the keys of widgets.
        narrow: there is little room.
    """
    from pose_demo.ui.components import score_histogram  # loaded where needed: it takes time and memory

    try:
        best = calibrate(samples)
    except InputError as error:
        st.caption(tr("No threshold yet: {error}", error=plain(tr(error))))
        if any(sample.score is not None for sample in samples):
            score_histogram.show(samples, present, narrow=narrow)
        return
    score_histogram.show(samples, best.threshold, narrow=narrow)
    _unscored(samples)
    if best.false_accepts.rate + best.false_rejects.rate > _POOR:
        text = tr(
            "The scores of match and no match overlap: no threshold separates them. Check the spans, or choose another "
            "rule, reference pose or model."
        )
        st.warning(text, icon=":material/join_inner:")
    _errors(best, tr("Best threshold"))
    if best.threshold == present:
        st.caption(tr("This is the threshold in use."))
        return
    st.caption(_summary(evaluate(samples, present)))
    if st.button(
        tr("Use {threshold:.2f} as threshold", threshold=best.threshold),
        key=f"{key}-use",
        type="primary",
        icon=":material/check:",
        on_click=state.request,
        args=("match.similarity", best.threshold),
        width="stretch",
    ):
        st.rerun()  # the whole page, not only a fragment


def _errors(result: Calibration, title: str) -> None:
    with st.container(horizontal=True):
        st.metric(title, f"{result.threshold:.2f}", width="content")
        st.metric(tr("False accepts"), f"{result.false_accepts.rate:.1%}", help=tr(_HELP), width="content")
        st.metric(tr("False rejects"), f"{result.false_rejects.rate:.1%}", help=tr(_HELP), width="content")
    accepts = tr(
        "False accepts: {errors} of {frames} frames of no match (95 % interval {low:.1%} to {high:.1%})",
        **_figures(result.false_accepts),
    )
    rejects = tr(
        "False rejects: {errors} of {frames} frames of match (95 % interval {low:.1%} to {high:.1%})",
        **_figures(result.false_rejects),
    )
    st.caption(f"{accepts}  \n{rejects}")


def _figures(errors: ErrorRate) -> dict[str, object]:
    low, high = errors.interval
    return {"errors": errors.errors, "frames": errors.frames, "low": low, "high": high}


def _summary(result: Calibration) -> str:
    return tr(
        "In use: {threshold:.2f}, with {accepts:.1%} false accepts and {rejects:.1%} false rejects.",
        threshold=result.threshold,
        accepts=result.false_accepts.rate,
        rejects=result.false_rejects.rate,
    )


def _unscored(samples: Sequence[LabeledScore]) -> None:
    missing = sum(sample.score is None for sample in samples)
    if missing:
        st.caption(
            tr(
                "{count} of {frames} frames have no score, because too little of a person is visible: they count as "
                "below every threshold.",
                count=missing,
                frames=len(samples),
            )
        )
