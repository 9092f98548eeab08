"""Feeds hold what the search finds, newest first, page by page, by the rules of their formats, with honest dates."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from app.settings import ServeText
from app.wire.articles import EXPORT_BATCH_SIZE
from tests import oracle
from tests.conftest import app_for, load_jsonl
from tests.contract.feed_rules import ATOM, DC, LANG, atom_entries, json_items, rss_items
from tests.contract.shelf import Reader, World, read, shelved
from tests.contract.strategies import Corpus, bounded, corpora, searches
from tests.oracle import Pairs

FEEDS = ("atom", "rss", "jsonfeed")
TYPES = {"atom": "application/atom+xml", "rss": "application/rss+xml", "jsonfeed": "application/feed+json"}
CHECKS: dict[str, Callable[[bytes], list[Any]]] = {"atom": atom_entries, "rss": rss_items, "jsonfeed": json_items}

Page = tuple[list[str], str | None]
"""The ids of the entries of a page, and the address of the next one."""


def page_of(document: bytes, suffix: str) -> Page:
    """Check a page by the rules of its format; return what a feed reader finds in it."""
    entries = CHECKS[suffix](document)
    if suffix == "jsonfeed":
        return [item["id"] for item in entries], json.loads(document).get("next_url")
    parsed = feedparser.parse(document)
    assert (parsed.bozo, parsed.version) == (False, {"atom": "atom10", "rss": "rss20"}[suffix])
    following = [link.href for link in parsed.feed.links if link.rel == "next"]
    return [entry.id for entry in parsed.entries], following[0] if following else None


async def followed(reader: Reader, suffix: str, pairs: Pairs) -> list[str]:
    """Return the ids of all pages, by following each to the next."""
    answer = await reader.ask(f"/v1/articles.{suffix}", pairs)
    seen: list[str] = []
    while True:
        ids, following = page_of(answer.content, suffix)
        seen += ids
        linked = answer.links.get("next", {}).get("url")
        assert (linked and str(answer.url.join(linked))) == following, "the header says the same"
        if following is None:
            return seen
        answer = await reader.client.get(following)


@st.composite
def followed_corpora(draw: st.DrawFn) -> tuple[Corpus, Pairs]:
    """Draw a corpus and a search."""
    corpus = draw(corpora())
    return corpus, draw(searches(corpus))


@settings(bounded, max_examples=6)
@given(drawn=followed_corpora(), limit=st.integers(1, 7))
def test_a_feed_holds_what_the_oracle_finds_newest_first(
    migrated: Path, drawn: tuple[Corpus, Pairs], limit: int
) -> None:
    """Each article once, however short the pages, in all formats alike."""
    corpus, pairs = drawn
    with shelved(migrated, corpus) as world:
        found = oracle.in_order(oracle.search(world.records, pairs))
        expected = [f"urn:dateline:article:{record['public_id']}" for record in found]

        async def check(reader: Reader) -> None:
            for suffix in FEEDS:
                assert await followed(reader, suffix, [*pairs, ("limit", str(limit))]) == expected, pairs

        read(world.app, check)


@pytest.mark.parametrize("suffix", FEEDS)
def test_a_page_is_of_its_type_and_names_itself(reader: TestClient, suffix: str) -> None:
    """By absolute URLs of the host that was asked; the address of the first page names all of them."""
    answer = reader.get(f"http://dateline.example/v1/articles.{suffix}?limit=2&q=caf%C3%A9+port")
    following = page_of(answer.content, suffix)[1] or ""
    assert answer.headers["content-type"] == TYPES[suffix]
    base = f"http://dateline.example/v1/articles.{suffix}?limit=2&q=caf%C3%A9+port"
    assert following.startswith(f"{base}&cursor=")
    second = reader.get(following)
    for page, url in ((answer, base), (second, following)):
        assert urls_of(page.content, suffix) == {"self": url, "first": base} | {
            "search": "http://dateline.example/v1/articles?q=caf%C3%A9+port"
        }


def urls_of(document: bytes, suffix: str) -> dict[str, str]:
    """Return the addresses that a page gives of itself, its first page (JSON Feed has no such word) and its search."""
    if suffix == "jsonfeed":
        feed = json.loads(document)
        own = feed["feed_url"]
        return {"self": own, "first": own.partition("&cursor=")[0], "search": feed["home_page_url"]}
    feed = feedparser.parse(document).feed
    links = {link.rel: link.href for link in feed.links}
    assert suffix == "rss" or feed.id == links["first"]
    return {"self": links["self"], "first": links["first"], "search": links["alternate"]}


@pytest.mark.parametrize("suffix", FEEDS)
def test_a_feed_without_a_question_is_called_dateline(reader: TestClient, suffix: str) -> None:
    """With one it says which."""

    def title(query: str) -> str:
        content = reader.get(f"/v1/articles.{suffix}{query}").content
        return str(json.loads(content)["title"] if suffix == "jsonfeed" else feedparser.parse(content).feed.title)

    assert title("") == title("?limit=3") == "Dateline"
    assert title("?q=%3Cb%3E+%26+port&from=2015") == "Dateline: q <b> & port, from 2015"


DATED = {
    None: (None, None),
    "2015": (None, "2015"),
    "2015-11": (None, "2015-11"),
    "2015-11-01": (None, "2015-11-01"),
    "2015-11-01T23:59-05:00": ("2015-11-02T04:59:00Z", None),
}
"""Dates of records: the instant that is shown, or the day, month or year."""


@pytest.fixture
def dated(database: Path) -> TestClient:
    """A client of articles whose titles are their dates."""
    records = [
        {"title": str(day), "source": "Gazette", "text": "It sails.", "published": day} for day in DATED if day
    ] + [{"title": "None", "source": "Gazette", "text": "It sails."}]
    load_jsonl(database, records)
    return TestClient(app_for(database))


@pytest.mark.parametrize("day", DATED)
def test_a_date_is_shown_as_far_as_it_is_known(dated: TestClient, day: str | None) -> None:
    """Nowhere does a day get a time; Atom, which wants one, gets that of the publish for the entry."""
    instant, printed = DATED[day]
    published = dated.get("/v1/corpus").json()["published_at"]
    feed = dated.get("/v1/articles.atom").content
    (entry,) = (entry for entry in atom_entries(feed) if entry.findtext(f"{ATOM}title") == str(day))
    dates = {name: entry.findtext(name) for name in (f"{ATOM}updated", f"{ATOM}published", f"{DC}date")}
    assert dates == {f"{ATOM}updated": instant or published, f"{ATOM}published": instant, f"{DC}date": printed}
    assert feedparser.parse(feed).feed.updated == published
    (item,) = (i for i in rss_items(dated.get("/v1/articles.rss").content) if i.findtext("title") == str(day))
    expected = "Mon, 02 Nov 2015 04:59:00 GMT" if instant else None
    assert (item.findtext("pubDate"), item.findtext(f"{DC}date")) == (expected, printed)
    (shown,) = (i for i in json_items(dated.get("/v1/articles.jsonfeed").content) if i["title"] == str(day))
    assert shown.get("date_published") == instant
    assert shown["_dateline"]["published"]["on"] == (day and day[:10])


@pytest.mark.parametrize("suffix", FEEDS)
def test_a_feed_of_nothing_is_a_feed(client: TestClient, suffix: str) -> None:
    """Of a corpus of which nothing was published, too: Atom, which wants an instant, gets the earliest."""
    answer = client.get(f"/v1/articles.{suffix}")
    assert answer.status_code == 200
    assert page_of(answer.content, suffix) == ([], None)
    if suffix == "atom":
        assert feedparser.parse(answer.content).feed.updated == "1970-01-01T00:00:00Z"


ODD_TITLE = "Bell \x07, <b>“a” & 'b'</b> ]]> \ufffe \U0001f6a2 &amp;"
LEGAL_TITLE = "Bell \ufffd, <b>“a” & 'b'</b> ]]> \ufffd \U0001f6a2 &amp;"
ODD = {
    "title": ODD_TITLE,
    "source": "Gazette & Sons",
    "url": "https://gazette.example/é?a=1&b=<2>",
    "authors": ["Ann <Lee>", "Bo & Ek"],
    "language": "pt-BR",
    "rights": "© “Gazette” & <Sons>",
    "published": "2015-11-01",
    "text": "\n  First <i>line</i> & more\nstays in the paragraph.\n\nSecond.",
    "entities": [{"id": "x", "name": "X <&> Y", "type": "person", "mentions": [[3, 8]]}],
}


@pytest.fixture
def odd(database: Path) -> TestClient:
    """A client of one article full of what XML has its own use for."""
    load_jsonl(database, [ODD])
    return TestClient(app_for(database))


def test_an_atom_entry_is_whole(odd: TestClient) -> None:
    """Each element, as a parser reads it."""
    (entry,) = atom_entries(odd.get("http://dateline.example/v1/articles.atom").content)
    id_ = odd.get("/v1/articles").json()["items"][0]["id"]
    published = odd.get("/v1/corpus").json()["published_at"]
    assert entry.get(LANG) == "pt-BR"
    assert [plain(child) for child in entry] == [
        ("id", f"urn:dateline:article:{id_}", {}),
        ("title", LEGAL_TITLE, {}),
        ("updated", published, {}),
        ("dc:date", "2015-11-01", {}),
        ("author", "Ann <Lee>", {}),
        ("author", "Bo & Ek", {}),
        ("dc:publisher", "Gazette & Sons", {}),
        ("link", "", {"rel": "alternate", "href": "https://gazette.example/%C3%A9?a=1&b=%3C2%3E"}),
        ("link", "", json_link(id_)),
        ("category", "", {"term": "x", "scheme": scheme("person"), "label": "X <&> Y"}),
        ("rights", "© “Gazette” & <Sons>", {}),
        ("summary", "First <i>line</i> & more stays in the paragraph.", {}),
    ]


def plain(element: ET.Element) -> tuple[str, str, dict[str, str]]:
    """Return name, text and attributes of an element."""
    return element.tag.replace(ATOM, "").replace(DC, "dc:"), "".join(element.itertext()), dict(element.attrib)


def json_link(id_: str) -> dict[str, str]:
    """Return the link to an article as JSON."""
    return {"rel": "alternate", "type": "application/json", "href": f"http://dateline.example/v1/articles/{id_}"}


def scheme(type_: str) -> str:
    """Return where the entities of a type are listed."""
    return f"http://dateline.example/v1/entities?type={type_}"


def test_an_rss_item_is_whole(odd: TestClient) -> None:
    """A description is read as HTML, so that its plain text is escaped twice; a title is read as text."""
    (item,) = rss_items(odd.get("http://dateline.example/v1/articles.rss").content)
    id_ = odd.get("/v1/articles").json()["items"][0]["id"]
    assert [plain(child) for child in item] == [
        ("guid", f"urn:dateline:article:{id_}", {"isPermaLink": "false"}),
        ("title", LEGAL_TITLE, {}),
        ("link", "https://gazette.example/%C3%A9?a=1&b=%3C2%3E", {}),
        ("dc:date", "2015-11-01", {}),
        ("dc:creator", "Ann <Lee>", {}),
        ("dc:creator", "Bo & Ek", {}),
        ("dc:publisher", "Gazette & Sons", {}),
        ("dc:language", "pt-BR", {}),
        ("category", "X <&> Y", {"domain": scheme("person")}),
        ("dc:rights", "© “Gazette” & <Sons>", {}),
        ("description", "First &lt;i&gt;line&lt;/i&gt; &amp; more stays in the paragraph.", {}),
    ]


def test_a_json_feed_is_whole(odd: TestClient) -> None:
    """JSON holds every character."""
    url = "http://dateline.example/v1/articles.jsonfeed?actor=x"
    id_ = odd.get("/v1/articles").json()["items"][0]["id"]
    opening = "First <i>line</i> & more stays in the paragraph."
    assert odd.get(url).json() == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Dateline: actor x",
        "description": "Articles matching a Dateline search, newest first.",
        "home_page_url": "http://dateline.example/v1/articles?actor=x",
        "feed_url": url,
        "items": [
            {
                "id": f"urn:dateline:article:{id_}",
                "url": "https://gazette.example/%C3%A9?a=1&b=%3C2%3E",
                "title": ODD_TITLE,
                "content_text": opening,
                "summary": opening,
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
                },
            }
        ],
    }


def test_what_is_unknown_is_left_out(dated: TestClient) -> None:
    """But a place to read it, and in Atom an author, there always is: Dateline's own, and the source."""
    article = f"http://testserver/v1/articles/{dated.get('/v1/articles').json()['items'][0]['id']}"
    entry = atom_entries(dated.get("/v1/articles.atom").content)[0]
    assert [entry.findtext(f"{ATOM}author/{ATOM}name"), entry.get(LANG)] == ["Gazette", None]
    assert [link.get("href") for link in entry.findall(f"{ATOM}link")] == [article, article]
    assert not {f"{ATOM}category", f"{ATOM}rights"} & {child.tag for child in entry}
    item = rss_items(dated.get("/v1/articles.rss").content)[0]
    assert [child.tag for child in item] == ["guid", "title", "link", "pubDate", f"{DC}publisher", "description"]
    assert item.findtext("link") == article
    shown = json_items(dated.get("/v1/articles.jsonfeed").content)[0]
    assert shown.keys() == {"id", "url", "title", "content_text", "summary", "date_published", "_dateline"}
    assert shown["url"] == article


@pytest.mark.parametrize(
    ("serve", "shown"), [("full", {"full", "digest"}), ("digest", {"digest"}), ("none", set[str]())]
)
def test_a_text_that_is_withheld_has_no_summary(database: Path, serve: ServeText, shown: set[str]) -> None:
    """In no format; JSON Feed, which wants a content, gets the title."""
    kinds = ("full", "digest")
    records = [{"title": kind, "source": "Gazette", "text": f"A {kind} text.", "text_kind": kind} for kind in kinds]
    load_jsonl(database, records)
    client = TestClient(app_for(database, serve_text=serve))
    expected = {kind: f"A {kind} text." if kind in shown else None for kind in kinds}
    entries = atom_entries(client.get("/v1/articles.atom").content)
    assert {entry.findtext(f"{ATOM}title"): entry.findtext(f"{ATOM}summary") for entry in entries} == expected
    items = rss_items(client.get("/v1/articles.rss").content)
    assert {item.findtext("title"): item.findtext("description") for item in items} == expected
    shown_items = json_items(client.get("/v1/articles.jsonfeed").content)
    assert {item["title"]: item.get("summary") for item in shown_items} == expected
    assert all(item["content_text"] == (expected[item["title"]] or item["title"]) for item in shown_items)


def test_each_host_gets_its_own_links(reader: TestClient) -> None:
    """Whatever another client's Host header said before."""
    for host in ("one.example", "two.example:8080"):
        for _ in range(2):
            answer = reader.get(f"http://{host}/v1/articles.atom?limit=1")
            assert urls_of(answer.content, "atom")["self"] == f"http://{host}/v1/articles.atom?limit=1"


def test_a_host_that_is_none_gets_the_servers(reader: TestClient) -> None:
    """What stands in the header is no part of a URL."""
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
def test_what_is_wrong_is_refused_by_name(reader: TestClient, suffix: str, query: str, parameter: str) -> None:
    """With the problem of all other views."""
    answer = reader.get(f"/v1/articles.{suffix}?{query}")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["parameter"] for error in answer.json()["errors"]] == [parameter]


@pytest.mark.parametrize("suffix", FEEDS)
def test_a_cursor_serves_only_its_feed(reader: TestClient, suffix: str) -> None:
    """A page of the same search in another format goes on where this one ends; another search does not."""
    following = page_of(reader.get(f"/v1/articles.{suffix}?limit=5").content, suffix)[1] or ""
    cursor = following.partition("cursor=")[2]
    assert reader.get(f"/v1/articles.rss?limit=5&cursor={cursor}").status_code == 200
    assert reader.get(f"/v1/articles.{suffix}?limit=6&cursor={cursor}").status_code == 422
    assert reader.get(f"/v1/articles?limit=5&cursor={cursor}").status_code == 422


def test_a_page_holds_fifty_unless_asked(migrated: Path) -> None:
    """And as many as asked, in batches."""
    records = [{"title": f"Ferry {n}", "source": "Gazette", "text": "It sails."} for n in range(EXPORT_BATCH_SIZE + 2)]
    with shelved(migrated, []) as world:
        load_jsonl(world.database, records)
        client = TestClient(world.app)
        sizes = [len(client.get(f"/v1/articles.jsonfeed{query}").json()["items"]) for query in ("", "?limit=1000")]
        assert sizes == [50, EXPORT_BATCH_SIZE + 2]
        ids, following = page_of(client.get(f"/v1/articles.jsonfeed?limit={EXPORT_BATCH_SIZE + 1}").content, "jsonfeed")
        rest, end = page_of(client.get(following or "").content, "jsonfeed")
        assert (len(set(ids + rest)), end) == (EXPORT_BATCH_SIZE + 2, None)


def test_members_widen_a_feed_as_they_widen_a_page(world: World, reader: TestClient) -> None:
    """All filters hold."""
    query = "actor=vellandia&members=true"
    total = reader.get(f"/v1/articles?{query}").json()["total"]
    assert len(atom_entries(reader.get(f"/v1/articles.atom?{query}").content)) == total > 0
