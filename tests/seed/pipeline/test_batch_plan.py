"""The plan of a batch is a pure function of its records and of what is known: no test here has a database."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from app.labels import SourceLabel, text_key
from app.models import EntityType
from seed.pipeline.article_matching import KnownArticles, KnownRemoval
from seed.pipeline.batch_plan import BatchPlan, identify_batch, plan_batch
from seed.pipeline.identity import public_id
from seed.pipeline.merge import MAX_OTHER_URLS, Content, content_of_record
from seed.pipeline.registry import KnownEntity, Registry
from seed.records import Link, Origin, RawArticle, Record, Refusal, UnchangedInput, Visit, VisitEnd
from tests.seed.loading import digest, named, report

GAZETTE = SourceLabel("harbour-gazette", "The Harbour Gazette")

REGISTRY = Registry([GAZETTE], [KnownEntity("vellandia", EntityType.STATE, "Vellandia", "Q990000003", local=False)])

PAGE, OTHER_PAGE = "https://harbour-gazette.example/1", "https://harbour-gazette.example/2"

LONG = "The ferry sails again from the old quay, as it has for years. " * 4
"""A text that is long enough to identify an article."""

FERRY = report(on="2019-03-04")
WITH_ID = report(id="r1", on="2019-03-04")
WITH_PAGE = report(url=PAGE, on="2019-03-04")
QUAY = report("Quay", url=PAGE, on="2019-03-04", text=LONG)

TITLE_KEY = "title:harbour-gazette:ferry resumes:"
FERRY_KEY = f"{TITLE_KEY}2019-03-04"
PAGE_KEY, OTHER_PAGE_KEY = "url:harbour-gazette.example/1", "url:harbour-gazette.example/2"
TEXT_KEY = f"{text_key(LONG)}harbour-gazette"

FERRY_ID, ID_ID, PAGE_ID = public_id(FERRY_KEY), public_id("id:harbour-gazette:r1"), public_id(PAGE_KEY)

VISIT = VisitEnd(Origin(PAGE), Visit(PAGE, None, None, 1_774_000_000, 200, "ab" * 32))


def find_source(name: str) -> SourceLabel:
    """Return the source of a name."""
    return GAZETTE if name == GAZETTE.id else SourceLabel(name.lower(), name)


def content(record: RawArticle, *other_urls: str) -> Content:
    """Return the content of a record, seen at other URLs too."""
    return replace(content_of_record(record, "harbour-gazette"), other_urls=other_urls)


def plan(records: Sequence[Record], known: KnownArticles) -> BatchPlan:
    """Return the plan of a batch."""
    return plan_batch(identify_batch(records, REGISTRY, find_source), known)


def known_after(*records: RawArticle) -> KnownArticles:
    """Return what is known after these records were loaded together."""
    loaded = plan(records, KnownArticles())
    return KnownArticles(keys=dict(loaded.new_keys), contents=loaded.contents)


@dataclass(frozen=True)
class Case:
    """A batch, what is known, and the expected plan."""

    records: Sequence[Record]
    known: KnownArticles = field(default_factory=KnownArticles)
    loaded: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: Sequence[str] = ()
    removed: Sequence[str] = ()
    inserts: dict[str, Content] = field(default_factory=dict)
    updates: dict[str, Content] = field(default_factory=dict)
    new_keys: Sequence[tuple[str, str]] = ()


PAGES = tuple(f"https://harbour-gazette.example/n{number:03d}" for number in range(MAX_OTHER_URLS))

CASES = {
    "a new article": Case([FERRY], loaded=1, inserts={FERRY_ID: content(FERRY)}, new_keys=[(FERRY_KEY, FERRY_ID)]),
    "a new article with every key": Case(
        [replace(QUAY, id="r1")],
        loaded=1,
        inserts={ID_ID: content(QUAY)},
        new_keys=[
            ("id:harbour-gazette:r1", ID_ID),
            (PAGE_KEY, ID_ID),
            (TEXT_KEY, ID_ID),
            ("title:harbour-gazette:quay:2019-03-04", ID_ID),
        ],
    ),
    "a new article whose first ids are used": Case(
        [FERRY],
        KnownArticles(used_ids={FERRY_ID, public_id(FERRY_KEY, 1)}),
        loaded=1,
        inserts={public_id(FERRY_KEY, 2): content(FERRY)},
        new_keys=[(FERRY_KEY, public_id(FERRY_KEY, 2))],
    ),
    "unchanged": Case([FERRY, FERRY], known_after(FERRY), unchanged=2),
    "a digest of a known full text": Case([digest(on="2019-03-04")], known_after(FERRY), unchanged=1),
    "matched by id": Case(
        [report("Tide", id="r1", url=PAGE)],
        known_after(WITH_ID),
        updated=1,
        updates={ID_ID: replace(content(report("Tide", url=PAGE)), published=FERRY.published)},
        new_keys=[(PAGE_KEY, ID_ID), ("title:harbour-gazette:tide:", ID_ID)],
    ),
    "matched by URL": Case(
        [report("Tide", url=f"{PAGE}?utm_source=x", on="2019-03-04")],
        known_after(WITH_PAGE),
        updated=1,
        updates={PAGE_ID: content(report("Tide", url=f"{PAGE}?utm_source=x", on="2019-03-04"))},
        new_keys=[("title:harbour-gazette:tide:2019-03-04", PAGE_ID)],
    ),
    "matched by title and day": Case(
        [replace(FERRY, text="Changed.")],
        known_after(FERRY),
        updated=1,
        updates={FERRY_ID: content(replace(FERRY, text="Changed."))},
    ),
    "matched by title, with the day of the known article": Case(
        [replace(report(), text="Changed.")],
        known_after(FERRY),
        updated=1,
        updates={FERRY_ID: content(replace(FERRY, text="Changed."))},
        new_keys=[(TITLE_KEY, FERRY_ID)],
    ),
    "matched by title to an undated article": Case(
        [FERRY],
        known_after(report()),
        updated=1,
        updates={public_id(TITLE_KEY): content(FERRY)},
        new_keys=[(FERRY_KEY, public_id(TITLE_KEY))],
    ),
    "a title of two known articles matches neither": Case(
        [report()],
        known_after(FERRY, report(on="2019-03-05")),
        loaded=1,
        inserts={public_id(TITLE_KEY): content(report())},
        new_keys=[(TITLE_KEY, public_id(TITLE_KEY))],
    ),
    "matched by text": Case(
        [report("Quay", url=OTHER_PAGE, on="2019-03-04", text=LONG)],
        known_after(QUAY),
        updated=1,
        updates={PAGE_ID: replace(content(QUAY, PAGE), url=OTHER_PAGE)},
        new_keys=[(OTHER_PAGE_KEY, PAGE_ID)],
    ),
    "the text of another day is another article": Case(
        [report("Quay", url=OTHER_PAGE, on="2019-03-05", text=LONG)],
        known_after(QUAY),
        loaded=1,
        inserts={
            public_id(OTHER_PAGE_KEY): content(report("Quay", url=OTHER_PAGE, on="2019-03-05", text=LONG)),
        },
        new_keys=[
            (OTHER_PAGE_KEY, public_id(OTHER_PAGE_KEY)),
            (f"{TEXT_KEY}:2019-03-05", public_id(OTHER_PAGE_KEY)),
            ("title:harbour-gazette:quay:2019-03-05", public_id(OTHER_PAGE_KEY)),
        ],
    ),
    "another id vetoes the page": Case(
        [report(id="r2", url=PAGE, on="2019-03-04")],
        known_after(replace(WITH_PAGE, id="r1")),
        loaded=1,
        inserts={public_id("id:harbour-gazette:r2"): content(WITH_PAGE)},
        new_keys=[("id:harbour-gazette:r2", public_id("id:harbour-gazette:r2"))],
    ),
    "a contradiction within the batch": Case(
        [WITH_ID, replace(WITH_ID, text="Two."), replace(WITH_ID, text="Three.")],
        loaded=1,
        updated=2,
        inserts={ID_ID: content(replace(WITH_ID, text="Three."))},
        new_keys=[("id:harbour-gazette:r1", ID_ID), (FERRY_KEY, ID_ID)],
    ),
    "a contradiction that ends as it began": Case(
        [replace(WITH_ID, text="Two."), WITH_ID], known_after(WITH_ID), updated=2
    ),
    "a removed article": Case(
        [replace(WITH_ID, url=PAGE)],
        replace(known_after(WITH_ID), removals={ID_ID: KnownRemoval(ID_ID, 1_774_000_000, "a duplicate")}),
        removed=[
            f"article {ID_ID} was removed on 2026-03-20 (a duplicate); `dateline remove --undo {ID_ID}` brings it back"
        ],
        new_keys=[(PAGE_KEY, ID_ID)],
    ),
    "an article that was removed without a reason": Case(
        [WITH_ID],
        KnownArticles(
            keys={"id:harbour-gazette:r1": ID_ID}, removals={ID_ID: KnownRemoval(ID_ID, 1_774_000_000, None)}
        ),
        removed=[f"article {ID_ID} was removed on 2026-03-20; `dateline remove --undo {ID_ID}` brings it back"],
        new_keys=[(FERRY_KEY, ID_ID)],
    ),
    "an article whose text was deleted": Case(
        [WITH_ID],
        KnownArticles(keys={"id:harbour-gazette:r1": ID_ID, FERRY_KEY: ID_ID}),
        loaded=1,
        updates={ID_ID: content(WITH_ID)},
    ),
    "a site notice": Case(
        [replace(QUAY, url=OTHER_PAGE), FERRY],
        KnownArticles(keys={PAGE_KEY: PAGE_ID, TEXT_KEY: PAGE_ID}, contents={PAGE_ID: content(QUAY, *PAGES)}),
        loaded=1,
        refused=[f"it is article {PAGE_ID}, which already has 100 other URLs: expected an article, not a site notice"],
        inserts={FERRY_ID: content(FERRY)},
        new_keys=[(FERRY_KEY, FERRY_ID)],
    ),
    "no article": Case(
        [
            Refusal(Origin("reports.jsonl", 1), "title is empty"),
            Link(Origin("links.txt", 1), PAGE),
            UnchangedInput(Origin("reports.csv")),
            VISIT,
        ],
        unchanged=1,
        refused=["title is empty", f"{PAGE} was not fetched; `dateline load` fetches URLs"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_batch_is_planned(case: str) -> None:
    """With every count, refusal, key and content."""
    expected = CASES[case]
    result = plan(expected.records, expected.known)
    counts = (expected.loaded, expected.updated, expected.unchanged)
    assert (result.loaded, result.updated, result.unchanged) == counts
    assert result.read == sum(not isinstance(record, VisitEnd) for record in expected.records)
    assert [refusal.reason for refusal in result.refusals] == list(expected.refused)
    assert [refusal.reason for refusal in result.removed] == list(expected.removed)
    assert result.new_articles == expected.inserts.keys()
    assert {id_: result.contents[id_] for id_ in result.new_articles} == expected.inserts
    assert result.updates == expected.updates
    assert list(result.new_keys) == list(expected.new_keys)
    assert list(result.visits) == [record for record in expected.records if isinstance(record, VisitEnd)]


def test_contents_are_in_the_order_of_their_first_change() -> None:
    """Revisions get their ids in this order."""
    tide, quay = report("Tide", id="t"), report("Quay", id="q")
    records = [replace(quay, text="Two."), tide, WITH_ID, replace(tide, text="Two.")]
    result = plan(records, known_after(quay))
    assert list(result.contents) == [public_id("id:harbour-gazette:q"), public_id("id:harbour-gazette:t"), ID_ID]


def test_refusals_of_invalid_records_come_before_those_of_site_notices() -> None:
    """Invalid records are found before any record is matched."""
    known = KnownArticles(keys={TEXT_KEY: PAGE_ID}, contents={PAGE_ID: content(QUAY, *PAGES)})
    invalid: list[Record] = [
        replace(FERRY, url="ftp://harbour-gazette.example/1"),
        Refusal(Origin("reports.jsonl", 9), "no text"),
    ]
    reasons = [refusal.reason for refusal in plan([replace(QUAY, url=OTHER_PAGE), *invalid], known).refusals]
    assert [reason.partition(":")[0] for reason in reasons] == [
        "url is 'ftp",
        "no text",
        f"it is article {PAGE_ID}, which already has 100 other URLs",
    ]


def test_an_entity_that_contradicts_an_earlier_record_is_refused() -> None:
    """The refused record adds neither its source nor its entities; nor does a record with an invalid URL."""
    first = report("Ada", entities=(named("Ada", id="ada"), named("V.", EntityType.STATE, wikidata="Q990000003")))
    second = report("Ama", source="Courier", entities=(named("Jo"), named("Ama", EntityType.PLACE, id="ada")))
    third = report("Jo", source="Dune", url="ftp://dune.example", entities=(named("Jo"),))
    changes = plan([first, second, third, report("Tide", source="Herald")], KnownArticles()).registry
    assert changes.sources == {"herald": SourceLabel("herald", "Herald")}
    assert changes.entities == {
        "ada": KnownEntity("ada", EntityType.PERSON, "Ada"),
        "vellandia": KnownEntity(
            "vellandia", EntityType.STATE, "Vellandia", "Q990000003", learned_names=("V.",), local=False
        ),
    }


def test_a_learned_wikidata_id_counts_for_the_next_records() -> None:
    """They are resolved again by it."""
    ada, other = named("Ada Byrne", id="ada"), named("A. Byrne", id="byrne", wikidata="Q990000050")
    records = [
        report("One", entities=(ada,)),
        report("Two", entities=(ada._replace(wikidata="Q990000050"),)),
        report("Three", entities=(other, ada)),
    ]
    changes = plan(records, KnownArticles()).registry
    assert changes.wikidata == {"Q990000050": "ada"}
    assert changes.entities == {
        "ada": KnownEntity("ada", EntityType.PERSON, "Ada Byrne", "Q990000050", learned_names=("A. Byrne", "byrne"))
    }
    assert set(changes.resolved.values()) == {"ada"}


def test_a_new_entity_is_added_beside_one_of_an_earlier_record() -> None:
    ada, ida = named("Ada Byrne"), named("Ida Byrne")
    records = [report("One", entities=(ada,)), report("Two", entities=(ada,)), report("Three", entities=(ada, ida))]
    changes = plan(records, KnownArticles()).registry
    assert {entity.name for entity in changes.entities.values()} == {"Ada Byrne", "Ida Byrne"}


@pytest.mark.parametrize("case", CASES)
def test_planning_changes_nothing(case: str) -> None:
    """Neither the known state nor the registry: the same batch is planned the same again."""
    known = CASES[case].known
    before = {name: dict(getattr(known, name)) for name in ("keys", "contents", "removals")}, set(known.used_ids)
    first = plan(CASES[case].records, known)
    after = {name: dict(getattr(known, name)) for name in ("keys", "contents", "removals")}, set(known.used_ids)
    assert after == before
    assert plan(CASES[case].records, known) == first


def test_an_unexpected_error_refuses_its_record_alone() -> None:
    def find_source(name: str) -> SourceLabel:
        return {"harbour-gazette": GAZETTE}[name]

    batch = identify_batch([report(source="Unknown"), FERRY], REGISTRY, find_source)
    assert [record.origin for record in batch.articles] == [FERRY.origin]
    assert ["KeyError" in refusal.reason for refusal in batch.refusals] == [True]
