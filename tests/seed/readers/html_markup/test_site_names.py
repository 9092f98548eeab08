"""The name of a site as its pages print it, and headlines next to it."""

import pytest

from tests.seed.readers.built_pages import TEXT, data, meta
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

HOST = '<link rel="canonical" href="https://www.isle-post.example/1">'
OTHER_HOST = '<link rel="canonical" href="https://news.x1.example/1">'
LOGO = '<div class="logo"><a href="/"><img alt="Isle Post logo" src="a.png"></a></div>'
NOTICE = "<footer>Copyright © 1999-2022 Isle Post. All rights reserved.</footer>"
H1 = "<h1>Ferry sails</h1>"


def bare_page(head: str, body: str) -> str:
    """Return a page without the meta tags that name a site."""
    return f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{head}</head><body>{body}{TEXT}</body></html>"


@pytest.mark.parametrize(
    ("head", "body", "source", "place"),
    [
        # Two places agree.
        (f"<title>Ferry sails | Isle Post</title>{HOST}", H1, "Isle Post", "title and host"),
        (f"<title>Isle Post: Ferry sails</title>{HOST}", H1, "Isle Post", "title and host"),
        (f"<title>Ferry sails - Isle Post, the weekly</title>{HOST}", H1, "Isle Post", "title and host"),
        (f"<title>Ferry sails_Sea_Isle Post</title>{OTHER_HOST}", LOGO + H1, "Isle Post", "title and logo"),
        (
            f"<title>Ferry sails_Sea_Isle Post</title>{OTHER_HOST}",
            H1 + NOTICE,
            "Isle Post",
            "title and notice of copyright",
        ),
        (f"<title>Ferry sails</title>{HOST}", H1 + NOTICE, "Isle Post", "notice of copyright and host"),
        (
            f"<title>Ferry sails</title>{HOST}",
            f"<a class='brand' href='/'>Isle Post</a>{H1}",
            "Isle Post",
            "logo and host",
        ),
        (
            "<title>Ferry sails</title>",
            f"<a rel='home' href='x'>Isle Post</a>{H1}{NOTICE}",
            "Isle Post",
            "logo and notice of copyright",
        ),
        (
            "<title>Ferry sails - Isle Post</title>" + meta("rights", "Isle Post - all rights reserved"),
            H1,
            "Isle Post",
            "title and notice of copyright",
        ),
        (
            '<title>Ferry sails | Isle Post</title><link rel="canonical" href="https://islepost.blogspot.com/1">',
            H1,
            "Isle Post",
            "title and host",
        ),
        (
            '<title>Ferry sails | Isle Post</title><link rel="canonical" href="https://www.islepost.co.uk/1">',
            H1,
            "Isle Post",
            "title and host",
        ),
        # A name wins over the address in the place of one.
        (
            f"<title>Ferry sails</title>{meta('og:site_name', 'https://www.isle-post.example')}{HOST}",
            H1 + NOTICE,
            "Isle Post",
            "notice of copyright and host",
        ),
        (meta("SiteName", "Isle Post") + f"<title>Ferry sails</title>{HOST}", H1, "Isle Post", "meta sitename"),
        # Only one place.
        (f"<title>Ferry sails | Sea</title>{HOST}", H1, "isle-post.example", "the host of url"),
        (
            f"<title>Ferry sails</title>{HOST}",
            H1 + NOTICE.replace("Isle Post", "Moor Media"),
            "isle-post.example",
            "the host of url",
        ),
        ("<title>Ferry sails | Sea</title>", H1, "Sea", "title, next to the heading"),
        (
            '<title>Ferry sails | Sea</title><link rel="canonical" href="https://новости.example/1">',
            H1,
            "Sea",
            "title, next to the heading",
        ),
        ("<title>Ferry sails</title>", H1 + NOTICE, "Isle Post", "notice of copyright"),
        (
            "<title>Ferry sails</title>",
            H1 + "<footer>© La Voce di Montaspro 2019</footer>",
            "La Voce di Montaspro",
            "notice of copyright",
        ),
        (
            "<title>Ferry sails</title>",
            H1 + "<footer>© 2019-20, 江河网 版权所有</footer>",
            "江河网",
            "notice of copyright",
        ),
    ],
)
def test_the_source_of_a_page(reading: Reading, head: str, body: str, source: str, place: str) -> None:
    article = only_article(reading("a.html", bare_page(head, body)))
    assert (article.source, article.provenance["source"], article.title) == (source, place, "Ferry sails")


@pytest.mark.parametrize("line", ["© 2019", "© All rights reserved", "Copyright law", "© 2019 A" + "b" * 300])
def test_a_notice_that_names_nobody(reading: Reading, line: str) -> None:
    page = bare_page("<title>Ferry sails</title>", f"{H1}<footer>{line}</footer>")
    assert only_reason(reading("a.html", page)).startswith("source is None")


@pytest.mark.parametrize(
    ("head", "body", "title", "place"),
    [
        (
            "<title>Isle Post - Ferry sails</title>",
            "<h2>Ferry sails</h2><h2>Post</h2>",
            "Ferry sails",
            "the heading that the title repeats",
        ),
        (
            "<title>Ferry sails_Sea_Isle Post</title>",
            "<p class='tit-title'>Ferry sails</p>",
            "Ferry sails",
            "the heading that the title repeats",
        ),
        # A headline for search or social media, and the one that the page shows.
        (
            f"<title>Ferry sails - Isle Post</title>{meta('og:title', 'Nine days without coffee')}",
            H1,
            "Ferry sails",
            "h1",
        ),
        (
            meta("og:title", "Ferry sails") + data({"@type": "Article", "headline": "No coffee"}),
            H1,
            "Ferry sails",
            "h1",
        ),
        (f"<title>No coffee - Isle Post</title>{meta('og:title', 'No coffee')}", H1, "No coffee", "meta og:title"),
        (
            f"<title>Post - The long name of a daily</title>{meta('og:title', 'No coffee')}",
            "<h1>Post</h1>",
            "No coffee",
            "meta og:title",
        ),
    ],
)
def test_the_title_of_a_page(reading: Reading, head: str, body: str, title: str, place: str) -> None:
    article = only_article(reading("a.html", bare_page(head, LOGO + body), source="Isle Post"))
    assert (article.title, article.provenance["title"]) == (title, place)
