"""Choose the frequent words of a corpus, and add the revisions that a publish brings to their bitmaps."""

from collections.abc import Iterable, Sequence

import numpy as np
from pyroaring import BitMap
from sqlalchemy import Connection

from app.search.index import frequent_words
from app.search.index.bitmaps import bitmap_of
from app.search.index.frequent_words import (
    MAX_REVISION_ID,
    FrequentWords,
    WordEntry,
    encode_words,
    may_be_frequent,
    ranges_to_merge,
    readable,
)
from app.search.index.storage import read_word_parts, store_parts
from app.stores.store import connected_store

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
    index = connected_store(connection).text_index
    known = FrequentWords(tuple(entries), read_word_parts(connection, entries))
    after = entries[-1].last
    revisions = {word: bitmap_of(_hits_until(index.word_hits(connection, word, after), last)) for word in known.words}
    count = ranges_to_merge(entries, last)
    for part in known.parts[count:]:
        for word in part:
            revisions[word] |= part.revisions(word) or BitMap()
    start = entries[count].after if count < len(entries) else after
    added = _stored(connection, sorted(revisions.items()), after=start, last=last, chosen=entries[0].chosen)
    return (*entries[:count], *added)


def _stored(
    connection: Connection, revisions: Iterable[tuple[str, BitMap]], *, after: int, last: int, chosen: int
) -> tuple[WordEntry, ...]:
    names = store_parts(connection, encode_words(revisions))
    return tuple(WordEntry(name, after, last, chosen) for name in names)


def _hits_until(ids: np.typing.NDArray[np.int64], last: int) -> np.typing.NDArray[np.int64]:
    return ids[ids <= last]
