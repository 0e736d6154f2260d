"""Fuzzing: mutated files and texts through the functions that read what users bring.

An ordinary run tries a few examples of each, always the same; ``make fuzz`` tries thousands, other ones every time. The
environment variable POSE_DEMO_FUZZ is the number of examples of each test.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import guard
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir

_EXAMPLES = int(os.environ.get("POSE_DEMO_FUZZ", "0"))
_COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}

set_hypothesis_home_dir(tempfile.gettempdir())  # nothing is kept in the checkout
_PHASES = (Phase.explicit, Phase.generate)  # a failure is not made smaller, which may take minutes
settings.register_profile("few", max_examples=12, derandomize=True, phases=_PHASES, **_COMMON)
settings.register_profile("many", max_examples=_EXAMPLES or 1, print_blob=True, **_COMMON)
settings.load_profile("many" if _EXAMPLES else "few")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "fuzz" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore"))  # Pillow's, about damaged files


@pytest.fixture(scope="module", autouse=True)
def place(tmp_path_factory) -> Iterator[Path]:
    """The only folder in which files may be written."""
    folder = tmp_path_factory.mktemp("place")
    before, tempfile.tempdir, sys.dont_write_bytecode = tempfile.tempdir, str(folder), True
    guard.allow(folder)
    yield folder
    guard.allow(None)
    tempfile.tempdir = before


def pytest_terminal_summary(terminalreporter) -> None:
    if guard.examples:
        terminalreporter.write_line(f"fuzz: {guard.examples} examples, {guard.refusals} refused with a message")
