"""Merge the small parts of the index into its large ones, outside the publish that made one too many of them.

Nothing that is served changes: the same articles are in other parts. What is neither replaced nor joined by others
stays in its part.
"""

from dataclasses import replace

from sqlalchemy import Connection, Engine

from app.search.index.batches import ArticleBatch, insertions, merge
from app.search.index.columns import ChangeLog
from app.search.index.parts import PART_BYTES, Manifest, PartEntry, encode_log, split
from app.search.index.storage import (
    current_manifest,
    read_batches,
    read_logs,
    store_batches,
    store_manifest,
    store_parts,
)

# A process that starts reads them all.
MAX_DELTAS = 64
"""Number of deltas that are merged, however small they are."""

# So each article is written again some ten times at most before its part grows by as much.
MAX_REWRITTEN_PER_CHANGE = 10
"""How many articles are written again for each one that is added, replaced or removed."""

MIN_REWRITTEN = 10_000
"""How many articles are always worth writing again: less than a megabyte."""

LOG_ROWS_PER_PART = 20_000
"""About how many rows a part of the log has at most: half a megabyte."""


def merge_parts(engine: Engine, *, max_deltas: int = MAX_DELTAS, part_bytes: int = PART_BYTES) -> bool:
    """Merge the deltas of the index if there are many or large ones; return whether there were.

    Readers go on with what they have opened.
    """
    with engine.begin() as connection:
        manifest = current_manifest(connection)
        is_due = len(manifest.deltas) > max_deltas or _are_large(manifest)
        if is_due:
            store_manifest(connection, _merged(connection, manifest, part_bytes))
    return is_due


def _changes(manifest: Manifest) -> int:
    return sum(entry.articles + entry.removed for entry in manifest.deltas)


def _are_large(manifest: Manifest) -> bool:
    """Return whether the changes are worth writing the whole base again."""
    articles = sum(entry.articles for entry in manifest.base)
    return _changes(manifest) * MAX_REWRITTEN_PER_CHANGE > max(articles, MIN_REWRITTEN)


def _merged(connection: Connection, manifest: Manifest, part_bytes: int) -> Manifest:
    """Return a manifest of the same articles, whose parts are stored; there are deltas, so there is a base."""
    changes = merge([*read_batches(connection, manifest.deltas)]).in_time_order()
    changed = insertions(read_batches(connection, manifest.base), changes)
    rewritten = sum(entry.articles for entry, own in zip(manifest.base, changed, strict=True) if own)
    if rewritten > MAX_REWRITTEN_PER_CHANGE * _changes(manifest):
        # The changes are scattered: they stay apart until they are large.
        first, *others = [*split(changes, part_bytes)] or [ArticleBatch.empty()]
        deltas = (replace(first, removed=changes.removed, log=changes.log), *others)
        return replace(manifest, deltas=store_batches(connection, deltas))
    base: list[PartEntry] = []
    for entry, insertion in zip(manifest.base, changed, strict=True):
        if insertion:
            (part,) = read_batches(connection, [entry])
            base += store_batches(connection, split(insertion.apply(part), part_bytes))
        else:
            base.append(entry)
    return replace(manifest, base=tuple(base), deltas=(), log=_extended_log(connection, manifest, changes.log))


def _extended_log(connection: Connection, manifest: Manifest, log: ChangeLog) -> tuple[str, ...]:
    """Store the rows of a log after those of the manifest, and return the names of all parts."""
    *full, last = manifest.log
    rows = read_logs(connection, [last])
    if len(rows.versions) + len(rows.block_version) > LOG_ROWS_PER_PART:
        return (*manifest.log, *store_parts(connection, [encode_log(log)]))
    return (*full, *store_parts(connection, [encode_log(ChangeLog.joined([rows, log]))]))
