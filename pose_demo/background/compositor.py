"""Background replacement in the frames of one stream."""

from __future__ import annotations

from pose_demo.background.matte import alpha_matte, smooth_over_time
from pose_demo.background.modes import BackgroundCache, compose
from pose_demo.background.options import BackgroundOptions
from pose_demo.background.subtraction import KnnSubtraction
from pose_demo.fields import NONE
from pose_demo.types import Image, Mask


class Compositor:
    """Replaces the background frame by frame, and holds the state that this needs between frames."""

    def __init__(self) -> None:
        self._cache = BackgroundCache()
        self._previous_matte: Mask | None = None
        self._subtraction: KnnSubtraction | None = None
        self._subtraction_options: tuple[float, ...] = ()

    def apply(
        self, image: Image, mask: Mask | None, options: BackgroundOptions, background_image: Image | None = None
    ) -> Image:
        """Replace the background of a frame.

        Args:
            image: RGB; it is not changed.
            mask: the model's segmentation mask, uint8 0..255. None means that no person was detected; the whole frame
                is background then, because losing a person for a few frames must not reveal the real background.
            options: mode and appearance.
            background_image: the uploaded RGB image for ``mode="image"``.

        Returns:
            A new RGB image; for mode "none" the image itself.
        """
        if options.mode == NONE:
            return image
        matte = self.update_matte(image, mask, options)
        return compose(image, matte, options.mode, options.style(background_image), self._cache)

    def update_matte(self, image: Image, mask: Mask | None, options: BackgroundOptions) -> Mask:
        """The alpha matte of a frame: uint8 0..255 of its size. Called once per frame, by `apply`."""
        foreground = self._subtract(image, options) if options.mask_source == "knn" else mask
        matte = alpha_matte(foreground, (image.shape[1], image.shape[0]), options.threshold, options.feather)
        self._previous_matte = smooth_over_time(matte, self._previous_matte, options.temporal_smoothing)
        return self._previous_matte

    def _subtract(self, image: Image, options: BackgroundOptions) -> Mask:
        requested = options.knn_history, options.knn_threshold, options.knn_dilation
        if self._subtraction is None or requested != self._subtraction_options:
            self._subtraction_options, self._subtraction = requested, KnnSubtraction(*requested)
        return self._subtraction.mask(image)
