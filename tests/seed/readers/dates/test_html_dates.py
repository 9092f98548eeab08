"""When a page was published, and how it is titled: what its markup, its lines and its other dates say."""

from collections.abc import Iterable

import pytest

from seed.readers.context import ReaderContext
from seed.readers.formats.html_page import page_article
from seed.readers.html_markup.site_names import strip_site_name
from seed.readers.outlets import load_sources
from seed.records import Origin, RawArticle

CONTEXT = ReaderContext({"source": "Gazette"}, load_sources(), ())
TEXT = (
    "<p>The ferry between the two harbours sailed again on Monday after a storm that had kept it in port.</p>"
    "<p>Ada Byrne, who lives on the island, was the first on board. “I was out of coffee,” she said.</p>"
)


def read(body: str, *, lang: str = "en", head: str = "", title: str = "Ferry sails") -> RawArticle:
    """Return the article of a page with this body."""
    page = f'<html lang="{lang}"><head><title>{title}</title>{head}</head><body>{body}{TEXT}</body></html>'
    return page_article(Origin("a.html"), page, CONTEXT)


AMBIGUOUS = "<h1>Ferry sails</h1><p class=date>03/04/2019</p>"


@pytest.mark.parametrize(
    ("lang", "body", "head", "on"),
    [
        ("en", AMBIGUOUS, "", None),
        ("en-US", AMBIGUOUS, "", "2019-03-04"),
        ("en-GB", AMBIGUOUS, "", "2019-04-03"),
        ("es", AMBIGUOUS, "", "2019-04-03"),
        ("en-CA", AMBIGUOUS, "", None),
        # What contradicts the declared custom.
        ("en-US", AMBIGUOUS, '<meta property="og:locale" content="en_GB">', None),
        ("en-US", f"{AMBIGUOUS}<aside>25/03/2019</aside>", "", None),
        ("en-GB", AMBIGUOUS, '<link rel="canonical" href="https://g.example/2019/03/04/ferry">', "2019-03-04"),
        ("en-GB", AMBIGUOUS, '<link rel="canonical" href="https://g.example/2019/04/03/ferry">', "2019-04-03"),
        ("en-GB", AMBIGUOUS, '<link rel="canonical" href="https://g.example/2019/04/05/ferry">', "2019-04-03"),
        ("en-US", AMBIGUOUS, '<link rel="canonical" href="https://g.example/2019/04/03/ferry">', "2019-04-03"),
        ("es", AMBIGUOUS, '<meta property="article:modified_time" content="2019-03-20T10:00:00Z">', "2019-03-04"),
        (
            "en-US",
            "<h1>Ferry sails</h1>",
            '<meta name="date" content="03/04/2019"><link rel="canonical" href="https://g.example/2019/04/03/f">',
            "2019-04-03",
        ),
        # Another date on the page settles it.
        ("en", f"{AMBIGUOUS}<aside>25/03/2019</aside>", "", "2019-04-03"),
        ("en", f"{AMBIGUOUS}<aside>3/25/2019</aside>", "", "2019-03-04"),
        ("en", f"{AMBIGUOUS}<aside>3/25/2019, 25/3/2019</aside>", "", None),
        ("en", AMBIGUOUS, '<link rel="canonical" href="https://g.example/2019/04/03/ferry">', "2019-04-03"),
        ("en", AMBIGUOUS, '<meta property="article:modified_time" content="2019-03-20T10:00:00Z">', "2019-03-04"),
        ("en", AMBIGUOUS, '<meta property="article:modified_time" content="2019-04-03T10:00:00Z">', "2019-04-03"),
        ("en", AMBIGUOUS, '<meta property="article:modified_time" content="2019-05-03T10:00:00Z">', None),
        ("en", "<h1>Ferry sails</h1>", '<meta name="date" content="03/04/2019">', None),
        ("en-US", "<h1>Ferry sails</h1>", '<meta name="date" content="03/04/2019">', "2019-03-04"),
        (
            "en",
            "<h1>Ferry sails</h1>",
            '<meta name="date" content="03/04/2019"><link rel="canonical" href="https://g.example/2019/03/04/f">',
            "2019-03-04",
        ),
    ],
)
def test_a_numeric_date_counts_only_where_it_is_clear(lang: str, body: str, head: str, on: str | None) -> None:
    article = read(body, lang=lang, head=head)
    assert article.published.on == on
    assert article.matches_by_title == (on is not None)
    if on is None:
        assert "it may be 2019-04-03 or 2019-03-04" in article.missing["published"]
    assert "03/04" not in article.text


@pytest.mark.parametrize(
    ("body", "on"),
    [
        # Around the heading.
        ("<div><span class=date>4 March 2019</span><h1>Ferry sails</h1><p>a</p><p>b</p></div>", "2019-03-04"),
        ("<h1>Ferry sails</h1><div class=info><time>4 March 2019</time> · 3 min</div>", "2019-03-04"),
        ("<h1>Ferry sails</h1><p>A long lead that says what comes.</p><i data-date='1551657600'></i>", "2019-03-04"),
        ("<h1>Ferry sails</h1><abbr title='2019-03-04T10:00'>a while ago</abbr>", "2019-03-04"),
        ("<p>4 March 2019, 18:30</p><h1>Ferry sails</h1>", "2019-03-04"),
        # Other days: of today, of other articles, of updates, or several.
        ("<div class=date-now>4 March 2019</div><h1>Ferry sails</h1>", None),
        ("<span class=date>4 March 2019</span><h1>Ferry sails</h1>", None),
        (f"<h1>Ferry sails</h1>{12 * '<p>A line.</p>'}<ul><li><span class=date>4 March 2019</span></li></ul>", None),
        (f"<h1>Ferry sails</h1>{12 * '<p>A line.</p>'}<div class=related><b class=date>4 March 2019</b></div>", None),
        ("<h1>Ferry sails</h1><div><i>Updated</i><b class=date>4 March 2019</b></div>", None),
        (
            "<h1>Ferry sails</h1><p>A</p><b class=date>4 March 2019</b> y<b class=date>5 March 2019</b>",
            None,
        ),
    ],
)
def test_elements_for_dates_count_if_they_have_one_day(body: str, on: str | None) -> None:
    assert read(body).published.on == on


@pytest.mark.parametrize(
    ("url", "on"),
    [
        ("https://g.example/2019/03/04/ferry", "2019-03-04"),
        ("https://g.example/2019-03-04-ferry.html", "2019-03-04"),
        ("https://g.example/n/20190304/1.htm", "2019-03-04"),
        ("https://g.example/2019-03/04/c_1.htm", "2019-03-04"),
        ("https://g.example/2019/03/04/2018-01-01", None),
        ("https://g.example/2019/13/04/ferry", None),
        ("https://g.example/2019030412345", None),
        ("https://g.example/ferry-2019", None),
    ],
)
def test_a_url_may_have_the_day(url: str, on: str | None) -> None:
    article = read("<h1>Ferry sails</h1>", head=f'<link rel="canonical" href="{url}">')
    assert (article.published.on, article.provenance.get("published")) == (on, "the URL" if on else None)


@pytest.mark.parametrize(
    ("title", "sites", "heading", "plain"),
    [
        ("Flut | KW | 16.07.2020", ["KW.EXAMPLE"], None, "Flut"),
        ("Flut | KW | 16.07.2020", [], "Flut", "Flut"),
        ("Flut | KW | 16.07.2020", [], None, "Flut | KW"),
        ("Ferry sails - March 4, 2019 - Gazette", ["The Gazette", "Gazette"], None, "Ferry sails"),
        ("Ferry sails – 03/04/2019", [], None, "Ferry sails"),
        ("Паром идёт — 4 марта 2019", [], None, "Паром идёт"),
        ("渡船 - 2019年3月4日 - 日报", ["日报"], None, "渡船"),
        ("Ferry sails - Local", [], "Ferry sails", "Ferry sails"),
        ("Ferry sails: the story", [], "Ferry sails", "Ferry sails: the story"),
        ("The year 2019 - 2020", [], None, "The year 2019 - 2020"),
        ("9/11 - March 2019", [], None, "9/11 - March 2019"),
    ],
)
def test_a_title_has_no_site_and_no_day_at_its_end(
    title: str, sites: Iterable[str], heading: str | None, plain: str
) -> None:
    assert strip_site_name(title, tuple(sites), heading) == plain


def test_the_end_of_a_title_may_be_the_day() -> None:
    article = read("<h1>Ferry sails</h1>", title="Ferry sails | KW | 16.07.2020")
    assert (article.title, article.published.on) == ("Ferry sails", "2020-07-16")
    assert article.provenance["published"] == "the end of title"


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        ("<article><h1>Ferry sails</h1><b class=author-name>Ada Byrne</b></article>", ("Ada Byrne",)),
        ("<h1>Ferry sails</h1><b class=author>Ada Byrne</b> x <b class=author>Jo Li</b>", ("Ada Byrne", "Jo Li")),
        ("<h1>Ferry sails</h1><div id=lblAuthor>Ada Byrne - The Post</div>", ("Ada Byrne",)),
        ("<h1>Ferry sails</h1><div class=author-bio>Ada Byrne</div>", ()),
        ("<h1>Ferry sails</h1><div class=comment><b class=author>Ada Byrne</b></div>", ()),
        ("<h1>Ferry sails</h1><p class=author>The author of this report has asked not to be named by us.</p>", ()),
        ("<b class=author>Jo Li</b><h1>Ferry sails</h1>", ()),
        (f"<h1>Ferry sails</h1><b class=author>{'Ada Byrne ' * 30}</b>", ()),
    ],
)
def test_elements_for_authors_count_if_they_hold_names(body: str, authors: tuple[str, ...]) -> None:
    assert read(body).authors == authors


def test_a_page_that_is_a_form_is_read() -> None:
    article = read("<form><h1>Ferry sails</h1><p>By Ada Byrne | March 4, 2019</p><p>a</p></form>")
    assert (article.authors, article.published.on) == (("Ada Byrne",), "2019-03-04")
