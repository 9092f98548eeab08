"""The parts in which the index is stored: immutable blobs, each named by the checksum of its bytes.

A part of articles holds a batch of them, a part of labels some sources or entities, a part of the log the checksums of
some publishes. What is in a part depends on nothing outside it: its values are indexes of its own list of names, and
articles have no positions. So a publish writes what it adds, and nothing that was written before changes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from app.labels import CorrectionLabel, EntityLabel, SourceLabel
from app.posting_fields import POSTING_FIELDS
from app.search.index.batches import (
    ArticleBatch,
    CategoricalColumn,
    StatementBatch,
    sorted_pairs,
    starts_of,
    time_order,
)
from app.search.index.bitmaps import Int64Array
from app.search.index.columns import ChangeLog, Columns
from app.search.index.frequent_words import WordEntry

# Far below the limits of databases for one value (10^9 bytes), and little to write again.
PART_BYTES = 6_000_000
"""About how many bytes a part of articles has, unless one article alone has more."""

ARTICLE_BYTES = 64
"""About how many bytes the columns of an article take."""

# About 40 kB: what a changed label costs.
LABELS_PER_PART = 128
"""How many labels a part has on average."""

CORRECTIONS_PER_PART = 1_000
"""How many corrections a part has; those that follow change only the last part."""

ALIGNMENT = 8
"""Each array of a part starts at a multiple of these bytes."""

Label = TypeVar("Label", SourceLabel, EntityLabel)
Item = TypeVar("Item")

_SOURCES = TypeAdapter(tuple[SourceLabel, ...])
_ENTITIES = TypeAdapter(tuple[EntityLabel, ...])
_CORRECTIONS = TypeAdapter(tuple[CorrectionLabel, ...])

Arrays = Mapping[str, NDArray[np.integer]]


@dataclass(frozen=True, slots=True)
class PartEntry:
    """A part of articles in the manifest: its name, and how many articles it adds and removes."""

    name: str
    articles: int
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts that make up the index of a corpus version; a publish replaces it.

    No article is in two parts of `base`, which are in the order of a snapshot and end before the next one begins. Each
    of `deltas` changes what is before it. `words` are in the order of their revisions. `entity_rows` are the checksums
    of the rows that each part of `entities` was built from; those of a database of an earlier release are unknown.
    """

    version: int
    token: str
    published_at: int | None
    base: tuple[PartEntry, ...] = ()
    deltas: tuple[PartEntry, ...] = ()
    sources: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    log: tuple[str, ...] = ()
    words: tuple[WordEntry, ...] = ()
    corrections: tuple[str, ...] = ()
    entity_rows: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[str, ...]:
        """The names of all parts of articles, in order."""
        return tuple(entry.name for entry in (*self.base, *self.deltas))

    @property
    def names(self) -> frozenset[str]:
        """The names of all parts."""
        words = (name for entry in self.words for name in entry.names)
        return frozenset((*self.articles, *self.sources, *self.entities, *self.log, *words, *self.corrections))


_MANIFEST = TypeAdapter(Manifest)


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the bytes in which a manifest is stored."""
    return to_json(manifest)


def read_manifest_bytes(data: bytes) -> Manifest:
    """Return the manifest that is stored in these bytes."""
    return _MANIFEST.validate_json(data)


def part_name(data: bytes) -> str:
    """Return the name of a part: 128 bits of BLAKE2b (RFC 7693) of its bytes, in hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()


def encode_batch(batch: ArticleBatch) -> bytes:
    """Return the part of a batch, whose articles it puts in order; the same articles always give the same bytes."""
    batch = batch.in_time_order()
    statements = batch.statements
    categories = {**batch.fields, **_statement_categories(statements)}
    categories = {name: column.compacted() for name, column in categories.items()}
    for name, lengths in {**batch.lengths, "about": statements.about_lengths}.items():
        categories[name] = _with_sorted_lists(categories[name], lengths)
    arrays: dict[str, NDArray[np.integer]] = {
        **_prefixed("column", vars(batch.columns)),
        **_prefixed("log", _log_columns(batch.log)),
        **_prefixed("lengths", batch.lengths),
        **_prefixed("codes", {name: column.codes for name, column in categories.items()}),
        "statements": np.bincount(statements.rows, minlength=len(batch)),
        "places": statements.places,
        "about": statements.about_lengths,
        "removed": np.sort(batch.removed),
    }
    return _pack(arrays, {name: list(column.names) for name, column in categories.items()})


def decode_batch(data: bytes) -> ArticleBatch:
    """Return the batch of a part. Some of its arrays are read-only views of the part, in types that are wide enough."""
    arrays, names = _unpack(data)
    categories = {name: CategoricalColumn(own, arrays[f"codes.{name}"]) for name, own in names.items()}
    columns = Columns(**{name: arrays[f"column.{name}"] for name in vars(Columns.empty())})
    statements = StatementBatch(
        np.repeat(np.arange(len(columns.order), dtype=np.int32), arrays["statements"]),
        arrays["places"],
        categories["speaker"],
        categories["kind"],
        arrays["about"],
        categories["about"],
    )
    return ArticleBatch(
        columns,
        {field.name: categories[field.name] for field in POSTING_FIELDS},
        {field.name: arrays[f"lengths.{field.name}"] for field in POSTING_FIELDS if field.is_list},
        statements,
        arrays["removed"],
        ChangeLog(**{field.name: arrays[f"log.{field.name}"] for field in fields(ChangeLog)}),
    )


def split(batch: ArticleBatch, part_bytes: int = PART_BYTES) -> Iterator[ArticleBatch]:
    """Yield the articles of a batch in the order of a snapshot, in batches whose parts have about as many bytes."""
    order = time_order(batch.columns)  # In it, each part is taken: all articles in order would be a second copy.
    ends = np.cumsum(_row_bytes(batch)[order])
    count = max(1, round(int(ends[-1]) / part_bytes)) if len(batch) else 0
    # Of the same size: the next articles fill the last one up.
    bounds = np.searchsorted(ends, ends[-1] * np.arange(1, count) / count) if count else []
    for rows in np.split(order, bounds):
        if len(rows):
            yield batch.take(rows)


def _row_bytes(batch: ArticleBatch) -> Int64Array:
    """Return about how many bytes each article of a batch takes in a part."""
    statements = batch.statements
    about = np.diff(starts_of(statements.about_lengths)[np.searchsorted(statements.rows, np.arange(len(batch) + 1))])
    values = sum((lengths.astype(np.int64) for lengths in batch.lengths.values()), about)
    return ARTICLE_BYTES + 2 * values + 8 * np.bincount(statements.rows, minlength=len(batch))


def encode_log(log: ChangeLog) -> bytes:
    """Return the part of a log."""
    return _pack(_log_columns(log), {})


def decode_log(data: bytes) -> ChangeLog:
    """Return the log of a part; its arrays are read-only views of the part."""
    return ChangeLog(**_unpack(data)[0])


def label_parts(labels: Iterable[Label]) -> list[bytes]:
    """Return the parts of labels, which are in order of id."""
    return [*map(encode_labels, label_groups(labels, lambda label: label.id))]


def encode_labels(labels: Sequence[Label]) -> bytes:
    """Return the part of these labels."""
    return to_json(labels)


def label_groups(labels: Iterable[Item], id_of: Callable[[Item], str]) -> Iterator[list[Item]]:
    """Yield the labels of each part, or what stands for them, in order of id.

    Which label ends a part depends on its id alone, so that a label that is new or has changed changes one part.
    """
    group: list[Item] = []
    for label in labels:
        group.append(label)
        if int.from_bytes(blake2b(id_of(label).encode(), digest_size=4).digest(), "big") % LABELS_PER_PART == 0:
            yield group
            group = []
    if group:
        yield group


def decode_sources(parts: Iterable[bytes]) -> tuple[SourceLabel, ...]:
    """Return the sources of all parts, in order."""
    return _decode_labels(parts, _SOURCES.validate_json)


def decode_entities(parts: Iterable[bytes]) -> tuple[EntityLabel, ...]:
    """Return the entities of all parts, in order."""
    return _decode_labels(parts, _ENTITIES.validate_json)


def correction_parts(corrections: Sequence[CorrectionLabel]) -> list[bytes]:
    """Return the parts of corrections, which are in the order in which they were made."""
    starts = range(0, len(corrections), CORRECTIONS_PER_PART)
    return [to_json(corrections[start : start + CORRECTIONS_PER_PART]) for start in starts]


def decode_corrections(parts: Iterable[bytes]) -> tuple[CorrectionLabel, ...]:
    """Return the corrections of all parts, in order."""
    return tuple(one for part in parts for one in _CORRECTIONS.validate_json(part))


def _decode_labels(parts: Iterable[bytes], decode: Callable[[bytes], tuple[Label, ...]]) -> tuple[Label, ...]:
    return tuple(label for part in parts for label in decode(part))


def _with_sorted_lists(column: CategoricalColumn, lengths: NDArray[np.integer]) -> CategoricalColumn:
    """Return a column of lists, each with its codes in order."""
    rows = np.repeat(np.arange(len(lengths), dtype=np.int32), lengths)
    return CategoricalColumn(column.names, sorted_pairs(rows, column.codes).astype(np.int32))


def _statement_categories(statements: StatementBatch) -> dict[str, CategoricalColumn]:
    return {"speaker": statements.speaker, "kind": statements.kind, "about": statements.about}


def _log_columns(log: ChangeLog) -> dict[str, Int64Array]:
    return {field.name: getattr(log, field.name) for field in fields(log)}


def _prefixed(prefix: str, arrays: Arrays) -> dict[str, NDArray[np.integer]]:
    return {f"{prefix}.{name}": array for name, array in arrays.items()}


def _pack(arrays: Arrays, names: Mapping[str, list[str]]) -> bytes:
    """Return the bytes of arrays, each in the narrowest type that has room for its numbers, after a header."""
    narrow = {name: _narrow(array) for name, array in arrays.items()}
    header = to_json(
        {"arrays": [(name, array.dtype.str, len(array)) for name, array in narrow.items()], "names": names}
    )
    return b"".join(
        _aligned([len(header).to_bytes(ALIGNMENT, "little"), header, *(a.tobytes() for a in narrow.values())])
    )


def _unpack(data: bytes) -> tuple[dict[str, NDArray[Any]], dict[str, list[str]]]:
    """Return the arrays and the lists of names that `_pack` put into these bytes."""
    size = int.from_bytes(data[:ALIGNMENT], "little")
    header = from_json(data[ALIGNMENT : ALIGNMENT + size])
    arrays, start = {}, ALIGNMENT + size + -size % ALIGNMENT
    for name, type_, count in header["arrays"]:
        arrays[name] = np.frombuffer(data, type_, count, start)
        start += arrays[name].nbytes + -arrays[name].nbytes % ALIGNMENT
    return arrays, header["names"]


def _aligned(chunks: Iterable[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield chunk
        yield bytes(-len(chunk) % ALIGNMENT)


def _narrow(array: NDArray[np.integer]) -> NDArray[np.integer]:
    """Return an array of little-endian numbers in the narrowest unsigned type, or signed if some are negative."""
    if len(array) and array.min() < 0:
        return array.astype(array.dtype.newbyteorder("<"), copy=False)
    highest = int(array.max()) if len(array) else 0
    return array.astype(next(type_ for type_ in ("<u1", "<u2", "<u4", "<i8") if highest <= np.iinfo(type_).max))
