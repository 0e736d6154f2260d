"""Write docs/licenses.md: the licenses of all packages in requirements.lock and of all model files.

They are read from the metadata of the installed packages. Run it with `make licenses` after `make lock`.
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from pose_demo.weights import WEIGHTS

ROOT = Path(__file__).parents[1]
LOCKED = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)
_CLASSIFIER = "License :: OSI Approved :: "
# Packages of other platforms than the one on which the list is written, from their metadata there.
_ELSEWHERE = {"colorama": "BSD-3-Clause"}
_LONG = 60  # characters; a longer text is the license itself
_HEADER = """# Licenses

Written by `docs/licenses.py` (`make licenses`) from the metadata of the packages and from
`pose_demo/weights/manifest.json`. pose_demo itself: Apache-2.0.

Wheels contain libraries with licenses of their own: those of `av` and `pillow-heif` contain codecs under the LGPL and
the GPL (x264, x265, libheif, libde265), that of `opencv-python-headless` FFmpeg under the LGPL. A container image
contains them all; who passes it on follows these licenses.

## Packages

`requirements.lock` names the versions.

| package | license |
|---|---|
"""
_WEIGHTS_HEADER = "\n## Model files\n\n| file | license | page |\n|---|---|---|\n"


def locked_packages() -> list[str]:
    """The names in the lock file, in its order."""
    return list(dict.fromkeys(name for name, _ in LOCKED.findall((ROOT / "requirements.lock").read_text("utf-8"))))


def license_of(name: str) -> str:
    """The license of an installed package, as an SPDX expression where it has one.

    Raises:
        metadata.PackageNotFoundError: it is not installed, and not one of another platform.
        ValueError: its metadata names no license.
    """
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    values = metadata.metadata(name)
    if expression := values.get("License-Expression"):
        return expression
    text = (values.get("License") or "").strip()
    if text and len(text) < _LONG and "\n" not in text:
        return text
    classifiers = [it.removeprefix(_CLASSIFIER) for it in values.get_all("Classifier", []) if it.startswith("License")]
    if not classifiers:
        raise ValueError(f"the metadata of {name} names no license; look it up and add it to {__file__}")
    return ", ".join(classifiers)


def page() -> str:
    """The text of docs/licenses.md."""
    packages = (f"| {name} | {license_of(name)} |\n" for name in locked_packages())
    files = (f"| `{weight.file}` | {weight.license} | {weight.page} |\n" for weight in WEIGHTS.values())
    return _HEADER + "".join(packages) + _WEIGHTS_HEADER + "".join(files)


if __name__ == "__main__":
    (ROOT / "docs" / "licenses.md").write_text(page(), "utf-8")
