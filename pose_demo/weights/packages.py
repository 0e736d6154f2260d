"""Read files out of npm and Python packages, through the registries' own clients; no code of a package is run.

``npm pack --ignore-scripts`` and ``pip download --only-binary :all:`` only download: a wheel is a zip that nobody has
to build, whereas for a source distribution pip would run its setup.py. The wheel asked for is one for any platform;
that it was made for another Python does not matter, because nothing of it is imported.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pose_demo.weights.download import Report, SourceFailed
from pose_demo.weights.manifest import Part, Source, Weight

TOTAL_SECONDS = 1800.0
FIRST_BYTES_SECONDS = 15.0  # so long may a client be silent before it has anything
STALL_SECONDS = 90.0
FIRST_BYTES = 100_000  # below that it is the client's own housekeeping
UNPACKED_LIMIT = 1 << 30  # bytes of an archive that are looked through
POLL_SECONDS = 0.1

REASONS = {
    "ENOSPC|No space left": "the disk is full",
    "E404|ETARGET": "the registry does not have it",
    "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET": "the registry cannot be reached",
    "NewConnectionError|ConnectTimeout|Failed to establish|timed out": "the registry cannot be reached",
    "from versions: none": "the registry cannot be reached, or does not have it as a wheel",
    "No matching distribution": "the registry does not have it as a wheel",
}


class Packages:
    """The packages of one run: each is downloaded once, whether it succeeds or not.

    Args:
        folder: where archives may be written; the caller removes it.
        wanted: what the run is after; all that a package has of it is taken out in one pass.
    """

    def __init__(self, folder: Path, wanted: Iterable[Weight]) -> None:
        self._folder = folder
        self._parts: dict[Source, set[Part]] = {}
        for weight in wanted:
            for source in weight.sources:
                self._parts.setdefault(source, set()).update(weight.parts)
        self._results: dict[Source, Path | str] = {}  # the folder of its parts, or why there is none
        self._silent: set[str] = set()  # clients that got nothing at all; waiting for them once is enough

    def read(self, source: Source, parts: tuple[Part, ...], report: Report) -> list[bytes]:
        """The verified content of ``parts``, in their order.

        Raises:
            SourceFailed: the package cannot be had, or is not what was expected.
        """
        if source not in self._results:
            try:
                self._results[source] = self._download(source, report)
            except SourceFailed as failure:
                self._results[source] = str(failure)
        result = self._results[source]
        if isinstance(result, str):
            raise SourceFailed(result)
        missing = [part.path for part in parts if not (result / part.sha256).exists()]
        if missing:
            raise SourceFailed(f"the package has no {', '.join(missing)} of the expected size and SHA-256")
        return [(result / part.sha256).read_bytes() for part in parts]

    def _download(self, source: Source, report: Report) -> Path:
        if source.kind in self._silent:
            raise SourceFailed("the registry cannot be reached (tried a moment ago)")
        _need_space(self._folder, 2 * source.size)
        folder = self._folder / f"package{len(self._results)}"
        (folder / "archive").mkdir(parents=True)
        try:
            _run(client_command(source, folder), folder, source.size or None, report)
            report(source.size, source.size or None, "reading the package")
            return take_parts(_only_file(folder / "archive"), self._parts[source], folder)
        except TimeoutError as error:
            self._silent.add(source.kind)
            raise SourceFailed(str(error)) from error
        finally:
            for used in ("archive", "cache"):
                shutil.rmtree(folder / used, ignore_errors=True)


def _need_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SourceFailed(f"it takes {needed >> 20} MB of disk for a moment, and {folder.parent} has {free >> 20} MB")


def _only_file(folder: Path) -> Path:
    files = list(folder.iterdir())
    if len(files) != 1:
        raise SourceFailed(f"the client left {len(files)} files instead of one archive")
    return files[0]


def client_command(source: Source, folder: Path) -> list[str]:
    """The command that downloads a package into ``folder / "archive"`` and runs nothing of it.

    Raises:
        SourceFailed: the client is not installed.
    """
    if source.kind == "npm":
        npm = shutil.which("npm")
        if npm is None:
            raise SourceFailed("npm is not installed here")
        options = ["--ignore-scripts", "--fetch-retries=1", "--fetch-retry-mintimeout=500", "--loglevel=error"]
        places = [f"--pack-destination={folder / 'archive'}", f"--cache={folder / 'cache'}"]
        return [npm, "pack", source.where, *options, *places]
    wheel = ["--only-binary=:all:", "--python-version=27", "--implementation=py", "--abi=none", "--platform=any"]
    options = ["--no-deps", "--no-cache-dir", "--retries=0", "--timeout=10", "--progress-bar=off", "--no-input"]
    return [*_pip(), "download", source.where, *wheel, *options, f"--dest={folder / 'archive'}"]


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    pip = shutil.which("pip")  # an environment made by uv has none of its own
    if pip is None:
        raise SourceFailed("pip is not installed here")
    return [pip]


def _run(command: list[str], folder: Path, total: int | None, report: Report) -> None:
    """Run a client and report the growth of ``folder``, its only place for files; never leaves it running.

    Raises:
        SourceFailed: the client failed.
        TimeoutError: it got nothing, or no more, for too long.
    """
    environment = os.environ | {"TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _watch(process, folder, total, report)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode:
        raise SourceFailed(_reason(log.read_text(errors="replace")))


def _watch(process: subprocess.Popen[bytes], folder: Path, total: int | None, report: Report) -> None:
    start = grown = time.monotonic()
    size = 0
    while process.poll() is None:
        now, before, size = time.monotonic(), size, _folder_size(folder)
        if size > before:
            grown = now
        if now - grown > (STALL_SECONDS if size > FIRST_BYTES else FIRST_BYTES_SECONDS) or now - start > TOTAL_SECONDS:
            raise TimeoutError(f"nothing more came for {now - grown:.0f} s (after {size / 1e6:.1f} MB)")
        report(min(size, total or size), total, "downloading")  # npm keeps it twice for a moment, hence min
        time.sleep(POLL_SECONDS)


def _folder_size(folder: Path) -> int:
    size = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                size += (Path(root) / name).lstat().st_size
            except FileNotFoundError:  # the client moves its files about meanwhile
                continue
    return size


def _reason(output: str) -> str:
    for pattern, meaning in REASONS.items():
        if re.search(pattern, output):
            return meaning
    lines = [line for line in output.splitlines() if "err" in line.lower()] or output.splitlines()[-1:]
    shown = re.sub(r"//[^/@\s]*@", "//", " ".join(lines))[:300]  # no password of a private registry on the page
    return f"the client said: {shown or 'nothing'}"


def take_parts(archive: Path, parts: Collection[Part], folder: Path) -> Path:
    """Write the files of a .tgz or .whl archive that are among ``parts`` into ``folder``, each named by its SHA-256.

    Nothing is unpacked to a path that an archive names, and a file of the wrong size or content is left out.

    Raises:
        SourceFailed: it is not a readable archive.
    """
    try:
        found = _from_zip(archive, parts) if archive.suffix == ".whl" else _from_tar(archive, parts)
        for part, data in found:
            if hashlib.sha256(data).hexdigest() == part.sha256:
                (folder / part.sha256).write_bytes(data)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, gzip.BadGzipFile) as error:
        raise SourceFailed(f"the archive {archive.name} cannot be read: {error}") from error
    return folder


def _from_tar(archive: Path, parts: Collection[Part]) -> Iterator[tuple[Part, bytes]]:
    wanted = {f"package/{part.path}": part for part in parts}
    with tarfile.open(archive, "r|gz") as tar:  # as a stream: one pass, and it stops at the last part
        for member in tar:
            if tar.offset > UNPACKED_LIMIT:
                raise SourceFailed(f"the archive {archive.name} is larger inside than {UNPACKED_LIMIT >> 20} MB")
            if member.isreg() and member.name in wanted and member.size == wanted[member.name].size:
                content = tar.extractfile(member)
                yield wanted.pop(member.name), content.read() if content else b""
            if not wanted:
                break


def _from_zip(archive: Path, parts: Collection[Part]) -> Iterator[tuple[Part, bytes]]:
    with zipfile.ZipFile(archive) as wheel:
        sizes = {entry.filename: entry.file_size for entry in wheel.infolist()}
        for part in parts:
            if sizes.get(part.path) == part.size:
                with wheel.open(part.path) as content:
                    yield part, content.read(part.size + 1)
