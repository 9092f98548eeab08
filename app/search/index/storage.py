"""The index in the database: its parts, the manifest that lists those of the last publish, and its format.

Readers open all of it in one transaction, so that a part that no manifest lists any more can be deleted at once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection, delete, insert, update
from sqlmodel import Session, col, select

from app.errors import DamagedError, OutdatedIndexError, UnavailableError
from app.labels import Labels
from app.models import Publish, SnapshotPart
from app.search.index.batches import ArticleBatch, concatenate, insertions, merge
from app.search.index.columns import ChangeLog
from app.search.index.digests import hex_digest
from app.search.index.frequent_words import FrequentWords, WordEntry, WordPart, readable
from app.search.index.parts import (
    Manifest,
    PartEntry,
    decode_batch,
    decode_corrections,
    decode_entities,
    decode_log,
    decode_sources,
    encode_batch,
    manifest_bytes,
    part_name,
    read_manifest_bytes,
)
from app.search.index.snapshot import UNPUBLISHED_MANIFEST, Snapshot
from app.search.index.snapshot_builder import Publication, build_snapshot
from app.stores.schema import INIT_COMMAND, REPAIR_HINT
from app.stores.store import connected_store

INDEX_FORMAT = b"7"
"""The format of the stored index. Raise it with every change of what its parts hold or of how a publish fills them."""

_FORMAT_ROW = "format"

_MANIFEST_ROW = "manifest"

_ROWS = frozenset({_FORMAT_ROW, _MANIFEST_ROW})
"""The names of the rows that are not parts."""

# Parts of labels have some ten kilobytes, and those of articles some megabytes.
NAMES_PER_QUERY = 100
"""Maximum number of parts whose names are in one query."""

_LAST_PUBLISH = (
    select(col(Publish.version), col(Publish.token), col(Publish.published_at))
    .order_by(col(Publish.version).desc())
    .limit(1)
)

_PART = select(col(SnapshotPart.data))


def open_snapshot(session: Session, before: Snapshot | None = None) -> Snapshot:
    """Return the snapshot of the last publish, or the unpublished one, as the session's one transaction sees it.

    Only what `before` lacks is read if it was opened from the parts with which the list of the last publish begins.
    Raise DamagedError if a part is missing or fails its checksum, OutdatedIndexError if the index has another format.
    """
    connection = session.connection()
    manifest = current_manifest(connection)
    if manifest.version == 0:
        return Snapshot.unpublished()
    if before is None or not _continues(manifest, before.manifest):
        before = Snapshot.unpublished()
    known = before.manifest
    if (manifest.sources, manifest.entities) == (known.sources, known.entities):
        labels, prefixes = before.labels, before.names.prefixes
    else:
        labels, prefixes = read_labels(connection, manifest), None
    if manifest.log != known.log:
        before = replace(before, log=read_logs(connection, manifest.log))
    batch = read_articles(connection, manifest, known=len(known.articles))
    publication = Publication(manifest.version, manifest.token, manifest.published_at or 0)
    words = read_words(connection, manifest, before.words)
    corrections = before.corrections
    if manifest.corrections != known.corrections:
        corrections = decode_corrections(_read_parts(connection, manifest.corrections))
    snapshot = build_snapshot(before, labels, batch, publication)
    # Folding and sorting all names takes longer than all the rest of what a few articles change.
    return replace(snapshot, words=words, corrections=corrections, manifest=manifest, prefixes=prefixes)


def _continues(manifest: Manifest, known: Manifest) -> bool:
    """Return whether a manifest begins with everything that is known."""
    count = len(known.articles)
    has_same_log = manifest.log == known.log or count <= len(manifest.base)
    return known.articles == manifest.articles[:count] and has_same_log


def read_labels(connection: Connection, manifest: Manifest) -> Labels:
    """Return the sources and entities of a publish; raise DamagedError if a part is missing or fails its checksum."""
    return Labels(
        decode_sources(_read_parts(connection, manifest.sources)),
        decode_entities(_read_parts(connection, manifest.entities)),
    )


def read_articles(connection: Connection, manifest: Manifest, *, known: int = 0) -> ArticleBatch:
    """Return what the parts of articles after the first `known` change together: of all, the articles that are served.

    They are in the order of a snapshot. Raise DamagedError if a part is missing or fails its checksum.
    """
    base = [*read_batches(connection, manifest.base[known:])]
    deltas = read_batches(connection, manifest.deltas[max(0, known - len(manifest.base)) :])
    changes = merge([*deltas]).in_time_order()
    if not base:
        return changes
    changed = zip(base, insertions(base, changes), strict=True)
    parts = [insertion.apply(part) if insertion else part for part, insertion in changed]
    return replace(concatenate(parts), removed=changes.removed, log=changes.log)


def read_words(connection: Connection, manifest: Manifest, known: FrequentWords) -> FrequentWords:
    """Return the frequent words of a publish; only parts that are not known are read.

    Raise DamagedError if a part is missing or fails its checksum.
    """
    entries = readable(manifest.words)
    parts = {entry.name: part for entry, part in zip(known.entries, known.parts, strict=True)}
    missing = [entry for entry in entries if entry.name not in parts]
    read = zip(missing, read_word_parts(connection, missing), strict=True)
    parts |= {entry.name: part for entry, part in read}
    return FrequentWords(entries, tuple(parts[entry.name] for entry in entries))


def read_word_parts(connection: Connection, entries: Iterable[WordEntry]) -> tuple[WordPart, ...]:
    """Return the parts of entries; raise DamagedError at one that is missing or fails its checksum."""
    return tuple(map(WordPart, _read_parts(connection, (entry.name for entry in entries))))


def read_part(connection: Connection, name: str) -> bytes:
    """Return a part, whatever it holds; raise DamagedError if it is missing or fails its checksum."""
    return next(_read_parts(connection, [name]))


def find_part(connection: Connection, name: str) -> bytes | None:
    """Return a part of a snapshot that was opened before; None if a later publish has merged it with others.

    Raise DamagedError if it fails its checksum.
    """
    data = connected_store(connection).blob(connection, _PART.where(col(SnapshotPart.name) == name))
    if data is not None and part_name(data) != name:
        raise _damaged(f"part {name}")
    return data


def current_manifest(connection: Connection) -> Manifest:
    """Return the manifest of the last publish, or that of the unpublished snapshot.

    Raise DamagedError if it is not that of the last publish, OutdatedIndexError if the index has another format.
    """
    last = connection.execute(_LAST_PUBLISH).first()
    if last is None:
        if connection.execute(select(col(SnapshotPart.name)).limit(1)).first() is not None:
            raise _damaged("publish")
        return UNPUBLISHED_MANIFEST
    require_current_format(connection)
    manifest = _stored_manifest(connection)
    if (manifest.version, manifest.token, manifest.published_at) != tuple(last):
        raise _damaged("publish")
    return manifest


def _stored_manifest(connection: Connection) -> Manifest:
    query = select(col(SnapshotPart.data), col(SnapshotPart.digest)).where(col(SnapshotPart.name) == _MANIFEST_ROW)
    row = connection.execute(query).first()
    if row is None or row.digest != hex_digest(row.data):
        raise _damaged(_MANIFEST_ROW)
    return read_manifest_bytes(row.data)


def _read_parts(connection: Connection, names: Iterable[str]) -> Iterator[bytes]:
    """Yield parts with their checksums right, in order."""
    for name in names:
        data = find_part(connection, name)
        if data is None:
            raise _damaged(f"part {name}")
        yield data


def part_faults(connection: Connection) -> Iterator[str]:
    """Yield the parts that are missing, were changed, or belong to no publish; raise as `current_manifest` does."""
    listed, stored = current_manifest(connection).names, _stored_names(connection)
    for name in sorted(listed):
        try:
            _ = [*_read_parts(connection, [name])]
        except DamagedError:
            yield f"part {name} {'was changed' if name in stored else 'is missing'}"
    yield from (f"part {name} belongs to no publish" for name in sorted(stored - listed))


def has_current_format(connection: Connection) -> bool:
    """Return whether the index has the format of this release; raise UnavailableError for one of a newer release."""
    # The first format had no such part.
    query = select(col(SnapshotPart.data)).where(col(SnapshotPart.name) == _FORMAT_ROW)
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


def _damaged(name: str) -> DamagedError:
    return DamagedError(f"The index of the corpus is damaged ({name}); {REPAIR_HINT}.")


def _stored_names(connection: Connection) -> set[str]:
    return set(connection.scalars(select(col(SnapshotPart.name)))) - _ROWS


def require_all_parts(connection: Connection, manifest: Manifest) -> None:
    """Raise DamagedError if a part of a manifest is missing."""
    for name in sorted(manifest.names - _stored_names(connection)):
        raise _damaged(f"part {name}")


def store_parts(connection: Connection, parts: Iterable[bytes]) -> tuple[str, ...]:
    """Store the parts that are not stored yet, and return the names of all."""
    stored, names = _stored_names(connection), []
    for data in parts:
        names.append(name := part_name(data))
        if name not in stored:
            _insert(connection, name, data)
            stored.add(name)
    return tuple(names)


def store_batches(connection: Connection, batches: Iterable[ArticleBatch]) -> tuple[PartEntry, ...]:
    """Store batches as parts, each built when needed, and return their entries."""
    return tuple(
        PartEntry(name, len(batch), len(batch.removed))
        for batch in batches
        for name in store_parts(connection, [encode_batch(batch)])
    )


def read_batches(connection: Connection, entries: Iterable[PartEntry]) -> Iterator[ArticleBatch]:
    """Yield the batches of parts in order, each read when needed; raise DamagedError at one that is damaged."""
    return map(decode_batch, _read_parts(connection, (entry.name for entry in entries)))


def read_logs(connection: Connection, names: Iterable[str]) -> ChangeLog:
    """Return the log of these parts; raise DamagedError if one is damaged."""
    logs = map(decode_log, _read_parts(connection, names))
    return ChangeLog.joined([*logs])


def store_manifest(connection: Connection, manifest: Manifest) -> None:
    """Make a manifest, whose parts are stored, the current one, and delete all others' parts."""
    unlisted = sorted(_stored_names(connection) - manifest.names)
    for start in range(0, len(unlisted), NAMES_PER_QUERY):
        names = unlisted[start : start + NAMES_PER_QUERY]
        connection.execute(delete(SnapshotPart).where(col(SnapshotPart.name).in_(names)))
    for name, data in ((_FORMAT_ROW, INDEX_FORMAT), (_MANIFEST_ROW, manifest_bytes(manifest))):
        connection.execute(delete(SnapshotPart).where(col(SnapshotPart.name) == name))
        _insert(connection, name, data)


def _insert(connection: Connection, name: str, data: bytes) -> None:
    connection.execute(insert(SnapshotPart), [{"name": name, "data": data, "digest": hex_digest(data)}])


def change_token(connection: Connection, token: str) -> None:
    """Give the last publish another token: everything that clients keep of it expires."""
    last = connection.execute(_LAST_PUBLISH).first()
    if last is not None:
        connection.execute(update(Publish).where(col(Publish.version) == last.version).values(token=token))
        if has_current_format(connection):
            store_manifest(connection, replace(_stored_manifest(connection), token=token))
