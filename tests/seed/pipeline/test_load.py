"""Records -> revisions: counted, refused by name, once and never twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest

from app.models import EntityType, TextKind
from app.search.index.snapshot import Snapshot
from seed.pipeline.context import Resources, Summary
from seed.pipeline.identity import public_id
from seed.pipeline.load import ANNOTATED_TEXT, BATCH, BATCH_TEXT, MENTION_TEXT, load
from seed.pipeline.workers import Workers
from seed.records import Annotation, GivenEntity, Origin, RawArticle, Refusal
from tests.seed.loading import RESOURCES, SOURCES, digest, dump, load_into, named, natural, report, snapshot_of, writing

PERSON, STATE, PLACE = EntityType.PERSON, EntityType.STATE, EntityType.PLACE

REFUSAL = Refusal(Origin("reports.jsonl", 7), "title is empty")

DAILY = [report(f"Report {day}", on=f"2019-03-{day:02d}") for day in range(1, 7)]


def counts(summary: Summary) -> tuple[int, int, int, int, int]:
    """Return what was read, loaded, updated, unchanged, refused."""
    return summary.read, summary.loaded, summary.updated, summary.unchanged, len(summary.refused)


def served(database: Path, number: int = 0) -> list[str]:
    """Return the ids of the entities of the article at a position."""
    snapshot = snapshot_of(database)
    start, stop = snapshot.entity_starts[number : number + 2]
    return [snapshot.labels.entity[ordinal].id for ordinal in snapshot.entity_lists[start:stop]]


def test_every_record_is_counted(database: Path) -> None:
    """Once, for what became of it."""
    first = load_into(database, [*DAILY, REFUSAL])
    assert (counts(first), first.version, list(first.refused)) == ((7, 6, 0, 0, 1), 1, [REFUSAL])
    again = load_into(database, [*DAILY[:4], replace(DAILY[4], text="Anew."), report("Another")])
    assert (counts(again), again.version) == ((6, 1, 1, 4, 0), 2)
    assert again.seconds > 0


@pytest.mark.parametrize("batch", [1, 4, 200])
def test_the_same_records_again_write_nothing(database: Path, batch: int) -> None:
    """Neither a row nor a publish."""
    given = report("Given", entities=(named("Given", wikidata="Q990000050", id="g"),))
    records = [*DAILY, given, digest("Given"), replace(digest("Report 1", on="2019-03-01"), authors=("Ada Byrne",))]
    load_into(database, records, batch=batch)
    before, file = dump(database), database.read_bytes()
    again = load_into(database, records, batch=batch)
    assert (counts(again), again.version) == ((9, 0, 0, 9, 0), None)
    assert dump(database) == before
    assert database.read_bytes() == file


@pytest.mark.parametrize("batch", [1, 2, 200])
def test_records_that_contradict_each_other_settle(database: Path, batch: int) -> None:
    """The last one counts, and all of them again leave everything as it was."""
    records = [report(id="r1", text="One."), report(id="r1", text="Two."), report(id="r1", text="Three.")]
    assert counts(load_into(database, records, batch=batch)) == (3, 1, 2, 0, 0)
    before = dump(database)
    assert [row["text"] for row in before["revision"]][-1] == "Three."
    assert load_into(database, records, batch=batch).version is None
    assert dump(database) == before


def test_what_an_article_said_before_it_may_say_again(database: Path) -> None:
    """The revision that said so serves again."""
    one, two = report(id="r1", text="One."), report(id="r1", text="Two.")
    versions = [load_into(database, [record]).version for record in (one, two, one)]
    assert versions == [1, 2, 3]
    assert len(dump(database)["revision"]) == 2
    assert snapshot_of(database).columns.order.tolist() == [1]


def test_digests_then_reports_then_digests_are_as_many_articles_all_full(database: Path) -> None:
    """And what the digests alone knew is kept."""
    digests = [digest(f"Report {day}", on=f"2019-03-{day:02d}", language="en", rights="CC0-1.0") for day in range(1, 6)]
    load_into(database, digests)
    ids = {row["id"] for row in dump(database)["article"]}
    load_into(database, DAILY[:5])
    full = natural(database)
    assert load_into(database, digests).version is None
    assert natural(database) == full
    newest = [row for row in full["revision"] if row["newest"]]
    assert {row["article_id"] for row in newest} == ids
    assert {(row["text_kind"], row["language"], row["rights"]) for row in newest} == {("full", "en", None)}


def test_digests_after_reports_make_no_revision(database: Path) -> None:
    """They come last to what is known already."""
    load_into(database, DAILY)
    summary = load_into(database, [digest(f"Report {day}", on=f"2019-03-{day:02d}") for day in range(1, 7)])
    assert (counts(summary), summary.version) == ((6, 0, 0, 6, 0), None)


def test_a_batch_is_one_transaction(database: Path) -> None:
    """So many records go together, and progress is told after each, and how many articles wait for the publish."""
    steps: list[str] = []
    told: list[tuple[int, int | None]] = []

    def progress(summary: Summary) -> None:
        told.append((summary.read, summary.publishing))

    with writing(database) as engine:
        load(engine, DAILY[:5], RESOURCES, batch=2, progress=progress, checkpoint=steps.append)
    assert told == [(2, None), (4, None), (5, None), (5, 5)]
    batches = ["batch written", "batch committed"] * 3
    publishing = ["snapshot built", "publish written", "publish committed"]
    assert steps == ["lexicon written", "lexicon committed", *batches, *publishing]


def test_more_records_than_a_batch_holds(database: Path) -> None:
    """They are as many articles, and again they are none."""
    records = [report(f"Report {number}", text="No.", entities=()) for number in range(BATCH + 1)]
    assert counts(load_into(database, records)) == (BATCH + 1, BATCH + 1, 0, 0, 0)
    assert load_into(database, records).version is None


def test_nothing_to_load_publishes_nothing(database: Path) -> None:
    """Though the lexicon is in the tables now."""
    assert load_into(database, []).version is None
    assert {row["id"] for row in dump(database)["entity"]} == set(RESOURCES.lexicon.entities)


REFUSED = {
    "url is 'ftp://harbour-gazette.example/1'; expected an http or https URL with a host": report(
        url="ftp://harbour-gazette.example/1"
    ),
    "entities[0].id is 'vellandia', known as state; given is person": report(
        entities=(named("Ferry", PERSON, id="vellandia"),)
    ),
    "entities[0].wikidata is 'Q990000003', known as state; given is place": report(
        entities=(named("Ferry", PLACE, wikidata="Q990000003"),)
    ),
    "entities[0].id is 'no id'; wanted are 1 to 100 characters without space, / ? # or %": report(
        entities=(named("Ferry", PERSON, id="no id"),)
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_record_that_contradicts_is_refused_by_line(database: Path, reason: str) -> None:
    """The others load."""
    record = replace(REFUSED[reason], origin=Origin("reports.jsonl", 3))
    summary = load_into(database, [*DAILY, record])
    assert list(summary.refused) == [Refusal(Origin("reports.jsonl", 3), reason)]
    assert str(next(iter(summary.refused)).origin) == "reports.jsonl:3"
    assert counts(summary) == (7, 6, 0, 0, 1)


@pytest.mark.parametrize("batch", [1, 200])
def test_records_of_a_load_cannot_contradict_each_other(database: Path, batch: int) -> None:
    """The first one settles what an id is."""
    first = report("Ada", entities=(named("Ada", PERSON, id="ada"),))
    second = report("Amsel", entities=(named("Ama", PLACE, id="ada"),))
    summary = load_into(database, [first, second], batch=batch)
    assert [refusal.reason for refusal in summary.refused] == [
        "entities[0].id is 'ada', known as person; given is place"
    ]


def test_a_refused_record_leaves_nothing(database: Path) -> None:
    """Neither source nor entity of it is known."""
    bad = report(source="New Outlet", url="ftp://x", entities=(named("Ada Byrne"),))
    load_into(database, [bad])
    assert "new-outlet" not in {row["id"] for row in dump(database)["source"]}
    assert "ada-byrne--person" not in {row["id"] for row in dump(database)["entity"]}


def test_a_known_wikidata_id_is_that_entity_under_a_new_name(database: Path) -> None:
    """The name becomes one of its own."""
    record = report("Velland sails", text="Velland sails", entities=(named("Velland", STATE, wikidata="Q990000003"),))
    load_into(database, [record])
    assert served(database) == ["vellandia"]
    label = snapshot_of(database).entity("vellandia")
    assert (label.aliases, label.former_ids, label.local) == (("Vellandian", "Velland"), ("old-vellandia",), False)


def test_given_entities_are_taken_as_they_are(database: Path) -> None:
    """What the text names besides is not looked for; none at all is an answer."""
    text = "Ada Byrne left Amsel."
    given = report("Given", text=text, entities=(named("Ada Byrne", mentions=((0, 3), (4, 9))),), on="2019-03-04")
    none = report("None", text=text, entities=(), on="2019-03-05")
    found = report("Found", text=text, on="2019-03-06")
    load_into(database, [given, none, found])
    assert [served(database, position) for position in range(2)] == [["ada-byrne--person"], []]
    assert "amsel" in served(database, 2)
    mentions = [row for row in dump(database)["mention"] if row["rule"] == "given"]
    assert [(row["field"], row["start"], row["end"], row["text"], row["kind"]) for row in mentions] == [
        ("text", 0, 3, "Ada", "name"),
        ("text", 4, 9, "Byrne", "name"),
    ]


def test_the_extractor_finds_lexicon_and_local_entities(database: Path) -> None:
    """With membership; a name of two entities names neither, a speaker is one of them."""
    text = (
        "The Vellandian Navy left Twin Quay. “We sail at dawn,” Admiral Ada Byrne said. "
        "Byrne spoke to reporters in Amsel."
    )
    load_into(database, [report("Vellandia sails", text=text)])
    rows = dump(database)
    entities = {row["id"]: row for row in rows["entity"]}
    named_ids = {row["entity_id"] for row in rows["mention"]}
    local = [id_ for id_ in named_ids if id_ and entities[id_]["local"]]
    assert {"vellandia", "vellandian-navy", "amsel"} < named_ids
    assert [entities[id_]["name"] for id_ in local] == ["Ada Byrne"]
    assert {row["entity_id"] for row in rows["mention"] if row["text"] == "Twin Quay"} == {None}
    assert [(row["kind"], row["speaker_id"]) for row in rows["statement"]] == [("quotation", local[0])]
    assert entities["vellandian-navy"]["member_of"] == [{"of": "vellandia", "from": "1901"}]
    assert sorted(served(database)) == sorted(id_ for id_ in named_ids if id_)


def test_an_unknown_source_becomes_one(database: Path) -> None:
    """With the name as found; a host gives its domain."""
    load_into(database, [report(source="Cliff Herald"), report(source="https://dune.example/news", title="Dunes")])
    labels = {label.id: label for label in snapshot_of(database).labels.source}
    assert labels["cliff-herald"].name == "Cliff Herald"
    assert labels["dune-example"].domains == ("dune.example",)
    assert set(SOURCES.entries) < set(labels)


def test_a_batch_ends_when_its_texts_are_long(database: Path) -> None:
    """However few its records are: memory is bounded by the batch."""
    steps: list[str] = []
    long = "x" * (BATCH_TEXT // 2)
    load_into(database, [report(f"Report {n}", text=long, entities=()) for n in range(3)], checkpoint=steps.append)
    assert steps.count("batch committed") == 2


def test_a_changed_lexicon_is_taken_over(database: Path) -> None:
    """With the next load, whatever that reads."""
    load_into(database, DAILY[:1])
    amsel = RESOURCES.lexicon.entities["amsel"]
    lexicon = replace(
        RESOURCES.lexicon, entities={**RESOURCES.lexicon.entities, "amsel": replace(amsel, name="Amsel Town")}
    )
    summary = load_into(database, [], resources=Resources(lexicon, RESOURCES.annotator, SOURCES))
    assert summary.version == 2
    assert snapshot_of(database).entity("amsel").name == "Amsel Town"


def test_all_that_a_record_says_is_stored(database: Path) -> None:
    """And comes back unchanged: the next time it is no news."""
    record = RawArticle(
        origin=Origin("report.md"),
        title="“Ferry”\u00a0resumes",
        text="Ada Byrne waits.\n\nÉlan 🚢.",
        source="harbour-gazette.example",
        id="r1",
        url="https://harbour-gazette.example/1?utm_source=x",
        published=report(on="2019-03-04T18:30-05:00").published,
        authors=("Ada Byrne", "Jo Lindqvall"),
        language="en",
        rights="CC0-1.0",
        text_kind=TextKind.DIGEST,
        entities=(named("Ada Byrne", wikidata="Q990000050"),),
    )
    load_into(database, [record])
    (row,) = dump(database)["revision"]
    assert row == {
        "id": 1,
        "article_id": public_id("id:r1"),
        "source_id": "harbour-gazette",
        "title": "“Ferry”\u00a0resumes",
        "text": "Ada Byrne waits.\n\nÉlan 🚢.",
        "text_kind": "digest",
        "url": "https://harbour-gazette.example/1?utm_source=x",
        "language": "en",
        "rights": "CC0-1.0",
        "authors": ["Ada Byrne", "Jo Lindqvall"],
        "published_on": "2019-03-04",
        "published_at": 1551742200,
        "precision": "minute",
        "zone": "-05:00",
        "basis": "stated",
        "evidence": None,
        "first_day": 737122,
        "last_day": 737122,
        "local_time": 66600,
        "given_entities": [
            {"name": "Ada Byrne", "type": "person", "mentions": [[0, 9]], "id": None, "wikidata": "Q990000050"}
        ],
        "named": {"ada-byrne--person": 1},
        "digest": row["digest"],
        "other_urls": None,
        "language_detected": False,
    }
    assert counts(load_into(database, [record])) == (1, 0, 0, 1, 0)


def test_a_reader_sees_nothing_that_is_not_published(database: Path) -> None:
    """While a load is at work and after it broke off."""
    seen: list[Snapshot] = []

    def look(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            seen.append(snapshot_of(database))
        if len(seen) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        load_into(database, DAILY, batch=3, checkpoint=look)
    assert [snapshot.version for snapshot in seen] == [0, 0]
    assert len(dump(database)["pending"]) == 6


@dataclass(frozen=True)
class Asked:
    """Workers that say how many texts they were given at once."""

    parts: list[int] = field(default_factory=list)

    def annotate_all(self, texts: Sequence[tuple[str, str]]) -> list[Annotation]:
        """Find nothing."""
        self.parts.append(len(texts))
        return [Annotation() for _ in texts]


def test_what_is_found_in_long_texts_is_stored_part_by_part(database: Path) -> None:
    """All that is found in a batch of hostile texts at once would not fit into memory."""
    asked = Asked()
    sizes = [ANNOTATED_TEXT // 2 - 1, 2, ANNOTATED_TEXT // 2, ANNOTATED_TEXT, 1, 1]
    records = [report(f"Report {place}", text="a" * size) for place, size in enumerate(sizes)]
    resources = replace(RESOURCES, workers=cast("Workers", asked))
    assert counts(load_into(database, records, resources=resources)) == (6, 6, 0, 0, 0)
    assert asked.parts == [2, 2]  # and two that are alone, which need no workers


def test_mentions_that_came_along_count_as_text(database: Path) -> None:
    """A record of short text may bring very many."""
    spans = tuple((place, place + 1) for place in range(BATCH_TEXT // MENTION_TEXT // 20))
    entity = GivenEntity("Ada", PERSON, spans)
    records = [report(f"Report {place}", text="a" * len(spans), entities=(entity,)) for place in range(21)]
    seen: list[int] = []
    with writing(database) as engine:
        load(engine, records, RESOURCES, progress=lambda summary: seen.append(summary.read))
    assert seen == [20, 21, 21]  # and once before it publishes
