"""What a check reads, and what it returns."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

OK, WARNING, ERROR = "ok", "warning", "error"


@dataclass(frozen=True)
class Finding:
    """The result of a check.

    Attributes:
        level: ``ok``; ``warning``, the page works with a restriction; ``error``, something does not work.
        found: what was found, without secrets.
        advice: what to do; empty when there is nothing to do.
    """

    level: str
    found: str
    advice: str = ""


@dataclass(frozen=True)
class Host:
    """The host as the page sees it.

    Attributes:
        environment: environment variables.
        folder: the folder in which Streamlit is started; it has ``.streamlit``.
        home: the user's folder, which may have ``.streamlit`` too; None without one.
        url: the address that visitors open; empty if unknown.
    """

    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    folder: Path = field(default_factory=Path.cwd)
    home: Path | None = field(default_factory=lambda: _home())
    url: str = ""

    def streamlit_files(self, name: str) -> list[Path]:
        """The files of that name which Streamlit reads; the last one has precedence."""
        folders = [folder for folder in (self.home, self.folder) if folder]
        return [file for folder in folders if (file := folder / ".streamlit" / name).is_file()]


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:  # neither HOME nor an entry for the user
        return None
