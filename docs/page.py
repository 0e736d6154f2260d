"""Take docs/page.png: the page in headless Chromium, with the drawn dancer as its camera.

Run by ``make picture`` with tests/e2e on the path, where no network but the loopback exists.
"""

import sys
import tempfile
from pathlib import Path

from browser import Server, fake_camera, launch, visiting
from playwright.sync_api import sync_playwright

PATH = "/?model=blazepose-full&match.reference=star&background.mode=gradient&effects=glasses(ratio=3)"
VIEWPORT = (1280, 860)
STREAM_MS = 6000

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        camera = fake_camera(Path(folder, "camera.y4m"))
        browser = launch(playwright.chromium, camera)
        server = Server(Path(folder, "log.txt"))
        try:
            with visiting(browser, server.url, viewport=VIEWPORT, path=PATH) as visitor:
                visitor.stream()
                visitor.page.wait_for_timeout(STREAM_MS)
                visitor.page.screenshot(path=sys.argv[1] if len(sys.argv) > 1 else Path(__file__).with_name("page.png"))
        finally:
            server.close()
            browser.close()
