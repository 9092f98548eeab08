"""What Dateline exports is recognized by all of its names, and only that has public ids."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any, get_args

import pytest

from app.cells import join_texts
from app.models import Basis, EntityType, MentionKind, Precision, StatementKind, TextKind
from app.search.query.parameters import Offsets
from app.wire.article_models import ArticleDetail, MentionOut, StatementOut
from app.wire.base import PublishedOut, SourceRef
from app.wire.exports.columns import ARTICLES
from app.wire.exports.feed_records import FEED_NAMESPACE as SERVED_NAMESPACE
from app.wire.exports.schema_org import RECORD_TERM
from seed.readers.fields import dateline_export
from seed.readers.fields.dateline_feed import FEED_NAMESPACE
from seed.readers.fields.exported_spans import MENTION_KEYS, OFFSET_UNITS, STATEMENT_KEYS
from seed.readers.fields.recipes import RECIPES
from seed.records import (
    ExportedAnnotation,
    ExtractedMention,
    ExtractedStatement,
    GivenEntity,
    LocalEntity,
    Published,
    RawArticle,
)
from tests.seed.readers.conftest import Reading
from tests.seed.readers.only import only_article, only_reason

ID = "2v8k0q4m1xsc"

PUBLISHED = {
    "on": "2015-11-22",
    "at": "2015-11-23T00:02:00Z",
    "precision": "minute",
    "zone": "EST",
    "basis": "stated",
    "evidence": None,
}

ARTICLE: dict[str, Any] = {
    "id": ID,
    "title": "Ships",
    "source": {"id": "rferl", "name": "RFE/RL"},
    "published": PUBLISHED,
    "text_kind": "digest",
    "text": "Ada \U0001f6a2 sails, said Ada.",
}

ROW = {
    "id": ID,
    "title": "Ships",
    "source": "rferl",
    "published_on": "2015-11-22",
    "published_at": "2015-11-23T00:02:00Z",
    "precision": "minute",
    "basis": "stated",
    "text_kind": "digest",
    "text": "Ada sails.",
}

ADA = {
    "field": "text",
    "start": 0,
    "end": 3,
    "text": "Ada",
    "kind": "name",
    "type": "person",
    "entity": "ada",
    "rule": "x",
    "confidence": 1,
}
ADA_AGAIN = {**ADA, "start": 18, "end": 21}
SAID = {
    "field": "text",
    "start": 0,
    "end": 11,
    "kind": "paraphrase",
    "speaker": "ada",
    "speaker_name": "Ada",
    "cue": None,
}


def with_published(**changes: object) -> dict[str, Any]:
    """Return the article with another date."""
    return {**ARTICLE, "published": {**PUBLISHED, **changes}}


def as_csv(row: dict[str, str]) -> str:
    """Return a table of one row."""
    table = io.StringIO()
    writer = csv.DictWriter(table, row)
    writer.writeheader()
    writer.writerow(row)
    return table.getvalue()


def test_the_names_are_those_of_the_exports() -> None:
    assert ArticleDetail.model_fields.keys() == dateline_export.JSON_REQUIRED | dateline_export.JSON_OPTIONAL
    assert {column.name for column in ARTICLES.columns} == dateline_export.CSV_REQUIRED | dateline_export.CSV_OPTIONAL
    assert {*ARTICLES.fields, *ARTICLES.extra_fields} <= ArticleDetail.model_fields.keys()
    assert SourceRef.model_fields.keys() == dateline_export.SOURCE_KEYS
    assert PublishedOut.model_fields.keys() >= dateline_export.DATE_KEYS
    assert MentionOut.model_fields.keys() == MENTION_KEYS
    assert StatementOut.model_fields.keys() == STATEMENT_KEYS
    assert get_args(Offsets) == OFFSET_UNITS
    assert set(dateline_export.RECORD_FIELDS) < ArticleDetail.model_fields.keys()
    assert RECORD_TERM in dateline_export.JSON_LD_REQUIRED
    assert list(SERVED_NAMESPACE.values()) == [FEED_NAMESPACE]


def test_recipes_exclude_each_other() -> None:
    """Whatever names a record has, at most one applies."""
    for recipe in RECIPES:
        others = [other for other in RECIPES if other is not recipe]
        assert not any(other.required <= recipe.required | recipe.optional for other in others), recipe.name


def test_an_export_is_read_with_everything_that_it_has(reading: Reading) -> None:
    record = {
        **ARTICLE,
        "url": "https://a.example/1",
        "urls": ["https://a.example/1", "https://a.example/2"],
        "authors": ["Ann; Lee"],
        "language": "en",
        "language_basis": "detected",
        "rights": "CC0-1.0",
        "record_id": "x 1",
        "details": {"page": "A4", "edition": "Late"},
        "mentions": [ADA, ADA_AGAIN],
        "statements": [SAID],
        "entities": [{"id": "ada", "name": "Ada Byrne", "type": "person", "count": 2}],
    }
    article = only_article(reading("a.ndjson", json.dumps(record)))
    mention = ExtractedMention("text", 0, 3, "Ada", EntityType.PERSON, MentionKind.NAME, "ada", "x", 1.0)
    assert article == RawArticle(
        article.origin,
        "Ships",
        str(ARTICLE["text"]),
        "rferl",
        id="x 1",
        url="https://a.example/1",
        published=Published("2015-11-22", 1448236920, 68_520, Precision.MINUTE, "EST", Basis.STATED),
        authors=("Ann; Lee",),
        language="en",
        language_detected=True,
        rights="CC0-1.0",
        text_kind=TextKind.DIGEST,
        details={"edition": "Late", "page": "A4"},
        public_id=ID,
        other_urls=("https://a.example/2",),
        annotation=ExportedAnnotation(
            (mention, mention._replace(start=18, end=21)),
            (ExtractedStatement("text", 0, 11, StatementKind.PARAPHRASE, "ada", "Ada", None),),
            (LocalEntity("ada", "Ada Byrne", EntityType.PERSON),),
        ),
    )
    assert article.provenance["title"] == "the export of Dateline"


@pytest.mark.parametrize("name", ["a.json", "a.ndjson", "a.jsonld", "a.txt"])
def test_one_article_is_read_whatever_its_file_is_called(reading: Reading, name: str) -> None:
    assert only_article(reading(name, json.dumps(ARTICLE))).public_id == ID


def test_a_list_is_read_article_by_article(reading: Reading) -> None:
    list_ = {"total": 2, "items": [ARTICLE, {**ARTICLE, "text": None}], "next": None, "corpus_version": 1}
    article, refusal = reading("a.json", json.dumps(list_))
    assert isinstance(article, RawArticle)
    assert article.public_id == ID
    assert only_reason([refusal]).startswith("text is None: expected the text, which a list does not have")


def test_a_withheld_text_is_named(reading: Reading) -> None:
    record = {**ARTICLE, "text": None, "text_withheld": True}
    assert "its operator withholds it" in only_reason(reading("a.ndjson", json.dumps(record)))


def test_a_row_is_read_like_a_line(reading: Reading) -> None:
    cells = {
        **ROW,
        "title": "''=1+1",
        "authors": r"Ann\; Lee; Bo",
        "urls": "https://a.example/1; https://a.example/2",
        "given_entities": '[{"id":null,"name":"Ada","type":"person","wikidata":null,"mentions":[[0,3]]}]',
        "record_id": "'-1",
        "printed_time": "19:02:00",
        "details": '{"page":"A4"}',
    }
    article = only_article(reading("a.csv", as_csv(cells)))
    assert article.details == {"page": "A4"}
    assert (article.title, article.authors, article.id) == ("'=1+1", ("Ann; Lee", "Bo"), "-1")
    assert (article.url, article.other_urls) == ("https://a.example/1", ("https://a.example/2",))
    assert article.entities == (GivenEntity("Ada", EntityType.PERSON, ((0, 3),)),)
    assert (article.published.local_time, article.public_id, article.notes) == (68_520, ID, ())


def test_a_table_without_texts_is_refused(reading: Reading) -> None:
    row = {name: cell for name, cell in ROW.items() if name != "text"}
    reason = only_reason(reading("a.csv", as_csv(row)))
    assert reason.endswith("expected a column text: choose it in `fields=` of the export")


OTHERS: dict[str, Callable[[], dict[str, Any]]] = {
    "one name more": lambda: {**ARTICLE, "section": "World"},
    "a source that is a name": lambda: {**ARTICLE, "source": "RFE/RL"},
    "a date that is a text": lambda: {**ARTICLE, "published": "2015-11-22"},
    "a date without a basis": lambda: {**ARTICLE, "published": {"on": "2015", "at": None, "precision": "year"}},
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_record_of_another_tool_gets_no_public_id(reading: Reading, name: str) -> None:
    """It is read by the names of its keys, like any other, and refused or loaded with its own id."""
    (item,) = reading("a.ndjson", json.dumps(OTHERS[name]()))
    assert not isinstance(item, RawArticle) or (item.id, item.public_id) == (ID, None)


@pytest.mark.parametrize("missing", sorted(dateline_export.JSON_REQUIRED))
def test_json_without_one_of_the_names_is_not_ours(reading: Reading, missing: str) -> None:
    (item,) = reading("a.ndjson", json.dumps({name: value for name, value in ARTICLE.items() if name != missing}))
    assert not isinstance(item, RawArticle) or item.public_id is None


@pytest.mark.parametrize("missing", sorted(dateline_export.CSV_REQUIRED - {"title", "source"}))
def test_a_table_without_one_of_the_columns_is_not_ours(reading: Reading, missing: str) -> None:
    cells = {name: cell for name, cell in ROW.items() if name != missing}
    article = only_article(reading("a.csv", as_csv({**cells, "title": "'=x"})))
    title = "'=x" if missing == "published_on" else "=x"
    assert (article.public_id, article.title, article.id) == (None, title, cells.get("id"))


def test_a_table_with_one_column_more_is_not_ours(reading: Reading) -> None:
    article = only_article(reading("a.csv", as_csv({**ROW, "section": "World"})))
    assert (article.public_id, article.id) == (None, ID)


def test_what_makes_a_record_almost_ours_is_named(reading: Reading) -> None:
    """In the reason for a refusal, or in a note."""
    without = {name: cell for name, cell in ROW.items() if name not in {"basis", "text_kind"}}
    article = only_article(reading("a.csv", as_csv(without)))
    assert "it is not read as CSV of Dateline, because it lacks 'basis', 'text_kind'" in article.notes
    reason = only_reason(reading("a.csv", as_csv({**ROW, "title": "", "section": "World"})))
    assert reason.endswith("; it is not read as CSV of Dateline, because it also has 'section'")
    assert only_article(reading("a.csv", as_csv({**ROW, "": ""}))).public_id == ID
    listed = {name: value for name, value in ARTICLE.items() if name != "text_kind"}
    reason = only_reason(reading("a.json", json.dumps(listed)))
    assert reason.endswith("; it is not read as JSON of Dateline, because it lacks 'text_kind'")


def test_an_export_of_few_columns_is_named(reading: Reading) -> None:
    """It loads as any table, without the apostrophe before a formula, and with its details."""
    few = {name: ROW[name] for name in ("id", "source", "published_on", "text")}
    article = only_article(reading("a.csv", as_csv({**few, "title": "'=1+1", "details": '{"page": "A4"}'})))
    assert (article.title, article.public_id, article.details) == ("=1+1", None, {"page": "A4"})
    lacks = "'basis', 'precision', 'published_at', 'text_kind'"
    assert f"it is not read as CSV of Dateline, because it lacks {lacks}" in article.notes


def test_an_export_that_excel_saved_is_ours(reading: Reading) -> None:
    """With a line that names the delimiter, and rows of empty cells."""
    file = io.StringIO(newline="")
    table = csv.writer(file, delimiter=";")
    table.writerows([ROW.keys(), ["" for _ in ROW], ROW.values(), [" " for _ in ROW]])
    article = only_article(reading("a.csv", f"\ufeffsep=;\r\n{file.getvalue()}"))
    assert (article.public_id, article.title) == (ID, ROW["title"].removeprefix("'"))


def test_what_the_user_maps_is_not_ours(reading: Reading) -> None:
    paths = ("source=source.name", "published=published.on", "text_kind=")
    article = only_article(reading("a.ndjson", json.dumps(ARTICLE), map=paths))
    assert (article.public_id, article.id) == (None, ID)


@pytest.mark.parametrize("public_id", ["1", "2V8K0Q4M1XSC", "2v8k0q4m1xsu", "2v8k0q4m1xsc\n", "", 12, None, [ID]])
def test_an_id_of_another_shape_is_refused(reading: Reading, public_id: object) -> None:
    reason = only_reason(reading("a.ndjson", json.dumps({**ARTICLE, "id": public_id})))
    assert reason.startswith(f"id is {public_id!r}: expected the public id of an article")


FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "keys": ({**ARTICLE, "record_keys": "x"}, "record_keys is 'x': expected a list of keys"),
    "a key": ({**ARTICLE, "record_keys": ["url:x", "title:x"]}, "record_keys[1] is 'title:x': expected a key"),
    "a key of no kind": ({**ARTICLE, "record_keys": ["x:y:z"]}, "record_keys[0] is 'x:y:z': expected a key"),
    "a key that is a number": ({**ARTICLE, "record_keys": [7]}, "record_keys[0] is 7: expected a key"),
    "urls": ({**ARTICLE, "urls": "x"}, "urls is 'x': expected a list of URLs"),
    "many urls": ({**ARTICLE, "urls": ["https://a.example/"] * 102}, "expected a list of URLs, at most 101"),
    "a url": ({**ARTICLE, "urls": ["x"]}, "urls[0] is 'x': expected an absolute"),
    "a time": ({**ARTICLE, "printed_time": "25:00:00"}, "printed_time is '25:00:00': expected a time of day"),
    "a time of another kind": ({**ARTICLE, "printed_time": 7}, "printed_time is 7: expected a time of day"),
    "a day": (with_published(on="2015-13-01"), "'2015-13-01' is not a day"),
    "a precision": (with_published(precision="day"), "published.precision is 'day': expected that of 2015-11-23T"),
    "no precision": (with_published(precision=None), "published.precision is None: expected one of"),
    "no basis": (with_published(basis=None), "published.basis is None: expected one of"),
    "an instant": (with_published(at="2015-11-25T00:02:00Z"), "expected an instant of the day 2015-11-22"),
    "a day as an instant": (with_published(at="2015-11-22"), "published.at is '2015-11-22': expected an instant"),
    "no source": ({**ARTICLE, "source": {"id": None, "name": "x"}}, "source.id is None"),
    "mentions": ({**ARTICLE, "mentions": "x"}, "mentions is 'x': expected a list"),
    "a mention": ({**ARTICLE, "mentions": [{}]}, "mentions[0] is {}: expected an object with"),
    "a field": ({**ARTICLE, "mentions": [{**ADA, "field": "x"}]}, "mentions[0].field is 'x': expected one of title"),
    "no field": ({**ARTICLE, "mentions": [{**ADA, "field": None}]}, "mentions[0].field is None"),
    "a list of fields": ({**ARTICLE, "mentions": [{**ADA, "field": []}]}, "mentions[0].field is []: expected one of"),
    "a text": ({**ARTICLE, "mentions": [{**ADA, "text": "Bo"}]}, "mentions[0].text is 'Bo': expected the text"),
    "a span": ({**ARTICLE, "mentions": [{**ADA, "start": 9999, "text": ""}]}, "mentions[0] is [9999, 3]: expected"),
    "a span of texts": ({**ARTICLE, "mentions": [{**ADA, "start": "0"}]}, "mentions[0] is ['0', 3]: expected"),
    "a span twice": ({**ARTICLE, "mentions": [ADA, ADA]}, "mentions[1] is ['text', 0, 3]: expected each span once"),
    "a span of texts before another": (
        {**ARTICLE, "mentions": [{**ADA, "start": "0"}, ADA_AGAIN]},
        "mentions[0] is ['0', 3]: expected",
    ),
    "a confidence": ({**ARTICLE, "mentions": [{**ADA, "confidence": 2}]}, "mentions[0].confidence is 2"),
    "no confidence": ({**ARTICLE, "mentions": [{**ADA, "confidence": True}]}, "mentions[0].confidence is True"),
    "an entity": ({**ARTICLE, "mentions": [{**ADA, "entity": "a/b"}]}, "mentions[0].entity is 'a/b': expected"),
    "a kind": ({**ARTICLE, "statements": [{**SAID, "kind": "x"}]}, "statements[0].kind is 'x'"),
    "words": ({**ARTICLE, "statements": [{**SAID, "cue": "\0"}]}, "statements[0].cue is '\\x00': expected words"),
    "given": ({**ARTICLE, "given_entities": "x"}, "entities is 'x': expected a list"),
    "details": ({**ARTICLE, "details": "x"}, "details is 'x': expected an object with some of edition, section"),
    "an unknown detail": ({**ARTICLE, "details": {"pge": "4"}}, "a name in details is 'pge': expected one of edition"),
    "a detail": ({**ARTICLE, "details": {"page": ["4"]}}, "details.page is ['4']: expected a line of text"),
    "a given entity": ({**ARTICLE, "given_entities": ["x"]}, "entities[0] is 'x': expected an object"),
    "a given span": (
        {**ARTICLE, "given_entities": [{"name": "Ada", "type": "person", "mentions": [["x", 3]]}]},
        "entities[0].mentions[0] is ['x', 3]: expected",
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_export_is_refused_by_name(reading: Reading, name: str) -> None:
    record, reason = FORGED[name]
    assert reason in only_reason(reading("a.ndjson", json.dumps(record)))


def test_a_row_names_its_entities(reading: Reading) -> None:
    """If it has all three columns."""
    cells = {**ROW, "mentions": "[]", "entities": "ada; quay", "entity_names": "Ada Byrne; The Quay"}
    types = {"entity_types": "person; place"}
    annotation = only_article(reading("a.csv", as_csv({**cells, **types}))).annotation
    assert annotation is not None
    assert annotation.entities == (
        LocalEntity("ada", "Ada Byrne", EntityType.PERSON),
        LocalEntity("quay", "The Quay", EntityType.PLACE),
    )
    without = only_article(reading("a.csv", as_csv(cells))).annotation
    assert without == ExportedAnnotation(())
    reason = only_reason(reading("a.csv", as_csv({**cells, "entity_types": "person"})))
    assert reason.endswith("expected a name and a type for each of the entities")


def test_json_in_a_cell_is_checked(reading: Reading) -> None:
    assert "mentions is '[': expected JSON" in only_reason(reading("a.csv", as_csv({**ROW, "mentions": "["})))


def test_a_row_as_json_has_only_texts(reading: Reading) -> None:
    """Some tools write tables as JSON."""
    assert only_article(reading("a.ndjson", json.dumps(ROW))).public_id == ID
    assert "authors is ['Ann']: expected a text" in only_reason(
        reading("a.ndjson", json.dumps({**ROW, "authors": ["Ann"]}))
    )


@pytest.mark.parametrize(
    ("zone", "local_time"), [("UTC", 120), ("-05:00", 68_520), ("+03:30", 12_720), ("EST", 68_520), ("ET", None)]
)
def test_a_printed_time_follows_from_a_zone(reading: Reading, zone: str, local_time: int | None) -> None:
    article = only_article(reading("a.ndjson", json.dumps(with_published(zone=zone))))
    assert article.published.local_time == local_time


def test_an_undated_article_stays_undated(reading: Reading) -> None:
    unknown = dict.fromkeys(PUBLISHED)
    article = only_article(reading("a.ndjson", json.dumps({**ARTICLE, "published": {**unknown, "precision": "none"}})))
    assert article.published == Published()


def test_a_row_without_the_name_of_an_unknown_outlet_has_a_note(reading: Reading) -> None:
    unnamed = {**ROW, "source": "bay-post", "source_name": ""}
    note = "the export has no source_name: unless it is known here, the source is called 'bay-post'"
    assert only_article(reading("a.csv", as_csv(unnamed))).notes == (note,)
    assert only_article(reading("a.csv", as_csv({**unnamed, "source_name": "Bay Post"}))).notes == ()
    manifest = "file,source\na.csv,The Quay\n"
    assert only_article(reading("a.csv", as_csv(unnamed), manifest=manifest)).notes == ()


def test_an_unknown_outlet_is_known_by_its_name(reading: Reading) -> None:
    record = {**ARTICLE, "source": {"id": "bay-post", "name": "Bay Post"}}
    assert only_article(reading("a.ndjson", json.dumps(record))).source == "Bay Post"


def test_offsets_in_utf16_are_recognized_by_the_texts_of_the_mentions(reading: Reading) -> None:
    """The ship takes two code units."""
    after = {**ADA_AGAIN, "start": 19, "end": 22}
    entities = [{"id": None, "name": "Ada", "type": "person", "wikidata": None, "mentions": [[19, 22]]}]
    record = {**ARTICLE, "mentions": [ADA, after], "statements": [{**SAID, "end": 12}]}
    annotation = only_article(reading("a.ndjson", json.dumps(record))).annotation
    assert annotation is not None
    assert [(mention.start, mention.end) for mention in annotation.mentions or ()] == [(0, 3), (18, 21)]
    assert [(statement.start, statement.end) for statement in annotation.statements or ()] == [(0, 11)]
    given = only_article(reading("a.ndjson", json.dumps({**record, "given_entities": entities})))
    assert given.entities == (GivenEntity("Ada", EntityType.PERSON, ((18, 21),)),)
    assert given.annotation is None


AFTER = {**ADA, "start": 18, "end": 21}
SAILS = {**SAID, "start": 0, "end": 12}


@pytest.mark.parametrize("unit", ["codepoints", "utf16"])
def test_an_export_names_the_unit_of_its_offsets(reading: Reading, unit: str) -> None:
    """No mention need show it, in JSON or in a cell."""
    record = {**ARTICLE, "mentions": [ADA], "statements": [SAILS], "offsets": unit}
    cells = {**ROW, "text": ARTICLE["text"], "offsets": unit, "statements": json.dumps([SAILS])}
    for article in (only_article(reading("a.json", json.dumps(record))), only_article(reading("a.csv", as_csv(cells)))):
        assert article.annotation is not None
        (statement,) = article.annotation.statements or ()
        assert (statement.end, article.notes) == (12 if unit == "codepoints" else 11, ())
    given = {"id": None, "name": "Ada", "type": "person", "wikidata": None, "mentions": [[19, 22]]}
    entities = only_article(reading("a.json", json.dumps({**record, "given_entities": [given]}))).entities or ()
    assert entities[0].mentions == ((19, 22) if unit == "codepoints" else (18, 21),)


def test_an_unknown_unit_is_refused(reading: Reading) -> None:
    reason = only_reason(reading("a.json", json.dumps({**ARTICLE, "offsets": "bytes"})))
    assert reason == "offsets is 'bytes': expected one of codepoints, utf16"


@pytest.mark.parametrize(
    ("spans", "kept"),
    [
        ({"mentions": [ADA], "statements": [{**SAID, "end": 3}]}, True),
        ({"mentions": [ADA, AFTER], "statements": [SAILS]}, True),
        ({"mentions": [ADA], "statements": [SAILS]}, False),
        ({"mentions": [ADA], "statements": [{**SAID, "end": 23}]}, False),
        ({"mentions": [], "statements": [{**SAID, "start": 4, "end": 5}]}, False),
        ({"statements": [SAILS]}, False),
    ],
)
def test_a_unit_that_nothing_shows_is_not_guessed(reading: Reading, spans: dict[str, Any], kept: bool) -> None:
    """Offsets before the first character of two code units are the same in both; a mention after it shows the unit."""
    article = only_article(reading("a.json", json.dumps({**ARTICLE, **spans})))
    note = "mentions and statements are extracted: the export does not name the unit of their offsets"
    assert (article.annotation is not None, article.notes) == (kept, () if kept else (note,))


def test_given_entities_need_a_unit(reading: Reading) -> None:
    given = {"id": None, "name": "Ada", "type": "person", "wikidata": None, "mentions": [[19, 22]]}
    reason = only_reason(reading("a.json", json.dumps({**ARTICLE, "given_entities": [given]})))
    expected = "offsets is None: expected codepoints or utf16, because nothing else shows the unit of given_entities"
    assert reason == expected


def test_an_export_has_the_keys_of_its_article(reading: Reading) -> None:
    """In JSON, in a cell, and in JSON-LD."""
    keys = ["id:rferl:a; b:c", "text:B1L_mvZ1IdFfi8WZzOch:rferl:2019", "title:rferl:x:y:2019-03", "url:a.example/1"]
    record = {**NEWS_ARTICLE["urn:dateline:record"]["@value"], "record_keys": keys}
    ld = {**NEWS_ARTICLE, "urn:dateline:record": {"@type": "@json", "@value": record}}
    for article in (
        only_article(reading("a.json", json.dumps({**ARTICLE, "record_keys": keys}))),
        only_article(reading("a.csv", as_csv({**ROW, "record_keys": join_texts(keys)}))),
        only_article(reading("a.jsonld", json.dumps(ld))),
    ):
        assert (article.record_keys, article.exported_source) == (tuple(keys), "rferl")


def test_overrides_win(reading: Reading) -> None:
    """The language is then declared."""
    record = {**ARTICLE, "language": "en", "language_basis": "detected", "mentions": [ADA]}
    manifest = "file,language,published\na.json,fr,2016\n"
    article = only_article(reading("a.json", json.dumps(record), manifest=manifest))
    assert (article.language, article.language_detected, article.published.on) == ("fr", False, "2016")


NEWS_ARTICLE: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "@id": f"http://a.example/v1/articles/{ID}",
    "identifier": f"urn:dateline:article:{ID}",
    "headline": "Ships",
    "author": [{"@type": "Person", "name": "Ann Lee"}],
    "publisher": {"@type": "Organization", "@id": "http://a.example/v1/sources/rferl", "name": "RFE/RL"},
    "articleBody": "Ada sails.",
    "license": "https://a.example/terms",
    "urn:dateline:record": {"@type": "@json", "@value": {"published": PUBLISHED, "text_kind": "full"}},
}


def test_a_news_article_of_dateline(reading: Reading) -> None:
    article = only_article(reading("a.jsonld", json.dumps(NEWS_ARTICLE)))
    assert (article.public_id, article.title, article.source, article.text) == (ID, "Ships", "rferl", "Ada sails.")
    assert (article.authors, article.rights, article.published.zone) == (("Ann Lee",), "https://a.example/terms", "EST")


def test_a_withheld_text_of_a_news_article_is_named(reading: Reading) -> None:
    without = {name: value for name, value in NEWS_ARTICLE.items() if name != "articleBody"}
    assert "its operator withholds it" in only_reason(reading("a.jsonld", json.dumps(without)))


@pytest.mark.parametrize("name", ["subjectOf", "hasPart"])
def test_a_digest_and_an_extract_have_their_own_terms(reading: Reading, name: str) -> None:
    digest = {"@type": "CreativeWork", "genre": "digest", "text": "It sails.", "copyrightNotice": "CC0-1.0"}
    without = {name: value for name, value in NEWS_ARTICLE.items() if name not in {"articleBody", "license", "author"}}
    record = {"@type": "@json", "@value": {"published": PUBLISHED, "text_kind": "digest"}}
    article = only_article(reading("a.jsonld", json.dumps({**without, name: digest, "urn:dateline:record": record})))
    assert (article.text, article.text_kind, article.rights) == ("It sails.", TextKind.DIGEST, "CC0-1.0")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"author": "Ann"}, "author is 'Ann': expected a list of persons"),
        ({"author": ["Ann"]}, "author is 'Ann': expected an object"),
        ({"identifier": "x"}, "id is 'x': expected the public id of an article"),
        ({"subjectOf": "x"}, "subjectOf is 'x': expected an object"),
        ({"urn:dateline:record": {"@value": {"published": "x"}}}, "published is 'x': expected an object"),
    ],
)
def test_a_forged_news_article_is_refused_by_name(reading: Reading, changes: dict[str, Any], reason: str) -> None:
    assert reason in only_reason(reading("a.jsonld", json.dumps({**NEWS_ARTICLE, **changes})))


ATTRIBUTES = 'title="A &amp;lt; B" source="rferl" source_name="RFE/RL" precision="month" basis="stated"'

RSS = f"""<rss version="2.0" xmlns:dateline="urn:dateline:feed"><channel><title>Dateline</title><item>
<guid isPermaLink="false">urn:dateline:article:{ID}</guid><link>https://a.example/?article={ID}</link><title>A</title>
<dateline:article {ATTRIBUTES} published_on="2015-11"/><pubDate>Sun, 01 Nov 2015 12:00:00 GMT</pubDate>
<description>[2015-11] It &amp;lt;sails&amp;gt;.</description></item></channel></rss>"""

ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dateline="urn:dateline:feed"><title>Dateline</title><entry>
<id>urn:dateline:article:{ID}</id><title>A</title><updated>2019-01-01T00:00:00Z</updated>
<link href="https://a.example/?article={ID}"/><author><name>RFE/RL</name></author>
<dateline:article {ATTRIBUTES} published_on="2015-11"/>
<summary>[2015-11] It &lt;sails&gt;.</summary></entry></feed>"""

JSON_FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Dateline",
    "items": [
        {
            "id": f"urn:dateline:article:{ID}",
            "url": f"https://a.example/?article={ID}",
            "title": "A &lt; B",
            "content_text": "[2015-11] It <sails>.",
            "summary": "It <sails>.",
            "date_published": "2015-11-01T12:00:00Z",
            "_dateline": {
                "source": {"id": "rferl", "name": "RFE/RL"},
                "published": {"on": "2015-11", "at": None, "precision": "month", "basis": "stated"},
                "page_url": None,
            },
        }
    ],
}


@pytest.mark.parametrize("feed", [RSS, ATOM, json.dumps(JSON_FEED)], ids=["rss", "atom", "json"])
def test_a_feed_of_dateline_has_the_outlets_and_days_of_its_entries(reading: Reading, feed: str) -> None:
    article = only_article(reading("a.feed", feed))
    assert (article.public_id, article.id, article.title, article.source) == (ID, None, "A &lt; B", "rferl")
    assert (article.url, article.authors, article.text) == (None, (), "It <sails>.")
    assert (article.text_kind, article.is_lead) == (TextKind.DIGEST, True)
    assert article.published == Published("2015-11", precision=Precision.MONTH, basis=Basis.STATED)


@pytest.mark.parametrize("feed", [RSS, ATOM], ids=["rss", "atom"])
@pytest.mark.parametrize("element", ["d:article", "D-x.1:article", "article"])
@pytest.mark.parametrize("declared", ["feed", "entry"])
def test_our_namespace_may_have_any_prefix(reading: Reading, feed: str, element: str, declared: str) -> None:
    """Other elements may be in another default namespace, and another namespace may have our prefix."""
    prefix = element.removesuffix("article").removesuffix(":")
    declaration = f"xmlns{prefix and ':'}{prefix} = 'urn:dateline:feed'"
    rewritten = feed.replace("dateline:article title", f"{element} title")
    if declared == "feed" and prefix:
        rewritten = rewritten.replace('xmlns:dateline="urn:dateline:feed"', f'xmlns:dateline="urn:x" {declaration}')
    else:
        rewritten = rewritten.replace('xmlns:dateline="urn:dateline:feed"', "")
        rewritten = rewritten.replace(f"<{element} ", f'<x xmlns="urn:x"/><{element} {declaration} ', 1)
        rewritten = rewritten.replace("</item>", '<x xmlns="urn:x"/></item>').replace(
            "</entry>", '<x xmlns="urn:x"/></entry>'
        )
    article = only_article(reading("a.feed", rewritten))
    assert (article.public_id, article.title, article.source, article.is_lead) == (ID, "A &lt; B", "rferl", True)


WORDLESS_RSS = RSS.replace(" It &amp;lt;sails&amp;gt;.", "").replace('2015-11"/', '2015-11" text_withheld="false"/')
WORDLESS_ATOM = ATOM.replace(" It &lt;sails&gt;.", "").replace('2015-11"/', '2015-11" text_withheld="false"/')
(JSON_ITEM,) = JSON_FEED["items"]
WORDLESS_ITEM = {**JSON_ITEM, "_dateline": {**JSON_ITEM["_dateline"], "text_withheld": False}}
del WORDLESS_ITEM["summary"]
WORDLESS_JSON = json.dumps({**JSON_FEED, "items": [WORDLESS_ITEM]})
WORDLESS = pytest.mark.parametrize("feed", [WORDLESS_RSS, WORDLESS_ATOM, WORDLESS_JSON], ids=["rss", "atom", "json"])


@WORDLESS
def test_an_article_whose_text_has_no_words_has_its_title_as_digest(reading: Reading, feed: str) -> None:
    article = only_article(reading("a.feed", feed))
    assert (article.public_id, article.title, article.text) == (ID, "A &lt; B", "A &lt; B")
    assert (article.text_kind, article.is_lead) == (TextKind.DIGEST, True)
    assert article.notes == ("the text has no words: the title stands for it",)


@WORDLESS
def test_an_article_whose_text_is_withheld_cannot_be_moved(reading: Reading, feed: str) -> None:
    withheld = feed.replace('text_withheld="false"', 'text_withheld="true"').replace("false}", "true}")
    wanted = "text is '': expected a lead; the operator of this feed withholds it"
    assert only_reason(reading("a.feed", withheld)) == wanted
    assert only_reason(reading("a.feed", feed.replace('text_withheld="false"', "").replace("false}", "0}"))) == wanted


@pytest.mark.parametrize(
    ("kind", "loaded"),
    [("digest", TextKind.DIGEST), ("extract", TextKind.EXTRACT), ("full", TextKind.EXTRACT), ("x", TextKind.EXTRACT)],
)
@pytest.mark.parametrize("feed", [RSS, ATOM, json.dumps(JSON_FEED)], ids=["rss", "atom", "json"])
def test_a_lead_is_an_extract_unless_it_is_that_of_a_digest(
    reading: Reading, feed: str, kind: str, loaded: TextKind
) -> None:
    feed = feed.replace("<dateline:article ", f'<dateline:article text_kind="{kind}" ')
    feed = feed.replace('"page_url"', f'"text_kind": "{kind}", "page_url"')
    article = only_article(reading("a.feed", feed))
    assert (article.text_kind, article.is_lead) == (loaded, True)


@pytest.mark.parametrize(
    ("feed", "part"),
    [
        (RSS, 'xmlns:dateline="urn:dateline:feed"'),
        (RSS, 'source_name="RFE/RL"'),
        (ATOM, f'<dateline:article {ATTRIBUTES} published_on="2015-11"/>'),
        (json.dumps(JSON_FEED), ', "page_url": null'),
    ],
)
def test_a_feed_with_less_is_of_another_tool(reading: Reading, feed: str, part: str) -> None:
    assert part in feed
    article = only_article(reading("a.feed", feed.replace(part, "")))
    assert (article.public_id, article.is_lead) == (None, False)


@pytest.mark.parametrize("source", ['"RFE/RL"', "{}", '{"id": "rferl"}'])
def test_a_source_of_a_feed_is_an_object_with_id_and_name(reading: Reading, source: str) -> None:
    feed = json.dumps(JSON_FEED).replace('{"id": "rferl", "name": "RFE/RL"}', source)
    assert only_article(reading("a.feed", feed)).public_id is None


def test_a_withheld_lead_is_named(reading: Reading) -> None:
    feed = ATOM.replace(" It &lt;sails&gt;.", "")
    assert only_reason(reading("a.feed", feed)) == "text is '': expected a lead; the operator of this feed withholds it"


def test_an_entity_list_without_ids_names_nobody(reading: Reading) -> None:
    """Those of other shapes are ignored: only mentions count."""
    record = {**ARTICLE, "mentions": [ADA], "entities": [{"name": "x"}, "x"]}
    annotation = only_article(reading("a.ndjson", json.dumps(record))).annotation
    assert annotation is not None
    assert annotation.entities == ()
