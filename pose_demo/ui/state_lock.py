"""One lock for the session state of a page.

Streamlit (1.67) gives every script runner a lock of its own. While a runner that was interrupted comes to its end,
another one already runs the next script: one removes the state of widgets while the other looks through it for
callbacks. The script then fails with "dictionary changed size during iteration", and the visitor's click is lost
(1 of 100 starts of the camera on a busy machine).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState

# By the identity of the state, which allows no further attributes. A lock that another state had before may be shared.
_locks: WeakValueDictionary[int, Any] = WeakValueDictionary()
_guard = threading.Lock()
_create = SafeSessionState.__init__


def share() -> None:
    """Let all script runners of a page share a lock from now on."""
    SafeSessionState.__init__ = _create_with_shared_lock  # type: ignore[method-assign]


def _create_with_shared_lock(self: SafeSessionState, state: SessionState, yield_callback: Callable[[], None]) -> None:
    _create(self, state, yield_callback)
    with _guard:
        lock = _locks.get(id(state)) or threading.RLock()
        _locks[id(state)] = lock
    object.__setattr__(self, "_lock", lock)
