"""Feeds contain the results of a search, newest first, in pages, as their formats require, with honest dates."""

import json
from calendar import timegm
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.main import create_app
from app.search.sql.pages import EXPORT_BATCH_SIZE
from app.settings import ServeText, Settings
from tests import oracle
from tests.conftest import SOAK, app_for, load_jsonl
from tests.contract.feed_rules import ATOM, DC, LANG, atom_entries, json_items, rss_items
from tests.contract.shelf import Reader, World, read, serve_records
from tests.contract.strategies import Corpus, bounded, corpora, searches
from tests.contract.test_date_fields import set_publish_time
from tests.databases import url_of
from tests.oracle import Pairs

FEEDS = ("atom", "rss", "jsonfeed")
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "jsonfeed": "application/feed+json"}
CHECKS: dict[str, Callable[[bytes], list[Any]]] = {"atom": atom_entries, "rss": rss_items, "jsonfeed": json_items}

Page = tuple[list[str], str | None]
"""The ids of the entries on a page, and the URL of the next page."""


def page_of(document: bytes, suffix: str) -> Page:
    """Check a page against its format and return what a feed reader finds in it."""
    entries = CHECKS[suffix](document)
    if suffix == "jsonfeed":
        return [item["id"] for item in entries], json.loads(document).get("next_url")
    parsed = feedparser.parse(document)
    assert (parsed.bozo, parsed.version) == (False, {"atom": "atom10", "rss": "rss20"}[suffix])
    next_urls = [link.href for link in parsed.feed.links if link.rel == "next"]
    return [entry.id for entry in parsed.entries], next_urls[0] if next_urls else None


async def ids_of_all_pages(reader: Reader, suffix: str, pairs: Pairs) -> list[str]:
    """Return the ids of the entries on all pages, following the links to the last page."""
    answer = await reader.ask(f"/v1/articles.{suffix}", pairs)
    all_ids: list[str] = []
    while True:
        ids, next_url = page_of(answer.content, suffix)
        all_ids += ids
        linked = answer.links.get("next", {}).get("url")
        assert (linked and str(answer.url.join(linked))) == next_url, "the header has the same link"
        if next_url is None:
            return all_ids
        answer = await reader.client.get(next_url)


@st.composite
def corpora_with_search(draw: st.DrawFn) -> tuple[Corpus, Pairs]:
    """Draw a corpus and a search."""
    corpus = draw(corpora())
    return corpus, draw(searches(corpus))


@settings(bounded, max_examples=3 * SOAK)
@given(drawn=corpora_with_search(), limit=st.integers(1, 7))
def test_a_feed_agrees_with_the_oracle_newest_first(migrated: Path, drawn: tuple[Corpus, Pairs], limit: int) -> None:
    """Each article comes once in every format, whatever the page size."""
    corpus, pairs = drawn
    with serve_records(migrated, corpus) as world:
        records = oracle.in_order(oracle.search(world.records, pairs))
        expected = [f"urn:dateline:article:{record['public_id']}" for record in records]

        async def check(reader: Reader) -> None:
            for suffix in FEEDS:
                assert await ids_of_all_pages(reader, suffix, [*pairs, ("limit", str(limit))]) == expected, pairs

        read(world.app, check)


@pytest.mark.parametrize("suffix", FEEDS)
def test_a_page_has_its_media_type_and_its_own_urls(reader: TestClient, suffix: str) -> None:
    """The URLs are absolute and of the requested host; all pages share the URL of the first one."""
    answer = reader.get(f"http://dateline.example/v1/articles.{suffix}?limit=2&q=caf%C3%A9+port")
    next_url = page_of(answer.content, suffix)[1] or ""
    assert answer.headers["content-type"] == TYPES[suffix]
    base = f"http://dateline.example/v1/articles.{suffix}?limit=2&q=caf%C3%A9+port"
    assert next_url.startswith(f"{base}&cursor=")
    second = reader.get(next_url)
    for page, url in ((answer, base), (second, next_url)):
        own = {} if suffix == "jsonfeed" else {"self": url}
        search = "http://dateline.example/?q=caf%C3%A9+port"
        assert urls_of(page.content, suffix) == {**own, "first": base, "search": search}


def urls_of(document: bytes, suffix: str) -> dict[str, str]:
    """Return the URLs of a page, of the first page and of its search; JSON Feed has no URL of the page."""
    if suffix == "jsonfeed":
        feed = json.loads(document)
        return {"first": feed["feed_url"], "search": feed["home_page_url"]}
    feed = feedparser.parse(document).feed
    links = {link.rel: link.href for link in feed.links}
    assert suffix == "rss" or feed.id == links["first"]
    return {"self": links["self"], "first": links["first"], "search": links["alternate"]}


@pytest.mark.parametrize("suffix", FEEDS)
def test_the_title_of_a_feed_names_its_filters(reader: TestClient, suffix: str) -> None:
    """Without filters, it is the name of the application."""

    def title(query: str) -> str:
        content = reader.get(f"/v1/articles.{suffix}{query}").content
        return str(json.loads(content)["title"] if suffix == "jsonfeed" else feedparser.parse(content).feed.title)

    assert title("") == title("?limit=3") == "Dateline"
    assert title("?q=%3Cb%3E+%26+port&from=2015") == "Dateline: q <b> & port, from 2015"


DATED = {
    None: (None, None, "[undated]"),
    "2015": (None, "2015", "[2015]"),
    "2015-11": (None, "2015-11", "[2015-11]"),
    "2015-11-01": ("2015-11-01T12:00:00Z", None, "[2015-11-01]"),
    "2015-11-01T23:59-05:00": ("2015-11-02T04:59:00Z", None, "[2015-11-01]"),
}
"""Dates of records, with the instant that a feed has, the month or year without a day, and the text."""


@pytest.fixture
def dated(database: Path) -> TestClient:
    """Return a client of articles whose titles are their dates."""
    records = [
        {"title": str(day), "source": "Gazette", "text": "It sails.", "published": day} for day in DATED if day
    ] + [{"title": "None", "source": "Gazette", "text": "It sails."}]
    load_jsonl(database, records)
    return TestClient(app_for(database))


@pytest.mark.unmeasured
@pytest.mark.parametrize("day", DATED)
def test_a_date_is_as_precise_as_it_is_known(dated: TestClient, day: str | None) -> None:
    """A day has noon, which is on the same day in most zones; `updated` is when the entry was first served."""
    instant, printed, text = DATED[day]
    published = dated.get("/v1/corpus").json()["published_at"]
    feed = dated.get("/v1/articles.atom").content
    (entry,) = (entry for entry in atom_entries(feed) if entry.findtext(f"{ATOM}title") == str(day))
    dates = {name: entry.findtext(name) for name in (f"{ATOM}updated", f"{ATOM}published", f"{DC}date")}
    assert dates == {f"{ATOM}updated": published, f"{ATOM}published": instant, f"{DC}date": printed}
    assert entry.findtext(f"{ATOM}summary") == f"{text} It sails."
    assert feedparser.parse(feed).feed.updated == published
    (item,) = (i for i in rss_items(dated.get("/v1/articles.rss").content) if i.findtext("title") == str(day))
    expected = instant and format_datetime(datetime.fromisoformat(instant), usegmt=True)
    assert (item.findtext("pubDate"), item.findtext(f"{DC}date")) == (expected, printed)
    assert item.findtext("description") == f"{text} It sails."
    (shown,) = (i for i in json_items(dated.get("/v1/articles.jsonfeed").content) if i["title"] == str(day))
    assert shown.get("date_published") == instant
    assert shown["_dateline"]["published"]["on"] == (day and day[:10])
    assert (shown["content_text"], shown["summary"]) == (f"{text} It sails.", "It sails.")


@pytest.mark.unmeasured
@pytest.mark.parametrize("hours", range(-12, 12))
def test_readers_show_the_printed_day_in_their_own_zone(dated: TestClient, hours: int) -> None:
    """From UTC-12 to UTC+11."""
    day, zone = "2015-11-01", timezone(timedelta(hours=hours))
    for suffix in ("atom", "rss"):
        parsed = feedparser.parse(dated.get(f"/v1/articles.{suffix}").content)
        (entry,) = (entry for entry in parsed.entries if entry.title == day)
        instant = datetime.fromtimestamp(timegm(entry.published_parsed), UTC)
        assert instant.astimezone(zone).date().isoformat() == day
    (item,) = (item for item in dated.get("/v1/articles.jsonfeed").json()["items"] if item["title"] == day)
    assert datetime.fromisoformat(item["date_published"]).astimezone(zone).date().isoformat() == day


def test_a_day_is_in_no_element_that_readers_take_for_midnight(dated: TestClient) -> None:
    """Some prefer `dc:date` to all others, and some the last date of an entry."""
    names = {f"{ATOM}updated", f"{ATOM}published", f"{DC}date", "pubDate"}
    dates = {}
    for suffix in ("atom", "rss"):
        entries = CHECKS[suffix](dated.get(f"/v1/articles.{suffix}").content)
        (entry,) = (entry for entry in entries if "2015-11-01" in [child.text for child in entry])
        dates[suffix] = [child.tag for child in entry if child.tag in names]
    assert dates == {"atom": [f"{ATOM}updated", f"{ATOM}published"], "rss": ["pubDate"]}


def updates(client: TestClient) -> dict[str, str]:
    """Return the `updated` of each entry by title, and that of the feed."""
    document = client.get("/v1/articles.atom").content
    feed = ET.fromstring(document)  # noqa: S314 - our own document
    entries = {entry.findtext(f"{ATOM}title", ""): entry for entry in atom_entries(document)}
    return {title: element.findtext(f"{ATOM}updated", "") for title, element in ({"feed": feed} | entries).items()}


@pytest.mark.unmeasured
def test_an_entry_comes_again_only_if_its_article_changes(database: Path) -> None:
    """`updated` is when its revision was first served; that of the feed is the newest one."""
    ferry = {"title": "Ferry", "source": "Gazette", "text": "It sails.", "published": "2019-05-01"}
    tide = {"title": "Tide", "source": "Gazette", "text": "It falls.", "published": "2019-06-01T12:00Z"}
    days = [f"2020-01-0{version}T00:00:00Z" for version in (1, 2, 3, 4)]
    seen = []
    for version, records in enumerate([[ferry], [tide], [{**ferry, "text": "It waits."}]], start=1):
        load_jsonl(database, records)
        set_publish_time(database, version, days[version - 1])
        seen.append(updates(TestClient(app_for(database))))
    assert seen == [
        {"feed": days[0], "Ferry": days[0]},
        {"feed": days[1], "Ferry": days[0], "Tide": days[1]},
        {"feed": days[2], "Ferry": days[2], "Tide": days[1]},
    ]


@pytest.mark.parametrize("suffix", FEEDS)
def test_an_empty_feed_is_valid(client: TestClient, suffix: str) -> None:
    """Before the first publish, Atom, which requires an instant, has the epoch."""
    answer = client.get(f"/v1/articles.{suffix}")
    assert answer.status_code == 200
    assert page_of(answer.content, suffix) == ([], None)
    if suffix == "atom":
        assert feedparser.parse(answer.content).feed.updated == "1970-01-01T00:00:00Z"


ODD_TITLE = "Bell \x07, <b>“a” & 'b'</b> ]]> \ufffe \U0001f6a2 &amp;"
LEGAL_TITLE = "Bell \ufffd, <b>“a” & 'b'</b> ]]> \ufffd \U0001f6a2 &amp;"
ODD_URL = "https://gazette.example/é?a=1&b=<2>"
ODD = {
    "title": ODD_TITLE,
    "source": "Gazette & Sons",
    "url": ODD_URL,
    "authors": ["Ann <Lee>", "Bo & Ek"],
    "language": "pt-BR",
    "rights": "© “Gazette” & <Sons>",
    "published": "2015-11-01",
    "text": "\n  First <i>line</i> & more\nstays in the paragraph.\n\nSecond.",
    "entities": [{"id": "x", "name": "X <&> Y", "type": "person", "mentions": [[3, 8]]}],
}

ODD_RECORD = (
    "{urn:dateline:feed}article",
    "",
    {
        "title": LEGAL_TITLE,
        "url": ODD_URL,
        "source": "gazette-sons",
        "source_name": "Gazette & Sons",
        "language": "pt-BR",
        "language_basis": "metadata",
        "text_kind": "full",
        "published_on": "2015-11-01",
        "precision": "day",
        "basis": "metadata",
    },
)
"""The element of an article for a load, which has the URL as it is stored."""


@pytest.fixture
def odd(database: Path) -> TestClient:
    """Return a client of one article whose fields have the special characters of XML."""
    load_jsonl(database, [ODD])
    return TestClient(app_for(database))


def test_a_whole_atom_entry(odd: TestClient) -> None:
    """Every element is as a parser reads it."""
    (entry,) = atom_entries(odd.get("http://dateline.example/v1/articles.atom").content)
    id_ = odd.get("/v1/articles").json()["items"][0]["id"]
    published = odd.get("/v1/corpus").json()["published_at"]
    assert entry.get(LANG) == "pt-BR"
    assert [plain(child) for child in entry] == [
        ("id", f"urn:dateline:article:{id_}", {}),
        ("title", LEGAL_TITLE, {}),
        ("updated", published, {}),
        ("published", "2015-11-01T12:00:00Z", {}),
        ("author", "Ann <Lee>", {}),
        ("author", "Bo & Ek", {}),
        ODD_RECORD,
        ("dc:publisher", "Gazette & Sons", {}),
        ("link", "", {"rel": "alternate", "href": "https://gazette.example/%C3%A9?a=1&b=%3C2%3E"}),
        ("link", "", json_link(id_)),
        ("category", "", {"term": "x", "scheme": scheme("person"), "label": "X <&> Y"}),
        ("rights", "© “Gazette” & <Sons>", {}),
        ("summary", "[2015-11-01] First <i>line</i> & more stays in the paragraph.", {}),
    ]


def plain(element: ET.Element) -> tuple[str, str, dict[str, str]]:
    """Return the name, text and attributes of an element."""
    return element.tag.replace(ATOM, "").replace(DC, "dc:"), "".join(element.itertext()), dict(element.attrib)


def json_link(id_: str) -> dict[str, str]:
    """Return the link to an article as JSON."""
    return {"rel": "related", "type": "application/json", "href": f"http://dateline.example/v1/articles/{id_}"}


def scheme(type_: str) -> str:
    """Return the URL of the list of entities of a type."""
    return f"http://dateline.example/v1/entities?type={type_}"


def test_a_whole_rss_item(odd: TestClient) -> None:
    """A description is interpreted as HTML, so plain text is escaped twice; a title is interpreted as text."""
    (item,) = rss_items(odd.get("http://dateline.example/v1/articles.rss").content)
    id_ = odd.get("/v1/articles").json()["items"][0]["id"]
    assert [plain(child) for child in item] == [
        ("guid", f"urn:dateline:article:{id_}", {"isPermaLink": "false"}),
        ("title", LEGAL_TITLE, {}),
        ("link", "https://gazette.example/%C3%A9?a=1&b=%3C2%3E", {}),
        ("pubDate", "Sun, 01 Nov 2015 12:00:00 GMT", {}),
        ("dc:creator", "Ann <Lee>", {}),
        ("dc:creator", "Bo & Ek", {}),
        ("dc:publisher", "Gazette & Sons", {}),
        ODD_RECORD,
        ("dc:language", "pt-BR", {}),
        ("category", "X <&> Y", {"domain": scheme("person")}),
        ("dc:rights", "© “Gazette” & <Sons>", {}),
        ("description", "[2015-11-01] First &lt;i&gt;line&lt;/i&gt; &amp; more stays in the paragraph.", {}),
    ]


def test_a_whole_json_feed(odd: TestClient) -> None:
    """JSON represents every character."""
    url = "http://dateline.example/v1/articles.jsonfeed?actor=x"
    id_ = odd.get("/v1/articles").json()["items"][0]["id"]
    lead = "First <i>line</i> & more stays in the paragraph."
    assert odd.get(url).json() == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Dateline: actor x",
        "description": "Articles matching a Dateline search, newest first.",
        "home_page_url": "http://dateline.example/?actor=x",
        "feed_url": url,
        "items": [
            {
                "id": f"urn:dateline:article:{id_}",
                "url": "https://gazette.example/%C3%A9?a=1&b=%3C2%3E",
                "title": ODD_TITLE,
                "content_text": f"[2015-11-01] {lead}",
                "summary": lead,
                "date_published": "2015-11-01T12:00:00Z",
                "authors": [{"name": "Ann <Lee>"}, {"name": "Bo & Ek"}],
                "tags": ["X <&> Y"],
                "language": "pt-BR",
                "_dateline": {
                    "url": f"http://dateline.example/v1/articles/{id_}",
                    "source": {"id": "gazette-sons", "name": "Gazette & Sons"},
                    "published": {
                        "on": "2015-11-01",
                        "at": None,
                        "precision": "day",
                        "zone": None,
                        "basis": "metadata",
                        "evidence": None,
                    },
                    "text_kind": "full",
                    "rights": "© “Gazette” & <Sons>",
                    "entities": [{"id": "x", "name": "X <&> Y", "type": "person", "count": 1}],
                    "page_url": ODD_URL,
                    "language_basis": "metadata",
                    "text_withheld": False,
                },
            }
        ],
    }


def test_unknown_values_are_left_out(dated: TestClient) -> None:
    """A URL, and in Atom an author, is always present: if need be that of Dateline's own page, and the source."""
    id_ = dated.get("/v1/articles").json()["items"][0]["id"]
    article, page = f"http://testserver/v1/articles/{id_}", f"http://testserver/?article={id_}"
    entry = atom_entries(dated.get("/v1/articles.atom").content)[0]
    assert [entry.findtext(f"{ATOM}author/{ATOM}name"), entry.get(LANG)] == ["Gazette", None]
    assert [link.get("href") for link in entry.findall(f"{ATOM}link")] == [page, article]
    assert not {f"{ATOM}category", f"{ATOM}rights"} & {child.tag for child in entry}
    item = rss_items(dated.get("/v1/articles.rss").content)[0]
    assert [child.tag for child in item] == [
        *("guid", "title", "link", "pubDate", f"{DC}publisher", "{urn:dateline:feed}article", "description")
    ]
    assert item.findtext("link") == page
    shown = json_items(dated.get("/v1/articles.jsonfeed").content)[0]
    assert shown.keys() == {"id", "url", "title", "content_text", "summary", "date_published", "_dateline"}
    assert shown["url"] == page


@pytest.mark.unmeasured
@pytest.mark.parametrize("suffix", FEEDS)
def test_links_lead_to_the_api_without_the_page(database: Path, suffix: str) -> None:
    """No link leads to a page that is not served; below a prefix, all have it."""
    load_jsonl(database, [{"title": "Ferry", "source": "Gazette", "text": "It sails."}])
    base = "https://example.org/news/"
    for is_served in (True, False):
        settings = Settings(database_url=url_of(database), page=is_served, public_url=base)
        client = TestClient(create_app(settings))
        id_ = client.get("/v1/articles").json()["items"][0]["id"]
        document = client.get(f"/v1/articles.{suffix}?q=ferry").content
        (entry,) = CHECKS[suffix](document)
        link = entry["url"] if suffix == "jsonfeed" else feedparser.parse(document).entries[0].link
        assert urls_of(document, suffix)["search"] == f"{base}{'' if is_served else 'v1/articles'}?q=ferry"
        assert link == f"{base}{f'?article={id_}' if is_served else f'v1/articles/{id_}'}"
        assert client.get(link).status_code == 200


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("serve", "shown"), [("full", {"full", "extract", "digest"}), ("digest", {"digest"}), ("none", set[str]())]
)
def test_a_withheld_text_has_no_lead(database: Path, serve: ServeText, shown: set[str]) -> None:
    """This holds for every format; the date remains, and JSON Feed, which requires content, has the title."""
    kinds = ("full", "extract", "digest")
    records = [{"title": kind, "source": "Gazette", "text": f"A {kind} text.", "text_kind": kind} for kind in kinds]
    load_jsonl(database, records)
    client = TestClient(app_for(database, serve_text=serve))
    expected = {kind: f"A {kind} text." if kind in shown else None for kind in kinds}
    texts = {kind: f"[undated] {expected[kind] or ''}".rstrip() for kind in kinds}
    entries = atom_entries(client.get("/v1/articles.atom").content)
    assert {entry.findtext(f"{ATOM}title"): entry.findtext(f"{ATOM}summary") for entry in entries} == texts
    items = rss_items(client.get("/v1/articles.rss").content)
    assert {item.findtext("title"): item.findtext("description") for item in items} == texts
    shown_items = json_items(client.get("/v1/articles.jsonfeed").content)
    assert {item["title"]: item.get("summary") for item in shown_items} == expected
    contents = {item["title"]: item["content_text"] for item in shown_items}
    assert contents == {kind: f"[undated] {expected[kind] or kind}" for kind in kinds}


def test_each_host_gets_its_own_links(reader: TestClient) -> None:
    """The Host header of another client before does not matter."""
    for host in ("one.example", "two.example:8080"):
        for _ in range(2):
            answer = reader.get(f"http://{host}/v1/articles.atom?limit=1")
            assert urls_of(answer.content, "atom")["self"] == f"http://{host}/v1/articles.atom?limit=1"


def test_an_invalid_host_is_replaced_by_the_servers(reader: TestClient) -> None:
    """The header cannot be part of a URL."""
    answer = reader.get("/v1/articles.rss?limit=1", headers={"Host": 'x"><script>'})
    assert urls_of(answer.content, "rss")["self"] == "http://testserver/v1/articles.rss?limit=1"


@pytest.mark.parametrize("suffix", FEEDS)
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("cursor=garbage", "cursor"),
        ("sort=published", "sort"),
        ("facet=source", "facet"),
        ("actor=velandia", "actor"),
        ("from=2016&to=2015", "from"),
    ],
)
def test_a_bad_request_is_refused_by_name(reader: TestClient, suffix: str, query: str, parameter: str) -> None:
    """The problem is that of all other views."""
    answer = reader.get(f"/v1/articles.{suffix}?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize("suffix", FEEDS)
def test_a_cursor_is_valid_for_its_search_only(reader: TestClient, suffix: str) -> None:
    """The same search continues in another format; another search refuses the cursor."""
    following = page_of(reader.get(f"/v1/articles.{suffix}?limit=5").content, suffix)[1] or ""
    cursor = following.partition("cursor=")[2]
    assert reader.get(f"/v1/articles.rss?limit=5&cursor={cursor}").status_code == 200
    assert reader.get(f"/v1/articles.{suffix}?limit=6&cursor={cursor}").status_code == 422
    assert reader.get(f"/v1/articles?limit=5&cursor={cursor}").status_code == 422


def test_a_page_has_fifty_entries_by_default(migrated: Path) -> None:
    """With `limit`, it has as many as requested, read in batches."""
    records = [{"title": f"Ferry {n}", "source": "Gazette", "text": "It sails."} for n in range(EXPORT_BATCH_SIZE + 2)]
    with serve_records(migrated, []) as world:
        load_jsonl(world.database, records)
        client = TestClient(world.app)
        sizes = [len(client.get(f"/v1/articles.jsonfeed{query}").json()["items"]) for query in ("", "?limit=1000")]
        assert sizes == [50, EXPORT_BATCH_SIZE + 2]
        ids, next_url = page_of(client.get(f"/v1/articles.jsonfeed?limit={EXPORT_BATCH_SIZE + 1}").content, "jsonfeed")
        remaining, end = page_of(client.get(next_url or "").content, "jsonfeed")
        assert (len(set(ids + remaining)), end) == (EXPORT_BATCH_SIZE + 2, None)


def test_members_widen_a_feed_like_a_page(world: World, reader: TestClient) -> None:
    """All filters apply."""
    query = "actor=vellandia&members=true"
    total = reader.get(f"/v1/articles?{query}").json()["total"]
    assert len(atom_entries(reader.get(f"/v1/articles.atom?{query}").content)) == total > 0
