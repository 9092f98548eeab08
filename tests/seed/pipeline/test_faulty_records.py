"""A record that cannot be annotated or stored is refused; the other records of its batch are stored exactly once."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy.exc import OperationalError

from app.models import EntityType, TextKind
from app.sqlite_driver import DRIVER
from seed.extract.annotator import Annotator
from seed.fetch.errors import NotFetchedError
from seed.maintenance.reannotate import reannotate
from seed.pipeline.context import Resources
from seed.pipeline.links import resolve_links
from seed.pipeline.load import load
from seed.readers import Overrides, reader_context
from seed.records import Annotation, Link, Origin, Published, RawArticle, Record, Refusal, Visit, VisitEnd
from tests.seed.loading import LEXICON, RESOURCES, SOURCES, dump, load_into, named, natural, report, writing
from tests.seed.pipeline.test_load import counts

BATCHES = pytest.mark.parametrize("batch", [1, 3, 200])


class FaultyAnnotator(Annotator):
    """Fails for texts that contain the name of an error."""

    def annotate(self, *, title: str | None, text: str, outlet: str | None = None) -> Annotation:
        for error in (IndexError, RecursionError, MemoryError):
            if error.__name__ in text:
                raise error("no such word")
        return super().annotate(title=title, text=text, outlet=outlet)


FAULTY = Resources(LEXICON, FaultyAnnotator(LEXICON), SOURCES)


def numbered(*records: Record) -> list[Record]:
    """Return the records, each on a line of its own."""
    return [replace(record, origin=Origin("reports.jsonl", line)) for line, record in enumerate(records, start=1)]


def good(number: int) -> RawArticle:
    return report(f"Report {number}", on=f"2019-03-{number:02d}", text=f"John Varro {number} left Amsel.")


def refusals(line: int, activity: str, error: str) -> Refusal:
    return Refusal(Origin("reports.jsonl", line), f"could not be {activity} ({error}); please report this")


@pytest.mark.unmeasured
@BATCHES
@pytest.mark.parametrize("error", ["IndexError", "RecursionError"])
def test_a_text_that_cannot_be_annotated_is_refused(database: Path, batch: int, error: str) -> None:
    """The others are stored as if it were not there, and loading all again changes nothing."""
    records = numbered(good(1), report("Bad", text=f"{error}."), good(2), report("Other", text=f"{error}!"), good(3))
    summary = load_into(database, records, resources=FAULTY, batch=batch)
    assert counts(summary) == (5, 3, 0, 0, 2)
    expected = [refusals(line, "annotated", f"{error}: no such word") for line in (2, 4)]
    assert list(summary.refused) == expected
    assert [row["title"] for row in dump(database)["revision"]] == ["Report 1", "Report 2", "Report 3"]
    again = load_into(database, records, resources=FAULTY, batch=batch)
    assert (counts(again), again.version) == ((5, 0, 0, 3, 2), None)


@BATCHES
def test_a_load_with_faulty_records_stores_what_one_without_them_does(
    database: Path, batch: int, tmp_path: Path
) -> None:
    """Entities, names and keys of the refused records are not stored."""
    other = tmp_path / "other.db"
    other.write_bytes(database.read_bytes())
    given = (named("Ada", EntityType.PERSON, wikidata="Q990000099", id="ada"),)
    ada = report("Ada", text="Ada left.", entities=(given[0]._replace(name="Ada Byrne", mentions=((0, 3),)),))
    bad = report("Big", text="Ada.", entities=given, published=Published(at=2**70), source="New Outlet")
    load_into(
        database, [good(1), bad, ada, report("Bad", text="IndexError", id="x"), good(2)], resources=FAULTY, batch=batch
    )
    load_into(other, [good(1), ada, good(2)], resources=FAULTY)
    assert natural(database) == natural(other)


@BATCHES
def test_records_of_one_article_are_refused_separately(database: Path, batch: int) -> None:
    """The newest text that can be annotated is served."""
    texts = ("One.", "IndexError 1.", "Two.", "IndexError 2.")
    summary = load_into(
        database, numbered(*(report(id="x", text=text) for text in texts)), resources=FAULTY, batch=batch
    )
    newest = [row["text"] for row in dump(database)["revision"]][-1]
    assert newest == "Two."
    assert summary.loaded + summary.updated + len(summary.refused) == 4
    assert {refusal.origin.line for refusal in summary.refused} <= {2, 4}


def test_a_stored_text_that_can_no_longer_be_annotated_refuses_the_record_that_changes_its_article(
    database: Path,
) -> None:
    """The article stays as it is."""
    stored = report(id="x", text="IndexError", entities=())
    load_into(database, [stored])
    before = natural(database)["revision"]
    digest = replace(stored, text="Short.", text_kind=TextKind.DIGEST, entities=None, authors=("Ada",))
    with closing(DRIVER.connect(database)) as connection:
        connection.execute("UPDATE revision SET given_entities = NULL")
        connection.commit()
    summary = load_into(database, numbered(good(1), digest, good(2)), resources=FAULTY)
    assert list(summary.refused) == [refusals(2, "stored", "NotAnnotatedError: IndexError: no such word")]
    assert counts(summary) == (3, 2, 0, 0, 1)
    after = [row for row in natural(database)["revision"] if row["text"] == "IndexError"]
    assert [row["authors"] for row in after] == [row["authors"] for row in before]


UNSTORABLE = {
    "OverflowError: Python int too large to convert to SQLite INTEGER": Published(at=2**70, on="2019-01-01"),
    "IntegrityError: no evidence": Published(on="2019-01-01", evidence="refused"),
}


@pytest.mark.unmeasured
@BATCHES
@pytest.mark.parametrize("reason", UNSTORABLE)
def test_a_record_that_the_database_refuses_is_refused(database: Path, batch: int, reason: str) -> None:
    """With the database's reason; nothing is stored twice."""
    with closing(DRIVER.connect(database)) as connection:
        connection.execute(
            "CREATE TRIGGER no_evidence BEFORE INSERT ON revision WHEN NEW.evidence = 'refused' "
            "BEGIN SELECT RAISE(ABORT, 'no evidence'); END"
        )
    bad = report("Bad", published=UNSTORABLE[reason], text="It is bad.")
    records = numbered(*map(good, range(1, 6)), bad, *map(good, range(6, 10)), replace(bad, title="Worse"), good(10))
    summary = load_into(database, records, batch=batch)
    assert counts(summary) == (12, 10, 0, 0, 2)
    assert list(summary.refused) == [refusals(line, "stored", reason) for line in (6, 11)]
    assert [row["title"] for row in dump(database)["revision"]] == [f"Report {number}" for number in range(1, 11)]


def test_a_lone_surrogate_is_refused(database: Path) -> None:
    summary = load_into(database, numbered(good(1), report("Bad", authors=("\ud800",)), good(2)))
    assert counts(summary) == (3, 2, 0, 0, 1)
    assert [refusal.origin.line for refusal in summary.refused] == [2]


def test_a_visit_that_cannot_be_stored_is_refused(database: Path) -> None:
    """Its URL is fetched again next time."""
    visit = Visit("http://harbour.example/a", None, None, 2**70, 200, "ab")
    end = VisitEnd(Origin(visit.url), visit)
    summary = load_into(database, [good(1), end, good(2)])
    assert summary.loaded == 2
    assert [str(refusal.origin) for refusal in summary.refused] == [visit.url]
    assert dump(database)["fetched"] == []


def test_the_summary_counts_only_what_is_committed(database: Path) -> None:
    """Progress is reported after each of the smaller batches."""
    reads: list[int] = []
    bad = report("Bad", published=Published(at=2**70))
    with writing(database) as engine:
        load(engine, [good(1), bad, good(2), good(3)], RESOURCES, progress=lambda summary: reads.append(summary.read))
    assert reads == [1, 2, 4, 4]


@BATCHES
def test_errors_of_memory_and_of_the_database_end_the_load(database: Path, batch: int) -> None:
    """The batches before stay stored."""
    with pytest.raises(MemoryError):
        load_into(database, [good(1), report("Bad", text="MemoryError")], resources=FAULTY, batch=batch)
    with closing(DRIVER.connect(database)) as connection:
        connection.execute("DROP TABLE statement")
    with pytest.raises(OperationalError, match="no such table"):
        load_into(database, [report("Said", text='"We sail at dawn," John Varro said.')], batch=batch)
    assert len(dump_titles(database)) == (1 if batch == 1 else 0)


def dump_titles(database: Path) -> list[str]:
    with closing(DRIVER.connect(database)) as connection:
        return [title for (title,) in connection.execute("SELECT title FROM revision")]


def test_an_error_that_is_about_no_record_ends_the_load(database: Path) -> None:
    """A refusal is not stored, so it cannot be left out."""
    with pytest.raises(TypeError):
        load_into(database, [Refusal(Origin(cast("str", None)), "title is empty")])


def test_an_article_that_cannot_be_annotated_again_keeps_its_annotation(database: Path) -> None:
    load_into(database, [good(1), report("Bad", text="IndexError Amsel")])
    before = natural(database)
    article = next(row["article_id"] for row in before["revision"] if row["title"] == "Bad")
    with writing(database) as engine:
        summary = reannotate(engine, FAULTY)
    assert (summary.read, summary.updated, summary.unchanged, summary.version) == (2, 0, 2, None)
    assert list(summary.refused) == [
        Refusal(Origin(article), "could not be annotated (IndexError: no such word); please report this")
    ]
    assert natural(database) == before


def test_a_fetch_that_fails_unexpectedly_is_a_refusal() -> None:
    def fetch(url: str) -> None:
        raise NotFetchedError("gone") if "gone" in url else KeyError(url)

    links = [
        Link(Origin("list.urls", line), f"http://harbour.example/{name}") for line, name in ((1, "a"), (2, "gone"))
    ]
    records: Iterator[Record] = resolve_links(links, fetch, reader_context(Overrides()))  # type: ignore[arg-type]
    assert [record.reason for record in records if isinstance(record, Refusal)] == [
        "could not be fetched from http://harbour.example/a (KeyError: 'http://harbour.example/a'); please report this",
        "http://harbour.example/gone: gone",
    ]


def test_a_refused_record_leaves_no_name_with_a_known_entity(database: Path) -> None:
    """Although the entity was stored with it before the batch was rolled back."""
    known = named("Ada", EntityType.PERSON, id="ada")
    renamed = known._replace(name="Ida", mentions=((0, 3),))
    bad = report("Bad", text="Ida left.", entities=(renamed,), published=Published(at=2**70))
    load_into(database, [report("Ada", text="Ada left.", entities=(known,)), bad, good(1)], batch=1)
    assert [row["learned_names"] for row in dump(database)["entity"] if row["id"] == "ada"] == [[]]
