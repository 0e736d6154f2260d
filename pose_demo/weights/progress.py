"""The progress of a download."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of fetching one model file.

    Attributes:
        name: name of the model file in the manifest.
        source: the source being tried.
        done_bytes: bytes received from that source; a package can be larger than the model file.
        total_bytes: None if unknown.
        message: the current step, suitable for visitors of a page.
        reason: why the source failed; for the log and the command line, it may contain paths.
    """

    name: str
    source: str
    done_bytes: int
    total_bytes: int | None
    message: str
    reason: str = ""
