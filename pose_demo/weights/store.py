"""Local model files: the models folder, verification by checksum, and status. Never uses the network."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pose_demo.messages import message
from pose_demo.types import UnavailableModel
from pose_demo.weights.manifest import WeightFile, find_weight

PROJECT_ROOT = Path(__file__).resolve().parents[2]  # the checkout, or site-packages when installed


class MissingWeights(UnavailableModel):
    """A model file is missing or unusable.

    Args:
        weight: the manifest entry.
        advice: the full message, for the log and the command line: the reason, paths, and the command that helps.
        reason: why no source provided it, in one line; empty where none was tried.
    """

    def __init__(self, weight: WeightFile, advice: str, reason: str = "") -> None:
        self.weight, self.reason = weight, reason
        super().__init__(
            advice,
            message(
                "The model file {file} is missing. Ask the administrator of this page to install it.", file=weight.file
            ),
        )


@dataclass(frozen=True, slots=True)
class WeightStatus:
    """Whether a model file can be used, and the reason if not."""

    ready: bool
    reason: str


_checksums: dict[tuple[str, int, int], str] = {}  # by path, size and modification time
_fetch_failures: dict[str, str] = {}  # by name in the manifest


def models_dir() -> Path:
    """Folder of the model files; not created here.

    ``POSE_DEMO_MODELS`` if set, else ``models/`` of the checkout, else the user data folder of the platform.
    """
    configured = os.environ.get("POSE_DEMO_MODELS")
    if configured:
        return Path(configured)
    if _is_checkout(PROJECT_ROOT):
        return PROJECT_ROOT / "models"
    from platformdirs import user_data_path  # a checkout does not need it

    return user_data_path("pose_demo", appauthor=False) / "models"


def _is_checkout(folder: Path) -> bool:
    return (folder / "models" / "README.md").is_file() or (folder / "pyproject.toml").is_file()


def path(name: str) -> Path:
    """Return a verified model file. Never downloads; the checksum is cached until the file changes.

    Raises:
        MissingWeights: the file is missing, unreadable or has a wrong checksum.
        InputError: the manifest has no model file of that name.
    """
    weight, current = find_weight(name), status(name)
    if not current.ready:
        command = f"python -m pose_demo models fetch {name}"
        raise MissingWeights(weight, f"the weights {name} cannot be used: {current.reason}. To get them: {command}")
    return models_dir() / weight.file


def status(name: str) -> WeightStatus:
    """Check that a model file exists and has an accepted checksum. Never downloads.

    Raises:
        InputError: the manifest has no model file of that name.
    """
    weight = find_weight(name)
    file = models_dir() / weight.file
    try:
        checksum = _checksum(file)
    except FileNotFoundError:
        return WeightStatus(False, _fetch_failures.get(name) or f"{file} does not exist yet")
    except OSError as error:
        return WeightStatus(False, f"{file} cannot be read ({error.strerror})")
    if checksum not in weight.sha256:
        reason = f"{file} is damaged or another version (its SHA-256 is not in the manifest) and is not used"
        return WeightStatus(False, reason)
    return WeightStatus(True, "ready")


def _checksum(file: Path) -> str:
    entry = file.stat()
    key = str(file), entry.st_size, entry.st_mtime_ns
    if key not in _checksums:
        with file.open("rb") as stream:
            _checksums[key] = hashlib.file_digest(stream, "sha256").hexdigest()
    return _checksums[key]


def fetch_failure(weight: WeightFile, failures: list[tuple[str, str]]) -> MissingWeights:
    """Build the error for a model file that no source provided; ``status`` gives the same reasons from then on.

    Args:
        weight: the manifest entry.
        failures: (source, reason) of every source tried.
    """
    reasons = "; ".join(f"{source}: {reason}" for source, reason in failures)
    _fetch_failures[weight.name] = f"it could not be fetched ({reasons})"
    tried = "".join(f"\n- {source}: {reason}" for source, reason in failures)
    note = f"\n{weight.note}" if weight.note else ""
    text = f"the weights {weight.name} could not be fetched. Tried:{tried}{note}\n{what_to_do([weight])}"
    return MissingWeights(weight, text, _fetch_failures[weight.name])


def what_to_do(missing: Sequence[WeightFile]) -> str:
    """How to get model files that no source provided."""
    names, files = " ".join(weight.name for weight in missing), " and ".join(weight.file for weight in missing)
    return (
        f"What to do: connect to the network and run `python -m pose_demo models fetch {names}` again, or put {files} "
        f"into {models_dir()}, or set POSE_DEMO_MODELS_MIRROR to a folder with such files."
    )
