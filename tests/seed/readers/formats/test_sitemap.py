"""Sitemaps are lists of pages; `archives/sitemap` has files with what they list."""

import io
from pathlib import Path

import pytest

from seed.readers import Overrides, read_paths
from seed.readers.formats import sitemap
from seed.records import Link, ListedPage, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.mutations import context

START = b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">'
PAGE = b"<url><loc>https://g.example/1</loc>%s</url>"


def reasons(content: bytes) -> list[str]:
    """Return why parts of a sitemap are refused."""
    found = sitemap.read(io.BytesIO(content), "a.xml", context())
    return [item.reason for item in found if isinstance(item, Refusal)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'<!DOCTYPE urlset [<!ENTITY a "b">]>' + START + b"</urlset>", "declares a type or entities"),
        (START + b" " * 65_536 + b"<!ENTITY x>", "declares a type or entities"),
        (START + b"<url>" * 30, "nested too deeply"),
        (START + b" " * 1_000_000, "a page of the sitemap has more than 1000000 bytes"),
        (START + b"<url></url>", "loc is ''"),
        (b"<rss><url/></rss>", "the document is 'rss': expected `urlset`"),
    ],
)
def test_what_is_no_sitemap_is_refused(content: bytes, reason: str) -> None:
    assert reason in reasons(content)[0]


def test_a_sitemap_of_a_day_without_news_is_no_mistake(reading: Reading) -> None:
    for content in (START + b"</urlset>", b"<urlset/>"):
        assert reading("a.xml", content) == []  # Neither an article nor a refusal.


def test_an_index_names_a_few_of_its_sitemaps() -> None:
    entries = b"".join(b"<sitemap><loc>https://g.example/%d.xml</loc></sitemap>" % number for number in range(7))
    (reason,) = reasons(b"<sitemapindex>" + entries + b"<sitemap/><other/></sitemapindex>")
    assert "(8)" in reason
    assert reason.endswith("https://g.example/3.xml, https://g.example/4.xml …)")
    assert not reasons(b"<sitemapindex><sitemap><loc>https://g.example/\xe2\x80\xae</loc></sitemap></sitemapindex>")[
        0
    ].endswith(")")


@pytest.mark.parametrize(
    "news",
    [b"<n:publication_date>soon</n:publication_date>", b"<n:publication><n:language>?</n:language></n:publication>"],
)
def test_a_strict_load_refuses_a_page_with_an_invalid_value(tmp_path: Path, news: bytes) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(START + PAGE % (b"<n:news>" + news + b"</n:news>") + b"</urlset>")
    (link,) = read_paths([path], overrides=Overrides())
    assert isinstance(link, Link)
    assert isinstance(next(read_paths([path], overrides=Overrides(strict=True))), Refusal)


def test_what_the_user_sets_wins(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    news = b"<n:news><n:title>Ferry</n:title><n:publication_date>2019-03-04</n:publication_date></n:news>"
    path.write_bytes(START + PAGE % news + b"</urlset>")
    (link,) = read_paths([path], overrides=Overrides(date="2019-03-05", source="Gazette"))
    assert isinstance(link, Link)
    assert isinstance(link.listed, ListedPage)
    assert (link.listed.title, link.listed.source, link.listed.published.on) == ("Ferry", "Gazette", "2019-03-05")


@pytest.mark.parametrize(
    ("name", "source"), [("", "rferl"), ("Radio", "rferl"), ("The New York Times", "The New York Times")]
)
def test_a_known_host_names_the_outlet_unless_the_name_is_known(tmp_path: Path, name: str, source: str) -> None:
    path = tmp_path / "a.xml"
    news = f"<n:news><n:publication><n:name>{name}</n:name></n:publication></n:news>"
    path.write_bytes(START + f"<url><loc>https://www.rferl.org/a/1</loc>{news}</url></urlset>".encode())
    (link,) = read_paths([path], overrides=Overrides())
    assert isinstance(link, Link)
    assert link.listed is not None
    assert link.listed.source == source


def test_a_forced_encoding_counts_for_more_than_the_declared_one(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    content = '<?xml version="1.0" encoding="us-ascii"?><urlset><url><loc>https://g.example/паром</loc></url></urlset>'
    path.write_bytes(content.encode("cp1251"))
    (link,) = read_paths([path], overrides=Overrides(encoding="windows-1251"))
    assert isinstance(link, Link)
    assert link.url == "https://g.example/паром"
