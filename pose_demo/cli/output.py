"""Exit codes, messages, JSON and progress bars of the commands."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from tqdm import tqdm  # type: ignore[import-untyped]

from pose_demo.explore.progress import Progress

T = TypeVar("T")
_FRACTION_FORMAT = "{percentage:3.0f}%|{bar}| {elapsed}<{remaining} {desc}"

OK, FOUND_ERROR, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def print_message(text: str) -> None:
    """Print a line on stderr."""
    print(text, file=sys.stderr)


def print_json(value: object) -> None:
    """Print a JSON value on stdout."""
    print(json.dumps(value, allow_nan=False))


def print_metrics(metrics: dict[str, object], *, as_json: bool) -> None:
    """Print metrics as JSON on stdout, or as a line on stderr without those that consist of several values."""
    if as_json:
        print_json(metrics)
    else:
        print_message("  ".join(f"{name}={value}" for name, value in _flat(metrics).items()))


def _flat(metrics: dict[str, object]) -> dict[str, object]:
    """The metrics with those of an inner object as ``outer.inner``; an object of more than metrics is left out."""
    flat: dict[str, object] = {}
    for name, value in metrics.items():
        if not isinstance(value, dict):
            flat[name] = value
        elif not any(isinstance(item, dict | list) for item in value.values()):
            flat |= {f"{name}.{key}": item for key, item in value.items()}
    return flat


class ProgressBar:
    """A progress bar on stderr; close it at the end, or use it as a context manager."""

    def __init__(self, unit: str) -> None:
        self._bar: Any = tqdm(unit=f" {unit}", file=sys.stderr, dynamic_ncols=True)

    def advance(self, total: int | None) -> None:
        """Count one of ``total`` units; None if the total is unknown."""
        self._bar.total = total
        self._bar.update()

    def finish(self) -> None:
        """Show that all is done, even if more or less was expected."""
        self._bar.total = self._bar.n
        self._bar.refresh()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()


class FractionBar:
    """A progress bar on stderr for work of known size; use it as a context manager."""

    def __init__(self) -> None:
        self._bar: Any = tqdm(total=1.0, file=sys.stderr, dynamic_ncols=True, bar_format=_FRACTION_FORMAT)

    def show(self, progress: Progress) -> None:
        """Show the state of a sweep."""
        self._bar.set_description_str(progress.message, refresh=False)
        self._bar.update(max(0.0, progress.fraction - self._bar.n))

    def __enter__(self) -> FractionBar:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()


def run_interruptible(run: Callable[[FractionBar], T], collect: Callable[[], T]) -> tuple[T, bool]:
    """Run with a progress bar; after Ctrl-C return what is done, and True."""
    with FractionBar() as bar:
        try:
            return run(bar), False
        except KeyboardInterrupt:
            return collect(), True
