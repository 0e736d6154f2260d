"""The background of one stream: the options meet the frames here."""

from __future__ import annotations

from pose_demo.background.matte import matte, steadied
from pose_demo.background.modes import Scenery, compose
from pose_demo.background.options import Background
from pose_demo.background.subtraction import KnnSubtraction
from pose_demo.types import Image, Mask


class Compositor:
    """Replaces the background frame by frame; keeps what has to last from one frame to the next."""

    def __init__(self) -> None:
        self._scenery = Scenery()
        self._before: Mask | None = None
        self._subtraction = KnnSubtraction()
        self._learned: tuple[float, ...] = ()

    def apply(self, image: Image, mask: Mask | None, options: Background, picture: Image | None = None) -> Image:
        """The frame with another background.

        Args:
            image: RGB; it is not changed.
            mask: the model's, uint8 0..255. None means that nobody is there: everything is background, because
                a person who is lost for a moment must not show the room.
            options: what to do.
            picture: the uploaded RGB picture for ``behind="picture"``.

        Returns:
            A new RGB picture; the image itself when the background stays.
        """
        if options.behind == "none":
            return image
        return compose(image, self.matte(image, mask, options), options.behind, options.style(picture), self._scenery)

    def matte(self, image: Image, mask: Mask | None, options: Background) -> Mask:
        """Who is person in this frame: uint8 0..255 of its size. To be called once a frame; `apply` does."""
        raw = self._subtract(image, options) if options.source == "knn" else mask
        now = matte(raw, (image.shape[1], image.shape[0]), options.threshold, options.softness)
        self._before = steadied(now, self._before, options.steadiness)
        return self._before

    def _subtract(self, image: Image, options: Background) -> Mask:
        wanted = options.knn_history, options.knn_threshold, options.knn_dilation
        if wanted != self._learned:
            self._learned, self._subtraction = wanted, KnnSubtraction(*wanted)
        return self._subtraction.mask(image)
