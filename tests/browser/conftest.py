"""Fixtures of the browser tests: two servers on this machine, one Chromium, and one visit per test.

Each test visits the page in five looks: served by Dateline, wide and narrow, light and dark, and served by a static
server on another origin. A visit fails its test if the page violates the policy, raises, logs a complaint to the
console or is wider than the screen; it saves a screenshot of its end in build/screenshots/.
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.servers import ROOT, dateline, static

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PICTURES = ROOT / "build" / "screenshots"


@dataclass(frozen=True)
class Look:
    """A way to visit the page: the origin, the width of the screen (CSS pixels), light or dark."""

    name: str
    width: int
    scheme: str
    elsewhere: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether the filters are collapsed."""
        return self.width < 960


LOOKS = (
    Look("wide", 1280, "light"),
    Look("wide-dark", 1280, "dark"),
    Look("narrow", 360, "light"),
    Look("narrow-dark", 360, "dark"),
    Look("elsewhere", 1280, "light", elsewhere=True),
)


@dataclass
class Visit:
    """One visit to the page; `expected` holds the error statuses that the test provokes."""

    page: Page
    look: Look
    origin: str
    api: str
    complaints: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def open(self, query: str = "", *, path: str = "") -> None:
        """Open the page in a state and wait until it has loaded."""
        api = f"api={self.api}&" if self.look.elsewhere else ""
        self.page.goto(f"{self.origin}/{path}?{api}{query}")
        expect(self.page.locator("body")).not_to_have_attribute("aria-busy", "true")

    def unfold_filters(self) -> None:
        """Expand the filters, which are collapsed on a narrow screen."""
        if self.look.is_narrow:
            self.page.locator("#filters > summary").click()

    @property
    def query(self) -> str:
        """The state in the address, without the `api` parameter."""
        return re.sub(r"^[^?]*\??|api=[^&]*&?", "", self.page.url)

    def hear(self, message: ConsoleMessage) -> None:
        """Record an error or warning of the console, except for an expected status."""
        refused = re.search(r"status of (\d+)", message.text)
        if message.type in {"error", "warning"} and not (refused and int(refused[1]) in self.expected):
            self.complaints.append(message.text)


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the origin of a Dateline that serves the shipped collection."""
    with dateline(tmp_path_factory.mktemp("dateline") / "dateline.db") as origin:
        yield origin


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    """Yield the origin of a static server with the page's files."""
    with static(ROOT / "app" / "page") as origin:
        yield origin


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a Chromium with a temporary profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(params=LOOKS, ids=lambda look: look.name)
def visit(request: pytest.FixtureRequest, browser: Browser, api: str, elsewhere: str) -> Iterator[Visit]:
    """Yield a visit, once per look."""
    look = request.param if isinstance(request.param, Look) else LOOKS[0]
    height = 760 if look.is_narrow else 900
    context = browser.new_context(
        viewport={"width": look.width, "height": height}, color_scheme=look.scheme, has_touch=look.is_narrow
    )
    page = context.new_page()
    watched = Visit(page, look, elsewhere if look.elsewhere else api, api)
    page.on("console", watched.hear)
    page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    yield watched
    _picture(page, request.node.name)
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()
    assert watched.complaints == []
    assert wider <= 0


def _picture(page: Page, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{re.sub(r'[^a-z0-9]+', '-', name).strip('-')}.png", full_page=True)
