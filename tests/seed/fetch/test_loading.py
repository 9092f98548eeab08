"""`dateline load` with URLs and lists of them: what is loaded, remembered for next time, and never lost."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from typer.testing import CliRunner

from app import __version__
from app.stores.sqlite import file_url
from seed.cli.program import app
from seed.fetch.client import FetchResult
from seed.fetch.errors import NotFetchedError
from seed.pipeline.context import LoadSummary
from seed.pipeline.links import last_visit, resolve_links
from seed.pipeline.load import load
from seed.readers import FORMATS, Overrides, reader_context
from seed.records import FetchedDocument, Link, Origin, RawArticle, Record, Refusal, UnchangedInput, Visit, VisitEnd
from tests.seed.fetch.conftest import Clients
from tests.seed.fetch.site import Site, answer, conditional
from tests.seed.loading import RESOURCES, dump, load_into, report, writing

Run = Callable[..., tuple[int, str, str]]

PAGE = "Ferry resumes\n\nMarch 4, 2019\n\nThe ferry of Oldport sails again.\n"
VISIT = Visit("http://harbour.example/a", '"1"', None, 1_774_000_000, 200, "ab" * 32)


def record(title: str, **fields: object) -> str:
    """Return a line of JSON Lines."""
    return json.dumps({"title": title, "source": "Gazette", "text": f"{title}.", "entities": [], **fields}) + "\n"


@pytest.fixture
def run(tmp_path: Path, database: Path, site: Site, lexicon_folder: None) -> Run:
    """Return a function that runs `load` with access to the site and returns exit code, output and refusals."""

    def run(*arguments: object, allow: str = "127.0.0.1", command: str = "load") -> tuple[int, str, str]:
        environment = {
            "DATELINE_DATABASE_URL": file_url(database),
            "DATELINE_CONTACT": "desk@dateline.example",
            "DATELINE_FETCH_ALLOW": allow,
            "DATELINE_FETCH_PORTS": f"80,{site.port}",
            "DATELINE_FETCH_DELAY_SECONDS": "0",
        }
        result = CliRunner().invoke(app, [command, *map(str, arguments)], env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        said = [row for row in result.stderr.splitlines(keepends=True) if row.startswith(("refused", "error"))]
        return result.exit_code, result.stdout.partition(", in ")[0], "".join(said)

    return run


def here(site: Site, path: str) -> str:
    """Return the URL of a path of the site by IP address, without a name server."""
    return site.url(path, "127.0.0.1")


def articles(database: Path) -> list[dict[str, Any]]:
    """Return all stored revisions."""
    return dump(database)["revision"]


def test_a_page_at_a_url_is_loaded(run: Run, site: Site, database: Path) -> None:
    site.pages["/ferry"] = answer(PAGE, content_type="text/plain")
    url = here(site, "/ferry")
    assert run(url) == (0, "1 read: 1 loaded, 0 updated, 0 unchanged, 0 refused", "")
    (article,) = articles(database)
    assert (article["title"], article["url"], article["source_id"]) == ("Ferry resumes", url, "127-0-0-1")
    assert article["published_on"] == "2019-03-04"
    assert site.requests[0].headers["user-agent"] == f"Dateline/{__version__} (+desk@dateline.example)"


def test_files_urls_and_lists_are_loaded_together(run: Run, site: Site, database: Path, tmp_path: Path) -> None:
    site.pages["/a"] = answer(record("A") + record("B"), content_type="application/jsonl")
    site.pages["/c"] = answer(record("C"), content_type="application/jsonl")
    listed = tmp_path / "addresses.csv"
    listed.write_text(f"# Two\n{here(site, '/c')}\n{here(site, '/missing')}\n{here(site, '/c')}\n", encoding="utf-8")
    assert run("--format", "urls", here(site, "/a"), listed) == (
        1,
        "5 read: 3 loaded, 0 updated, 1 unchanged, 1 refused",
        f"refused {listed}:3: {here(site, '/missing')}: answered 404 Not Found\n",
    )
    assert [article["title"] for article in articles(database)] == ["A", "B", "C"]


@pytest.mark.unmeasured
def test_everything_is_fetched_whole_where_that_is_wanted(run: Run, site: Site) -> None:
    site.pages["/a"] = conditional(record("A") + record("B"), etag='"1"')
    url = here(site, "/a")
    assert run(url)[1] == "2 read: 2 loaded, 0 updated, 0 unchanged, 0 refused"
    assert run(url)[1] == "1 read: 0 loaded, 0 updated, 1 unchanged, 0 refused"
    assert site.requests[-1].headers["if-none-match"] == '"1"'
    assert run(url, "--refetch")[1] == "2 read: 0 loaded, 0 updated, 2 unchanged, 0 refused"
    assert run(url, "--date", "2019-03-04")[1] == "2 read: 0 loaded, 2 updated, 0 unchanged, 0 refused"


@pytest.mark.parametrize(
    "options", [("--format", "page"), ("--encoding", "cp1252"), ("--map", "language=tongue"), ("--source", "Gazette")]
)
@pytest.mark.unmeasured
def test_what_is_read_otherwise_is_fetched_again(run: Run, site: Site, options: tuple[str, str]) -> None:
    site.pages["/a"] = conditional(PAGE, etag='"1"')
    url = here(site, "/a")
    assert run(url)[1] == "1 read: 1 loaded, 0 updated, 0 unchanged, 0 refused"
    run(url, *options)
    assert "if-none-match" not in site.requests[-1].headers
    run(url, "--format", "urls")
    assert site.requests[-1].headers["if-none-match"] == '"1"'


def test_an_archive_is_fetched_again_until_all_of_it_is_taken(run: Run, site: Site) -> None:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("a.jsonl", record("A") + "{}\n")
    site.pages["/a.zip"] = conditional(file.getvalue(), etag='"1"')
    url = here(site, "/a.zip")
    for loaded in (1, 0):
        code, said, refused = run(url)
        assert (code, said) == (1, f"2 read: {loaded} loaded, 0 updated, {1 - loaded} unchanged, 1 refused")
        assert refused.startswith(f"refused {url}!a.jsonl:2: ")
        assert "if-none-match" not in site.requests[-1].headers


def test_urls_are_inspected_without_a_database(run: Run, site: Site, database: Path, tmp_path: Path) -> None:
    site.pages["/ferry"] = conditional(PAGE, etag='"1"')
    listed = tmp_path / "a.urls"
    listed.write_text(f"{here(site, '/ferry')}\n" * 2, encoding="utf-8")
    code, said, _ = run(listed, command="inspect")
    assert code == 0
    assert said.startswith(f"{here(site, '/ferry')}\n  id ")
    assert f"  url        {here(site, '/ferry')}  [the URL it was fetched from]\n" in said
    assert "  source     127.0.0.1  [the host of its URL]\n" in said
    assert run(listed, "--dry-run") == (0, "1 read: 1 can be loaded, 0 refused; nothing was stored\n", "")
    assert [asked.path for asked in site.requests if asked.path != "/robots.txt"] == ["/ferry"] * 2
    assert articles(database) == []


def test_private_places_are_refused_by_name(run: Run, site: Site) -> None:
    code, said, refused = run(here(site, "/"), "ftp://harbour.example/", "http://169.254.169.254/", allow="")
    assert (code, said) == (1, "3 read: 0 loaded, 0 updated, 0 unchanged, 3 refused")
    assert refused == (
        f"refused {here(site, '/')}: 127.0.0.1 is a loopback address (DATELINE_FETCH_ALLOW)\n"
        "refused ftp://harbour.example/: expected an http or https URL with a host\n"
        "refused http://169.254.169.254/: 169.254.169.254 is a link-local address (DATELINE_FETCH_ALLOW)\n"
    )
    assert site.requests == []


def test_a_setting_that_is_wrong_stops_the_run(run: Run, site: Site) -> None:
    code, said, error = run(here(site, "/"), allow="10.0.0.0/99")
    assert (code, said) == (2, "")
    assert error.startswith("error: DATELINE_FETCH_ALLOW holds '10.0.0.0/99': expected hosts and networks")


def test_a_format_that_is_not_known_stops_the_run(run: Run, tmp_path: Path) -> None:
    assert run(tmp_path, "--format", "excel") == (
        1,
        "",
        f"error: --format: 'excel' is not a format: expected one of {', '.join(FORMATS)}\n",
    )


# With a small lexicon


def fetched_into(database: Path, client: Clients, *urls: str) -> LoadSummary:
    """Load the documents at URLs, as the command does."""
    links = [Link(Origin(url), url) for url in urls]
    with writing(database) as engine:
        fetch = client(known=partial(last_visit, engine)).fetch
        return load(engine, resolve_links(links, fetch, reader_context(Overrides())), RESOURCES)


def test_what_did_not_change_is_not_read_again(client: Clients, site: Site, database: Path) -> None:
    site.pages["/a"] = conditional(record("A") + record("B"), etag='"1"')
    url = site.url("/a")
    first = fetched_into(database, client, url)
    second = fetched_into(database, client, url)
    assert (first.read, first.loaded, second.read, second.unchanged) == (2, 2, 1, 1)
    (visit,) = dump(database)["fetched"]
    assert (visit["url"], visit["etag"], visit["last_modified"], visit["status"]) == (url, '"1"', None, 304)
    site.pages["/a"] = conditional(record("A", text="New."), etag='"2"')
    third = fetched_into(database, client, url)
    assert (third.read, third.updated) == (1, 1)
    (visit,) = dump(database)["fetched"]
    assert (visit["etag"], visit["status"]) == ('"2"', 200)


PUTIN = {"id": "amsel", "name": "Putin", "type": "weapon", "mentions": [[0, 5]]}
REFUSED = {"by the reader": '{"title": "B"}\n', "by the loader": record("Putin", entities=[PUTIN])}


@pytest.mark.parametrize("by", REFUSED)
def test_a_document_of_which_something_was_refused_is_fetched_again(
    client: Clients, site: Site, database: Path, by: str
) -> None:
    site.pages["/a"] = conditional(record("A") + REFUSED[by], etag='"1"')
    for loaded in (1, 0):
        summary = fetched_into(database, client, site.url("/a"))
        assert (summary.read, summary.loaded, summary.unchanged) == (2, loaded, 1 - loaded)
        (refusal,) = summary.refused
        assert refusal.origin == Origin(site.url("/a"), 2)
    assert dump(database)["fetched"] == []


# Without a network: what comes of links, and what a crash leaves


def answering(address: str) -> FetchResult:
    """Answer as a client would."""
    if address == "http://gone.example/":
        raise NotFetchedError("answered 410 Gone")
    if address == "http://same.example/":
        return FetchResult(None, VISIT)
    document = FetchedDocument(
        address, address, "application/jsonl", None, (record("A") + "no\n").encode(), 1_774_000_000
    )
    return FetchResult(document, VISIT)


def test_links_are_replaced_by_what_they_lead_to() -> None:
    def links() -> Iterator[Record]:
        yield report("First")
        for line, host in enumerate(("new", "gone", "same", "new"), 1):
            yield Link(Origin("a.urls", line), f"http://{host}.example/")
        yield Link(Origin("http://gone.example/"), "http://gone.example/")
        yield report("Last")

    first, article, refusal, visited, gone, same, seen, again, once_more, last = resolve_links(
        links(), answering, reader_context(Overrides())
    )
    assert isinstance(article, RawArticle)
    assert article.origin == Origin("http://new.example/", 1)
    assert isinstance(refusal, Refusal)
    assert refusal.origin == Origin("http://new.example/", 2)
    assert visited == VisitEnd(Origin("http://new.example/"), VISIT)
    assert gone == Refusal(Origin("a.urls", 2), "http://gone.example/: answered 410 Gone")
    assert (same, seen) == (
        UnchangedInput(Origin("http://same.example/")),
        VisitEnd(Origin("http://same.example/"), VISIT),
    )
    assert (again, once_more) == (UnchangedInput(Origin("a.urls", 4)), UnchangedInput(Origin("http://gone.example/")))
    assert (first, last) == (report("First"), report("Last"))


def test_a_document_is_listed_once_though_it_is_refused() -> None:
    link = Link(Origin("http://gone.example/"), "http://gone.example/")
    assert list(resolve_links([link], answering, reader_context(Overrides()))) == [
        Refusal(Origin("http://gone.example/"), "answered 410 Gone")
    ]


def test_a_link_that_nobody_followed_is_refused(database: Path) -> None:
    summary = load_into(database, [])
    assert summary.read == 0
    with writing(database) as engine:
        summary = load(engine, [Link(Origin("a.urls", 1), "http://a/")], RESOURCES)
    assert (summary.read, list(summary.refused)) == (
        1,
        [Refusal(Origin("a.urls", 1), "http://a/ was not fetched; `dateline load` fetches URLs")],
    )


class Crash(Exception):  # noqa: N818 - nothing that the loader knows
    """The machine fails."""


@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_visit_is_never_remembered_before_its_articles(database: Path, batch: int) -> None:
    """At whichever checkpoint a load ends, a stored visit has all of its articles stored."""
    records: list[Record] = []
    for name in "ab":
        origin = Origin(f"http://{name}.example/")
        records += [report(f"{name} {number}", origin=origin) for number in range(2)]
        records.append(VisitEnd(origin, replace(VISIT, url=origin.path)))
    remembered = [0]
    for last in count(1):
        with suppress(Crash):
            load_with(database, records, batch, last)
            break
        stored = {article["title"] for article in articles(database)}
        names = [visit["url"][7] for visit in dump(database)["fetched"]]
        assert {f"{name} {number}" for name in names for number in range(2)} <= stored
        remembered.append(len(names))
    assert remembered == sorted(remembered)
    assert (len(dump(database)["fetched"]), len(articles(database))) == (2, 4)


def load_with(database: Path, records: list[Record], batch: int, last: int) -> None:
    """Load records; crash at the checkpoint with this number."""
    numbers = count(1)

    def checkpoint(_name: str) -> None:
        if next(numbers) == last:
            raise Crash

    with writing(database) as engine:
        load(engine, records, RESOURCES, batch=batch, checkpoint=checkpoint)


def test_what_comes_slowly_is_stored_as_it_comes(database: Path) -> None:
    """Each record is stored separately if each takes longer than a batch may."""
    steps: list[str] = []
    with writing(database) as engine:
        load(engine, [report("A"), report("B")], RESOURCES, seconds=0, checkpoint=steps.append)
    assert steps.count("batch committed") == 2
