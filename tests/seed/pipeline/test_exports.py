"""What an export says of an article beyond its fields: its public id, its other pages, its annotation."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from app.labels import former_id_key, text_key
from app.models import Article, ArticleKey, Basis, EntityType, MentionKind, Precision, StatementKind
from seed.dates import parse_iso
from seed.pipeline.context import LoadSummary
from seed.pipeline.exported_annotations import complete_annotation
from seed.pipeline.identity import public_id
from seed.pipeline.merge import content_of_record, merge
from seed.pipeline.registry import KnownEntity
from seed.records import (
    Annotation,
    ExportedAnnotation,
    ExtractedMention,
    ExtractedStatement,
    LocalEntity,
    Published,
    RawArticle,
)
from tests.seed.loading import dump, load_into, report, writing
from tests.seed.readers.conftest import Reading, reading
from tests.seed.readers.fields.test_dateline_export import ROW, as_csv
from tests.seed.readers.only import only_article

__all__ = ["reading"]

PAGE, OTHER_PAGE = "https://harbour-gazette.example/1", "https://harbour-gazette.example/2"

FIRST, SECOND = "2v8k0q4m1xsc", "2v8k0q4m1xsd"

LONG = "The ferry of the harbour company sails at noon and at six. " * 10
"""A text that is long enough to identify an article."""

FERRY = report("Ferry", public_id=FIRST)
TIDE = report("Tide", public_id=FIRST)


def ids(database: Path) -> list[str]:
    """Return the public ids of all articles."""
    return [row["id"] for row in dump(database)["article"]]


def renamed(summary: LoadSummary) -> list[str]:
    """Return what is said of records whose article has another id."""
    return [renaming.reason for renaming in summary.renamed]


def own_id(record: RawArticle) -> str:
    """Return the id of an article that is made from its title and day."""
    return public_id(f"title:harbour-gazette:{record.title.lower()}:")


def test_a_new_article_takes_the_id_of_the_export(database: Path) -> None:
    assert renamed(load_into(database, [FERRY])) == []
    assert ids(database) == [FIRST]
    assert load_into(database, [FERRY, replace(FERRY, public_id=None)]).unchanged == 2


def test_an_id_that_another_article_has_is_not_taken(database: Path) -> None:
    """Neither in the batch nor in the database."""
    taken = f"another article here has the id {FIRST}: its id here is {own_id(TIDE)}"
    assert renamed(load_into(database, [FERRY, TIDE])) == [taken]
    assert renamed(load_into(database, [report("Quay", public_id=FIRST)])) == [
        f"another article here has the id {FIRST}: its id here is {own_id(report('Quay'))}"
    ]
    assert ids(database) == sorted([FIRST, own_id(TIDE), own_id(report("Quay"))])


def test_an_id_that_an_article_had_before_is_not_taken(database: Path) -> None:
    """The article is still known under it."""
    with writing(database) as engine, engine.begin() as connection:
        connection.execute(insert(Article), {"id": SECOND, "revision_id": 0})
        connection.execute(insert(ArticleKey), {"key": former_id_key(FIRST), "article_id": SECOND})
    load_into(database, [FERRY])
    assert ids(database) == sorted([SECOND, own_id(FERRY)])


def test_a_known_article_keeps_its_id(database: Path) -> None:
    load_into(database, [replace(FERRY, public_id=None)])
    summary = load_into(database, [FERRY])
    assert (summary.unchanged, renamed(summary)) == (
        1,
        [f"article {FIRST} of the export was known here: its id here is {own_id(FERRY)}"],
    )


@pytest.mark.parametrize("names", [("text",), ("text", "details"), ("text", "text_kind"), ("text", "url", "precision")])
def test_an_export_of_few_columns_takes_nothing_from_an_article(
    database: Path, reading: Reading, names: tuple[str, ...]
) -> None:
    """What it lacks is kept: the time of the day, the kind of its text, details."""
    row = {**ROW, "url": PAGE, "details": '{"page": "A4"}', "authors": "Ada Byrne"}
    few = {name: row[name] for name in ("id", "title", "source", "published_on", *names)}
    load_into(database, [only_article(reading("all.csv", as_csv(row)))])
    article = only_article(reading("few.csv", as_csv(few)))
    assert not any("ignored columns: details" in note for note in article.notes)
    assert load_into(database, [article]).unchanged == 1


def test_the_id_of_an_export_identifies_nothing(database: Path) -> None:
    """The same id with another title is another article."""
    load_into(database, [FERRY])
    assert load_into(database, [TIDE]).loaded == 1


def test_an_id_that_an_export_takes_is_free_for_nobody_else(database: Path) -> None:
    """The article whose key would make this id gets the next one, which may be in use as well."""
    quay = report("Quay")
    key = "title:harbour-gazette:quay:"
    load_into(database, [replace(TIDE, public_id=public_id(key, 1))])
    load_into(database, [replace(FERRY, public_id=public_id(key)), quay])
    assert ids(database) == sorted(public_id(key, attempt) for attempt in range(3))


def test_articles_with_and_without_a_day_stay_apart_in_any_order(database: Path) -> None:
    """Elsewhere a record without a day is the article of its title."""
    undated, dated = FERRY, report("Ferry", on="2019-03-04", public_id=SECOND)
    assert load_into(database, [undated, dated]).loaded == 2
    assert load_into(database, [dated, undated]).unchanged == 2


def test_other_pages_lead_to_the_article(database: Path) -> None:
    exported = report("Ferry", url=PAGE, public_id=FIRST, other_urls=(OTHER_PAGE,))
    load_into(database, [exported])
    assert load_into(database, [report("Ferries", url=OTHER_PAGE), exported]).loaded == 0
    assert ids(database) == [FIRST]


def test_other_pages_lead_to_the_article_that_is_known_under_them(database: Path) -> None:
    load_into(database, [report("Ferry", url=PAGE)])
    exported = report("New title", text=LONG, url=OTHER_PAGE, public_id=FIRST, other_urls=(PAGE,))
    assert load_into(database, [exported]).updated == 1
    assert len(ids(database)) == 1


def test_articles_of_an_export_with_the_same_text_stay_apart(database: Path) -> None:
    """From another file, the same text on another page is the same article if its title is."""
    first, second = (
        report(title, text=LONG, url=url, public_id=id_)
        for title, url, id_ in (("Ferry", PAGE, FIRST), ("Tide", OTHER_PAGE, SECOND))
    )
    assert load_into(database, [first, second]).loaded == 2
    assert load_into(database, [second, first]).unchanged == 2
    assert ids(database) == [FIRST, SECOND]
    assert load_into(database, [replace(second, public_id=None, url=f"{PAGE}0")]).loaded == 0
    assert load_into(database, [replace(second, public_id=None, url=f"{PAGE}1", title="Quay")]).loaded == 1


def test_an_article_of_an_export_is_not_one_that_is_known_by_its_text_alone(database: Path) -> None:
    load_into(database, [report("Ferry", text=LONG, url=PAGE)])
    assert load_into(database, [report("Tide", text=LONG, url=OTHER_PAGE, public_id=FIRST)]).loaded == 1


TEXT_KEY = str(text_key(LONG))


@pytest.mark.unmeasured
def test_every_record_of_an_exported_article_is_recognized(database: Path) -> None:
    """By its former title, day, text, id or page; the source may have another id here."""
    keys = (
        *(
            "id:gazette:7",
            "id:quay:8",
            f"{TEXT_KEY}gazette",
            f"{TEXT_KEY}gazette:2019",
            "url:harbour-gazette.example/2",
        ),
        *("title:gazette:tide:2019-03-04", "title:gazette:ferry:", f"export:{SECOND}", "formerly:2v8k0q4m1xse"),
    )
    exported = report("Ferry", public_id=FIRST, record_keys=keys, exported_source="gazette")
    load_into(database, [exported])
    known = [
        report("Ferry", id="7"),
        report("Tide", on="2019-03-04"),
        report("New", text=LONG),
        report("New", url=OTHER_PAGE),
        report("Ferry", public_id=SECOND),
        replace(exported, public_id="2v8k0q4m1xse", record_keys=None),
    ]
    assert [load_into(database, [record]).loaded for record in known] == [0] * len(known)
    assert ids(database) == [FIRST]
    rows = {row["key"] for row in dump(database)["article_key"]}
    assert {"id:harbour-gazette:7", "id:quay:8", f"{TEXT_KEY}harbour-gazette:2019"} < rows


ALIKE = {
    "the same title and day": [report(on="2019-03-04"), report(on="2019-03-04", text="Other.")],
    "the same page": [report(url=PAGE), report("Tide", url=PAGE)],
    "the same id": [report(id="1"), report("Tide", id="1")],
    "everything": [report(url=PAGE, id="1"), report(url=PAGE, id="1")],
    "a title with and without a day": [report(), report(on="2019-03-04")],
    "a page that is another page of the other": [report(url=PAGE, other_urls=(OTHER_PAGE,)), report(url=OTHER_PAGE)],
}


@pytest.mark.parametrize("name", ALIKE)
@pytest.mark.parametrize("batch", [1, 2])
@pytest.mark.parametrize("turned", [False, True])
def test_articles_of_an_export_never_become_one(database: Path, name: str, batch: int, turned: bool) -> None:
    """Not even in several loads, and whatever of them was known before."""
    records = [replace(record, public_id=id_) for record, id_ in zip(ALIKE[name], (FIRST, SECOND), strict=True)]
    records = records[::-1] if turned else records
    assert load_into(database, records, batch=batch).loaded == 2
    assert load_into(database, records[::-1]).unchanged == 2
    assert ids(database) == [FIRST, SECOND]


def test_an_article_that_an_export_brought_is_found_by_the_id_of_its_record(database: Path) -> None:
    """Two articles have the same title and day; the export does not have the ids of their records."""
    originals = [report(on="2019-03-04", id=id_) for id_ in ("1", "2")]
    exported = [
        replace(record, id=None, public_id=public_id(f"id:harbour-gazette:{record.id}")) for record in originals
    ]
    load_into(database, exported)
    assert load_into(database, originals[::-1]).unchanged == 2
    assert len(ids(database)) == 2


DAY = parse_iso("2019-03-04T18:30-05:00", basis=Basis.STATED)


@pytest.mark.parametrize(
    "less",
    [
        replace(DAY, local_time=None),
        replace(DAY, zone=None),
        replace(DAY, zone=None, local_time=None),
        DAY,
    ],
)
def test_a_date_with_less_about_it_takes_nothing_away(less: Published) -> None:
    content = content_of_record(report(published=DAY), "harbour-gazette")
    assert merge(content, replace(content, published=less)) == content
    assert merge(replace(content, published=less), content) == content


def test_another_date_is_a_correction() -> None:
    content = content_of_record(report(published=DAY), "harbour-gazette")
    newer = Published("2019-03-05", precision=Precision.DAY, basis=Basis.STATED)
    assert merge(content, replace(content, published=newer)).published == newer


def test_a_lead_replaces_no_text() -> None:
    """Not even a digest, which a later digest replaces."""
    digest = content_of_record(report(text="It sails. It returns."), "harbour-gazette")
    lead = replace(digest, text="It sails.", language="en")
    assert merge(digest, lead, is_lead=True) == replace(digest, language="en")
    assert merge(None, lead, is_lead=True) == lead


TEXT = "Ada Byrne met Vellandia. Kestrel sailed."


def mention(start: int, end: int, entity: str | None, type_: EntityType = EntityType.PERSON) -> ExtractedMention:
    """Return a mention in the text."""
    return ExtractedMention("text", start, end, TEXT[start:end], type_, MentionKind.NAME, entity, "x", 0.5)


def statement(speaker: str | None) -> ExtractedStatement:
    """Return a statement of a speaker."""
    return ExtractedStatement("text", 0, 5, StatementKind.PARAPHRASE, speaker, "Ada", None)


VELLANDIA = KnownEntity("vellandia", EntityType.STATE, "Vellandia", former_ids=("old-vellandia",), local=False)
KNOWN = {"vellandia": VELLANDIA, "old-vellandia": VELLANDIA}
EXTRACTED = Annotation(
    [mention(0, 9, "ada--local")],
    [statement("ada--local")],
    [LocalEntity("ada--local", "Ada Byrne", EntityType.PERSON, ("Byrne",)), LocalEntity("u", "U", EntityType.PLACE)],
)


def test_what_an_export_lacks_is_extracted() -> None:
    only_mentions = complete_annotation(ExportedAnnotation(mentions=()), EXTRACTED, KNOWN.get)
    assert only_mentions == Annotation([], EXTRACTED.statements, [EXTRACTED.entities[0]])
    only_statements = complete_annotation(ExportedAnnotation(statements=()), EXTRACTED, KNOWN.get)
    assert only_statements == Annotation(EXTRACTED.mentions, [], [EXTRACTED.entities[0]])


def test_known_entities_are_those_of_this_database() -> None:
    """With the id and type that they have here."""
    exported = ExportedAnnotation((mention(14, 23, "old-vellandia", EntityType.PLACE),), (statement("old-vellandia"),))
    annotation = complete_annotation(exported, EXTRACTED, KNOWN.get)
    assert annotation == Annotation([mention(14, 23, "vellandia", EntityType.STATE)], [statement("vellandia")], [])


def test_unknown_entities_get_the_best_name() -> None:
    """The one that the export lists, which is the same in all its articles, else the first mention."""
    mentions = (mention(0, 9, "ada--local"), mention(25, 32, "kestrel"), mention(14, 23, "v"), mention(0, 3, "v"))
    exported = ExportedAnnotation(
        (*mentions, mention(4, 9, None)),
        (statement("ghost"), statement(None)),
        (LocalEntity("kestrel", "The Kestrel", EntityType.WEAPON), LocalEntity("ada--local", "A.", EntityType.PERSON)),
    )
    annotation = complete_annotation(exported, EXTRACTED, KNOWN.get)
    assert annotation.entities == [
        LocalEntity("ada--local", "A.", EntityType.PERSON, ("Byrne",)),
        LocalEntity("kestrel", "The Kestrel", EntityType.WEAPON),
        LocalEntity("v", "Vellandia", EntityType.PERSON),
    ]
    assert list(annotation.mentions) == [
        mentions[0],
        mentions[1]._replace(type=EntityType.WEAPON),
        *mentions[2:],
        mention(4, 9, None),
    ]
    assert list(annotation.statements) == [statement(None), statement(None)]


def mentions_in(database: Path) -> set[tuple[str, str]]:
    """Return text and entity of the mentions of all revisions."""
    return {(row["text"], row["entity_id"]) for row in dump(database)["mention"]}


def test_an_annotation_is_kept_with_its_text(database: Path) -> None:
    """A new text is annotated anew, in the same batch, too."""
    annotation = ExportedAnnotation((mention(0, 9, "kept"),), ())
    exported = report("Ferry", text=TEXT, public_id=FIRST, annotation=annotation)
    load_into(
        database, [exported, replace(exported, text=f"{TEXT} Amsel.", annotation=None), report("Tide", text=TEXT)]
    )
    assert ("Ada Byrne", "kept") not in mentions_in(database)
    load_into(database, [exported])
    assert ("Ada Byrne", "kept") in mentions_in(database)


def test_an_annotation_counts_as_memory(database: Path) -> None:
    """A batch of an export has as many mentions as one of other records with entities."""
    annotation = ExportedAnnotation(tuple(mention(0, end, "x") for end in range(1, 20)), (statement("x"),))
    load_into(database, [report("Ferry", text=TEXT, annotation=annotation, public_id=FIRST)], batch=1)
    assert {entity for _, entity in mentions_in(database)} == {"x"}


KEPT = ExportedAnnotation((mention(0, 9, "kept"),), (statement("kept"),))
KEPT_FERRY = report("Ferry", text=TEXT, public_id=FIRST, annotation=KEPT)


def test_an_annotation_of_an_export_stays_with_its_text(database: Path) -> None:
    """Whatever else of the article changes, from an export or not."""
    load_into(database, [KEPT_FERRY])
    without = replace(KEPT_FERRY, annotation=None)
    assert load_into(database, [replace(without, authors=("Ada",)), report("Tide", text=TEXT)]).updated == 1
    assert load_into(database, [replace(without, public_id=None, authors=("Ada",), language="en")]).updated == 1
    rows = dump(database)
    (ferry,) = (row["revision_id"] for row in rows["article"] if row["id"] == FIRST)
    assert [row["entity_id"] for row in rows["mention"] if row["revision_id"] == ferry] == ["kept"]
    assert [row["speaker_id"] for row in rows["statement"] if row["revision_id"] == ferry] == ["kept"]
    load_into(database, [replace(without, text=f"{TEXT} Amsel.")])
    assert [row["entity_id"] for row in dump(database)["mention"]].count("kept") == 3


def test_an_annotation_that_is_not_taken_over_has_a_note(database: Path) -> None:
    """Once: afterwards it is that of the export, or known to be another one."""
    load_into(database, [report("Ferry", text=TEXT)])
    (note,) = load_into(database, [KEPT_FERRY]).notes.lines()
    assert note.endswith("here with this text: its mentions and statements stay those that it has here")
    assert list(load_into(database, [KEPT_FERRY]).notes.lines()) == []


@pytest.mark.parametrize("turned", [False, True])
def test_the_name_of_an_unknown_entity_does_not_depend_on_the_order(database: Path, turned: bool) -> None:
    """Nor does its type, of which an export may have several."""
    annotations = [
        ExportedAnnotation(
            (mention(0, 3, "x", EntityType.PLACE), mention(4, 9, "x"), mention(14, 23, "y"), mention(24, 25, None)), ()
        ),
        ExportedAnnotation((mention(0, 9, "x"),), (), (LocalEntity("y", "V", EntityType.PERSON),)),
    ]
    records = [
        report(title, text=TEXT, public_id=id_, annotation=annotation)
        for title, id_, annotation in zip(("Ferry", "Tide"), (FIRST, SECOND), annotations, strict=True)
    ]
    (note,) = load_into(database, records[::-1] if turned else records).notes.lines()
    assert note.endswith("the entity 'x' of the export is a place, too: it is a person here")
    entities = {row["id"]: (row["name"], row["type"]) for row in dump(database)["entity"]}
    assert (entities["x"], entities["y"]) == (("Ada Byrne", "person"), ("V", "person"))
    assert {row["type"] for row in dump(database)["mention"]} == {"person"}
