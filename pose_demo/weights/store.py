"""The models' files: which there are, where they are, and how they get there.

A file is used only if its SHA-256 is one that ``pose_demo/weights/manifest.json`` accepts, and only ``fetch`` and ``fetch_all``
ever touch the network.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pose_demo.types import InputError
from pose_demo.weights.download import SourceFailed, check, probe
from pose_demo.weights.install import in_english, install, workplace
from pose_demo.weights.manifest import Part, Source, Weight, read_manifest
from pose_demo.weights.packages import Packages
from pose_demo.weights.sources import attempts

__all__ = [
    "WEIGHTS",
    "MissingWeights",
    "Part",
    "Progress",
    "Source",
    "Status",
    "Weight",
    "fetch",
    "fetch_all",
    "models_dir",
    "path",
    "status",
]

REPOSITORY_MODELS = Path(__file__).resolve().parents[2] / "models"
WEIGHTS: dict[str, Weight] = read_manifest(Path(__file__).with_name("manifest.json"))


class MissingWeights(InputError):  # noqa: N818  (a name that reads well in ``except``)
    """A model's file is not there or not usable; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a weight can be used, and if not, why."""

    ready: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the fetching of one weight is.

    Attributes:
        name: the weight's name.
        source: the place being tried.
        done_bytes: of what that place sends; a package can be larger than the file that comes out of it.
        total_bytes: None where it is not known.
        message: what is going on.
    """

    name: str
    source: str
    done_bytes: int
    total_bytes: int | None
    message: str


Listener = Callable[[Progress], None]

_hashes: dict[tuple[str, int, int], str] = {}
_failures: dict[str, str] = {}


def models_dir() -> Path:
    """The folder of the model files: ``POSE_DEMO_MODELS``, or ``models/`` beside the package."""
    return Path(os.environ.get("POSE_DEMO_MODELS") or REPOSITORY_MODELS)


def path(name: str) -> Path:
    """The file of a weight, verified; the check costs nothing after the first time. Never downloads.

    Raises:
        MissingWeights: it is not there or not the right file.
        InputError: there is no weight of that name.
    """
    found = status(name)
    if not found.ready:
        command = f"python -m pose_demo models fetch {name}"
        raise MissingWeights(f"the weights {name} cannot be used: {found.reason}. To get them: {command}")
    return models_dir() / WEIGHTS[name].file


def status(name: str) -> Status:
    """Whether a weight is there and right; cheap, never downloads.

    Raises:
        InputError: there is no weight of that name.
    """
    weight = _known(name)
    file = models_dir() / weight.file
    try:
        digest = _digest(file)
    except FileNotFoundError:
        return Status(False, _failures.get(name) or f"{file} is not there yet")
    except OSError as error:
        return Status(False, f"{file} cannot be read ({error.strerror})")
    if digest not in weight.sha256:
        return Status(
            False, f"{file} is damaged or another version (its SHA-256 is not the manifest's) and is not used"
        )
    return Status(True, "ready")


def fetch(name: str, progress: Listener | None = None) -> Path:
    """Get one weight, if it is not there yet.

    Args:
        name: a key of ``WEIGHTS``.
        progress: called often, from this thread.

    Returns:
        The verified file.

    Raises:
        MissingWeights: every source failed; the message names each and its reason.
        InputError: there is no weight of that name.
    """
    result = fetch_all([name], progress)[name]
    if isinstance(result, MissingWeights):
        raise result
    return result


def fetch_all(names: Iterable[str], progress: Listener | None = None) -> dict[str, Path | MissingWeights]:
    """Get several weights; a package that serves more than one of them is downloaded once.

    Goes on after a failure. While another process fetches into the same folder, this one waits for it.

    Args:
        names: keys of ``WEIGHTS``.
        progress: called often, from this thread.

    Returns:
        For each name its verified file, or the error that says why there is none.

    Raises:
        InputError: there is no weight of one of the names.
    """
    weights = [_known(name) for name in names]
    wanted = [weight for weight in weights if not status(weight.name).ready]
    errors = _fetch_wanted(wanted, progress or (lambda _: None)) if wanted else {}
    return {weight.name: errors.get(weight.name) or models_dir() / weight.file for weight in weights}


def _fetch_wanted(wanted: list[Weight], tell: Listener) -> dict[str, MissingWeights]:
    waiting = Progress(wanted[0].name, "", 0, None, "waiting for another process that is fetching weights")
    errors: dict[str, MissingWeights] = {}
    try:
        with workplace(models_dir(), lambda: tell(waiting)) as temporary:
            _probe(wanted)
            packages = Packages(temporary, wanted)
            for weight in wanted:
                failures = _fetch_one(weight, packages, temporary, tell)
                if not status(weight.name).ready:
                    errors[weight.name] = _failed(weight, failures)
    except OSError as error:  # only of making the folder: what happens inside is caught one weight at a time
        reason = in_english(error, models_dir())
        return {weight.name: _failed(weight, [("nothing", reason)]) for weight in wanted}
    return errors


def _probe(wanted: list[Weight]) -> None:
    probe(source.where for weight in wanted for source in weight.sources if source.kind in ("https", "cdn"))


def _fetch_one(weight: Weight, packages: Packages, temporary: Path, tell: Listener) -> list[tuple[str, str]]:
    """Try the places until one has it; (place, reason) of those that failed."""
    failures: list[tuple[str, str]] = []
    for place, attempt in attempts(weight, packages):
        if status(weight.name).ready:  # now, or because another process fetched it while this one waited
            break

        def report(done: int, total: int | None, message: str, place: str = place) -> None:
            tell(Progress(weight.name, place, done, total, message))

        report(0, None, "trying")
        try:
            data = check(attempt(report), weight.sha256, "the file")
            install(data, models_dir() / weight.file, temporary)
            report(weight.size, weight.size, "ready")
        except (SourceFailed, OSError) as error:
            reason = str(error) if isinstance(error, SourceFailed) else in_english(error, models_dir())
            failures.append((place, reason))
            report(0, None, reason)
    return failures


def _digest(file: Path) -> str:
    entry = file.stat()
    key = str(file), entry.st_size, entry.st_mtime_ns
    if key not in _hashes:
        with file.open("rb") as stream:
            _hashes[key] = hashlib.file_digest(stream, "sha256").hexdigest()
    return _hashes[key]


def _known(name: str) -> Weight:
    if name not in WEIGHTS:
        raise InputError(f"there are no weights called {name!r}; there are: {', '.join(WEIGHTS)}")
    return WEIGHTS[name]


def _failed(weight: Weight, failures: list[tuple[str, str]]) -> MissingWeights:
    _failures[weight.name] = "it could not be fetched (" + "; ".join(f"{a}: {b}" for a, b in failures) + ")"
    tried = "".join(f"\n- {place}: {reason}" for place, reason in failures)
    note = f"\n{weight.note}" if weight.note else ""
    return MissingWeights(
        f"the weights {weight.name} could not be fetched. Tried:{tried}{note}\n"
        f"What to do: connect to the network and run `python -m pose_demo models fetch {weight.name}` again, or put "
        f"the file into {models_dir()} as {weight.file}, or name a folder that has it in POSE_DEMO_MODELS_MIRROR."
    )
