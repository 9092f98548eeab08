"""Every relative link in the documentation leads to a file, and to a heading in it where it names one."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.unmeasured

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "seed").rglob("README.md")])
KINDS = {"tutorial", "how-to", "reference", "explanation", "images"}


def links() -> Iterator[tuple[str, str]]:
    """Yield page and target of every relative link, images included."""
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
            if "://" not in target:
                yield str(page.relative_to(ROOT)), target


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


@cache
def anchors(page: Path) -> frozenset[str]:
    """Return the anchors of the headings of a page, as GitHub forms them."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings)


@pytest.mark.parametrize(("page", "target"), sorted(set(links())))
def test_every_link_leads_to_a_file_and_a_heading(page: str, target: str) -> None:
    path, _, anchor = target.partition("#")
    file = ROOT / page if not path else (ROOT / page).parent / path
    assert file.exists()
    assert not anchor or anchor in anchors(file)


def test_there_are_links() -> None:
    assert len(list(links())) > 80


def test_every_page_has_its_kind() -> None:
    assert {path.name for path in (ROOT / "docs").iterdir() if path.is_dir()} == KINDS
    assert [path.name for path in (ROOT / "docs").iterdir() if path.is_file()] == ["README.md"]


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = {str(page.relative_to(ROOT / "docs")) for page in (ROOT / "docs").rglob("*.md")} - {"README.md"}
    assert set(re.findall(r"^- \[[^]]+\]\(([^)]+)\)", index, re.MULTILINE)) == pages
