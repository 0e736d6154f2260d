"""`fragment`, which the page uses instead of `st.fragment`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

_Args = ParamSpec("_Args")


def fragment(run_every: float | None = None) -> Callable[[Callable[_Args, None]], Callable[_Args, None]]:
    """A decorator like `st.fragment`, which gives the fragment a container of its own.

    When a fragment runs right after the whole page, Streamlit (1.67) drops what the whole run has drawn of that
    fragment and is not sent yet, its place included. The elements after it then move up by one, and the page becomes
    blank at the next element whose index is too high. A container that is not part of the fragment keeps the place.

    Args:
        run_every: seconds between two runs; None to run only when one of its widgets is used.
    """

    def decorate(function: Callable[_Args, None]) -> Callable[_Args, None]:
        run = st.fragment(function, run_every=run_every)

        @wraps(function)
        def in_container(*args: _Args.args, **kwargs: _Args.kwargs) -> None:
            with st.container():
                run(*args, **kwargs)

        return in_container

    return decorate
