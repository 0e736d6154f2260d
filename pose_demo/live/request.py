"""What the page asks of a live stream, and what may be shown of a frame for which that could not be done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pose_demo.live.placeholder import ENDED, LOADING, NO_MODEL, NOT_PROCESSED
from pose_demo.pipeline import Result
from pose_demo.plan import Plan, Uploads
from pose_demo.settings import Settings
from pose_demo.types import Frame


@dataclass(frozen=True)
class Request:
    """What the page asked for; see `pose_demo.live.stream.LiveStream.request`.

    Attributes:
        refused: no plan could be prepared for it, or for the one before while it is prepared.
        fetching: its model files are being fetched.
    """

    settings: Settings
    uploads: Uploads
    live: bool
    local: bool
    refused: bool = False
    fetching: bool = False


class Companion(Protocol):
    """Processes each frame of a stream as well (see `pose_demo.live.comparison`); it never raises."""

    @property
    def hides(self) -> bool:
        """Whether a frame that it did not process must not be shown."""
        ...

    def __call__(self, frame: Frame, plan: Plan, result: Result | None) -> Result | None:
        """The displayed result, given the stream's plan and its result, None after an error."""
        ...


def usable_plan(plan: Plan | None, request: Request | None) -> Plan | None:
    """The active plan, unless it would show what a request hides that is refused or whose files are being fetched."""
    return None if request and (request.refused or request.fetching) and request.settings.hides else plan


def hides(plan: Plan | None, request: Request | None) -> bool:
    """Whether a frame that cannot be processed must not be shown, because the settings hide something.

    Without any settings it must not be shown either.
    """
    settings = [of.settings for of in (plan, request) if of]
    return not settings or any(given.hides for given in settings)


def reason(plan: Plan | None, request: Request | None, words: Mapping[str, str]) -> str:
    """Why a frame is not processed, for its placeholder; ``words`` has translations."""
    text = _reason(plan, request)
    return words.get(text, text)


def _reason(plan: Plan | None, request: Request | None) -> str:
    if usable_plan(plan, request):
        return NOT_PROCESSED
    if request is None:
        return ENDED
    return NO_MODEL if request.refused else LOADING
