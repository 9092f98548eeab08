"""The page at `/`: its files, their headers, its vocabulary, and that nothing in them violates the policy."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.routes.page import CONTENT_SECURITY_POLICY, NOT_IN_FEEDS, PAGE_FOLDER
from app.settings import Settings
from app.stores.sqlite import file_url

FILES = sorted(path.name for path in PAGE_FOLDER.iterdir())
MODULES = [name for name in FILES if name.endswith(".js")]
TYPES = {"css": "text/css", "html": "text/html", "js": "text/javascript", "svg": "image/svg+xml"}
INDEX = (PAGE_FOLDER / "index.html").read_text(encoding="utf-8")
VOCABULARY = (PAGE_FOLDER / "vocabulary.js").read_text(encoding="utf-8")
TYPE_IMPORT = re.compile(r'^/\*\* @import \{[^}]+\} from "\.[./\w]+" \*/$', re.MULTILINE)
"""A comment for the type checker, which a browser does not read."""
REFERENCE = re.compile(r'(?:href|src|from|import)\s*=?\s*"\./([^"]+)"')

WORDS = {
    "EntityType": "ENTITY_TYPES",
    "Precision": "PRECISIONS",
    "Basis": "BASES",
    "LanguageBasis": "LANGUAGE_BASES",
    "DetailName": "DETAILS",
    "TextKind": "TEXT_KINDS",
    "MentionKind": "MENTION_KINDS",
    "StatementKind": "STATEMENT_KINDS",
    "SourceKind": "SOURCE_KINDS",
    "ChangeKind": "CHANGE_KINDS",
    "Interval": "INTERVALS",
    "Sort": "ORDERS",
    "ArticleFacet": "FACETS",
    "CitationStyle": "CITATION_STYLES",
}
"""The enums of the API, and the tables of the page that hold a word for each value."""

NO_WORDS = {
    "ArticleField": "the page requests whole articles",
    "Action": "the page lists no corrections",
    "ArticleLookupBy": "the page does not look articles up",
    "DateField": "the page searches by printed days",
    "EntityLookupBy": "the page does not look entities up",
    "EntitySort": "the page keeps the default order",
    "ErrorCode": "the page shows what was wanted",
    "HealthOut.status": "the page does not ask for it",
    "ReadingHealthOut.status": "as above",
    "OffsetUnit": "the page counts code points",
    "RelatedSort": "the page keeps the default order",
    "SourceFacet": "the page shows no facets of sources",
    "StatementFacet": "the page does not request facets of statements",
    "StatementGrouping": "the page does not count statements",
    "StatementSort": "the page keeps the default order",
    "SuggestionKind": "an entity shows its type, a source the word source",
    "PlacePrecision": "the page has no map",
    **dict.fromkeys(("PlaceCollection.type", "PlaceFeature.type", "PointOut.type"), "the page has no map"),
    "SuggestionType": "the page asks for all types",
    "TextField": "shows in the position of the span",
    "TimelineRowKind": "the page does not read tables",
    **dict.fromkeys(
        (
            *("AnnotationMotivation", "Annotation.type", "AnnotationCollection.type", "AnnotationPage.@context"),
            *("AnnotationPage.type", "AnnotationTarget.type", "JsonFeed.version", "LinkedDigest.@type"),
            *("LinkedRecord.@type", "NewsArticle.@context", "NewsArticle.@type"),
        ),
        "the page reads neither feeds nor JSON-LD",
    ),
    **{
        f"/v1/timeline{suffix} base": "the page does not split the timeline"
        for suffix in ("", ".csv", ".ndjson", ".xlsx", ".parquet")
    },
}
"""The other enums of the API, and why the page needs no words for them."""


def text_of(name: str) -> str:
    """Return a file of the page."""
    return (PAGE_FOLDER / name).read_text(encoding="utf-8")


def enums_in(schema: object) -> Iterator[list[str]]:
    """Yield the values of each enum within a JSON schema."""
    if isinstance(schema, list):
        for item in schema:
            yield from enums_in(item)
    elif isinstance(schema, dict):
        if "enum" in schema or "const" in schema:
            yield schema.get("enum") or [schema["const"]]
        for value in schema.values():
            yield from enums_in(value)


def enums_of_the_api(document: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    """Yield each enum of the OpenAPI document: the name of its schema, field or parameter, and its values."""
    operations = [operation for methods in document["paths"].values() for operation in methods.values()]
    # A body has the parameters of a GET.
    bodies = set(re.findall(r"schemas/(\w+)", str([operation.get("requestBody") for operation in operations])))
    for path, methods in document["paths"].items():
        parameters = (parameter for method in methods.values() for parameter in method.get("parameters", ()))
        for parameter in parameters:
            for values in enums_in(parameter["schema"]):
                yield f"{path} {parameter['name']}", values
    for name, schema in document["components"]["schemas"].items():
        if name in bodies:
            continue
        if "enum" in schema:
            yield name, schema["enum"]
        for field, content in schema.get("properties", {}).items():
            for values in enums_in(content):
                yield f"{name}.{field}", values


def words_in(table: str) -> list[str]:
    """Return the keys of a table of the page's vocabulary."""
    (body,) = re.findall(rf"^export const {table} = .*?\{{\n(.*?)^\}}", VOCABULARY, re.DOTALL | re.MULTILINE)
    return [name.strip('"') for name in re.findall(r'^  ([\w"-]+): ', body, re.MULTILINE)]


def test_the_page_has_a_word_for_every_value_of_the_api(openapi_document: dict[str, Any]) -> None:
    """A new value needs a word; a new enum needs words or a reason to have none."""
    enums = dict(enums_of_the_api(openapi_document))
    assert set(enums) == {*WORDS, *NO_WORDS}
    assert {name: sorted(words_in(WORDS[name])) for name in WORDS} == {name: sorted(enums[name]) for name in WORDS}


def test_the_page_comes_with_its_policy(client: TestClient) -> None:
    answer = client.get("/", headers={"Accept-Encoding": "identity"})
    assert answer.status_code == 200
    tag = answer.headers["etag"]
    assert tag.startswith('W/"')
    each_its_own = {"content-length", "etag", "x-request-id"}
    assert {name: answer.headers[name] for name in answer.headers if name not in each_its_own} == {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "public, no-cache",
        "content-security-policy": CONTENT_SECURITY_POLICY,
        "cross-origin-opener-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "vary": "Accept-Encoding, Origin",
        "x-content-type-options": "nosniff",
    }


def test_the_policy_allows_no_other_origin() -> None:
    directives = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert directives.pop("default-src") == "'none'"
    assert set(directives.values()) == {"'self'", "'none'"}
    assert {name for name, value in directives.items() if value == "'none'"} == {"base-uri", "frame-ancestors"}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.unmeasured
def test_each_file_has_its_type_and_tag(client: TestClient, name: str) -> None:
    """Each file also has the policy: a file that is opened alone loads nothing else."""
    answer = client.get(f"/page/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].split(";")[0] == TYPES[name.rpartition(".")[2]]
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert name == "index.html" or answer.text == text_of(name)


@pytest.mark.parametrize("path", ["/", "/page/main.js"])
def test_head_is_get_without_a_body(client: TestClient, path: str) -> None:
    headers = {"X-Request-ID": "of-both"}
    get, head = client.get(path, headers=headers), client.head(path, headers=headers)
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers} == {**get.headers}


@pytest.mark.parametrize("form", ["{tag}", 'W/"other", {tag}', "{tag} ,"])
def test_a_cached_file_is_not_sent_again(client: TestClient, form: str) -> None:
    tag = client.get("/page/main.js").headers["etag"]
    answer = client.get("/page/main.js", headers={"If-None-Match": form.format(tag=tag)})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == tag
    assert answer.headers["vary"] == "Accept-Encoding, Origin"
    assert client.get("/page/page.css", headers={"If-None-Match": tag}).status_code == 200


def test_an_unknown_file_is_a_problem(client: TestClient) -> None:
    for path in ("/page/nothing.js", "/page/", "/page/..%2Fsettings.py", "/page/%2e%2e/main.py"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json"), path


@pytest.mark.parametrize("path", ["/", "/page/main.js"])
def test_an_operator_can_leave_the_page_out(database: Path, path: str) -> None:
    """The API and its description stay."""
    settings = Settings(database_url=file_url(database), page=False)
    with TestClient(create_app(settings)) as client:
        answer = client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:dateline:problem:unknown-path")
        assert client.get("/v1/articles").status_code == client.get("/docs").status_code == 200


def test_the_page_finds_its_files(client: TestClient) -> None:
    """The paths are relative: next to index.html on a static server, under /page/ here, also below a proxy's prefix."""
    static = re.findall(r'(?:href|src)="\./([^"]+)"', INDEX)
    served = re.findall(r'(?:href|src)="\./page/([^"]+)"', client.get("/").text)
    assert served == static == ["icon.svg", "page.css", "main.js"]


def feed_links(client: TestClient, query: str) -> list[str]:
    """Return the addresses of the feeds that the page names."""
    links = re.findall(r'<link rel="alternate" type="([^"]+)" title="[^"]+" href="([^"]+)">', client.get(query).text)
    types = [type_ for type_, _ in links]
    assert types == ["application/rss+xml", "application/atom+xml", "application/feed+json"]
    return [unescape(href) for _, href in links]


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("query", "feed"),
    [
        ("", ""),
        ("?", ""),
        ("?view=network&interval=day&sort=relevance&limit=5&facet_size=3&api=x&speaker=lavrov&about=syria", ""),
        ("?article=2v8k0q4m1xsc", ""),
        ("?q=%22red+line%22&actor=putin&actor=obama&from=2015", "?q=%22red+line%22&actor=putin&actor=obama&from=2015"),
        ("?q=&source=rferl&members=true", "?source=rferl&members=true"),
        ("?q=%D0%BC%D0%B8%D1%80&view=sources", "?q=%D0%BC%D0%B8%D1%80"),
        ("?q=%22%3E%3Cscript%3E%5Cg%3C1%3E'", "?q=%22%3E%3Cscript%3E%5Cg%3C1%3E%27"),
        ("?q=%FF&%00=1&author=x", "?author=x"),
    ],
)
def test_the_page_names_the_feeds_of_its_search(client: TestClient, query: str, feed: str) -> None:
    """In the document itself: feed readers run no script."""
    response = client.get(f"/{query}")
    assert feed_links(client, f"/{query}") == [f"v1/articles.{suffix}{feed}" for suffix in ("rss", "atom", "jsonfeed")]
    assert "<script>" not in response.text
    assert (response.headers["ETag"] == client.get("/").headers["ETag"]) == (feed == "")
    again = client.get(f"/{query}", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_feeds_that_the_page_names_are_there(client: TestClient) -> None:
    for link in feed_links(client, "/?q=ferry&from=2015&view=statements&sort=-loaded"):
        assert client.get(f"/{link}").status_code == 200


def test_the_parameters_that_are_no_filters_are_those_of_the_script() -> None:
    state = text_of("state.js")
    named = {
        name
        for names in re.findall(r"_PARAMETERS = new Set\(\[([^\]]*)", state)
        for name in re.findall(r'"(\w+)"', names)
    }
    assert named | {"cursor"} == NOT_IN_FEEDS


def test_every_file_is_there_and_used() -> None:
    named = {target for name in FILES for target in REFERENCE.findall(text_of(name))}
    assert named | {"index.html"} == set(FILES)


def test_no_script_or_style_is_inline() -> None:
    assert re.findall(r"<script(?![^>]*\ssrc=)", INDEX) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=|javascript:", INDEX) == []


@pytest.mark.parametrize("name", MODULES)
def test_no_module_makes_markup_of_data(name: str) -> None:
    """All data becomes text; the policy forbids the rest, and the code does not try it."""
    matches = re.findall(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\(|srcdoc", text_of(name)
    )
    assert matches == []


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_another_host(name: str) -> None:
    without_types = TYPE_IMPORT.sub("", text_of(name))
    without_namespaces = without_types.replace("http://www.w3.org/2000/svg", "")
    assert re.findall(r"https?://[a-z0-9]|url\(|@import|//[a-z]+\.[a-z]", without_namespaces) == []
