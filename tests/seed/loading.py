"""What the tests of loading share: records that no file holds, a lexicon of five, and what a database says.

`dump` is every row as it stands, `natural` the same without what depends on the order of loading or on chance.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, select
from sqlmodel import Session, SQLModel

from app.labels import article_number
from app.models import Basis, EntityType, MentionKind, TextKind
from app.search.index.bitmaps import FAMILIES
from app.search.index.columns import Statements
from app.search.index.snapshot import Snapshot
from app.search.index.storage import open_snapshot
from app.stores.sqlite import DRIVER, file_url, reader_engine, writer_engine
from seed.dates import parse_iso
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Form, Lexicon, LexiconEntity, Membership
from seed.pipeline.context import Resources, Summary
from seed.pipeline.load import BATCH, load
from seed.publish.publish import Checkpoint, no_checkpoint
from seed.readers.outlets import SourceEntry, Sources
from seed.records import GivenEntity, Origin, Published, RawArticle, Record

Row = dict[str, Any]

LEXICON = Lexicon(
    {
        entity.id: entity
        for entity in (
            LexiconEntity(
                "vellandia",
                EntityType.STATE,
                "Vellandia",
                "Q990000003",
                (Form("Vellandia", MentionKind.NAME), Form("Vellandian", MentionKind.DEMONYM)),
                former_ids=("old-vellandia",),
            ),
            LexiconEntity(
                "vellandian-navy",
                EntityType.ORGANIZATION,
                "Vellandian Navy",
                None,
                (Form("Vellandian Navy", MentionKind.NAME), Form("VN", MentionKind.ACRONYM)),
                (Membership("vellandia", since="1901"),),
            ),
            LexiconEntity("amsel", EntityType.PLACE, "Amsel", None, (Form("Amsel", MentionKind.NAME),)),
            LexiconEntity("amsel-east", EntityType.PLACE, "East Amsel", None, (Form("Twin Quay", MentionKind.NAME),)),
            LexiconEntity("amsel-west", EntityType.PLACE, "West Amsel", None, (Form("Twin Quay", MentionKind.NAME),)),
        )
    }
)

SOURCES = Sources(
    {
        "harbour-gazette": SourceEntry(
            "harbour-gazette", "The Harbour Gazette", ("Harbour Gazette",), ("harbour-gazette.example",)
        ),
        "bay-courier": SourceEntry("bay-courier", "Bay Courier", domains=("bay-courier.example",)),
    }
)

RESOURCES = Resources(LEXICON, Annotator(LEXICON), SOURCES)


def report(title: str = "Ferry resumes", *, on: str | None = None, **fields: Any) -> RawArticle:  # noqa: ANN401 - fields
    """Return a record of the Harbour Gazette, printed on a day as stated; `fields` are the record's own."""
    published = parse_iso(on, basis=Basis.STATED) if on else Published()
    given = {
        "origin": Origin("reports.jsonl", 1),
        "source": "harbour-gazette",
        "text": f"{title} in the harbour of Amsel.",
        "published": published,
    }
    return RawArticle(title=title, **{**given, **fields})


def digest(title: str = "Ferry resumes", **fields: Any) -> RawArticle:  # noqa: ANN401 - fields
    """Return a digest of a report."""
    return report(title, **{"text": f"In short: {title}.", "text_kind": TextKind.DIGEST, **fields})


def named(name: str, type_: EntityType = EntityType.PERSON, **fields: Any) -> GivenEntity:  # noqa: ANN401 - fields
    """Return an entity that comes with a record, named by the first characters of its text."""
    return GivenEntity(name, type_, **{"mentions": ((0, len(name)),), **fields})


def load_into(
    database: Path,
    records: Iterable[Record],
    *,
    resources: Resources = RESOURCES,
    batch: int = BATCH,
    checkpoint: Checkpoint = no_checkpoint,
) -> Summary:
    """Load records into a database, and publish them."""
    with writing(database) as engine:
        return load(engine, records, resources, batch=batch, checkpoint=checkpoint)


@contextmanager
def writing(database: Path) -> Iterator[Engine]:
    """Give an engine that writes without waiting for the disk: no test cuts the power."""
    engine = writer_engine(file_url(database))
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    yield engine
    engine.dispose()


@contextmanager
def copied(database: Path) -> Iterator[Path]:
    """Give a copy of a database, which goes when it was used; for tests that need many."""
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        yield Path(shutil.copy(database, Path(folder) / "dateline.db"))


def dump(database: Path) -> dict[str, list[Row]]:
    """Return all rows of all tables."""
    engine = reader_engine(file_url(database))
    with engine.connect() as connection:
        found = {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in SQLModel.metadata.sorted_tables
        }
    engine.dispose()
    return found


def natural(database: Path) -> dict[str, Any]:
    """Return all that a database says, without revision ids, tokens, instants and blobs."""
    rows = dump(database)
    articles = {revision["id"]: revision["article_id"] for revision in rows["revision"]}
    newest = {row["id"]: row["revision_id"] for row in rows["article"]}
    assert all(articles[revision] == article for article, revision in newest.items() if revision)
    of: dict[int, dict[str, list[Row]]] = {revision: {"mention": [], "statement": []} for revision in articles}
    for kind in ("mention", "statement"):
        for row in rows[kind]:
            of[row.pop("revision_id")][kind].append(row)
    revisions = [_revision(row, newest[row["article_id"]], of[row["id"]]) for row in rows["revision"]]
    return {
        **{name: rows[name] for name in ("source", "entity", "article_key", "pending")},
        "without_revision": [article for article, revision in newest.items() if not revision],
        "publish": [{**row, "token": "", "published_at": 0} for row in rows["publish"]],
        "revision": sorted(revisions, key=repr),
        "removal": [{**row, "removed_at": 0} for row in rows["removal"]],
        "change": [_change(row, rows["revision"]) for row in rows["change"]],
        "fetched": [{**row, "fetched_at": 0} for row in rows["fetched"]],
        "snapshot": snapshot_says(database, articles),
        "words": sorted(words(database).values()),
    }


def words(database: Path) -> dict[int, list[tuple[str, str, int]]]:
    """Return what the text index holds of each revision: words with their column and place."""
    with closing(DRIVER.connect(":memory:")) as connection:
        connection.execute("ATTACH ? AS stored", (str(database),))
        connection.execute("CREATE VIRTUAL TABLE temp.held USING fts5vocab(stored, article_text, instance)")
        found: dict[int, list[tuple[str, str, int]]] = {}
        for revision, *held in connection.execute("SELECT doc, term, col, offset FROM held ORDER BY doc, col, offset"):
            found.setdefault(revision, []).append((held[0], held[1], held[2]))
    return found


def _change(row: Row, revisions: list[Row]) -> Row:
    """Return a row of the log with what the revision says in place of its id."""
    said = [(found["title"], found["text"]) for found in revisions if found["id"] == row["revision_id"]]
    return {**row, "revision_id": said}


def _revision(row: Row, newest: int, found: dict[str, list[Row]]) -> Row:
    rest = {name: value for name, value in row.items() if name != "id"}
    return {**rest, **found, "newest": row["id"] == newest}


def snapshot_of(database: Path) -> Snapshot:
    """Return what is served."""
    engine = reader_engine(file_url(database))
    with Session(engine) as session:
        snapshot = open_snapshot(session)
    engine.dispose()
    return snapshot


def snapshot_says(database: Path, articles: dict[int, str]) -> dict[str, Any]:
    """Return what the served snapshot says, without revision ids; `articles` are theirs."""
    snapshot = snapshot_of(database)
    columns = {name: column.tolist() for name, column in vars(snapshot.columns).items()}
    assert [article_number(articles[revision]) for revision in columns.pop("order")] == columns["article_ids"]
    return {
        "version": snapshot.version,
        **columns,
        "labels": snapshot.labels,
        "postings": {
            family: [posting.to_array().tolist() for posting in snapshot.postings[family]] for family in FAMILIES
        },
        "entity_starts": snapshot.entity_starts.tolist(),
        "entity_lists": snapshot.entity_lists.tolist(),
        "statements": statements_say(snapshot.statements),
    }


def statements_say(statements: Statements) -> dict[str, Any]:
    """Return the statements of a snapshot as plain lists."""
    return {
        "starts": statements.starts.tolist(),
        "places": statements.places.tolist(),
        "speaker": list(map(list, statements.speaker)),
        "about": list(map(list, statements.about)),
    }
