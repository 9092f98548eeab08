"""Map fields by the names of columns and keys, and by `--map`."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from seed.readers.fields.mapping import WELL_KNOWN_NAMES, find_layout, parse_map_options, value_at_path
from seed.records import RawArticle
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

STRICT = {"strict": True}
RECORD = {"title": "Ferry", "source": "Gazette", "text": "A text."}

NESTED = {
    "head": {"main": "Ferry"},
    "src": [{"name": "Gazette"}],
    "body": "A text.",
    "meta": {"date": "4 March 2019", "a.b": "CC0-1.0"},
    "people": [{"name": "Ada Byrne", "beat": "sea"}, {"name": "Jo Li"}],
    "zz": 1,
}
PATHS = ("title=head.main", "source=src.0.name", "published=meta.date", "authors=people.name", "rights=meta.a.b")


@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_nested_paths(reading: Reading, name: str) -> None:
    article = only_article(reading(name, json.dumps(NESTED), map=PATHS))
    assert (article.title, article.source, article.text) == ("Ferry", "Gazette", "A text.")
    assert (article.published.on, article.authors, article.rights) == ("2019-03-04", ("Ada Byrne", "Jo Li"), "CC0-1.0")
    assert article.provenance["published"] == "meta.date"
    assert article.provenance["text"] == "body"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a", {"b": [{"c": 1}, {"c": None}, {}, {"c": 2}]}),
        ("a.b", [{"c": 1}, {"c": None}, {}, {"c": 2}]),
        ("a.b.c", [1, 2]),
        ("a.b.0", {"c": 1}),
        ("a.b.3.c", 2),
        ("a.b.9", None),
        ("a.x.c", None),
        ("x.y", "dotted"),
        ("x", None),
    ],
)
def test_follow(path: str, value: object) -> None:
    assert value_at_path({"a": {"b": [{"c": 1}, {"c": None}, {}, {"c": 2}]}, "x.y": "dotted"}, path) == value


@pytest.mark.parametrize(
    ("value", "authors"),
    [
        ("Ada Byrne", ("Ada Byrne",)),
        ("By Ada Byrne and Jo Li, Staff Writer", ("Ada Byrne", "Jo Li")),
        ("Byrne, Ada; Li, Jo", ("Byrne, Ada", "Li, Jo")),
        ("阿达、李", ("阿达", "李")),
        ("RFE/RL", ()),
        (["Ada Byrne", {"name": "Jo Li"}], ("Ada Byrne", "Jo Li")),
        ({"name": "Ada Byrne", "url": "x"}, ("Ada Byrne",)),
        ({"nick": "x"}, ()),
        ("HT Correspondent, New York", ()),
        ("RFE/RL mit AFP", ()),
        ({"firstName": "Ada", "lastName": "Byrne"}, ("Ada Byrne",)),
        ([{"display_name": "Ada Byrne"}, {"given": "Jo", "family": "Li"}, {}], ("Ada Byrne", "Jo Li")),
        ("Reporting by Ada Byrne and Jo Li; Editing by Max Stone", ("Ada Byrne", "Jo Li")),
        ("Ada Byrne, Jo Li & Max Stone | Photo: Una Ek", ("Ada Byrne", "Jo Li", "Max Stone")),
        ("<a href='/ada'>Ada Byrne</a>", ("Ada Byrne",)),
        ("Ada Byrne (ada@quay.example), Twitter: @ada", ("Ada Byrne",)),
        ("  ", ()),
        (None, ()),
        ("['Ada Byrne', 'Jo Li']", ("Ada Byrne", "Jo Li")),
        ('["Ada Byrne", "Jo Li"]', ("Ada Byrne", "Jo Li")),
        ("[]", ()),
        (["Ada Byrne", None, " ", "Jo Li"], ("Ada Byrne", "Jo Li")),
        ("ada@quay.example (Ada Byrne)", ("Ada Byrne",)),
        (["Ada Byrne", "https://quay.example/jo"], ("Ada Byrne",)),
        ("https://quay.example/ada", ()),
        ("ada@quay.example", ()),
    ],
)
def test_authors_come_in_many_forms(reading: Reading, value: object, authors: tuple[str, ...]) -> None:
    assert only_article(reading("a.jsonl", json.dumps({**RECORD, "author": value}))).authors == authors


def test_an_address_is_no_author(reading: Reading) -> None:
    article = only_article(
        reading("a.jsonl", json.dumps({**RECORD, "author": ["https://quay.example/jo", "Ada Byrne"]}))
    )
    assert article.notes == ("left out: authors is 'https://quay.example/jo': expected a name, not an address",)
    record = json.dumps({**RECORD, "author": "https://quay.example/jo"})
    assert "not an address" in only_article(reading("a.jsonl", record)).missing["authors"]
    assert only_reason(reading("a.jsonl", record, strict=True)).endswith("expected a name, not an address")


@pytest.mark.parametrize(
    ("record", "options", "reason"),
    [
        (
            {**RECORD, "headline": "x"},
            STRICT,
            "title given twice is 'title, headline': expected one of them, or --map title=h",
        ),
        ({**RECORD, "link": "x", "url": "y"}, STRICT, "url given twice is 'link, url'"),
        ({**RECORD, "author": 7}, STRICT, "authors is 7: expected a list of names"),
        ({**RECORD, "language": 7}, STRICT, "language is 7: expected a BCP 47"),
        ({**RECORD, "section": "Sea"}, STRICT, "an unknown field is 'section': expected"),
        ({**RECORD, "source": None, "url": 7}, STRICT, "url is 7"),
    ],
)
def test_without_a_mapping_nothing_is_lost_in_silence(
    reading: Reading, record: Mapping[str, object], options: Mapping[str, Any], reason: str
) -> None:
    assert only_reason(reading("a.jsonl", json.dumps(record), **options)).startswith(reason)


def test_numbers_are_ids(reading: Reading) -> None:
    assert only_article(reading("a.jsonl", json.dumps({**RECORD, "id": 17}))).id == "17"


@pytest.mark.parametrize(
    ("pairs", "reason"),
    [
        (("title",), "--map is 'title': expected field=column"),
        (("titel=x",), "--map: an unknown field is 'titel': expected perhaps 'title'"),
        (("title=x", "title=y"), "--map is 'title=y': expected the field title once"),
    ],
)
def test_a_wrong_mapping_stops_the_run(reading: Reading, pairs: tuple[str, ...], reason: str) -> None:
    with pytest.raises(ValueError, match="--map") as raised:
        reading("a.csv", "", map=pairs)
    assert str(raised.value).startswith(reason)


def test_a_path_may_hold_an_equals_sign() -> None:
    assert parse_map_options(["title=a=b"]) == {"title": "a=b"}


def test_no_name_is_of_two_fields() -> None:
    names = [name for listed in WELL_KNOWN_NAMES.values() for name in listed.split()]
    assert len(names) == len(set(names))


def test_long_names_are_read_as_well() -> None:
    long = ("x" * 100_000, "title")
    assert find_layout(long, frozenset()).keys == {"title": "title"}


def test_spaces_between_authors_take_no_time(reading: Reading) -> None:
    names = "Ada Byrne of the Desk" + " " * 1_000_000 + ";  Jo Li of the Desk ; "
    article = only_article(
        reading("a.jsonl", json.dumps({**RECORD, "author": "Ada Byrne of the Desk ;Jo Li, of the Desk; "}))
    )
    assert article.authors == ("Ada Byrne of the Desk", "Jo Li")
    assert only_reason(
        reading("a.jsonl", json.dumps({**RECORD, "author": names.replace(";", ",")}), strict=True)
    ).startswith("authors[0]")


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"id": "g", "name": "Gazette"}, "source.name"),
        ({"id": None, "name": "Gazette"}, "source.name"),
        ({"x": 1, "label": "Gazette"}, "source.label"),
        ({"x": 1, "@value": "Gazette", "y": "z"}, "source.@value"),
    ],
)
def test_a_field_that_is_an_object_is_refused_with_the_path_into_it(reading: Reading, value: object, path: str) -> None:
    content = json.dumps({**RECORD, "source": value})
    reason = only_reason(reading("a.jsonl", content))
    assert reason.endswith(f": expected a text, not an object, perhaps with --map source={path}")
    assert only_article(reading("a.jsonl", content, map=(f"source={path}",))).source == "Gazette"


def test_an_optional_field_that_is_an_object_is_left_out_with_the_path_into_it(reading: Reading) -> None:
    content = json.dumps({**RECORD, "link": {"href": "https://g.example/1"}, "language": {"x": 1}})
    article = only_article(reading("a.jsonl", content))
    assert (article.url, article.language, article.matches_by_title) == (None, None, False)
    assert article.missing["url"].endswith(": expected a text, not an object, perhaps with --map url=link.href")
    assert article.missing["language"] == "language is {'x': 1}: expected a text, not an object"
    assert only_reason(reading("a.jsonl", content, strict=True)) == article.missing["url"]


@pytest.mark.parametrize(
    ("published", "on"),
    [
        ({"seconds": 1_551_720_600, "nanoseconds": 0}, "2019-03-04"),
        ({"_seconds": 1_551_720_600, "_nanoseconds": 0}, "2019-03-04"),
        ([2019, 3, 4], "2019-03-04"),
        ([2019, 3, 4, 18, 30, 0], "2019-03-04"),
        (["2019-03-04"], "2019-03-04"),
        ({"seconds": "x"}, None),
        ({"seconds": 1, "x": 2}, None),
        ([2019, 3], None),
        ([4, 3, 2019], None),
        ([2019, 3, 400], None),
        ([2019, 13, 4], None),
        ([2019, "3", 4], None),
    ],
)
def test_dates_of_programs(reading: Reading, published: object, on: str | None) -> None:
    article = only_article(reading("a.jsonl", json.dumps({**RECORD, "published": published})))
    assert (article.published.on, "published" in article.missing) == (on, on is None)


def test_lists_of_one_value_and_of_paragraphs(reading: Reading) -> None:
    record = {"title": ["Ferry"], "source": ["Gazette"], "text": ["One. ", None, " ", "Two."], "language": ["en"]}
    assert only_reason(reading("a.jsonl", json.dumps(record))).startswith("text is ['One. '")
    article = only_article(reading("a.jsonl", json.dumps({**record, "text": ["One. ", " ", "Two."]})))
    assert (article.title, article.source, article.text, article.language) == ("Ferry", "Gazette", "One.\n\nTwo.", "en")


def test_ids_and_dates_of_mongoexport(reading: Reading) -> None:
    record = {**RECORD, "_id": {"$oid": "5c7d"}, "published": {"$date": "2019-03-04T18:30:00Z"}}
    article = only_article(reading("a.jsonl", json.dumps(record)))
    assert (article.id, article.published.at) == ("5c7d", 1_551_724_200)


def test_a_url_without_a_scheme_is_named_with_one(reading: Reading) -> None:
    article = only_article(reading("a.jsonl", json.dumps({**RECORD, "url": "gazette.example/17"})))
    assert article.missing["url"].endswith("expected an absolute http or https URL, perhaps https://gazette.example/17")


def test_of_two_keys_of_a_field_the_one_with_a_value_counts(reading: Reading) -> None:
    """The better known one if both have a value."""
    record = {
        "title": None,
        "headline": "Ferry",
        "source": "G",
        "text": " ",
        "body": "A.",
        "content": "B.",
        "date": "2019",
    }
    article = only_article(reading("a.jsonl", json.dumps({**record, "published": ""})))
    assert (article.title, article.text, article.published.on) == ("Ferry", "A.", "2019")
    assert (article.provenance["title"], article.notes) == ("headline", ("ignored keys: content",))
    record = {**RECORD, "url": None, "link": ""}
    assert only_article(reading("a.jsonl", json.dumps(record))).notes == ("ignored keys: link",)
    found = reading("a.csv", "title,headline,source,text\n,Ferry,G,A.\nTide,Other,G,B.\n")
    assert [item.title for item in found if isinstance(item, RawArticle)] == ["Ferry", "Tide"]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("https://www.quay.example/", "quay.example"),
        ("http://quay.example/news", "quay.example"),
        ("http://", "http://"),
    ],
)
def test_a_source_that_is_a_url_is_its_host(reading: Reading, source: str, name: str) -> None:
    assert only_article(reading("a.jsonl", json.dumps({**RECORD, "source": source}))).source == name


@pytest.mark.parametrize("record", [{"title": {"\x1b": "Ferry"}}, {"\x1b[2J": "Ferry"}])
def test_a_refusal_shows_no_control_characters(reading: Reading, record: dict[str, object]) -> None:
    assert only_reason(
        reading("a.jsonl", json.dumps({"source": "Gazette", "text": "It sails.", **record}))
    ).isprintable()
