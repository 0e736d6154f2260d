"""The background options of the page, the command line and links."""

from __future__ import annotations

from dataclasses import dataclass

from pose_demo import fields
from pose_demo.background.modes import GRADIENTS, MODES, BackgroundStyle
from pose_demo.types import Image


@dataclass(frozen=True)
class BackgroundOptions:
    """Where the segmentation mask comes from, and what replaces the background."""

    mode: str = fields.choice(
        fields.NONE,
        tuple(MODES),
        "Background",
        "none keeps the image as it is. blur, color, image and gradient replace the background. person-only and "
        "background-only show one of the two, with black in place of the other.",
    )
    mask_source: str = fields.choice(
        "model",
        ("model", "selfie", "knn"),
        "Mask source",
        "model: the pose model's segmentation mask, if it has one, else selfie. selfie: MediaPipe Selfie Segmentation "
        "around each detected person. knn: background subtraction, which marks whatever moves in front "
        "of a static camera; a person who stops moving fades into the background. It compensates changes of exposure; "
        "at the start and after another light or view it hides everything until it knows the background.",
    )
    threshold: float = fields.number(
        0.1,
        0.01,
        0.99,
        "Mask threshold",
        "Lower includes more around the person, both hair and real background; higher cuts closer.",
        step=0.01,
    )
    feather: int = fields.integer(
        4, 0, 20, "Feather", "Width in pixels of the soft edge between person and background; 0 is a hard edge."
    )
    temporal_smoothing: float = fields.number(
        0.0, 0.0, 0.9, "Temporal smoothing", "Reduces flicker at the edge, but the edge lags behind fast motion."
    )
    blur: int = fields.integer(
        16, 4, 80, "Background blur", "Radius of the blur in pixels; larger hides more of the real background.", step=4
    )
    color: str = fields.color("#1e3a5f", "Background color", "The color that replaces the background.")
    gradient: str = fields.choice(
        "dusk",
        tuple(GRADIENTS),
        "Gradient",
        "The color gradient that replaces the background; also used for mode image until one is uploaded.",
    )
    knn_history: int = fields.integer(
        100, 10, 1000, "KNN history", "Frames until something new belongs to the background.", step=10
    )
    knn_threshold: float = fields.number(
        32.0,
        1.0,
        1000.0,
        "KNN threshold",
        "How much a pixel must change to count as foreground; raise it if noise shows.",
        step=1,
    )
    knn_dilation: int = fields.integer(
        40,
        0,
        80,
        "KNN dilation",
        "By how many pixels the mask is dilated to close holes, in a frame 480 pixels high.",
    )

    def style(self, image: Image | None = None) -> BackgroundStyle:
        """The appearance of the background, with the uploaded RGB image if there is one."""
        return BackgroundStyle(self.blur, self.color, self.gradient, image)
