"""Texts of errors and of users, as the page may show them: without paths of the server, and without Markdown."""

from __future__ import annotations

import re

from pose_demo.ui.translation import tr

# An absolute path of POSIX or Windows, but not the path of a URL. Folder names may contain spaces.
_FOLDER = r"[^\s/\\:]+(?: +[^\s/\\:]+)*[/\\]+"
_ABSOLUTE_PATH = re.compile(rf"""(?<![\w./\\])(?!//\w)(?:[A-Za-z]:)?[/\\]+(?:{_FOLDER})*[^\s/\\:'",;()]*""")

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")
_LIST_MARKER = re.compile(r"(?m)^(\s*\d*)([-+=.)])")  # at the start of a line

# Streamlit and GitHub's Markdown replace these in the text that remains, whether it is escaped or not.
_REPLACED = re.compile(r"(?i)(?<=:)(?=[A-Za-z]|[\w+-]+:)|(?=://)|(?<=www)(?=\.)|(?<=@)(?=[\w-]+\.)")
_WORD_JOINER = "\u2060"  # has no width


def visitor_text(error: object) -> str:
    """An error, or its message, as Markdown that shows it as it is, in the visitor's language.

    Paths of the server are replaced by the file's name.
    """
    return plain(without_paths(tr(error)))


def without_paths(text: str) -> str:
    """A text with absolute paths replaced by the names of their files."""
    return _ABSOLUTE_PATH.sub(lambda path: re.split(r"[/\\]+", path[0].rstrip("/\\"))[-1] or path[0], text)


def plain(text: str) -> str:
    """Markdown that shows a text as it is: no image, link, HTML, color, icon or formula in it is rendered.

    Text of a user, such as a file's name, goes through it wherever Streamlit reads Markdown: messages, captions, labels
    of widgets, and progress.
    """
    text = text.encode(errors="replace").decode()  # halves of characters cannot be sent to the browser
    escaped = _LIST_MARKER.sub(r"\1\\\2", _MARKDOWN.sub(r"\\\1", text))
    return _REPLACED.sub(_WORD_JOINER, escaped)
