"""Summarize a database in the numbers that an operator needs."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from sqlalchemy import Engine
from sqlmodel import Session, col, func, select

from app.models import Pending, Removal, Revision
from app.search.index.snapshot import Snapshot
from app.search.index.storage import open_snapshot
from app.stores.store import connected_store


def status(engine: Engine) -> Iterator[tuple[str, str]]:
    """Yield labels and values in order; raise DamagedError if the index of the corpus is damaged."""
    with Session(engine) as session:
        snapshot = open_snapshot(session)
        pending = session.exec(select(func.count()).select_from(Pending)).one()
        removed = session.exec(select(func.count()).select_from(Removal)).one()
        stored = session.exec(select(func.count(col(Revision.id)))).one()
    yield "corpus version", _format_version(snapshot)
    yield "articles", f"{len(snapshot)}, of which {len(snapshot) - snapshot.time.dated_count} undated"
    yield "printed", _format_days(snapshot)
    yield "sources", str(sum(map(bool, snapshot.postings["source"])))
    yield "entities", str(sum(map(bool, snapshot.postings["entity"])))
    yield "loaded, not published", str(pending)
    yield "removed", str(removed)
    yield "revisions not served", str(stored - len(snapshot))
    yield connected_store(engine).version()


def _format_version(snapshot: Snapshot) -> str:
    if snapshot.published_at is None:
        return "none, nothing has been published yet"
    return f"{snapshot.version}, published {datetime.fromtimestamp(snapshot.published_at, UTC):%Y-%m-%d %H:%M} UTC"


def _format_days(snapshot: Snapshot) -> str:
    if not snapshot.time.dated_count:
        return "no dated articles"
    first = snapshot.columns.first_day[0]
    last = snapshot.columns.last_day[: snapshot.time.dated_count].max()
    return f"{date.fromordinal(int(first))} to {date.fromordinal(int(last))}"
