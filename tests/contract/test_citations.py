"""Citations of articles and searches: the same facts in each format, and nothing that is not known."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from tests.conftest import app_for, load_jsonl

NOW = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)

TRICKY = {
    "id": "tricky",
    "source": "Amsel & Sons",
    "title": "50 % of {ships} \\ $3 #1\n_later_ ~ ^ & “more”",
    "authors": ["Byrne, Ada", "Bo Ek", "Núñez, César", "Ek, Jr.", "Lee, Ann, Amsel", "Lee, Ann and Bo"],
    "url": "https://amsel.example/a_b?x={1}&y=50%25",
    "published": "2015-11-22",
    "language": "en",
    "text": "Admiral Ada Byrne left Amsel.",
    "details": {"section": "World", "page": "A1, A4", "edition": "Late & last"},
}

BARE: dict[str, object] = {"id": "bare", "source": "Amsel & Sons", "title": "Bare", "text": "Nothing is known."}

STYLES = ("csl", "ris", "bibtex", "text")


@pytest.fixture(scope="module")
def cited(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Yield a client of both articles and of two whose dates are a month and a year, on a fixed day."""
    database = tmp_path_factory.mktemp("cited") / "dateline.db"
    database.write_bytes(migrated.read_bytes())
    coarse = [{**BARE, "id": day, "title": day, "published": day} for day in ("2015-11", "2015")]
    load_jsonl(database, [TRICKY, BARE, *coarse])
    with TestClient(on_day(database, NOW)) as client:
        yield client


def on_day(database: Path, now: datetime) -> Any:  # noqa: ANN401 - an app
    """Return an app for which it is this day."""
    settings = app_for(database).state.settings
    return create_app(settings.model_copy(update={"now": now}))


def article(client: TestClient, title: str) -> dict[str, Any]:
    """Return the article whose title begins so."""
    items: list[dict[str, Any]] = client.get("/v1/articles").json()["items"]
    return next(item for item in items if item["title"].startswith(title))


def cite(client: TestClient, path: str, style: str) -> str:
    """Return a citation."""
    answer = client.get(f"/v1/articles/{path}", params={"style": style})
    assert answer.status_code == 200, answer.text
    return answer.text


def csl(client: TestClient, path: str) -> dict[str, Any]:
    """Return the item of a citation as CSL-JSON."""
    (item,) = json.loads(cite(client, path, "csl"))
    return dict(item)


def ris(client: TestClient, path: str) -> list[tuple[str, str]]:
    """Return the tags of a citation as RIS, which has nothing else."""
    *lines, last, end = cite(client, path, "ris").split("\r\n")
    assert (last, end) == ("ER  - ", "")
    tags = [re.fullmatch("([A-Z][A-Z0-9])  - (.+)", line) for line in lines]
    return [(tag[1], tag[2]) for tag in tags if tag or pytest.fail(f"{lines}")]


def bibtex(client: TestClient, path: str) -> dict[str, str]:
    """Return the fields of a citation as BibTeX, whose braces are balanced."""
    text = cite(client, path, "bibtex")
    # BibTeX counts them also after a backslash.
    assert text.count("{") == text.count("}")
    assert re.fullmatch(r"@misc\{dateline-\w+,\n(  \w+ = \{.*\},\n)+\}\n", text), text
    return dict(re.findall(r"^  (\w+) = \{(.*)\},$", text, re.MULTILINE))


def test_an_article_in_csl_json(cited: TestClient) -> None:
    item = article(cited, "50 %")
    assert csl(cited, f"{item['id']}/citation") == {
        "id": f"dateline-{item['id']}",
        "type": "article-newspaper",
        "title": "50 % of {ships} \\ $3 #1 _later_ ~ ^ & “more”",
        "author": [
            {"family": "Byrne", "given": "Ada"},
            {"literal": "Bo Ek"},
            {"family": "Núñez", "given": "César"},
            {"literal": "Ek, Jr."},
            {"literal": "Lee, Ann, Amsel"},
            {"literal": "Lee, Ann and Bo"},
        ],
        "container-title": "Amsel & Sons",
        "issued": {"date-parts": [[2015, 11, 22]]},
        "accessed": {"date-parts": [[2026, 3, 4]]},
        "URL": "https://amsel.example/a_b?x=%7B1%7D&y=50%25",
        "language": "en",
        "section": "World",
        "page": "A1, A4",
        "edition": "Late & last",
        "archive": "Dateline",
        "archive_location": f"http://testserver/v1/articles/{item['id']}?as_of=1",
        "version": "1",
    }


def test_an_article_in_ris(cited: TestClient) -> None:
    id_ = article(cited, "50 %")["id"]
    assert ris(cited, f"{id_}/citation") == [
        ("TY", "NEWS"),
        ("ID", f"dateline-{id_}"),
        ("TI", "50 % of {ships} \\ $3 #1 _later_ ~ ^ & “more”"),
        ("AU", "Byrne, Ada"),
        ("AU", "Bo Ek"),
        ("AU", "Núñez, César"),
        ("AU", "Ek, Jr."),
        ("AU", "Lee, Ann, Amsel"),
        ("AU", "Lee, Ann and Bo"),
        ("T2", "Amsel & Sons"),
        ("PY", "2015"),
        ("DA", "2015/11/22/"),
        ("LA", "en"),
        ("SE", "World"),
        ("SP", "A1, A4"),
        ("ET", "Late & last"),
        ("UR", "https://amsel.example/a_b?x=%7B1%7D&y=50%25"),
        ("Y2", "2026/03/04/"),
        ("DB", "Dateline"),
        ("AN", id_),
        ("N1", f"Dateline, corpus version 1: http://testserver/v1/articles/{id_}?as_of=1"),
    ]


def test_an_article_in_bibtex(cited: TestClient) -> None:
    """Names that are not divided are in braces, and TeX reads no sign as a command."""
    id_ = article(cited, "50 %")["id"]
    assert bibtex(cited, f"{id_}/citation") == {
        "title": r"{50 \% of \textbraceleft{}ships\textbraceright{} \textbackslash{} \$3 \#1 \_later\_ "
        r"\textasciitilde{} \textasciicircum{} \& “more”}",
        "author": "Byrne, Ada and {Bo Ek} and Núñez, César and {Ek, Jr.} and {Lee, Ann, Amsel} and {Lee, Ann and Bo}",
        "howpublished": r"Amsel \& Sons",
        "year": "2015",
        "month": "11",
        "day": "22",
        "pages": "A1, A4",
        "edition": r"Late \& last",
        "language": "en",
        "url": "https://amsel.example/a_b?x=%7B1%7D&y=50%25",
        "urldate": "2026-03-04",
        "note": rf"Dateline, corpus version 1, \url{{http://testserver/v1/articles/{id_}?as_of=1}}",
    }


def test_an_article_as_text(cited: TestClient) -> None:
    id_ = article(cited, "50 %")["id"]
    assert cited.get(f"/v1/articles/{id_}/citation").text == (
        "Byrne, Ada, Bo Ek, Núñez, César, Ek, Jr., Lee, Ann, Amsel and Lee, Ann and Bo. "
        "“50 % of {ships} \\ $3 #1 _later_ ~ ^ & “more”.” "
        "Amsel & Sons, 22 November 2015. https://amsel.example/a_b?x=%7B1%7D&y=50%25 "
        f"(Dateline, corpus version 1: http://testserver/v1/articles/{id_}?as_of=1, accessed 4 March 2026.)\n"
    )


@pytest.mark.parametrize(
    ("title", "parts", "ris_date", "bibtex_date", "text"),
    [
        (
            "2015-11",
            [[2015, 11]],
            [("PY", "2015"), ("DA", "2015/11//")],
            {"year": "2015", "month": "11"},
            "November 2015",
        ),
        ("2015", [[2015]], [("PY", "2015"), ("DA", "2015///")], {"year": "2015"}, "2015"),
        ("Bare", None, [], {}, "no date"),
    ],
)
def test_a_date_has_the_parts_that_are_known(
    cited: TestClient,
    title: str,
    parts: list[list[int]] | None,
    ris_date: list[tuple[str, str]],
    bibtex_date: dict[str, str],
    text: str,
) -> None:
    items = cited.get("/v1/articles").json()["items"]
    path = next(f"{item['id']}/citation" for item in items if item["title"] == title)
    assert csl(cited, path).get("issued", {}).get("date-parts") == parts
    assert [pair for pair in ris(cited, path) if pair[0] in {"PY", "DA"}] == ris_date
    assert {
        name: value for name, value in bibtex(cited, path).items() if name in {"year", "month", "day"}
    } == bibtex_date
    assert f"Amsel & Sons, {text}. (Dateline" in cite(cited, path, "text")


def test_an_article_without_a_url_is_cited_by_its_permalink(cited: TestClient) -> None:
    id_ = article(cited, "Bare")["id"]
    item = csl(cited, f"{id_}/citation")
    assert item["URL"] == item["archive_location"] == f"http://testserver/v1/articles/{id_}?as_of=1"


def test_the_permalink_is_the_article_as_it_was_cited(database: Path) -> None:
    load_jsonl(database, [{**BARE, "title": "First", "url": "https://amsel.example/1"}])
    load_jsonl(database, [{**BARE, "title": "Second", "url": "https://amsel.example/1"}])
    client = TestClient(app_for(database))
    id_ = client.get("/v1/articles").json()["items"][0]["id"]
    first = client.get(f"/v1/articles/{id_}/citation?style=csl&as_of=1").json()[0]
    newest = client.get(f"/v1/articles/{id_}/citation?style=csl").json()[0]
    assert (first["title"], first["version"]) == ("First", "1")
    assert (newest["title"], newest["version"]) == ("Second", "2")
    for item in (first, newest):
        assert client.get(item["archive_location"]).json()["title"] == item["title"]


def test_a_search_is_cited_as_a_dataset(cited: TestClient) -> None:
    """Relative days are absolute, and the address finds the same again."""
    answer = cited.get("/v1/articles/citation?source=amsel-sons&from=-12y&tz=Europe/Berlin&style=csl")
    (item,) = answer.json()
    assert item == {
        "id": item["id"],
        "type": "dataset",
        "title": "Search for source amsel-sons, from 2014-03-04 (3 articles)",
        "publisher": "Dateline",
        "issued": item["issued"],
        "accessed": {"date-parts": [[2026, 3, 4]]},
        "URL": "http://testserver/?source=amsel-sons&from=2014-03-04",
        "archive": "Dateline",
        "archive_location": "http://testserver/?source=amsel-sons&from=2014-03-04",
        "version": "1",
    }
    published = cited.get("/v1/corpus").json()["published_at"]
    assert "-".join(f"{part:02}" for part in item["issued"]["date-parts"][0]) == published[:10]
    query = item["URL"].partition("?")[2]
    assert cited.get(f"/v1/articles?{query}").json()["total"] == 3


def test_a_search_in_the_other_formats(cited: TestClient) -> None:
    tags = dict(ris(cited, "citation"))
    assert (tags["TY"], tags["TI"], tags["PB"]) == ("DATA", "Search for all articles (4 articles)", "Dateline")
    assert "T2" not in tags
    fields = bibtex(cited, "citation")
    assert (fields["howpublished"], fields["url"]) == ("Dateline", "http://testserver/")
    one = cited.get("/v1/articles/citation", params={"q": "bare", "text_kind": "full"}).text
    assert one.startswith("“Search for q bare, text_kind full (1 article).” Dateline, ")


def test_without_the_page_a_search_has_the_address_of_the_list(database: Path) -> None:
    load_jsonl(database, [BARE])
    settings = app_for(database).state.settings.model_copy(update={"page": False})
    client = TestClient(create_app(settings))
    item = client.get("/v1/articles/citation?q=bare&style=csl").json()[0]
    assert item["URL"] == "http://testserver/v1/articles?q=bare"


def test_an_empty_corpus_has_no_day_of_publish(database: Path) -> None:
    item = TestClient(app_for(database)).get("/v1/articles/citation?style=csl").json()[0]
    assert (item["title"], "issued" in item) == ("Search for all articles (0 articles)", False)


@pytest.mark.parametrize("style", STYLES)
def test_programs_get_a_file_and_people_a_text(cited: TestClient, style: str) -> None:
    answer = cited.get(f"/v1/articles/citation?style={style}")
    disposition = answer.headers.get("content-disposition", "")
    suffixes = {"csl": "csl.json", "ris": "ris", "bibtex": "bib"}
    assert (style in suffixes) == disposition.startswith('attachment; filename="dateline-search-v1-')
    assert f'.{suffixes.get(style, "")}"; filename*' in disposition or style == "text"


def test_a_citation_is_valid_for_a_day(database: Path) -> None:
    """The cache and the ETag know the day on which it was made; other responses do not depend on it."""
    load_jsonl(database, [BARE])
    tags = []
    for now in (NOW, NOW.replace(hour=1), NOW.replace(day=5)):
        client = TestClient(on_day(database, now))
        paths = ("/v1/articles/citation", "/v1/articles")
        tags.append([client.get(path).headers["etag"] for path in paths])
    assert tags[0] == tags[1]
    assert (tags[0][0] == tags[2][0], tags[0][1] == tags[2][1]) == (False, True)


def test_what_is_wrong_is_refused_by_name(cited: TestClient) -> None:
    refusal = cited.get("/v1/articles/citation?style=apa&actro=putin").json()
    assert [(error["parameter"], error["value"]) for error in refusal["errors"]] == [("actro", "putin")]
    refusal = cited.get("/v1/articles/citation?style=apa").json()
    assert refusal["errors"][0]["wanted"] == "one of csl, ris, bibtex or text"
    assert cited.get("/v1/articles/unknown/citation").status_code == 404
    assert cited.get("/v1/articles/citation?limit=3").status_code == 422
