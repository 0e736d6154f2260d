"""Accessibility by the rules of axe-core, in the states of the page, in both themes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from browser import Visitor, visiting, wait_for

AXE = Path(__file__).parent / "node_modules/axe-core/axe.min.js"
_SERIOUS = ("serious", "critical")
_RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
  it => ({ rule: it.id, impact: it.impact, nodes: it.nodes.map(node => [node.target.join(" "), node.html]) })
)"""
_REFUSED = (
    "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotAllowedError'); } }"
)


def _live(visitor: Visitor) -> None:
    visitor.stream(fps=1)
    visitor.open_section("Match")
    visitor.page.locator(".pd-verdict", has_text="%").wait_for()


def _refused(visitor: Visitor) -> None:
    visitor.page.evaluate(_REFUSED)
    visitor.start()
    visitor.page.get_by_role("alert").wait_for()


def _sample(visitor: Visitor) -> None:
    wait_for(lambda: visitor.processed_fps() > 1, 30, "the sample")
    visitor.page.locator(".st-key-world summary").click()
    visitor.page.locator(".skeleton canvas").wait_for()
    visitor.open_section("Background")


def _snapshot(visitor: Visitor) -> None:
    wait_for(lambda: visitor.processed_fps() > 1, 30, "the sample")
    visitor.page.get_by_role("button", name="Snapshot", exact=True).click()
    visitor.page.get_by_role("dialog").wait_for()


def _share(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Share", exact=True).click()
    visitor.page.get_by_role("dialog").wait_for()


def _more(visitor: Visitor) -> None:
    for section in ("Drawing", "Save and load"):
        visitor.open_section(section)


def _effects(visitor: Visitor) -> None:
    visitor.open_section("Effects")
    visitor.pick("Trails")


def _wait(visitor: Visitor) -> None:
    visitor.page.wait_for_timeout(1500)


# The address of a page -> the states it goes through.
PAGES: dict[str, dict[str, Callable[[Visitor], None]]] = {
    "": {"idle": _wait, "camera refused": _refused},
    "match.reference=star": {"camera on, matching": _live},
    "source=Sample+dancer&background.mode=blur&background.mask_source=knn&model=blazepose-lite&joint_angles.plot=all": {
        "backgrounds, angles, 3D": _sample,
        "snapshot": _snapshot,
    },
    "source=Photo": {"photo, effects": _effects, "share": _share},
    "source=Video+file": {"video, more": _more},
    "source=Explore": {"explore": _wait},
}


def _found_when_drawn(visitor: Visitor) -> list[object]:
    """The serious violations, once the page is drawn in another theme, which takes seconds on a busy machine."""
    found: list[object] = []
    for _ in range(5):
        visitor.page.wait_for_timeout(1000)
        found = [violation for violation in visitor.page.evaluate(_RUN) if violation["impact"] in _SERIOUS]
        if not found:
            break
    return found


@pytest.fixture(scope="module", autouse=True)
def axe():
    if not AXE.exists():
        pytest.skip("needs axe-core: npm ci in tests/e2e")


@pytest.mark.parametrize("parameters", PAGES)
def test_nothing_serious_is_found(chromium, server, parameters):
    with visiting(chromium, server.url, path=f"/?{parameters}") as visitor:
        visitor.idle()
        visitor.page.add_script_tag(path=AXE)
        for state, reach in PAGES[parameters].items():
            reach(visitor)
            for theme in ("dark", "light"):
                visitor.page.emulate_media(color_scheme=theme)
                assert _found_when_drawn(visitor) == [], f"{state}, {theme}"
