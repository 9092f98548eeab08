"""Paging visits every article once: with any page size, with tied dates, and during publishes."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests import oracle
from tests.conftest import SOAK, load_jsonl, seed
from tests.contract.conftest import twelve
from tests.contract.shelf import Reader, World, json_lines, read, serve_records, with_parameter
from tests.contract.strategies import Corpus, bounded, compose, corpora
from tests.oracle import Pairs

SORTS = ("-published", "published")


def all_ids(pages: list[list[dict[str, Any]]]) -> list[str]:
    """Return the ids of all pages, in order."""
    return [item["id"] for page in pages for item in page]


def tied_records(size: int) -> Corpus:
    """Return records of the same day, some of the same minute."""
    times = (None, "2015-11-01", "2015-11-01T12:00+00:00", "2015-11-01T12:00-05:00")
    return [compose(n, "Alpha Courier", "Port", times[n % 4], None, ["ships"]) for n in range(size)]


@pytest.mark.unmeasured
def test_every_page_size_visits_tied_articles_once(migrated: Path) -> None:
    """Limits from one to more than the number of articles, in both orders."""
    with serve_records(migrated, tied_records(13)) as world:

        async def check(reader: Reader) -> None:
            for sort in SORTS:
                expected = [record["public_id"] for record in oracle.in_order(world.records, sort)]
                for limit in range(1, 15):
                    assert all_ids(await reader.walk("/v1/articles", [("sort", sort)], limit=limit)) == expected

        read(world.app, check)


@st.composite
def growing_corpora(draw: st.DrawFn) -> tuple[Corpus, Corpus]:
    """Draw a corpus and new articles that are published while it is read."""
    both = draw(corpora(max_size=20))
    cut = draw(st.integers(0, len(both)))
    return both[:cut], both[cut:]


@settings(bounded, max_examples=8 * SOAK)
@given(drawn=growing_corpora(), sort=st.sampled_from(SORTS), limit=st.integers(1, 4), before=st.integers(1, 3))
def test_a_publish_between_pages_neither_hides_nor_repeats(
    migrated: Path, drawn: tuple[Corpus, Corpus], sort: str, limit: int, before: int
) -> None:
    """Articles that match throughout are seen once and in order; new articles may be seen, once."""
    corpus, newcomers = drawn
    with serve_records(migrated, corpus) as world:
        expected = [record["public_id"] for record in oracle.in_order(world.records, sort)]

        async def check(reader: Reader) -> None:
            seen = await walk_while_publishing(
                reader, world, [("sort", sort), ("limit", str(limit))], newcomers, before
            )
            assert len(seen) == len(set(seen))
            assert [key for key in seen if key in expected] == expected

        read(world.app, check)


async def walk_while_publishing(
    reader: Reader, world: World, pairs: Pairs, newcomers: Corpus, before: int
) -> list[str]:
    """Walk a list; before page number `before`, publish new articles and a new text of all others."""
    changed = [{**record, "text": f"{record['text']} Ships."} for record in world.records]
    page, seen, number = await reader.json("/v1/articles", pairs), list[str](), 1
    while True:
        seen += [item["id"] for item in page["items"]]
        if page["next"] is None:
            return seen
        if number == before:
            load_jsonl(world.database, json_lines([*newcomers, *changed]))
        page, number = await reader.json("/v1/articles", [*pairs, ("cursor", page["next"])]), number + 1


def test_the_total_of_a_later_page_is_current(own_world: World, own_reader: TestClient) -> None:
    """It counts the articles of now and not those at the time of the first page."""
    first = own_reader.get("/v1/articles?limit=5").json()
    load_jsonl(own_world.database, json_lines(twelve(first=100)))
    second = own_reader.get(with_parameter("/v1/articles?limit=5", "cursor", first["next"])).json()
    assert (first["total"], second["total"]) == (12, 24)
    assert (first["corpus_version"], second["corpus_version"]) == (1, 2)


@pytest.mark.unmeasured
def test_a_relevance_cursor_expires_with_a_publish(own_world: World, own_reader: TestClient) -> None:
    """Scores change with every publish, so that no position in their order stays valid."""
    url = "/v1/articles?q=ships&sort=relevance&limit=5"
    cursor = own_reader.get(url).json()["next"]
    assert own_reader.get(with_parameter(url, "cursor", cursor)).status_code == 200
    load_jsonl(own_world.database, json_lines(twelve(first=100)[:1]))
    gone = own_reader.get(with_parameter(url, "cursor", cursor))
    assert gone.status_code == 410
    assert gone.headers["content-type"] == "application/problem+json"
    assert gone.json()["status"] == 410


def test_the_last_page_may_be_full(reader: TestClient) -> None:
    """A page that ends with the last article has no `next`."""
    page = reader.get("/v1/articles?limit=12").json()
    assert len(page["items"]) == 12
    assert page["next"] is None


@pytest.mark.parametrize("path", ["/v1/sources", "/v1/entities", "/v1/articles"])
def test_sources_and_entities_have_pages(reader: TestClient, path: str) -> None:
    """They have the envelope of articles, and each is visited once."""
    whole = reader.get(f"{path}?limit=100").json()
    assert whole["total"] == len(whole["items"]) > 2
    seen, page = [], reader.get(f"{path}?limit=2").json()
    while page["next"]:
        seen += page["items"]
        page = reader.get(with_parameter(f"{path}?limit=2", "cursor", page["next"])).json()
    assert seen + page["items"] == whole["items"]


@pytest.mark.parametrize(
    ("created_by", "used_with"),
    [
        ("/v1/articles?limit=2", "/v1/articles?limit=2&q=port"),
        ("/v1/articles?limit=2", "/v1/articles?limit=2&sort=published"),
        ("/v1/articles?limit=2&q=port", "/v1/articles?limit=2"),
        ("/v1/articles?limit=2&from=2015", "/v1/articles?limit=2&from=2014"),
        ("/v1/articles?limit=2&language=en&language=fr", "/v1/articles?limit=2&language=en"),
        ("/v1/entities?limit=2", "/v1/entities?limit=2&type=person"),
        ("/v1/entities?limit=2", "/v1/articles?limit=2"),
        ("/v1/articles?limit=2", "/v1/sources?limit=2"),
    ],
)
def test_a_cursor_is_valid_for_its_search_only(reader: TestClient, created_by: str, used_with: str) -> None:
    """Another search would have another order, so its response is a 422 that names the cursor."""
    cursor = reader.get(created_by).json()["next"]
    assert cursor
    refused = reader.get(with_parameter(used_with, "cursor", cursor))
    assert refused.status_code == 422
    assert [(error["parameter"], error["value"]) for error in refused.json()["errors"]] == [("cursor", cursor)]


def mutations(cursor: str) -> list[str]:
    """Return a cursor truncated, doubled, reversed and overwritten."""
    cut = [cursor[:-1], cursor[1:], cursor * 2, cursor[::-1], cursor + "A", cursor[:4]]
    # Base64 of [], null, {}, 1, ["-published"], [1e999,1] and unclosed brackets, and text that is not base64.
    texts = ["W10", "bnVsbA", "e30", "MQ", "WyItcHVibGlzaGVkIl0", "WzFlOTk5LDFd", "W1tbW1tbW1tbW10"]
    return [*cut, *texts, "====", "a", "é", "0" * 500]


@pytest.mark.unmeasured
@pytest.mark.parametrize("path", ["/v1/articles", "/v1/sources", "/v1/entities", "/v1/articles?q=ships&sort=relevance"])
def test_a_garbled_cursor_is_refused_or_harmless(reader: TestClient, path: str) -> None:
    """The response is never a 500; a refusal names the cursor."""
    limited = with_parameter(path, "limit", "2")
    for garbled in mutations(reader.get(limited).json()["next"]):
        answer = reader.get(with_parameter(limited, "cursor", garbled))
        assert answer.status_code == 422, garbled
        assert [error["parameter"] for error in answer.json()["errors"]] == ["cursor"]


EXTREMES: tuple[object, ...] = (
    10**30,
    -(10**30),
    2**63,
    2**63 - 1,
    -(2**63),
    2**31,
    -1,
    0,
    True,
    None,
    "x",
    "\0",
    1.5,
    [],
    {},
)


def forgeries(cursor: str) -> Iterator[str]:
    """Yield cursors with other sort keys."""
    digest, place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    parts = place if isinstance(place, list) else [place]
    for at, extreme in product(range(len(parts)), EXTREMES):
        others = [*parts[:at], extreme, *parts[at + 1 :]]
        forged = json.dumps([digest, others if isinstance(place, list) else others[0]])
        yield urlsafe_b64encode(forged.encode()).decode().rstrip("=")


def assert_no_forgery_fails(client: TestClient, path: str) -> None:
    """Check that every forged cursor returns a page or is refused."""
    limited = with_parameter(path, "limit", "1")
    for forged in forgeries(client.get(limited).json()["next"]):
        assert client.get(with_parameter(limited, "cursor", forged)).status_code in {200, 410, 422}, (path, forged)


@pytest.mark.parametrize(
    "path",
    ["articles", "entities", "entities?sort=lift", "sources", "compare", "changes", "articles?q=ships&sort=relevance"],
)
def test_a_forged_cursor_never_fails(reader: TestClient, path: str) -> None:
    assert_no_forgery_fails(reader, f"/v1/{path}")


def test_a_forged_cursor_of_versions_or_statements_never_fails(database: Path, client: TestClient) -> None:
    """These cursors need two publishes and articles with statements."""
    said = {"title": "Left", "source": "Gazette", "text": "Captain Jo Lindqvall left. “To Amsel,” Lindqvall said."}
    load_jsonl(database, [{**said, "id": "a"}])
    load_jsonl(database, [{**said, "id": "a", "title": "Gone"}, {**said, "id": "b", "published": "2015-11-01"}])
    changed = client.get("/v1/changes?since=1").json()["items"]
    (article,) = (change["article"] for change in changed if change["kind"] == "updated")
    for path in ("corpus/versions", f"articles/{article}/versions", "statements", "statements?sort=published"):
        assert_no_forgery_fails(client, f"/v1/{path}")


def test_the_link_header_leads_to_the_next_page(reader: TestClient) -> None:
    """It has the cursor of `next` and all other parameters."""
    first = reader.get("/v1/articles?limit=5&q=caf%C3%A9%20port&facet=source")
    link = first.links["next"]["url"]
    by_cursor = reader.get(
        "/v1/articles",
        params=[("limit", "5"), ("q", "café port"), ("facet", "source"), ("cursor", first.json()["next"])],
    )
    assert reader.get(link).json() == by_cursor.json()
    assert "next" not in by_cursor.links or by_cursor.json()["next"] is not None
    assert "link" not in reader.get("/v1/articles?limit=100").headers


LISTS = (
    *(f"articles?sort={sort}" for sort in ("-published", "published", "-loaded", "-updated")),
    "articles?q=ships&sort=relevance",
    "articles?sample=11&seed=x",
    "articles.atom?",
    "entities?",
    "entities?sort=lift&actor=vellandia",
    "entities/vellandia/related?",
    "sources?",
    "compare?",
)
"""The lists whose pages link to the previous one."""


def page_walk(client: TestClient, url: str, relation: str) -> list[tuple[str, bytes]]:
    """Return URL and content of a page and of those that its links lead to, one after the other."""
    pages = []
    while url:
        response = client.get(url)
        assert response.status_code == 200, (url, response.text)
        pages.append((url, response.content))
        link = response.links.get(relation, {}).get("url", "")
        assert link == "" or link.startswith("http://testserver/v1/"), "a link is absolute"
        url = link
    return pages


@pytest.mark.unmeasured
@pytest.mark.parametrize("limit", [1, 2, 3])
@pytest.mark.parametrize("path", LISTS)
def test_the_previous_pages_are_the_pages_before(reader: TestClient, path: str, limit: int) -> None:
    """From the last page back to the first, whose URL is that of `first` on every page."""
    first = f"http://testserver/v1/{path}&limit={limit}".replace("?&", "?")
    forward = page_walk(reader, first, "next")
    assert len(forward) > 1
    assert page_walk(reader, forward[-1][0], "prev") == forward[::-1]
    assert {reader.get(url).links["first"]["url"] for url, _ in forward} == {first}
    assert "prev" not in reader.get(first).links


@pytest.mark.unmeasured
@pytest.mark.parametrize("sort", ["-published", "published", "-loaded", "-updated"])
@pytest.mark.parametrize("limit", [1, 3])
def test_a_previous_page_ends_where_the_page_starts_after_a_publish(
    own_world: World, own_reader: TestClient, sort: str, limit: int
) -> None:
    """It has the articles that come before now; the first page is the previous one if there are fewer."""
    urls = [url for url, _ in page_walk(own_reader, f"http://testserver/v1/articles?sort={sort}&limit={limit}", "next")]
    seed(own_world.database, "remove", *(record["public_id"] for record in own_world.records[:4]))
    load_jsonl(own_world.database, json_lines(twelve(first=100)[:5]))
    order = [item["id"] for item in own_reader.get(f"/v1/articles?sort={sort}&limit=100").json()["items"]]
    for url in urls[1:]:
        page = own_reader.get(url)
        start = order.index(page.json()["items"][0]["id"]) if page.json()["items"] else len(order)
        before = own_reader.get(page.links["prev"]["url"]).json()["items"] if start else []
        expected = order[start - limit : start] if start >= limit else order[:limit] if start else []
        assert [item["id"] for item in before] == expected
        assert ("prev" in page.links) == (start > 0)


def test_a_link_header_is_short_enough_for_proxies(reader: TestClient) -> None:
    """Of long links there is only the one to the next page, or to the first page."""
    pages = page_walk(reader, f"http://testserver/v1/articles?limit=5&q=-{'%C3%A9' * 400}", "next")
    relations = [list(reader.get(url).links) for url, _ in pages]
    assert relations == [["next"], ["next"], ["first"]]
