"""Texts of charts in the visitor's language."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from pose_demo.ui.translation import language, tr

P = ParamSpec("P")
T = TypeVar("T")


def per_language(make: Callable[P, T]) -> Callable[P, T]:
    """Decorates a function that makes a specification: it is called once for its arguments in each language."""

    @lru_cache(maxsize=32)
    def made(_language: str, *args: P.args, **options: P.kwargs) -> T:
        return make(*args, **options)

    @wraps(make)
    def find(*args: P.args, **options: P.kwargs) -> T:
        return made(language(), *args, **options)  # type: ignore[arg-type]  # they are hashable

    return find


def label_expression(names: Iterable[str]) -> str:
    """A Vega expression for the labels of a legend, whose data has English names."""
    words = (f"datum.label == {json.dumps(name)} ? {json.dumps(tr(name))} : " for name in names)
    return f"{''.join(words)}datum.label"
