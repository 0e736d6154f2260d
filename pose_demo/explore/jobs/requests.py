"""What a process of its own can compute for a page: a sweep, a tuning, or the errors of one point."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pose_demo.explore.executors import InProcess
from pose_demo.explore.footage.clip import Clip, Span
from pose_demo.explore.jobs.outcome import SweepOutcome, TuneOutcome, read_tune_result
from pose_demo.explore.planning import clip_contexts
from pose_demo.explore.progress import Progress
from pose_demo.explore.replay.inference import inference_for
from pose_demo.explore.replay.inspection import Inspection, inspect
from pose_demo.explore.report.files import write_results, write_tuning
from pose_demo.explore.spec import THREADS, Point, SweepSpec
from pose_demo.explore.store import Store
from pose_demo.explore.sweep import Estimate, Sweep
from pose_demo.explore.timing import frame_ms
from pose_demo.explore.tuning.options import TuneOptions
from pose_demo.explore.tuning.result import TuneResult
from pose_demo.explore.tuning.tune import Tuning
from pose_demo.settings import Settings
from pose_demo.types import InputError

OnProgress = Callable[[Progress], None]
Json = dict[str, Any]


class Stopped(Exception):  # noqa: N818  (raised by ``on_progress`` on request; it is no error)
    """The user stopped the work."""


class Request(Protocol):
    """Work for a process of its own."""

    kind: ClassVar[str]

    def to_dict(self) -> Json:
        """The request as JSON values, without its kind."""
        ...

    def estimate(self, folder: Path) -> Estimate:
        """The size of the work, given what is in the folder."""
        ...

    def run(self, folder: Path, on_progress: OnProgress) -> Json:
        """Do the work, or the part of it until ``on_progress`` raises `Stopped`; returns JSON values for `outcome`."""
        ...

    def outcome(self, folder: Path, values: Json) -> object:
        """What `run` computed, from its return value and the folder."""
        ...


@dataclass(frozen=True)
class SweepRequest:
    """A sweep, and the measures of the present settings beside it.

    Attributes:
        clips: the footage.
        spec: the parameters.
        present: the settings to compare with.
        threads: CPU threads of each network with the present settings.
        reference: the user's own reference pose as JSON; empty without one.
    """

    kind: ClassVar[str] = "sweep"
    clips: tuple[Clip, ...]
    spec: SweepSpec
    present: Settings
    threads: int = 1
    reference: str = ""

    def to_dict(self) -> Json:
        return {
            "clips": [asdict(clip) for clip in self.clips],
            "sweep": dict(self.spec.sweep),
            "fixed": dict(self.spec.fixed),
            "present": self.present.to_dict(),
            "threads": self.threads,
            "reference": self.reference,
        }

    @classmethod
    def from_dict(cls, values: Json) -> SweepRequest:
        """The request of `to_dict`."""
        spec, present = SweepSpec.from_dict(values["sweep"], values["fixed"]), Settings.from_dict(values["present"])
        return cls(_clips(values), spec, present, values["threads"], values["reference"])

    def estimate(self, folder: Path) -> Estimate:
        found = self._sweep(folder).estimate()
        runs, seconds = self._present_cost(folder)
        return replace(found, inference_runs=found.inference_runs + runs, seconds=found.seconds + seconds)

    def run(self, folder: Path, on_progress: OnProgress) -> Json:
        sweep, present = self._sweep(folder), self._present_sweep(folder)
        share = self._present_cost(folder)[1] / max(self.estimate(folder).seconds, 1e-6)
        result, runs = None, 0
        try:
            result = sweep.run(InProcess(), _part(on_progress, 0.0, 1.0 - share))
            runs = present.run(InProcess(), _part(on_progress, 1.0 - share, 1.0)).inference_runs
        except Stopped:
            result = result or sweep.collect()
        write_results(result, folder, present.collect())
        runs += result.inference_runs
        return {"computed": result.computed, "inference_runs": runs, "seconds": result.seconds}

    def outcome(self, folder: Path, values: Json) -> SweepOutcome:
        result = replace(self._sweep(folder).collect(), **values)
        return SweepOutcome(result, self._present_sweep(folder).collect(), folder)

    def _sweep(self, folder: Path) -> Sweep:
        return Sweep(self.spec, self.clips, folder, self.reference)

    def _present_sweep(self, folder: Path) -> Sweep:
        fixed = {**self.present.to_dict(), THREADS: self.threads}
        return Sweep(SweepSpec.from_dict({}, fixed), self.clips, folder, self.reference)

    def _present_cost(self, folder: Path) -> tuple[int, float]:
        """Inference runs and seconds that the present settings require in addition to the sweep."""
        inference = inference_for(self.present, self.threads)
        if any(inference_for(point.settings, point.threads) == inference for point in self.spec.points()):
            return 0, 0.0
        missing = [clip for clip in self.clips if not Store(folder).has_outputs(inference.key(clip))]
        frames = sum(clip.expected_frames for clip in missing)
        return len(missing), frames * frame_ms(self.present, self.threads) / 1000 if missing else 0.0


def _part(on_progress: OnProgress, start: float, end: float) -> OnProgress:
    """Report the progress of a part of the work, from one fraction of it to another."""

    def show(progress: Progress) -> None:
        left, share = progress.seconds_left, max(end - start, 1e-6)
        seconds = (
            None
            if left is None
            else left * (1 - start - share * progress.fraction) / (share * max(1 - progress.fraction, 1e-6))
        )
        on_progress(Progress(min(1.0, start + share * progress.fraction), seconds, progress.message))

    return show


@dataclass(frozen=True)
class TuneRequest:
    """A tuning."""

    kind: ClassVar[str] = "tune"
    clips: tuple[Clip, ...]
    options: TuneOptions

    def to_dict(self) -> Json:
        options = {**asdict(self.options), "present": self.options.present.to_dict()}
        return {"clips": [asdict(clip) for clip in self.clips], "options": options}

    @classmethod
    def from_dict(cls, values: Json) -> TuneRequest:
        """The request of `to_dict`."""
        given = values["options"]
        changed = {"present": Settings.from_dict(given["present"]), "models": tuple(given["models"])}
        return cls(_clips(values), TuneOptions(**{**given, **changed}))

    def estimate(self, folder: Path) -> Estimate:
        return self._tuning(folder).estimate()

    def run(self, folder: Path, on_progress: OnProgress) -> Json:
        tuning = self._tuning(folder)
        try:
            result: TuneResult | None = tuning.run(InProcess(), on_progress)
        except Stopped:
            result = tuning.collect()
        if result is None:
            return {}
        chosen = [result.present, *result.candidates]
        inspections = [self._inspect(folder, candidate.settings).to_dict() for candidate in chosen]
        write_tuning(result, folder, self.clips, self.options.reference)
        return {"result": result.to_dict(), "inspections": inspections}

    def outcome(self, folder: Path, values: Json) -> TuneOutcome | None:
        if not values:
            return None
        inspections = [Inspection.from_dict(each) for each in values["inspections"]]
        return TuneOutcome(read_tune_result(values["result"]), tuple(inspections), folder)

    def _tuning(self, folder: Path) -> Tuning:
        return Tuning(self.clips, folder, self.options)

    def _inspect(self, folder: Path, settings: Settings) -> Inspection:
        (context, *_) = clip_contexts(self.clips, self.options.reference)
        return inspect(context, Store.open(folder), Point({}, settings, self.options.threads))


@dataclass(frozen=True)
class InspectRequest:
    """The errors of one point on one clip."""

    kind: ClassVar[str] = "inspect"
    clip: Clip
    settings: Settings
    threads: int = 1
    reference: str = ""

    def to_dict(self) -> Json:
        return {**asdict(self), "settings": self.settings.to_dict()}

    @classmethod
    def from_dict(cls, values: Json) -> InspectRequest:
        """The request of `to_dict`."""
        settings = Settings.from_dict(values["settings"])
        return cls(_clip(values["clip"]), settings, values["threads"], values["reference"])

    def estimate(self, folder: Path) -> Estimate:
        return Estimate(1, 0, 1.0)

    def run(self, folder: Path, on_progress: OnProgress) -> Json:
        (context,) = clip_contexts([self.clip], self.reference)
        return inspect(context, Store.open(folder), Point({}, self.settings, self.threads)).to_dict()

    def outcome(self, folder: Path, values: Json) -> Inspection:
        return Inspection.from_dict(values)


_REQUESTS: Mapping[str, Callable[[Json], Request]] = {
    "sweep": SweepRequest.from_dict,
    "tune": TuneRequest.from_dict,
    "inspect": InspectRequest.from_dict,
}


@dataclass(frozen=True)
class JobFile:
    """The description of a job.

    Attributes:
        request: the work.
        folder: for what is computed.
        estimate_only: only the size of the work is wanted.
        times: see `pose_demo.explore.timing.known_times`.
    """

    request: Request
    folder: Path
    estimate_only: bool = False
    times: tuple[Json, ...] = ()

    def write(self, path: Path) -> None:
        """Write the file for `read_job`."""
        values = {"folder": str(self.folder), "estimate_only": self.estimate_only, "times": self.times}
        job = {"kind": self.request.kind, **values, **self.request.to_dict()}
        path.write_text(json.dumps(job), encoding="utf-8")


def read_job(path: Path) -> JobFile:
    """Read the file of `JobFile.write`.

    Raises:
        InputError: the file cannot be read, or it is none of `JobFile.write`.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        request = _REQUESTS[values["kind"]](values)
        return JobFile(request, Path(values["folder"]), values["estimate_only"], tuple(values["times"]))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{path}: expected a job of the page as JSON, got {type(error).__name__}: {error}") from None


def _clips(values: Json) -> tuple[Clip, ...]:
    return tuple(map(_clip, values["clips"]))


def _clip(values: Json) -> Clip:
    return Clip(**{**values, "spans": tuple(Span(**span) for span in values["spans"])})
