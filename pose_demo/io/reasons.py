"""Why a file could not be read or written, in words of the operating system or of FFmpeg."""

from __future__ import annotations

from pose_demo.messages import Message, message

_TRANSLATED: dict[str, Message] = {
    text: text
    for text in (
        message("No such file or directory"),
        message("No usable temporary directory found"),
        message("Permission denied"),
        message("Read-only file system"),
        message("No space left on device"),
        message("Input/output error"),
        message("Invalid data found when processing input"),
        message("End of file"),
    )
}


def reason(error: Exception) -> str:
    """What an error says, without its number and the file's path."""
    text: str = getattr(error, "strerror", None) or str(error)
    text = text.partition(" in [")[0]  # Python lists the folders where it tried to make a temporary file
    return _TRANSLATED.get(text, text)
