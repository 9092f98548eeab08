"""Records become revisions: counted, refused by origin, and stored only once."""

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import pytest

from app.models import EntityType, TextKind
from app.search.index.snapshot import Snapshot
from app.sqlite_driver import DRIVER
from app.stores.sqlite import POSTPONED_INDEXES
from seed.extract.annotator import Annotator
from seed.maintenance.verify import verify
from seed.pipeline.context import LoadSummary, Resources
from seed.pipeline.identity import public_id
from seed.pipeline.load import (
    MAX_BATCH_TEXT_LENGTH,
    MENTION_TEXT_LENGTH,
    load,
)
from seed.pipeline.workers import Workers
from seed.pipeline.writer import MAX_ANNOTATED_TEXT_LENGTH
from seed.readers import Overrides, read_paths
from seed.records import Annotation, GivenEntity, NoArticle, Origin, RawArticle, Refusal
from tests.conftest import SOAK
from tests.seed.loading import (
    LEXICON,
    RESOURCES,
    SOURCES,
    digest,
    dump,
    load_into,
    named,
    natural,
    report,
    snapshot_of,
    writing,
)

PERSON, STATE, PLACE = EntityType.PERSON, EntityType.STATE, EntityType.PLACE

REFUSAL = Refusal(Origin("reports.jsonl", 7), "title is empty")

DAILY = [report(f"Report {day}", on=f"2019-03-{day:02d}") for day in range(1, 7)]


def counts(summary: LoadSummary) -> tuple[int, int, int, int, int]:
    """Return how many records were read, loaded, updated, unchanged and refused."""
    return summary.read, summary.loaded, summary.updated, summary.unchanged, len(summary.refused)


def served(database: Path, number: int = 0) -> list[str]:
    """Return the ids of the entities of the article at a position."""
    snapshot = snapshot_of(database)
    start, stop = snapshot.entity_starts[number : number + 2]
    return [snapshot.labels.entity[ordinal].id for ordinal in snapshot.entity_lists[start:stop]]


def test_every_record_is_counted(database: Path) -> None:
    """Once, by its outcome."""
    first = load_into(database, [*DAILY, REFUSAL, NoArticle(REFUSAL.origin, "a service message is no article")])
    assert (counts(first), first.version, list(first.refused)) == ((7, 6, 0, 0, 1), 1, [REFUSAL])
    again = load_into(database, [*DAILY[:4], replace(DAILY[4], text="Anew."), report("Another")])
    assert (counts(again), again.version) == ((6, 1, 1, 4, 0), 2)
    assert again.seconds > 0


def test_records_with_entities_do_not_compile_the_lexicon(database: Path) -> None:
    """It takes a second and a hundred megabytes, and the first text without them brings it about."""
    compiled: list[str] = []
    annotator = Annotator(LEXICON, on_compiled=lambda: compiled.append("lexicon"))
    resources = replace(RESOURCES, annotator=annotator)
    load_into(database, [report("Given", entities=())], resources=resources)
    assert compiled == []
    load_into(database, DAILY, resources=resources)
    assert compiled == ["lexicon"]


def index_names(database: Path) -> set[str]:
    """Return the indexes of articles by key and by revision that stand in a database."""
    with closing(DRIVER.connect(database)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    return names & {index.name for index in POSTPONED_INDEXES}


ALL_INDEXES = {str(index.name) for index in POSTPONED_INDEXES}


def test_a_first_load_builds_indexes_at_its_publish(database: Path) -> None:
    """In each batch, they would be written all over; a later load has them."""
    seen: dict[str, set[str]] = {}
    summary = load_into(database, DAILY, batch=2, checkpoint=lambda name: seen.update({name: index_names(database)}))
    assert (counts(summary), seen["batch committed"]) == ((6, 6, 0, 0, 0), set())
    assert index_names(database) == ALL_INDEXES
    load_into(database, [report("More"), report("Most")], batch=1, checkpoint=lambda name: seen.update({name: set()}))
    assert index_names(database) == ALL_INDEXES


def test_a_first_load_builds_indexes_for_the_first_known_article(database: Path) -> None:
    seen: list[set[str]] = []

    def look(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            seen.append(index_names(database))

    summary = load_into(database, [*DAILY[:4], DAILY[0], DAILY[4]], batch=2, checkpoint=look)
    assert (counts(summary), seen) == ((6, 5, 0, 1, 0), [set(), set(), ALL_INDEXES])


def test_a_first_load_goes_on_after_it_was_interrupted(database: Path) -> None:
    def fail(checkpoint: str) -> None:
        if checkpoint == "batch committed":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_into(database, DAILY, batch=2, checkpoint=fail)
    with writing(database) as engine:
        assert (index_names(database), list(verify(engine))) == (set(), [])
    assert counts(load_into(database, DAILY, batch=2)) == (6, 4, 0, 2, 0)
    with writing(database) as engine:
        assert (index_names(database), list(verify(engine))) == (ALL_INDEXES, [])


@pytest.mark.unmeasured
@pytest.mark.parametrize("batch", [1, 4, 200])
def test_loading_the_same_records_again_writes_nothing(database: Path, batch: int) -> None:
    """Neither rows nor a publish."""
    given = report("Given", entities=(named("Given", wikidata="Q990000050", id="g"),))
    records = [*DAILY, given, digest("Given"), replace(digest("Report 1", on="2019-03-01"), authors=("Ada Byrne",))]
    load_into(database, records, batch=batch)
    before, file = dump(database), database.read_bytes()
    again = load_into(database, records, batch=batch)
    assert (counts(again), again.version) == ((9, 0, 0, 9, 0), None)
    assert dump(database) == before
    assert database.read_bytes() == file


@pytest.mark.unmeasured
@pytest.mark.parametrize("batch", [1, 2, 200])
def test_records_that_contradict_each_other_settle(database: Path, batch: int) -> None:
    """The last one counts, and loading all of them again changes nothing."""
    records = [report(id="r1", text="One."), report(id="r1", text="Two."), report(id="r1", text="Three.")]
    assert counts(load_into(database, records, batch=batch)) == (3, 1, 2, 0, 0)
    before = dump(database)
    assert [row["text"] for row in before["revision"]][-1] == "Three."
    assert load_into(database, records, batch=batch).version is None
    assert dump(database) == before


def test_a_dropped_field_never_widens_a_match(database: Path) -> None:
    """Such records meet others by id, URL or text alone, and loading them again changes nothing."""
    dated = report("Weather", on="2019-03-04", text="Rain.")
    dropped = [
        report("Weather", text=text, url=url, matches_by_title=False)
        for text, url in (("Sun.", None), ("Wind.", None), ("Snow.", "https://harbour.example/1"))
    ]
    undated = report("Weather", text="Fog.")
    assert counts(load_into(database, [dated, *dropped]))[:3] == (4, 4, 0)
    assert counts(load_into(database, [*dropped, undated])) == (4, 0, 1, 3, 0)


def test_an_article_may_return_to_an_earlier_content(database: Path) -> None:
    """The earlier revision is served again."""
    one, two = report(id="r1", text="One."), report(id="r1", text="Two.")
    versions = [load_into(database, [record]).version for record in (one, two, one)]
    assert versions == [1, 2, 3]
    assert len(dump(database)["revision"]) == 2
    assert snapshot_of(database).columns.order.tolist() == [1]


def test_digests_then_reports_then_digests_are_the_same_articles_all_full(database: Path) -> None:
    """And fields that only the digests have are kept."""
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
    """They add nothing that is not known."""
    load_into(database, DAILY)
    summary = load_into(database, [digest(f"Report {day}", on=f"2019-03-{day:02d}") for day in range(1, 7)])
    assert (counts(summary), summary.version) == ((6, 0, 0, 6, 0), None)


def test_a_batch_is_one_transaction(database: Path) -> None:
    """Progress is reported after each batch, and before the publish with the number of pending articles."""
    steps: list[str] = []
    reports: list[tuple[int, int | None]] = []

    def progress(summary: LoadSummary) -> None:
        reports.append((summary.read, summary.publishing))

    with writing(database) as engine:
        load(engine, DAILY[:5], RESOURCES, batch=2, progress=progress, checkpoint=steps.append)
    assert reports == [(2, None), (4, None), (5, None), (5, 5)]
    batches = ["batch written", "batch committed"] * 3
    publishing = ["snapshot built", "publish written", "publish committed"]
    assert steps == ["lexicon written", "lexicon committed", *batches, *publishing]


def test_more_records_than_a_batch_holds(database: Path) -> None:
    """Each is an article, and loading them again changes nothing."""
    records = [report(f"Report {number}", text="No.", entities=()) for number in range(101)]
    assert counts(load_into(database, records, batch=50)) == (101, 101, 0, 0, 0)
    assert load_into(database, records, batch=50).version is None


def test_nothing_to_load_publishes_nothing(database: Path) -> None:
    """Although the lexicon is in the tables now."""
    assert load_into(database, []).version is None
    assert {row["id"] for row in dump(database)["entity"]} == set(RESOURCES.lexicon.entities)


REFUSED = {
    "url is 'ftp://harbour-gazette.example/1': expected an http or https URL with a host": report(
        url="ftp://harbour-gazette.example/1"
    ),
    "entities[0].id is 'vellandia', which is known as state, not as person": report(
        entities=(named("Ferry", PERSON, id="vellandia"),)
    ),
    "entities[0].wikidata is 'Q990000003', which is known as state, not as place": report(
        entities=(named("Ferry", PLACE, wikidata="Q990000003"),)
    ),
    "entities[0].id is 'no id': expected 1 to 100 characters without space, / ? # or %": report(
        entities=(named("Ferry", PERSON, id="no id"),)
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_contradicting_record_is_refused_by_line(database: Path, reason: str) -> None:
    """The others are loaded."""
    record = replace(REFUSED[reason], origin=Origin("reports.jsonl", 3))
    summary = load_into(database, [*DAILY, record])
    assert list(summary.refused) == [Refusal(Origin("reports.jsonl", 3), reason)]
    assert str(next(iter(summary.refused)).origin) == "reports.jsonl:3"
    assert counts(summary) == (7, 6, 0, 0, 1)


@pytest.mark.parametrize("batch", [1, 200])
def test_records_of_a_load_cannot_contradict_each_other(database: Path, batch: int) -> None:
    """The first one decides which type an id has."""
    first = report("Ada", entities=(named("Ada", PERSON, id="ada"),))
    second = report("Amsel", entities=(named("Ama", PLACE, id="ada"),))
    summary = load_into(database, [first, second], batch=batch)
    assert [refusal.reason for refusal in summary.refused] == [
        "entities[0].id is 'ada', which is known as person, not as place"
    ]


def test_a_refused_record_leaves_nothing(database: Path) -> None:
    """Neither its source nor its entities are stored."""
    bad = report(source="New Outlet", url="ftp://x", entities=(named("Ada Byrne"),))
    load_into(database, [bad])
    assert "new-outlet" not in {row["id"] for row in dump(database)["source"]}
    assert "ada-byrne--person" not in {row["id"] for row in dump(database)["entity"]}


def test_a_known_wikidata_id_identifies_an_entity_with_a_new_name(database: Path) -> None:
    """The name is added to the entity."""
    record = report("Velland sails", text="Velland sails", entities=(named("Velland", STATE, wikidata="Q990000003"),))
    load_into(database, [record])
    assert served(database) == ["vellandia"]
    label = snapshot_of(database).names.entity("vellandia")
    assert (label.aliases, label.former_ids, label.local) == (("Vellandian", "Velland"), ("old-vellandia",), False)


def test_given_entities_are_stored_as_they_are(database: Path) -> None:
    """No others are extracted from the text, not even if the list is empty."""
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
    """With membership and speakers; an ambiguous name identifies no entity."""
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
    assert local == ["ada-byrne--"]
    assert sorted(served(database)) == sorted(id_ for id_ in named_ids if id_ not in {None, *local})


def test_an_unknown_source_is_added(database: Path) -> None:
    """With the name as the record spells it; a host becomes its domain."""
    load_into(database, [report(source="Cliff Herald"), report(source="https://dune.example/news", title="Dunes")])
    labels = {label.id: label for label in snapshot_of(database).labels.source}
    assert labels["cliff-herald"].name == "Cliff Herald"
    assert labels["dune-example"].domains == ("dune.example",)
    assert set(SOURCES.entries) < set(labels)


def test_long_texts_end_a_batch(database: Path) -> None:
    """However few records it has: memory is bounded by the batch."""
    steps: list[str] = []
    long = "x" * (MAX_BATCH_TEXT_LENGTH // 2)
    load_into(database, [report(f"Report {n}", text=long, entities=()) for n in range(3)], checkpoint=steps.append)
    assert steps.count("batch committed") == 2


def test_a_changed_lexicon_is_applied(database: Path) -> None:
    """By the next load, whatever it reads."""
    load_into(database, DAILY[:1])
    amsel = RESOURCES.lexicon.entities["amsel"]
    lexicon = replace(
        RESOURCES.lexicon, entities={**RESOURCES.lexicon.entities, "amsel": replace(amsel, name="Amsel Town")}
    )
    summary = load_into(database, [], resources=Resources(lexicon, RESOURCES.annotator, SOURCES))
    assert summary.version == 2
    assert snapshot_of(database).names.entity("amsel").name == "Amsel Town"


def test_every_field_of_a_record_is_stored(database: Path) -> None:
    """And is read back unchanged: loading it again changes nothing."""
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
        details={"section": "Élan", "page": "A4"},
    )
    load_into(database, [record])
    (row,) = dump(database)["revision"]
    assert row == {
        "id": 1,
        "article_id": public_id("id:harbour-gazette:r1"),
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
        "details": {"section": "Élan", "page": "A4"},
    }
    assert counts(load_into(database, [record])) == (1, 0, 0, 1, 0)


def test_readers_see_nothing_unpublished(database: Path) -> None:
    """During a load and after it was interrupted."""
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
class RecordingWorkers:
    """Workers that record how many texts they were given together."""

    calls: list[int] = field(default_factory=list)

    def annotate_all(self, texts: Sequence[tuple[str, str]]) -> list[Annotation]:
        """Return empty annotations."""
        self.calls.append(len(texts))
        return [Annotation() for _ in texts]


def test_annotations_of_long_texts_are_stored_in_groups(database: Path) -> None:
    """All annotations of a batch of hostile texts together would not fit into memory."""
    workers = RecordingWorkers()
    sizes = [MAX_ANNOTATED_TEXT_LENGTH // 2 - 1, 2, MAX_ANNOTATED_TEXT_LENGTH // 2, MAX_ANNOTATED_TEXT_LENGTH, 1, 1]
    records = [report(f"Report {number}", text="a" * size) for number, size in enumerate(sizes)]
    resources = replace(RESOURCES, workers=cast("Workers", workers))
    assert counts(load_into(database, records, resources=resources)) == (6, 6, 0, 0, 0)
    assert workers.calls == [2, 2]  # Two other texts are alone and need no workers.


@pytest.mark.unmeasured
def test_given_mentions_count_as_text(database: Path) -> None:
    """A record with a short text may have very many."""
    spans = tuple((start, start + 1) for start in range(MAX_BATCH_TEXT_LENGTH // MENTION_TEXT_LENGTH // 20))
    entity = GivenEntity("Ada", PERSON, spans)
    records = [report(f"Report {number}", text="a" * len(spans), entities=(entity,)) for number in range(21)]
    seen: list[int] = []
    with writing(database) as engine:
        load(engine, records, RESOURCES, progress=lambda summary: seen.append(summary.read))
    assert seen == [20, 21, 21]  # The last call is the one before the publish.


def test_an_answer_of_an_api_is_loaded_whole_in_one_line(database: Path, tmp_path: Path) -> None:
    """However long the line is; `make soak` loads as many articles as the answer had that was once refused."""
    count = 5_200 if SOAK > 1 else 52
    record = {"source": "Gazette", "language": "en", "entities": []}
    articles = [
        {**record, "title": f"Ferry {number}", "text": f"{number} {'x' * (13_000_000 // count)}"}
        for number in range(count)
    ]
    (tmp_path / "a.json").write_text(json.dumps({"status": "ok", "articles": articles}), encoding="utf-8")
    summary = load_into(database, read_paths([tmp_path / "a.json"], overrides=Overrides()))
    assert counts(summary) == (count, count, 0, 0, 0)
