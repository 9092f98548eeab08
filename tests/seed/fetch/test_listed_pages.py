"""Lists of pages without texts: what is said without `--fetch`, and what of the list is kept with it."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.models import Basis, Precision
from app.stores.sqlite import file_url
from seed.cli.program import app
from seed.pipeline import links
from seed.pipeline.links import gather_lists
from seed.readers import Overrides, reader_context
from seed.readers.fetched import read_fetched
from seed.readers.listed_pages import with_listed_date
from seed.records import FetchedDocument, Link, ListedPage, Origin, Published, RawArticle, Record, Refusal
from tests.seed.fetch.site import Site, answer
from tests.seed.loading import dump

Run = Callable[..., tuple[int, str, list[str]]]

TEXT = "The government of Norland said on Monday that it would send a second ferry to the island of Sula. " * 3
PAGE = (
    "<html><head><title>Ferry on the page</title><meta property='og:site_name' content='The Page'>{meta}</head>"
    f"<body><article><h1>Ferry on the page</h1><p>{TEXT}</p><p>Ship {{ship}} sails. {TEXT}</p></article></body></html>"
)
STAMP = "<meta property='article:published_time' content='{}'>"
HEADER = "stories_id,publish_date,title,url,language,media_id,media_name\n"

DAY = Published("2019-03-04", precision=Precision.DAY, basis=Basis.METADATA)
EVENING = replace(DAY, at=1_551_742_200, local_time=84_600, zone="UTC", precision=Precision.MINUTE)
LISTED = ListedPage("Media Cloud", "Ferry in the list", "Gazette", DAY)


@pytest.fixture
def run(database: Path, site: Site, lexicon_folder: None) -> Run:
    """Return a function that runs a command with access to the site: exit code, output, and lines of stderr."""

    def run(command: str, *arguments: object) -> tuple[int, str, list[str]]:
        environment = {
            "DATELINE_DATABASE_URL": file_url(database),
            "DATELINE_FETCH_ALLOW": "127.0.0.1",
            "DATELINE_FETCH_PORTS": f"80,{site.port}",
            "DATELINE_FETCH_DELAY_SECONDS": "0",
        }
        result = CliRunner().invoke(app, [command, *map(str, arguments)], env=environment)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.stdout.partition(", in ")[0], result.stderr.splitlines()

    return run


@pytest.fixture
def listed(tmp_path: Path, site: Site) -> Path:
    """Return a list of Media Cloud with three pages of the site, one of them twice."""
    site.pages["/a"] = answer(PAGE.format(ship=1, meta=STAMP.format("2019-03-04T18:30:00-05:00")))
    site.pages["/b"] = answer(PAGE.format(ship=2, meta=""))
    rows = [
        f"{number},2019-03-04,{title},{site.url(path, '127.0.0.1')},en,7,The Harbour Gazette\n"
        for number, (title, path) in enumerate((("Ferry A", "/a"), ("Ferry B", "/b"), ("Ferry C", "/c"), ("A", "/a")))
    ]
    path = tmp_path / "list.csv"
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def test_without_fetch_the_command_says_what_the_list_is(run: Run, site: Site, listed: Path, database: Path) -> None:
    reason = (
        "Media Cloud lists 3 pages of 1 host (127.0.0.1) here without their texts: expected --fetch, which fetches them"
    )
    assert run("load", listed) == (
        1,
        "1 read: 0 loaded, 0 updated, 0 unchanged, 1 refused",
        [f"refused {listed}: {reason}"],
    )
    code, output, _ = run("inspect", listed)
    assert (code, output.strip()) == (1, f"{listed}: refused: {reason}")
    assert (site.requests, dump(database)["revision"]) == ([], [])


@pytest.mark.unmeasured
def test_with_fetch_date_outlet_and_title_of_the_list_are_kept(
    run: Run, site: Site, listed: Path, database: Path
) -> None:
    code, output, lines = run("load", "--fetch", listed)
    assert (code, output) == (1, "4 read: 2 loaded, 0 updated, 1 unchanged, 1 refused")
    assert lines[0] == "fetching 3 pages of 1 host (127.0.0.1), one after the other"
    assert lines[-1] == f"refused {listed}:4: {site.url('/c', '127.0.0.1')}: answered 404 Not Found"
    stored = {row["title"]: row for row in dump(database)["revision"]}
    assert stored.keys() == {"Ferry A", "Ferry B"}
    assert {row["source_id"] for row in stored.values()} == {"the-harbour-gazette"}
    assert {row["language"] for row in stored.values()} == {"en"}
    # The page is more precise about the same day.
    assert [(stored[title]["published_on"], stored[title]["zone"]) for title in ("Ferry A", "Ferry B")] == [
        ("2019-03-04", "-05:00"),
        ("2019-03-04", None),
    ]


def test_inspect_says_what_comes_from_the_list(run: Run, listed: Path) -> None:
    _, output, _ = run("inspect", "--fetch", "--json", listed)
    fields: list[dict[str, Any]] = [record["fields"] for record in map(json.loads, output.splitlines())]
    assert fields[1]["title"] == {"value": "Ferry B", "provenance": "the list of Media Cloud"}
    assert fields[1]["published"]["provenance"] == "the list of Media Cloud"
    assert fields[0]["published"]["provenance"] != "the list of Media Cloud"


def test_what_the_user_sets_wins_over_the_list(run: Run, listed: Path, database: Path) -> None:
    run("load", "--fetch", "--source", "Pier", "--date", "2018", listed)
    assert {(row["source_id"], row["published_on"]) for row in dump(database)["revision"]} == {("pier", "2018")}


def test_a_list_at_a_url_is_refused(run: Run, site: Site) -> None:
    site.pages["/list"] = answer(
        HEADER + "1,2019-03-04,Ferry,https://quay.example/1,en,7,Quay\n", content_type="text/csv"
    )
    url = site.url("/list", "127.0.0.1")
    code, _, lines = run("load", "--fetch", url)
    assert (code, lines[-1]) == (
        1,
        f"refused {url}: lists 1 pages without their texts: expected the list as a file, and --fetch",
    )


def link(url: str, path: str = "a.csv") -> Link:
    """Return a listed page of a file."""
    return Link(Origin(path, 1), url, LISTED)


def test_lists_follow_everything_else() -> None:
    said: list[str] = []
    plain, refusal = Link(Origin("b.urls", 1), "https://x.example/"), Refusal(Origin("c"), "x")
    records: list[Record] = [link("https://x.example/1"), plain, link("https://y.example/", "d.csv"), refusal]
    assert list(gather_lists(records, fetch=True, announce=said.append)) == [plain, refusal, records[0], records[2]]
    assert said == ["fetching 2 pages of 2 hosts, one after the other"]
    assert [record.origin.path for record in gather_lists(records, fetch=False, announce=said.append)] == [
        "b.urls",
        "c",
        "a.csv",
        "d.csv",
    ]
    assert len(said) == 1


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "MAX_LISTED_PAGES", 2)
    records = [link(f"https://x.example/{number}") for number in range(4)]
    refusal, *pages = gather_lists(records, fetch=True, announce=lambda _line: None)
    assert pages == records[:2]
    assert refusal == Refusal(Origin("a.csv"), "2 pages are too many: expected at most 2 listed pages per load")


def test_the_list_says_nothing_of_a_document_of_many_articles() -> None:
    body = b'{"title": "Ferry", "source": "Quay", "text": "It sails."}\n'
    document = FetchedDocument("https://x.example/1", "https://x.example/1", "application/jsonl", None, body, 0)
    (article,) = read_fetched(document, reader_context(Overrides()), LISTED)
    assert isinstance(article, RawArticle)
    assert (article.title, article.published.on) == ("Ferry", None)


@pytest.mark.parametrize(
    ("of_list", "of_page", "on", "noted"),
    [
        (DAY, Published(), DAY, False),
        (Published(), DAY, DAY, False),
        (DAY, EVENING, EVENING, False),
        (EVENING, DAY, EVENING, False),
        (replace(DAY, on="2019-03"), DAY, DAY, False),
        (DAY, replace(DAY, on="2019-03-05"), DAY, True),
        (DAY, replace(DAY, on="2019"), DAY, True),
    ],
)
def test_the_date_of_the_list_counts(of_list: Published, of_page: Published, on: Published, noted: bool) -> None:
    article = RawArticle(Origin("a"), "Ferry", "It sails.", "Quay", published=of_page, language="de")
    context = reader_context(Overrides())
    listed = replace(LISTED, published=of_list, language="en")
    dated = with_listed_date(article, context, listed)
    assert (dated.published, dated.language, bool(dated.notes)) == (on, "de", noted)
    fallback = with_listed_date(article, context, replace(listed, date_may_be_later=True))
    assert fallback.published == (of_list if of_page.on is None else of_page)
