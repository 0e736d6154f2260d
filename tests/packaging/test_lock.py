"""The lock file satisfies requirements.txt everywhere, and the list of licenses is complete."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from pose_demo.weights import WEIGHTS

ROOT = Path(__file__).parents[2]
PLATFORMS = [("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"), ("win32", "AMD64")]


def _entries() -> list[str]:
    """The entries of the lock file, each in one line with its checksums."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def _required() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(text) for line in lines if (text := line.partition("#")[0].strip())]


def _applies(requirement: Requirement, python: str, system: str, machine: str) -> bool:
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    environment |= {"sys_platform": system, "platform_machine": machine, "implementation_name": "cpython"}
    return requirement.marker is None or requirement.marker.evaluate(environment)


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize(("system", "machine"), PLATFORMS)
def test_the_lock_file_satisfies_the_requirements(python, system, machine):
    entries = [Requirement(entry.partition(" --hash")[0]) for entry in _entries()]
    locked = {it.name: str(it.specifier)[2:] for it in entries if _applies(it, python, system, machine)}
    for required in _required():
        if _applies(required, python, system, machine):
            assert required.specifier.contains(locked[required.name]), f"{required}: {locked[required.name]} is locked"
        else:
            assert required.name not in locked


def test_every_entry_is_one_version_with_checksums_and_nothing_else():
    for entry in _entries():
        assert re.fullmatch(r"[a-z0-9-]+==[^\s;]+( +;[^\\]+?)?( +--hash=sha256:[0-9a-f]{64})+ *", entry), entry


def test_every_package_and_model_file_has_a_license():
    listed = dict(
        re.findall(r"^\| `?([\w.-]+)`? \| ([^|]*) ", (ROOT / "docs/licenses.md").read_text("utf-8"), re.MULTILINE)
    )
    names = {entry.partition("==")[0] for entry in _entries()} | {weight.file for weight in WEIGHTS.values()}
    assert names <= listed.keys()
    assert all(listed[name].strip() for name in names)
