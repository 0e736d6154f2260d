"""Process a clip with two settings, in small portions, so that a page stays responsive and can stop it."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Callable, Generator, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

from pose_demo.estimators import MODELS
from pose_demo.imaging import limit_size
from pose_demo.io.images import encode_jpeg, read_image
from pose_demo.io.reasons import reason
from pose_demo.io.temporary import temporary_file
from pose_demo.messages import message
from pose_demo.metrics.comparison import ComparisonMeter, ComparisonSummary, FrameDisagreement, SideFrame
from pose_demo.offline.sliced import SlicedJob
from pose_demo.pipeline import Pipeline, Result
from pose_demo.plan import Uploads, prepare
from pose_demo.settings import Settings
from pose_demo.types import Frame, Image, InputError

MAX_FRAMES = 3000  # of a comparison: 100 seconds of a video with 30 frames per second
_MAX_SIDE = 960  # pixels of the stored images


@dataclass(frozen=True, eq=False)
class ComparedFrame:
    """One frame, processed with both settings.

    Attributes:
        frame: the input.
        a, b: the results, with the poses and the processing time.
        disagreement: of the poses; see `pose_demo.metrics.agreement.disagreement`.
    """

    frame: Frame
    a: Result
    b: Result
    disagreement: FrameDisagreement


def compare(
    frames: Iterable[Frame],
    a: Settings,
    b: Settings,
    *,
    meter: ComparisonMeter,
    uploads: Uploads | None = None,
    threads: int = 1,
) -> Generator[ComparedFrame]:
    """Process frames with two settings; the models are closed at the end, or when the generator is closed.

    Args:
        frames: in order of time.
        a, b: the settings.
        meter: receives all measures.
        uploads: what the user provides in addition to the settings.
        threads: CPU threads of each network.

    Raises:
        pose_demo.weights.MissingWeights: a model's files are missing.
    """
    with (
        prepare(a, uploads=uploads, threads=threads) as plan_a,
        prepare(b, uploads=uploads, threads=threads) as plan_b,
    ):
        pipelines = Pipeline(), Pipeline()
        for frame in frames:
            result_a, result_b = pipelines[0].process(frame, plan_a), pipelines[1].process(frame, plan_b)
            yield ComparedFrame(frame, result_a, result_b, meter.add(_side(result_a, a), _side(result_b, b)))


def _side(result: Result, settings: Settings) -> SideFrame:
    has_keypoints = MODELS[settings.model].skeleton is not None
    return SideFrame(result.unmirrored_poses if has_keypoints else None, settings.confidence, result.milliseconds)


class _ImageFile:
    """JPEG images in one temporary file, so that the memory does not grow with the clip."""

    def __init__(self) -> None:
        self._file = temporary_file("comparison")
        self._offsets = array("q", [0])

    def append(self, image: Image) -> None:
        data = encode_jpeg(limit_size(image, _MAX_SIDE))
        try:
            self._file.seek(self._offsets[-1])
            self._file.write(data)
            self._file.flush()
        except OSError as error:
            raise InputError(
                message(
                    "the images of the comparison cannot be stored ({reason}); choose a shorter part of the clip",
                    reason=reason(error),
                )
            ) from None
        self._offsets.append(self._offsets[-1] + len(data))

    def __getitem__(self, index: int) -> Image:
        self._file.seek(self._offsets[index])
        return read_image(self._file.read(self._offsets[index + 1] - self._offsets[index]))

    def close(self) -> None:
        self._file.close()


class ComparisonJob(SlicedJob[ComparedFrame]):
    """Compares two settings on the frames of a clip. The images are in a temporary file, which `close` deletes.

    Attributes:
        name: display name of the clip.
        a, b: the settings.
        expected: the expected number of frames; None if unknown.
        timestamps: seconds of each processed frame.
        disagreement: of each frame in % of the torso; None where it is unknown.
    """

    def __init__(
        self,
        open_frames: Callable[[], AbstractContextManager[Iterable[Frame]]],
        name: str,
        a: Settings,
        b: Settings,
        *,
        expected: int | None = None,
        uploads: Uploads | None = None,
        threads: int = 1,
    ) -> None:
        self.name, self.a, self.b = name, a, b
        self.expected = min(expected, MAX_FRAMES) if expected else None
        self.timestamps: list[float] = []
        self.disagreement: list[float | None] = []
        self._swapped = False
        self._meter = ComparisonMeter(MAX_FRAMES)
        self._images = _ImageFile()
        super().__init__(self._process(open_frames, uploads, threads), name)

    def _process(
        self,
        open_frames: Callable[[], AbstractContextManager[Iterable[Frame]]],
        uploads: Uploads | None,
        threads: int,
    ) -> Generator[ComparedFrame]:
        with open_frames() as frames:
            limited = itertools.islice(frames, MAX_FRAMES)
            yield from compare(limited, self.a, self.b, meter=self._meter, uploads=uploads, threads=threads)

    @property
    def frames(self) -> int:
        """Number of processed frames."""
        return len(self.timestamps)

    @property
    def progress(self) -> float | None:
        """Processed fraction in [0, 1]; None if the number of frames is unknown."""
        return min(1.0, self.frames / self.expected) if self.expected else None

    @property
    def is_shortened(self) -> bool:
        """Whether the clip may have more frames than a comparison processes."""
        return self.frames == MAX_FRAMES

    @property
    def summary(self) -> ComparisonSummary | None:
        """The measures over all processed frames; None before the first."""
        summary = self._meter.summary
        return replace(summary, a=summary.b, b=summary.a) if summary and self._swapped else summary

    def swap(self) -> None:
        """Exchange A and B, with all their results."""
        self.a, self.b, self._swapped = self.b, self.a, not self._swapped

    def images(self, index: int) -> tuple[Image, Image, Image]:
        """A frame as read, and the output images of A and of B."""
        with self._lock:
            frame, a, b = (self._images[3 * index + part] for part in range(3))
        return (frame, b, a) if self._swapped else (frame, a, b)

    def _add(self, step: ComparedFrame) -> None:
        for image in (step.frame.image, step.a.image, step.b.image):
            self._images.append(image)
        self.timestamps.append(step.frame.timestamp)
        self.disagreement.append(step.disagreement.total)

    def _delete(self) -> None:
        self._images.close()
