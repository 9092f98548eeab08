"""JSON Lines."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.models import Basis, EntityType, Precision, TextKind
from seed.readers.fields.mapping import MAX_NOTED_KEYS
from seed.readers.input.decoding import MAX_RECORD_BYTES
from seed.records import GivenEntity, Origin, Published, RawArticle, Refusal
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

TEXT = "Ada Byrne was first on board."
ENTITY = {"name": "Ada Byrne", "type": "person", "mentions": [[0, 9]]}


def row(**fields: object) -> str:
    """Return a line with title, source, text and further fields."""
    return json.dumps({"title": "Ferry", "source": "gazette", "text": TEXT, **fields})


def entities(**changes: object) -> Mapping[str, object]:
    """Return one entity with changes."""
    return {"entities": [{**ENTITY, **changes}]}


def test_every_field_is_read(reading: Reading, tmp_path: object) -> None:
    line = row(
        id="G-17",
        url="https://gazette.example/17",
        published="2019-03-04T18:30+01:00",
        authors=["Ada Byrne"],
        language="sr-latn-RS",
        rights="CC0-1.0",
        text_kind="digest",
        entities=[{**ENTITY, "id": "ada-byrne", "wikidata": "Q42"}],
    )
    assert only_article(reading("a.jsonl", line)) == RawArticle(
        origin=Origin(f"{tmp_path}/a.jsonl", 1),
        title="Ferry",
        text=TEXT,
        source="gazette",
        id="G-17",
        url="https://gazette.example/17",
        published=Published("2019-03-04", 1_551_720_600, 66_600, Precision.MINUTE, "+01:00", Basis.METADATA),
        authors=("Ada Byrne",),
        language="sr-Latn-RS",
        rights="CC0-1.0",
        text_kind=TextKind.DIGEST,
        entities=(GivenEntity("Ada Byrne", EntityType.PERSON, ((0, 9),), "ada-byrne", "Q42"),),
    )


def test_empty_fields_are_unknown_ones(reading: Reading) -> None:
    line = row(id=None, url="", published=" ", authors=[], language=None, rights="", text_kind=None, entities=None)
    assert only_article(reading("a.ndjson", line)) == only_article(reading("a.ndjson", row()))


def test_no_entities_is_not_the_same_as_none_given(reading: Reading) -> None:
    assert only_article(reading("a.jsonl", row(entities=[]))).entities == ()
    assert only_article(reading("a.jsonl", row())).entities is None


def test_a_text_is_kept_to_the_code_point(reading: Reading) -> None:
    text = "  e\u0301\u00a0“q”\r\n\U0001f6e5 \n"
    assert only_article(reading("a.jsonl", row(text=text))).text == text


def test_a_line_break_in_a_title_becomes_a_space(reading: Reading) -> None:
    assert only_article(reading("a.jsonl", row(title=" Ferry\r\n\tresumes "))).title == "Ferry resumes"


def test_a_bad_line_is_skipped_and_named_by_number(reading: Reading) -> None:
    found = reading("a.jsonl", f"{row()}\n\n{{\n{row()}\n[]\n".encode() + b"\xff\n" + row(title="Last").encode())
    assert [(item.origin.line, isinstance(item, Refusal)) for item in found] == [
        (1, False),
        (3, True),
        (4, False),
        (5, True),
        (6, True),
        (7, False),
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": None}, "title is None: expected a value; this field is required"),
        ({"title": 7}, "title is 7: expected a line of text"),
        ({"title": "x" * 2_001}, "title is 'xxx"),
        ({"text": ["a", 7]}, "text is ['a', 7]: expected a text that is not blank"),
        (
            {"text": "\ud800"},
            "text is '\\ud800': expected a text that is not blank, without NUL and unpaired surrogates",
        ),
        ({"title": "a\ud800"}, "title is 'a\\ud800': expected a line of text"),
        ({"source": "a\0"}, "source is 'a\\x00': expected a line of text"),
        ({"url": "gazette.example/17"}, "url is 'gazette.example/17': expected an absolute http or https URL"),
        ({"url": "http://[::1"}, "url is 'http://[::1': expected an absolute http or https URL"),
        ({"url": "http://a b.example"}, "url is 'http://a b.example': expected an absolute http or https URL"),
        ({"published": "2015-02-30"}, "published: '2015-02-30' is not a day of the calendar"),
        ({"published": 2015}, "published is 2015: expected a line of text"),
        ({"authors": 7}, "authors is 7: expected a list of names"),
        ({"authors": [7, ["Ada"]]}, "authors[0] is 7: expected a line of text"),
        ({"language": "a language"}, "language is 'a language': expected a BCP 47 language tag"),
        ({"language": 1}, "language is 1: expected a BCP 47 language tag"),
        ({"text_kind": "teaser"}, "text_kind is 'teaser': expected one of full, extract, digest"),
        ({"text_kind": True}, "text_kind is True: expected one of full, extract, digest"),
        ({"entities": {}}, "entities is {}: expected a list of entities"),
        ({"entities": ["Ada"]}, "entities[0] is 'Ada': expected an object with id, name, type"),
        (entities(kynd="x"), "an unknown field of entities[0] is 'kynd': expected one of id, mentions"),
        (entities(name=""), "entities[0].name is '': expected a line of text"),
        (entities(type="ship"), "entities[0].type is 'ship': expected one of person, organization, state"),
        (entities(id="Ada Byrne"), "entities[0].id is 'Ada Byrne': expected letters, digits"),
        (entities(id=7), "entities[0].id is 7: expected letters, digits"),
        (entities(wikidata="Q0"), "entities[0].wikidata is 'Q0': expected a Wikidata id such as 'Q7747'"),
        (entities(mentions=[]), "entities[0].mentions is []: expected a list of at least one [start, end]"),
        (entities(mentions=None), "entities[0].mentions is None: expected a list of at least one [start, end]"),
        (entities(name=["Ada Byrne"]), "entities[0].name is ['Ada Byrne']: expected a line of text"),
        (entities(name="x" * 400, id=7), "entities[0].id is 7: expected letters, digits"),
        (entities(type=["person"]), "entities[0].type is ['person']: expected one of person, organization, state"),
        (entities(id=["ada"]), "entities[0].id is ['ada']: expected letters, digits"),
        (entities(id=False), "entities[0].id is False: expected letters, digits"),
        (entities(mentions={"0": 9}), "entities[0].mentions is {'0': 9}: expected a list of at least one [start, end]"),
        (entities(mentions=["ab"]), "entities[0].mentions[0] is 'ab': expected [start, end]"),
        (entities(mentions=[[0, 9], [0]]), "entities[0].mentions[1] is [0]: expected [start, end]"),
        (entities(mentions=[[-1, 9]]), "entities[0].mentions[0] is [-1, 9]: expected [start, end]"),
        (entities(mentions=[[9, 9]]), "entities[0].mentions[0] is [9, 9]: expected [start, end]"),
        (entities(mentions=[[False, True]]), "entities[0].mentions[0] is [False, True]: expected [start, end]"),
        (entities(mentions=[[0, 9.0]]), "entities[0].mentions[0] is [0, 9.0]: expected [start, end]"),
        (
            entities(mentions=[[0, 30]]),
            "entities[0].mentions[0] is [0, 30]: expected [start, end], whole numbers with 0 <= start < end <= 29",
        ),
        (entities(mentions=[[0, 9], [8, 12]]), "entities is [[0, 9], [8, 12]]: expected mentions that do not overlap"),
        (
            {"entities": [ENTITY, {**ENTITY, "name": "Ada"}]},
            "entities is [[0, 9], [0, 9]]: expected mentions that do not overlap",
        ),
    ],
)
def test_a_wrong_value_is_named_with_what_was_wanted(
    reading: Reading, fields: Mapping[str, object], reason: str
) -> None:
    assert only_reason(reading("a.jsonl", row(**fields), strict=True)).startswith(reason)
    found = reading("a.jsonl", row(**fields))
    if fields.keys() & {"title", "source", "text", "text_kind"}:
        assert only_reason(found).startswith(reason)
    else:
        article, (name,) = only_article(found), fields
        assert article == replace(only_article(reading("a.jsonl", row())), matches_by_title=article.matches_by_title)
        assert article.matches_by_title == (name not in {"url", "published"})
        assert article.notes == (f"left out: {article.missing[name]}",)
        assert article.missing[name].startswith(reason)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"autor": "x"}, "an unknown field is 'autor': expected perhaps 'authors', or another of authors, entities"),
        ({"zzz": 1}, "an unknown field is 'zzz': expected one of authors, entities"),
    ],
)
def test_unknown_keys_are_refused_if_strict(reading: Reading, fields: Mapping[str, object], reason: str) -> None:
    assert only_reason(reading("a.jsonl", row(**fields), strict=True)).startswith(reason)


def test_unknown_keys_are_noted_once_in_a_file(reading: Reading) -> None:
    lines = [row(autor="x", zz=1), row(zz=2), row(text=7, yy=3), row(yy=4, zz=5), row(headline="x")]
    assert [item.notes for item in reading("a.jsonl", "\n".join(lines)) if isinstance(item, RawArticle)] == [
        ("ignored keys: autor (perhaps authors), zz",),
        (),
        ("ignored keys: yy",),
        ("ignored keys: headline",),
    ]


DETAILS: dict[str, tuple[object, dict[str, str], tuple[str, ...]]] = {
    "lines": ({"page": " A4 ", "edition": "Late\nCity", "sent": ""}, {"edition": "Late City", "page": "A4"}, ()),
    "numbers": ({"page": 4, "length": 812}, {"page": "4", "length": "812"}, ()),
    "nothing": ({"page": None, "x": None}, {}, ()),
    "no object": ("Page A4", {}, ("ignored keys: details",)),
    "a list": (["A4"], {}, ("ignored keys: details",)),
    "an unknown name": (
        {"page": "A4", "pge": "4", "views": 12},
        {"page": "A4"},
        ("left out: a name in details is 'pge, views': expected one of edition, section, page, length, load_date,",),
    ),
    "wrong values": (
        {"page": 4.5, "length": True, "place": ["SULA"], "section": {"name": "x"}, "sent": "x" * 2_001, "agency": "\0"},
        {},
        tuple(
            f"left out: details.{name} is {value}: expected a line of text"
            for name, value in {
                "section": "{'name': 'x'}",
                "page": "4.5",
                "length": "True",
                "place": "['SULA']",
                "agency": "'\\x00'",
                "sent": "'xxx",
            }.items()
        ),
    ),
}


@pytest.mark.parametrize(("value", "details", "notes"), DETAILS.values(), ids=DETAILS)
def test_details_are_lines_by_known_names(
    reading: Reading, value: object, details: dict[str, str], notes: tuple[str, ...]
) -> None:
    """They are in the order in which they are shown; what is left out is noted, and refused if strict."""
    article = only_article(reading("a.jsonl", row(details=value)))
    assert list(article.details.items()) == list(details.items())
    assert len(article.notes) == len(notes)
    assert all(
        note.startswith(start.removesuffix(": expected a line of text"))
        for note, start in zip(article.notes, notes, strict=True)
    )
    strict = reading("a.jsonl", row(details=value), strict=True)
    assert [isinstance(item, RawArticle) for item in strict] == [not notes]


def test_commas_and_separators_around_records_are_no_part_of_them(reading: Reading) -> None:
    found = reading("a.jsonl", f"{row()},\n\x1e{row()}\n{row()} \r\n")
    assert [item.title for item in found if isinstance(item, RawArticle)] == ["Ferry"] * 3


def test_hostile_keys_end_the_notes(reading: Reading) -> None:
    keys = {f"k{number}": 1 for number in range(MAX_NOTED_KEYS)}
    found = reading("a.jsonl", "\n".join([row(**keys), row(zz=1)]))
    assert [item.notes for item in found if isinstance(item, RawArticle)] == [
        (f"ignored keys: {', '.join(f'k{number}' for number in range(20))} and 980 more",),
        (),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "invalid JSON at column 2"),
        ("[1]", "the line is [1]: expected a JSON object"),
        ('{"title": "a", "title": "b"}', "a duplicate field is 'title': expected each field once"),
        ('{"title": "a", "title" : "b"}', "a duplicate field is 'title': expected each field once"),
        ('{"title" : "a", "title"\t: "b"}', "a duplicate field is 'title': expected each field once"),
        ('{"title": "a", "x": [{"y": 1, "y": 2}]}', "a duplicate field is 'y': expected each field once"),
        ('{"title": "a", "x": {"z": [[{"y": 1, "y": 2}]]}}', "a duplicate field is 'y': expected each field once"),
        ('{"title": "a\\": b", "x": 1, "x": 2}', "a duplicate field is 'x': expected each field once"),
        ('{"title": NaN}', "a number is 'NaN': expected a finite number"),
        (
            '{"a": [{"title": "A", "text": "A"}], "b": [{"title": "A", "text": "A"}]}',
            "articles are in several places, 'a', 'b'",
        ),
        ("[" * 100_000, "the JSON is nested too deeply"),
        ('{"title": ' + "1" * 5_000 + "}", "a number has more than 4300 digits: expected a shorter one"),
        (
            '{"title": [' + "[]," * 200_000 + "[]]}",
            "the JSON has too many nodes: expected at most 200000 lists, objects",
        ),
        ('{"title": [' + '{"":0},' * 70_000 + "{}]}", "title is [{'': 0}, {'': 0}"),
        (
            '{"authors": [' + '"A B",' * 1_000 + '"A B"]}',
            "authors is ['A B', 'A B', 'A B', 'A B', 'A B', 'A B', ...]: expected",
        ),
        ('{"text": "' + "a" * 1_000_001 + '"}', "text is 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...aaaaaaaaaaaaa"),
    ],
)
def test_non_objects_are_refused(reading: Reading, line: str, reason: str) -> None:
    assert only_reason(reading("a.jsonl", line, strict=True)).startswith(reason)


def test_mentions_may_touch_and_end_with_the_text(reading: Reading) -> None:
    given = entities(mentions=[[9, len(TEXT)], [0, 9]])
    (entity,) = only_article(reading("a.jsonl", row(**given))).entities or ()
    assert entity.mentions == ((9, len(TEXT)), (0, 9))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"name": " Ada\tByrne "}, {"name": "Ada Byrne"}),
        ({"name": "A" * 400}, {"name": "A" * 400}),
        ({"id": "", "wikidata": None}, {}),
        ({"id": [], "wikidata": " "}, {}),
        ({"id": "ada:1"}, {"id": "ada:1"}),
    ],
)
def test_an_entity_is_read_whatever_the_form_of_its_values(
    reading: Reading, changes: Mapping[str, object], expected: Mapping[str, Any]
) -> None:
    """Also those that are not in the form that nearly all have, which is read in a shorter way."""
    plain = GivenEntity("Ada Byrne", EntityType.PERSON, ((0, 9),))
    assert only_article(reading("a.jsonl", row(**entities(**changes)))).entities == (plain._replace(**expected),)


@pytest.mark.parametrize(
    "url", ["https://Gazette.example:8080/17", "https://user@gazette.example/é?x=1#y", "http://a/"]
)
def test_a_url_of_a_rare_form_is_kept(reading: Reading, url: str) -> None:
    assert only_article(reading("a.jsonl", row(url=url))).url == url


@pytest.mark.parametrize(
    "more",
    [
        {"meta": {"section": {"name": "Sport", "parts": [[{"n": 1}]]}}},
        {"meta": {}, "notes": 'She said "no": then left'},
        {"meta": 'a": b'},
    ],
)
def test_objects_in_objects_and_quotation_marks_before_colons_are_read(
    reading: Reading, more: Mapping[str, object]
) -> None:
    """The search for keys that occur twice counts both."""
    assert only_article(reading("a.jsonl", row(**more))) == only_article(reading("a.jsonl", row()))


def test_a_line_that_is_too_long_is_refused_and_the_next_one_read(reading: Reading) -> None:
    long = b" " * (2 * MAX_RECORD_BYTES + 5)
    found = reading("a.jsonl", long + b"\n" + row().encode() + b"\n" + long)
    assert [(item.origin.line, isinstance(item, Refusal)) for item in found] == [(1, True), (2, False), (3, True)]


def test_a_line_of_just_the_limit_is_read(reading: Reading) -> None:
    line = row().encode().ljust(MAX_RECORD_BYTES)
    assert len(reading("a.jsonl", line + b"\n" + line)) == 2


def test_a_long_value_is_cut_in_the_message(reading: Reading) -> None:
    assert len(only_reason(reading("a.jsonl", row(language="x" * 1_000_000), strict=True))) < 200


def test_bare_carriage_returns_end_lines_in_archives_too(reading: Reading) -> None:
    record = b'{"title": "Ferry", "source": "G", "text": "A."}'
    for name, packed in (("a.jsonl", bytes), ("a.jsonl.gz", gzip.compress)):
        found = reading(name, packed(record + b"\r" + record + b"\r\r" + record))
        assert [item.origin.line for item in found if isinstance(item, RawArticle)] == [1, 2, 4]


LINE = "expected a line of text, at most 2000 characters, without NUL"


@pytest.mark.parametrize(
    ("authors", "names", "notes"),
    [
        (["Ada Byrne", 7, "Jo Li"], ("Ada Byrne", "Jo Li"), (f"left out: authors[1] is 7: {LINE}",)),
        (["Ada Byrne", ["Jo Li"]], ("Ada Byrne",), (f"left out: authors[1] is ['Jo Li']: {LINE}",)),
        (["admin", "Ada Byrne"], ("Ada Byrne",), ("left out: authors: 'admin' names no person",)),
        ("Unknown", (), ("left out: authors: 'Unknown' names no person",)),
        ("user1", (), ("left out: authors: 'user1' names no person",)),
        ("-", (), ("left out: authors: '-' names no person",)),
        (["The Newsroom", "Ada Byrne"], ("Ada Byrne",), ("left out: authors: 'The Newsroom' names no person",)),
        (
            "Ada Byrne, of an office of reporters with a long name 1",
            ("Ada Byrne, of an office of reporters with a long name 1",),
            (),
        ),
        ([{"name": "Super User"}], (), ("left out: authors: 'Super User' names no person",)),
        ("Webmaster; Ada Byrne", ("Ada Byrne",), ("left out: authors: 'Webmaster' names no person",)),
        ("Redaktion", (), ("authors is 'Redaktion', which names no person",)),
        ("Редакция", (), ("authors is 'Редакция', which names no person",)),
        ("Sports Desk", (), ("authors is 'Sports Desk', which names no person",)),
        (["Редакция"], (), ("left out: authors: 'Редакция' names no person",)),
        ("Άγνωστος", (), ("left out: authors: 'Άγνωστος' names no person",)),
        ("編集部", (), ("left out: authors: '編集部' names no person",)),
        (["Staff", 7], (), (f"left out: authors[1] is 7: {LINE}", "left out: authors: 'Staff' names no person")),
        (["Ada Staff"], ("Ada Staff",), ()),
        ("Our Special Correspondent", (), ("authors is 'Our Special Correspondent', which names no person",)),
    ],
)
def test_authors_that_are_none_are_left_out_one_by_one(
    reading: Reading, authors: object, names: tuple[str, ...], notes: tuple[str, ...]
) -> None:
    article = only_article(reading("a.jsonl", row(authors=authors)))
    assert (article.authors, article.notes) == (names, notes)
    assert ("authors" in article.missing) == (not names)


@pytest.mark.parametrize(
    ("authors", "names", "agency"),
    [
        ("Harbour News Agency", (), "Harbour News Agency"),
        ("ANI", (), "ANI"),
        ("Reuters", (), "Reuters"),
        ("PTI, ANI", (), "PTI, ANI"),
        (["Ada Byrne", "dpa", "AFP"], ("Ada Byrne",), "dpa, AFP"),
        ("Ada Byrne (AFP)", ("Ada Byrne",), "AFP"),
        ("Ada Byrne and Jo Li, Reuters", ("Ada Byrne", "Jo Li"), "Reuters"),
        ("Von Ada Byrne und dpa", ("Ada Byrne",), "dpa"),
        ("По материалам РИА Новости", (), "РИА Новости"),
        ("G", ("G",), None),
        ("The Quay", ("The Quay",), None),
    ],
)
def test_agencies_among_the_authors_are_a_detail(
    reading: Reading, authors: object, names: tuple[str, ...], agency: str | None
) -> None:
    article = only_article(reading("a.jsonl", row(authors=authors)))
    assert (article.authors, article.details.get("agency")) == (names, agency)
    assert any("is a news agency, no person" in note for note in article.notes) == (agency is not None)


def test_an_agency_that_is_the_outlet_is_no_detail(reading: Reading) -> None:
    article = only_article(reading("a.jsonl", row(source="Reuters", authors=["Reuters"], details={"agency": ""})))
    assert (article.authors, article.details) == ((), {})


def test_an_agency_of_the_record_counts_before_one_among_the_authors(reading: Reading) -> None:
    article = only_article(reading("a.jsonl", row(authors=["AFP"], details={"agency": "Agence France-Presse"})))
    assert article.details == {"agency": "Agence France-Presse"}


FOREIGN_KEYS = {"Titel": "Ferry", "Datum": "2019-03-04", "Quelle": "Gazette", "Text": "It sails.", "Seite": "A4"}


def test_keys_in_another_language_are_noted_once(reading: Reading) -> None:
    lines = "\n".join(json.dumps({**FOREIGN_KEYS, "Titel": title}) for title in ("Ferry", "Tide"))
    first, second = reading("a.jsonl", lines)
    assert isinstance(first, RawArticle)
    assert isinstance(second, RawArticle)
    assert (first.title, first.source, first.published.on, first.text) == (
        "Ferry",
        "Gazette",
        "2019-03-04",
        "It sails.",
    )
    assert first.notes == (
        "read Titel as title, Datum as published, Quelle as source, Text as text",
        "ignored keys: Seite",
    )
    assert (second.title, second.notes) == ("Tide", ())


def test_keys_of_several_languages_are_refused_with_an_example(reading: Reading) -> None:
    record = {"Titel": "Ferry", "Date": "2019-03-04", "Quelle": "Gazette", "Text": "It sails."}
    reason = only_reason(reading("a.jsonl", json.dumps(record)))
    assert reason == (
        "title is None: expected a value; this field is required: --map title=KEY names its key (unused: Titel, "
        "Quelle), perhaps --map title=Titel --map source=Quelle --map text=Text --map published=Date"
    )


def test_authors_that_the_user_sets_are_kept(reading: Reading) -> None:
    found = reading("a.jsonl", row(authors=7), manifest="file,authors\na.jsonl,Staff\n")
    assert only_article(found).authors == ("Staff",)


@pytest.mark.parametrize("char", ["\x01", "\x08", "\x0b", "\x1f", "\x7f"])
@pytest.mark.parametrize("field", ["title", "text"])
def test_a_control_character_is_noted(reading: Reading, char: str, field: str) -> None:
    article = only_article(reading("a.jsonl", row(**{field: f"a{char}b"})))
    assert article.notes == (f"{field} has control characters such as U+{ord(char):04X}; it is stored unchanged",)


def test_white_space_is_no_control_character(reading: Reading) -> None:
    assert only_article(reading("a.jsonl", row(text="a\tb\r\nc"))).notes == ()
