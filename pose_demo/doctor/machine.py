"""Cores, memory and space for temporary files."""

from __future__ import annotations

import shutil
import tempfile

from pose_demo.doctor.finding import ERROR, OK, WARNING, Finding, Host

# Memory in MB: the page with one viewer holds 200 to 300, a photo of 50 megapixels needs 150 more while it is read.
_MEMORY_NEEDED, _MEMORY_WANTED = 512, 1000
# Space in MB: the largest upload has 200, its processed video as much; recordings of several viewers come on top.
_SPACE_NEEDED, _SPACE_WANTED = 50, 1000


def cores(host: Host) -> Finding:
    """Cores within the limit of a container."""
    from pose_demo.live import cpu

    count = cpu.cores()
    if count > 1:
        return Finding(OK, f"{count} cores")
    return Finding(WARNING, "1 core, which carries one or two live viewers at 6 frames per second")


def memory(host: Host) -> Finding:
    """Memory within the limit of a container."""
    from pose_demo.live.memory import limit_mb

    limit = limit_mb()
    if limit is None:
        return Finding(OK, "the system does not tell")
    found = f"{limit:.0f} MB"
    if limit < _MEMORY_NEEDED:
        return Finding(ERROR, found, f"The page with one viewer needs {_MEMORY_NEEDED} MB; give it more.")
    if limit < _MEMORY_WANTED:
        return Finding(WARNING, found, f"Enough for one viewer; {_MEMORY_WANTED} MB are for several.")
    return Finding(OK, found)


def temporary_files(host: Host) -> Finding:
    """Whether uploads can be processed and streams recorded."""
    advice = "Set TMPDIR to a folder that is writable and has space; live streams and photos work without."
    try:
        folder = tempfile.gettempdir()
    except FileNotFoundError:
        return Finding(ERROR, "no folder for temporary files is writable", advice)
    free = shutil.disk_usage(folder).free / 1e6
    found = f"{free:.0f} MB free in {folder}"
    if free < _SPACE_NEEDED:
        return Finding(ERROR, f"{found}: recordings and videos fail", advice)
    if free < _SPACE_WANTED:
        return Finding(WARNING, f"{found}: long recordings and large videos may fail", advice)
    return Finding(OK, found)
