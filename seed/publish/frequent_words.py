"""Choose the frequent words of a corpus, and add the revisions that a publish brings to their bitmaps."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from pyroaring import BitMap
from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from app.models import Revision
from app.search.index import frequent_words
from app.search.index.bitmaps import bitmap_of
from app.search.index.frequent_words import (
    MAX_REVISION_ID,
    WordEntry,
    WordPart,
    chosen_words,
    encode_words,
    may_be_frequent,
    ranges_to_merge,
    readable,
)
from app.search.index.storage import read_word_parts, store_parts
from app.stores.store import connected_store
from app.text.tokenizer import joined_words
from app.text.tokenizer import words as words_of

_TEXTS = select(col(Revision.id), col(Revision.title), col(Revision.text)).where(
    col(Revision.id) > bindparam("after"), col(Revision.id) <= bindparam("last")
)

# Asking the text index takes a statement for each of some hundred words.
MAX_READ = 2_000
"""Number of new revisions up to which their texts are read instead."""

# Reading the whole text index takes some seconds per million articles: twice as many articles are worth that.
GROWTH = 2
"""How many times as many revisions there are when the words are chosen again."""


def store_words(connection: Connection, before: Sequence[WordEntry]) -> tuple[WordEntry, ...]:
    """Store the bitmaps of the revisions that are new since these entries, and return the entries of all.

    Words are chosen again when the corpus has doubled since, and when another tokenizer has read them.
    """
    last = connected_store(connection).last_revision_id(connection)
    kept = readable(before)
    if last < frequent_words.MIN_REVISIONS or last > MAX_REVISION_ID:
        return ()
    if not kept or kept[0].chosen * GROWTH <= last:
        return _chosen(connection, last)
    if kept[-1].last >= last:
        return kept
    return _extended(connection, kept, last)


def _chosen(connection: Connection, last: int) -> tuple[WordEntry, ...]:
    """Choose the words, and store the bitmaps of all revisions up to the last one."""
    index = connected_store(connection).text_index
    found = index.frequent_words(connection, int(last * frequent_words.MIN_SHARE) + 1)
    words = sorted(filter(may_be_frequent, found))
    # One by one: all of them would be another third of what the publish needs.
    revisions = ((word, bitmap_of(_hits_until(index.word_hits(connection, word, 0), last))) for word in words)
    return _stored(connection, revisions, after=0, last=last, chosen=last)


def _extended(connection: Connection, entries: Sequence[WordEntry], last: int) -> tuple[WordEntry, ...]:
    """Add a part for the new revisions, together with those that are about as small."""
    after, words = entries[-1].last, chosen_words(entries)
    if last - after > MAX_READ:
        index = connected_store(connection).text_index
        revisions = {word: bitmap_of(_hits_until(index.word_hits(connection, word, after), last)) for word in words}
    else:
        revisions = _read(connection, words, after, last)
    count = ranges_to_merge(entries, last)
    for part in read_word_parts(connection, entries[count:]):
        for word in part:
            revisions[word] |= part.revisions(word) or BitMap()
    start = entries[count].after if count < len(entries) else after
    added = _stored(connection, sorted(revisions.items()), after=start, last=last, chosen=entries[0].chosen)
    return (*entries[:count], *added)


def _read(connection: Connection, words: Iterable[str], after: int, last: int) -> dict[str, BitMap]:
    """Return the revisions with each word, from the texts of the few that are new."""
    revisions = {word: BitMap() for word in words}
    rows: Iterable[Any] = connection.execute(_TEXTS, {"after": after, "last": last})
    for id_, title, text in rows:
        for word in revisions.keys() & {*words_of(title), *words_of(text), *joined_words(title, text)}:
            revisions[word].add(id_)
    return revisions


def _stored(
    connection: Connection, revisions: Iterable[tuple[str, BitMap]], *, after: int, last: int, chosen: int
) -> tuple[WordEntry, ...]:
    entries = []
    for data in encode_words(revisions):
        (name,) = store_parts(connection, [data])
        words = () if after else tuple(WordPart(data))
        entries.append(WordEntry(name, after, last, chosen, words=words))
    return tuple(entries)


def _hits_until(ids: np.typing.NDArray[np.int64], last: int) -> np.typing.NDArray[np.int64]:
    return ids[ids <= last]
