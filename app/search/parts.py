"""A snapshot <-> the blobs that the database keeps of it."""

from collections.abc import Mapping

import numpy as np
from pydantic import TypeAdapter
from pyroaring import BitMap
from sqlmodel import Session, col, select

from app.models import Publish, SnapshotPart
from app.search.snapshot import FAMILIES, Columns, Labels, Postings, Snapshot, Statements

_LABELS = TypeAdapter(Labels)


def open_snapshot(session: Session) -> Snapshot:
    """Return the snapshot of the last publish, or the unpublished one; the session sees one moment."""
    last = session.exec(select(Publish).order_by(col(Publish.version).desc()).limit(1)).first()
    if last is None:
        return Snapshot.unpublished()
    parts = {part.name: part.data for part in session.exec(select(SnapshotPart))}
    return from_parts(last.version, last.token, last.published_at, parts)


def to_parts(snapshot: Snapshot) -> dict[str, bytes]:
    """Return the snapshot as named blobs; version, token and time travel beside them."""
    parts = {f"column.{name}": column.tobytes() for name, column in vars(snapshot.columns).items()}
    parts["labels"] = _LABELS.dump_json(snapshot.labels)
    parts["entity_starts"] = snapshot.entity_starts.tobytes()
    parts["entity_lists"] = snapshot.entity_lists.tobytes()
    parts["statement_starts"] = snapshot.statements.starts.tobytes()
    parts["statement_places"] = snapshot.statements.places.tobytes()
    said = {"speaker": snapshot.statements.speaker, "about": snapshot.statements.about}
    for family, postings in (*snapshot.postings.items(), *said.items()):
        blobs = [posting.serialize() for posting in postings]
        parts[f"{family}.postings"] = b"".join(blobs)
        parts[f"{family}.sizes"] = np.array([len(blob) for blob in blobs], np.int64).tobytes()
    return parts


def from_parts(version: int, token: str, published_at: int, parts: Mapping[str, bytes]) -> Snapshot:
    """Return the snapshot that `to_parts` made these blobs of; arrays look into the blobs and cannot be written."""
    return Snapshot(
        version=version,
        token=token,
        published_at=published_at,
        columns=_columns(parts),
        labels=_LABELS.validate_json(parts["labels"]),
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


def _columns(parts: Mapping[str, bytes]) -> Columns:
    empty = vars(Columns.empty())
    return Columns(**{name: np.frombuffer(parts[f"column.{name}"], column.dtype) for name, column in empty.items()})


def _postings(parts: Mapping[str, bytes], family: str) -> Postings:
    data = parts[f"{family}.postings"]
    ends = np.cumsum(np.frombuffer(parts[f"{family}.sizes"], np.int64)).tolist()
    starts = [0, *ends[:-1]]
    return tuple(BitMap.deserialize(data[start:end]) for start, end in zip(starts, ends, strict=False))
