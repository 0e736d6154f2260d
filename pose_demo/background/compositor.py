"""Background replacement in the frames of one stream."""

from __future__ import annotations

import numpy as np

from pose_demo.background.matte import alpha_matte, smooth_over_time
from pose_demo.background.modes import BACKGROUND_ONLY, BackgroundCache, compose
from pose_demo.background.options import BackgroundOptions
from pose_demo.background.subtraction import KnnSubtraction
from pose_demo.fields import NONE
from pose_demo.types import Image, Mask

_KEPT_FRAMES = 15  # for which background-only hides a person that the model has lost


class Compositor:
    """Replaces the background frame by frame, and holds the state that this needs between frames."""

    def __init__(self) -> None:
        self._cache = BackgroundCache()
        self._previous_matte: Mask | None = None
        self._subtraction: KnnSubtraction | None = None
        self._subtraction_options: tuple[float, ...] = ()
        self._last_person: Mask | None = None
        self._frames_without_person = 0

    def apply(
        self, image: Image, mask: Mask | None, options: BackgroundOptions, background_image: Image | None = None
    ) -> Image:
        """Replace the background of a frame.

        Args:
            image: RGB; it is not changed.
            mask: the model's segmentation mask, uint8 0..255. None means that no person was detected; the whole frame
                is background then, because losing a person for a few frames must not reveal the real background. In
                mode "background-only" the person of the previous frames stays hidden for a while.
            options: mode and appearance.
            background_image: the uploaded RGB image for ``mode="image"``.

        Returns:
            A new RGB image; for mode "none" the image itself.
        """
        if options.mode == NONE:
            self._subtraction = None
            return image
        matte = self.update_matte(image, mask, options)
        return compose(image, matte, options.mode, options.style(background_image), self._cache)

    def update_matte(self, image: Image, mask: Mask | None, options: BackgroundOptions) -> Mask:
        """The alpha matte of a frame: uint8 0..255 of its size. Called once per frame, by `apply`.

        While background subtraction is uncertain, the mode hides the whole frame.
        """
        if options.mask_source == "knn":
            mask = self._subtract(image, options)
        else:
            self._subtraction = None  # it learns nothing meanwhile, so it starts anew
        matte = alpha_matte(mask, (image.shape[1], image.shape[0]), options.threshold, options.feather)
        if self._subtraction and not self._subtraction.is_certain:
            self._previous_matte = None
            return np.full_like(matte, 255 if options.mode == BACKGROUND_ONLY else 0)
        if options.mode == BACKGROUND_ONLY:
            matte = self._keep_lost_person(matte)
        self._previous_matte = smooth_over_time(matte, self._previous_matte, options.temporal_smoothing)
        return self._previous_matte

    def _keep_lost_person(self, matte: Mask) -> Mask:
        """The last matte with a person, for a while after there is none."""
        if matte.any():
            self._last_person, self._frames_without_person = matte, 0
            return matte
        self._frames_without_person += 1
        last = self._last_person
        is_recent = self._frames_without_person <= _KEPT_FRAMES
        return last if last is not None and last.shape == matte.shape and is_recent else matte

    def _subtract(self, image: Image, options: BackgroundOptions) -> Mask:
        requested = options.knn_history, options.knn_threshold, options.knn_dilation
        if self._subtraction is None or requested != self._subtraction_options:
            self._subtraction_options, self._subtraction = requested, KnnSubtraction(*requested)
        return self._subtraction.mask(image)
