"""What other tools write loads without an option as the right articles, or is a list of pages with what it says."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.models import Basis, Precision, TextKind
from seed.readers import Overrides, read_paths
from seed.records import Link, ListedPage, NoArticle, Published, RawArticle, ReadItem, Refusal

TOOLS = Path(__file__).parent / "tools"

URL = "https://harbour-gazette.example/news/2019/03/04/second-ferry"
LEAD = (
    "The government of Norland said on Monday that it would send a second ferry to the island of Sula, which has had "
    "no regular crossing for nine days since the storm broke the pier on its eastern shore."
)
MINISTER = (
    "Transport minister Jo Lindqvist told reporters that the vessel would sail before noon and carry food, medicine "
    "and two engineers who are to look at what is left of the pier. “We do not forget anybody,” she said at the "
    "harbour."
)
ISLANDERS = (
    "Islanders who spoke to the Gazette by telephone said that shops had run out of bread on Saturday, and that the "
    "school would stay closed until the end of the week at least."
)
TEXT = f"{LEAD}\n\n{MINISTER}\n\n{ISLANDERS}"
ROWS = TEXT.replace("\n\n", "\n")

DAY = Published(on="2019-03-04", precision=Precision.DAY, basis=Basis.METADATA)
EVENING = Published("2019-03-04", None, 66_600, Precision.DAY, None, Basis.METADATA)
EVENING_THERE = Published("2019-03-04", 1_551_742_200, 66_600, Precision.MINUTE, "-05:00", Basis.METADATA)
EVENING_IN_UTC = Published("2019-03-04", 1_551_742_200, 84_600, Precision.MINUTE, "UTC", Basis.METADATA)


@dataclass(frozen=True)
class Wanted:
    """The fields of an article that differ between the outputs."""

    recipe: str
    published: Published
    title: str = "Norland sends second ferry"
    source: str = "The Harbour Gazette"
    url: str | None = URL
    id: str | None = None
    authors: tuple[str, ...] = ("Ada Byrne",)
    language: str | None = None
    kind: TextKind = TextKind.FULL
    text: str = TEXT


TITLE_OF_PAGE = "Norland sends second ferry to cut-off island"
HOST = "harbour-gazette.example"

ARTICLES = {
    "cc_news.jsonl": Wanted("CC-News", EVENING, source=HOST, authors=()),
    "greader-starred.json": Wanted("Google Reader", EVENING_IN_UTC, id="tag:google.com,2005:reader/item/1"),
    "guardian.json": Wanted(
        "The Guardian",
        EVENING_IN_UTC,
        source="The Guardian",
        url="https://www.guardian.example/world/2019/mar/04/second-ferry",
        id="world/2019/mar/04/second-ferry",
        authors=("Ada Byrne", "Jo Li"),
    ),
    "news-please-list.json": Wanted("news-please", EVENING, source=HOST, language="en"),
    "news-please.json": Wanted("news-please", EVENING, source=HOST, language="en"),
    "newspaper4k-to_json.json": Wanted("newspaper4k", DAY, title=TITLE_OF_PAGE, language="en"),
    "nyt.json": Wanted(
        "New York Times",
        Published("2019-03-04", 1_551_742_200, 84_600, Precision.MINUTE, "+00:00", Basis.METADATA),
        title="Norland Sends Second Ferry",
        source="The Harbour Times",
        url="https://www.nyt.example/2019/03/04/ferry.html",
        id="nyt://article/1",
        kind=TextKind.EXTRACT,
        text=LEAD,
    ),
    "readability.json": Wanted("Readability", EVENING_THERE, url=None, language="en"),
    "schema-newsarticle.json": Wanted("schema.org", EVENING_THERE, language="en"),
    "trafilatura-tei.xml": Wanted("trafilatura", DAY, title=TITLE_OF_PAGE),
    "trafilatura.csv": Wanted("trafilatura", DAY, title=TITLE_OF_PAGE, source=HOST, authors=(), text=ROWS),
    "trafilatura.json": Wanted("trafilatura", DAY, title=TITLE_OF_PAGE, text=ROWS),
    "trafilatura.md": Wanted("trafilatura", DAY, title=TITLE_OF_PAGE),
    "trafilatura.txt": Wanted("trafilatura", DAY, title=TITLE_OF_PAGE, text=ROWS),
    "trafilatura.xml": Wanted("trafilatura", DAY, title=TITLE_OF_PAGE),
    "wordpress-rest.json": Wanted(
        "WordPress REST",
        EVENING_THERE,
        title="Norland sends ‘second’ ferry",
        source=HOST,
        id="https://harbour-gazette.example/?p=12345",
        authors=(),
    ),
    "zotero.csv": Wanted(
        "Zotero", DAY, id="AB12", authors=("Ada Byrne", "Jo Li"), language="en", kind=TextKind.EXTRACT, text=LEAD
    ),
}
"""The one article of each file."""

LISTS = {
    "gdelt-artlist.csv": ListedPage(
        "GDELT", "Norland sends second ferry", HOST, EVENING_IN_UTC, date_may_be_later=True
    ),
    "mediacloud-2017.csv": ListedPage(
        "Media Cloud", "Norland sends second ferry", "The Harbour Gazette", EVENING, language="en"
    ),
    "mediacloud-2024.csv": ListedPage("Media Cloud", "Norland sends second ferry", HOST, DAY, language="en"),
}
"""What each list says about its one page."""


def read(name: str, source: str | None = None) -> list[ReadItem]:
    """Return what is read of a file."""
    return list(read_paths([TOOLS / name], overrides=Overrides(source=source)))


def wanted_fields(article: RawArticle) -> Wanted:
    """Return the fields of an article that are compared."""
    recipe = next(note.removeprefix("read as ") for note in article.notes if note.startswith("read as "))
    return Wanted(
        recipe,
        article.published,
        article.title,
        article.source,
        article.url,
        article.id,
        article.authors,
        article.language,
        article.text_kind,
        article.text,
    )


@pytest.mark.parametrize("name", ARTICLES)
def test_an_output_is_the_article_that_it_holds(name: str) -> None:
    (article,) = read(name)
    assert isinstance(article, RawArticle), article
    assert wanted_fields(article) == ARTICLES[name]
    assert article.matches_by_title


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_a_link_with_what_it_says(name: str) -> None:
    (link,) = read(name)
    assert isinstance(link, Link), link
    assert (link.url, link.listed) == (URL, LISTS[name])


def test_a_list_as_json_has_a_language_too() -> None:
    (link,) = read("gdelt-artlist.json")
    assert isinstance(link, Link)
    assert link.listed is not None
    assert link.listed.published == EVENING_IN_UTC
    assert link.listed.date_may_be_later
    assert (link.listed.list_name, link.listed.title, link.listed.source) == (
        "GDELT",
        "Norland sends second ferry",
        HOST,
    )


def test_fundus_says_nothing_of_the_outlet() -> None:
    """Its sections are the text, with their headings, without its summary."""
    (refusal,) = read("fundus.json")
    assert isinstance(refusal, Refusal)
    file = TOOLS / "fundus.json"
    assert refusal.reason == (
        f"source: fundus names neither outlet nor URL in 'Norland sends second ferry': `dateline load {file} --source "
        "NAME` sets the outlet of all articles in the file"
    )
    (article,) = read("fundus.json", source="The Harbour Gazette")
    assert isinstance(article, RawArticle)
    assert wanted_fields(article) == Wanted(
        "fundus", EVENING_THERE, url=None, text=f"{LEAD}\n\n{MINISTER}\n\nNo bread\n\n{ISLANDERS}"
    )


def test_newsapi_has_extracts_and_nothing_of_what_was_removed() -> None:
    article, removed = read("newsapi.json")
    assert isinstance(article, RawArticle)
    assert wanted_fields(article) == Wanted("NewsAPI", EVENING_IN_UTC, kind=TextKind.EXTRACT, text=LEAD)
    assert isinstance(removed, NoArticle)
    assert removed.reason == "an article called [Removed] has no content (NewsAPI)"


def test_messages_of_a_channel_are_articles_of_it() -> None:
    service, message, other = read("telegram.json")
    assert isinstance(service, NoArticle)
    assert service.reason == "a service message is no article (Telegram)"
    assert isinstance(message, RawArticle)
    assert isinstance(other, RawArticle)
    assert (message.title, message.source, message.id, message.published.at) == (
        "Norland sends second ferry",
        "Quay Channel",
        "2",
        1_683_016_200,
    )
    assert message.text == f"Norland sends second ferry\n\n{LEAD} https://harbour-gazette.example/1"
    assert (other.title, other.text) == (
        "Transport minister Jo Lindqvist told reporters that the vessel would sail…",
        MINISTER,
    )
    assert not message.matches_by_title


def test_only_published_posts_of_wordpress_are_articles() -> None:
    post, *others = read("wordpress-export.xml")
    assert isinstance(post, RawArticle)
    assert post.notes == ("read as a WordPress export",)
    assert (post.title, post.source, post.authors, post.published, post.text) == (
        "Second ferry",
        "The Harbour Gazette",
        ("Ada Byrne",),
        EVENING_THERE,
        LEAD,
    )
    assert [item.reason for item in others if isinstance(item, NoArticle)] == [
        "a post of a WordPress export with the status 'draft' is not published",
        "an item of the type 'attachment' of a WordPress export is no post",
        "an item of the type 'page' of a WordPress export is no post",
    ]
