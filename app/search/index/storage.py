"""A snapshot <-> the blobs that the database keeps of it."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from mmap import mmap

import numpy as np
from pydantic import TypeAdapter
from pyroaring import BitMap
from sqlmodel import Session, col, select

from app.errors import DamagedError
from app.labels import Labels
from app.models import Publish, SnapshotPart
from app.search.index.bitmaps import FAMILIES, Postings
from app.search.index.columns import Columns, Statements
from app.search.index.snapshot import Snapshot
from app.stores.sqlite import REPAIR_HINT

_LABELS = TypeAdapter(Labels)


def open_snapshot(session: Session) -> Snapshot:
    """Return the snapshot of the last publish, or the unpublished one; the session sees one moment.

    Raises DamagedError if a blob is missing or is not what was stored.
    """
    last = session.exec(select(Publish).order_by(col(Publish.version).desc()).limit(1)).first()
    if last is None:
        if session.exec(select(SnapshotPart.name).limit(1)).first() is not None:
            raise _damaged("publish")
        return Snapshot.unpublished()
    # Of the connection, which gives them one by one; the session would fetch all first.
    columns = select(col(SnapshotPart.name), col(SnapshotPart.data), col(SnapshotPart.digest))
    parts = {name: _sound(name, data, digest) for name, data, digest in session.connection().execute(columns)}
    try:
        return from_parts(last.version, last.token, last.published_at, parts)
    except KeyError as missing:
        raise _damaged(str(missing.args[0])) from missing


def part_digest(data: bytes | memoryview) -> str:
    """Return the checksum of a blob, 64 bits of BLAKE2b (RFC 7693): it is to find damage, not to stop a forger."""
    return blake2b(data, digest_size=8).hexdigest()


def _sound(name: str, data: bytes, digest: str) -> memoryview:
    """Return a blob that is what was stored; one that is older than checksums has none."""
    if digest and digest != part_digest(data):
        raise _damaged(name)
    return _apart(data)


def _damaged(name: str) -> DamagedError:
    return DamagedError(f"The index of the corpus is damaged ({name}); {REPAIR_HINT}.")


def _apart(data: bytes) -> memoryview:
    """Return a copy in pages of its own, which go back to the system with the snapshot: an allocator may keep them."""
    if not data:
        return memoryview(data)
    pages = mmap(-1, len(data))
    pages.write(data)
    return memoryview(pages).toreadonly()


def to_parts(snapshot: Snapshot) -> Iterator[tuple[str, bytes | memoryview]]:
    """Yield the snapshot as named blobs, each made when it is its turn; version, token and time travel beside them."""
    # The largest first: who opens them has two more copies of one for a moment.
    yield "entity_lists", snapshot.entity_lists.data
    yield "entity_starts", snapshot.entity_starts.data
    yield from ((f"column.{name}", column.data) for name, column in vars(snapshot.columns).items())
    yield "labels", _LABELS.dump_json(snapshot.labels)
    yield "statement_starts", snapshot.statements.starts.data
    yield "statement_places", snapshot.statements.places.data
    said = {"speaker": snapshot.statements.speaker, "about": snapshot.statements.about}
    for family, postings in (*snapshot.postings.items(), *said.items()):
        blobs = [posting.serialize() for posting in postings]
        yield f"{family}.postings", b"".join(blobs)
        yield f"{family}.sizes", np.array([len(blob) for blob in blobs], np.int64).data


def from_parts(version: int, token: str, published_at: int, parts: Mapping[str, bytes | memoryview]) -> Snapshot:
    """Return the snapshot that `to_parts` made these blobs of; arrays look into the blobs and cannot be written."""
    return Snapshot(
        version=version,
        token=token,
        published_at=published_at,
        columns=_columns(parts),
        labels=_LABELS.validate_json(bytes(parts["labels"])),
        postings={family: _postings(parts, family) for family in FAMILIES},
        entity_starts=np.frombuffer(parts["entity_starts"], np.int64),
        entity_lists=np.frombuffer(parts["entity_lists"], np.int32),
        statements=Statements(
            np.frombuffer(parts["statement_starts"], np.int64),
            np.frombuffer(parts["statement_places"], np.int32),
            _postings(parts, "speaker"),
            _postings(parts, "about"),
        ),
    )


def _columns(parts: Mapping[str, bytes | memoryview]) -> Columns:
    empty = vars(Columns.empty())
    return Columns(**{name: np.frombuffer(parts[f"column.{name}"], column.dtype) for name, column in empty.items()})


def _postings(parts: Mapping[str, bytes | memoryview], family: str) -> Postings:
    data = parts[f"{family}.postings"]
    ends = np.cumsum(np.frombuffer(parts[f"{family}.sizes"], np.int64)).tolist()
    starts = [0, *ends[:-1]]
    return tuple(BitMap.deserialize(bytes(data[start:end])) for start, end in zip(starts, ends, strict=False))
