"""Conversion of a snapshot to and from the blobs that the database stores."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from mmap import mmap

import numpy as np
from pydantic import TypeAdapter
from pydantic_core import to_json
from pyroaring import BitMap
from sqlalchemy import Connection, delete, insert, update
from sqlmodel import Session, col, select

from app.errors import DamagedError, OutdatedIndexError, UnavailableError
from app.labels import Labels
from app.models import Publish, SnapshotPart
from app.posting_fields import POSTING_FIELDS
from app.search.index.bitmaps import Int64Array, Postings
from app.search.index.columns import ChangeLog, Columns, Statements
from app.search.index.digests import hex_digest
from app.search.index.snapshot import Snapshot
from app.stores.schema import INIT_COMMAND, REPAIR_HINT
from app.stores.store import connected_store

INDEX_FORMAT = b"5"
"""The format of the stored index. Raise it with every change of what `to_parts` yields or of how a publish fills it."""

_FORMAT_PART = "format"

_PUBLISH_PART = "publish"

_PARTS = select(col(SnapshotPart.name), col(SnapshotPart.data), col(SnapshotPart.digest))

_INSERT_PART = insert(SnapshotPart)

_LABELS = TypeAdapter(Labels)


def open_snapshot(session: Session) -> Snapshot:
    """Return the snapshot of the last publish, or the unpublished one, as the session's one transaction sees it.

    Raise DamagedError if a blob is missing or fails its checksum, OutdatedIndexError if the index has another format.
    """
    last = session.exec(select(Publish).order_by(col(Publish.version).desc()).limit(1)).first()
    if last is None:
        if session.exec(select(SnapshotPart.name).limit(1)).first() is not None:
            raise _damaged("publish")
        return Snapshot.unpublished()
    require_current_format(session.connection())
    rows = connected_store(session.connection()).blob_rows(session.connection(), _PARTS)
    parts = {name: _verified(name, data, digest) for name, data, digest in rows}
    try:
        if parts[_PUBLISH_PART] != publish_part(last.version, last.token, last.published_at):
            raise _damaged(_PUBLISH_PART)
        return from_parts(last.version, last.token, last.published_at, parts)
    except KeyError as missing:
        raise _damaged(str(missing.args[0])) from missing


def has_current_format(connection: Connection) -> bool:
    """Return whether the index has the format of this release; raise UnavailableError for one of a newer release."""
    # The first format had no such part.
    query = select(col(SnapshotPart.data)).where(col(SnapshotPart.name) == _FORMAT_PART)
    stored = connection.execute(query).scalar() or b""
    if stored.isdigit() and int(stored) > int(INDEX_FORMAT):
        raise UnavailableError(
            f"The index of the corpus was written by a newer release of Dateline (it has format {int(stored)}, and "
            f"this release knows those up to {int(INDEX_FORMAT)}): use that release or a newer one."
        )
    return stored == INDEX_FORMAT


def require_current_format(connection: Connection) -> None:
    """Raise OutdatedIndexError if something was published and its index has the format of an earlier release.

    Raise UnavailableError if it has that of a newer one.
    """
    is_published = connection.execute(select(col(Publish.version)).limit(1)).first() is not None
    if is_published and not has_current_format(connection):
        raise _outdated("index of the corpus")
    if is_published and not connected_store(connection).text_index.is_current(connection):
        raise _outdated("text index")


def _outdated(index: str) -> OutdatedIndexError:
    return OutdatedIndexError(
        f"The {index} was written by another release in another format; run `{INIT_COMMAND}`, which builds it again."
    )


def _verified(name: str, data: bytes, digest: str) -> memoryview:
    """Return a copy of a blob whose checksum is right; blobs stored before there were checksums have none."""
    if digest and digest != hex_digest(data):
        raise _damaged(name)
    return _copy_to_own_pages(data)


def _damaged(name: str) -> DamagedError:
    return DamagedError(f"The index of the corpus is damaged ({name}); {REPAIR_HINT}.")


def _copy_to_own_pages(data: bytes) -> memoryview:
    """Return a copy in memory pages of its own: they return to the system with the snapshot, heap memory may not."""
    if not data:
        return memoryview(data)
    pages = mmap(-1, len(data))
    pages.write(data)
    return memoryview(pages).toreadonly()


def publish_part(version: int, token: str, published_at: int | None) -> bytes:
    """Return the blob that says which publish the index belongs to, so that a damaged row of it is noticed."""
    return to_json((version, token, published_at))


def insert_part(connection: Connection, name: str, data: bytes | memoryview) -> None:
    """Store a blob of the index, which has none of this name."""
    connection.execute(_INSERT_PART, {"name": name, "data": data, "digest": hex_digest(data)})


def change_token(connection: Connection, token: str) -> None:
    """Give the last publish another token: everything that clients keep of it expires."""
    last = connection.execute(
        select(Publish.version, Publish.published_at).order_by(col(Publish.version).desc())
    ).first()
    if last is not None:
        connection.execute(update(Publish).where(col(Publish.version) == last.version).values(token=token))
        connection.execute(delete(SnapshotPart).where(col(SnapshotPart.name) == _PUBLISH_PART))
        insert_part(connection, _PUBLISH_PART, publish_part(last.version, token, last.published_at))


def to_parts(snapshot: Snapshot) -> Iterator[tuple[str, bytes | memoryview]]:
    """Yield the snapshot as named blobs, each built when needed."""
    yield _FORMAT_PART, INDEX_FORMAT
    yield _PUBLISH_PART, publish_part(snapshot.version, snapshot.token, snapshot.published_at)
    # The largest come next: reading a blob briefly takes two more copies of it.
    yield "entity_lists", snapshot.entity_lists.data
    yield "entity_starts", snapshot.entity_starts.data
    yield from ((f"column.{name}", column.data) for name, column in vars(snapshot.columns).items())
    yield from ((f"log.{name}", column.data) for name, column in _log_columns(snapshot.log).items())
    yield "labels", _LABELS.dump_json(snapshot.labels)
    statements = snapshot.statements
    yield "statement_starts", statements.starts.data
    yield "statement_places", statements.places.data
    statement_postings = {"speaker": statements.speaker, "about": statements.about, "kind": statements.kind}
    for field, postings in (*snapshot.postings.items(), *statement_postings.items()):
        blobs = [posting.serialize() for posting in postings]
        yield f"{field}.postings", b"".join(blobs)
        yield f"{field}.sizes", np.array([len(blob) for blob in blobs], np.int64).data


def from_parts(version: int, token: str, published_at: int, parts: Mapping[str, bytes | memoryview]) -> Snapshot:
    """Return the snapshot that `to_parts` yielded these blobs of; its arrays are read-only views of the blobs."""
    return Snapshot(
        version=version,
        token=token,
        published_at=published_at,
        columns=_columns(parts),
        labels=_LABELS.validate_json(bytes(parts["labels"])),
        postings={field: _postings(parts, field) for field in (posting_field.name for posting_field in POSTING_FIELDS)},
        entity_starts=np.frombuffer(parts["entity_starts"], np.int64),
        entity_lists=np.frombuffer(parts["entity_lists"], np.int32),
        statements=Statements(
            np.frombuffer(parts["statement_starts"], np.int64),
            np.frombuffer(parts["statement_places"], np.int32),
            _postings(parts, "speaker"),
            _postings(parts, "about"),
            _postings(parts, "kind"),
        ),
        log=ChangeLog(
            **{name: np.frombuffer(parts[f"log.{name}"], np.int64) for name in _log_columns(ChangeLog.empty())}
        ),
    )


def _log_columns(log: ChangeLog) -> dict[str, Int64Array]:
    """Return the columns of a log by name."""
    return {field.name: getattr(log, field.name) for field in fields(log)}


def _columns(parts: Mapping[str, bytes | memoryview]) -> Columns:
    empty = vars(Columns.empty())
    return Columns(**{name: np.frombuffer(parts[f"column.{name}"], column.dtype) for name, column in empty.items()})


def _postings(parts: Mapping[str, bytes | memoryview], field: str) -> Postings:
    data = parts[f"{field}.postings"]
    ends = np.cumsum(np.frombuffer(parts[f"{field}.sizes"], np.int64)).tolist()
    starts = [0, *ends[:-1]]
    return tuple(BitMap.deserialize(bytes(data[start:end])) for start, end in zip(starts, ends, strict=False))
