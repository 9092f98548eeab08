"""Choose the frequent words of a corpus, and add the revisions that a publish brings to their bitmaps and counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy import Connection, bindparam, select
from sqlmodel import col

from app.models import Revision
from app.search.index import frequent_words
from app.search.index.bitmaps import bitmap_of
from app.search.index.frequent_words import (
    LENGTH_TYPE,
    MAX_REVISION_ID,
    FrequentWords,
    WordCounts,
    WordEntry,
    WordPart,
    are_counted,
    chosen_words,
    encode_numbers,
    encode_words,
    may_be_frequent,
    ranges_to_merge,
    readable,
)
from app.search.index.storage import read_part, read_word_parts, store_parts
from app.stores.store import connected_store
from app.text.tokenizer import joined_words
from app.text.tokenizer import words as words_of

_TEXTS = (
    select(col(Revision.id), col(Revision.title), col(Revision.text))
    .where(col(Revision.id) > bindparam("after"), col(Revision.id) <= bindparam("last"))
    .order_by(col(Revision.id))
)

# Tokenizing a text takes about as long as counting the frequent words of three texts in the index.
MAX_SHARE_READ = 0.25
"""The share of the revisions that may be new for their texts to be read: beyond it, words are chosen again."""

# Reading the whole text index takes a minute per million articles: twice as many articles are worth that.
GROWTH = 2
"""How many times as many revisions there are when the words are chosen again."""

Found = dict[str, tuple[list[int], list[int]]]
"""For each word the revisions that contain it, ascending, and how often each does."""


def store_words(connection: Connection, before: Sequence[WordEntry]) -> tuple[WordEntry, ...]:
    """Store the words of the revisions that are new since these entries, and return the entries of all.

    Words are chosen again when the corpus has doubled since, when another tokenizer has read them, and when an earlier
    release has stored them without counts.
    """
    last = connected_store(connection).last_revision_id(connection)
    kept = readable(before)
    if last < frequent_words.MIN_REVISIONS or last > MAX_REVISION_ID:
        return ()
    if not kept or not are_counted(kept) or kept[0].chosen * GROWTH <= last:
        return _chosen(connection, last)
    if kept[-1].last >= last:
        return kept
    if last - kept[-1].last > last * MAX_SHARE_READ:
        return _chosen(connection, last)
    return _extended(connection, kept, last)


def _chosen(connection: Connection, last: int) -> tuple[WordEntry, ...]:
    """Choose the words, and store those of all revisions up to the last one."""
    index = connected_store(connection).text_index
    found = index.frequent_words(connection, int(last * frequent_words.MIN_SHARE) + 1)
    # One by one: all of them would be another third of what the publish needs.
    words = (_indexed(connection, word, last) for word in sorted(filter(may_be_frequent, found)))
    return _stored(connection, words, after=0, last=last, chosen=last)


def _indexed(connection: Connection, word: str, last: int) -> WordCounts:
    """Return what the text index says of a word and the revisions up to the last one."""
    ids, counts = connected_store(connection).text_index.word_counts(connection, word)
    return word, bitmap_of(ids[ids <= last]), counts[ids <= last]


def _extended(connection: Connection, entries: Sequence[WordEntry], last: int) -> tuple[WordEntry, ...]:
    """Add a part for the new revisions, together with those that are about as small."""
    after = entries[-1].last
    new = _read(connection, chosen_words(entries), after, last)
    count = ranges_to_merge(entries, last)
    merged = tuple(entries[count:])
    words = _merged(connection, FrequentWords(merged, read_word_parts(connection, merged)), new)
    start = merged[0].after if merged else after
    added = _stored(connection, words, after=start, last=last, chosen=entries[0].chosen)
    return (*entries[:count], *added)


def _merged(connection: Connection, before: FrequentWords, new: Found) -> Iterator[WordCounts]:
    """Yield the words of some ranges and of the new revisions, in order."""
    # A part has the counts of consecutive words.

    @lru_cache(maxsize=len(before.entries) + 1)
    def read(name: str) -> WordPart:
        return WordPart(read_part(connection, name))

    for word in sorted(new):
        ids, counts = (np.array(own, np.uint32) for own in new[word])
        if before.entries:
            old_ids, old_counts = before.occurrences(word, read)
            ids, counts = np.concatenate([old_ids, ids]), np.concatenate([old_counts, counts])
        yield word, bitmap_of(ids), counts


def _read(connection: Connection, words: Iterable[str], after: int, last: int) -> Found:
    """Return the revisions with each word, and how often each has it, from the texts of those that are new."""
    found: Found = {word: ([], []) for word in words}
    rows: Iterable[Any] = connection.execute(_TEXTS, {"after": after, "last": last})
    for id_, title, text in rows:
        counts = Counter(chain(words_of(title), words_of(text), joined_words(title, text)))
        for word in found.keys() & counts.keys():
            ids, numbers = found[word]
            ids.append(id_)
            numbers.append(counts[word])
    return found


def _stored(
    connection: Connection, words: Iterable[WordCounts], *, after: int, last: int, chosen: int
) -> tuple[WordEntry, ...]:
    """Store the words and the lengths of a range of revisions, and return its entries."""
    ids, lengths = connected_store(connection).text_index.lengths(connection, after)
    by_id = np.zeros(last - after, np.int64)
    by_id[ids[ids <= last] - after - 1] = lengths[ids <= last]
    store = partial(_store, connection)
    name = store(encode_numbers(by_id, LENGTH_TYPE))
    entry = WordEntry("", after, last, chosen, lengths=name, texts=int(np.count_nonzero(ids <= last)))
    return tuple(
        replace(entry, name=one.name, words=() if after else one.words, counts=one.counts)
        for one in encode_words(words, store)
    )


def _store(connection: Connection, data: bytes) -> str:
    return store_parts(connection, [data])[0]
