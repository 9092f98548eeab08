"""What the tests of loading share: records that no file holds, a lexicon of five, and what a database says.

`dump` is every row as it stands, `natural` the same without what depends on the order of loading or on chance.
"""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine, delete, event, insert, select, text
from sqlmodel import Session, SQLModel

from app.labels import article_number
from app.models import Basis, EntityType, MentionKind, SnapshotPart, TextKind
from app.search.index.columns import Statements
from app.search.index.snapshot import Snapshot
from app.search.index.storage import open_snapshot
from app.sqlite_driver import DRIVER
from app.stores import store_of
from app.stores.phrases import ANYWHERE
from app.stores.postgresql.postings import ENTRY, EVERY_TEXT, POSITION
from app.stores.postgresql.schema import IDS_PER_BLOCK
from app.stores.relevance import COLUMN_STRIDE
from seed.dates import parse_iso
from seed.extract.annotator import Annotator
from seed.extract.lexicon.lexicon import Lexicon, LexiconEntity, Membership, NameForm
from seed.pipeline.context import LoadSummary, Resources
from seed.pipeline.load import MAX_BATCH_RECORDS, load
from seed.publish.publish import Checkpoint, no_checkpoint
from seed.readers.outlets import SourceEntry, Sources
from seed.records import GivenEntity, Origin, Published, RawArticle, Record
from tests.databases import url_of

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
                (NameForm("Vellandia", MentionKind.NAME), NameForm("Vellandian", MentionKind.DEMONYM)),
                former_ids=("old-vellandia",),
            ),
            LexiconEntity(
                "vellandian-navy",
                EntityType.ORGANIZATION,
                "Vellandian Navy",
                None,
                (NameForm("Vellandian Navy", MentionKind.NAME), NameForm("VN", MentionKind.ACRONYM)),
                (Membership("vellandia", since="1901"),),
            ),
            LexiconEntity("amsel", EntityType.PLACE, "Amsel", None, (NameForm("Amsel", MentionKind.NAME),)),
            LexiconEntity(
                "amsel-east", EntityType.PLACE, "East Amsel", None, (NameForm("Twin Quay", MentionKind.NAME),)
            ),
            LexiconEntity(
                "amsel-west", EntityType.PLACE, "West Amsel", None, (NameForm("Twin Quay", MentionKind.NAME),)
            ),
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
    """Return a record of the Harbour Gazette with a stated day; `fields` override its fields."""
    published = parse_iso(on, basis=Basis.STATED) if on else Published()
    defaults = {
        "origin": Origin("reports.jsonl", 1),
        "source": "harbour-gazette",
        "text": f"{title} in the harbour of Amsel.",
        "published": published,
    }
    return RawArticle(title=title, **{**defaults, **fields})


def digest(title: str = "Ferry resumes", **fields: Any) -> RawArticle:  # noqa: ANN401 - fields
    """Return a digest of a report."""
    return report(title, **{"text": f"In short: {title}.", "text_kind": TextKind.DIGEST, **fields})


def extract(title: str = "Ferry resumes", **fields: Any) -> RawArticle:  # noqa: ANN401 - fields
    """Return an extract of a report."""
    return report(title, **{"text": f"{title} in the", "text_kind": TextKind.EXTRACT, **fields})


def named(name: str, type_: EntityType = EntityType.PERSON, **fields: Any) -> GivenEntity:  # noqa: ANN401 - fields
    """Return an entity supplied with a record; its mention is at the beginning of the text."""
    return GivenEntity(name, type_, **{"mentions": ((0, len(name)),), **fields})


def load_into(
    database: Path,
    records: Iterable[Record],
    *,
    resources: Resources = RESOURCES,
    batch: int = MAX_BATCH_RECORDS,
    checkpoint: Checkpoint = no_checkpoint,
) -> LoadSummary:
    """Load records into a database, and publish them."""
    with writing(database) as engine:
        return load(engine, records, resources, batch=batch, checkpoint=checkpoint)


@contextmanager
def writing(database: Path) -> Iterator[Engine]:
    """Yield an engine that writes without waiting for the disk: no test cuts the power."""
    engine = store_of(url_of(database)).writer_engine()
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    try:
        yield engine
    finally:
        engine.dispose()


def store_earlier_index(database: Path) -> None:
    """Store the served revisions as releases before the sixth format of the index did, in place of the index."""
    served = {"name": "column.order", "data": snapshot_of(database).columns.order.tobytes(), "digest": ""}
    with writing(database) as engine, engine.begin() as connection:
        connection.execute(delete(SnapshotPart))
        connection.execute(insert(SnapshotPart), [served])


@contextmanager
def copied(database: Path) -> Iterator[Path]:
    """Yield a temporary copy of a database, for tests that need many."""
    with tempfile.TemporaryDirectory(prefix="dateline-") as folder:
        yield Path(shutil.copy(database, Path(folder) / "dateline.db"))


def dump(database: Path) -> dict[str, list[Row]]:
    """Return all rows of all tables."""
    engine = store_of(url_of(database)).reader_engine()
    with engine.connect() as connection:
        rows = {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in SQLModel.metadata.sorted_tables
        }
    engine.dispose()
    return rows


def natural(database: Path) -> dict[str, Any]:
    """Return the contents of a database, without revision ids, tokens, times and blobs."""
    rows = dump(database)
    articles = {revision["id"]: revision["article_id"] for revision in rows["revision"]}
    newest = {row["id"]: row["revision_id"] for row in rows["article"]}
    assert all(articles[revision] == article for article, revision in newest.items() if revision)
    annotations: dict[int, dict[str, list[Row]]] = {revision: {"mention": [], "statement": []} for revision in articles}
    for kind in ("mention", "statement"):
        for row in rows[kind]:
            annotations[row.pop("revision_id")][kind].append(row)
    revisions = [_revision(row, newest[row["article_id"]], annotations[row["id"]]) for row in rows["revision"]]
    return {
        **{name: rows[name] for name in ("source", "entity", "article_key", "pending")},
        "without_revision": [article for article, revision in newest.items() if not revision],
        "bearer": sorted((row["entity_id"], articles[row["revision_id"]]) for row in rows["bearer"]),
        "publish": [{**row, "token": "", "published_at": 0} for row in rows["publish"]],
        "revision": sorted(revisions, key=repr),
        "removal": [{**row, "removed_at": 0} for row in rows["removal"]],
        "change": [_change(row, rows["revision"]) for row in rows["change"]],
        "fetched": [{**row, "fetched_at": 0} for row in rows["fetched"]],
        "snapshot": snapshot_contents(database, articles),
        "words": sorted(words(database).values()),
    }


def words(database: Path) -> dict[int, list[tuple[str, str, int]]]:
    """Return the words of each revision in the text index, with their column and offset."""
    if not (url := url_of(database)).startswith("sqlite"):
        return _words_on_a_server(url)
    with closing(DRIVER.connect(":memory:")) as connection:
        connection.execute("ATTACH ? AS stored", (str(database),))
        connection.execute("CREATE VIRTUAL TABLE temp.instances USING fts5vocab(stored, article_text, instance)")
        words_of: dict[int, list[tuple[str, str, int]]] = {}
        rows = connection.execute("SELECT doc, term, col, offset FROM instances ORDER BY doc, col, offset")
        for revision, term, column, offset in rows:
            words_of.setdefault(revision, []).append((term, column, offset))
    return words_of


def _words_on_a_server(url: str) -> dict[int, list[tuple[str, str, int]]]:
    engine = store_of(url).reader_engine(connections=1)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT word, block, entries, positions FROM article_text_posting")).all()
    engine.dispose()
    words_of: dict[int, list[tuple[str, str, int]]] = {}
    for word, block, entries, positions in rows:
        places = iter(np.frombuffer(positions, POSITION).tolist())
        for place, count in np.frombuffer(entries, ENTRY).tolist() if word != EVERY_TEXT else ():
            own = words_of.setdefault(block * IDS_PER_BLOCK + place, [])
            own += ((word, ANYWHERE[at // COLUMN_STRIDE], at % COLUMN_STRIDE) for at in islice(places, count))
    return {id_: sorted(own, key=lambda word: word[1:]) for id_, own in sorted(words_of.items())}


def _change(row: Row, revisions: list[Row]) -> Row:
    """Return a row of the log with title and text of the revision in place of its id."""
    content = [(one["title"], one["text"]) for one in revisions if one["id"] == row["revision_id"]]
    return {**row, "revision_id": content}


def _revision(row: Row, newest: int, annotations: dict[str, list[Row]]) -> Row:
    columns = {name: value for name, value in row.items() if name != "id"}
    return {**columns, **annotations, "newest": row["id"] == newest}


def snapshot_of(database: Path) -> Snapshot:
    """Return the served snapshot."""
    engine = store_of(url_of(database)).reader_engine()
    with Session(engine) as session:
        snapshot = open_snapshot(session)
    engine.dispose()
    return snapshot


def snapshot_contents(database: Path, articles: dict[int, str]) -> dict[str, Any]:
    """Return the contents of the served snapshot, with revision ids checked against `articles` and left out.

    The times of publishes are left out, too: a database that was published more often has others.
    """
    snapshot = snapshot_of(database)
    columns = {name: column.tolist() for name, column in vars(snapshot.columns).items()}
    assert [article_number(articles[revision]) for revision in columns.pop("order")] == columns["article_ids"]
    del columns["loaded_at"], columns["updated_at"]
    return {
        "version": snapshot.version,
        **columns,
        "labels": snapshot.labels,
        "postings": {
            family: [posting.to_array().tolist() for posting in postings]
            for family, postings in snapshot.postings.items()
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
