"""Error texts for visitors."""

from __future__ import annotations

import re

# An absolute path of POSIX or Windows, but not the path of a URL. Folder names may contain spaces.
_FOLDER = r"[^\s/\\:]+(?: +[^\s/\\:]+)*[/\\]+"
_ABSOLUTE_PATH = re.compile(rf"""(?<![\w./\\])(?!//\w)(?:[A-Za-z]:)?[/\\]+(?:{_FOLDER})*[^\s/\\:'",;()]*""")


def visitor_text(error_text: str) -> str:
    """The text of an error with absolute paths of the server replaced by the file's name."""
    return _ABSOLUTE_PATH.sub(lambda path: re.split(r"[/\\]+", path[0].rstrip("/\\"))[-1] or path[0], error_text)
