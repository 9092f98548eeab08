"""A saved page belongs to the outlet from which it was saved, and the day of saving is no date."""

import pytest

from seed.readers.html_markup.captures import is_archive, original_url
from tests.seed.readers.built_pages import TEXT
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

URL = "https://harbour.example/news/ferry"

URLS: list[tuple[str, str | None]] = [
    (URL, URL),
    (f"https://web.archive.org/web/20151012093000/{URL}", URL),
    (f"https://web.archive.org/web/20151012093000id_/{URL}?a=1#b", f"{URL}?a=1#b"),
    (f"http://web.archive.org/web/20151012093000*/{URL}", URL),
    (f"https://web.archive.org/web/2015/{URL}", URL),
    (f"https://web.archive.org/web/{URL}", URL),
    (f"/web/20151012093000im_/{URL}", URL),
    ("https://web.archive.org/web/20151012093000/http:/harbour.example/news", "http://harbour.example/news"),
    ("https://web.archive.org/web/20151012093000/www.harbour.example/news", "http://www.harbour.example/news"),
    (f"https://archive.ph/2019.03.04-181500/{URL}", URL),
    (f"https://archive.today/20190304181500/{URL}", URL),
    (f"https://archive.is/newest/{URL}", URL),
    (f"https://archive.ph/o/AbC12/{URL}", URL),
    (f"https://archive.ph/2019.03.04-181500/https://web.archive.org/web/2015/{URL}", URL),
    (f"https://webarchive.nationalarchives.gov.uk/ukgwa/20190304181500/{URL}", URL),
    (f"https://arquivo.pt/wayback/20190304181500mp_/{URL}", URL),
    (f"https://wayback.archive-it.org/1234/20190304181500/{URL}", URL),
    (f"https://replay.example/my-collection/20190304181500mp_/{URL}", URL),
    (f"https://archivebox.example/archive/1551723300.123/{URL}", URL),
    (f"https://webcache.googleusercontent.com/search?q=cache:AbCdEf123456:{URL}+ferry&hl=en", URL),
    ("http://webcache.googleusercontent.com/search?q=cache:harbour.example/news", "http://harbour.example/news"),
    ("https://webcache.googleusercontent.com/search?q=ferry", None),
    ("https://web.archive.org/web/2019/" * 5 + URL, None),
    ("https://archive.ph/AbC12", None),
    ("https://web.archive.org/", None),
    ("http://[bad", "http://[bad"),
    (f"https://share.example/?u={URL}", f"https://share.example/?u={URL}"),
    ("https://harbour.example/2015/10/12/ferry", "https://harbour.example/2015/10/12/ferry"),
]


@pytest.mark.parametrize(("url", "original"), URLS)
def test_the_url_of_an_archived_copy_holds_that_of_the_page(url: str, original: str | None) -> None:
    assert original_url(url) == original


@pytest.mark.parametrize("name", ["archive.ph", "web.archive.org", "Internet Archive", "Wayback Machine"])
def test_archives_publish_nothing(name: str) -> None:
    assert is_archive(name)
    assert not is_archive("The National Archive Gazette")


def comment(text: str) -> str:
    """Return a page below a comment."""
    return (
        f"<!DOCTYPE html><!-- {text} --><html><head><title>Ferry</title></head><body><h1>Ferry</h1>{TEXT}</body></html>"
    )


def with_head(head: str, body: str = "") -> str:
    """Return a page with this head and what an archive puts above it."""
    return f"<html><head><title>Ferry</title>{head}</head><body>{body}<div><h1>Ferry</h1>{TEXT}</div></body></html>"


SAVED_DAY = "Mon Mar 04 2019 19:12:36 GMT-0800 (Pacific Standard Time)"
TIME = '<time datetime="2019-03-04T18:15:00Z" itemprop="pubdate">4 Mar 2019 18:15:00 UTC</time>'

SAVED = {
    "saved from url": comment(f"saved from url=(0034){URL}"),
    "singlefile": comment(f"\n Page saved with SingleFile \n url: {URL} \n saved date: {SAVED_DAY}\n"),
    "singlefile, in one line": comment(f"Archive processed by SingleFile url: {URL} saved date: {SAVED_DAY}"),
    "singlefile, in the root": f"<html><!--\n Page saved with SingleFile \n url: {URL} \n-->{with_head('')[6:]}",
    "monolith": comment(f"Saved from {URL} at 2019-03-04T18:15:00Z using monolith v2.7.0"),
    "a comment above": comment(f"This page was archived on 2019-03-04 from {URL}"),
    "a comment in the root": f"<html><!-- Downloaded on 4 March 2019: {URL} -->{with_head('')[6:]}",
    "save page we": with_head(
        f'<meta name="savepage-url" content="{URL}"><meta name="savepage-date" content="{SAVED_DAY}">'
        '<meta name="savepage-pubdate" content="2019-03-04">'
    ),
    "scrapbook": with_head("").replace(
        "<html>", f'<html data-scrapbook-source="{URL}" data-scrapbook-create="20190304">'
    ),
    "wayback, its bar": with_head(
        "", f'<div id="wm-ipp-base"><input id="wmtbURL" value="{URL}">{TIME}<a href="/web/">4 March 2019</a></div>'
    ),
    "wayback, its script": with_head(f"<script>__wm.wombat('{URL}','20190304181500','x')</script>"),
    "wayback, the canonical link": with_head(
        f'<link rel="canonical" href="https://web.archive.org/web/20190304181500/{URL}">'
        '<meta property="og:site_name" content="Internet Archive">'
    ),
    "wayback, a relative link": with_head(f'<link rel="canonical" href="/web/20190304181500/{URL}">'),
    "archive.today": with_head(
        '<link rel="canonical" href="https://archive.ph/AbC12"><meta property="og:site_name" content="archive.ph">'
        f'<link rel="bookmark" href="http://archive.today/20190304181500/{URL}">',
        f'<div id="HEADER"><form action="https://archive.ph/search/"><input name="q" value="{URL}"></form>{TIME}</div>',
    ),
    "google": with_head(
        f'<base href="{URL}">',
        f'<div id="google-cache-hdr">This is Google’s cache of <a href="{URL}">{URL}</a>, as of 4 Mar 2019.</div>',
    ),
    "two": comment(f"saved from url=(0034)https://web.archive.org/web/2019/{URL}"),
}


@pytest.mark.parametrize("page", SAVED.values(), ids=SAVED)
def test_a_saved_page_has_the_url_and_the_outlet_of_the_original(reading: Reading, page: str) -> None:
    article = only_article(reading("a.html", page))
    assert (article.url, article.source, article.published.on) == (URL, "harbour.example", None)
    assert article.text.startswith("The ferry between")


def test_a_mirror_by_httrack(reading: Reading) -> None:
    """It leaves out the scheme, and says when it copied the page."""
    text = (
        "Mirrored from www.harbour.example/news/ferry.html by HTTrack Website Copier/3.x, Mon, 04 Mar 2019 18:30:00 GMT"
    )
    article = only_article(reading("a.html", comment(text)))
    assert (article.url, article.published.on) == ("http://www.harbour.example/news/ferry.html", None)


def test_links_that_an_archive_rewrote_name_the_outlet(reading: Reading) -> None:
    """Where nothing has the URL of the page itself."""
    links = "".join(
        f'<a href="https://web.archive.org/web/20190304181500/http://{host}/x">x</a>'
        for host in ("www.harbour.example", "other.example", "www.harbour.example")
    )
    article = only_article(reading("a.html", with_head("", f"<nav>{links}</nav>")))
    assert (article.source, article.url) == ("harbour.example", None)
    assert article.provenance["source"] == "the host of rewritten links"


def test_the_page_itself_counts_for_more_than_who_saved_it(reading: Reading) -> None:
    """Its canonical link may be relative to the URL it was saved from."""
    page = comment(f"saved from url=(0034){URL}?utm_source=mail").replace(
        "<title>", '<link rel="canonical" href="/news/ferry-sails"><title>'
    )
    assert only_article(reading("a.html", page)).url == "https://harbour.example/news/ferry-sails"


@pytest.mark.parametrize(
    "text",
    ["saved from url=(0014)about:internet", "saved from url=(0016)file:///C:/a.htm", "Built on https://x.example"],
)
def test_other_comments_name_no_outlet(reading: Reading, text: str) -> None:
    assert only_reason(reading("a.html", comment(text))).startswith("source is None")


def test_a_comment_in_the_page_says_nothing_about_the_page(reading: Reading) -> None:
    page = with_head("", f"<!-- logo saved from {URL} --><script>__wm.wombat(x)</script>")
    assert only_reason(reading("a.html", page)).startswith("source is None")
