"""What recipes make of records with more, fewer and empty keys, and of other releases of the same tools."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any

import pytest

from app.models import TextKind
from seed.readers.context import ReaderContext
from seed.readers.fields.mapping import IgnoredKeys
from seed.readers.fields.recipe_files import RECIPE_FOLDER, load_recipes, parse_recipe
from seed.readers.fields.recipe_reading import headerless_columns, matches, recipe_named
from seed.readers.fields.wrappers import ArticleFinder
from seed.readers.formats import json_document
from seed.readers.formats.json_document import read_value
from seed.readers.input.json_values import JsonText
from seed.readers.outlets import load_sources
from seed.records import Link, NoArticle, Origin, RawArticle, ReadItem, Refusal

CONTEXT = ReaderContext({}, load_sources(), ())
ORIGIN = Origin("a.json", 1)

URL = "https://harbour-gazette.example/1"
HOST = "harbour-gazette.example"
GAZETTE = "The Harbour Gazette"
TEXT = "A second ferry sails.\n\nIt leaves at noon."
FERRY = {"title": "Ferry", "url": URL}

NEWSAPI = {**FERRY, "source": {"id": None, "name": "BBC"}, "urlToImage": None, "publishedAt": "2019-03-04T23:30:00Z"}
NEWSPAPER = {**FERRY, "meta_site_name": "", "publish_date": None, "text": TEXT}
NEWS_PLEASE = {**FERRY, "date_publish": None, "maintext": TEXT, "source_domain": HOST, "date_download": "2025-01-01"}
TRAFILATURA = {"title": "Ferry", "hostname": HOST, "source-hostname": None, "source": URL, "text": TEXT, "date": None}
FUNDUS = {"title": "Ferry", "publishing_date": None, "free_access": True, "publisher": GAZETTE}
GUARDIAN = {
    "webTitle": "Ferry",
    "webUrl": "https://www.theguardian.com/1",
    "webPublicationDate": "2019-03-04T23:30:00Z",
}
NYT = {"web_url": "https://www.nytimes.com/1", "headline": {"main": "Ferry"}, "pub_date": "2019-03-04T23:30:00+0000"}
REGISTRY = {**FERRY, "uri": 123, "isDuplicate": False, "dateTime": "2019-03-05T01:00:00Z", "body": TEXT}
READER = {
    "id": "tag:google.com,2005:reader/item/1",
    "crawlTimeMsec": "1",
    "origin": {"streamId": "feed/1", "title": "A &amp; B"},
}
WORDPRESS = {
    "date": "2019-03-04T18:30:00",
    "date_gmt": "2019-03-04T16:30:00",
    "link": URL,
    "title": {"rendered": "Ferry &#038; pier"},
    "content": {"rendered": "<p>It sails.</p>"},
}
MESSAGE = {"id": 2, "type": "message", "date": "2023-05-02T08:30:00", "from_id": "channel1", "text": "It sails"}
LINKED = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": "Ferry",
    "articleBody": TEXT,
    "url": URL,
}
CLOUD = {**FERRY, "media_name": GAZETTE, "media_url": HOST, "indexed_date": "2024-07-25", "publish_date": "2019-03-04"}
ZOTERO = {"Key": "AB12", "Item Type": "webpage", "Title": "Ferry", "Publication Title": GAZETTE, "Url": URL}


def read(value: Mapping[str, object], context: ReaderContext = CONTEXT) -> list[ReadItem]:
    """Return what an object of JSON is read as."""
    articles = ArticleFinder(context).articles(dict(value))
    return [read_value(article, ORIGIN, context, IgnoredKeys(), ()) for article in articles]


def fields_of(article: RawArticle, names: Mapping[str, object]) -> dict[str, object]:
    """Return the named fields; `on`, `time` and `zone` are those of the date, `kind` is that of the text."""
    date = article.published
    values = {"on": date.on, "time": date.local_time, "zone": date.zone, "kind": article.text_kind.value}
    return {name: values[name] if name in values else getattr(article, name) for name in names}


VARIANTS: dict[str, tuple[Mapping[str, Any], dict[str, object]]] = {
    # NewsAPI: 200 characters of each text, and GNews, which marks them in another way.
    "short texts have no mark": (
        {**NEWSAPI, "content": "It sails."},
        {"text": "It sails.", "kind": "full", "authors": ()},
    ),
    "an account without texts": ({**NEWSAPI, "content": None, "description": "It sails."}, {"kind": "extract"}),
    "HTML in a shortened text": (
        {**NEWSAPI, "title": "Ferry &amp; pier", "content": "<ul><li>One</li><li>Two</li></ul>\r\nIt… [+12 chars]"},
        {"title": "Ferry & pier", "text": "One\n\nTwo\n\nIt", "kind": "extract"},
    ),
    "GNews": (
        {**NEWSAPI, "image": None, "description": "x", "content": "It sails... [1234 chars]"},
        {"text": "It sails", "kind": "extract"},
    ),
    "several authors in a line": (
        {**NEWSAPI, "content": "x", "author": "Ada Byrne, Jo Li"},
        {"authors": ("Ada Byrne", "Jo Li")},
    ),
    # newspaper
    "no site, no date": (NEWSPAPER, {"source": HOST, "on": None, "authors": (), "text": TEXT}),
    "a time": (
        {**NEWSPAPER, "publish_date": "2019-03-04T18:30:00+00:00"},
        {"on": "2019-03-04", "time": 66_600, "zone": "+00:00"},
    ),
    "midnight is a day": ({**NEWSPAPER, "publish_date": "2019-03-04 00:00:00"}, {"on": "2019-03-04", "time": None}),
    "newspaper3k": (
        {
            "title": "Ferry",
            "url": URL,
            "publish_date": "2019-03-04 00:00:00",
            "movies": [],
            "top_image": "",
            "text": TEXT,
        },
        {"source": HOST, "on": "2019-03-04"},
    ),
    "a description alone": (
        {**NEWSPAPER, "text": "", "meta_description": "It sails."},
        {"text": "It sails.", "kind": "extract"},
    ),
    "the language of the page": ({**NEWSPAPER, "meta_lang": "de", "language": "en"}, {"language": "de"}),
    # trafilatura
    "an old release": (TRAFILATURA, {"source": HOST, "url": URL, "text": TEXT, "on": None}),
    "the title above the text": ({**TRAFILATURA, "text": f"Ferry\n{TEXT}"}, {"text": TEXT}),
    "only the title": ({**TRAFILATURA, "text": "Ferry"}, {"text": "Ferry"}),
    "bare_extraction": (
        {
            **FERRY,
            "hostname": HOST,
            "sitename": GAZETTE,
            "fingerprint": None,
            "author": "Ada Byrne; Jo Li",
            "text": TEXT,
        },
        {"source": GAZETTE, "url": URL, "authors": ("Ada Byrne", "Jo Li")},
    ),
    # news-please
    "nothing but a text": (NEWS_PLEASE, {"source": HOST, "text": TEXT, "on": None}),
    "the title of the page": ({**NEWS_PLEASE, "title": None, "title_page": "Pier"}, {"title": "Pier"}),
    # fundus
    "plain text, behind a paywall": (
        {**FUNDUS, "plaintext": TEXT, "free_access": False, "html": {"requested_url": URL}, "lang": "en"},
        {"text": TEXT, "kind": "extract", "source": GAZETTE, "url": URL, "language": "en"},
    ),
    "a summary alone": (
        {**FUNDUS, "body": {"summary": ["It", "sails"], "sections": []}},
        {"text": "It\n\nsails", "kind": "extract"},
    ),
    "a body of text": ({**FUNDUS, "body": TEXT}, {"text": TEXT}),
    # The Guardian and the New York Times
    "blocks": (
        {**GUARDIAN, "blocks": {"body": [{"bodyHtml": "<p>One</p>"}, {"bodyHtml": "<p>Two</p>"}]}},
        {"text": "One\n\nTwo"},
    ),
    "plain text of an item": ({**GUARDIAN, "fields": {"bodyText": TEXT}}, {"text": TEXT, "source": "guardian"}),
    "a trail": ({**GUARDIAN, "fields": {"trailText": "It <b>sails</b>."}}, {"text": "It sails.", "kind": "extract"}),
    "an abstract": (
        {**NYT, "abstract": "It sails.", "lead_paragraph": ""},
        {"text": "It sails.", "source": "new-york-times"},
    ),
    "persons": (
        {
            **NYT,
            "snippet": "x",
            "byline": {"original": None, "person": [{"firstname": "Ada", "middlename": None, "lastname": "Byrne"}]},
        },
        {"authors": ("Ada Byrne",), "on": "2019-03-04", "time": 84_600},
    ),
    # Event Registry, Media Cloud, Zotero
    "the day of finding is no date": (REGISTRY, {"on": None, "id": "123", "source": HOST}),
    "authors as objects": (
        {
            **REGISTRY,
            "dateTimePub": "2019-03-04T23:30:00Z",
            "authors": [{"name": "Ada Byrne"}, {"name": "Jo Li"}],
            "lang": "en",
        },
        {"on": "2019-03-04", "authors": ("Ada Byrne", "Jo Li"), "language": "en"},
    ),
    "a story with its text": ({**CLOUD, "text": TEXT}, {"text": TEXT, "source": GAZETTE, "on": "2019-03-04"}),
    "a year": (
        {
            **ZOTERO,
            "Abstract Note": "It sails.",
            "Date": "some day",
            "Publication Year": "2019",
            "Author": "Byrne, Ada; Harbour Council",
        },
        {"on": "2019", "authors": ("Ada Byrne", "Harbour Council"), "kind": "extract"},
    ),
    # Google Reader
    "a post without a title": (
        {
            **READER,
            "published": 1_551_742_200,
            "title": "",
            "alternate": [{"href": URL}],
            "content": {"content": "<p>It sails.</p>"},
        },
        {"title": "It sails.", "source": "A & B", "url": URL, "time": 84_600, "zone": "UTC", "matches_by_title": False},
    ),
    "seconds as text": (
        {**READER, "published": "1551742200", "title": "Ferry", "summary": {"content": "It sails."}},
        {"time": 84_600},
    ),
    # WordPress
    "the offset of a site": (
        WORDPRESS,
        {"title": "Ferry & pier", "on": "2019-03-04", "time": 66_600, "zone": "+02:00"},
    ),
    "a post without a title of WordPress": (
        {**WORDPRESS, "title": {"rendered": ""}, "_embedded": {"author": [{"name": "Ada Byrne"}]}},
        {"title": "It sails.", "authors": ("Ada Byrne",), "matches_by_title": False},
    ),
    "only the time in UTC": ({**WORDPRESS, "date": None}, {"time": 59_400, "zone": "UTC"}),
    "no time in UTC": ({**WORDPRESS, "date_gmt": "0000-00-00 00:00:00"}, {"time": 66_600, "zone": None}),
    "times that cannot be the same": (
        {**WORDPRESS, "date_gmt": "2019-03-01T16:30:00"},
        {"on": "2019-03-01", "zone": "UTC"},
    ),
    "a protected post": (
        {**WORDPRESS, "content": {"rendered": "", "protected": True}, "excerpt": {"rendered": "<p>It [&hellip;]</p>"}},
        {"text": "It […]", "kind": "extract"},
    ),
    # Telegram
    "an export of 2017": (
        {**MESSAGE, "text": ["Hi ", {"type": "mention", "text": "@ada"}, 1], "from": "Quay"},
        {"text": "Hi @ada", "source": "Quay", "zone": None},
    ),
    "a text in its entities alone": (
        {**MESSAGE, "from": "Quay", "text": [], "text_entities": [{"type": "plain", "text": "It sails."}]},
        {"text": "It sails."},
    ),
    "no markup in messages": (
        {**MESSAGE, "from": "Quay", "text": "1 &lt; 2"},
        {"text": "1 &lt; 2", "title": "1 &lt; 2"},
    ),
    # schema.org
    "types and addresses": (
        {
            **LINKED,
            "@type": ["Thing", "https://schema.org/BlogPosting"],
            "author": {"name": "Ada Byrne"},
            "publisher": "Quay",
        },
        {"authors": ("Ada Byrne",), "source": "Quay", "kind": "full"},
    ),
    "not free": ({**LINKED, "isAccessibleForFree": "False"}, {"kind": "extract"}),
    "free": ({**LINKED, "isAccessibleForFree": True}, {"kind": "full"}),
    "a language as an object": (
        {**LINKED, "inLanguage": {"@type": "Language", "alternateName": "en"}},
        {"language": "en"},
    ),
    "a live blog": (
        {**LINKED, "articleBody": None, "liveBlogUpdate": [{"articleBody": "<p>One</p>"}, {"articleBody": "Two"}]},
        {"text": "One\n\nTwo"},
    ),
    "a description of schema.org": ({**LINKED, "articleBody": "", "description": "It sails."}, {"kind": "extract"}),
    "escaped twice": (
        {**LINKED, "articleBody": "&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;/p&gt;"},
        {"text": "One\n\nTwo"},
    ),
    # CC-News, Readability
    "CC-News of another year": (
        {
            "requested_url": URL,
            "plain_text": TEXT,
            "title": "Ferry",
            "published_date": "2019-03-04",
            "sitename": GAZETTE,
        },
        {"url": URL, "text": TEXT, "source": GAZETTE, "on": "2019-03-04"},
    ),
    "an entry of feedparser": (
        {
            "title": "Ferry",
            "title_detail": {},
            "links": [],
            "link": URL,
            "summary": "It <b>sails</b>.",
            "authors": [{}],
        },
        {"url": URL, "text": "It sails.", "kind": "extract", "authors": (), "source": HOST},
    ),
    "lists in tables": (
        {**NEWSPAPER, "authors": "['Ada Byrne', \"Jo O'Hara\"]"},
        {"authors": ("Ada Byrne", "Jo O'Hara")},
    ),
    "empty lists in tables": ({**NEWSPAPER, "authors": "[]"}, {"authors": ()}),
    "top stories": (
        {
            **FERRY,
            "published_date": "2019-03-04T18:30:00-05:00",
            "abstract": "It sails.",
            "byline": "By Ada Byrne",
            "uri": "nyt://1",
        },
        {"authors": ("Ada Byrne",), "zone": "-05:00", "kind": "extract", "id": "nyt://1"},
    ),
    "a table of The Guardian": (
        {
            "web_title": "Ferry",
            "web_url": "https://www.theguardian.com/1",
            "web_publication_date": "2019-03-04",
            "body_text": TEXT,
        },
        {"text": TEXT, "source": "guardian"},
    ),
    "WordPress.com": (
        {
            "site_ID": 7,
            "URL": URL,
            "title": "Ferry &amp; pier",
            "content": "<p>It sails.</p>",
            "date": "2019-03-04T18:30:00-05:00",
            "author": {"name": "Ada Byrne"},
        },
        {"title": "Ferry & pier", "text": "It sails.", "zone": "-05:00", "authors": ("Ada Byrne",)},
    ),
    "CC-News": (
        {**FERRY, "domain": HOST, "date": None, "description": None, "text": TEXT},
        {"source": HOST, "text": TEXT},
    ),
    "text without HTML": (
        {"title": "Ferry", "textContent": TEXT, "content": "", "siteName": GAZETTE, "byline": "By Ada Byrne"},
        {"text": TEXT, "authors": ("Ada Byrne",), "url": None},
    ),
    "ReadabiliPy": (
        {**FERRY, "plain_content": None, "plain_text": [{"text": "One"}, {"text": "Two"}], "date": "2019-03-04"},
        {"text": "One\n\nTwo", "on": "2019-03-04"},
    ),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_read(name: str) -> None:
    record, wanted = VARIANTS[name]
    (article,) = read(record)
    assert isinstance(article, RawArticle), article
    assert fields_of(article, wanted) == wanted


@pytest.mark.parametrize(
    "record",
    [
        {**NEWSAPI, "content": None, "description": None},
        GUARDIAN,
        {**NEWSPAPER, "text": None},
        {**NEWS_PLEASE, "maintext": None},
        CLOUD,
        ZOTERO,
        {**FERRY, "seendate": "20190304T233000Z", "domain": HOST},
    ],
)
def test_a_record_without_any_text_is_a_page_of_a_list(record: Mapping[str, object]) -> None:
    (link,) = read(record)
    assert isinstance(link, Link)
    assert link.listed is not None
    assert link.listed.title == "Ferry"


def test_a_listed_page_keeps_what_is_valid() -> None:
    (link,) = read({"seendate": "?", "url": URL, "domain": "", "language": "no language at all", "title": None})
    assert isinstance(link, Link)
    assert link.listed is not None
    assert (link.listed.title, link.listed.source, link.listed.language, link.listed.published.on) == (
        None,
        HOST,
        None,
        None,
    )


def test_a_listed_page_keeps_what_the_user_sets_for_its_file() -> None:
    context = replace(CONTEXT, overrides={"source": "rferl", "published": "2018-05"})
    (link,) = read({"seendate": "20190304T233000Z", "url": URL, "domain": HOST, "title": "Ferry"}, context)
    assert isinstance(link, Link)
    assert link.listed is not None
    assert (link.listed.source, link.listed.published.on, link.listed.date_may_be_later) == ("rferl", "2018-05", False)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (
            {**NEWSAPI, "title": "[Removed]", "content": "[Removed]"},
            "an article called [Removed] has no content (NewsAPI)",
        ),
        ({**NEWSPAPER, "title": "[removed] "}, "an article called [Removed] has no content (newspaper4k)"),
        ({"title": "[Removed]", "source": "x", "text": TEXT}, "an article called [Removed] has no content"),
        ({**WORDPRESS, "status": "draft"}, "an unpublished post is no article (WordPress REST)"),
        ({**WORDPRESS, "type": "attachment"}, "an attachment or part of a page is no article (WordPress REST)"),
        ({**MESSAGE, "type": "service"}, "a service message is no article (Telegram)"),
        ({**MESSAGE, "text": ""}, "a message without text is no article (Telegram)"),
        ({**MESSAGE, "text": "", "text_entities": []}, "a message without text is no article (Telegram)"),
        ({**MESSAGE, "text": "", "poll": {"question": "Will it sail?"}}, "a poll is no article (Telegram)"),
        ({**ZOTERO, "Item Type": "attachment"}, "an attachment or a note is no article (Zotero)"),
        (
            {"@type": "WebSite", "name": "Quay", "url": URL},
            "an object of the type 'WebSite' without a title and a text is no article",
        ),
    ],
)
def test_what_is_no_article_is_skipped(record: Mapping[str, object], reason: str) -> None:
    assert read(record) == [NoArticle(ORIGIN, reason)]


def test_an_object_of_another_type_may_be_an_article() -> None:
    (article,) = read({"@type": "Recipe", "title": "Soup", "text": TEXT, "source": "Quay"})
    assert isinstance(article, RawArticle)
    assert article.title == "Soup"


def test_what_is_missing_is_refused() -> None:
    assert read({**FUNDUS, "body": None}) == [Refusal(ORIGIN, "text is None: expected a value; this field is required")]
    assert read({**FUNDUS, "publisher": None, "plaintext": TEXT}) == [
        Refusal(
            ORIGIN,
            f"source: fundus names neither outlet nor URL in {FUNDUS['title']!r}: `dateline load {ORIGIN.path} "
            "--source NAME` sets the outlet of all articles in the file",
        )
    ]
    (refusal,) = read({**FERRY, "source": "Quay", "text": "<p></p>"})
    assert isinstance(refusal, Refusal)
    assert refusal.reason == "text is '<p></p>': expected a text besides markup"


def test_a_date_that_cannot_be_read_costs_the_date_and_the_title_key() -> None:
    (article,) = read({**NEWSPAPER, "publish_date": "some day"})
    assert isinstance(article, RawArticle)
    assert article.published.on is None
    assert article.missing["published"].startswith("publish_date of newspaper4k: published: 'some day' is not a date")
    assert not article.matches_by_title


def test_the_recipe_says_where_a_field_is() -> None:
    (article,) = read({**NEWSAPI, "content": "It… [+5 chars]", "extra": 1})
    assert isinstance(article, RawArticle)
    assert article.notes[0] == "read as NewsAPI"
    assert {name: article.provenance[name] for name in ("title", "source", "published")} == {
        "title": "title of NewsAPI",
        "source": "source.name of NewsAPI",
        "published": "publishedAt of NewsAPI",
    }
    assert article.missing["authors"] == "NewsAPI has none here"


def test_what_the_user_sets_wins() -> None:
    context = replace(CONTEXT, overrides={"source": "rferl", "title": "Pier", "published": "2018", "text_kind": "full"})
    (article,) = read({**NEWSAPI, "title": None, "content": "It… [+5 chars]"}, context)
    assert isinstance(article, RawArticle)
    assert (article.source, article.title, article.published.on, article.text_kind) == (
        "rferl",
        "Pier",
        "2018",
        TextKind.FULL,
    )
    (post,) = read({**WORDPRESS, "title": None, "link": None}, context)
    assert isinstance(post, RawArticle)
    assert (post.title, post.matches_by_title) == ("Pier", True)


def test_mapped_fields_need_no_recipe() -> None:
    context = replace(CONTEXT, paths={"text": "description"})
    (article,) = read({**NEWSAPI, "source": "BBC", "description": "It sails."}, context)
    assert isinstance(article, RawArticle)
    assert (article.text, article.notes) == ("It sails.", ("ignored keys: urlToImage",))


def test_html_in_records_of_no_tool_becomes_text_with_notes() -> None:
    (article,) = read({**FERRY, "title": "Ferry &amp; <i>pier</i>", "source": "Quay", "text": "<p>It &hellip;</p>"})
    assert isinstance(article, RawArticle)
    assert (article.title, article.text) == ("Ferry & pier", "It …")
    assert article.notes == ("title was HTML: its plain text is stored", "text was HTML: its plain text is stored")


def test_names_that_are_none_cost_the_names() -> None:
    (article,) = read({**NEWSAPI, "content": "It sails.", "author": 5})
    assert isinstance(article, RawArticle)
    assert article.authors == ()
    assert article.notes[-1].startswith("left out: authors is 5: expected a list of names")


def test_keys_may_be_those_of_the_items_of_a_list() -> None:
    recipe = parse_recipe("name: Quay\nkeys: [[people.quay_name, title]]\nfields: {title: title}")
    assert matches(recipe, {"title": "Ferry", "people": [{}, {"quay_name": None}]})
    assert not matches(recipe, {"title": "Ferry", "people": [{}, "x"]})


def test_given_entities_keep_the_text_as_it_is() -> None:
    record = {**FERRY, "text": "<b>Ada</b>", "entities": [{"name": "Ada", "type": "person", "mentions": [[3, 6]]}]}
    (article,) = read(record)
    assert isinstance(article, RawArticle)
    assert (article.text, article.entities is not None) == ("<b>Ada</b>", True)


@pytest.mark.parametrize(
    "document",
    [
        {"status": "ok", "totalResults": 2, "articles": [{**NEWSAPI, "content": "One"}, {**NEWSAPI, "content": "Two"}]},
        {"response": {"docs": [{**NYT, "abstract": "One"}, {**NYT, "abstract": "Two"}], "meta": {}}},
        {"response": {"results": [{**GUARDIAN, "fields": {"bodyText": text}} for text in ("One", "Two")]}},
        {"articles": {"results": [{**REGISTRY, "body": "One"}, {**REGISTRY, "body": "Two"}], "page": 1}},
        {
            "id": "x",
            "title": "Starred",
            "items": [{**READER, "title": "x", "content": text} for text in ("One", "Two")],
        },
        {
            URL: {**NEWS_PLEASE, "maintext": "One"},
            "https://quay.example/2": {**NEWS_PLEASE, "url": None, "maintext": "Two"},
        },
        {"name": "Quay", "messages": [{**MESSAGE, "text": "One"}, {**MESSAGE, "text": "Two"}]},
        {
            "about": "…",
            "chats": {
                "about": "…",
                "list": [
                    {"name": "Quay", "messages": [{**MESSAGE, "text": "One"}]},
                    {"name": "Pier", "messages": [{**MESSAGE, "text": "Two"}]},
                ],
            },
        },
        {"@graph": [{**LINKED, "articleBody": "One"}, {**LINKED, "articleBody": "Two"}, "x"]},
        {
            "@type": "ItemList",
            "itemListElement": [{"item": {**LINKED, "articleBody": text}} for text in ("One", "Two")],
        },
    ],
)
def test_articles_are_found_in_the_answers_of_tools(document: Mapping[str, object]) -> None:
    items = read(document)
    assert [item.text for item in items if isinstance(item, RawArticle)] == ["One", "Two"], items


def test_an_item_alone_is_found_in_its_answer() -> None:
    (article,) = read({"response": {"status": "ok", "content": {**GUARDIAN, "fields": {"body": "<p>One</p>"}}}})
    assert isinstance(article, RawArticle)
    assert article.text == "One"


def test_an_article_knows_what_is_around_it() -> None:
    first, second = read({URL: NEWS_PLEASE, "https://quay.example/2": {**NEWS_PLEASE, "url": None}})
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (first.url, second.url) == (URL, "https://quay.example/2")
    assert second.provenance["url"] == "key of news-please"
    channels = {"chats": {"list": [{"name": name, "messages": [MESSAGE]} for name in ("Quay", "Pier")]}}
    assert [item.source for item in read(channels) if isinstance(item, RawArticle)] == ["Quay", "Pier"]


def test_references_of_a_graph_are_followed() -> None:
    nodes = [
        {**LINKED, "author": [{"@id": "#ada"}, "Jo Li"], "publisher": {"@id": "#quay"}, "creator": None},
        {"@type": "Person", "@id": "#ada", "name": "Ada Byrne"},
        {"@type": "Organization", "@id": "#quay", "name": "The Quay"},
    ]
    article, *others = read({"@context": "https://schema.org", "@graph": nodes})
    assert isinstance(article, RawArticle)
    assert (article.authors, article.source) == (("Ada Byrne", "Jo Li"), "The Quay")
    assert all(isinstance(other, NoArticle) for other in others)


def test_other_documents_have_no_recipe() -> None:
    """Their paths lead nowhere, or to something else."""
    for document in ({"articles": [1]}, {"response": {"docs": "x"}}, {"chats": {"list": {"a": 1}}}):
        (refusal,) = read(document)
        assert isinstance(refusal, Refusal)
    assert read({"items": []}) == []


def test_a_large_export_is_read_message_by_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """The object around them is never in memory as a whole, but what it says before them is known."""
    monkeypatch.setattr(json_document, "JsonText", partial(JsonText, limit=2_000, chunk=500))
    messages = [{**MESSAGE, "id": number, "text": f"It sails {number}."} for number in range(50)]
    chats = [{"name": "Quay", "messages": messages[start : start + 5]} for start in range(0, 50, 5)]
    for document in (
        {"name": "Quay", "type": "public_channel", "messages": messages},
        {"about": "…", "chats": {"about": "…", "list": chats}},
    ):
        items = list(json_document.read(BytesIO(json.dumps(document).encode()), "a.json", CONTEXT))
        articles = [item for item in items if isinstance(item, RawArticle)]
        assert len(articles) == 50, items[:3]
        assert {article.source for article in articles} == {"Quay"}


def test_an_unexpected_error_costs_one_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seed.readers.formats.json_document.read_record", lambda *_arguments, **_options: 1 / 0)
    (refusal,) = read(FERRY)
    assert isinstance(refusal, Refusal)
    assert refusal.reason.startswith("could not be read (ZeroDivisionError")


def test_a_table_without_a_header_has_its_columns() -> None:
    row = [URL, "null", "abc", HOST, "Ferry", "null", "2019-03-04", TEXT, "null", "null", "null"]
    columns = headerless_columns(row, CONTEXT.recipes)
    assert columns is not None
    assert columns[:2] == ("url", "id")
    assert headerless_columns(["7", *row[:1], *row[2:]], CONTEXT.recipes) is not None
    assert (
        headerless_columns([URL, "abc", "other.example", "Ferry", "2019-03-04", TEXT, "", ""], CONTEXT.recipes) is None
    )
    assert headerless_columns(["url", "text"], CONTEXT.recipes) is None


def test_a_missing_recipe_is_named() -> None:
    with pytest.raises(ValueError, match="the recipe 'trafilatura' is missing"):
        recipe_named("trafilatura", replace(CONTEXT, recipes=()))


def test_every_shipped_recipe_is_tried_here() -> None:
    names = {recipe.name for recipe in load_recipes(RECIPE_FOLDER)}
    read_as = {
        note.removeprefix("read as ")
        for record, _ in VARIANTS.values()
        for item in read(record)
        for note in (item.notes if isinstance(item, RawArticle) else ())
    }
    assert names - read_as == {"GDELT"}
