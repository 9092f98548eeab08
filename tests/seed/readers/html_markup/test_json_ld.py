"""What the JSON-LD of a page says of its authors and of a live blog."""

from typing import Any

import pytest

from seed.readers.html_markup.json_ld import is_address, parse_linked_data
from seed.readers.html_markup.tree import parse_html
from tests.seed.readers.built_pages import PARAGRAPHS, TEXT, data, page
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article

ADA = {"@type": "Person", "name": "Ada Byrne"}
JO = {"@type": "Person", "name": "Jo Li"}
DESK = {"@type": "Organization", "name": "News desk"}

AUTHORS: list[tuple[Any, list[str]]] = [
    ("Ada Byrne", ["Ada Byrne"]),
    (["Ada Byrne", JO], ["Ada Byrne", "Jo Li"]),
    ([[ADA], [JO, ADA]], ["Ada Byrne", "Jo Li"]),
    ({"@list": [ADA, JO]}, ["Ada Byrne", "Jo Li"]),
    ({"@type": "Person", "givenName": "Ada", "familyName": "Byrne"}, ["Ada Byrne"]),
    ({"@type": "Person", "givenName": "Ada", "additionalName": "M.", "familyName": "Byrne"}, ["Ada M. Byrne"]),
    ({"@type": "Person", "familyName": "Byrne"}, ["Byrne"]),
    ({"@type": "Person", "name": "", "givenName": "Ada", "familyName": "Byrne"}, ["Ada Byrne"]),
    ({"@type": "Person", "name": "https://x.example/ada", "givenName": "Ada", "familyName": "Byrne"}, ["Ada Byrne"]),
    ({"@type": "Person", "name": ADA}, ["Ada Byrne"]),
    ({"@type": "Person", "name": [ADA, {"@value": "Jo Li"}]}, ["Ada Byrne", "Jo Li"]),
    ({"@type": "Person", "name": ["Ada Byrne", "Jo Li"]}, ["Ada Byrne", "Jo Li"]),
    ({"@type": "Person", "name": {"@value": "Ada Byrne", "@language": "en"}}, ["Ada Byrne"]),
    ({"@type": "http://schema.org/Person", "name": "Ada Byrne"}, ["Ada Byrne"]),
    ({"@type": "schema:Person", "name": "Ada Byrne"}, ["Ada Byrne"]),
    ({"@type": ["Person", "Organization"], "name": "Ada Byrne"}, ["Ada Byrne"]),
    ({"name": "Ada Byrne"}, ["Ada Byrne"]),
    ({"@id": "#ada"}, ["Ada Byrne"]),
    ("https://gazette.example/#ada", ["Ada Lind"]),
    ([DESK, ADA], ["Ada Byrne"]),
    (DESK, []),
    ({"@type": "Person", "name": "https://www.facebook.com/ada.byrne"}, []),
    ("https://x.example/authors/ada", []),
    ("ada@gazette.example", []),
    ("@adabyrne", []),
    ("facebook.com/ada", []),
    ({"@type": "Person"}, []),
    ({"@type": "Person", "name": [[[[[[[["Ada Byrne"]]]]]]]]}, []),
    (7, []),
    (None, []),
]
GRAPH = [{"@id": "#ada", **ADA}, {"@id": "https://gazette.example/#ada", "@type": "Person", "name": "Ada Lind"}]


@pytest.mark.parametrize("key", ["author", "creator"])
@pytest.mark.parametrize(("value", "names"), AUTHORS)
def test_the_shapes_of_authors(key: str, value: object, names: list[str]) -> None:
    blocks = data({"@graph": [{"@type": "NewsArticle", key: value}, *GRAPH]})
    assert parse_linked_data(parse_html(page(blocks)), ()).author_names() == names


def test_the_author_counts_for_more_than_the_creator() -> None:
    """One is the writer, the other may be who entered the text."""
    blocks = data({"@type": "NewsArticle", "creator": JO, "author": ADA})
    assert parse_linked_data(parse_html(page(blocks)), ()).author_names() == ["Ada Byrne"]


@pytest.mark.parametrize("name", ["Ada Byrne", "J.Smith", "M. K. Ray", "Æsa Ø.", "Ada", "Дмитрий Ли", "d'Arc"])
def test_names_are_no_addresses(name: str) -> None:
    assert not is_address(name)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('<meta name="author" content="Ada Byrne &lt;ada@gazette.example&gt;">', "Ada Byrne"),
        ('<meta name="author" content="ada@gazette.example (Ada Byrne)">', "Ada Byrne"),
        ('<meta property="article:author" content="facebook.com/gazette"><meta name="byl" content="Jo Li">', "Jo Li"),
    ],
)
def test_the_address_of_a_mailbox_is_no_part_of_a_name(reading: Reading, head: str, name: str) -> None:
    assert only_article(reading("a.html", page(head))).authors == (name,)


def test_of_several_articles_the_one_at_the_url_of_the_page_counts(reading: Reading) -> None:
    """Its headline may differ from the heading; a URL that is invalid is not one."""
    others = [
        {"@type": "NewsArticle", "headline": "Other", "author": JO, "url": f"http://{rest}"}
        for rest in ("[bad", "gazette.example/2")
    ]
    own = {
        "@type": "NewsArticle",
        "headline": "Sailing",
        "author": ADA,
        "mainEntityOfPage": "http://gazette.example/1/",
    }
    blocks = data([*others, own]) + '<link rel="canonical" href="https://gazette.example/1">'
    assert only_article(reading("a.html", page(blocks))).authors == ("Ada Byrne",)


@pytest.mark.parametrize(
    ("block", "note"),
    [
        ('{"@type":"NewsArticle","author":"Ada Byrne"};', "that is not quite JSON was read leniently (Extra data)"),
        ('{"@type":NewsArticle}', "that is not JSON was ignored (Expecting value)"),
        ("x" * 2_000_001, "of more than 2000000 characters was ignored"),
    ],
)
def test_what_is_not_json_is_noted(block: str, note: str) -> None:
    html = page(f'<script type="application/ld+json">{block}</script>')
    assert parse_linked_data(parse_html(html), ()).notes == (f"JSON-LD {note}",)


UPDATES = [
    {"@type": "BlogPosting", "datePublished": f"2022-04-08T0{hour}:10:00Z", "headline": headline, **body}
    for hour, headline, body in (
        (9, "Pier closed", {"articleBody": "<p>The pier is closed.</p>", "author": JO}),
        (8, "Bread runs out", {"text": "Shops have no bread."}),
        (7, None, {"description": "The storm begins.", "author": ADA}),
        (6, "All quiet", {}),
        (5, None, {}),
    )
]
LIVE_TEXT = (
    "2022-04-08T09:10:00Z\nPier closed\nThe pier is closed.\n\n2022-04-08T08:10:00Z\nBread runs out\n"
    "Shops have no bread.\n\n2022-04-08T07:10:00Z\nThe storm begins.\n\n2022-04-08T06:10:00Z\nAll quiet"
)


def live(*, text: str, **fields: object) -> str:
    """Return a page with a live blog."""
    posting = {"@type": "LiveBlogPosting", "headline": "Ferry sails", "liveBlogUpdate": UPDATES, **fields}
    return page(data({"@type": "NewsArticle", "headline": "Ferry sails"}, posting), text=text)


def test_updates_of_a_live_blog_are_its_text(reading: Reading) -> None:
    """In the order of the page, with their times and headlines; what asks for a script is no text."""
    article = only_article(reading("a.html", live(text="<div></div><noscript>Please enable JavaScript.</noscript>")))
    assert (article.text, article.provenance["text"]) == (LIVE_TEXT, "JSON-LD liveBlogUpdate")
    assert article.authors == ("Jo Li", "Ada Byrne")


def test_the_introduction_of_a_live_blog_stays(reading: Reading) -> None:
    article = only_article(reading("a.html", live(text=TEXT, author=ADA)))
    assert article.text == "\n\n".join([*PARAGRAPHS, LIVE_TEXT])


def test_a_page_that_shows_its_updates_is_read_from_the_page(reading: Reading) -> None:
    shown = f"<div><h2>Bread runs out</h2><p>Shops have no bread.</p></div>{TEXT}"
    article = only_article(reading("a.html", live(text=shown, liveBlogUpdate=UPDATES[1])))
    assert article.provenance["text"] == "the main text"


def test_an_introduction_that_needs_a_script_is_no_text(reading: Reading) -> None:
    """Nor is a picture that `noscript` repeats."""
    text = f"<noscript><p>Turn on JavaScript to read this report of the Gazette.</p></noscript>{TEXT}"
    assert only_article(reading("a.html", page(text=text))).text == "\n\n".join(PARAGRAPHS)
